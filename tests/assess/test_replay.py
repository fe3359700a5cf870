"""A replay says of each day what an assessment as of that day says, and how early an issue would have been known."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from techhealth.assess import assess, replay
from techhealth.assess.detect import _cut_alarm, _may_have_risen
from techhealth.errors import UsageError
from techhealth.model import IssueKind, Replay, Severity
from techhealth.policy import Detection, Policy
from techhealth.usage.events import Usage
from techhealth.usage.rollup import roll_up
from tests.assess.test_assess import receipt
from tests.planted import T0, events, series

WORSE = [2] * 21 + [30] * 3 + [60] * 4


def replayed(*frames: pl.DataFrame, **options: object) -> Replay:
    """Return the replay of some event frames."""
    return replay(Usage(events=pl.concat(frames).sort("at"), receipt=receipt("Globex")), **options)  # type: ignore[arg-type]


def test_each_day_says_what_the_assessment_as_of_that_day_says():
    """Issues, their severity, cause and onset are those of `assess(as_of=day)`, integration by integration."""
    frames = pl.concat(
        [events(WORSE), events([0] * 19, integration="CRM"), events([1] * 10 + [40] * 18, kind="webhook")]
    )
    usage = Usage(events=frames.sort("at"), receipt=receipt("Globex"))
    rollup = roll_up(usage)
    found = replay(rollup)

    assert len(found.days) == 28
    for day in found.days:
        judged = assess(rollup, as_of=day.as_of).issues
        expected = {(i.id, i.severity, i.causes[0].kind if i.causes else None, i.onset) for i in judged}
        assert {(i.id, i.severity, i.cause, i.onset) for i in day.issues} == expected, day.as_of


def test_a_day_knows_nothing_of_the_days_after_it():
    """The days of a log that goes on are the days of the log that was cut there."""
    whole = replayed(events(WORSE))
    cut = replayed(events(WORSE[:23]))

    assert whole.days[:23] == cut.days


def test_lead_counts_from_first_flagged_to_critical_or_to_the_report():
    """Lead is the days from first flagged to critical; a typed-in report replaces critical."""
    (issue,) = replayed(events(WORSE)).issues
    (told,) = replayed(events(WORSE), reported={"orders-errors": T0 + timedelta(days=30)}).issues

    assert issue.kind is IssueKind.ERRORS
    assert abs(issue.onset.on - (T0 + timedelta(days=21))) <= timedelta(days=1)
    assert T0 + timedelta(days=21) <= issue.first_flagged <= issue.critical_on
    assert issue.lead_days == (issue.critical_on - issue.first_flagged).days
    assert told.lead_days == (T0 + timedelta(days=30) - told.first_flagged).days


def test_a_level_that_stood_before_is_no_warning_of_a_rise():
    """Calls that always failed a little too often were an issue of their own: the rise is flagged when it is one."""
    (seen,) = replayed(events([6] * 30 + [40] * 6)).issues

    assert (seen.onset.on, seen.severity) == (T0 + timedelta(days=30), Severity.CRITICAL)
    assert seen.onset.on <= seen.first_flagged <= seen.critical_on


def test_an_issue_that_comes_back_is_another():
    """Three clear days with data end an issue; the next one of its kind has a number behind its id."""
    found = replayed(events([0] * 14 + [60] * 4 + [0] * 24 + [60] * 4))

    assert [one.id for one in found.issues] == ["orders-errors", "orders-errors-2"]
    assert found.issues[0].last_seen < found.issues[1].first_flagged


def test_policies_are_compared_issue_by_issue():
    """A stricter alarm flags the same rise no later, and each policy is listed with its own figures."""
    slow = Policy(detection=Detection(z_recent=9.0))
    found = replayed(events([2] * 21 + [9] * 7), name="usual", against={"slow to judge": slow})
    usual, other = found.policies

    assert (usual.name, other.name) == ("usual", "slow to judge")
    assert usual.flagged >= other.flagged
    assert usual.issues == found.issues
    assert {usual.policy_sha256, other.policy_sha256} == {Policy().sha256, slow.sha256}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"days": 0}, "one at least"),
        ({"days": [date(2020, 1, 1)]}, "no day of the log"),
        ({"against": {"b": Policy(timezone="Asia/Kolkata")}}, "one zone"),
        ({"reported": {"orders-erors": T0}}, "there is no issue 'orders-erors' to report; none was found"),
    ],
)
def test_what_cannot_be_replayed_is_refused(options: dict[str, object], words: str):
    """Days outside the log, policies of another time zone and reports of unknown issues are refused in a sentence."""
    with pytest.raises(UsageError, match=words):
        replayed(events([0] * 10), **options)


def test_only_the_days_asked_for_are_judged():
    """A number means the last days, a list the days themselves."""
    last = T0 + timedelta(days=27)

    assert [day.as_of for day in replayed(events(WORSE), days=2).days] == [last - timedelta(days=1), last]
    assert [day.as_of for day in replayed(events(WORSE), days=[last, T0]).days] == [T0, last]


@pytest.mark.parametrize("failures", [WORSE, [2] * 28, [0] * 20 + [1, 5] * 4, [60] * 14 + [2] * 14, list(range(28))])
def test_the_screen_misses_no_alarm(failures: list[int]):
    """Where the quick look at all cuts sees nothing, the full one would not have alarmed either."""
    found = series(failures)

    assert _may_have_risen(found.k, found.n, Detection()) or _cut_alarm(found.k, found.n, Detection()) is None
