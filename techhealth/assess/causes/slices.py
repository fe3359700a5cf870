"""Is it one endpoint, or one client version? Slices are compared by their excess, not by their totals."""

from __future__ import annotations

import math

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.tally import Counts, Tally, level_before, surplus
from techhealth.assess.causes.words import count, failures, sentence, units
from techhealth.assess.rates import dispersion
from techhealth.figures import percent
from techhealth.model import CauseKind

#: Normal quantile of a 95 % interval.
_Z95 = 1.96


def ask_endpoint(scope: Scope) -> Finding | None:
    """Return the endpoint that holds the excess, if it fails clearly more often than the rest."""
    rules = scope.case.policy.causes
    return _ask(scope, scope.case.endpoints, CauseKind.ENDPOINT, share=rules.slice_share, ratio=rules.slice_ratio)


def ask_client(scope: Scope) -> Finding | None:
    """Return the client version that holds the excess, if it fails clearly more often than the rest."""
    rules = scope.case.policy.causes
    return _ask(
        scope, scope.case.clients, CauseKind.CLIENT_VERSION, share=rules.version_share, ratio=rules.version_ratio
    )


def _ask(scope: Scope, slices: Tally, kind: CauseKind, *, share: float, ratio: float) -> Finding | None:
    """Return the slice with the largest excess, if share, risk ratio and chance all speak for it."""
    failed = slices.failed(scope.code)
    if failed is None or len(slices.names) < 2:
        return None
    calls, start = slices.calls(), scope.case.start if scope.code is None else 0
    k, n = failed[:, start:].sum(axis=1), calls[:, start:].sum(axis=1)
    excess = _excess(failed, calls, start=start)
    chosen = int(np.argmax(excess))
    of_all = excess[chosen] / max(excess.sum() if start else k.sum(), 1)
    risk, low, q_value = _compared(k, n, chosen, phi=dispersion(*_active(scope.k[start:], scope.n[start:])))
    if of_all <= share or risk <= ratio or low <= 1 or q_value > scope.case.policy.detection.q_value:
        return None
    inside, outside = k[chosen] / n[chosen], (k.sum() - k[chosen]) / max(n.sum() - n[chosen], 1)
    mine, exposure = failed[chosen], calls[chosen]
    name = slices.names[chosen]
    since = "" if not start else " since the onset"
    return Finding(
        kind=kind,
        key=name,
        statement=f"{sentence(failures(scope.code, kind=scope.case.kind))} concentrate on "
        f"{'client' if kind is CauseKind.CLIENT_VERSION else 'endpoint'} {name}: {percent(inside)} of its "
        f"{count(n[chosen])} {units(scope.case.kind)} fail{since}, {percent(outside)} of the other "
        f"{count(n.sum() - n[chosen])}",
        evidence={
            "slice": name,
            "failures_in_it": int(k[chosen]),
            "calls_in_it": int(n[chosen]),
            "failures_elsewhere": int(k.sum() - k[chosen]),
            "calls_elsewhere": int(n.sum() - n[chosen]),
            "share_of_excess_in_it": float(min(of_all, 1.0)),
            "risk_ratio": risk,
            "risk_ratio_low": low,
            "q_value": q_value,
        },
        explained=mine,
        removable=np.concatenate([np.zeros(start), surplus(mine[start:], exposure[start:], outside)]),
        exposure=exposure,
    )


def _active(k: Counts, n: Counts) -> tuple[Counts, Counts]:
    return k[n > 0], n[n > 0]


def _excess(failed: Counts, calls: Counts, *, start: int) -> Counts:
    """Return each slice's failures above its own level before the onset, or, without onset, above the other slices'."""
    k, n = failed[:, start:].sum(axis=1), calls[:, start:].sum(axis=1)
    if start:
        k_before, n_before = failed[:, :start].sum(axis=1), calls[:, :start].sum(axis=1)
        level = level_before(k_before, n_before, usual=float(k_before.sum() / max(n_before.sum(), 1)))
    else:
        level = (k.sum() - k) / np.maximum(n.sum() - n, 1)
    above: Counts = np.maximum(k - n * level, 0)
    return above


def _compared(k: Counts, n: Counts, chosen: int, *, phi: float) -> tuple[float, float, float]:
    """Return the risk ratio of a slice against the rest, its lower bound, and its q-value over all slices.

    Source: Katz et al. 1978 (log interval), Haldane (half a case in each cell), Benjamini & Hochberg 1995.
    """
    rest_k, rest_n = k.sum() - k + 0.5, n.sum() - n + 1
    log_ratio = np.log((k + 0.5) / (n + 1)) - np.log(rest_k / rest_n)
    error = np.sqrt(phi * np.maximum(1 / (k + 0.5) - 1 / (n + 1) + 1 / rest_k - 1 / rest_n, 1e-12))
    p = np.array([math.erfc(abs(z) / math.sqrt(2)) for z in log_ratio / error])
    order = np.argsort(p, kind="stable")
    stepped = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.minimum.accumulate(stepped[::-1])[::-1][int(np.flatnonzero(order == chosen)[0])]
    return (
        float(np.exp(log_ratio[chosen])),
        float(np.exp(log_ratio[chosen] - _Z95 * error[chosen])),
        min(1.0, float(q)),
    )
