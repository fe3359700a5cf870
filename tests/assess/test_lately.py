"""What fails right now, and what was over in a day: told by its own hours, not by the mean of a week."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techhealth.assess import assess
from techhealth.assess.severity import failing_from
from techhealth.model import CauseKind, Issue, IssueKind, Owner, Severity, Shape
from techhealth.usage.events import Usage
from tests.assess.test_assess import receipt
from tests.planted import T0, events

_DAYS, _START = 28, datetime(T0.year, T0.month, T0.day, tzinfo=UTC)


def log(*spells, calls=200, each_day=2, kind="api", code=503):
    """Return four weeks with a few failures a day; in each spell (from hour, to hour, 1 of so many) calls fail beside them."""
    plain = events([each_day] * _DAYS, calls=calls, kind=kind)
    hour, number = (pl.col("at") - _START).dt.total_hours(), pl.int_range(pl.len())
    down = pl.any_horizontal(
        hour.is_between(first, last, closed="left") & (number % every == 0) for first, last, every in spells
    )
    why = pl.lit(str(code) if kind == "api" else "timeout")
    return plain.with_columns(
        ok=pl.col("ok") & ~down, error=pl.when(down).then(why).otherwise("error"),
        status=pl.when(down).then(code).otherwise("status"),
    )  # fmt: skip


def issue_of(frame: pl.DataFrame) -> Issue:
    """Return the one issue of a log."""
    (issue,) = assess(Usage(events=frame, receipt=receipt("Globex"))).issues
    return issue


@pytest.mark.parametrize("kind", ["api", "webhook"])
@pytest.mark.parametrize(("hours", "every"), [(39, 2), (24, 3), (14, 1), (48, 4), (72, 5)])
def test_what_fails_right_now_is_critical_by_its_own_rate(hours, every, kind):
    """An outage that goes on is critical on its first days, whatever the mean of the week still hides."""
    end = 24 * _DAYS
    issue = issue_of(log((end - hours, end, every), kind=kind))

    assert (issue.severity, issue.shape) == (Severity.CRITICAL, Shape.STEP)
    assert issue.spell.last is None
    assert abs(issue.spell.first - (_START + timedelta(hours=end - hours))) <= timedelta(hours=2)
    assert issue.onset.on == issue.spell.first.date()


def test_what_climbed_fails_now_since_the_day_it_passed_the_limit():
    """However it came about: a slow climb from that day, what was too much before it rose from then on; what fell back is over."""
    climb = [2] * 8 + [2 + 4 * day for day in range(1, 21)]
    passed = next(day for day, failed in enumerate(climb) if failed > 0.1 * 200)
    high = [25] * 14 + [90] * 14
    found = [issue_of(events(failed, calls=200)).failing for failed in (climb, high, [*climb[:-3], 4, 5, 3])]

    assert [one and one.on for one in found] == [*(T0 + timedelta(days=day) for day in (passed, 14)), None]


@pytest.mark.parametrize(
    ("failed", "since"),
    [
        ([2, 30, 2, 30, 15, 30], 3),  # a day that may be chance ends nothing, one that surely fell does
        ([2, 2, 2, 2, 2, 30], 5),
        ([30, 30, 30, 30, 30, 2], None),
        ([2, 2, 2, 2, 2, 22], None),  # beyond the limit by chance, perhaps
    ],
)
def test_days_end_a_failure_only_where_surely_fewer_fail(failed, since):
    """Of 200 calls a day a tenth is too many."""
    assert failing_from(np.array(failed), np.full(len(failed), 200), limit=0.1) == since


def test_what_fails_right_now_fails_since_its_hour():
    """A spell that goes on is told to the hour, one that is over is no failure any more."""
    end = 24 * _DAYS
    now, over = (issue_of(log((end - hours, end - hours + 30, 2))) for hours in (30, 70))

    assert (now.failing.at, now.failing.on) == (now.spell.first, now.spell.first.date())
    assert (over.failing, over.spell.last is None) == (None, False)


def test_bad_days_in_a_row_are_no_spell():
    """Where days vary a lot, two bad ones at the end are their luck: hours are no evidence each, an outage of some is."""
    varied = [3, 9, 2, 1, 14, 11, 4, 2, 6, 1, 17, 12, 3, 2, 5, 8, 1, 2, 15, 9, 3, 4, 1, 6, 2, 3]
    bad, down = (
        assess(Usage(events=events([*varied, *last], calls=400), receipt=receipt("Globex")))
        for last in ([16, 18], [4, 160])
    )

    assert [one.spell for one in bad.issues] == [None] * len(bad.issues)
    assert [one.spell.first.date() for one in down.issues] == [(_START + timedelta(days=27)).date()]


def test_an_outage_that_crowns_a_climb_began_with_the_climb():
    """The loudest hours of a climb are its end: they are told as what goes on, and the onset may lie before them."""
    growing = [2] * (_DAYS - 4) + [5, 7, 11]
    frame = events([*growing, 60], calls=200)
    issue = issue_of(frame)

    assert issue.onset.earliest < issue.onset.on == issue.spell.first.date()


@pytest.mark.parametrize(("hours", "calls"), [(2, 300), (6, 300), (5, 4_000)])
def test_access_that_is_refused_right_now_is_critical_on_its_first_day(hours, calls):
    """A credential that dies in the evening is critical the same day, however little of the week that is yet."""
    end = 24 * _DAYS
    (issue,) = found = assess(
        Usage(events=log((end - hours, end, 1), calls=calls, code=401), receipt=receipt("Globex"))
    ).issues

    assert [(one.kind, one.severity, one.shape) for one in found] == [(IssueKind.AUTH, Severity.CRITICAL, Shape.STEP)]
    assert (issue.owner, issue.causes[0].kind) == (Owner.CUSTOMER, CauseKind.EXPIRED_CREDENTIAL)
    assert f"since 1 February, {24 - hours}:00 UTC: " in issue.title


@pytest.mark.parametrize("code", [401, 503])
def test_lately_is_the_current_window_and_before_is_all_but_what_goes_on(code):
    """An issue counts the whole window, however little of it is refused, and the same calls before as its cause does."""
    found = assess(Usage(events=log((24 * 27 + 6, 24 * 28, 1), each_day=0, code=code), receipt=receipt("Globex")))
    (issue,) = found.issues

    assert (found.integrations[0].success.k, found.integrations[0].success.n) == (
        issue.recent.n - issue.recent.k,
        issue.recent.n,
    )
    assert sum(week.n for week in issue.weekly) == issue.baseline.n + issue.spell.n
    if code == 401:
        assert f"none of {issue.baseline.n:,} before" in issue.causes[0].statement


def test_the_present_rate_and_that_of_the_window_stand_side_by_side():
    """The outlook names the rate since its hour and the mean of the window, each with what it is of."""
    issue = issue_of(log((24 * _DAYS - 39, 24 * _DAYS, 2)))

    assert issue.forecast.text.startswith("49.8 % of calls fail ")
    assert "since 31 January, 09:00 UTC (162 of 325), above the 10 %" in issue.forecast.text
    assert issue.forecast.text.endswith(f"; {100 * issue.recent.k / issue.recent.n:.1f} % over the last 7 days.")


def test_a_rate_whose_interval_reaches_below_the_critical_one_is_not_critical():
    """One in eight of few calls is not surely more than one in ten."""
    issue = issue_of(log((24 * (_DAYS - 2), 24 * _DAYS, 8), each_day=1))

    assert issue.severity == Severity.WARNING


@pytest.mark.parametrize(
    ("first", "last", "severity"),
    [(24 * 25, 24 * 26, Severity.WARNING), (24 * 23, 24 * 25, Severity.WARNING), (24 * 26 + 6, 24 * 26 + 14, Severity.INFO)],
)  # fmt: skip
def test_an_outage_that_is_over_says_so_and_is_not_judged_by_its_peak(first, last, severity):
    """Nothing rises and nothing is critical once it is over; it is a warning where it took a tenth of the week."""
    issue = issue_of(log((first, last, 1)))

    assert (severity, Shape.BURST) == (issue.severity, issue.shape)
    assert "which was over by" in issue.title
    assert issue.forecast.text.startswith("It was over by")
    assert issue.trend is None or abs(issue.trend.points_per_week) < 0.5
    assert _START + timedelta(hours=last) == issue.spell.last


def test_outages_that_paused_for_as_long_before_are_not_over():
    """Half a quiet day ends nothing where as long a pause ended nothing before: they recur, as severe as they are."""
    hours = [24 * day + start for day in range(21, _DAYS) for start in (1, 13)]
    issue = issue_of(log(*((start, start + 3, 1) for start in hours), calls=2_000))

    assert (issue.shape, issue.severity) == (Shape.RECURRING, Severity.CRITICAL)
    assert abs(issue.onset.on - (_START + timedelta(days=21)).date()) <= timedelta(days=1)
    assert "over" not in issue.title + issue.forecast.text.replace("over the last", "")


def test_an_outage_after_which_another_came_is_not_over():
    """Three calm days ended nothing where all failed again on the fourth, though for an hour only."""
    issue = issue_of(log((24 * 23, 24 * 23 + 3, 1), (24 * 26 + 5, 24 * 26 + 6, 1), calls=480, each_day=1))

    assert issue.shape is Shape.RECURRING
    assert "over" not in issue.title


def test_outages_after_which_it_was_calm_for_longer_than_in_any_pause_are_over():
    """Three days without a failure end what had come back every few hours."""
    issue = issue_of(log(*((24 * 24 + start, 24 * 24 + start + 3, 1) for start in (1, 7, 13)), calls=2_000))

    assert issue.shape is Shape.BURST
    assert "01:00–16:00 UTC, which was over by 29 January, 16:00 UTC" in issue.title


def test_one_bad_day_is_told_when_it_happens_or_never():
    """A dozen failures of one busy Monday are no level because fewer calls come afterwards."""
    calls = [400] * 24 + [100] * 4
    frame = events([0] * 23 + [12] + [0] * 4, calls=calls)

    assert assess(Usage(events=frame, receipt=receipt("Globex"))).issues == ()


@pytest.mark.parametrize(("failures", "issues"), [(2, 0), (5, 1)])
def test_a_level_of_a_young_log_takes_several_failures(failures, issues):
    """Two failures of forty calls say little of any level, however surely they are more than one in a hundred."""
    found = assess(Usage(events=events([failures], calls=40), receipt=receipt("Globex")))

    assert len(found.issues) == issues


def test_an_hour_in_which_all_failed_is_no_level_of_a_young_log():
    """All failures of two days lie in an hour or two that are over: they are told as that."""
    frame = log((30, 32, 1), calls=120, each_day=0).filter(pl.col("at") < _START + timedelta(days=2))
    issue = issue_of(frame)

    assert (issue.shape, issue.severity) == (Shape.BURST, Severity.INFO)
    assert "06:00–08:00 UTC, which was over by" in issue.title


def test_one_bad_day_within_a_rise_is_told_apart_from_it():
    """A climb with a day that stands out keeps its severity, and says how large that day was and what is left without it."""
    climb = [2] * 8 + [3 + round(0.75 * day) for day in range(20)]
    climb[26] = 90
    issue = issue_of(events(climb, calls=250))

    assert (issue.severity, issue.shape) == (Severity.CRITICAL, Shape.RAMP)
    assert "fall on 31 January (36" in issue.forecast.text
    assert "), which is over; without it " in issue.forecast.text


def test_a_rise_that_began_before_its_worst_day_is_not_over_with_it():
    """Where the day before failed five times as often as usual already, the worst hours are a part of what goes on."""
    issue = issue_of(log((24 * 26 + 8, 24 * 26 + 20, 6), (24 * 27 + 8, 24 * 27 + 20, 2), calls=600, each_day=6))

    assert (issue.shape, issue.title.startswith("Errors rose from 1.0 % to ")) == (Shape.STEP, True)
    assert issue.onset.on == (_START + timedelta(days=26)).date()


def test_a_part_of_the_hours_does_not_hide_an_outage_of_all():
    """Where a block of hours rises and most of a week's failures are one outage, the outage is told."""
    issue = issue_of(log((24 * 23, 24 * 25, 1), (24 * 20 + 18, 24 * 20 + 20, 4), (24 * 26 + 18, 24 * 26 + 20, 4)))

    assert (issue.severity, issue.title.startswith("Errors of hours")) == (Severity.WARNING, False)


def test_a_climb_is_no_step_because_its_last_days_fail_most():
    """A rise of two weeks keeps its shape and its first day."""
    issue = issue_of(events([2] * 14 + [2 + 2 * day for day in range(14)]))

    assert issue.shape == Shape.RAMP
    assert T0 + timedelta(days=11) <= issue.onset.on <= T0 + timedelta(days=18)


def test_hours_that_fail_every_day_are_no_spell():
    """What comes back at its hours is a pattern, not something that began today."""
    evenings = [(24 * day + 20, 24 * day + 24, 1) for day in range(14, _DAYS)]
    issue = issue_of(log(*evenings))

    assert issue.spell is None


def test_a_day_that_is_not_much_worse_than_others_is_no_spell():
    """Days have their luck: half as much again on the last one is no outage."""
    assert issue_of(events([20] * 27 + [30])).spell is None


@settings(max_examples=8, deadline=None)
@given(worse=st.integers(0, 40))
def test_more_failures_right_now_never_lower_the_severity(worse):
    """One law: the more of today's calls fail, the more severe."""
    order = list(Severity)
    base, more = (events([2] * 27 + [failed]) for failed in (60, 60 + worse))

    assert order.index(issue_of(base).severity) <= order.index(issue_of(more).severity)


def test_the_rate_of_a_spell_counts_its_own_hours():
    """The failures and calls of a spell are those of its hours alone."""
    frame, first = log((24 * 27, 24 * 28, 2)), _START + timedelta(days=27)
    inside = frame.filter(pl.col("at") >= first)
    spell = issue_of(frame).spell

    assert (int((~inside["ok"]).sum()), len(inside)) == (spell.k, spell.n)
    assert np.isclose(spell.k / spell.n, 0.5, atol=0.05)


def test_what_began_in_the_last_hours_is_explained_by_them():
    """Repeats of the last day are found under weeks of ordinary failures, though only a level says that something is wrong."""
    frame = log((24 * (_DAYS - 1) + 3, 24 * _DAYS, 9), each_day=3)
    young = (pl.col("at") >= _START + timedelta(days=_DAYS - 1)) & pl.col("ok").not_()
    issue = issue_of(frame.with_columns(is_retry=young & (pl.int_range(pl.len()) % 9 == 0)))

    assert issue.onset.on == (_START + timedelta(days=_DAYS - 1)).date()
    assert issue.causes[0].kind is CauseKind.RETRIES
