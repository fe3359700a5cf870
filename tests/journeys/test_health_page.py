"""A customer success manager opens the page in a browser, drops files, and reads the answer."""

import re

import pytest
from playwright.sync_api import expect

from tests.hostile import PROBES
from tests.journeys.served import BEYOND, BROWSER, DESK, PHONE, SCREENS, Watch, alive, violations
from tests.logs import PNG, csv_log

pytestmark = [*BROWSER, pytest.mark.soak]  # the other journeys open the page too


def _hostile_log():
    """Return a log whose names try to become markup, of two customers with long ones."""
    lines = ["timestamp,customer,service,path,status,latency_ms"]
    for i in range(600):
        probe = PROBES[i % len(PROBES)].replace('"', '""')
        lines.append(
            f'2026-03-{i // 30 + 1:02d}T{i % 24:02d}:00:00Z,{"CD"[i % 3 == 0] * 300},"{probe}","/{probe}",{500 if i % 5 == 0 else 200},{90 + i % 7}'
        )
    return ("\n".join(lines) + "\n").encode()


def _drop(page, name, content):
    """Drop one file on the page."""
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk, light", "phone, dark"])
def test_from_the_sample_to_an_own_file(browser, address, screen):
    """The sample's score is there without a click; a dropped log becomes a score, an image one sentence, a trap nothing."""
    width, height, scheme = screen
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    watch = Watch(page, address)

    page.goto(address)
    expect(page.get_by_text("Sample data")).to_be_visible()
    expect(page.locator(".th-score b")).to_have_text("73")
    expect(page.get_by_role("heading", name="Recommended actions")).to_be_visible()
    expect(page.locator("figure svg").first).to_be_visible()
    assert page.evaluate(BEYOND) == []

    _drop(page, "globex.csv", csv_log())
    expect(page.get_by_role("heading", name="Globex")).to_be_visible()
    expect(page.get_by_text("No issue was found until 29 March")).to_be_visible()
    expect(page.get_by_text("Sample data")).to_have_count(0)

    _drop(page, "chart.png", PNG)
    expect(page.get_by_text("chart.png is a PNG image, not a log.")).to_be_visible()
    expect(page.locator(".th-score")).to_have_count(0)

    _drop(page, "trap.csv", _hostile_log())
    expect(page.get_by_text("<script>window.PWN").first).to_be_visible()
    expect(page.get_by_role("heading", name="Recommended actions")).to_be_visible()
    page.locator("summary").first.click()
    assert page.evaluate("window.PWN") is None
    assert page.evaluate(BEYOND) == []
    assert page.get_by_label("Customer").first.evaluate("one => one.getBoundingClientRect().right <= innerWidth")

    assert watch.errors == []
    assert watch.foreign == []
    context.close()


def test_a_hostile_file_name_stays_text_while_it_is_read(browser, address):
    """The name of a file stands in the words that tell the progress; it loads nothing and runs nothing."""
    page = browser.new_page()
    watch = Watch(page, address)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    expect(page.locator(".th-score b")).to_have_text("73")

    _drop(page, "q<img src=planted onerror=window.PWN=9>.csv", csv_log(days=60, a_day=2500))
    expect(page.get_by_role("heading", name="Globex")).to_be_visible()
    assert not [url for url in asked if url.endswith("planted")]
    assert page.evaluate("window.PWN") is None
    assert watch.errors == []
    page.close()


def test_a_link_to_a_part_arrives(browser, address):
    """The part that an address names is in sight once the page is drawn, though it was not there when it loaded."""
    page = browser.new_page()
    page.goto(f"{address}#act")

    expect(page.get_by_role("heading", name="Act on this")).to_be_in_viewport()
    page.close()


def test_whoever_works_by_keys_stays_where_he_is(browser, address):
    """A link within the page takes the focus along; who named a customer goes on at the head of his page, not at its very top."""
    page = browser.new_page()
    page.goto(address)
    alive(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": csv_log().replace(b"Globex", b"")}
    )
    page.get_by_role("link", name="Name the customer first").press("Enter")
    expect(page.locator("#whose")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Hooli")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hooli", exact=True)).to_be_focused()
    expect(page.get_by_role("link", name="Report", exact=True)).to_have_attribute("href", re.compile(r"\?upload="))
    page.close()


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_the_answer_is_there_before_a_script_has_run(browser, address, width, scheme):
    """The first paint has the ground of the theme, the score and what to do; it fits the screen and leaves nobody out."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.route("**/assets/*.js", lambda route: route.abort())
    for _ in range(5):  # a machine that is busier than a page is patient gives it at the next call
        page.goto(address)
        if page.locator("#first .th-score").count():
            break

    ground = "rgb(15, 20, 25)" if scheme == "dark" else "rgb(246, 247, 249)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
    expect(page.locator("#first .th-score b")).to_have_text("73")
    expect(page.locator("#first .th-do").first).to_be_visible()
    assert page.evaluate(BEYOND.replace("#App", "#first")) == []
    assert violations(page) == []
    page.close()
