"""From all customers to one of them and back, on every screen, with customers whose names try to become markup."""

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import expect

from techhealth.store import connect, import_customers, keep, save_assessment
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.journeys.served import BEYOND, BROWSER, SCREENS, Watch, alive, demo, violations
from tests.store.usages import usage

pytestmark = BROWSER


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve a workspace with a customer, one for each hostile text, and one that waits for its first log."""
    workspace = tmp_path_factory.mktemp("workspace")
    store = connect(workspace)
    import_customers(store, b"name,segment,annual_revenue,renewal_on\nGlobex,Enterprise,1000,2026-03-01\nHooli,,,\n")
    plain = builders.assessment()
    for n, name in enumerate(("Globex", *PROBES, f"{'long ' * 30}{'x' * 300}")):
        found = plain if name == "Globex" else replace(poisoned(plain, name), timeline=plain.timeline)
        made = replace(plain.generated_for, customer=name, as_of=date(2026, 1, 29))
        upload = keep(store, usage(range(5), name=f"log{n}", customer=name), customer=name)
        save_assessment(store, upload, replace(found, generated_for=made))
    store.engine.dispose()
    with demo(workspace) as served:
        yield served.replace("/health/", "/portfolio/")


@pytest.mark.soak
@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_all_customers_fit_every_screen_and_stay_text(browser, address, width, scheme):
    """Nothing runs, loads, errs or reaches beyond the window, and axe finds nothing serious."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watch = Watch(page, address)
    page.goto(address)
    alive(page)
    expect(page.get_by_role("heading", name="All customers")).to_be_visible()
    expect(page.get_by_text("<script>window.PWN").first).to_be_visible()

    assert page.evaluate(BEYOND) == []
    assert page.evaluate("window.PWN") is None
    assert violations(page) == []
    assert watch.errors == []
    assert watch.foreign == []
    page.close()


@pytest.mark.soak
def test_a_row_leads_to_its_customer_and_back(browser, address):
    """The link opens the newest assessment of its customer; one nobody knows is told so, not taken for another."""
    page = browser.new_page()
    watch = Watch(page, address)
    page.goto(address)
    alive(page)
    page.get_by_role("link", name="Globex").first.click()
    expect(page.get_by_role("heading", name="Globex")).to_be_visible()
    expect(page.get_by_text("What was understood of the files")).to_be_visible()

    page.goto(address.replace("/portfolio/", "/health/?customer=Nobody"))
    expect(page.get_by_text("Nothing is stored of Nobody.")).to_be_visible()
    expect(page.locator(".th-score")).to_have_count(0)
    page.get_by_role("navigation", name="Pages").get_by_text("All customers").click()
    expect(page.get_by_role("heading", name="All customers")).to_be_visible()

    assert watch.errors == []
    page.close()
