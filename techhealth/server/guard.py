"""What stands before all else: which host and origin a request names, which session is whose, the headers of every answer.

A page's session belongs to whoever knows its id, and its socket asks nobody where he comes from. So a session is bound to
the browser that opened it (by a random cookie), and a request needs a `Host` of our own and, where it has one, an `Origin`.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from techhealth.server.problems import problem

#: Scripts and sockets of our own host only; charts compile their expressions, hence `unsafe-eval`.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # without one, a form of our own would be sent with the origin "null"
    "cross-origin-opener-policy": "same-origin",
}
_MOST_SESSIONS = 10_000
_FOREIGN = "This request names another host or origin than this server's, or the session of another browser."


class Headers:
    """Adds the policy headers to every answer, and lets browsers keep the assets, whose names hold their content's hash."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if "/assets/" in scope["path"] and message["status"] == 200:
                    headers["cache-control"] = "public, max-age=31536000, immutable"
            await send(message)

        await self.app(scope, receive, sending)


class Guard:
    """Refuses foreign hosts and origins, and sessions of another browser; adds the slash a page's address needs."""

    def __init__(self, app: ASGIApp, *, pages: Collection[str], hosts: Collection[str]) -> None:
        self.app, self.pages, self.hosts = app, pages, hosts
        self.owners: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        asked = HTTPConnection(scope)
        visitor = asked.cookies.get(cookie("visitor", scope))
        if not self._is_allowed(asked, visitor):
            return await turned_away(problem(403, _FOREIGN), 4403, scope, receive, send)
        if scope["type"] == "http" and scope["path"] in ("/", *self.pages):
            query = scope["query_string"].decode("latin-1")
            page = next(iter(self.pages)) if scope["path"] == "/" else scope["path"]
            return await RedirectResponse(f"{page}/{'?' + query if query else ''}", 307)(scope, receive, send)
        of_a_page = scope["path"].startswith(tuple(f"{page}/" for page in self.pages))
        await self.app(
            scope, receive, send if visitor or not of_a_page else _introducing(send, cookie("visitor", scope))
        )

    def _is_allowed(self, asked: HTTPConnection, visitor: str | None) -> bool:
        """Return whether host, origin and session are this browser's own."""
        if asked.headers.get("host") not in self.hosts:
            return False
        origin = asked.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc not in self.hosts:
            return False
        named = [*asked.headers.getlist("marimo-session-id"), *asked.query_params.getlist("session_id")]
        return all(visitor is not None and self._owns(visitor, session) for session in named)

    def _owns(self, visitor: str, session: str) -> bool:
        """Return whether a session is the visitor's; a session nobody has belongs to the first who asks."""
        owner = self.owners.setdefault(session, visitor)
        self.owners.move_to_end(session)
        if len(self.owners) > _MOST_SESSIONS:
            self.owners.popitem(last=False)
        return secrets.compare_digest(owner, visitor)


def cookie(kind: str, scope: Scope) -> str:
    """Return what a cookie of this server is called: browsers share cookies among the ports of a host."""
    _, port = scope.get("server") or (None, None)
    return f"techhealth_{kind}_{port}"


def _introducing(send: Send, name: str) -> Send:
    """Return a `send` that gives a new visitor a cookie."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            value = f"{name}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax"
            MutableHeaders(scope=message).append("set-cookie", value)
        await send(message)

    return sending


async def turned_away(answer: Response, code: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Give a request an answer instead of what it asks for; a socket is closed with a code."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": code})
        return
    await answer(scope, receive, send)
