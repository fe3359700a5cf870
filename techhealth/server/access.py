"""Who may come in: a user with his token, a browser that exchanged it for a cookie, whoever has the link of the terminal.

Nothing else is answered but the way to sign in and the pages' own scripts, which ship with the package and hold no data.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from techhealth.server.guard import cookie, turned_away
from techhealth.server.problems import problem, problem_of
from techhealth.store import Store, fingerprint, user_with

SIGN_IN = "/sign-in"
#: Who acts where nobody signed in by name: whoever started the server, or everybody on the machine where it is open.
TERMINAL, ANYBODY = "terminal", "anybody here"
_VISIT_SECONDS = 12 * 3600
_MOST_VISITS = 10_000
#: What ships with a page; browsers fetch the manifest without a cookie.
_OWN = ("/assets/", "/manifest.json")
_HOW = "Send the header Authorization: Bearer TOKEN, with a token of techhealth users add NAME."


class Keys:
    """What opens a server: the tokens of users, a link that works once, and the visits they begin.

    Visits last twelve hours, and no longer than the process or the token they began with.
    """

    def __init__(self, store: Store, *, link: str | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._link, self._clock = store, link, clock
        self._visits: OrderedDict[str, tuple[str | None, float]] = OrderedDict()  # secret → token's fingerprint, end

    def user(self, token: str) -> str | None:
        """Return who has a token."""
        return user_with(self._store, fingerprint(token))

    def visitor(self, secret: str) -> str | None:
        """Return whose visit a cookie names, None if it is over."""
        by, end = self._visits.get(secret, (None, 0.0))
        if self._clock() >= end:
            return None
        return TERMINAL if by is None else user_with(self._store, by)

    def sign_in(self, token: str) -> str | None:
        """Return the secret of a new visit for a token, None if nobody has it."""
        return None if self.user(token) is None else self._begun(fingerprint(token))

    def follow(self, link: str) -> str | None:
        """Return the secret of a new visit for the link, the first time; None ever after."""
        if self._link is None or not secrets.compare_digest(self._link.encode(), link.encode()):
            return None
        self._link = None
        return self._begun(None)

    def _begun(self, by: str | None) -> str:
        secret = secrets.token_urlsafe(32)
        self._visits[secret] = (by, self._clock() + _VISIT_SECONDS)
        if len(self._visits) > _MOST_VISITS:
            self._visits.popitem(last=False)
        return secret


class Access:
    """Lets in whom the keys know, and tells the application who it is (`scope["state"]["who"]`); without keys, everybody."""

    def __init__(self, app: ASGIApp, *, keys: Keys | None, pages: Collection[str]) -> None:
        self.app, self.keys, self.pages = app, keys, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        try:
            who = ANYBODY if self.keys is None else await run_in_threadpool(_who, self.keys, HTTPConnection(scope))
        except SQLAlchemyError as error:
            return await turned_away(unavailable(HTTPConnection(scope), error), 1011, scope, receive, send)
        if who is None and not self._is_public(scope):
            return await turned_away(_denied(scope), 4401, scope, receive, send)
        scope.setdefault("state", {})["who"] = who
        await self.app(scope, receive, send)

    def _is_public(self, scope: Scope) -> bool:
        """Return whether a request is to sign in, or for a script of a page."""
        if scope["type"] != "http" or scope["path"] == SIGN_IN:
            return bool(scope["type"] == "http")
        own = tuple(page + place for page in self.pages for place in _OWN)
        return scope["method"] in ("GET", "HEAD") and str(scope["path"]).startswith(own)


def _who(keys: Keys, asked: HTTPConnection) -> str | None:
    """Return who sent a request: by its token where it has one, else by its cookie."""
    scheme, _, token = asked.headers.get("authorization", "").partition(" ")
    if scheme:
        return keys.user(token.strip()) if scheme.lower() == "bearer" else None
    return keys.visitor(asked.cookies.get(cookie("visit", asked.scope), ""))


def unavailable(asked: HTTPConnection, error: Exception) -> Response:
    """Return what is answered while the store fails: a problem to a program, a sentence to a person."""
    if asked.url.path.startswith("/api/"):
        return problem_of(error)
    return PlainTextResponse(
        "The store cannot be used now. Load the page again, or tell whoever keeps the server.", 503
    )


def _denied(scope: Scope) -> Response:
    """Return the answer that one has to sign in; a browser that wanted a page is led to where it can."""
    if scope.get("method") != "GET" or scope["path"].startswith("/api/"):
        return problem(401, _HOW, headers={"WWW-Authenticate": "Bearer"})
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return RedirectResponse(f"{SIGN_IN}?to={quote(wanted, safe='')}", 303)
