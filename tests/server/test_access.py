"""Nobody comes in without a token, its cookie, or the link of the terminal."""

from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from techhealth.server.access import TERMINAL, Access, Keys
from techhealth.server.sign_in import sign_in
from techhealth.store import add_user, connect, remove_user
from tests.asgi import HOST, ask
from tests.server.served_api import told

NOW = datetime(2026, 1, 29, tzinfo=UTC)
FORM = {"method": "POST", "content_type": "application/x-www-form-urlencoded"}


async def _who(scope, receive, send):
    """Answer with who asks, and accept every socket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse(str(scope["state"]["who"]))(scope, receive, send)


class Door:
    """An application behind its keys, with one user and a clock that a test moves."""

    def __init__(self, folder):
        self.store = connect(folder)
        self.token = add_user(self.store, "mara", now=NOW)
        self.seconds = 0.0
        keys = Keys(self.store, link="open", clock=lambda: self.seconds)
        rooms = Starlette(routes=[*sign_in(keys, ("/health",)), Mount("/", _who)])
        self.app = Access(rooms, keys=keys, pages=("/health",))

    def ask(self, path="/api/customers", **options):
        """Return the answer to one request."""
        return ask(self.app, path, **options)

    def cookie(self, answer):
        """Return what a browser sends after an answer."""
        return answer.headers["set-cookie"].split(";")[0]

    def signed_in(self):
        """Return the cookie of a browser that signed in with the token."""
        return self.cookie(self.ask("/sign-in", body=(f"token={self.token}&to=/health/".encode(),), **FORM))


@pytest.fixture
def door(tmp_path):
    """Return a door with one user."""
    return Door(tmp_path)


def test_a_token_opens_and_nothing_else_does(door):
    """The right token is let in by its user's name; none, a wrong one and another scheme are asked for one."""
    assert (door.ask(authorization=f"Bearer {door.token}").status, door.ask(authorization=f"bearer {door.token}").body) == (200, b"mara")  # fmt: skip
    for wrong in (
        {},
        {"authorization": "Bearer x"},
        {"authorization": f"Basic {door.token}"},
        {"cookie": "techhealth_visit_8000=x"},
    ):
        answer = door.ask(**wrong)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


def test_only_the_hash_of_a_token_is_kept(door, tmp_path):
    """No file of the workspace holds the token."""
    door.store.engine.dispose()

    assert not [path for path in tmp_path.rglob("*") if path.is_file() and door.token.encode() in path.read_bytes()]


def test_whoever_is_not_known_is_led_to_where_one_signs_in(door):
    """A page asked for without a cookie leads to the sign-in, and from there back; a socket is closed."""
    led = door.ask("/health/?upload=a1")

    assert (led.status, led.headers["location"]) == (303, "/sign-in?to=%2Fhealth%2F%3Fupload%3Da1")
    assert b'value="/health/?upload=a1"' in door.ask(led.headers["location"]).body
    assert door.ask("/health/ws", kind="websocket").status == "websocket.close"
    assert door.ask("/health/", method="POST").status == 401


def test_scripts_of_a_page_need_no_cookie(door):
    """What ships with the package is answered, to be read only."""
    assert door.ask("/health/assets/index.js").status == 200
    assert door.ask("/health/assets/index.js", method="POST").status == 401
    assert door.ask("/api/assets/index.js").status == 401


def test_a_browser_exchanges_the_token_for_a_cookie(door):
    """The cookie is out of reach of scripts and other sites, and opens pages and sockets in the user's name."""
    begun = door.ask("/sign-in", body=(f"token={door.token}&to=/health/".encode(),), **FORM)
    cookie = door.cookie(begun)

    assert (begun.status, begun.headers["location"]) == (303, "/health/")
    assert "HttpOnly" in begun.headers["set-cookie"]
    assert "SameSite=lax" in begun.headers["set-cookie"]
    assert door.token not in cookie
    assert door.ask("/health/", cookie=cookie).body == b"mara"
    assert door.ask("/health/ws", kind="websocket", cookie=cookie).status == "websocket.accept"


def test_a_wrong_token_gets_no_cookie(door):
    """The page says that nobody has it."""
    answer = door.ask("/sign-in", body=(b"token=x",), **FORM)

    assert answer.status == 401
    assert b"Nobody has this token" in answer.body
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("to", ["//evil.example/health/", "http://evil.example/health/", "/api/customers", "\\\\evil", "javascript:1"])  # fmt: skip
def test_signing_in_leads_to_pages_of_this_server_only(door, to):
    """An address elsewhere that a link smuggled in is not followed."""
    answer = door.ask("/sign-in", body=(f"token={door.token}&to={to}".encode(),), **FORM)

    assert answer.headers["location"] == "/"
    assert to.encode() not in door.ask(f"/sign-in?to={to}").body


def test_the_link_of_the_terminal_signs_in_once(door):
    """The first browser is let in, the second is told that the link was used."""
    first, second = door.ask("/sign-in?once=open"), door.ask("/sign-in?once=open")

    assert (first.status, first.headers["location"]) == (303, "/")
    assert door.ask("/health/", cookie=door.cookie(first)).body == TERMINAL.encode()
    assert (second.status, b"used already" in second.body) == (401, True)
    assert door.ask("/sign-in?once=é").status == 401


def test_a_visit_ends(door):
    """After twelve hours one signs in again."""
    cookie = door.signed_in()
    door.seconds = 12 * 3600 - 1
    assert door.ask("/health/", cookie=cookie).status == 200
    door.seconds += 1

    assert door.ask("/health/", cookie=cookie).status == 303


def test_a_removed_user_is_out_at_once(door):
    """With the user token and cookie end, also when the name is given again."""
    cookie = door.signed_in()
    remove_user(door.store, "mara")
    add_user(door.store, "mara", now=NOW)

    assert door.ask(authorization=f"Bearer {door.token}").status == 401
    assert door.ask("/health/", cookie=cookie).status == 303


def test_a_store_that_fails_is_told(door):
    """A program gets a problem that says to try again, a person a sentence, a socket its end."""
    with door.store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE users")
    token = f"Bearer {door.token}"
    page = door.ask("/health/", authorization=token)

    assert "send the request again" in told(door.ask(authorization=token), 503)
    assert (page.status, b"The store cannot be used now" in page.body) == (503, True)
    assert door.ask("/health/ws", kind="websocket", authorization=token).status == "websocket.close"


def test_where_there_are_no_keys_everybody_is_let_in():
    """An open server asks nobody."""
    assert ask(Access(_who, keys=None, pages=("/health",)), "/health/", host=HOST).body == b"anybody here"
