"""Do large requests fail? Compared within endpoints, so that a failing endpoint with large requests is not size."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.concentration import clearest, risk_ratio, strongest
from techhealth.assess.causes.tally import Counts
from techhealth.assess.causes.words import count, failures, size
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.assess.rates import dispersion
from techhealth.figures import percent, sentence
from techhealth.model import CauseKind
from techhealth.usage.rollup import size_edge

#: Large is what exceeds at least this part of the calls: without a contrast in size, size explains nothing.
_ORDINARY = 0.1


def ask(scope: Scope) -> Finding | None:
    """Return the request size above which the failures concentrate.

    It has to tell failures within each endpoint; how much it explains is then weighed over all endpoints together.
    """
    case, rules = scope.case, scope.case.policy.causes
    failed = None if scope.code in AUTH_CODES or scope.code == "429" else case.sizes.failed(scope.code)
    if failed is None or len(case.sizes.names) == 0:
        return None
    k, n, start = _by_endpoint(failed, case.sizes.calls(), with_before=scope.start > 0)
    edges = _edges(n[:, start:].sum(axis=1))
    if len(edges) == 0 or k[:, start:].sum() < max(rules.minimum_failures, rules.dominant_share * scope.k.sum()):
        return None
    sets = (np.arange(len(n)) >= edges[:, None]).astype(float)
    within = clearest(k, n, sets=sets, start=start, rules=rules)
    if within is None:
        return None
    k, n = _together(k, start), _together(n, start)
    found = strongest(k, n, sets=sets[[within.index]], start=k.shape[1] - 1)
    edge = int(edges[within.index])
    return _told(scope, edge, k[:, -1], n[:, -1], excess=found.excess, gain=found.gain - math.log(len(sets)))


def _edges(calls: Counts) -> npt.NDArray[np.intp]:
    """Return the buckets above which requests are large: those below are a real part of the calls."""
    below = np.cumsum(calls) - calls
    return np.flatnonzero((calls > 0) & (below >= max(_ORDINARY * calls.sum(), 1)))


def _by_endpoint(failed: Counts, calls: Counts, *, with_before: bool) -> tuple[Counts, Counts, int]:
    """Return failures and calls by size bucket and endpoint, and where the endpoints of the days in question begin."""
    half = len(calls) // 2
    if with_before and calls[:half].any():
        return failed.T, calls.T, half
    return (failed[:half] + failed[half:]).T, (calls[:half] + calls[half:]).T, 0


def _together(table: Counts, start: int) -> Counts:
    """Return a table by bucket with all endpoints added up: those before, where there are any, and those in question."""
    parts = [table[:, :start], table[:, start:]] if start else [table]
    return np.stack([part.sum(axis=1) for part in parts], axis=1)


def _told(scope: Scope, edge: int, k: Counts, n: Counts, *, excess: float, gain: float) -> Finding:
    """Return the finding that requests from a size bucket on fail."""
    case, threshold = scope.case, size_edge(scope.case.first_bucket + edge)
    rate_large, rate_small = k[edge:].sum() / n[edge:].sum(), k[:edge].sum() / n[:edge].sum()
    large, tried = _daily(scope, edge)
    return Finding(
        kind=CauseKind.REQUEST_SIZE,
        key=str(threshold),
        statement=f"{sentence(failures(scope.code, case.counted))} concentrate on large requests: "
        f"{percent(rate_large)} of {count(n[edge:].sum())} {case.counted.many} above {size(threshold)} fail, "
        f"{percent(rate_small)} of {count(n[:edge].sum())} below",
        evidence={
            "threshold_bytes": int(threshold),
            "failures_above": int(k[edge:].sum()),
            "calls_above": int(n[edge:].sum()),
            "failures_below": int(k[:edge].sum()),
            "calls_below": int(n[:edge].sum()),
            **risk_ratio(
                (k[edge:].sum(), n[edge:].sum()), (k[:edge].sum(), n[:edge].sum()), phi=dispersion(scope.k, scope.n)
            ),
            "log_odds": float(gain),
        },
        explained=np.minimum(large, scope.k),
        removable=np.minimum(np.maximum(large - tried * rate_small, 0), scope.k),
        excess=excess,
        gain=gain,
    )


def _daily(scope: Scope, edge: int) -> tuple[Counts, Counts]:
    """Return failures in question and calls by day, of the size buckets from one on."""
    table = scope.case.daily_sizes
    failed, calls = table.failed(scope.code), table.calls()[edge:, scope.start :].sum(axis=0)
    return (np.zeros_like(calls) if failed is None else failed[edge:, scope.start :].sum(axis=0)), calls
