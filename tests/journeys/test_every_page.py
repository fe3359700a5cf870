"""Every page fits the screen, leaves nobody out and asks nobody else; and what was found can be acted on from there."""

import pytest
from playwright.sync_api import expect

from tests.journeys.served import BEYOND, BROWSER, SCREENS, Watch, alive, choose_days, violations

pytestmark = BROWSER

#: Page → what it shows last.
PAGES = {
    "health": "text=What was understood of the files", "portfolio": "text=Score by week", "report": ".th-frame",
    "chat": "[contenteditable]", "tuning": ".th-effect",
}  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_the_screen_and_leaves_nobody_out(browser, address, name, width, scheme):
    """Nothing reaches beyond the window, errs, or goes to another host, and axe finds nothing serious."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watch = Watch(page, address)
    page.goto(address.replace("/health/", f"/{name}/"))
    expect(page.locator(PAGES[name]).first).to_be_attached()
    alive(page)

    assert page.evaluate(BEYOND) == []
    assert violations(page, besides=("marimo-file", "marimo-chatbot")) == []
    assert watch.errors == []
    assert watch.foreign == []
    page.close()


def test_what_was_found_is_acted_on_from_the_page_and_the_chat(browser, address):
    """Days chosen in a chart show in all; the ticket opened under "Act on this" is known to the chat, which plans the call.

    The page goes to each answer, and what somebody says is no more than text in it.
    """
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    watch = Watch(page, address)
    page.goto(address)
    alive(page)
    box = page.locator("#root .th-acts").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900  # what to do first is seen without scrolling
    assert choose_days(page) == "16–22 January in the charts of Custom API (Reports)"
    page.get_by_role("link", name="Act on this").click()
    page.locator(".th-does summary", has_text="Create support ticket").click()
    page.get_by_role("button", name="Create support ticket").click()
    expect(page.locator(".th-does").get_by_text("open, since")).to_be_visible()
    expect(page.get_by_role("button", name="Update ticket TECH-")).to_be_visible()

    page.goto(address.replace("/health/", "/chat/"))
    page.locator("[contenteditable]").first.click()
    page.keyboard.type("Create support ticket")
    page.keyboard.press("Enter")
    expect(page.get_by_text("open already").first).to_be_visible()
    page.get_by_role("button", name="Schedule Technical Call").click()
    expect(page.get_by_text("Technical call scheduled").first).to_be_visible()
    page.locator("[contenteditable]").first.click()
    page.keyboard.type("sing **a** song")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“sing **a** song” is not understood here")).to_be_in_viewport()
    assert watch.errors == []
    page.close()
