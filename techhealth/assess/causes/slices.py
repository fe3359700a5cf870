"""Is it one endpoint, or one client version? Slices are compared by their excess, not by their totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.concentration import Concentration, clearest, risk_ratio
from techhealth.assess.causes.tally import Counts, Tally, surplus
from techhealth.assess.causes.words import count, failures
from techhealth.assess.outcomes import BADLY_MADE
from techhealth.assess.rates import dispersion
from techhealth.figures import day, percent, sentence
from techhealth.model import CauseKind, Owner

#: Slices that make a real part of the calls, how many client versions of them there have to be, and the least part of
#: the common failure rate, or of a path's, that is alike.
_BUSY, _SEVERAL, _ALIKE = 0.05, 3, 0.5
#: Failure rate before the issue, as a part of that since, below which it counts as new.
_BEFORE = 0.1
#: Calls a day before the issue, as a part of those since, from which on it called before as it does now.
_AS_BEFORE = 0.5
#: What names single items at the end of a path, and what stands between paths that are one slice.
_ITEMS, TOGETHER = re.compile(r"(/\{[^{}]*\})+$"), " and "
_ALL_CLIENTS = ", whichever client version calls; consistent with a change of the endpoint"


class _Rates(NamedTuple):
    """Failures and calls of a slice, and of all others."""

    inside: tuple[float, float]
    outside: tuple[float, float]


def ask_endpoint(scope: Scope) -> Finding | None:
    """Return the endpoint that holds the excess, if it fails clearly more often than the rest: of one method; or of all, or with
    its single items, where all of these explain more and no other fails alike, for then something behind them is wrong."""
    endpoints = scope.case.endpoints
    found = _ask(scope, endpoints, CauseKind.ENDPOINT)
    paths = [name.partition(" ")[2] or name for name in endpoints.names]
    for groups in (paths, _resources(paths)):
        whole = endpoints.grouped(groups) if len(set(groups)) < len(groups) else endpoints
        every = None if whole is endpoints else _ask(scope, whole, CauseKind.ENDPOINT)
        if every is None or groups.count(every.key) == 1 or (found is not None and found.gain >= every.gain):
            continue
        found = found if _fails_alike(scope, whole, every.key) else every
    return found


def _resources(paths: Sequence[str]) -> list[str]:
    """Return for each path itself and those of the single items below it, or above it, as one name.

    Examples:
        >>> _resources(["/orders", "/orders/{id}", "/users"])
        ['/orders and /orders/{id}', '/orders and /orders/{id}', '/users']
    """
    together: dict[str, set[str]] = {}
    stems = [_ITEMS.sub("", path) for path in paths]
    for stem, path in zip(stems, paths, strict=True):
        together.setdefault(stem, set()).add(path)
    return [TOGETHER.join(sorted(together[stem])) for stem in stems]


def ask_client(scope: Scope) -> Finding | None:
    """Return the client version that holds the excess, if it fails clearly more often than the rest."""
    return _ask(scope, scope.case.clients, CauseKind.CLIENT_VERSION)


def _ask(scope: Scope, slices: Tally, kind: CauseKind) -> Finding | None:
    """Return the slice that explains best where the failures fall, if it explains enough of them."""
    failed = slices.failed(scope.code)
    if failed is None or len(slices.names) < 2:
        return None
    calls, start = slices.calls(), scope.start
    found = clearest(failed, calls, start=start, rules=scope.case.policy.causes)
    if found is None:
        return None
    mine, exposure = failed[found.index, start:], calls[found.index, start:]
    told_from = _told_from(scope, mine)
    told = _rates(failed[:, told_from:], calls[:, told_from:], found.index)
    phi = dispersion(*_active(scope.k, scope.n))
    ours = kind is CauseKind.ENDPOINT and _changed_for_all(scope)
    before = calls[found.index, : scope.case.start]
    known = len(before) > 0 and before.mean() >= _AS_BEFORE * calls[found.index, scope.case.start :].mean()
    owner = Owner.CUSTOMER if kind is CauseKind.CLIENT_VERSION else Owner.US if ours else None
    return Finding(
        kind=kind,
        key=slices.names[found.index],
        statement=_statement(scope, slices.names[found.index], kind, told, told_from) + (_ALL_CLIENTS if ours else ""),
        evidence={
            **_evidence(slices.names[found.index], told, found, phi=phi),
            "called_before": int(known),
            **({"since": scope.case.days[told_from].isoformat()} if scope.start else {}),
        },
        explained=mine,
        removable=surplus(mine, exposure, told.outside[0] / max(told.outside[1], 1)),
        excess=found.excess,
        gain=found.gain,
        owner=owner,
    )


def _fails_alike(scope: Scope, slices: Tally, name: str) -> bool:
    """Return whether another slice that makes a real part of the calls fails nearly as often."""
    failed = slices.failed(scope.code)
    if failed is None:
        return False
    k, n = (values[:, scope.start :].sum(axis=1) for values in (failed, slices.calls()))
    busy = n >= _BUSY * n.sum()
    rates = np.where(busy, k / np.maximum(n, 1), 0.0)
    mine = slices.names.index(name)
    return bool((np.delete(rates, mine) >= _ALIKE * rates[mine]).any())


def _changed_for_all(scope: Scope) -> bool:
    """Return whether calls are refused as badly made that were accepted before, whichever client version makes them.

    One client that changes breaks its own calls; what breaks those of all at once is what they call.
    """
    clients, start = scope.case.clients, scope.case.start
    failed, calls = clients.failed(scope.code) if scope.code in BADLY_MADE and start else None, clients.calls()
    if failed is None or not calls[:, :start].any():
        return False
    k, n = failed[:, start:].sum(axis=1), calls[:, start:].sum(axis=1)
    if failed[:, :start].sum() / calls[:, :start].sum() >= _BEFORE * k.sum() / max(n.sum(), 1):
        return False
    busy = n >= _BUSY * n.sum()
    alike = k[busy] / n[busy] >= _ALIKE * k.sum() / n.sum()
    return bool(np.count_nonzero(busy) >= _SEVERAL and alike.all())


def _told_from(scope: Scope, mine: Counts) -> int:
    """Return the first day whose counts tell of a slice's failures: a day that failed from some hour on has no count of these
    hours alone, so that it is left out where later ones fail."""
    whole = scope.first_whole_day
    return whole if mine[whole - scope.start :].any() else scope.start


def _rates(failed: Counts, calls: Counts, index: int) -> _Rates:
    k, n = failed.sum(axis=1), calls.sum(axis=1)
    inside = float(k[index]), float(n[index])
    return _Rates(inside, (float(k.sum()) - inside[0], float(n.sum()) - inside[1]))


def _statement(scope: Scope, name: str, kind: CauseKind, told: _Rates, told_from: int) -> str:
    (k, n), (rest, others) = told
    from_then_on = f"from {day(scope.case.days[told_from])} on, " if told_from > scope.start else ""
    return (
        f"{sentence(failures(scope.code, scope.case.counted))} concentrate on "
        f"{'client' if kind is CauseKind.CLIENT_VERSION else 'endpoint'} {name}: {from_then_on}{percent(k / n)} of its "
        f"{count(n)} {scope.case.counted.many} fail, {percent(rest / max(others, 1))} of the other {count(others)}"
    )


def _evidence(name: str, told: _Rates, found: Concentration, *, phi: float) -> dict[str, float | int | str | None]:
    """Return the counts, and the risk ratio of the slice against the rest with its 95 % interval."""
    (k, n), (rest, others) = told
    return {
        "slice": name,
        "failures_in_it": int(k),
        "calls_in_it": int(n),
        "failures_elsewhere": int(rest),
        "calls_elsewhere": int(others),
        "share_of_excess_in_it": found.share,
        **risk_ratio((k, n), (rest, others), phi=phi),
        "log_odds": float(found.gain),
    }


def _active(k: Counts, n: Counts) -> tuple[Counts, Counts]:
    return k[n > 0], n[n > 0]
