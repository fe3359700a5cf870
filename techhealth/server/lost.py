"""An address where nothing is: a browser gets the way back, a program its plain answer."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from techhealth.server.plain import plain_page

_NOTHING = """<h1>There is no page here</h1>
<p>Its address may be misspelled, or of an earlier version.</p>
<p><a href="/portfolio/">All customers</a> · <a href="/health/">Health</a></p>"""


class Lost:
    """Answers browsers with a page of ours where an application has none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            return await self.app(scope, receive, send)
        lost = False

        async def sending(message: Message) -> None:
            nonlocal lost
            lost = lost or message.get("status") == 404
            if not lost:
                await send(message)

        await self.app(scope, receive, sending)
        if lost:
            await HTMLResponse(plain_page("no such page", _NOTHING), 404)(scope, receive, send)
