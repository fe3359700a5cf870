"""The portfolio as a page: what stands out in words, a row each, a number in every cell, names that stay text."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from techhealth.model import Failing, RiskLevel, State
from techhealth.portfolio import Median, Practice
from techhealth.present import page
from techhealth.present.page.elsewhere import rarely
from techhealth.present.page.portfolio import _median
from tests.hostile import PROBES
from tests.portfolio.boards import LAST, NINE, board, finding, known, summary
from tests.present.fragments import Parsed

LOW = RiskLevel.LOW


def read(*customers):
    """Return the page's text with ordinary spaces."""
    return " ".join(Parsed(page.portfolio_page(board(customers))).text.split())


def test_a_shared_incident_is_told_first_and_as_a_coincidence():
    """How many, what, since when, whose; who they are; and how often chance would do it."""
    text = read(*(known(name, summary(findings=[finding()])) for name in ("Globex", "Initech", "Hooli")))

    assert "What stands out▲3 customers, same 503 since 28 January, 09:00 UTC: looks like ours" in text
    assert "Globex (Orders API), Hooli (Orders API), Initech (Orders API); they coincide, which is no proof:" in text
    assert "by chance alone that happens about once in 900 times." in text
    assert text.count("Who: ours; same at 2 other customers") == 3


def test_a_customer_is_named_once_with_all_that_failed_there():
    """Of a shared incident each customer is told with its integrations, and a name without end ends."""
    mine = [finding(), finding(integration="Billing API")]
    text = read(*(known(name, summary(findings=mine)) for name in ("Globex", "Initech", "x" * 90)))

    assert f"Globex (Orders API, Billing API), Initech (Orders API, Billing API), {'x' * 59}… (Orders API" in text
    assert "x" * 60 not in text


def test_old_data_is_never_shown_as_health():
    """A good score of days ago is stale, its risk not known, and the customer is told among those without data."""
    text = read(
        known("Globex", summary(97, risk=LOW), last=LAST - timedelta(days=12)), known("Hooli", summary(95, risk=LOW))
    )

    assert "■1 customer without new data, and silence is not health Globex: no data for 12 days" in text.replace("health", "health ", 1)  # fmt: skip
    assert "97 ■ Stale" in text
    assert "Not known" in text
    assert "●1 customer with new data, a sure score and no issue" in text


def test_a_customer_who_is_down_is_not_called_healthy():
    """While something critical fails its hour stands in place of the band, and first of all; once data are missed nothing is known."""
    down = replace(summary(91), failing=Failing(on=NINE.date(), at=NINE))
    text = read(known("Globex", down), known("Hooli", down, last=LAST - timedelta(days=12)))

    assert "What stands out▲1 customer with failures going on Globex since 28 Jan, 09:00 UTC" in text.replace("going on", "going on ", 1)  # fmt: skip
    assert text.count("91 ▲ Failing") == 1
    assert "Globex since 21 JanHigh" in read(known("Globex", replace(down, failing=Failing(on=date(2026, 1, 21)))))
    assert "91 ■ Stale" in text
    assert "Healthy" not in text


def test_examples_stand_apart():
    """Beside a customer of today samples are folded with the day they live on, and counted in no total; alone they are called samples."""
    weeks = [(LAST - timedelta(days=LAST.weekday()), 57.4)]
    later = LAST + timedelta(days=301)
    new = summary(weeks=[(later - timedelta(days=later.weekday()), 83.0)])
    sample = known("Example", summary(weeks=weeks), example_on=LAST, revenue=300.0, segment="Enterprise")
    made = board([sample, known("Globex", new, last=later, revenue=200.0)], today=later)
    text = Parsed(page.portfolio_page(made)).text
    above, below = text.split("1 sample customer, as of 29 January 2026, not counted above")

    assert "1 customer, as of 26 November 2026" in above
    assert "200 of 200 revenue a year" in above
    assert ("Example" in above, "Sample data" in above) == (False, False)
    assert "ExampleEnterprise, sample" in below
    assert ("83" in above, "57" in below) == (True, True)
    assert "Sample data" in read(sample)


def test_what_is_not_known_is_said():
    """Without a log, a score, something to compare with, or enough tickets, the words say so."""
    text = read(
        known("Never"),
        known("Few", summary(None, risk=RiskLevel.UNKNOWN, state=State.NOT_ENOUGH_DATA)),
        known("Unsure", summary(87, risk=LOW, state=State.LOW_CONFIDENCE)),
    )

    for said in ("no log yet", "1 customer without a log yet", "not enough data", "low confidence", "none yet", "not enough data (0 of 10 tickets)"):  # fmt: skip
        assert said in text


def test_renewals_at_risk_and_revenue_are_counted():
    """The nearest first, only those soon and at more than a low risk; revenue of all whose revenue is known."""
    text = read(
        known("Globex", summary(), renewal=LAST + timedelta(days=45), revenue=300.0),
        known("Hooli", summary(), renewal=LAST + timedelta(days=1), revenue=200.0),
        known("Silent", summary(95, risk=LOW), renewal=LAST + timedelta(days=20), last=LAST - timedelta(days=11)),
        known("Later", summary(), renewal=LAST + timedelta(days=61)),
        known("Well", summary(95, risk=LOW), renewal=LAST + timedelta(days=2), revenue=1500.0),
    )

    assert "▲3 renewals at risk within 60 days" in text
    assert "Hooli in 1 day (risk high), Silent in 20 days (risk not known), Globex in 45 days (risk high)" in text
    assert "500 of 2,000 revenue a year, in the currency of your list" in text


def test_the_largest_moves_are_told_both_ways():
    """Who fell and who rose most, beyond the usual variation."""
    text = read(
        known("Globex", summary(change=-7)), known("Hooli", summary(change=-20)), known("Initech", summary(change=15))
    )

    assert "Hooli fell most" in text
    assert "Initech rose most" in text
    assert "Globex fell most" not in text


def test_each_customer_with_a_log_leads_to_its_page():
    """Names go into the address letter for letter."""
    html = str(page.portfolio_page(board([known("A & B/ö?", summary()), known("Never")])))

    assert html.count('href="../health/?customer=A+%26+B%2F%C3%B6%3F"') == 1
    assert "customer=Never" not in html


def test_every_week_with_a_score_shows_it():
    """A number stands in the cell, whatever its colour; a week without one shows a dash."""
    monday = LAST - timedelta(days=LAST.weekday())
    html = str(page.portfolio_page(board([known("Globex", summary(weeks=[(monday, 57.4)]))])))

    assert f'<td class="th-warn" data-head="{monday.day} Jan">57</td>' in html
    assert html.count('<td class="th-none"') == 8


def test_no_customer_is_a_page_too():
    """It says how customers come."""
    assert "No customers yet" in read()


@pytest.mark.parametrize("probe", PROBES)
def test_hostile_names_stay_text(probe):
    """Names of customers, integrations and segments, titles and codes reach the page only escaped."""
    bad = summary(findings=[finding(code=probe, title=probe, integration=probe)])
    fine = Parsed(
        page.portfolio_page(board([known(name, summary(findings=[finding()]), segment="x") for name in "abc"]))
    )
    told = Parsed(page.portfolio_page(board([known(f"{probe}{n}", bad, segment=probe) for n in range(3)])))

    assert told.tags == fine.tags
    assert told.names == fine.names
    assert " ".join(probe.split()) in " ".join(told.text.split())


def test_the_present_page_is_marked_and_the_customer_is_kept():
    """The way from page to page: where one is, and whom it is about."""
    html = page.navigation("health", about={"customer": "Globex"})

    assert '<a href="../health/?customer=Globex" aria-current="page">Health</a>' in html
    assert '<a href="../portfolio/">All customers</a>' in html
    assert html.count("aria-current") == 1


def test_words_of_rarity_and_medians():
    """Small numbers are told as one in so many; a lead as before, a customer who was first as after."""
    practice = Practice(lead=Median(days=7.0, tickets=12, needed=10), resolve=Median(days=None, tickets=3, needed=10))

    assert rarely(1e-9) == "less than once in 10,000 times"
    assert (
        _median(practice.lead, "before the customer told us")
        == "7.0 days before the customer told us (median of 12 tickets)"
    )
    assert _median(practice.resolve, "") == "not enough data (3 of 10 tickets)"
