"""The hour an issue came at, where a log is dense enough to tell: two rates, one before and one after, fit best there.

Source: the maximum-likelihood split of a binomial series (Hinkley and Hinkley 1970); an hour is named when every split
within two units of log likelihood, about a 95 % region, lies within `_NEAR_HOURS` of the best one.
"""

from __future__ import annotations

import numpy as np
from scipy.special import xlogy

from techhealth.assess.causes.tally import Counts

HOURS = 24
_DAYS_BEFORE, _DAYS_AFTER, _NEAR_HOURS = 7, 1, 2
#: Log likelihood within which another hour is as good, and what the split has to win over one rate throughout.
_AS_GOOD, _CLEAR = 2.0, 10.0


def hour_of(k: Counts, n: Counts, *, earliest: int, latest: int) -> int | None:
    """Return the hour from which more failed, counted from the first of all days; None where others are as good, nothing is
    clear, the day itself is not sure, or later hours are but louder.

    Args:
        k: failures, shape (days, 24 local hours).
        n: calls, same shape.
        earliest: the first day on which it may have come.
        latest: the last one.
    """
    if latest - earliest > 1:
        return None
    part = slice(max(0, earliest - _DAYS_BEFORE), latest + _DAYS_AFTER + 1)
    k, n = k[part].ravel(), n[part].ravel()
    # an hour late in the day shows on the next day only
    cuts = np.arange(max(1, HOURS * (earliest - 1 - part.start)), len(k))
    k_before, n_before = np.cumsum(k)[cuts - 1], np.cumsum(n)[cuts - 1]
    k_after, n_after = k.sum() - k_before, n.sum() - n_before
    won = _fit(k_before, n_before) + _fit(k_after, n_after) - _fit(k.sum(), n.sum())
    won = np.where(k_after * n_before > k_before * n_after, won, 0.0)
    # an hour without calls parts as well as the next one with some: the last of equals is the first that failed
    best = int(np.flatnonzero(won == won.max())[-1])
    near = np.flatnonzero((won > won[best] - _AS_GOOD) & (n[cuts] > 0))
    if won[best] < _CLEAR or near[-1] - near[0] > _NEAR_HOURS:
        return None
    hour = int(cuts[best]) + HOURS * part.start
    return hour if hour < HOURS * (latest + 1) else None


def _fit(k: Counts, n: Counts) -> Counts:
    """Return the log likelihood of counts at their own rate."""
    rate = k / np.maximum(n, 1)
    return np.asarray(xlogy(k, rate) + xlogy(n - k, 1 - rate))
