"""What a judgement of days long ago says today, the same at every door."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from techhealth.model import SENT, Risk, RiskLevel
from techhealth.today import as_of_today, covers, days_without
from tests import builders

FOUND = builders.assessment()
LAST = FOUND.generated_for.as_of
CALM = replace(FOUND, risk=Risk(level=RiskLevel.LOW, factors=(), if_not_addressed=()))


def test_a_low_risk_of_days_ago_is_not_known_today():
    """Silence is not health: where newer data are missed a low risk is not known, with the reason."""
    told = as_of_today(CALM, LAST + timedelta(days=60)).risk

    assert (told.level, told.days_without) == (RiskLevel.UNKNOWN, 60)
    assert [one.factor for one in told.factors] == ["No data for 60 days"]
    assert told.if_not_addressed


def test_a_higher_risk_stays_and_the_silence_is_told_beside_it():
    """A log of long ago that was bad says so, and that nothing is known since."""
    told = as_of_today(FOUND, LAST + timedelta(days=60)).risk

    assert told.level is FOUND.risk.level is RiskLevel.HIGH
    assert told.factors == (told.factors[0], *FOUND.risk.factors)


@given(st.integers(-400, 32))
def test_until_the_next_log_is_due_an_assessment_reads_as_it_was_made(days):
    """A month is looked at monthly, a wrong year ahead makes nobody stale, and a long weekend is no silence."""
    assert as_of_today(CALM, LAST + timedelta(days=days)) == CALM


def test_events_that_are_sent_as_they_happen_are_due_every_day():
    """A log is due after as many days as it covers, at most a month; a stream that stops is missed after a long weekend."""
    (file,) = FOUND.receipt.files
    live = replace(FOUND, receipt=replace(FOUND.receipt, files=(replace(file, format=SENT),)))
    quarter = replace(FOUND, period=replace(FOUND.period, days=90))

    assert [covers(one) for one in (live, FOUND, quarter)] == [1, 29, 31]
    assert days_without(date(2026, 1, 29), covers=1, today=date(2026, 2, 2)) is None
    assert days_without(date(2026, 1, 29), covers=1, today=date(2026, 2, 3)) == 5
