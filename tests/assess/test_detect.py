"""Degradations that were planted are found and dated; what was not planted is not found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.assess import assess
from techhealth.assess.abrupt import Hours
from techhealth.assess.detect import degradation, has_risen
from techhealth.assess.forecast import forecast, in_bursts
from techhealth.assess.rates import dispersion_of_sums, excess_z, upper_tail
from techhealth.assess.severity import severity_of_rise
from techhealth.figures import count
from techhealth.model import Severity, Shape
from techhealth.policy import Policy
from techhealth.usage.events import Usage
from tests.assess.test_assess import receipt
from tests.planted import T0, events, series

POLICY = Policy()
RULES = POLICY.detection


def noisy(rates, *, seed, calls=400):
    """Return a series drawn from daily failure rates."""
    return series(list(np.random.default_rng(seed).binomial(calls, rates)), calls=calls)


@pytest.mark.parametrize("seed", range(5))
def test_a_step_is_found_and_dated(seed):
    """A rate that quadruples ten days before the end is a step, dated within two days."""
    found = degradation(noisy(np.r_[np.full(25, 0.02), np.full(10, 0.08)], seed=seed), POLICY)

    assert found.shape == Shape.STEP
    assert abs(found.onset.on - (T0 + timedelta(days=25))) <= timedelta(days=2)


@pytest.mark.parametrize("seed", range(5))
def test_a_ramp_is_found_and_told_from_a_step(seed):
    """A rate that climbs for three weeks is a ramp, dated within a week, with a forecast."""
    log = noisy(np.r_[np.full(20, 0.01), np.linspace(0.012, 0.08, 21)], seed=seed)
    found = degradation(log, POLICY)

    assert found.shape == Shape.RAMP
    assert abs(found.onset.on - (T0 + timedelta(days=20))) <= timedelta(days=7)
    assert 0 < forecast(found, POLICY).days < 21


@pytest.mark.parametrize("seed", range(20))
def test_a_level_series_raises_no_alarm(seed):
    """A constant failure rate with the luck of days raises nothing."""
    rng = np.random.default_rng(seed)
    rates = 0.03 * rng.lognormal(0, 0.25, 35)

    assert degradation(noisy(rates, seed=seed), POLICY) is None


def test_one_bad_day_is_not_a_degradation():
    """A single outage hour or day does not alarm: without it nothing is left."""
    assert degradation(series([4] * 25 + [90] + [4] * 3), POLICY) is None


def test_a_credential_that_expired_today_alarms_today():
    """A last day that fails through many hours alarms at once."""
    log = series([2] * 20 + [150])
    hours = Hours(k=np.full(12, 12.0), n=np.full(12, 16.0), usual=np.full(12, 0.16))
    found = degradation(replace(log, last_hours=hours), POLICY)

    assert (found.shape, found.onset.on) == (Shape.STEP, log.days.last)
    assert found.recent == (150 + 6 * 2, 7 * 200)
    assert degradation(log, POLICY) is None


def test_the_first_flag_is_the_day_on_which_one_would_have_been_told():
    """The day since which the alarm stands lies after the onset, and an analysis as of that day alarms, one of the day before does not."""
    log = series([4] * 25 + [16] * 12)
    flagged = degradation(log, POLICY).alarmed

    assert T0 + timedelta(days=25) < flagged < log.days.last
    assert degradation(log.until(flagged), POLICY) is not None
    assert degradation(log.until(flagged - timedelta(days=1)), POLICY) is None


@pytest.mark.parametrize("seed", range(5))
def test_a_rise_never_begins_after_it_was_first_seen(seed):
    """A climb that was flagged early and became steep later is dated by its beginning, not by where it is steep."""
    rates = np.r_[np.full(40, 0.004), 0.004 + 0.12 * np.linspace(0, 1, 25) ** 2]
    log = noisy(rates, seed=seed, calls=1500)
    found = degradation(log, POLICY)

    assert found.onset.on <= found.alarmed
    assert abs(found.onset.on - (T0 + timedelta(days=40))) <= timedelta(days=8)


def test_a_step_is_not_extrapolated():
    """A step to a level below the critical rate has no breach in sight."""
    outlook = forecast(degradation(series([4] * 25 + [16] * 12), POLICY), POLICY)

    assert (outlook.days, outlook.interval) == (None, None)
    assert outlook.text == "No breach of 10 % in sight within 60 days."


@pytest.mark.parametrize(("worst", "warned"), [(16, False), (60, True)])
def test_a_rate_that_comes_in_bursts_may_pass_the_limit_on_any_day(worst, warned):
    """Where one late day of them passed it, no breach in sight is but half of what is known."""
    outlook = forecast(degradation(series([4] * 25 + [16] * 12), POLICY), POLICY)
    told = in_bursts(outlook, np.array([16] * 6 + [worst]), np.array([200] * 7), POLICY)

    assert told.text.startswith("No breach of 10 % in sight within 60 days.")
    assert told.text.endswith("may pass it on any day: on the worst of the last 7 days 30.0 % failed.") is warned


def test_a_rate_beyond_the_limit_says_what_the_limit_means():
    """What lies above the critical rate is said to be critical for it."""
    outlook = forecast(degradation(series([4] * 25 + [60] * 5), POLICY), POLICY)

    assert outlook.text == "Above 10 % already (22.0 %), from which on a failure rate is critical."


def test_an_outlook_speaks_plainly_of_its_doubt():
    """An interval is so many days in five cases, an open one "or not"; no day is called the latest that is none."""
    rates = [0.004] * 28 + [0.004 + 0.008 * day for day in range(1, 11)]
    outlook = forecast(degradation(series([round(1_000 * rate) for rate in rates], calls=1_000), POLICY), POLICY)
    low, high = outlook.interval

    assert outlook.text == (
        f"If the rise goes on, the critical failure rate of 10 % is reached in about {count(outlook.days, 'day')} "
        f"(4 times in 5 in {low} to {count(high, 'day')})."
    )


@pytest.mark.parametrize(("steepness", "severity"), [(0.006, Severity.WARNING), (0.011, Severity.CRITICAL)])
def test_only_a_sure_forecast_is_critical_by_itself(steepness, severity):
    """A breach that may come this week or the next is a warning; one that surely comes this week is critical."""
    climb = [round(1_000 * (0.004 + steepness * day)) for day in range(1, 8)]
    (issue,) = assess(Usage(events=events([4] * 28 + climb, calls=1_000), receipt=receipt("Globex"))).issues

    assert issue.severity == severity
    assert (issue.forecast.interval[1] <= 7) == (severity is Severity.CRITICAL)
    assert issue.recent.k < 0.1 * issue.recent.n


THIN = [0] * 30 + [1] + [0] * 30


@pytest.mark.parametrize(
    ("lately", "risen"),
    [
        ([1, 0] * 7, True),
        ([1, 0, 1] * 4 + [1, 1, 0, 0, 0], True),
        ([1, 0, 1] * 4 + [1, 1] + [0] * 9, False),
        ([1, 0, 0, 0, 0] * 3, False),
    ],
    ids=["half of the days", "three days without", "nine days without", "now and then"],
)
def test_a_few_calls_a_day_are_pooled_until_they_tell(lately, risen):
    """Of three calls a day a week says too little: two do, and a few days without a failure are no end."""
    log = series(THIN + lately, calls=3)

    assert risen == has_risen(log.k, log.n, RULES)


def test_each_further_look_at_pooled_days_is_paid_for():
    """The chance of two weeks is three times that of the two weeks alone; where that is too much nothing rose."""
    log, earlier = series(THIN + [1, 0] * 7, calls=3), series([0, 1] * 2 + [0] * 57 + [1, 0] * 7, calls=3)
    phi = dispersion_of_sums(log.k[:61], log.n[:61], variation=RULES.rate_variation)
    alone = upper_tail(excess_z(recent=(7, 42), baseline=(1, 183), phi=phi))

    assert 3 * alone == pytest.approx(degradation(log, POLICY).p_value)
    assert not has_risen(earlier.k, earlier.n, RULES)
    assert excess_z(recent=(7, 42), baseline=(2, 183), phi=1.0) > RULES.z_recent  # though two weeks alone would do


@pytest.mark.parametrize("calls", [2, 6, 30])
def test_pooled_days_hardly_ever_alarm(calls):
    """Of 400 thin series with the luck of days at most three alarm on their last day: each further look is paid for."""
    random = np.random.default_rng(calls)
    rates = np.minimum(0.04 * random.gamma(1 / 0.2, 0.2, (400, 70)), 1.0)
    n = random.poisson(calls, (400, 70))

    assert sum(has_risen(k, n[row], RULES) for row, k in enumerate(random.binomial(n, rates))) <= 3


@given(tail=st.lists(st.integers(0, 3), min_size=3, max_size=30))
def test_days_without_calls_change_nothing(tail):
    """Only days with calls are pooled: quiet days between them neither raise nor clear an alarm."""
    log = series(THIN + tail, calls=3)
    k, n = (np.stack([of, np.zeros_like(of)], axis=1).ravel() for of in (log.k, log.n))

    assert has_risen(log.k, log.n, RULES) == has_risen(k, n, RULES)


def test_too_short_a_log_raises_no_alarm():
    """Under a week of baseline there is nothing to compare with."""
    assert degradation(series([0, 0, 0, 50, 50]), POLICY) is None


@pytest.mark.soak
def test_level_series_hardly_ever_alarm(record_property):
    """Of 400 level series, with weekends and the luck of days, at most one in a hundred alarms on its last day."""
    alarms = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        days, calls = int(rng.integers(21, 60)), int(rng.choice([50, 200, 1000, 5000]))
        week = np.array([1, 1, 1, 1, 1, 0.4, 0.3]) if rng.random() < 0.5 else np.ones(7)
        n = rng.poisson(calls * week[np.arange(days) % 7])
        rates = np.clip(rng.choice([0.002, 0.01, 0.03, 0.08]) * rng.lognormal(-0.03, 0.25, days), 0, 1)
        alarms += degradation(series(list(rng.binomial(n, rates)), calls=list(n)), POLICY) is not None
    record_property("false alarms on level series, day variation 0.25", f"{alarms} of 400")

    assert alarms <= 4


def severities(failures, *, calls=200):
    """Return the severity of a rise as of each of the last days on which it is alarming."""
    log = series(failures, calls=calls)
    ends = (log.on(position) for position in range(20, len(failures)))
    found = [degradation(log.until(end), POLICY) for end in ends]
    return [severity_of_rise(one, None, allowed=0.01, policy=POLICY) for one in found if one]


def test_what_hovers_about_critical_does_not_drop_out_of_it():
    """A week of one in nine, then weeks a little below a tenth: critical from the first day on; a surely lower rate is not."""
    hovering = severities([1] * 25 + [23] * 8 + [18] * 8)
    better = severities([1] * 25 + [23] * 8 + [10] * 8)

    assert {Severity.CRITICAL} == set(hovering[hovering.index(Severity.CRITICAL) :])
    assert (Severity.CRITICAL in better, better[-1]) == (True, Severity.WARNING)
    assert Severity.CRITICAL not in severities([1] * 25 + [18] * 16)  # as high a rate that never was beyond


@given(failures=st.lists(st.integers(0, 40), min_size=3, max_size=15))
def test_the_worst_week_is_no_better_than_the_last(failures):
    """What was worst since the alarm fails at least as often as the recent days do, and never more than all that failed."""
    found = degradation(series([2] * 20 + failures), POLICY)

    assert found is None or found.worst[0] * found.recent[1] >= found.recent[0] * found.worst[1]
    assert found is None or found.worst[0] <= 40 + sum(failures)
