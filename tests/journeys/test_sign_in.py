"""A browser comes in by the printed link or with a token, works with the page, and nobody else does."""

import pytest
from playwright.sync_api import expect

from tests.journeys.served import BROWSER, Watch, started
from tests.logs import csv_log
from tests.test_cli import run

pytestmark = BROWSER


@pytest.mark.soak
def test_the_link_and_a_token_open_the_page(browser, tmp_path):
    """The link leads to a page that takes a file; another browser signs in with a token and finds what was stored."""
    token = run("users", "add", "mara", "--workspace", tmp_path).stdout.strip()
    with started("serve", workspace=tmp_path) as link:
        page = browser.new_page()
        watch = Watch(page, link)
        page.goto(link)
        page.locator("input[type=file]").set_input_files(
            {"name": "globex.csv", "mimeType": "text/csv", "buffer": csv_log()}
        )
        expect(page.get_by_role("heading", name="Globex")).to_be_visible()

        other = browser.new_context().new_page()
        other.goto(page.url)
        expect(other.get_by_role("status")).to_contain_text("Sign in with the token")
        other.get_by_label("Token").fill("techhealth_wrong")
        other.get_by_role("button", name="Sign in").click()
        expect(other.get_by_role("status")).to_contain_text("Nobody has this token")
        other.get_by_label("Token").fill(token)
        other.get_by_role("button", name="Sign in").click()
        expect(other.get_by_role("heading", name="Globex")).to_be_visible()

        assert page.url == other.url
        assert watch.errors == []
        assert watch.foreign == []
        page.close()
        other.close()
