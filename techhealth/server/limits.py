"""How large a body may be, by the place it is sent to; none is read beyond that."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from techhealth.server.access import SIGN_IN
from techhealth.server.problems import problem

_DAYS, _WORDS = "send fewer days at once", "say it in fewer words"
#: Bytes of events, which are held in memory; of what says what to do; and of what a page sends beside files.
_EVENTS, _WISH, _BESIDE = 20_000_000, 200_000, 1_000_000


class Limits:
    """Refuses what is larger than its place takes; `largest` are the bytes of logs that are taken at once, by page or API."""

    def __init__(self, app: ASGIApp, *, largest: int) -> None:
        self.app, self.largest = app, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        limit, told, instead = self._of(scope["path"])
        too_large = HTTPException(413, f"The body has more than {told / 1e6:,g} MB; {instead}.")
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            return await problem(413, too_large.detail)(scope, receive, send)
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise too_large
            return message

        await self.app(scope, counted, send)

    def _of(self, path: str) -> tuple[int, int, str]:
        """Return how many bytes a place takes, of how many of them it speaks, and what to do when they are more."""
        if path == "/api/integrations/usage/upload":
            return self.largest, self.largest, _DAYS
        if path == "/api/v1/usage":
            events = min(_EVENTS, self.largest)
            return events, events, _DAYS
        if path.startswith("/api/") or path == SIGN_IN:
            return _WISH, _WISH, _WORDS
        return self.largest * 4 // 3 + _BESIDE, self.largest, _DAYS  # a page sends files as base64
