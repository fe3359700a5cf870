"""An engineer opens the report from a mail: a file on his disk, no network, any width, light or dark, or on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

import techhealth as th
from techhealth.present.audience import Audience
from techhealth.present.report import Look, report
from techhealth.server import reports
from techhealth.server.shipped import shipped
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.journeys.served import BROWSER, SCREENS, SOAK, Watch, choose_days, violations

pytestmark = BROWSER

_BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SEEN_TWICE = """() => [...document.querySelectorAll('.th-chart')].filter(one =>
  [...one.children].filter(part => part.getClientRects().length).length > 1).length"""
_CUT = """() => [...document.querySelectorAll('#App :is(h1, h2, h3, td, th, dd, li, p, figcaption)')]
  .filter(one => !one.closest('.th-scroll') && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible')
  .map(one => one.textContent.slice(0, 40))"""


@pytest.fixture(scope="module")
def look(tmp_path_factory):
    """Return the style of the pages and the real chart library."""
    return Look(
        style=(shipped("notebooks") / "style.css").read_text(encoding="utf-8"),
        charts=reports.chart_library(tmp_path_factory.mktemp("charts")),
    )


def _opened(browser, path: Path, *, width: int, scheme: str):
    """Return a page that shows a file, what it did, and every address it asked for."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watch, asked = Watch(page, ""), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    expect(page.locator(".th-chart:not(.th-is-live)")).to_have_count(0, timeout=30_000)
    return page, watch, asked


@pytest.mark.soak
def test_the_report_opens_offline_on_every_screen(browser, look, tmp_path, record_property):
    """One request, its own; no error, nothing beyond the window, no chart twice, nothing that keeps somebody from reading it."""
    usage = th.read(str(shipped("data") / "acme_api_logs_jan2026.json.gz"))
    policy = th.Policy.from_toml(shipped("data") / "acme.toml")
    file = tmp_path / "acme.html"
    file.write_bytes(reports.encoded(report(th.assess(usage, policy=policy), policy, look=look)))
    record_property("size of the Acme report in MB", f"{file.stat().st_size / 1e6:.2f} (bar 1.5)")

    assert file.stat().st_size <= 1_500_000
    for width, scheme in SCREENS:
        page, watch, asked = _opened(browser, file, width=width, scheme=scheme)
        assert page.evaluate(_BEYOND) <= 0
        assert page.evaluate(_CUT) == []
        assert page.evaluate(_SEEN_TWICE) == 0
        assert not (SOAK or width == 390) or violations(page) == []
        page.emulate_media(media="print")
        assert page.evaluate(_SEEN_TWICE) == 0
        assert page.locator(".th-still:visible").count() == page.locator(".th-chart:visible").count() > 0
        assert page.locator(".th-live:visible").count() == 0
        assert asked == [file.as_uri()]
        assert watch.errors == []
        page.close()


@pytest.mark.soak
@pytest.mark.parametrize("audience", Audience)
def test_a_hostile_report_does_nothing(browser, look, tmp_path, audience):
    """Where every text tries to become markup, nothing runs, loads or restyles, charts and their tooltips included."""
    bad, file = poisoned(builders.assessment(), " ".join(PROBES)), tmp_path / "bad.html"
    file.write_bytes(reports.encoded(report(bad, th.Policy(), look=look, audience=audience)))
    page, watch, asked = _opened(browser, file, width=390, scheme="dark")
    page.locator(".th-live .mark-rect path").first.hover(force=True)

    assert page.evaluate("window.PWN") is None
    assert page.evaluate(_BEYOND) <= 0
    assert asked == [file.as_uri()]
    assert watch.errors == []
    page.close()


def test_days_chosen_in_a_chart_are_seen_in_the_others(browser, look, tmp_path):
    """In the file as on the page: a week of one chart stands out in every chart of its integration, until all are shown again."""
    file = tmp_path / "chosen.html"
    file.write_bytes(reports.encoded(report(builders.assessment(), th.Policy(), look=look)))
    page, watch, asked = _opened(browser, file, width=1200, scheme="light")

    assert choose_days(page).endswith("in the charts of Custom API (Reports)")
    assert asked == [file.as_uri()]
    assert watch.errors == []
    page.close()


def test_without_scripts_each_chart_is_still_there(browser, look, tmp_path):
    """A mail program that runs no script shows the still charts."""
    file = tmp_path / "still.html"
    file.write_bytes(reports.encoded(report(builders.assessment(), th.Policy(), look=look)))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())

    assert page.locator("#score .th-still svg").last.is_visible()
    assert page.locator(".th-live").count() == 0
    context.close()
