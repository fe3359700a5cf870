"""What stands on a page before it lives: its first screen as still markup, while the browser starts the page's own scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial

from anyio import CapacityLimiter, move_on_after, to_thread
from starlette.datastructures import MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from techhealth.present import charts, page
from techhealth.server.boards import board
from techhealth.server.desk import Desk
from techhealth.server.workspace import Answer

#: Seconds that an answer may wait for a first screen; one that takes longer is left to the page itself.
_PATIENCE = 1.0
_PLACE = b'<div id="root"></div>'
#: Pictures and fonts that the pages never show, half a megabyte of them.
_UNUSED = re.compile(rb'\s*<link rel="preload"[^>]*>')
#: What makes a page live: two hundred scripts, which would keep a browser busy for a second before it shows anything.
_LIVE = re.compile(rb'\s*(<script type="module"[^>]*></script>|<link rel="modulepreload"[^>]*>)')
#: They begin a tenth of a second after the first screen is laid out, by which it is seen; a page that nobody looks at draws
#: nothing, and begins at once.
_BEGIN = b"""<script>{
  const begin = () => document.getElementById("later").replaceWith(document.getElementById("later").content);
  document.hidden ? begin() : requestAnimationFrame(() => setTimeout(begin, 100));
}</script>"""
#: Days of charts can be chosen.
_CHOOSING = f"<script>{charts.script()}</script>".encode()
Asked = Mapping[str, str]


class First:
    """Puts the first screen into every page, one at a time and beside the loop."""

    def __init__(self, app: ASGIApp, *, pages: Collection[str]) -> None:
        self.app, self.pages = app, {f"{place}/": place[1:] for place in pages}
        self.turn = CapacityLimiter(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket."""
        here = self.pages.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if here is None:
            return await self.app(scope, receive, send)
        screen = await self._screen(here, QueryParams(scope["query_string"]))
        await self.app(scope, receive, _filling(send, str(screen).encode()))

    async def _screen(self, here: str, asked: Asked) -> page.Html:
        """Return the first screen that somebody asks for, or that it is on its way where it takes too long."""
        if here in _SCREENS:
            with move_on_after(_PATIENCE):
                drawn = partial(_SCREENS[here], asked)
                return await to_thread.run_sync(drawn, abandon_on_cancel=True, limiter=self.turn)
        return page.waiting(here, about={key: asked[key] for key in ("upload", "customer") if asked.get(key)})


def _filling(send: Send, screen: bytes) -> Send:
    """Return a `send` that puts a screen before the place of the live page; what holds it is in no browser's cache."""
    held: list[Message] = []

    async def sending(message: Message) -> None:
        held.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            start, *parts = held
            html = b"".join(part.get("body", b"") for part in parts)
            body = _filled(html, screen)
            headers = MutableHeaders(scope=start)
            headers.update({"content-length": str(len(body)), "cache-control": "no-store"})
            del headers["etag"]
            await send(start)
            await send({"type": "http.response.body", "body": body})

    return sending


def _filled(html: bytes, screen: bytes) -> bytes:
    """Return a page with its first screen, and with what makes it live behind that; what has no place for them stays as it is."""
    if _PLACE not in html:
        return html
    later = b"".join((b'<template id="later">', *_LIVE.findall(html), b"</template>", _BEGIN, _CHOOSING))
    return _LIVE.sub(b"", _UNUSED.sub(b"", html)).replace(_PLACE, screen + _PLACE + later, 1)


def health_screen(
    desk: Desk, answer: Answer, *, draw: page.Draw, upload: page.Html, choice: page.Html, asking: page.Html | None = None
) -> page.Html:  # fmt: skip
    """Return the first screen of an answer of a desk; other arguments are those of `page.first_screen`."""
    customers = len(desk.shown.customers)
    judged_by = page.judged_by(answer.judged_by, about=desk.about)
    return page.first_screen(
        answer.assessment,
        draw=draw,
        upload=upload,
        customer=choice if customers > 1 else None,
        customers=customers,
        asking=asking,
        problem=answer.problem,
        missing=answer.missing,
        sample=answer.sample,
        policy=judged_by if desk.workspace else None,
        at=desk.views(answer),
    )


def _opened(asked: Asked) -> tuple[Desk, Answer]:
    """Return a visitor's desk and what lies on it when he has done nothing yet."""
    desk = Desk.here()
    desk.back(asked.get("upload"), customer=asked.get("customer"))
    return desk, desk.of(next(iter(desk.open([]).customers), None))


def _health(asked: Asked) -> page.Html:
    desk, answer = _opened(asked)
    found, integration = answer.assessment, asked.get("integration")
    if found and integration:
        elsewhere = page.elsewhere(found, answer.shared)
        screen = page.integration_view(found, integration, draw=page.place, at=desk.at, elsewhere=elsewhere)
    else:
        choice = page.still_choice("Customer", desk.customer)
        screen = health_screen(desk, answer, draw=page.place, upload=page.still_upload(), choice=choice)
    return page.still("health", screen, about=desk.about)


def _chat(asked: Asked) -> page.Html:
    desk, answer = _opened(asked)
    head = page.chat_head(answer.assessment, upload=page.still_upload(), problem=answer.problem, missing=answer.missing)
    return page.still("chat", head, about=desk.about)


def _portfolio(_asked: Asked) -> page.Html:
    return page.still("portfolio", page.portfolio_page(board()))


#: Page → its first screen; the others say that they load.
_SCREENS: Mapping[str, Callable[[Asked], page.Html]] = {"health": _health, "chat": _chat, "portfolio": _portfolio}
