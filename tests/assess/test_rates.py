"""Rates against reference implementations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, norm
from statsmodels.api import WLS, add_constant
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from techhealth.assess.rates import (
    adjusted,
    dispersion,
    dispersion_of_sums,
    excess_z,
    jeffreys,
    shortest_run,
    weekly_slope,
)

RNG = np.random.default_rng(7)


@pytest.mark.parametrize(("k", "n"), [(1, 20), (99, 1234), (225, 1772), (49, 50)])
def test_the_interval_is_the_reference_jeffreys_interval(k, n):
    """The interval agrees with statsmodels to nine digits."""
    assert proportion_confint(k, n, method="jeffreys") == pytest.approx(jeffreys(k, n), rel=1e-9)


def test_no_failure_and_only_failures_have_closed_ends():
    """The interval of 0 of n starts at 0, that of n of n ends at 1, and no data may be anything."""
    assert jeffreys(0, 50)[0] == 0
    assert jeffreys(50, 50)[1] == 1
    assert jeffreys(0, 0) == (0.0, 1.0)


def test_more_dispersion_widens_the_interval():
    """Days that vary more than binomial make the interval wider."""
    narrow, wide = jeffreys(50, 1000), jeffreys(50, 1000, phi=4)

    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_q_values_are_the_reference_ones():
    """The false-discovery adjustment agrees with statsmodels."""
    p = [0.001, 0.2, 0.04, 0.04, 0.9, 0.011]

    assert list(multipletests(p, method="fdr_bh")[1]) == pytest.approx(adjusted(p))


def test_the_slope_is_the_reference_weighted_least_squares():
    """Slope and standard error agree with statsmodels' WLS, days without calls left out."""
    n = RNG.integers(100, 300, 28)
    n[[3, 9]] = 0
    k = RNG.binomial(n, 0.05)
    seen = np.flatnonzero(n)
    fit = WLS(100 * k[seen] / n[seen], add_constant(seen / 7), weights=n[seen]).fit()

    assert (fit.params[1], fit.bse[1]) == pytest.approx(weekly_slope(k, n))


def test_binomial_days_are_hardly_dispersed_and_lucky_days_are():
    """Dispersion is near 1 for binomial counts and large where the rate itself varies by day."""
    n = np.full(200, 500)
    calm = dispersion(RNG.binomial(n, 0.05), n)
    wild = dispersion(RNG.binomial(n, RNG.uniform(0.01, 0.15, 200)), n)

    assert calm < 1.6
    assert wild > 5


def test_a_change_of_level_does_not_hide_itself():
    """A step in the series leaves the dispersion near that of its parts."""
    n = np.full(60, 500)
    k = RNG.binomial(n, np.r_[np.full(30, 0.02), np.full(30, 0.10)])

    assert dispersion(k, n) < 3


def test_no_calls_have_no_excess():
    """A comparison with an empty side says nothing."""
    assert excess_z(recent=(0, 0), baseline=(5, 100), phi=1) == 0


@pytest.mark.parametrize(("k", "phi"), [(30, 1.5), (30, 6.0), (200, 3.0), (11, 2.0)])
def test_an_excess_is_the_tail_of_a_negative_binomial(k, phi):
    """It agrees with scipy's distribution of the same mean and variance, and is less certain than a normal one."""
    n, before, calls = 1_000, 50, 5_000
    p0 = 50.5 / 5_001
    mean = n * p0
    variance = phi * mean * (1 - p0) * (1 + n / calls)
    size = mean**2 / (variance - mean)
    tail = nbinom.sf(k - 1, size, size / (mean + size))

    z = excess_z(recent=(k, n), baseline=(before, calls), phi=phi)

    assert z == pytest.approx(norm.isf(tail), abs=1e-6)
    assert z < (k / n - before / calls) * n / np.sqrt(variance) + 0.5


@pytest.mark.parametrize(("varies", "lingers"), [(0.35, 0.4), (0.4, 0.4)])
def test_sums_of_days_that_share_their_luck_vary_no_more_than_stated(varies, lingers):
    """The stated dispersion of a week's failures covers what a thousand weeks of lingering luck show."""
    days, calls, rate = 7_000, 1_000, 0.01
    draws = np.random.default_rng(7)
    luck = np.zeros(days)
    for day in range(1, days):
        luck[day] = lingers * luck[day - 1] + np.sqrt(1 - lingers**2) * draws.standard_normal()
    sigma = np.sqrt(np.log1p(varies**2))
    k = draws.binomial(calls, np.clip(rate * np.exp(sigma * luck - sigma**2 / 2), 0, 1))
    n = np.full(days, calls)
    weekly = k.reshape(-1, 7).sum(axis=1)

    measured = weekly.var() / (7 * calls * rate)

    assert 0.9 * measured < dispersion_of_sums(k, n, variation=0.45) < 4 * measured
    assert dispersion_of_sums(k, n, variation=0.0) < dispersion_of_sums(k, n, variation=1.0)


@given(
    weight=st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any),
    level=st.sampled_from([0.5, 0.8, 0.95]),
)
def test_the_shortest_run_holds_enough_and_no_shorter_one_does(weight: list[int], level: float):
    """Of all neighbours that hold the part asked for, the fewest are taken, the first ones of equals."""
    enough = [
        (end - first, first, end - 1)
        for first in range(len(weight))
        for end in range(first + 1, len(weight) + 1)
        if sum(weight[first:end]) >= (level - 1e-9) * sum(weight)
    ]

    assert min(enough)[1:] == shortest_run(np.array(weight, dtype=np.float64), level)
