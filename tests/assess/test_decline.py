"""Most of the traffic staying away is a finding; holidays, growth and the customer's other integrations are taken into account."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from techhealth.assess.decline import decline
from techhealth.policy import Evidence
from tests.planted import T0, events, only_facts, rolled, with_main

WEEK = np.array([200, 210, 205, 200, 180, 60, 50])
USUAL = np.tile(WEEK, 8)


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
