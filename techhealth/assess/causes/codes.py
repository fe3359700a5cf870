"""Is one error code new, or one reason dominant? A symptom, where nothing more specific is found."""

from __future__ import annotations

import numpy as np

from techhealth.assess.beginning import HOURS
from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.concentration import clearest
from techhealth.assess.causes.tally import surplus
from techhealth.assess.causes.words import count, failures
from techhealth.assess.outcomes import AUTH_CODES, UNSAID, named, outcome, owner_of
from techhealth.assess.rates import dispersion_of_sums, excess_z, upper_tail
from techhealth.figures import day, inside, percent
from techhealth.model import CauseKind, Kind, Onset


def ask_onset(scope: Scope) -> Finding | None:
    """Return since when one code is more frequent than before, in its own daily series."""
    case, k, n = scope.case, scope.k, scope.n
    if scope.code is None or (scope.code == "429" and case.kind is Kind.API):  # the rate limit's own question
        return None
    onset = scope.onset
    start = case.start if onset is None else case.days.index(onset.on)
    if not start or (onset is None and not _risen(scope, start)):
        return None
    first = case.days[start]
    onset = onset or Onset(on=first, earliest=first, latest=first)
    hour = scope.hour(onset)
    (before, after), (calls, calls_since) = (
        (of[:hour].sum(), of[hour:].sum()) for of in (scope.hours.ravel(), case.calls.ravel())
    )
    rate_after, rate_before = after / calls_since, before / calls
    verb = "became more frequent" if before else "began"
    return Finding(
        kind=CauseKind.ERROR_CODE,
        key=scope.code,
        statement=f"{named(scope.code, kind=case.kind)} {verb} {_when(scope, hour)}: {percent(rate_after)} of {case.counted.many} since, "
        f"{percent(rate_before)} before ({count(after)} and {count(before)}){_intermittent(scope, hour)}{_where(scope, start)}",
        evidence={
            "code": scope.code,
            "failures_since": int(after),
            "failures_before": int(before),
            "rate_since": float(rate_after),
            "rate_before": float(rate_before),
        },
        explained=np.where(np.arange(len(k)) >= start, k, 0),
        removable=np.concatenate([np.zeros(start), surplus(k[start:], n[start:], float(rate_before))]),
        onset=onset,
    )


def _risen(scope: Scope, start: int) -> bool:
    """Return whether a code is clearly more frequent since the issue's onset, too young for a date of its own."""
    k, n, rules = scope.k, scope.n, scope.case.policy.detection
    before, after = (int(k[:start].sum()), int(n[:start].sum())), (int(k[start:].sum()), int(n[start:].sum()))
    if after[0] < rules.minimum_failures or not before[1]:
        return False
    phi = dispersion_of_sums(k[:start], n[:start], variation=rules.rate_variation)
    enough = after[0] * before[1] > rules.ratio * before[0] * after[1]
    chance = upper_tail(excess_z(recent=after, baseline=before, phi=phi))
    return enough and chance * len(scope.case.by_code) <= rules.q_value  # below an alarm, a family of its own


def ask_steady(scope: Scope) -> Finding | None:
    """Return the one code that makes up nearly all failures, at a level that neither rose nor has a pattern.

    Only where the log names a code or class; of deliveries the reason is asked for.
    """
    case, k, n = scope.case, scope.k, scope.n
    total = case.failures.sum()
    if scope.code is None or scope.code in UNSAID or case.kind is Kind.WEBHOOK:
        return None
    risen = (scope.code == "429" and case.kind is Kind.API) or ask_onset(scope) is not None
    if risen or k.sum() < case.policy.causes.dominant_code * total:
        return None
    some = "All" if k.sum() == total else "Nearly all"
    return Finding(
        kind=CauseKind.ERROR_CODE,
        key=scope.code,
        statement=f"{some} failures are {failures(scope.code, case.counted)}: {count(k.sum())} of {count(total)}, "
        f"{percent(k.sum() / n.sum())} of {case.counted.many}, without a clear start in this log; "
        f"{outcome(scope.code, kind=case.kind).why}{_intermittent(scope, 0)}{_where(scope, 0)}",
        evidence={
            "code": scope.code,
            "failures_with_it": int(k.sum()),
            "failures": int(total),
            "rate": float(k.sum() / n.sum()),
        },
        explained=k,
        removable=surplus(k, n, case.target),
    )


def _when(scope: Scope, hour: int) -> str:
    """Return the day or the hour from which it is counted."""
    on, clock = divmod(hour, HOURS)
    return f"on {day(scope.case.days[on])}" + (f" at {clock:02d}:00 {scope.case.timezone}" if clock else "")


def _intermittent(scope: Scope, hour: int) -> str:
    """Return that some succeed, where failures of authentication might be taken for an expired credential."""
    case = scope.case
    if scope.code not in AUTH_CODES and case.kind is not Kind.AUTH:
        return ""
    fine = case.fine.ravel()[hour:].sum()
    since = " since" if hour else ""
    return f"; {count(fine)} succeeded{since}, so access fails now and then, not for good" if fine else ""


def _where(scope: Scope, start: int) -> str:
    """Return the region that failures concentrate in, beyond its part of the calls, where the log names regions."""
    regions = scope.case.regions
    failed, calls = regions.failed(scope.code), regions.calls()
    if failed is None or len(regions.names) < 2:
        return ""
    found = clearest(failed, calls, start=start, rules=scope.case.policy.causes)
    if found is None:
        return ""
    k, n = (of[:, start:].sum(axis=1) for of in (failed, calls))
    inside, tried = k[found.index], n[found.index]
    rest = percent((k.sum() - inside) / max(n.sum() - tried, 1.0))
    return (
        f"; {count(inside)} of {count(k.sum())} are in region {regions.names[found.index]}, where {percent(inside / tried)} of "
        f"{scope.case.counted.many} fail so, {rest} elsewhere"
    )


def ask_reason(scope: Scope) -> Finding | None:
    """Return the reason of more than half of all failed deliveries, where the log names reasons."""
    case = scope.case
    if scope.code is not None or case.kind is not Kind.WEBHOOK:
        return None
    k_of = {code: grid[scope.start :].sum(axis=1) for code, grid in case.by_code.items()}
    reason, k = max(k_of.items(), key=lambda pair: float(pair[1].sum()))
    total = scope.k.sum()
    row = outcome(reason, kind=case.kind)
    if reason == "unknown" or k.sum() <= case.policy.causes.dominant_share * total:
        return None
    return Finding(
        kind=CauseKind.DELIVERY_REASON,
        key=reason,
        statement=f"{count(k.sum())} of {count(total)} {failures(None, case.counted)} have one reason: {inside(row.meaning)} ({row.why})",
        evidence={"reason": reason, "failures_with_it": int(k.sum()), "failures": int(total)},
        explained=k,
        removable=k,
        owner=owner_of(reason, kind=case.kind, owners=case.policy.owners),
    )
