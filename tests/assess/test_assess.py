"""Whole assessments of small planted logs: what a customer success manager would be told, and what not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from techhealth.assess import assess
from techhealth.errors import InputError, UsageError
from techhealth.model import (
    Assessment,
    Grade,
    IssueKind,
    LatencyStatus,
    Receipt,
    RiskLevel,
    Severity,
    Shape,
    State,
    Trust,
)
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.usage.events import EVENT_SCHEMA, Usage
from tests.planted import T0, events


def receipt(*customers: str) -> Receipt:
    """Return a receipt that names some customers and otherwise says nothing."""
    return Receipt(
        files=(), events=0, api_calls=0, webhook_deliveries=0, auth_events=0, integrations=0, duplicates=0,
        trust=Trust(grade=Grade.A, reasons=()), customers=customers, integration_names=(), first=None, last=None,
    )  # fmt: skip


def assessed(*frames: pl.DataFrame, policy: Policy | None = None, as_of: date | None = None) -> Assessment:
    """Return the assessment of some event frames."""
    usage = Usage(events=pl.concat(frames).sort("at"), receipt=receipt("Globex"))
    return assess(usage, policy=policy, as_of=as_of)


def health(found: Assessment, name: str):
    """Return one integration's part."""
    return next(one for one in found.integrations if one.name == name)


def test_failing_deliveries_of_an_integration_that_also_has_calls_are_seen():
    """Deliveries are judged by themselves: healthy calls beside them neither hide nor soften their failures."""
    found = assessed(events([0] * 28), events([1] * 16 + [60] * 12, kind="webhook"))
    (issue,) = [one for one in found.issues if one.kind is IssueKind.WEBHOOK]

    assert (issue.severity, issue.shape) == (Severity.CRITICAL, Shape.STEP)
    assert abs(issue.onset.on - (T0 + timedelta(days=16))) <= timedelta(days=1)
    assert [(week.k, week.n) for week in issue.weekly] == [(7, 1400), (7, 1400), (302, 1400), (420, 1400)]


def test_rows_without_outcome_are_not_silence():
    """Calls of unknown outcome are traffic: there is too little known for a score, and their latency is shown."""
    frame = events([0] * 28).with_columns(ok=pl.lit(None, pl.Boolean), status=pl.lit(None, pl.Int64))
    found = assessed(frame)

    assert (found.score.state, found.score.value) == (State.NOT_ENOUGH_DATA, None)
    assert health(found, "Orders").latency.p95_ms == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize("others", [(), ("CRM",)])
@pytest.mark.parametrize("after", [2, 6])
def test_a_named_day_after_the_last_one_says_that_nothing_came_until_then(others, after):
    """Of a customer whose traffic stopped, of one integration or of more, all are silent as of a later day, without a score."""
    frames = [events([1] * 28, integration=name) for name in ("Orders", *others)]
    found = assessed(*frames, as_of=T0 + timedelta(days=27 + after))

    assert (found.period.last, found.timeline.daily_score[-1].value) == (found.generated_for.as_of, None)
    assert (found.score.value, found.score.state) == (None, State.SILENT)
    assert {(one.state, one.score) for one in found.integrations} == {(State.SILENT, None)}
    for issue in found.issues:
        first, second = T0 + timedelta(days=28), T0 + timedelta(days=29)
        assert (issue.kind, issue.onset.on, issue.first_flagged_on) == (IssueKind.VOLUME, first, second)
    assert len(frames) == len(found.issues)


def test_without_a_named_day_the_log_ends_with_its_last_row():
    """Nobody said that the log goes on: an analysis and one as of the last day are the same."""
    frame = events([1] * 28)

    assert assessed(frame) == assessed(frame, as_of=T0 + timedelta(days=27))


def test_a_day_too_long_after_the_last_one_is_refused():
    """Of a day more than a year later the log tells nothing."""
    with pytest.raises(UsageError, match="tells nothing of 2028-01-01"):
        assessed(events([1] * 28), as_of=date(2028, 1, 1))


@pytest.mark.parametrize("no_day", ["2026-01-10", datetime(2026, 1, 10, 4)])
def test_what_is_no_day_is_refused(no_day):
    """A day is a date: text and instants are named in the message, for their zone is not known."""
    with pytest.raises(UsageError, match="as_of is a day"):
        assessed(events([1] * 28), as_of=no_day)


def test_a_silent_integration_has_no_score_and_says_what_is_missing():
    """An integration that stops while others report is silent, without a score, and its issue counts missing calls."""
    found = assessed(events([1] * 19, integration="CRM"), events([0] * 28))
    (issue,) = [one for one in found.issues if one.kind is IssueKind.VOLUME]

    assert (health(found, "CRM").state, health(found, "CRM").score) == (State.SILENT, None)
    assert "1,800 calls were expected in 9 days" in issue.impact.text
    assert [one.owner for one in found.recommendations] == [issue.owner]
    assert all(day.value is not None for day in found.timeline.daily_score)


def test_an_expired_credential_is_one_issue_with_the_onset_of_its_cause():
    """Calls that all turn into 401s make one authentication issue that starts when they did."""
    found = assessed(events([1] * 25), events([200] * 3, code=401, first=T0 + timedelta(days=25)))
    auth = [one for one in found.issues if one.kind is IssueKind.AUTH]

    assert len({one.id for one in found.issues}) == len(found.issues)
    assert [(one.shape, one.onset.on) for one in auth] == [(Shape.STEP, T0 + timedelta(days=25))]
    assert (auth[0].recent.k, auth[0].recent.n) == (600, 1400)  # of the window, four days before it among them
    assert not [one for one in found.issues if one.kind is IssueKind.ERRORS]


@pytest.mark.parametrize(
    ("sla_ms", "status", "title"),
    [
        ({"Orders": 500}, LatencyStatus.BREACH, "SLA of 500 ms breached: 100 % of calls are slower, 5 % is allowed"),
        ({}, LatencyStatus.WARNING, "100 % of calls are slower than the SLA of 1 s (assumed), 5 % is allowed"),
    ],
)
def test_slow_calls_have_one_level_wherever_they_are_told(sla_ms, status, title):
    """Slow calls succeed, so they are a warning of medium risk; only what was agreed is breached, and the issue says so."""
    found = assessed(events([0] * 28, latency_ms=19_000.0), policy=Policy(sla_ms=sla_ms))
    (issue,) = found.issues
    (factor,) = found.risk.factors

    assert (issue.title, issue.severity, factor.level) == (title, Severity.WARNING, RiskLevel.MEDIUM)
    assert health(found, "Orders").latency.status is status
    assert {words.SEVERITY[issue.severity][0]} == {
        text[0]
        for text in (words.LATENCY[status], words.RISK[factor.level], words.status(found.integrations[0], (issue,)))
    }


def test_slow_calls_say_since_when():
    """Latency that steps up over the SLA is dated, and its weeks count slow calls."""
    fast, slow = events([0] * 20), events([0] * 8, latency_ms=1_400.0, first=T0 + timedelta(days=20))
    (issue,) = assessed(fast, slow, policy=Policy(sla_ms={"Orders": 500})).issues

    assert (issue.shape, issue.onset.on) == (Shape.STEP, T0 + timedelta(days=20))
    assert [week.k for week in issue.weekly] == [0, 0, 200, 1400]
    assert (issue.impact.hours, issue.impact.business_hours_share) == (None, None)


def test_each_level_beyond_its_target_is_an_issue_with_an_action():
    """Calls that are slow, calls that fail and deliveries that fail at one integration are three issues, each acted on."""
    slow, hooks = events([22] * 28, latency_ms=1_400.0), events([30] * 28, kind="webhook")
    found = assessed(slow, hooks, policy=Policy(sla_ms={"Orders": 500}))
    acted_on = {id_ for one in found.recommendations for id_ in one.issue_ids}

    assert {(one.kind, one.severity) for one in found.issues} == {
        (IssueKind.LATENCY, Severity.WARNING), (IssueKind.ERRORS, Severity.WARNING), (IssueKind.WEBHOOK, Severity.WARNING),
    }  # fmt: skip
    assert {one.id for one in found.issues} == acted_on


def test_failures_that_mostly_are_of_authentication_are_told_once():
    """A level of failures most of which are 401s is one issue of authentication; a few 401s among others are one beside."""
    mostly = assessed(events([20] * 28, code=401))
    some = assessed(events([16] * 28), events([4] * 28, calls=4, code=401))
    causes = [cause for one in some.issues if one.kind is IssueKind.AUTH for cause in one.causes]

    assert [one.kind for one in mostly.issues] == [IssueKind.AUTH]
    assert {one.kind for one in some.issues} == {IssueKind.ERRORS, IssueKind.AUTH}
    assert {cause.evidence.get("code") for cause in causes} <= {"401"}


def test_sign_ins_that_fail_lately_do_not_speak_of_earlier_days():
    """Auth events that all fail at the end cap the score then, not in the weeks before, and not once repaired."""
    sign_ins = events([0] * 26 + [40] * 2, calls=40).with_columns(
        kind=pl.lit("auth"), latency_ms=pl.lit(None, pl.Float64)
    )
    found = assessed(sign_ins)
    days = {one.on: one.value for one in found.timeline.daily_score}

    assert days[T0 + timedelta(days=20)] > 95
    assert days[T0 + timedelta(days=27)] < 30


def test_the_receipt_counts_up_to_the_day_asked_for():
    """As of an earlier day, the counts beside the score are those of that day."""
    found = assessed(events([1] * 28), as_of=T0 + timedelta(days=9))

    assert (found.receipt.events, found.receipt.api_calls) == (2000, 2000)
    assert (found.period.last, found.generated_for.as_of) == (T0 + timedelta(days=9),) * 2


def test_a_dead_integration_ranks_below_a_failing_one():
    """An integration where nothing works scores 0; the customer's points still add up."""
    found = assessed(events([200] * 28, integration="Dead", code=404), events([25] * 28))

    assert (found.integrations[0].name, found.integrations[0].score) == ("Dead", 0)
    lost = sum(part.points_lost for part in found.score.components) + found.score.cap.points
    assert 100 - found.score.value == pytest.approx(lost)


def test_several_customers_are_not_mixed():
    """A log of two customers is refused with their names and what to type."""
    usage = Usage(events=events([0] * 5), receipt=receipt("Globex", "Initech"))

    with pytest.raises(InputError, match=r"2 customers \(Globex, Initech\); choose one with --customer"):
        assess(usage)


def test_no_events_are_no_assessment():
    """A log without a usable row is refused, not scored."""
    with pytest.raises(InputError, match="no calls"):
        assess(Usage(events=pl.DataFrame(schema=EVENT_SCHEMA), receipt=receipt()))


def test_row_order_does_not_matter():
    """The same rows in another order give the same assessment."""
    frame = pl.concat([events([3] * 20), events([1] * 20, integration="CRM", kind="webhook")])
    order = np.random.default_rng(1).permutation(len(frame))
    mixed = Usage(events=frame[order], receipt=receipt("Globex"))

    assert assessed(frame) == assess(mixed)


def test_authentication_that_fails_now_and_then_is_one_issue():
    """A rise that is nearly all 401s, without an expired credential, is one authentication issue with its onset."""
    found = assessed(events([2] * 18 + [60] * 10, code=401))
    (issue,) = found.issues

    assert issue.kind is IssueKind.AUTH
    assert abs(issue.onset.on - (T0 + timedelta(days=18))) <= timedelta(days=1)


@pytest.mark.parametrize(("day", "severity"), [(26, Severity.INFO), (27, Severity.CRITICAL)])
def test_an_outage_of_one_day_that_is_over_is_a_note(day, severity):
    """Hours in which all failed are worth a note once they are over, and are critical while they last."""
    since = pl.lit(T0 + timedelta(days=day)).cast(pl.Datetime("us", "UTC")) + pl.duration(hours=12)
    down = pl.col("at").is_between(since, since + pl.duration(hours=12), closed="left")
    frame = events([1] * 28).with_columns(
        ok=pl.col("ok") & ~down, error=pl.when(down).then(pl.lit("503")).otherwise("error"),
        status=pl.when(down).then(503).otherwise("status"),
    )  # fmt: skip
    (issue,) = assessed(frame).issues

    assert issue.severity == severity
    assert ("which was over by 1 February" in issue.title) is (severity is Severity.INFO)


def test_what_fails_on_a_weekday_did_not_begin_on_the_last_one():
    """A credential refused every Monday is told by its day, today being one, and began with the first Monday refused."""
    (issue,) = assessed(events([0] * 21 + [80, 0, 0, 0, 0, 0, 0] * 3 + [80], code=401)).issues

    assert issue.title == "Authentication fails on Mondays: 5.7 % of calls in the last 7 days"
    assert (issue.kind, issue.shape) == (IssueKind.AUTH, Shape.RECURRING)
    assert issue.onset.on == issue.first_flagged_on == T0 + timedelta(days=21)
    assert issue.impact.text.startswith("5.7 % of calls failed for authentication in the last 7 days (80 of 1,400)")
    assert (issue.baseline.k, issue.baseline.n) == (0, 4_200)
