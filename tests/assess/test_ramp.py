"""Step or ramp: the shape of a rise near the end of the log."""

from datetime import timedelta

import numpy as np
import pytest

from techhealth.assess.detect import degradation
from techhealth.assess.ramp import at_latest
from techhealth.model import Shape
from techhealth.policy import Policy
from tests.planted import T0, series


def test_what_broke_yesterday_came_at_once():
    """A third of one day and all of the next is a step on the first of them, not a climb from the day before."""
    found = degradation(series([0, 1, 0, 0, 0, 0, 0, 0, 1, 0] * 2 + [0] * 6 + [34, 100], calls=100), Policy())

    assert found is not None
    assert found.shape is Shape.STEP
    assert found.onset is not None
    assert found.onset.on == T0 + timedelta(days=26)


@pytest.mark.parametrize("seed", range(5))
def test_a_climb_of_two_weeks_is_still_a_ramp(seed: int):
    """A rate that climbs through the last two weeks is a ramp, dated within four days."""
    rates = np.r_[np.full(14, 0.003), np.linspace(0.009, 0.12, 14)]
    counts = np.random.default_rng(seed).binomial(250, rates)

    found = degradation(series([int(k) for k in counts], calls=250), Policy())

    assert found is not None
    assert found.shape is Shape.RAMP
    assert found.onset is not None
    assert abs((found.onset.on - T0).days - 14) <= 4


@pytest.mark.parametrize("seed", range(5))
def test_a_climb_that_levels_off_keeps_its_first_day(seed: int):
    """Weeks after a climb has reached its level, it is dated as it was when it was first told from a step."""
    rates = np.r_[np.full(28, 0.003), np.linspace(0.009, 0.12, 14), np.full(28, 0.12)]
    counts = [int(k) for k in np.random.default_rng(seed).binomial(250, rates)]
    onsets = {degradation(series(counts[:days], calls=250), Policy()).onset for days in (46, 50, 60, 70)}

    (onset,) = onsets
    assert abs((onset.on - T0).days - 28) <= 5


@pytest.mark.parametrize("seed", range(5))
def test_the_first_days_of_a_rise_leave_its_shape_open(seed: int):
    """On the day on which a slow climb is first seen, the interval of its onset reaches back to its true first day or near it."""
    rates = np.r_[np.full(28, 0.003), 0.003 + np.arange(1, 29) / 28 * 0.12]
    counts = [int(k) for k in np.random.default_rng(seed).binomial(250, rates)]
    first = next(one for days in range(29, 57) if (one := degradation(series(counts[:days], calls=250), Policy())))

    assert (first.onset.earliest - T0).days <= 28 + 1
    assert first.onset.earliest < first.onset.latest


def test_a_climb_with_a_bad_day_near_its_end_is_a_ramp():
    """Sundays that are worse each week, the last one worst of all, make no step out of a climb."""
    k = [3, 5, 3, 15, 3, 5, 3, 5, 9, 10, 19, 10, 9, 10, 29, 20, 11, 20, 22, 25, 29, 31, 20, 10, 23, 23, 28, 110, 11]

    found = degradation(series(k, calls=253), Policy())

    assert found is not None
    assert found.shape is Shape.RAMP


@pytest.mark.parametrize("late", [10, 20, 40])
def test_a_step_late_in_a_day_may_have_begun_on_it(late: int):
    """A day that ends with a few failures too many before days that fail by a third may be the first one of the step."""
    found = degradation(series([0, 1, 0, 0, 0] * 5 + [late, 100, 110, 95], calls=300), Policy())

    assert found.onset.earliest == T0 + timedelta(days=25)
    assert found.onset.latest <= T0 + timedelta(days=26)


def test_what_has_risen_counts_no_day_before_it_did():
    """Of a rise of three days, three days count, not the week."""
    found = degradation(series([1, 0, 1, 0, 1] * 5 + [6, 7, 6], calls=200), Policy())

    assert (found.recent[1], found.risen) == (7 * 200, (19, 3 * 200))


def test_what_led_up_to_a_loud_end_is_within_the_interval():
    """Failures that grow faster and faster began before the day on which they are loud, and the interval says so."""
    held = []
    for seed in range(30):
        rates = np.r_[np.full(28, 0.004), 0.004 + 0.08 * (np.arange(1, 9) / 8) ** 2]
        k = np.random.default_rng(seed).binomial(300, rates)
        onset = at_latest(series([int(one) for one in k], calls=300), T0 + timedelta(days=34), Policy())
        held.append(onset.earliest <= T0 + timedelta(days=28) <= onset.latest)
        assert onset.on == onset.latest == T0 + timedelta(days=34)

    assert sum(held) >= 24


@pytest.mark.parametrize("seed", range(5))
def test_what_broke_in_a_day_was_led_up_to_by_nothing(seed: int):
    """A day on which half of all calls fail after weeks of few began on that day, and no other is thought of."""
    k = [int(one) for one in np.random.default_rng(seed).binomial(300, np.r_[np.full(30, 0.01), 0.5])]
    onset = at_latest(series(k, calls=300), T0 + timedelta(days=30), Policy())

    assert onset.earliest == onset.on == T0 + timedelta(days=30)
