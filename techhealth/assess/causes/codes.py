"""Is one error code new, or one reason dominant? A symptom, where nothing more specific is found."""

from __future__ import annotations

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.words import count, day, percent, units
from techhealth.assess.onset import find_onset
from techhealth.assess.outcomes import outcome
from techhealth.model import CauseKind, Kind


def ask_onset(scope: Scope) -> Finding | None:
    """Return since when one code is more frequent than before, in its own daily series."""
    case, k, n = scope.case, scope.k, scope.n
    if scope.code is None or (scope.code == "429" and case.kind is Kind.API):  # the rate limit's own question
        return None
    onset = find_onset(case.days, k, n, case.policy)
    if onset is None:
        return None
    start = case.days.index(onset.on)
    after, before = k[start:].sum(), k[:start].sum()
    rate_after, rate_before = after / n[start:].sum(), before / n[:start].sum()
    meaning = outcome(scope.code, kind=case.kind).meaning
    named = f"{meaning} ({scope.code})" if scope.code.isdecimal() else meaning
    verb = "became more frequent" if before else "began"
    return Finding(
        kind=CauseKind.ERROR_CODE,
        key=scope.code,
        statement=f"{named} {verb} on {day(onset.on)}: {percent(rate_after)} of {units(case.kind)} since, "
        f"{percent(rate_before)} before ({count(after)} and {count(before)})",
        evidence={
            "code": scope.code,
            "failures_since": int(after),
            "failures_before": int(before),
            "rate_since": float(rate_after),
            "rate_before": float(rate_before),
        },
        explained=np.where(np.arange(len(k)) >= start, k, 0),
        removable=np.where(np.arange(len(k)) >= start, np.maximum(k - n * rate_before, 0), 0),
        onset=onset,
    )


def ask_reason(scope: Scope) -> Finding | None:
    """Return the reason of more than half of all failed deliveries, where the log names reasons."""
    case = scope.case
    if scope.code is not None or case.kind is not Kind.WEBHOOK:
        return None
    reason, hours = next(iter(case.by_code.items()))
    k, total = hours.sum(axis=1), scope.k.sum()
    row = outcome(reason, kind=case.kind)
    if reason == "unknown" or k.sum() <= case.policy.causes.dominant_share * total:
        return None
    return Finding(
        kind=CauseKind.DELIVERY_REASON,
        key=reason,
        statement=f"{count(k.sum())} of {count(total)} failed deliveries have one reason: {row.meaning.lower()} ({row.why})",
        evidence={"reason": reason, "failures_with_it": int(k.sum()), "failures": int(total)},
        explained=k,
        removable=k,
        owner=row.owner,
    )
