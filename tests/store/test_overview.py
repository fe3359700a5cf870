"""The portfolio of a store: the newest of each customer, the weeks of all its uploads, and tickets."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from techhealth.model import DailyScore, RiskLevel
from techhealth.store import import_customers, keep, newest_assessment, portfolio, save_assessment, tables
from tests import builders
from tests.store.usages import FIRST, usage


def stored(store, customer, *, as_of, score, name=None, minutes=range(5)):
    """Store an upload of a customer with an assessment of a day, whose score held for four weeks before."""
    upload = keep(store, usage(minutes, name=name or f"{customer}-{as_of}", customer=customer), customer=customer)
    plain = builders.assessment()
    days = tuple(DailyScore(on=as_of - timedelta(days=n), value=score) for n in range(28))
    found = replace(
        plain, generated_for=replace(plain.generated_for, customer=customer, as_of=as_of),
        score=replace(plain.score, value=score), timeline=replace(plain.timeline, daily_score=days),
    )  # fmt: skip
    save_assessment(store, upload, found)
    return found


def test_the_newest_assessment_counts_and_older_ones_tell_their_weeks(store):
    """Of two months the later one is shown, the heat map holds both, and the later tells the week they share."""
    stored(store, "Globex", as_of=date(2026, 1, 4), score=90.0, minutes=range(5))
    newest = stored(store, "Globex", as_of=date(2026, 1, 29), score=70.0, minutes=range(5, 9))
    (row,) = portfolio(store, today=date(2026, 1, 29)).rows

    assert row.summary.score == 70.0
    assert row.weeks == (None, *(90.0,) * 3, *(70.0,) * 5)
    assert newest_assessment(store, " globex ") == newest
    assert newest_assessment(store, "Nobody") is None


def test_what_is_known_of_a_customer_stands_beside_its_score(store):
    """Revenue, renewal and segment come with the row; a customer without a log has no score and no risk."""
    import_customers(store, b"name,segment,annual_revenue,renewal_on\nGlobex,Enterprise,1000,2026-03-01\nHooli,,,\n")
    stored(store, "Globex", as_of=date(2026, 1, 1), score=70.0)
    globex, hooli = portfolio(store, today=date(2026, 1, 1)).rows

    assert (globex.account.segment, globex.account.annual_revenue, globex.days_to_renewal) == ("Enterprise", 1000.0, 59)
    assert (globex.risk, globex.last) == (RiskLevel.HIGH, FIRST.date())
    assert (hooli.summary, hooli.risk, hooli.last) == (None, RiskLevel.UNKNOWN, None)


def test_the_last_day_is_one_of_the_customers_zone(store):
    """Midnight in UTC is the evening before in New York."""
    import_customers(store, b"name,zone\nGlobex,America/New_York\n")
    stored(store, "Globex", as_of=date(2025, 12, 31), score=70.0)

    assert portfolio(store, today=date(2026, 1, 1)).rows[0].last == date(2025, 12, 31)


@pytest.mark.parametrize("count", [9, 10])
def test_lead_and_time_to_resolve_come_from_tickets(store, count):
    """A ticket's lead counts from its first flagged issue to the customer's own report; medians need ten tickets."""
    stored(store, "Globex", as_of=date(2026, 1, 29), score=70.0)
    opened = datetime(2026, 1, 20, 9, tzinfo=UTC)
    with store.writing() as connection:
        for number in range(count):
            row = {
                "customer_id": 1, "year": 2026, "number": number, "revision": 1, "state": "resolved", "opened_at": opened,
                "resolved_at": opened + timedelta(days=3), "customer_reported_on": date(2026, 1, 22),
                "document": {"issues": [{"first_flagged_on": "2026-01-17"}, {"first_flagged_on": None}, {"first_flagged_on": "2026-01-15"}]},
            }  # fmt: skip
            connection.execute(insert(tables.tickets).values(row))
    practice = portfolio(store, today=date(2026, 1, 1)).practice

    assert (practice.lead.tickets, practice.resolve.tickets) == (count, count)
    assert (practice.lead.days, practice.resolve.days) == ((7.0, 3.0) if count == 10 else (None, None))


def test_an_empty_store_has_an_empty_board(store):
    """Nobody is known, and nothing fails."""
    assert portfolio(store, today=date(2026, 1, 1)).rows == ()
