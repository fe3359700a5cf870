"""Did a failure rate step up or climb? The shape of a rise, and the day it began.

A step is one level before a day and another from it on; a ramp is one level before a day and a straight line from it
on. Both have one free day; the one that leaves the smaller weighted sum of squares is the shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from techhealth.assess.rates import Counts, dispersion, mean_rate
from techhealth.model import Days, Onset, Shape
from techhealth.policy import Policy

#: 95 % point of chi-square with one degree of freedom: how far a date may fall short of the best one.
_CHI2_95 = 3.84
_FEWEST_AFTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Failures `k` and calls `n` of one integration, one element a calendar day of `days`.

    `last_day_hours` holds (failures, calls) for each hour of the last day.
    """

    days: Days
    k: Counts
    n: Counts
    last_day_hours: tuple[tuple[int, int], ...] = ()

    def until(self, last: date) -> Series:
        """Return the series as it stood at the end of an earlier day (its hours are then not known)."""
        cut = (last - self.days.first).days + 1
        days = Days(first=self.days.first, last=last, days=cut)
        hours = self.last_day_hours if last == self.days.last else ()
        return Series(days=days, k=self.k[:cut], n=self.n[:cut], last_day_hours=hours)


def dated(series: Series, step: Onset | None, policy: Policy) -> tuple[Shape, Onset | None]:
    """Return the shape of a rise and its onset.

    Args:
        series: daily failures and calls.
        step: the onset if it was a step, as the segmentation dates it.
        policy: for the days needed before an onset.
    """
    seen = np.flatnonzero(series.n > 0)
    k, n = series.k[seen], series.n[seen]
    first, last = policy.detection.baseline_days, len(seen) - _FEWEST_AFTER
    if last <= first or (step is not None and step.on > series.days.first + timedelta(days=int(seen[last]))):
        return Shape.STEP, step  # too few days to tell a climb
    taus = np.arange(first, last + 1)
    weight = n / (mean_rate(float(k.sum()), float(n.sum())) * dispersion(k, n))
    x = np.arange(len(seen))
    since = x - taus[:, None]
    ramps = _misfits(np.maximum(0.0, since + 1), k / n, weight)
    steps = _misfits((since >= 0).astype(float), k / n, weight)
    if ramps.min() >= steps.min():
        return Shape.STEP, step
    near = taus[ramps <= ramps.min() + _CHI2_95]
    best, low, high = (int(seen[int(tau)]) for tau in (taus[int(np.argmin(ramps))], near[0], near[-1]))
    on, earliest, latest = (series.days.first + timedelta(days=position) for position in (best, low, high))
    return Shape.RAMP, Onset(on=on, earliest=earliest, latest=latest)


def _misfits(x: NDArray[np.float64], rate: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted sum of squares that level + rise * x leaves, for each row of x; infinite when it is a fall."""
    total = weight.sum()
    centred = x - (x @ weight / total)[:, None]
    spread = centred**2 @ weight
    residual = rate - float(rate @ weight) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = centred @ (weight * residual) / spread
    left: NDArray[np.float64] = (residual - rise[:, None] * centred) ** 2 @ weight
    return np.where(rise > 0, left, np.inf)
