"""Trends that describe an issue, against the reference implementations."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import kendalltau

from techhealth.assess.rate_trend import mann_kendall, rate_trend, slope_of_logit
from techhealth.assess.rates import weekly_slope


def counts(seed: int, *, climb: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return 28 days of failures and calls whose rate climbs by so many logits a week."""
    random = np.random.default_rng(seed)
    n = random.integers(100, 900, 28).astype(float)
    rate = 1 / (1 + np.exp(4 - climb * np.arange(28) / 7))
    return random.binomial(n.astype(int), np.clip(rate * random.lognormal(0, 0.3, 28), 0, 1)).astype(float), n


@pytest.mark.parametrize("seed", range(4))
def test_the_slope_and_its_error_are_those_of_statsmodels(seed: int):
    """Reference: GLM(Binomial).fit(cov_type="HAC", maxlags=4)."""
    k, n = counts(seed, climb=0.3)
    weeks = np.arange(28) / 7
    reference = sm.GLM(np.c_[k, n - k], sm.add_constant(weeks), family=sm.families.Binomial()).fit(
        cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": False}
    )

    slope, error = slope_of_logit(k, n, weeks)

    assert slope == pytest.approx(reference.params[1], rel=1e-6)
    assert error == pytest.approx(reference.bse[1], rel=1e-6)


@pytest.mark.parametrize(
    "values", [[1, 3, 2, 5, 4, 7, 9], [1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 1.0, 4.0], [5, 4, 3, 2, 1, 0]]
)
def test_the_rank_test_is_that_of_kendall(values: list[float]):
    """Reference: scipy.stats.kendalltau against time, normal approximation, ties corrected."""
    reference = kendalltau(np.arange(len(values)), values, method="asymptotic")

    assert mann_kendall(np.array(values, dtype=float)) == pytest.approx(reference.pvalue, rel=1e-9)


def test_the_points_a_week_and_their_interval_are_those_of_statsmodels():
    """Reference: WLS(weights=calls).fit(cov_type="HAC", maxlags=4), the slope being that of the score's error trend."""
    k, n = counts(1, climb=0.3)
    reference = sm.WLS(k / n, sm.add_constant(np.arange(28) / 7), weights=n).fit(
        cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": False}
    )
    low, high = (100 * (reference.params[1] + side * 1.96 * reference.bse[1]) for side in (-1, 1))

    found = rate_trend(k, n)

    assert found is not None
    assert found.points_per_week == weekly_slope(k, n)[0]
    assert found.interval == pytest.approx((low, high), rel=1e-6)


def test_a_climb_is_told_in_points_a_week_with_an_interval():
    """A rate that climbs from 1.8 to 5.4 % in four weeks climbs by about a point a week."""
    found = rate_trend(*counts(1, climb=0.3))

    assert found is not None
    assert 0.5 < found.interval[0] + 0.5 < found.points_per_week + 0.5
    assert found.interval[0] < found.points_per_week < found.interval[1]
    assert found.p_value < 0.01
    assert found.rank_p_value < 0.01


def test_a_level_rate_has_an_interval_around_nothing():
    """Nothing climbs, and the interval says so."""
    found = rate_trend(*counts(2))

    assert found is not None
    assert found.interval[0] < 0 < found.interval[1]


def test_too_little_tells_no_trend():
    """Few days, few failures and nothing but failures have none."""
    n = np.full(20, 100.0)

    assert rate_trend(np.full(9, 5.0), n[:9]) is None
    assert rate_trend(np.r_[np.zeros(15), np.ones(5)], n) is None
    assert rate_trend(n, n) is None


def test_days_without_calls_make_no_difference():
    """A weekend off is left out, and time goes on."""
    k, n = counts(3, climb=0.3)
    n[[5, 6, 12, 13]] = k[[5, 6, 12, 13]] = 0
    seen = n > 0
    weeks = np.arange(28)[seen] / 7

    found = rate_trend(k, n)

    assert found is not None
    assert found.days == 24
    assert np.log(found.odds_ratio_per_week) == pytest.approx(slope_of_logit(k[seen], n[seen], weeks)[0])
