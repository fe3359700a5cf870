"""What stands before the pages lets in this browser only."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse

from techhealth.server.guard import POLICY, Guard, Headers

HOST = "127.0.0.1:8000"


async def _page(scope, receive, send):
    """Answer every request, and accept every socket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("the page")(scope, receive, send)


def guarded():
    """Return a page behind the guard."""
    return Headers(Guard(_page, pages=("/health",), hosts=frozenset({HOST})))


def ask(app, path="/health/", *, method="GET", kind="http", **headers):
    """Return status (or the socket's first message) and headers of one request."""
    head = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    path, _, query = path.partition("?")
    scope = {
        "type": kind, "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in head.items()],
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "websocket.connect" if kind == "websocket" else "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    given = {name.decode(): value.decode() for name, value in sent[0].get("headers", [])}
    return sent[0].get("status", sent[0]["type"]), given


def visitor(app):
    """Return the cookie that a new browser is given."""
    return ask(app)[1]["set-cookie"].split(";")[0]


def test_every_answer_forbids_foreign_content():
    """Pages carry the content policy, and a browser is introduced with a cookie scripts cannot read."""
    status, headers = ask(guarded())

    assert status == 200
    assert headers["content-security-policy"] == POLICY
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=Lax" in headers["set-cookie"]


def test_a_known_browser_gets_no_second_cookie():
    """Who has a cookie keeps it."""
    app = guarded()

    assert "set-cookie" not in ask(app, cookie=visitor(app))[1]


@pytest.mark.parametrize(
    ("path", "target"), [("/", "/health/"), ("/health", "/health/"), ("/health?a=1", "/health/?a=1")]
)
def test_short_addresses_lead_to_the_page(path, target):
    """The root and the page without its slash redirect to the page and keep the query."""
    status, headers = ask(guarded(), path)

    assert (307, target) == (status, headers["location"])


def test_assets_are_kept_by_the_browser():
    """Assets, named by their content, may be kept for a year; pages may not."""
    assert "immutable" in ask(guarded(), "/health/assets/index-1a2b.js")[1]["cache-control"]
    assert "cache-control" not in ask(guarded())[1]


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_origin_may_not_write(kind):
    """A page elsewhere can neither post nor open a socket."""
    app = guarded()
    cookie = visitor(app)
    refused = 403 if kind == "http" else "websocket.close"

    assert refused == ask(app, method="POST", kind=kind, origin="http://evil.example", cookie=cookie)[0]
    assert refused != ask(app, method="POST", kind=kind, origin=f"http://{HOST}", cookie=cookie)[0]


def test_another_host_name_is_not_answered():
    """A foreign name that resolves to this machine is refused."""
    assert ask(guarded(), host="evil.example:8000")[0] == 403


def test_a_session_belongs_to_the_browser_that_opened_it():
    """Another browser that knows a session's id cannot join it, by socket or by post; nor can one without a cookie."""
    app = guarded()
    mine, other = visitor(app), visitor(app)
    address = "/health/ws?session_id=s_abc123"

    assert ask(app, address, kind="websocket", cookie=mine)[0] == "websocket.accept"
    assert ask(app, address, kind="websocket", cookie=other)[0] == "websocket.close"
    assert ask(app, address, kind="websocket")[0] == "websocket.close"
    assert ask(app, method="POST", marimo_session_id="s_abc123", cookie=other)[0] == 403
    assert ask(app, method="POST", marimo_session_id="s_abc123", cookie=mine)[0] == 200
