"""Rates of counts with honest intervals: days, not calls, are the unit of replication.

Daily failure counts vary more than binomial counts do, since the calls of a day share the day's luck. `dispersion`
measures by how much; intervals and tests divide the counts by it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from techhealth.model import Interval
from techhealth.policy import Detection

T = TypeVar("T")

Counts = NDArray[np.int64]
#: Counts a day, whole or weighed.
Floats = NDArray[np.float64]
Daily = Counts | Floats
#: Median of the squared difference of two independent standard normal values: 2 * 0.4549.
_MEDIAN_SQUARED_DIFFERENCE = 0.91
_FEWEST_DAYS = 6
#: Correlation of a day's luck with that of the day before.
LINGERS = 0.4

#: Answers about daily counts that are kept.
_REMEMBERED = 8192


def remembered(judge: Callable[[Floats, Floats, Detection], T]) -> Callable[[Daily, Daily, Detection], T]:
    """Return a function of daily failures and calls that works out each answer once: a replay asks of the same days often."""

    @lru_cache(maxsize=_REMEMBERED)
    def answer(k: bytes, n: bytes, rules: Detection) -> T:
        return judge(np.frombuffer(k), np.frombuffer(n), rules)

    @wraps(judge)
    def asked(k: Daily, n: Daily, rules: Detection) -> T:
        return answer(k.astype(np.float64).tobytes(), n.astype(np.float64).tobytes(), rules)

    return asked


def mean_rate(k: float, n: float) -> float:
    """Return the Jeffreys mean (k + 1/2) / (n + 1) of a ratio, never 0 or 1."""
    return (k + 0.5) / (n + 1)


def jeffreys(k: float, n: float, *, phi: float = 1.0, level: float = 0.95) -> Interval:
    """Return the Jeffreys interval of the ratio k / n, counts divided by the dispersion `phi`.

    Examples:
        >>> low, high = jeffreys(99, 1234)
        >>> f"{low:.3f}-{high:.3f}"
        '0.066-0.096'

    Source: Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion.
    """
    if n <= 0:
        return (0.0, 1.0)
    a, b = k / phi + 0.5, (n - k) / phi + 0.5
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if k == n else float(betaincinv(a, b, 1 - tail))
    return (low, high)


def dispersion(k: Daily, n: Daily) -> float:
    """Return by how much daily counts vary more than binomial ones, at least 1.

    It is the median squared difference of successive Pearson residuals over 0.91, so that a change of level within
    the series does not hide itself; under six days with calls it is 1.

    Source: von Neumann (1941), mean square successive difference.
    """
    seen = n > 0
    k, n = k[seen], n[seen]
    if len(n) < _FEWEST_DAYS:
        return 1.0
    p = mean_rate(float(k.sum()), float(n.sum()))
    residuals = (k - n * p) / np.sqrt(n * p * (1 - p))
    return max(1.0, float(np.median(np.diff(residuals) ** 2)) / _MEDIAN_SQUARED_DIFFERENCE)


def dispersion_of_sums(k: Daily, n: Daily, *, variation: float) -> float:
    """Return by how much counts summed over several days vary more than binomial ones: bad days come in rows.

    Where each day leans on the one before (correlation r), successive differences show only 1 - r of the days' own
    variation, and sums of such days vary (1 + r) / (1 - r) times as much as sums of independent ones.

    Args:
        k: daily counts.
        n: of how many.
        variation: coefficient of variation of a day's rate that is taken for granted, however calm the days look.

    Source: Williams (1982) for the variation; Newey & West (1987) for the sum.
    """
    days = max(int(np.count_nonzero(n)), 1)
    extra = max((dispersion(k, n) - 1.0) / (1 - LINGERS), variation**2 * float(k.sum()) / days)
    return 1.0 + extra * (1 + LINGERS) / (1 - LINGERS)


def excess_z(*, recent: tuple[int, int], baseline: tuple[int, int], phi: float) -> float:
    """Return how many standard errors the recent failure rate lies above the baseline (quasi-binomial).

    Args:
        recent: failures and calls of the recent days.
        baseline: failures and calls of the days before.
        phi: dispersion of the baseline, at least 1.
    """
    (k7, n7), (k0, n0) = recent, baseline
    if n7 == 0 or n0 == 0:
        return 0.0
    p0 = mean_rate(k0, n0)
    return (k7 / n7 - k0 / n0) / math.sqrt(phi * p0 * (1 - p0) * (1 / n7 + 1 / n0))


def upper_tail(z: float) -> float:
    """Return the probability that a standard normal value exceeds z."""
    return float(ndtr(-z))


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Return the false-discovery-rate q-value of each p-value of one family of tests.

    Examples:
        >>> [round(q, 3) for q in adjusted([0.01, 0.5, 0.02])]
        [0.03, 0.5, 0.03]

    Source: Benjamini & Hochberg (1995).
    """
    if not p_values:
        return []
    p = np.asarray(p_values)
    order = np.argsort(p)[::-1]
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    q = np.empty_like(p)
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled))
    return [float(value) for value in q]


def weekly_slope(k: Counts, n: Counts) -> tuple[float, float]:
    """Return the slope of the daily failure rate in points (0-100) a week, and its standard error.

    Weighted least squares of k / n on days with weights n; the error comes from the weighted residuals, so that it
    holds the days' own variation. Fewer than three days with calls have slope 0 and an infinite error.
    """
    days = np.flatnonzero(n > 0)
    if len(days) < 3:
        return (0.0, math.inf)
    weight, rate, x = n[days].astype(float), k[days] / n[days], days / 7
    centred = x - np.average(x, weights=weight)
    spread = float((weight * centred**2).sum())
    level = np.average(rate, weights=weight)
    slope = float((weight * centred * rate).sum()) / spread
    residuals = rate - level - slope * centred
    variance = float((weight * residuals**2).sum()) / (len(days) - 2) / spread
    return (100 * slope, 100 * math.sqrt(variance))
