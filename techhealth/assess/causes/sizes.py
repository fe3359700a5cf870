"""Do large requests fail? Compared within endpoints, so that a failing endpoint with large requests is not size."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.tally import Counts
from techhealth.assess.causes.words import count, failures, sentence, size, units
from techhealth.assess.onset import rise_gains
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.figures import percent
from techhealth.model import CauseKind
from techhealth.usage.rollup import size_edge


def ask(scope: Scope) -> Finding | None:
    """Return the request size above which the failures concentrate."""
    case, rules = scope.case, scope.case.policy.causes
    failed = None if scope.code in AUTH_CODES or scope.code == "429" else case.sizes.failed(scope.code)
    if failed is None or failed.sum() < max(rules.minimum_failures, rules.dominant_share * scope.k.sum()):
        return None
    k, n = failed.sum(axis=0), case.sizes.calls().sum(axis=0)
    if np.count_nonzero(n) < 2:
        return None
    edge, fine = _tipping_point(k, n), case.sizes.fine()
    auc, low = _separation(failed, fine, large=float(fine[:, edge:].sum() / max(fine.sum(), 1)))
    if auc <= rules.size_auc or low <= rules.size_auc_low:
        return None
    rate_large, rate_small = k[edge:].sum() / n[edge:].sum(), k[:edge].sum() / n[:edge].sum()
    if rate_large <= max(rules.size_failure_rate, rules.slice_ratio * rate_small):
        return None
    threshold = size_edge(case.first_bucket + edge)
    large, tried = (table[:, edge:].sum(axis=1) for table in _weekly(scope))
    return Finding(
        kind=CauseKind.REQUEST_SIZE,
        key=str(threshold),
        statement=f"{sentence(failures(scope.code, kind=case.kind))} concentrate on large requests: "
        f"{percent(rate_large)} of {count(n[edge:].sum())} {units(case.kind)} above {size(threshold)} fail, "
        f"{percent(rate_small)} of {count(n[:edge].sum())} below",
        evidence={
            "threshold_bytes": int(threshold),
            "failures_above": int(k[edge:].sum()),
            "calls_above": int(n[edge:].sum()),
            "failures_below": int(k[:edge].sum()),
            "calls_below": int(n[:edge].sum()),
            "auc": auc,
            "auc_low": low,
        },
        explained=_by_day(scope, large),
        removable=_by_day(scope, np.maximum(large - tried * rate_small, 0)),
    )


def _separation(failed: Counts, fine: Counts, *, large: float) -> tuple[float, float]:
    """Return the chance that a failed request is larger than a good one of the same endpoint, and its lower bound.

    Both are set in proportion to what a perfect separation reaches: where a quarter of the good calls is large, failures
    of large requests alone are larger than seven in eight of them, and count as larger than all.

    Args:
        failed: failures in question by endpoint and size bucket.
        fine: good calls, same shape.
        large: share of the good calls that counts as large, at most half is taken off.

    Source: Mann & Whitney 1947; standard error by Hanley & McNeil 1982.
    """
    wins = float((failed * (np.cumsum(fine, axis=1) - fine / 2)).sum())
    pairs = float((failed.sum(axis=1) * fine.sum(axis=1)).sum())
    if pairs == 0:
        return 0.5, 0.0
    auc = wins / pairs
    compared = (failed.sum(axis=1) > 0) & (fine.sum(axis=1) > 0)
    bad, good = float(failed[compared].sum()), float(fine[compared].sum())
    first, second = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (bad - 1) * (first - auc**2) + (good - 1) * (second - auc**2)
    low = auc - 1.96 * math.sqrt(max(spread, 0.0) / (bad * good))
    reach = 1 - min(large, 0.5)
    return min(1.0, 0.5 + (auc - 0.5) / reach), min(1.0, 0.5 + (low - 0.5) / reach)


def _tipping_point(k: Counts, n: Counts) -> int:
    """Return the bucket from which on requests count as large: the cut that parts failing from working best."""
    used = np.flatnonzero(n > 0)
    return int(used[int(np.argmax(rise_gains(k[used], n[used]))) + 1])


def _weekly(scope: Scope) -> tuple[Counts, Counts]:
    """Return failures in question and calls by week and size bucket."""
    table = scope.case.weekly_sizes
    failed, calls = table.failed(scope.code), table.calls()
    return (np.zeros_like(calls) if failed is None else failed), calls


def _by_day(scope: Scope, weekly: Counts) -> Counts:
    """Return a weekly quantity shared out over the days of its week as the failures in question fall."""
    number = {week: index for index, week in enumerate(scope.case.weekly_sizes.names)}
    weeks = np.array([number.get(str(on - timedelta(days=on.weekday())), -1) for on in scope.case.days])
    k = np.where(weeks >= 0, scope.k, 0)
    total = np.bincount(np.maximum(weeks, 0), weights=k, minlength=len(weekly))[weeks]
    shared: Counts = np.minimum(np.divide(weekly[weeks] * k, total, out=np.zeros_like(k), where=total > 0), k)
    return shared
