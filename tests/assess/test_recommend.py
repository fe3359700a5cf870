"""What to do: when, in which order, for which effect."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from techhealth.assess.advice import NOTES
from techhealth.assess.causes import Found
from techhealth.assess.counted import Counted
from techhealth.assess.recommend import Diagnosed, plan
from techhealth.assess.whatif import Repair
from techhealth.model import (
    Cause,
    CauseKind,
    Change,
    Confidence,
    Days,
    Horizon,
    Impact,
    Issue,
    IssueKind,
    Onset,
    Owner,
    Rate,
    Recommendation,
    Severity,
    Shape,
)
from techhealth.policy import Policy
from tests.assess.planted import on

WINDOW = Days(first=on(22), last=on(28), days=7)
EVIDENCE: dict[CauseKind, dict[str, float | int | str | None]] = {
    CauseKind.WEEKDAY: {"weekday": "Tuesday"},
    CauseKind.HOURS: {"when": "09:00–11:00 UTC", "from_hour": 9, "to_hour": 11, "share_of_traffic": 0.2},
    CauseKind.BURSTS: {"bursts": 1, "when": "24 January, 08:00–18:00 UTC", "ongoing": 0},
    CauseKind.ENDPOINT: {"slice": "GET /export"},
    CauseKind.CLIENT_VERSION: {"slice": "sdk/2"},
    CauseKind.DELIVERY_REASON: {"reason": "timeout"},
    CauseKind.UNDETERMINED: {"most_frequent": "500"},
}


def issue(
    kind: IssueKind = IssueKind.ERRORS, severity: Severity = Severity.CRITICAL, *, integration: str = "Orders"
) -> Issue:
    """Return an issue that says only what recommendations look at."""
    nothing = Rate(rate=None, k=0, n=0)
    impact = Impact(
        failed_calls=0, share_of_calls=0.0, users=None, hours=0, business_hours_share=0.0, arr_at_risk=None,
        sla_credit=None, text="",
    )  # fmt: skip
    return Issue(
        id=f"{integration}-{kind.value}", integration=integration, kind=kind, title="Something is wrong",
        severity=severity, confidence=Confidence.HIGH, onset=None, shape=Shape.STEADY, first_flagged_on=None,
        baseline=nothing, recent=nothing, ratio=None, q_value=None, weekly=(), top_errors=(), causes=(),
        owner=Owner.US, impact=impact, forecast=None, samples=(),
    )  # fmt: skip


def found(
    kind: CauseKind,
    code: str | None = None,
    *,
    share: float = 0.5,
    removable: Mapping[date, int] | None = None,
    change: Change | None = None,
    of: Counted = Counted.CALLS,
) -> Found:
    """Return a cause with what its fix removes of 100 failures."""
    cause = Cause(
        kind=kind, statement="It coincides", onset=None, share_of_excess=None, share_of_issue=share,
        evidence=EVIDENCE.get(kind, {}), runner_up=None,
    )  # fmt: skip
    return Found(
        cause=cause, code=code, removable=removable or {}, owner=Owner.CUSTOMER, change=change, counted=of,
        failures=100,
    )  # fmt: skip


def dated(cause: Found) -> Found:
    """Return a cause that began on a day."""
    return replace(cause, cause=replace(cause.cause, onset=Onset(on=on(22), earliest=on(22), latest=on(22))))


def score_after(*repairs: Repair) -> float | None:
    """Return 60 points and a tenth of a point for each failure repaired, 71 for the one integration with a latency."""
    if any(one.at_sla for one in repairs):
        return 71.0 if repairs[0].integration == "Orders" else None
    return 60.0 + sum(sum(one.removed.values()) for one in repairs) / 10


def advised(*diagnosed: Diagnosed, policy: Policy | None = None) -> tuple[Recommendation, ...]:
    """Return the recommendations for issues of a customer at 60 points."""
    planned = plan(diagnosed, present=60.0, score_after=score_after, window=WINDOW, policy=policy or Policy())
    return tuple(one.recommendation for one in planned)


LIMIT = Change(setting="rate limit", current=100.0, proposed=250.0, unit="calls a minute")


def test_a_rate_limit_names_both_numbers_and_its_replayed_effect():
    """Raising a limit is for now, ours, and says what it removes in the period, in the window and in points."""
    limit = found(CauseKind.RATE_LIMIT, "429", share=0.45, removable={on(3): 30, on(25): 15}, change=LIMIT)

    (one,) = advised(Diagnosed(issue=issue(), found=(limit,)))

    assert one.title == "Raise the rate limit of Orders from 100 to 250 calls a minute"
    assert not one.expected.up_to
    assert one.why == "It coincides. Removes 45 of 100 failures (45 %), 15 of them in the last 7 days."
    assert (one.horizon, one.owner, one.change) == (Horizon.NOW, Owner.US, LIMIT)
    assert (one.expected.errors_removed, one.expected.share_removed, one.expected.score_after) == (45, 0.45, 64.5)


def test_an_effect_that_is_not_proven_is_an_upper_limit():
    """Investigating removes "up to" the excess."""
    (one,) = advised(Diagnosed(issue=issue(), found=(found(CauseKind.REQUEST_SIZE, "500", removable={on(3): 30}),)))

    assert "Removes up to 30 of 100 failures (30 %)" in one.why
    assert "20 of the 50 would still fail: as many smaller requests fail." in one.why
    assert one.expected.up_to
    assert one.title == "Investigate the 500s of Orders on large requests with their team"


def test_a_small_part_of_a_critical_issue_can_wait_two_weeks():
    """What explains 8 % of a critical issue is not for this week."""
    main = found(CauseKind.RATE_LIMIT, "429", change=LIMIT)
    side = found(CauseKind.WEEKDAY, "401", share=0.08, removable={on(3): 8})

    first, second = advised(Diagnosed(issue=issue(), found=(main, side)))

    assert (first.horizon, second.horizon) == (Horizon.NOW, Horizon.TWO_WEEKS)
    assert second.title == "Audit the Tuesday token refresh of Orders"


@pytest.mark.parametrize(
    ("kind", "severity", "horizon"),
    [
        (IssueKind.ERRORS, Severity.CRITICAL, Horizon.NOW),
        (IssueKind.ERRORS, Severity.WARNING, Horizon.TWO_WEEKS),
        (IssueKind.ERRORS, Severity.INFO, Horizon.LATER),
        (IssueKind.AUTH, Severity.INFO, Horizon.TWO_WEEKS),
    ],
)
def test_the_horizon_follows_severity_but_recurring_auth_is_looked_at_soon(
    kind: IssueKind, severity: Severity, horizon: Horizon
):
    """Critical is now, warning two weeks, info later; an auth pattern that comes back is two weeks."""
    cause = found(CauseKind.WEEKDAY, "401" if kind is IssueKind.AUTH else "500")

    (one,) = advised(Diagnosed(issue=issue(kind, severity), found=(cause,)))

    assert one.horizon is horizon


def test_one_recommendation_per_integration_and_cause_names_all_its_issues():
    """A cause of two issues is recommended once, at the earlier horizon, for both."""
    cause = found(CauseKind.WEEKDAY, "401", share=0.9)
    auth = issue(IssueKind.AUTH, Severity.INFO)

    (one,) = advised(Diagnosed(issue=auth, found=(cause,)), Diagnosed(issue=issue(), found=(cause,)))

    assert one.issue_ids == ("Orders-auth", "Orders-errors")
    assert one.horizon is Horizon.NOW


def test_symptoms_yield_to_the_cause_of_the_same_failures():
    """The date of a code and the reason of deliveries are not recommended beside something specific."""
    causes = (
        found(CauseKind.UNDETERMINED),
        found(CauseKind.ERROR_CODE, "500"),
        found(CauseKind.DELIVERY_REASON),
        found(CauseKind.REQUEST_SIZE, "500"),
    )

    assert [one.id for one in advised(Diagnosed(issue=issue(), found=causes))] == ["orders-request-size"]


def test_a_cause_of_a_small_part_yields_to_the_symptom_of_the_whole():
    """An endpoint behind a quarter of the failures of a code is no answer to it: the action is about the code."""
    endpoint = found(CauseKind.ENDPOINT, "504", share=0.5, removable={on(25): 25})
    code = dated(found(CauseKind.ERROR_CODE, "504", share=0.9, removable={on(25): 90}))

    (one,) = advised(Diagnosed(issue=issue(), found=(code, endpoint)))

    assert (one.id, one.expected.errors_removed) == ("orders-error-code", 90)


def test_retries_come_before_the_failures_that_they_repeat():
    """Where failures are mostly repeats, slowing them down comes first; what makes the first one fail is looked for next."""
    retries = found(CauseKind.RETRIES, share=0.7, removable={on(25): 70})
    code = dated(found(CauseKind.ERROR_CODE, "503", share=0.85, removable={on(25): 80}))

    assert [one.id for one in advised(Diagnosed(issue=issue(), found=(retries, code)))] == [
        "orders-retries", "orders-error-code",
    ]  # fmt: skip


def test_outages_are_not_recommended_twice():
    """Outages that hold most failures of a code are asked about, and the code is not looked into beside them."""
    outages = found(CauseKind.BURSTS, share=0.7, removable={on(25): 70})
    code = dated(found(CauseKind.ERROR_CODE, "503", share=0.85, removable={on(25): 80}))

    assert [one.id for one in advised(Diagnosed(issue=issue(), found=(outages, code)))] == ["orders-bursts"]


def test_each_code_that_matters_has_its_action():
    """Two codes of an issue are two actions; one behind a failure in a hundred is none."""
    codes = [
        dated(found(CauseKind.ERROR_CODE, code, share=part))
        for code, part in (("500", 0.6), ("422", 0.3), ("404", 0.01))
    ]

    titles = [one.title for one in advised(Diagnosed(issue=issue(), found=tuple(codes)))]

    assert sorted(title.split()[5] for title in titles) == ["422s", "500s"]


@pytest.mark.parametrize("kind", list(IssueKind))
@pytest.mark.parametrize("severity", [Severity.CRITICAL, Severity.WARNING])
def test_no_issue_that_matters_is_without_an_action(kind: IssueKind, severity: Severity):
    """Whatever is critical or a warning is acted on, even where no cause is known."""
    (one,) = advised(Diagnosed(issue=issue(kind, severity), found=()))

    assert "Orders" in one.title
    assert one.steps


def test_recommendations_are_sorted_by_horizon_then_points():
    """Within a horizon the one that wins more comes first."""
    small = Diagnosed(issue=issue(integration="A"), found=(found(CauseKind.BURSTS, removable={on(1): 2}),))
    large = Diagnosed(issue=issue(integration="B"), found=(found(CauseKind.BURSTS, removable={on(1): 9}),))
    late = Diagnosed(issue=issue(severity=Severity.INFO), found=(found(CauseKind.BURSTS, removable={on(1): 90}),))

    assert [one.id for one in advised(late, small, large)] == ["b-bursts", "a-bursts", "orders-bursts"]


def test_slow_calls_are_weighed_by_the_score_at_their_sla():
    """A latency issue removes no errors; its score comes from the caller, who can replay latency."""
    slow = Diagnosed(issue=issue(IssueKind.LATENCY, Severity.WARNING), found=())

    (one,) = advised(slow, policy=Policy(sla_ms={"Orders": 2000}))

    assert one.title == "Review the slowest calls of Orders against the SLA of 2 s"
    assert (one.expected.errors_removed, one.expected.score_after) == (0, 71.0)
    assert "assumed SLA of 1 s" in advised(slow)[0].title
    endpoint = replace(slow, found=(found(CauseKind.ENDPOINT),))
    assert "calls of Orders on endpoint GET /export against" in advised(endpoint)[0].title


@pytest.mark.parametrize("kind", list(CauseKind))
@pytest.mark.parametrize("of", list(Counted))
def test_every_cause_has_advice_with_steps_and_a_known_note(kind: CauseKind, of: Counted):
    """No cause is left without a title, two to four steps, and a note that exists."""
    for change in (None, LIMIT):
        for code in ("401", "500", None):
            (one,) = advised(Diagnosed(issue=issue(), found=(found(kind, code or "500", change=change, of=of),)))

            assert "Orders" in one.title
            assert 2 <= len(one.steps) <= 4
            assert one.note in NOTES


def test_names_written_alike_get_ids_of_their_own():
    """Two integrations whose names differ in signs only do not share an id."""
    cause = (found(CauseKind.BURSTS),)

    ids = [
        one.id
        for one in advised(
            Diagnosed(issue=issue(integration="Orders!"), found=cause), Diagnosed(issue=issue(), found=cause)
        )
    ]

    assert sorted(ids) == ["orders-bursts", "orders-bursts-2"]


def test_silence_asks_and_nothing_wrong_recommends_nothing():
    """Traffic that stopped is asked about; no issue, no recommendation."""
    (one,) = advised(Diagnosed(issue=issue(IssueKind.VOLUME), found=()))

    assert one.title == "Find out whether Orders was switched off or moved"
    some = replace(issue(IssueKind.VOLUME), recent=Rate(rate=0.0, k=0, n=40))
    assert advised(Diagnosed(issue=some, found=()))[0].title == "Find out why Orders is used less"
    assert advised() == ()


def test_intermittent_authentication_is_not_answered_with_a_renewal():
    """Where some sign-ins succeed, the first step is to find the credential that differs."""
    (one,) = advised(
        Diagnosed(issue=issue(), found=(found(CauseKind.ERROR_CODE, "token_rejected", of=Counted.SIGN_INS),))
    )

    assert one.title == "Find out why authentication of Orders fails now and then"
    assert "hold another credential than the sign-ins that succeed" in one.steps[0]


def test_the_first_step_fits_the_code():
    """404s ask for what was removed or renamed; 503s for releases and load."""
    steps = {
        code: advised(Diagnosed(issue=issue(), found=(found(CauseKind.ERROR_CODE, code),)))[0].steps[1]
        for code in ("404", "503")
    }

    assert "removed or renamed" in steps["404"]
    assert "releases, restarts and load" in steps["503"]


def test_one_credential_of_several_integrations_is_one_action():
    """A client whose credential is refused everywhere is renewed once, with what that wins at all of them."""
    out = found(CauseKind.EXPIRED_CREDENTIAL, "401", share=1.0, removable={on(25): 30})
    out = replace(out, cause=replace(out.cause, evidence={"slice": "sync/2.1"}))
    orders, crm = (replace(issue(), id=name, integration=name) for name in ("Orders", "CRM"))

    (one,) = advised(Diagnosed(issue=orders, found=(out,)), Diagnosed(issue=crm, found=(out,)))

    assert one.title == "Renew the credential of client sync/2.1"
    assert one.issue_ids == ("Orders", "CRM")
    assert (one.expected.errors_removed, one.expected.share_removed, one.expected.score_after) == (60, 0.3, 66.0)
