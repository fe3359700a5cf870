"""Did it break today? The last hours of a day against what the same hours of earlier days lose.

A week of days dilutes what is hours old. So every run of hours that ends with the last day is compared, the whole day among
them, and the clearest one counts for as much as is left of it after so many looks. What one hour makes up, or what has
passed again, is no break; and what surely is not critical can wait for a second day, for there are bad days.

Source: Kulldorff (1997), the scan; Williams (1982), counts that share their day's luck; Dunn (1961), the price of the looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import betainc, xlog1py, xlogy

from techhealth.assess.causes.tally import sums
from techhealth.assess.facts import local_days
from techhealth.assess.rates import Daily, Floats, day_variation, deviations, is_large, jeffreys, mean_rate
from techhealth.model import Days, Kind
from techhealth.policy import Detection
from techhealth.usage.rollup import Rollup

#: Hours with failures that a run needs: fewer may be one outage of an hour that two hours of the clock share.
_FEWEST_HOURS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours with calls of one day, in order: failures `k`, calls `n`, and the failures that so many calls of these hours
    had on earlier days."""

    k: Floats
    n: Floats
    usual: Floats


def last_hours(rollup: Rollup, *, integration: str, kind: Kind, days: Days) -> Hours:
    """Return the hours of the last of some days, beside the same hours of the others."""
    calls, day = pl.col("calls"), local_days(rollup)
    mine = rollup.hourly.filter(
        (pl.col("integration") == integration)
        & (pl.col("kind") == kind.value)
        & day.is_between(days.first, days.last)
        & pl.col("ok").is_not_null()
    )
    local = mine.select(
        calls.cast(pl.Float64), failed=~pl.col("ok"), today=day == days.last,
        hour=pl.col("at").dt.convert_time_zone(rollup.timezone).dt.hour(),
    )  # fmt: skip
    k, n, before, tried = (
        sums(part["hour"].to_numpy(), part["calls"].to_numpy(), size=24)
        for times in (pl.col("today"), ~pl.col("today"))
        for part in (local.filter(times & pl.col("failed")), local.filter(times))
    )
    rate = mean_rate(before.sum(), tried.sum())
    usual = n * (before + 1) / (tried + 1 / rate)  # with one failure at the rate of all hours
    seen = n > 0
    return Hours(k=k[seen], n=n[seen], usual=usual[seen])


def may_have_broken(k: Daily, n: Daily, rules: Detection) -> bool:
    """Return whether enough fails on the last of some days, and enough more than before, to look at its hours."""
    today, before = (int(k[-1]), int(n[-1])), (int(k[:-1].sum()), int(n[:-1].sum()))
    known = np.count_nonzero(n[:-1]) >= rules.baseline_days
    return bool(known) and today[0] >= rules.minimum_failures and is_large(today, before, rules)


def broke(hours: Hours, k: Daily, n: Daily, rules: Detection) -> float | None:
    """Return by how many standard errors the last hours are worse than usual, None where that is not sure.

    Args:
        hours: of the day in question.
        k: failures of the days before it.
        n: their calls.
        rules: `z_recent` is what the clearest run needs, `z_without_worst_day` what must be left without its worst hour, and
            the rate may then still be the `critical_rate`.
    """
    spread = day_variation(k, n, least=rules.rate_variation) + 1 / (float(k.sum()) + 0.5)
    failures, calls, usual, failing = (_until_the_end(of) for of in (hours.k, hours.n, hours.usual, hours.k > 0))
    chance = np.where(failing >= _FEWEST_HOURS, _chance(failures, usual, spread), 1.0)
    start = int(np.argmin(chance))
    worst = start + int(np.argmax(hours.k[start:] - hours.usual[start:]))
    others, tried, expected = (
        float(all_of[start] - of[worst]) for all_of, of in ((failures, hours.k), (calls, hours.n), (usual, hours.usual))
    )
    z, left = deviations(float(chance[start]) * len(chance)), deviations(float(_chance(others, expected, spread)))
    sure = z > rules.z_recent and left > rules.z_without_worst_day and failures[start] >= rules.minimum_failures
    return z if sure and jeffreys(others, tried)[1] > rules.critical_rate and _goes_on(hours, start) else None


def _until_the_end(of: NDArray[np.float64] | NDArray[np.bool_]) -> Floats:
    """Return the sums from each hour to the last one."""
    sums: Floats = np.cumsum(of[::-1], dtype=np.float64)[::-1]
    return sums


def _chance(k: Floats | float, mean: Floats | float, spread: float) -> Floats:
    """Return how likely so many failures are, or more, where a mean varies by a squared coefficient of variation."""
    tail = betainc(np.maximum(k, 1e-9), 1 / spread, mean / (mean + 1 / spread))
    chance: Floats = np.where(k > mean, tail, 1.0)
    return chance


def _goes_on(hours: Hours, start: int) -> bool:
    """Return whether the later half of a run's calls fails as its whole does rather than as usual."""
    k, n, usual = (of[start:] for of in (hours.k, hours.n, hours.usual))
    late = np.cumsum(n) > n.sum() / 2
    failed, fine = k[late].sum(), n[late].sum() - k[late].sum()
    now, before = (of.sum() / n.sum() for of in (k, usual))
    return bool(xlogy(failed, now) + xlog1py(fine, -now) > xlogy(failed, before) + xlog1py(fine, -before))
