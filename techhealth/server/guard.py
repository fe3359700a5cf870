"""What stands before the pages: who may write, which session is whose, and the headers of every answer.

A page's session belongs to whoever knows its id, and its socket asks nobody where he comes from. So a session is bound to
the browser that opened it (by a random cookie), and writing needs an `Origin` and a `Host` of our own.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Collection, Mapping
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Scripts and sockets of our own host only; charts compile their expressions, hence `unsafe-eval`.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
_COOKIE = "techhealth_visitor"
_MOST_SESSIONS = 10_000


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
        head = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        visitor = _visitor(head)
        if not self._is_allowed(scope, head, visitor):
            return await _refuse(scope, receive, send)
        if scope["type"] == "http" and scope["path"] in ("/", *self.pages):
            query = scope["query_string"].decode("latin-1")
            page = next(iter(self.pages)) if scope["path"] == "/" else scope["path"]
            return await RedirectResponse(f"{page}/{'?' + query if query else ''}", 307)(scope, receive, send)
        return await self.app(scope, receive, send if visitor else _introducing(send))

    def _is_allowed(self, scope: Scope, head: Mapping[str, str], visitor: str | None) -> bool:
        """Return whether host, origin and session are this browser's own."""
        if head.get("host") not in self.hosts:
            return False
        writes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")
        origin = head.get("origin")
        if writes and origin is not None and urlsplit(origin).netloc not in self.hosts:
            return False
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("session_id", [None])[0]
        session = head.get("marimo-session-id") or asked
        return session is None or (visitor is not None and self._owns(visitor, session))

    def _owns(self, visitor: str, session: str) -> bool:
        """Return whether a session is the visitor's; a session nobody has belongs to the first who asks."""
        owner = self.owners.setdefault(session, visitor)
        self.owners.move_to_end(session)
        if len(self.owners) > _MOST_SESSIONS:
            self.owners.popitem(last=False)
        return secrets.compare_digest(owner, visitor)


def _visitor(head: Mapping[str, str]) -> str | None:
    """Return the visitor a cookie names."""
    morsel = SimpleCookie(head.get("cookie", "")).get(_COOKIE)
    return morsel.value if morsel else None


def _introducing(send: Send) -> Send:
    """Return a `send` that gives a new visitor a cookie."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            value = f"{_COOKIE}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax"
            MutableHeaders(scope=message).append("set-cookie", value)
        await send(message)

    return sending


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer that this is not allowed."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403})
        return
    await PlainTextResponse("This request does not come from this server's own page.", 403)(scope, receive, send)
