"""The page on which a browser exchanges a token, or the link of the terminal, for a cookie that no script can read."""

from __future__ import annotations

import html
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from techhealth.server.access import SIGN_IN, Keys
from techhealth.server.guard import cookie
from techhealth.server.plain import plain_page

#: Name of the link's secret in its address.
ONCE = "once"
_FORM = """<h1>Technical health</h1>
<p role="status">{said}</p>
<form method="post" action="{place}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<input type="hidden" name="to" value="{to}">
<button>Sign in</button>
</form>"""
_ASK = "Sign in with the token that techhealth users add printed for you."
_WRONG = "Nobody has this token. Check it, or ask for a new one."
_USED = (
    "This link was used already, or is of another start of the server. Sign in with a token, or start the server again."
)


def sign_in(keys: Keys, pages: Collection[str]) -> list[Route]:
    """Return the routes of the page."""

    async def shown(request: Request) -> Response:
        once = request.query_params.get(ONCE)
        to = _own(request.query_params.get("to"), pages)
        if once is None:
            return _page(_ASK, to)
        secret = keys.follow(once)
        return _page(_USED, to, 401) if secret is None else _begun(request, secret, to)

    async def sent(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=2, max_part_size=4096) as form:
            token, to = str(form.get("token", "")), _own(str(form.get("to", "")), pages)
        secret = await run_in_threadpool(keys.sign_in, token.strip())
        return _page(_WRONG, to, 401) if secret is None else _begun(request, secret, to)

    return [Route(SIGN_IN, shown, methods=["GET"]), Route(SIGN_IN, sent, methods=["POST"])]


def _own(to: str | None, pages: Collection[str]) -> str:
    """Return where to go next: a page of ours with its query, else the first one."""
    path = urlsplit(to or "").path
    return to if to and to.startswith(path) and path in {f"{page}/" for page in pages} else "/"


def _begun(request: Request, secret: str, to: str) -> Response:
    answer = RedirectResponse(to, 303)
    name, encrypted = cookie("visit", request.scope), request.url.scheme == "https"
    answer.set_cookie(name, secret, httponly=True, samesite="lax", secure=encrypted)
    return answer


def _page(said: str, to: str, status: int = 200) -> Response:
    form = _FORM.format(said=html.escape(said), place=SIGN_IN, to=html.escape(to))
    return HTMLResponse(plain_page("sign in", form), status, headers={"cache-control": "no-store"})
