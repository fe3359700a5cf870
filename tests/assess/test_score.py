"""The score: rules, small samples, missing parts, points that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.assess.facts import Facts, all_days, facts_of
from techhealth.assess.period import span
from techhealth.assess.score import (
    Component,
    Scored,
    integration_components,
    overall,
    overall_components,
    rule,
    score_integration,
    with_parts,
)
from techhealth.model import State
from techhealth.policy import Policy, Rules, Weights
from tests.planted import events, only_facts, rolled, with_main

POLICY = Policy(sla_ms={"Orders": 500})
RULES = Rules()


def scored(facts: Facts, policy: Policy = POLICY):
    """Return the score over all days of the facts."""
    return score_integration(facts, facts.days, policy)


@pytest.mark.parametrize(
    ("rate", "score"), [(0.998, 90.0), (0.982, 66.3), (0.945, 54.1), (0.873, 34.6), (0.921, 46.6), (1.0, 100), (0.5, 0)]
)
def test_success_rates_score_as_calibrated(rate, score):
    """The success rule gives the scores of the worked example's table."""
    assert score == pytest.approx(rule(RULES.success, rate), abs=0.06)


def test_latency_and_auth_score_as_calibrated():
    """A p95 at the SLA earns half, 1.25 times the SLA nothing; 1 % of auth failures cost ten points."""
    assert [rule(RULES.latency, ratio) for ratio in (0.36, 1.0, 1.2, 1.3)] == [100, 50, 10, 0]
    assert pytest.approx(rule(RULES.auth, 0.01)) == 90


@given(a=st.floats(0, 1), b=st.floats(0, 1))
def test_more_success_never_scores_less(a, b):
    """The success rule is monotone and stays within 0 and 100."""
    low, high = sorted((a, b))

    assert 0 <= rule(RULES.success, low) <= rule(RULES.success, high) <= 100


def test_a_perfect_integration_scores_nearly_all():
    """No failure, quick answers and a flat trend score above 98; small samples keep it below 100."""
    one = scored(only_facts(rolled(events([0] * 28))))

    assert one.state == State.SCORED
    assert 98 < one.value < 100


@given(extra=st.integers(0, 150))
def test_more_failures_never_raise_the_score(extra):
    """Turning successes into failures on every day never raises the score."""
    facts = only_facts(CLEAN)
    worse = with_main(facts, failures=facts.failures + extra)

    assert scored(worse).value <= scored(facts).value + 1e-9


CLEAN = rolled(events([2] * 20))


def test_too_few_calls_have_no_score():
    """Nineteen calls give no score, thirty one of low confidence, none at all 'no data'."""
    assert scored(only_facts(rolled(events([0], calls=19)))).state == State.NOT_ENOUGH_DATA
    assert scored(only_facts(rolled(events([0], calls=30)))).state == State.LOW_CONFIDENCE


@pytest.mark.parametrize(
    ("open_ended", "state"), [(0, State.SCORED), (20, State.LOW_CONFIDENCE), (60, State.NOT_ENOUGH_DATA)]
)
def test_calls_of_unknown_outcome_are_not_healthy(open_ended: int, state: State):
    """Of a hundred calls a day that all seem well, a fifth whose end nobody knows makes unsure, most of them no score."""
    facts = only_facts(rolled(events([0] * 28, calls=100)))
    found = scored(with_main(facts, known=facts.known - open_ended))

    assert (found.state, found.value is None) == (state, state is State.NOT_ENOUGH_DATA)


def test_what_the_policy_does_not_weigh_gives_no_score():
    """Where all weight lies on what was not measured there is nothing to tell, and so of the customer."""
    weights = Weights(success=0, latency=0, trend=0, webhook=1, auth=0)
    found = scored(only_facts(rolled(events([2] * 20))), Policy(weights=weights))

    assert (found.state, found.value, found.components) == (State.NOT_ENOUGH_DATA, None, ())
    assert overall([found]) is None


def test_silence_is_not_health():
    """An integration without calls in the window, but with some before, is silent and has no score."""
    facts = only_facts(rolled(events([0] * 10)))
    gone = np.r_[facts.known[:5], np.zeros(5, dtype=np.int64)]
    quiet = with_main(facts, calls=gone, known=gone)
    last_days = span(facts.days.first + timedelta(days=6), facts.days.last)
    found = score_integration(quiet, last_days, POLICY)

    assert found.state == State.SILENT
    assert found.value is None


def test_a_perfect_score_is_not_beyond_100():
    """Weights whose products round up make no score of more than 100, which would lose less than no points."""
    part = Component(name="webhook", weight=0.45, score=100.0, half_width=0.0, counts="deliveries", why="")
    parts = tuple(replace(part, weight=weight) for weight in (0.45, 0.15, 0.3))

    assert (
        with_parts(Scored(name="Hook", state=State.SCORED, value=None, interval=None, components=()), parts).value
        == 100.0
    )


def test_short_logs_have_no_trend_component():
    """Under fourteen days the trend is left out and the other weights are renormalised."""
    one = scored(only_facts(rolled(events([2] * 10))))

    assert [part.name for part in one.components] == ["success", "latency", "auth"]


@pytest.mark.parametrize(
    ("failures", "said"),
    [
        ([1] * 28, "failure rate without a clear trend over 28 days"),
        (
            [0] * 20 + [150],
            "clear trend over 21 days; a rise of 6.8 points a week, which may be chance, counts in part",
        ),
        ([3] * 24 + [90, 90, 90, 180], "points a week over 28 days; without 1 February it rises "),
    ],
)
def test_points_lost_to_a_rise_have_their_reason(failures: list[int], said: str):
    """A rise that may be chance says that it counts in part, one that hangs on a day what is left without it."""
    (part,) = [one for one in scored(only_facts(rolled(events(failures)))).components if one.name == "trend"]

    assert said in part.why
    assert (part.score < 100) is (";" in part.why)


@pytest.mark.parametrize(
    ("failed", "target", "lost"), [(1, 0.99, False), (0, 0.999, False), (8, 0.99, True), (1, 0.9999, True)]
)
def test_a_delivery_rate_on_target_loses_nothing(failed: int, target: float, lost: bool):
    """From its target on a webhook has all points, below it some are lost."""
    facts = only_facts(rolled(events([failed] * 28, kind="webhook", calls=400)))
    policy = replace(POLICY, targets=replace(POLICY.targets, delivery=target))
    (part,) = [part for part in scored(facts, policy).components if part.name == "webhook"]

    assert lost is (part.score < 100)


def test_a_webhook_only_integration_is_graded_on_delivery_trend_and_auth():
    """Its delivery rate is one component with the weight of success and of webhooks; it has no latency."""
    weights = Policy().weights
    one = scored(only_facts(rolled(events([16] * 28, kind="webhook"))))

    assert {"trend": weights.trend, "webhook": weights.success + weights.webhook, "auth": weights.auth} == {
        part.name: part.weight for part in one.components
    }


def test_few_calls_that_all_succeed_say_why_they_lose_points():
    """A hundred of a hundred is no proof of a perfect rate, and the reason says so; of many calls it says nothing."""
    few, many = (scored(only_facts(rolled(events([0] * 28, calls=calls)))).components[0].why for calls in (4, 250))

    assert few == "112 of 112 calls succeeded (100 %); so few are scored as 99.6 %"
    assert many == "7,000 of 7,000 calls succeeded (100 %)"


def test_points_lost_add_up_to_what_is_missing():
    """The points lost by all components of all integrations are 100 minus the score."""
    frames = (events([9] * 28), events([30] * 28, integration="Slack", kind="webhook"))
    rollup = rolled(*frames)
    every = [scored(one) for one in facts_of(rollup, days=all_days(rollup))]
    parts = {one.name: integration_components(one, scored_count=len(every)) for one in every}
    value, (low, high) = overall(every)

    assert 100 - value == pytest.approx(sum(part.points_lost for part in overall_components(parts)))
    assert low < value < high


def test_an_integration_that_mostly_fails_is_critical_whatever_else_is_well():
    """Nothing but failures, level for weeks and without an auth failure, scores 0, and says what the cap took."""
    one = scored(only_facts(rolled(events([200] * 28))))

    assert one.value == 0
    assert one.capped > 0
    assert 100 - one.value == pytest.approx(
        one.capped + sum(part.points_lost for part in integration_components(one, scored_count=1))
    )


def test_failed_sign_ins_count_beside_calls():
    """Auth events of an integration that also has calls enter its authentication rate, on both sides of the ratio."""
    sign_ins = events([20] * 10, calls=40).with_columns(kind=pl.lit("auth"))
    facts = only_facts(rolled(events([0] * 10), sign_ins))

    assert (facts.auth_failures.sum(), facts.auth_known.sum(), facts.known.sum()) == (200, 2400, 2000)


def test_unrecovered_sign_in_failures_cap_authentication():
    """While the newest sign-ins keep failing, the authentication component is at most 20."""
    facts = only_facts(rolled(events([0] * 10)))
    locked = scored(replace(facts, open_auth_failures=12))

    assert next(part.score for part in locked.components if part.name == "auth") == 20
