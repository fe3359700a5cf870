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
from scipy.special import betainc, betaincinv, ndtr, ndtri

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
#: Correlation of a day's luck with that of the day before, and by how much more sums of such days vary than of independent ones.
LINGERS = 0.4
IN_ROWS = (1 + LINGERS) / (1 - LINGERS)
#: Days that the variation taken for granted weighs as much as; failures from which on a day tells of its luck; standard
#: deviations from which on a day is an accident.
_PRIOR_DAYS, _TELLS, _FAR = 10, 3, 3.0

#: Chances below this are no longer told apart.
_LEAST_CHANCE = 1e-300
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

    The days' own variation is that of their rates beyond chance, shrunk to what is taken for granted as far as the days are
    few; where each leans on the one before (correlation r), sums vary (1 + r) / (1 - r) times as much as of independent ones.

    Args:
        k: daily counts.
        n: of how many.
        variation: coefficient of variation of a day's rate that is taken for granted, however calm the days look.

    Source: Williams (1982) for the variation, by moments; Newey & West (1987) for the sum.
    """
    days = int(np.count_nonzero(n)) or 1
    squared = day_variation(k, n, least=variation)
    return 1.0 + squared * float(k.sum()) / days * IN_ROWS


def day_variation(k: Daily, n: Daily, *, least: float) -> float:
    """Return the squared coefficient of variation of a day's rate, at least that of `least`; arguments as above."""
    k, n = k[n > 0], n[n > 0]
    if not len(n):
        return least**2
    mean = n * mean_rate(float(k.sum()), float(n.sum()))
    told = mean / (mean + _TELLS)  # a day with few failures says little of its luck
    squares = np.minimum(((k - mean) / mean) ** 2, _FAR**2 * (least**2 + 1 / mean)) - 1 / mean
    seen = (_PRIOR_DAYS * least**2 + float(told @ squares)) / (_PRIOR_DAYS + float(told.sum()))
    return max(seen, least**2)


def is_large(recent: tuple[int, int], baseline: tuple[int, int], rules: Detection) -> bool:
    """Return whether a rate is beyond the baseline by both the ratio and the points that matter, each as failures and calls."""
    if recent[1] == 0:
        return False
    rate, before = recent[0] / recent[1], baseline[0] / baseline[1]
    return rate > rules.ratio * before and rate - before > rules.points


def excess_z(*, recent: tuple[int, int], baseline: tuple[int, int], phi: float) -> float:
    """Return how unlikely the recent failures are at the rate of the baseline, in standard deviations of a normal value.

    Counts that vary more than chance are skewed: many calm days, few bad ones. So more failures than expected are judged by
    the tail of a negative binomial of their mean and variance, fewer by the normal one.

    Args:
        recent: failures and calls of the recent days.
        baseline: failures and calls of the days before.
        phi: dispersion of the baseline, at least 1.

    Source: McCullagh & Nelder (1989) for the variance, its tail exact as for low counts.
    """
    (k, n), (before, calls) = recent, baseline
    if n == 0 or calls == 0:
        return 0.0
    p0 = mean_rate(before, calls)
    mean = n * p0
    variance = phi * mean * (1 - p0) * (1 + n / calls)
    if k <= mean or variance <= mean:
        return (k / n - before / calls) * n / math.sqrt(variance)
    size = mean**2 / (variance - mean)
    return deviations(float(betainc(k, size, mean / (mean + size))))


def shortest_run(weight: Floats, level: float = 0.8) -> tuple[int, int]:
    """Return the first and the last of the fewest neighbours that hold this part of all weight; the first ones of equals.

    Examples:
        >>> shortest_run(np.array([1.0, 1.0, 6.0, 2.0]))
        (2, 3)
    """
    sums = np.cumsum(weight) / weight.sum()
    before = np.concatenate([[0.0], sums[:-1]])
    end = np.searchsorted(sums, before[before <= 1 - level + 1e-9] + level - 1e-9)
    first = int(np.argmin(end - np.arange(len(end))))
    return first, min(int(end[first]), len(weight) - 1)


def upper_tail(z: float) -> float:
    """Return the probability that a standard normal value exceeds z."""
    return float(ndtr(-z))


def deviations(chance: float) -> float:
    """Return the standard normal value that is exceeded with a probability: what `upper_tail` takes.

    Examples:
        >>> round(deviations(upper_tail(3.5)), 6)
        3.5
    """
    return -float(ndtri(min(max(chance, _LEAST_CHANCE), 1.0)))


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


def weekly_slope(k: Daily, n: Daily) -> tuple[float, float]:
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
