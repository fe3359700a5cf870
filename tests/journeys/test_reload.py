"""A dropped file is still there after a reload, and for whoever opens the address later."""

import pytest
from playwright.sync_api import expect

from tests.journeys.served import BROWSER, Watch, demo
from tests.logs import csv_log

pytestmark = BROWSER


@pytest.mark.soak
def test_a_dropped_file_survives_a_reload(browser, tmp_path):
    """The sample says what changed since December; a dropped log is there after a reload and in another tab."""
    with demo(tmp_path) as address:
        page = browser.new_page()
        watch = Watch(page, address)
        page.goto(address)
        expect(page.get_by_text("down 7 since the end of December (80)")).to_be_visible()
        page.locator("input[type=file]").set_input_files(
            {"name": "globex.csv", "mimeType": "text/csv", "buffer": csv_log()}
        )
        expect(page.get_by_role("heading", name="Globex")).to_be_visible()
        expect(page).not_to_have_url(address)

        page.reload()
        expect(page.get_by_role("heading", name="Globex")).to_be_visible()
        expect(page.get_by_text("What was understood of the files")).to_be_visible()
        other = browser.new_page()
        other.goto(page.url)
        expect(other.get_by_role("heading", name="Globex")).to_be_visible()
        page.goto(address)
        expect(page.get_by_text("Sample data")).to_be_visible()

        assert watch.errors == []
        page.close()
        other.close()
