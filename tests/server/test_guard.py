"""What stands before the pages lets in this browser only."""

import pytest
from starlette.responses import PlainTextResponse

from techhealth.server.guard import POLICY, Guard, Headers, cookie
from tests.asgi import HOST, ask


async def _page(scope, receive, send):
    """Answer every request, and accept every socket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("the page")(scope, receive, send)


def guarded():
    """Return a page behind the guard."""
    return Headers(Guard(_page, pages=("/health",), hosts=frozenset({HOST})))


def visitor(app):
    """Return the cookie that a new browser is given."""
    return ask(app, "/health/").headers["set-cookie"].split(";")[0]


def test_every_answer_forbids_foreign_content():
    """Pages carry the content policy, and a browser is introduced with a cookie scripts cannot read."""
    answer = ask(guarded(), "/health/")

    assert answer.status == 200
    assert answer.headers["content-security-policy"] == POLICY
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=Lax" in answer.headers["set-cookie"]


def test_a_known_browser_gets_no_second_cookie():
    """Who has a cookie keeps it."""
    app = guarded()

    assert "set-cookie" not in ask(app, "/health/", cookie=visitor(app)).headers


def test_two_servers_of_one_host_keep_their_cookies_apart():
    """Browsers send the cookies of a host to each of its ports, so that each port has its own."""
    assert visitor(guarded()).startswith("techhealth_visitor_8000=")
    assert cookie("visit", {"server": ("127.0.0.1", 8000)}) != cookie("visit", {"server": ("127.0.0.1", 9000)})


@pytest.mark.parametrize(
    ("path", "target"), [("/", "/health/"), ("/health", "/health/"), ("/health?a=1", "/health/?a=1")]
)
def test_short_addresses_lead_to_the_page(path, target):
    """The root and the page without its slash redirect to the page and keep the query."""
    answer = ask(guarded(), path)

    assert (307, target) == (answer.status, answer.headers["location"])


def test_assets_are_kept_by_the_browser():
    """Assets, named by their content, may be kept for a year; pages may not."""
    assert "immutable" in ask(guarded(), "/health/assets/index-1a2b.js").headers["cache-control"]
    assert "cache-control" not in ask(guarded(), "/health/").headers


@pytest.mark.parametrize(("method", "kind"), [("POST", "http"), ("GET", "http"), ("GET", "websocket")])
def test_another_origin_is_not_answered(method, kind):
    """A page elsewhere can neither post, read nor open a socket."""
    app = guarded()
    mine = {"method": method, "kind": kind, "cookie": visitor(app)}
    refused = 403 if kind == "http" else "websocket.close"

    assert refused == ask(app, "/health/", origin="http://evil.example", **mine).status
    assert refused == ask(app, "/health/", origin="null", **mine).status
    assert refused != ask(app, "/health/", origin=f"http://{HOST}", **mine).status


def test_another_host_name_is_not_answered():
    """A foreign name that resolves to this machine is refused."""
    assert ask(guarded(), "/health/", host="evil.example:8000").status == 403


def test_a_session_belongs_to_the_browser_that_opened_it():
    """Another browser that knows a session's id cannot join it, by socket or by post; nor can one without a cookie."""
    app = guarded()
    mine, other = visitor(app), visitor(app)
    address, theirs = "/health/ws?session_id=s_abc123", "/health/ws?session_id=s_other1"

    assert ask(app, address, kind="websocket", cookie=mine).status == "websocket.accept"
    assert ask(app, address, kind="websocket", cookie=other).status == "websocket.close"
    assert ask(app, address, kind="websocket").status == "websocket.close"
    assert ask(app, "/health/", method="POST", marimo_session_id="s_abc123", cookie=other).status == 403
    assert ask(app, "/health/", method="POST", marimo_session_id="s_abc123", cookie=mine).status == 200
    assert ask(app, address, kind="websocket", marimo_session_id="s_other1", cookie=other).status == "websocket.close"
    assert ask(app, f"{theirs}&session_id=s_abc123", kind="websocket", cookie=other).status == "websocket.close"
