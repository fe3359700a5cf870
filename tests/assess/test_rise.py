"""A rise is dated and extrapolated with intervals that hold the truth as often as they say."""

from __future__ import annotations

from statistics import fmean

import numpy as np
import pytest

from techhealth.assess.rise import Noise, rise_of, weighed
from tests.bench_intervals import first_and_any, judged, without_breach
from tests.ramps import flat, levelled, ramp, slow, step


def risen(seed: int):
    """Return what is known of a planted ramp three days before its critical day."""
    planted = ramp(seed)
    day = int(planted.breach) - 3
    return rise_of(planted.k[: day + 1], planted.n[: day + 1], fewest_before=7, latest=day)


def test_level_and_growth_are_those_of_generalised_least_squares():
    """For one rise, estimates and covariance are those of statsmodels' GLS."""
    from statsmodels.regression.linear_model import GLS

    random = np.random.default_rng(3)
    calls, days = random.integers(50, 400, size=30).astype(float), np.arange(30)
    expected = np.where(days < 12, 0.02, 0.02 + 0.004 * (days - 11))
    lucky = 0.35**2 * np.outer(expected, expected) * 0.4 ** np.abs(days[:, None] - days)
    chance = expected * (1 - expected) / calls
    come = np.maximum(0, days - 11) / 18
    rate = random.binomial(calls.astype(int), expected) / calls
    noise = Noise(expected, chance, np.full(30, 0.4), np.array([0.35]))
    fit = weighed(rate, come[None, :], np.zeros(1), noise)
    reference = GLS(rate, np.column_stack([np.ones(30), come]), sigma=lucky + np.diag(chance)).fit(
        cov_type="fixed scale"
    )

    np.testing.assert_allclose([fit.level[0], fit.growth[0]], reference.params, rtol=1e-6)
    np.testing.assert_allclose(fit.covariance[:, 0], reference.normalized_cov_params[[0, 0, 1], [0, 1, 1]], rtol=1e-6)


def test_a_climb_that_has_levelled_off_goes_on_no_more():
    """Three weeks after it has reached its level below the critical rate, most climbs see no breach any more."""
    days = {seed: levelled(seed).onset + 22 + 21 for seed in range(20)}
    said = [judged(levelled(seed), day).breach_said for seed, day in days.items()]

    assert sum(said) <= 4


@pytest.mark.parametrize("seed", range(6))
def test_a_limit_is_reached_with_a_probability_that_never_falls(seed: int):
    """More days never make a breach less likely, and a higher limit never makes it likelier."""
    rise = risen(seed)
    soon, later = rise.reached(0.1, days=60), rise.reached(0.2, days=60)

    assert (np.diff(soon) >= 0).all()
    assert (later <= soon + 1e-12).all()
    assert 0 <= soon[0] <= soon[-1] <= 1


def test_counts_that_grow_alike_are_dated_alike():
    """Shifting a log by a week of days without calls shifts the dates, and nothing else."""
    planted = ramp(4)
    day = int(planted.breach) - 3
    k, n = planted.k[: day + 1], planted.n[: day + 1]
    here, there = (
        rise_of(
            np.r_[np.zeros(gap, dtype=np.int64), k],
            np.r_[np.zeros(gap, dtype=np.int64), n],
            fewest_before=7,
            latest=day + gap,
        )
        for gap in (0, 7)
    )

    assert [end + 7 for end in here.began()] == list(there.began())
    np.testing.assert_allclose(here.reached(0.1, days=60), there.reached(0.1, days=60))


@pytest.mark.parametrize("days", [0, 1, 7, 9])
def test_too_few_days_tell_nothing(days: int):
    """Without a week before it and three days of it a rise is not known."""
    assert rise_of(np.full(days, 3), np.full(days, 100), fewest_before=7, latest=days) is None


def test_intervals_hold_the_planted_days_about_as_often_as_they_say():
    """Over 36 ramps both 80 % intervals hold between 60 and 97 %; `make bench-detection` counts 200."""
    ones = [first_and_any(seed)[1] for seed in range(300, 336)]
    breach = [one.breach_held for one in ones if one.breach_held is not None]
    onset = [one.onset_held for one in ones if one.onset_held is not None]

    assert min(len(breach), len(onset)) >= 18
    assert 0.6 <= fmean(breach) <= 0.97
    assert 0.6 <= fmean(onset) <= 0.97


@pytest.mark.parametrize(("plant", "most"), [(step, 3), (slow, 5), (flat, 0)])
def test_no_breach_is_foreseen_where_none_comes(plant, most: int):
    """Steps, level rates and climbs of half a year hardly ever look like a breach within two months (of 20 logs)."""
    assert sum(without_breach(plant, seed).breach_said for seed in range(300, 320)) <= most


@pytest.mark.soak
def test_intervals_hold_what_they_promise(record_property):
    """Over 200 ramps, as of the first day with a forecast, both 80 % intervals hold 72 to 88 %."""
    ones = [one for seed in range(1000, 1200) if (one := first_and_any(seed)[0])]
    breach, onset = [one.breach_held for one in ones], [bool(one.onset_held) for one in ones]
    record_property("80 % intervals hold", f"breach {sum(breach)} of {len(breach)}, onset {sum(onset)} of {len(onset)}")

    assert 0.72 <= fmean(breach) <= 0.88
    assert 0.72 <= fmean(onset) <= 0.88
