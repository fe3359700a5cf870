"""A daily series of failures, whether they stepped up or climbed, and the day on which that began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from techhealth.assess.abrupt import Hours
from techhealth.assess.rates import Counts, Daily, remembered
from techhealth.assess.rise import FEWEST_AFTER, Rise, rise_of
from techhealth.model import Days, Onset, Shape
from techhealth.policy import Detection, Policy

#: Days after a rise was first seen that tell when it began: the week of the alarm, and those that part a climb from a step. What
#: came later tells how it went on: a climb that has levelled off began no other day for that.
_TELLING_DAYS = 7 + FEWEST_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Failures `k` and calls `n` of one integration, one element a calendar day of `days`.

    `last_hours` are those of the last day, None where nothing tells them from any other day's.
    """

    days: Days
    k: Counts
    n: Counts
    last_hours: Hours | None = None

    def until(self, last: date) -> Series:
        """Return the series as it stood at the end of an earlier day (its hours are then not known)."""
        cut = (last - self.days.first).days + 1
        days = Days(first=self.days.first, last=last, days=cut)
        hours = self.last_hours if last == self.days.last else None
        return Series(days=days, k=self.k[:cut], n=self.n[:cut], last_hours=hours)

    def on(self, position: int) -> date:
        """Return the day at a position."""
        return self.days.first + timedelta(days=position)


def dated(
    series: Series, step: Onset | None, *, latest: date, policy: Policy
) -> tuple[Shape, Onset | None, Rise | None]:
    """Return the shape of a rise, its onset, and how it goes on where that is known.

    Args:
        series: daily failures and calls.
        step: the onset if it was a step, as the segmentation dates it.
        latest: the day on which the rise was first seen; it began no later.
        policy: for the days needed before an onset.
    """
    seen = np.flatnonzero(series.n > 0)
    young = step is not None and step.on > series.on(int(seen[-FEWEST_AFTER]))  # too few days to tell a climb
    seen_on = (latest - series.days.first).days
    told = seen_on + 1 + _TELLING_DAYS
    whole = told >= len(series.n)
    rise = (
        _fit(series, policy, latest=seen_on)
        if whole
        else _beginning(series.k[:told], series.n[:told], policy.detection)
    )
    if rise is None:
        return Shape.STEP, step, None
    ends = [series.on(position) for position in rise.began()]
    is_step = young or rise.is_step
    on = series.on(rise.likeliest(step=is_step))
    onset = Onset(on=on, earliest=min(*ends, on), latest=max(*ends, on))
    if not whole:
        rise = _fit(series, policy, latest=seen_on)
    return (Shape.STEP if is_step else Shape.RAMP), onset, None if young else rise


def at_latest(series: Series, on: date, policy: Policy) -> Onset:
    """Return a day of onset with the days on which a rise of any form may have begun, that day being the last of them."""
    rise = _fit(series, policy, latest=(on - series.days.first).days)
    return Onset(on=on, earliest=min(on, series.on(rise.began()[0])) if rise else on, latest=on)


def _fit(series: Series, policy: Policy, *, latest: int) -> Rise | None:
    """Return how the rate rose and goes on, by all days."""
    return rise_of(series.k, series.n, fewest_before=policy.detection.baseline_days, latest=latest)


@remembered
def _beginning(k: Daily, n: Daily, rules: Detection) -> Rise | None:
    """Return how the rate rose at first, by the days up to the last one that tells when."""
    return rise_of(k, n, fewest_before=rules.baseline_days, latest=len(n) - 1 - _TELLING_DAYS)
