"""A customer success manager tells the page what the columns of an odd export are, and takes away what was left out."""

import gzip
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.served import BEYOND, BROWSER, DESK, PHONE, Watch, started

pytestmark = [*BROWSER, pytest.mark.soak]  # the whole journey corrects a mapping too

#: Nobody could guess which column tells the outcome, or that `q` is a duration.
ODD = "\n".join(
    ["when,box,who,st,q"]
    + [f"2026-03-{n // 30 + 1:02d}T{n % 24:02d}:00:00Z,Billing API,Globex,{'no' if n % 20 == 0 else 'yes'},{n % 7 + 90}" for n in range(840)]
    + ["soon,Billing API,Globex,yes,=1+1"]
).encode()  # fmt: skip
_FOCUS = "(() => { let a = document.activeElement; while (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement; return a.value })()"


@pytest.fixture
def page(browser, tmp_path):
    """Serve a workspace with a small log of its own and open its page."""
    rows = [
        {"timestamp": f"2026-01-{n // 20 + 1:02d}T{n % 20:02d}:00:00Z", "service": "A", "path": "/v1", "status": 200 + 300 * (n % 5 == 0)}
        for n in range(200)
    ]  # fmt: skip
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(json.dumps(rows).encode()))
    with started("serve", workspace=tmp_path) as link:
        opened = browser.new_page(viewport={"width": DESK[0], "height": DESK[1]}, color_scheme=DESK[2])
        opened.watch = Watch(opened, link)
        opened.goto(link)
        yield opened
        opened.close()


def _drop(page, name):
    """Drop the odd export once the page stands."""
    expect(page.get_by_role("heading", name="Recommended actions")).to_be_visible()
    expect(page.get_by_text("What was understood of the files")).to_be_visible()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": ODD})


def _choice(page, label):
    return page.get_by_label(label, exact=True)


def test_from_an_odd_header_to_a_score_that_is_remembered(page, tmp_path):
    """Columns are chosen where they are missed, the figures follow each choice, and the next such file needs none."""
    _drop(page, "odd.csv")
    expect(page.get_by_text("no column holds the status")).to_be_visible()
    assert page.evaluate(BEYOND) == []
    _choice(page, "Whether it succeeded").select_option(label="st: no")
    expect(page.get_by_role("heading", name="Unnamed customer")).to_be_visible()
    expect(page.locator(".th-score b")).to_be_visible()

    card = page.locator("details", has=page.get_by_text("What was understood of the files"))
    _choice(page, "Customer").select_option(label="who: Globex")
    expect(page.get_by_role("heading", name="Globex")).to_be_visible()
    _choice(page, "Integration").focus()
    page.keyboard.press("b")
    expect(page.get_by_role("definition").filter(has_text="1 (Billing API)")).to_be_visible()
    assert page.evaluate(_FOCUS) == "box: Billing API"
    expect(page.get_by_text("No latency in these files")).to_be_visible()
    _choice(page, "How long it took").select_option(label="q: 90")
    expect(page.get_by_text("93 ms").first).to_be_visible()
    _choice(page, "Unit of how long it took").select_option("seconds")
    expect(page.get_by_text("93 s").first).to_be_visible()
    _choice(page, "HTTP status").select_option(label="box: Billing API")
    expect(card.get_by_role("alert")).to_contain_text("The values of box (Billing API …) are no HTTP statuses.")
    expect(page.get_by_text("93 s").first).to_be_visible()

    with page.expect_download() as started:
        page.get_by_text("Download 1 row left out (CSV)").click()
    assert Path(started.value.path()).read_bytes() == (
        b"\xef\xbb\xbffile,line,reason,text\r\n"
        b'odd.csv,842,time could not be read,"when=soon, box=Billing API, who=Globex, st=yes, q==1+1"\r\n'
    )

    page.reload()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.emulate_media(color_scheme=PHONE[2])
    _drop(page, "next.csv")
    expect(page.get_by_role("heading", name="Globex")).to_be_visible()
    expect(page.get_by_text("93 s").first).to_be_visible()
    card.locator("summary").click()
    expect(_choice(page, "How long it took")).to_have_value("q: 90")
    expect(card.get_by_text(re.compile("as corrected on .* in this workspace")).first).to_be_visible()
    assert page.evaluate(BEYOND) == []
    page.get_by_text("Put everything back").click()
    expect(page.get_by_text("no column holds the status")).to_be_visible()
    assert list(tmp_path.rglob("corrections/*/*")) == []

    assert page.watch.errors == []
    assert page.watch.foreign == []
