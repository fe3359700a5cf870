"""Where is a failure rate heading? A trend that describes an issue, with an interval; it raises no alarm.

Its points a week are those that the score's error trend speaks of: one rate has one slope. Beside it stands a binomial
regression of the daily counts on time (logit). The errors of both come from the days themselves, which vary more than
counts do and lean on one another. A rank test confirms it without any model.

Source: McCullagh & Nelder 1989 (quasi-binomial); Newey & West 1987 (errors under autocorrelation); Mann 1945, Kendall
1975 (rank test, ties corrected).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from techhealth.assess.rates import weekly_slope
from techhealth.model import RateTrend

Floats = NDArray[np.float64]

_Z95, _LAGS, _STEPS = 1.96, 4, 30
_FEWEST_DAYS, _FEWEST_FAILURES = 10, 8


def rate_trend(k: Floats, n: Floats) -> RateTrend | None:
    """Return the trend of a daily failure rate; None where too few days or failures tell, or every call fails.

    Args:
        k: failures a day.
        n: calls a day; days without calls are left out.
    """
    points, _ = weekly_slope(k, n)
    days = np.flatnonzero(n > 0)
    k, n = np.asarray(k, dtype=np.float64)[days], np.asarray(n, dtype=np.float64)[days]
    if len(days) < _FEWEST_DAYS or k.sum() < _FEWEST_FAILURES or k.sum() == n.sum():
        return None
    slope, error = slope_of_logit(k, n, days / 7)
    doubt = _Z95 * 100 * _error_of_line(k, n, days / 7, slope=points / 100)
    return RateTrend(
        days=len(days),
        points_per_week=points,
        interval=(points - doubt, points + doubt),
        odds_ratio_per_week=math.exp(min(slope, 50.0)),
        p_value=float(2 * ndtr(-abs(slope) / error)) if error > 0 else 1.0,
        rank_p_value=mann_kendall(k / n),
    )


def _error_of_line(k: Floats, n: Floats, x: Floats, *, slope: float) -> float:
    """Return the standard error under autocorrelation of the slope of k / n on x, weighted by n."""
    centred = x - np.average(x, weights=n)
    residuals = k - n * (k.sum() / n.sum() + slope * centred)
    return _newey_west(centred * residuals) / float((n * centred**2).sum())


def _newey_west(scores: Floats) -> float:
    """Return the standard deviation of the sum of what each day adds, where days lean on those before."""
    lags = range(1, min(_LAGS, len(scores) - 1) + 1)
    both = sum((1 - lag / (_LAGS + 1)) * float(scores[lag:] @ scores[:-lag]) for lag in lags)
    return math.sqrt(max(float(scores @ scores) + 2 * both, 0.0))


def slope_of_logit(k: Floats, n: Floats, x: Floats) -> tuple[float, float]:
    """Return the slope of the logit of k / n on x, and its standard error under autocorrelation."""
    design = np.column_stack([np.ones(len(x)), x - x.mean()])
    start = float(np.clip(k.sum() / n.sum(), 1e-9, 1 - 1e-9))
    beta = np.array([math.log(start / (1 - start)), 0.0])
    for _ in range(_STEPS):
        rate = expit(design @ beta)
        bread = np.linalg.inv((design * (n * rate * (1 - rate))[:, None]).T @ design)
        step = bread @ (design.T @ (k - n * rate))
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            break
    rate = expit(design @ beta)
    weight = n * rate * (1 - rate)
    centred = x - np.average(x, weights=weight)
    return float(beta[1]), _newey_west(centred * (k - n * rate)) / float((weight * centred**2).sum())


def mann_kendall(values: Floats) -> float:
    """Return the two-sided chance of so steady a rise or fall in any order of the values (normal approximation)."""
    count = len(values)
    score = float(np.sign(values[None, :] - values[:, None])[np.triu_indices(count, 1)].sum())
    ties = np.unique(values, return_counts=True)[1]
    variance = (count * (count - 1) * (2 * count + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    if variance <= 0:
        return 1.0
    return float(2 * ndtr(-abs(score) / math.sqrt(variance)))
