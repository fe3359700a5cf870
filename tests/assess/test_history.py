"""Earlier days of a customer: a baseline and something to compare with, never part of what the period counts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import techhealth as th
from techhealth.model import IssueKind
from techhealth.usage.rollup import Rollup, roll_up
from tests.assess.planted import FIRST, event_frame, fail, traffic
from tests.builders import receipt

JANUARY = FIRST.date()


def usage(rows: list[dict[str, object]]) -> th.Usage:
    """Return events with a receipt that names one customer."""
    return th.Usage(events=event_frame(rows), receipt=replace(receipt(), customers=("Globex",)))


def rolled(rows: list[dict[str, object]]) -> Rollup:
    """Return the sums of rows."""
    return roll_up(event_frame(rows))


def shifted(rows: list[dict[str, object]], days: int) -> list[dict[str, object]]:
    """Return rows some days later."""
    return [row | {"at": row["at"] + timedelta(days=days)} for row in rows]  # type: ignore[operator]


def failing(rows: list[dict[str, object]], each: int) -> list[dict[str, object]]:
    """Return rows of which every so many-th fails."""
    for row in rows[::each]:
        fail(row, "500")
    return rows


@pytest.fixture(scope="module")
def december() -> Rollup:
    """Return a calm month before January."""
    return rolled(failing(shifted(traffic(days=31), -31), 100))


@pytest.fixture(scope="module")
def january() -> th.Usage:
    """Return a month in which a tenth of the calls fail."""
    return usage(failing(traffic(days=29), 10))


def test_the_score_is_compared_with_the_month_before(december: Rollup, january: th.Usage) -> None:
    """With the month before at hand the trend is the difference of both rounded scores, which each month has alone."""
    then = th.assess(replace(december, receipt=january.receipt)).score.value
    found = th.assess(january, history=december).score

    assert then is not None
    assert found.value is not None
    assert round(found.value) - round(then) == found.trend.change
    assert (found.trend.direction, found.trend.compared_to) == ("down", f"December ({round(then)})")


def test_history_is_never_counted_in_the_period(december: Rollup, january: th.Usage) -> None:
    """Whole-period counts, the hours and the days of the charts are those of the period alone."""
    alone, found = th.assess(january), th.assess(january, history=december)

    assert alone.period == found.period
    assert alone.integrations[0].calls == found.integrations[0].calls
    assert alone.integrations[0].whole_period.success.n == found.integrations[0].whole_period.success.n
    assert alone.timeline.hours == found.timeline.hours
    assert alone.timeline.daily_failures == found.timeline.daily_failures
    assert found.timeline.daily_score[0].on == found.period.first


def test_a_change_at_the_turn_of_the_month_is_seen(december: Rollup, january: th.Usage) -> None:
    """Failures that are there on every day of an upload rose where the upload before had fewer."""
    (issue,) = th.assess(january, history=december).issues

    assert IssueKind.ERRORS is issue.kind
    assert issue.onset is not None
    assert issue.onset.on == JANUARY
    assert 10 * january.events.height // 100 == issue.impact.failed_calls


def test_days_of_the_period_in_the_history_are_left_out(december: Rollup, january: th.Usage) -> None:
    """Sums that reach into the period do not count its days twice."""
    both = th.merge([december, roll_up(january.events)])

    assert th.assess(january, history=december) == th.assess(january, history=both)


def test_an_upload_of_one_day_looks_back_a_week(december: Rollup) -> None:
    """The current window of a short upload reaches into earlier days, its period does not."""
    found = th.assess(usage(traffic(days=1)), history=december)

    assert (found.period.days, found.window.days) == (1, 7)
    assert date(2025, 12, 26) == found.window.first


def test_an_integration_that_stays_away_is_seen_for_a_while_only() -> None:
    """One whose rows ended lately falls silent; one that ended before the days looked at is no longer judged."""
    other = shifted(traffic(days=40, integration="other"), -60)  # ends twenty days before
    history = rolled([*shifted(traffic(days=60), -60), *other])

    assert {"api", "other"} == {one.name for one in th.assess(usage(traffic(days=1)), history=history).integrations}
    assert {"api"} == {one.name for one in th.assess(usage(traffic(days=29)), history=history).integrations}


def test_no_history_changes_nothing(january: th.Usage) -> None:
    """Sums without a day before the period are no history."""
    assert th.assess(january) == th.assess(january, history=roll_up(january.events.clear()))
