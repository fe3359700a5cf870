"""The one journey: from an odd export to a score, an issue, a corrected column, another threshold and a report to send."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser, Locator, Page, TimeoutError, expect

from tests.journeys.served import BEYOND, BROWSER, DESK, Watch, alive, started

pytestmark = BROWSER

#: Nobody could guess which column tells the outcome, or that `q` is a duration; from the 22nd day on a third fails.
ODD = "\n".join(
    ["when,box,payer,st,q"]
    + [f"2026-03-{n // 30 + 1:02d}T{n % 24:02d}:00:00Z,Billing API,Globex,{'no' if n % (3 if n > 630 else 50) == 0 else 'yes'},{n % 7 + 90}" for n in range(840)]
).encode()  # fmt: skip
#: A part that can be scrolled takes the focus too while nothing in it does.
_REACHED = (
    "one => { const at = one.getRootNode().activeElement; return !!at && at !== document.body && at.contains(one)"
    " && at.tabIndex >= 0 }"
)


@dataclass(frozen=True)
class Hand:
    """How a visitor does what he does: with a mouse, or with a keyboard and nothing else."""

    page: Page
    by_keys: bool

    def reach(self, one: Locator) -> None:
        """Go to an element."""
        alive(self.page)
        expect(one).to_be_attached()
        if not self.by_keys:
            one.focus()
            return
        for _ in range(400):
            if one.evaluate(_REACHED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the tabulator does not lead to {one}")

    def press(self, one: Locator) -> None:
        """Follow a link, press a button, open what is closed."""
        if self.by_keys:
            self.reach(one)
            self.page.keyboard.press("Enter")
        else:
            one.click()

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list, which is the only one that begins with its letter."""
        one = self.page.get_by_label(label, exact=True)
        if self.by_keys:
            self.reach(one)
            self.page.keyboard.press(option[0])
        else:
            one.select_option(label=option)

    def _asked(self, one: Locator) -> FileChooser:
        """Press the key on a place for files, once more where the page was drawn anew between the focus and the key."""
        for patience_ms in (5_000, 30_000):
            self.reach(one)
            try:
                with self.page.expect_file_chooser(timeout=patience_ms) as asked:
                    self.page.keyboard.press("Enter")
                return asked.value
            except TimeoutError as error:
                missed = error
        raise missed

    def drop(self, name: str, content: bytes) -> None:
        """Give the page a file."""
        one, file = self.page.locator("input[type=file]"), {"name": name, "mimeType": "text/csv", "buffer": content}
        if self.by_keys:
            self._asked(one).set_files(file)
        else:
            one.set_input_files(file)


@pytest.mark.parametrize("by_keys", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["mouse", "keyboard"])
def test_from_an_odd_export_to_a_report(browser, tmp_path, by_keys):
    """Each step leads to the next, on one page after the other, without an error and without asking another host."""
    with started("serve", workspace=tmp_path) as link:
        context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, color_scheme=DESK[2])
        page = context.new_page()
        watch, hand = Watch(page, link), Hand(page, by_keys)
        page.goto(link)

        hand.drop("odd.csv", ODD)
        expect(page.get_by_text("no column holds the status")).to_be_visible()
        hand.choose("Whether it succeeded", "st: no")
        expect(page.locator(".th-score b")).to_be_visible()
        hand.choose("Customer", "payer: Globex")
        expect(page.get_by_role("heading", name="Globex")).to_be_visible()

        issue = page.locator("article.th-issue").first
        hand.press(issue.locator("summary", has_text="Evidence in detail"))
        expect(issue.locator("details.th-detail")).to_have_attribute("open", "")
        expect(page.get_by_text("No latency in these files")).to_be_visible()
        hand.choose("How long it took", "q: 90")
        expect(page.get_by_text("93 ms").first).to_be_visible()
        assert page.evaluate(BEYOND) == []

        hand.press(page.get_by_role("link", name="the default policy"))
        expect(page.get_by_role("heading", name="Tuning: Globex")).to_be_visible()
        expect(page.locator(".th-effect")).to_contain_text("as it is")
        hand.reach(page.get_by_label("Target of the success rate, %", exact=True))
        page.keyboard.press("ArrowDown")
        expect(page.locator(".th-diff ins").last).to_contain_text("+success = 0.9")
        hand.press(page.get_by_role("link", name="Its health page"))
        expect(page.get_by_role("heading", name="Globex")).to_be_visible()

        with page.expect_download() as asked:
            hand.press(page.get_by_text("Report for the customer (HTML)"))
        report = Path(asked.value.path()).read_text(encoding="utf-8")
        assert [re.search(one, report) is None for one in ("<title>", "Globex", r"93\sms")] == [False] * 3
        assert watch.errors == []
        assert watch.foreign == []
        context.close()
