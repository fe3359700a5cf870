"""Most of the traffic staying away is a finding; holidays, growth and the customer's other integrations are taken into account."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.assess import assess
from techhealth.assess.decline import decline
from techhealth.assess.score import of_a_part, score_integration
from techhealth.model import IssueKind, State
from techhealth.policy import Evidence, Policy
from techhealth.usage.events import Usage
from tests.assess.test_assess import receipt
from tests.planted import T0, events, only_facts, rolled, with_main

WEEK = np.array([200, 210, 205, 200, 180, 60, 50])
USUAL = np.tile(WEEK, 8)
FACTS = only_facts(rolled(events([2] * 20, calls=30)))
WHOLE = score_integration(FACTS, FACTS.days, Policy())


def found(calls, *, others=None):
    """Return the decline of an integration with so many calls a day, beside others."""
    facts = with_main(only_facts(rolled(events([0] * len(calls), calls=1))), calls=np.asarray(calls, dtype=np.int64))
    others = np.full(len(calls), 500) if others is None else others
    return decline(facts, active=facts.calls + others, evidence=Evidence())


def fallen(days, *, left, usual=USUAL):
    """Return the usual calls of which only a share is left in the last days."""
    return np.r_[usual[:-days], (usual[-days:] * left).astype(int)]


@pytest.mark.parametrize("left", [0.07, 0.3])
def test_most_of_the_traffic_gone_is_found_since_that_day(left):
    """Six days with a small part of the usual calls are a decline, dated by the first of them, with what was due."""
    one = found(fallen(6, left=left))

    assert T0 + timedelta(days=50) == one.onset.on
    assert one.silent_days == 6
    assert one.came / one.expected_calls == pytest.approx(left, abs=0.02)


@pytest.mark.parametrize(
    "calls",
    [USUAL, fallen(4, left=0.1), fallen(7, left=0.8), np.r_[USUAL, WEEK * 0.1, WEEK], fallen(6, left=0.0), USUAL[:21]],
    ids=["usual", "a long weekend", "a little less", "over", "none at all", "a short log"],
)
def test_what_is_short_or_small_or_over_is_no_decline(calls):
    """Weekends, four days, a fifth less, what came back, silence, and too short a log are none."""
    assert found(calls) is None


@pytest.mark.parametrize("seed", range(3))
def test_a_fall_is_found_though_some_of_its_days_are_nearly_as_usual(seed):
    """Traffic that falls to 40 % is found within two weeks though its days vary by a third, and dated to its first within four."""
    random = np.random.default_rng(seed)
    fell = random.poisson(
        np.tile(WEEK, 10) * np.r_[np.ones(56), np.full(14, 0.4)] * np.exp(0.33 * random.standard_normal(70))
    )
    flagged = next(one for end in range(56, 71) if (one := found(fell[:end])))

    assert abs(flagged.onset.on - (T0 + timedelta(days=56))) <= timedelta(days=4)
    assert found(fell[:56]) is None


def test_a_fall_of_everyone_is_a_holiday():
    """Where the customer's other integrations fall as far, nothing is said of one of them."""
    assert found(fallen(8, left=0.15), others=fallen(8, left=0.15, usual=USUAL * 3)) is None


def test_days_without_any_data_are_left_out():
    """Days that the log does not hold are neither low nor a reason to call the days around them a run."""
    gap = np.arange(56) >= 51
    calls, others = np.where(gap, 0, USUAL), np.where(gap, 0, 500)

    assert found(calls, others=others) is None


@pytest.mark.parametrize("daily", [0.88, 0.93])
def test_traffic_that_becomes_less_and_less_fades_since_its_first_day(daily):
    """A fall by some parts in a hundred a day is told from one that came at once, also once nothing is left."""
    random = np.random.default_rng(0)
    fading = random.poisson(np.tile(WEEK, 8) * np.r_[np.ones(36), daily ** np.arange(1, 21)])
    one, fell = found(fading), found(random.poisson(fallen(10, left=0.3)))

    assert abs(one.faded.on - (T0 + timedelta(days=36))) <= timedelta(days=4)
    assert one.faded.earliest <= one.faded.on <= one.faded.latest
    assert fell.faded is None


@pytest.mark.parametrize(
    ("left", "state"), [(0.3, State.NOT_ENOUGH_DATA), (0.6, State.LOW_CONFIDENCE), (1.0, State.SCORED)]
)
def test_a_score_speaks_of_the_calls_that_came(left, state):
    """Where most of the traffic stays away there is no score, however well the rest does; where much does, an unsure one."""
    usual, less = [200] * 40, [200] * 33 + [int(200 * left)] * 7
    log = [events([0] * 40, calls=calls, integration=name) for name, calls in (("Orders", less), ("Billing", usual))]
    found = assess(Usage(events=pl.concat(log).sort("at"), receipt=receipt("Globex")))
    billing, orders = sorted(found.integrations, key=lambda one: one.name)

    assert (billing.state, orders.state) == (State.SCORED, state)
    assert (orders.score is None) == (left < 0.5)
    assert [issue.kind for issue in found.issues] == ([IssueKind.VOLUME] if left < 1 else [])
    assert sum(part.points_lost for part in found.score.components) == pytest.approx(100 - found.score.value)


def test_what_still_comes_and_fails_is_told_though_there_is_no_score():
    """A tenth of the few calls that are left fails: the issue stands beside the missing traffic."""
    left = [200] * 33 + [60] * 7
    log = [events([calls // 10 for calls in left], calls=left), events([0] * 40, integration="Billing")]
    found = assess(Usage(events=pl.concat(log).sort("at"), receipt=receipt("Globex")))

    assert {IssueKind.VOLUME, IssueKind.ERRORS} == {issue.kind for issue in found.issues}
    assert {0.0} == {part.points_lost for one in found.integrations if one.score is None for part in one.components}


@given(left=st.floats(0, 1), more=st.floats(0, 1))
def test_the_less_is_left_the_less_is_known(left, more):
    """No traffic that stays away turns a missing score into one, or raises it."""
    less, all_but = (of_a_part(WHOLE, share).value for share in sorted((left, more)))

    assert less is None or less == all_but == WHOLE.value
