"""Do large requests fail? Compared within endpoints, so that a failing endpoint with large requests is not size."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import polars as pl

from techhealth.assess.causes.case import Counts, Finding, Scope
from techhealth.assess.causes.words import count, failures, percent, sentence, size, units
from techhealth.assess.onset import rise_gains
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.model import CauseKind
from techhealth.usage.rollup import size_edge


def ask(scope: Scope) -> Finding | None:
    """Return the request size above which the failures concentrate."""
    rules, failed = scope.case.policy.causes, scope.failed
    if failed is None or scope.code in AUTH_CODES or scope.code == "429":
        return None
    table = _sized(scope, failed)
    known = table["k"].sum()
    if known < max(rules.minimum_failures, rules.dominant_share * scope.k.sum()):
        return None
    auc, low = _separation(table)
    if auc <= rules.size_auc or low <= rules.size_auc_low:
        return None
    edge = _tipping_point(table)
    large = table.filter(pl.col("bucket") >= edge)
    k_large, n_large = int(large["k"].sum()), int(large["n"].sum())
    k_small, n_small = int(known - k_large), int(table["n"].sum() - n_large)
    rate_large, rate_small = k_large / n_large, (k_small / n_small if n_small else 0.0)
    if not n_small or rate_large <= max(rules.size_failure_rate, rules.slice_ratio * rate_small):
        return None
    threshold = size_edge(edge)
    return Finding(
        kind=CauseKind.REQUEST_SIZE,
        key=str(edge),
        statement=f"{sentence(failures(scope.code, kind=scope.case.kind))} concentrate on large requests: "
        f"{percent(rate_large)} of {count(n_large)} {units(scope.case.kind)} above {size(threshold)} fail, "
        f"{percent(rate_small)} of {count(n_small)} below",
        evidence={
            "threshold_bytes": int(threshold),
            "failures_above": k_large,
            "calls_above": n_large,
            "failures_below": k_small,
            "calls_below": n_small,
            "auc": auc,
            "auc_low": low,
        },
        explained=_by_day(scope, large, pl.col("k").cast(pl.Float64)),
        removable=_by_day(scope, large, pl.col("k") - pl.col("n") * rate_small),
    )


def _sized(scope: Scope, failed: pl.Expr) -> pl.DataFrame:
    """Return endpoint, week, bucket → k failures in question, ok calls, n calls; whole weeks that touch the period."""
    case = scope.case
    weeks = pl.col("week").is_between(case.period.first - timedelta(days=6), case.period.last)
    return (
        case.rows(case.rollup.sizes)
        .filter(weeks & pl.col("ok").is_not_null())
        .group_by("endpoint", "week", "bucket")
        .agg(
            k=pl.col("calls").filter(failed.fill_null(False)).sum(),
            fine=pl.col("calls").filter(pl.col("ok")).sum(),
            n=pl.col("calls").sum(),
        )
        .sort("endpoint", "week", "bucket")
    )


def _separation(table: pl.DataFrame) -> tuple[float, float]:
    """Return the chance that a failed request is larger than a good one of the same endpoint, and its lower bound.

    Source: Mann & Whitney 1947; standard error by Hanley & McNeil 1982.
    """
    by_size = (
        table.group_by("endpoint", "bucket")
        .agg(pl.col("k", "fine").sum().cast(pl.Float64))
        .sort("endpoint", "bucket")
        .with_columns(
            smaller=pl.col("fine").cum_sum().over("endpoint") - pl.col("fine") / 2,
            bad=pl.col("k").sum().over("endpoint"),
            good=pl.col("fine").sum().over("endpoint"),
        )
    )
    wins = float((by_size["k"] * by_size["smaller"]).sum())
    pairs = float((by_size["k"] * by_size["good"]).sum())
    if pairs == 0:
        return 0.5, 0.0
    auc = wins / pairs
    compared = by_size.filter((pl.col("bad") > 0) & (pl.col("good") > 0))
    bad, good = float(compared["k"].sum()), float(compared["fine"].sum())
    first, second = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (bad - 1) * (first - auc**2) + (good - 1) * (second - auc**2)
    return auc, auc - 1.96 * math.sqrt(max(spread, 0.0) / (bad * good))


def _tipping_point(table: pl.DataFrame) -> int:
    """Return the bucket from which on requests count as large: the cut that parts failing from working best."""
    by_size = table.group_by("bucket").agg(pl.col("k", "n").sum().cast(pl.Float64)).sort("bucket")
    if by_size.height < 2:
        return int(by_size["bucket"][0])
    gains = rise_gains(by_size["k"].to_numpy(), by_size["n"].to_numpy())
    return int(by_size["bucket"][int(np.argmax(gains)) + 1])


def _by_day(scope: Scope, large: pl.DataFrame, value: pl.Expr) -> Counts:
    """Return a weekly quantity shared out over the days of its week as the failures in question fall."""
    days, k = scope.case.days, scope.k
    weekly = dict(large.group_by("week").agg(value.sum().clip(lower_bound=0)).iter_rows())
    mondays = [on - timedelta(days=on.weekday()) for on in days]
    totals = np.array([sum(k[i] for i, other in enumerate(mondays) if other == monday) for monday in mondays])
    amounts = np.array([float(weekly.get(monday, 0.0)) for monday in mondays])
    shared: Counts = np.minimum(np.divide(amounts * k, totals, out=np.zeros_like(k), where=totals > 0), k)
    return shared
