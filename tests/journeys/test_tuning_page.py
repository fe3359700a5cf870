"""An analyst doubts a threshold: he turns it by keyboard, sees what moves, saves the policy, and the page judges by it."""

import os

import pytest
from playwright.sync_api import expect

from tests.journeys.served import BEYOND, BROWSER, DESK, PHONE, Watch, alive, violations

pytestmark = BROWSER
SOAK = bool(os.environ.get("TECHHEALTH_SOAK"))
#: Width, height and colour scheme.
SCREENS = [(width, 900, scheme) for width in (390, 768, 1440) for scheme in ("light", "dark")] if SOAK else [PHONE]


def _opened(browser, screen):
    """Return a page of a size and theme."""
    width, height, scheme = screen
    return browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()


@pytest.mark.soak
def test_a_threshold_is_turned_by_keyboard_saved_and_used(browser, address):
    """From the page to an integration and back, to the controls, and back to a page that judges by what was saved."""
    page = _opened(browser, DESK)
    watch = Watch(page, address)

    page.goto(address)
    alive(page)
    page.get_by_role("link", name="Custom API (Reports)", exact=True).last.press("Enter")
    expect(page.get_by_role("heading", name="Why this score")).to_be_visible()
    expect(page.get_by_role("heading", name="Recommended actions")).to_be_hidden()
    expect(page.get_by_role("heading", name="Act on this")).to_be_visible()
    alive(page)
    assert violations(page, besides=("marimo-file",)) == []
    page.get_by_role("link", name="All integrations of Acme Corp").press("Enter")
    alive(page)
    page.get_by_role("link", name="acme.toml").press("Enter")

    expect(page.get_by_role("heading", name="Tuning: Acme Corp")).to_be_visible()
    expect(page.locator(".th-effect")).to_contain_text("as it is")
    target = page.get_by_label("Target of the success rate, %", exact=True)
    target.fill("97.1")
    target.press("ArrowDown")
    expect(page.get_by_role("row", name="Target of the success rate")).to_contain_text("97 %")
    expect(page.get_by_role("row", name="– Vanishes")).to_contain_text("Slack Notifications")
    expect(target).to_be_focused()
    expect(page.locator(".th-diff ins").last).to_have_text("+success = 0.97\n")

    window = page.get_by_label("Current window, days", exact=True)
    window.fill("900")
    window.press("Tab")
    expect(page.locator(".th-knobs .th-refused")).to_have_text(
        "■ At most 366 days; 900 days was not taken, 7 days stands."
    )
    expect(page.get_by_label("How clear a rise must be, standard deviations", exact=True)).to_be_focused()
    window.fill("7")
    window.press("Tab")
    expect(page.locator(".th-knobs .th-refused")).to_have_count(0)

    weight = page.get_by_label("API success, %", exact=True)
    weight.focus()
    weight.press("ArrowUp")
    expect(page.get_by_role("row", name="API success Weights")).to_contain_text("31 %")
    expect(page.get_by_role("row", name="Error trend Weights")).to_contain_text("19.7 %")
    weight.press("ArrowDown")
    expect(page.get_by_role("row", name="Error trend Weights")).to_have_count(0)
    assert violations(page, besides=("marimo-file",)) == []
    assert page.evaluate(BEYOND) == []

    page.get_by_label("Name").fill("calmer")
    page.get_by_label("Name").press("Tab")
    page.get_by_role("button", name="Save and use").press("Enter")
    expect(page.get_by_text("Acme Corp is judged by calmer from now on.")).to_be_visible()
    expect(page.locator(".th-effect")).to_contain_text("as it is")
    page.get_by_role("link", name="Its health page").press("Enter")
    expect(page.get_by_role("link", name="calmer")).to_be_visible()
    expect(page.get_by_role("row", name="Slack Notifications 88")).to_contain_text("None")

    assert watch.errors == []
    assert watch.foreign == []
    page.context.close()


@pytest.mark.soak
@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_the_page_fits_the_screen(browser, address, screen):
    """Nothing reaches beyond the window, opened groups included, and on the long run a replay of both policies."""
    page = _opened(browser, screen)
    watch = Watch(page, address)

    page.goto(address.replace("/health/", "/tuning/"))
    expect(page.locator(".th-effect")).to_be_visible()
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    page.get_by_label("Least rise of the failure rate, %", exact=True).press("ArrowUp")
    expect(page.locator(".th-diff")).to_be_visible()
    if SOAK:
        page.get_by_role("button", name="Replay both policies").press("Enter")
        expect(page.get_by_role("row", name="As turned here").first).to_be_visible()

    assert page.evaluate(BEYOND) == []
    assert violations(page, besides=("marimo-file",)) == []
    page.goto(f"{address}?integration=Webhook+%28Events%29")
    expect(page.get_by_role("heading", name="Why this score")).to_be_visible()
    assert page.evaluate(BEYOND) == []
    assert violations(page, besides=("marimo-file",)) == []
    assert watch.errors == []
    assert watch.foreign == []
    page.context.close()
