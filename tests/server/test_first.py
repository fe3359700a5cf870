"""The first screen stands in a page's HTML, for whoever may see it, and is the one that the page itself shows."""

import re
from urllib.parse import quote

import pytest

from notebooks.health import app
from techhealth.server.access import Keys
from techhealth.server.application import application
from techhealth.server.first import First
from techhealth.server.pages import notebooks, pages
from techhealth.server.workspace import VARIABLE
from techhealth.store import add_user, connect
from tests.asgi import HOST, ask
from tests.hostile import PROBES
from tests.logs import csv_log
from tests.server.served_api import NOW


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the workspace of the pages of this process."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path


def _page(address):
    """Return a page as a browser gets it."""
    return ask(pages(session_seconds=1), address)


def _first(address):
    """Return the first screen in the HTML of a page."""
    html = _page(address).body.decode()
    return html[html.index('<div class="th-page"') : html.index('<div id="root">')]


def _text(html):
    """Return what a reader sees of markup, but for charts and elements, which live in a browser."""
    still = re.sub(r"<(marimo-[\w-]+)\b.*?</\1>|<div class=.th-still-upload.*?</div>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", still).split())


def test_the_first_screen_is_the_one_that_the_page_shows(folder):
    """Before a page lives its HTML says word by word what it will say; nobody can touch it, and no browser keeps it."""
    folder.joinpath("globex.csv").write_bytes(csv_log(failing=lambda at: at.day > 20 and at.minute == 0))
    answer, outputs = _page("/health/"), app.run()[0]
    live = " ".join(_text(output.text) for output in outputs if hasattr(output, "text"))

    assert "Technical health score" in _text(_first("/health/"))
    assert _text(_first("/health/")) in live
    assert 'id="first" aria-busy="true"' in _first("/health/")
    assert re.findall(r"<(?:button|details|input|select)(?! inert)", _first("/health/")) == []
    assert (answer.headers["cache-control"], "etag" in answer.headers) == ("no-store", False)


@pytest.mark.parametrize("name", [name[1:] for name in notebooks()])
def test_what_makes_a_page_live_waits_behind_its_first_screen(folder, name):
    """No script is fetched before the first screen: all stand in a template behind it, the one that begins among them."""
    html = _page(f"/{name}/").body.decode()
    seen, later = html.split('<template id="later">')
    waiting, begin = later.split("</template>", 1)

    assert 'id="first"' in seen
    assert '<link rel="stylesheet"' in seen
    assert re.findall(r"<script[^>]* src=|modulepreload", seen + begin) == []
    assert len(re.findall(r'<script type="module"[^>]* src="[^"]+\.js">', waiting)) == 1
    assert "replaceWith" in begin


def test_it_is_about_whom_the_address_names(folder, stocked):
    """A customer, or one of the integrations, is shown; of one that is not there it is said; an empty workspace says where to begin."""
    assert "up to 200\xa0MB each" in _first("/health/")
    stocked(csv_log(), folder)

    assert "<h1>Globex</h1>" in _first("/health/?customer=Globex")
    assert "No such integration" in _first("/health/?customer=Globex&integration=no")
    assert "Nothing is stored of Initech." in _first("/health/?customer=Initech")
    assert "Globex" in _first("/portfolio/")
    assert "<h1>Globex</h1>" in _first("/chat/?customer=Globex")


@pytest.mark.parametrize("name", [name[1:] for name in notebooks()])
def test_what_an_address_asks_for_stays_text(folder, name):
    """Markup in an address is escaped, on every page."""
    for probe in (one for one in PROBES if "<" in one):
        html = _first(f"/{name}/?customer={quote(probe)}&upload={quote(probe)}&integration={quote(probe)}")

        assert probe not in html


@pytest.mark.parametrize("address", ["/nope/", "/nope", "/health/nope"])
def test_where_nothing_is_a_browser_gets_the_way_back(address):
    """A person reads that there is no page and where to go on; a program gets its plain answer."""
    lost, plain = (ask(pages(session_seconds=1), address, accept=kind) for kind in ("text/html,*/*;q=0.8", "*/*"))

    assert (lost.status, plain.status) == (404, 404)
    assert 'href="/portfolio/"' in lost.body.decode()
    assert b"<html" not in plain.body


def test_nobody_sees_it_before_he_signed_in(folder, stocked):
    """Who is not known is led to the sign-in, without a word of a customer."""
    stocked(csv_log(), folder)
    store = connect(folder)
    guarded = application(store, hosts=(HOST,), keys=Keys(store), session_seconds=1)
    answer = ask(guarded, "/health/?customer=Globex")
    known = ask(guarded, "/health/?customer=Globex", authorization=f"Bearer {add_user(store, 'mara', now=NOW)}")

    assert (answer.status, answer.body) == (303, b"")
    assert b"<h1>Globex</h1>" in known.body


def test_a_screen_that_takes_long_is_not_waited_for(folder):
    """While another screen is drawn, a page is answered all the same, and says that it loads."""
    slow = First(pages(session_seconds=1).app, pages=notebooks())

    async def busy(*request):
        slow.turn.acquire_on_behalf_of_nowait("another")
        await slow(*request)

    assert "Loading" in ask(busy, "/health/?customer=Globex").body.decode()
