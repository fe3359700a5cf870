"""Did the credential of some clients stop working, while others are let in?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.credentials import broken_at, consistent_with
from techhealth.assess.causes.tally import Counts, surplus
from techhealth.assess.causes.words import count, failures
from techhealth.figures import day, named
from techhealth.model import CauseKind, Onset

#: Clients named one by one.
_NAMED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shut:
    """Failures and calls a day of the clients that are shut out, and of all others; and how the first ones are called."""

    names: tuple[str, ...]
    k: Counts
    n: Counts
    k_others: Counts
    n_others: Counts


def ask(scope: Scope) -> Finding | None:
    """Return the clients that are shut out since an hour; together they make nearly all failures of the days after.

    Clients are counted by day, so only whole days after that hour tell: one that breaks today is told tomorrow.
    """
    case, rules, hour = scope.case, scope.case.policy.causes, broken_at(scope)
    failed, calls = case.clients.failed(scope.code), case.clients.calls()
    if hour is None or failed is None or hour // 24 + 1 >= calls.shape[1]:
        return None
    on = hour // 24
    out = _are_shut_out(scope, failed, calls, on=on)
    k, n = failed[out].sum(axis=0), calls[out].sum(axis=0)
    k_others, n_others = failed[~out].sum(axis=0), calls[~out].sum(axis=0)
    lately = k[on + 1 :].sum()
    most = lately >= max(rules.minimum_failures, rules.expired_rate * failed[:, on + 1 :].sum())
    if not most or not n_others[on + 1 :].sum():
        return None
    names = tuple(name for name, one in zip(case.clients.names, out, strict=True) if one)
    return _told(scope, _Shut(names=names, k=k, n=n, k_others=k_others, n_others=n_others), hour=hour)


def _are_shut_out(scope: Scope, failed: Counts, calls: Counts, *, on: int) -> npt.NDArray[np.bool_]:
    """Return which clients called before a day, and on whole days after it nearly always fail, on their last one as well."""
    rules, later, earlier = scope.case.policy.causes, slice(on + 1, None), slice(0, on)
    k, n, before = failed[:, later], calls[:, later], calls[:, earlier].sum(axis=1)
    usual = (failed[:, earlier].sum(axis=1) + 0.5) / (before + 1)
    last = n.shape[1] - 1 - np.argmax(n[:, ::-1] > 0, axis=1)
    rows = np.arange(len(n))
    rate = np.minimum(k.sum(axis=1) / np.maximum(n.sum(axis=1), 1), k[rows, last] / np.maximum(n[rows, last], 1))
    out: npt.NDArray[np.bool_] = (before > 0) & (rate >= np.maximum(rules.expired_rate, rules.sudden_ratio * usual))
    return out


def _told(scope: Scope, shut: _Shut, *, hour: int) -> Finding:
    case, on = scope.case, hour // 24
    since, later, several = case.days[on], slice(on + 1, None), len(shut.names) > 1
    more = [f"{len(shut.names) - _NAMED} more"] if len(shut.names) > _NAMED else []
    clients = named([*shut.names[:_NAMED], *more])
    of, many = failures(scope.code, case.counted), case.counted.many
    explained = np.where(np.arange(len(shut.k)) >= on, shut.k, 0.0)
    usual = float(shut.k[:on].sum() / max(shut.n[:on].sum(), 1))
    return Finding(
        kind=CauseKind.EXPIRED_CREDENTIAL,
        key=f"{since} {clients}",
        statement=f"{'Clients' if several else 'Client'} {clients} {'are' if several else 'is'} refused ({of}) since {day(since)}, "
        f"about {hour % 24:02d}:00 {case.timezone}: from {day(case.days[on + 1])} on {count(shut.k[later].sum())} of "
        f"{count(shut.n[later].sum())} {many} fail, {count(shut.k[:on].sum())} of {count(shut.n[:on].sum())} before {day(since)}, "
        f"and {count(shut.k_others[later].sum())} of {count(shut.n_others[later].sum())} of the other clients; "
        f"{consistent_with(scope.code)}",
        evidence={
            "slice": clients,
            "since": case.days[on + 1].isoformat(),
            "since_hour": f"{since} {hour % 24:02d}:00",
            "failures_since": int(shut.k[later].sum()),
            "calls_since": int(shut.n[later].sum()),
            "failures_before": int(shut.k[:on].sum()),
            "calls_before": int(shut.n[:on].sum()),
            "failures_elsewhere": int(shut.k_others[later].sum()),
            "calls_elsewhere": int(shut.n_others[later].sum()),
            "timezone": case.timezone,
        },
        explained=explained,
        removable=surplus(explained, shut.n, usual),
        onset=Onset(on=since, earliest=since, latest=since),
    )
