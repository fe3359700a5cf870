"""The hour an issue came at, where a log is dense enough to tell: two rates, one before and one after, fit best there.

Source: the maximum-likelihood split of a binomial series (Hinkley and Hinkley 1970); an hour is named when every split
within two units of log likelihood, about a 95 % region, lies within `_NEAR_HOURS` of the best one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from scipy.special import xlogy

from techhealth.assess.counted import Counted
from techhealth.assess.facts import is_known
from techhealth.assess.rates import Counts
from techhealth.model import Beginning, Issue, IssueKind, Kind
from techhealth.usage.local import day_of, midnight
from techhealth.usage.rollup import Rollup

#: Days an onset may be uncertain by; what came over more has no hour.
_SURE = timedelta(days=1)
#: What fails by its instant → what is counted; else the calls and sign-ins.
_DELIVERED = {IssueKind.WEBHOOK: Counted.DELIVERIES, IssueKind.FIRST_TRIES: Counted.FIRST_TRIES}
_FAILING = (IssueKind.ERRORS, *_DELIVERED, IssueKind.AUTH)
_HOUR = timedelta(hours=1)
_DAYS_BEFORE, _DAYS_AFTER, _NEAR_HOURS = 7, 1, 2
#: Log likelihood within which another hour is as good, and what the split has to win over one rate throughout.
_AS_GOOD, _CLEAR = 2.0, 10.0


def with_hour(issue: Issue, rollup: Rollup) -> Issue:
    """Return an issue with the hour it came at, where that can be told; what has failed since that day has since that hour."""
    began, failing = beginning(issue, rollup), issue.failing
    if began and failing and failing.at is None and day_of(began.at, rollup.timezone) == failing.on:
        failing = replace(failing, at=began.at)
    return replace(issue, began=began, failing=failing)


def beginning(issue: Issue, rollup: Rollup) -> Beginning | None:
    """Return the hour from which an issue's failures came, and the code that grew most; None where it cannot be told."""
    onset = issue.onset
    if onset is None or onset.latest - onset.earliest > _SURE or issue.kind not in _FAILING:
        return None
    zone = ZoneInfo(rollup.timezone)
    # an hour late in the day shows on the next day only
    first, earliest, last = (
        midnight(on + timedelta(days=days), zone)
        for on, days in ((onset.earliest, -_DAYS_BEFORE), (onset.earliest, -1), (onset.latest, _DAYS_AFTER + 1))
    )
    deliveries = pl.col("kind") == Kind.WEBHOOK.value
    counted = _DELIVERED.get(issue.kind, Counted.CALLS)
    rows = (
        counted.told(rollup)
        .hourly.filter(
            pl.col("integration") == issue.integration,
            deliveries if counted.kind is Kind.WEBHOOK else ~deliveries,
            is_known(rollup),
            pl.col("at").is_between(first, last, closed="left"),
        )
        .with_columns(hour=(pl.col("at") - first).dt.total_hours())
    )
    hours = (last - first) // _HOUR
    k, n = _by_hour(rows.filter(~pl.col("ok")), hours), _by_hour(rows, hours)
    cut = _split(k, n, earliest=(earliest - first) // _HOUR)
    return None if cut is None else Beginning(at=first + cut * _HOUR, code=_code(rows, n, cut))


def _by_hour(rows: pl.DataFrame, hours: int) -> Counts:
    found = np.bincount(rows["hour"].to_numpy(), weights=rows["calls"].to_numpy(), minlength=hours)
    return np.asarray(found, dtype=np.int64)


def _split(k: Counts, n: Counts, *, earliest: int) -> int | None:
    """Return the hour that parts a lower rate from a higher one best, None where others are as good or nothing is clear."""
    cuts = np.arange(earliest, len(k))
    k_before, n_before = np.cumsum(k)[cuts - 1], np.cumsum(n)[cuts - 1]
    k_after, n_after = k.sum() - k_before, n.sum() - n_before
    won = _fit(k_before, n_before) + _fit(k_after, n_after) - _fit(k.sum(), n.sum())
    won = np.where(k_after * n_before > k_before * n_after, won, 0.0)
    # an hour without calls parts as well as the next one with some: the last of equals is the first that failed
    best = int(np.flatnonzero(won == won.max())[-1])
    near = np.flatnonzero((won > won[best] - _AS_GOOD) & (n[cuts] > 0))
    if won[best] < _CLEAR or near[-1] - near[0] > _NEAR_HOURS:
        return None
    return int(cuts[best])


def _fit(k: Counts, n: Counts) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the log likelihood of counts at their own rate."""
    rate = k / np.maximum(n, 1)
    return np.asarray(xlogy(k, rate) + xlogy(n - k, 1 - rate))


def _code(rows: pl.DataFrame, n: Counts, cut: int) -> str | None:
    """Return the code or reason with the most failures beyond what the hours before would have given."""
    before, after = max(int(n[:cut].sum()), 1), int(n[cut:].sum())
    grown = (
        rows.filter(~pl.col("ok"), pl.col("error").is_not_null())
        .group_by("error")
        .agg(
            more=pl.col("calls").filter(pl.col("hour") >= cut).sum()
            - pl.col("calls").filter(pl.col("hour") < cut).sum() * after / before
        )
        .sort(["more", "error"], descending=[True, False])
    )
    return None if grown.is_empty() else str(grown["error"][0])
