"""Is a rate limit met, which one, and which one would do?

The limit is what is still accepted in minutes that had a 429. The limit to ask for comes from what was attempted in
those minutes, and what it resolves from replaying them under it.
"""

from __future__ import annotations

import math

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.evidence import Minutes
from techhealth.assess.causes.tally import Counts, sums
from techhealth.assess.causes.words import count
from techhealth.figures import day
from techhealth.model import CauseKind, Change, Kind, Onset, Owner
from techhealth.policy import CauseRules


def ask(scope: Scope) -> Finding | None:
    """Return the rate limit behind the 429s of calls, with a limit to ask for where the log supports one."""
    case = scope.case
    if scope.code != "429" or case.kind is not Kind.API or case.minutes is None:
        return None
    onset = scope.onset
    met, header = case.minutes.met(), case.named_limit
    cap = _reconstructed(met, case.minutes, case.policy.causes)
    change = None if cap is None else _change(met, cap=cap, header=header, rules=case.policy.causes)
    removed = np.zeros(len(case.days)) if change is None else _replayed(met, limit=change.proposed, days=len(case.days))
    return Finding(
        kind=CauseKind.RATE_LIMIT,
        key="429",
        statement=f"{_since(scope, onset)}; {_limit(met, cap=cap, header=header)}",
        evidence={
            "rejected": int(scope.k.sum()),
            "minutes_with_rejections": len(met),
            "limit_per_minute": cap,
            "limit_named_by_header": header,
            "largest_demand_per_minute": int(_demand(met).max()) if met else None,
            "proposed_per_minute": None if change is None else change.proposed,
            "resolved_of_rejected": None if change is None else float(removed.sum() / scope.k.sum()),
        },
        explained=scope.k,
        removable=removed,
        onset=onset,
        change=change,
        owner=Owner.SHARED,
    )


def two_figures_up(value: float) -> float:
    """Return a number rounded up to two significant figures.

    Examples:
        >>> two_figures_up(251.0), two_figures_up(250.0), two_figures_up(7.0)
        (260.0, 250.0, 7.0)
    """
    step = 10.0 ** max(0, math.floor(math.log10(value)) - 1)
    return math.ceil(round(value / step, 9)) * step


def _reconstructed(met: Minutes, minutes: Minutes, rules: CauseRules) -> int | None:
    """Return what is accepted in minutes with a 429, if these agree and no other minute exceeds it."""
    accepted = met.accepted
    if len(accepted) < rules.limit_minutes:
        return None
    low, middle, high = np.percentile(accepted, [25, 50, 75])
    if middle < 1 or (high - low) / middle >= rules.limit_spread:
        return None
    calm = minutes.accepted[minutes.throttled == 0]
    return round(float(middle)) if not len(calm) or calm.max() <= max(middle, high) else None


def _demand(met: Minutes) -> Counts:
    """Return calls attempted per minute, repeats of failed ones left out."""
    demand: Counts = np.maximum(met.accepted + met.throttled - met.retries, 1.0)
    return demand


def _change(met: Minutes, *, cap: int, header: int | None, rules: CauseRules) -> Change | None:
    """Return the limit to ask for; None when demand without repeats fits under the present one."""
    demand = np.sort(_demand(met))
    rank = max(1, math.ceil(rules.demand_quantile * len(demand)))
    proposed = two_figures_up(float(demand[rank - 1]) * rules.limit_headroom)
    current = header if header is not None and abs(header - cap) <= 0.1 * cap else cap
    if proposed <= current:
        return None
    return Change(setting="rate limit", current=float(current), proposed=proposed, unit="calls a minute")


def _replayed(met: Minutes, *, limit: float, days: int) -> Counts:
    """Return the 429s per day that a limit would have let through."""
    removed = met.throttled - np.clip(_demand(met) - limit, 0, met.throttled)
    return sums(met.day, removed, size=days)


def _since(scope: Scope, onset: Onset | None) -> str:
    """Return how many 429s, and since when."""
    if onset is None:
        return f"{count(scope.k.sum())} calls were rejected as too many requests (429)"
    start = scope.case.days.index(onset.on)
    after, before = count(scope.k[start:].sum()), count(scope.k[:start].sum())
    return f"Too many requests (429) began on {day(onset.on)}: {after} since, {before} before"


def _limit(met: Minutes, *, cap: int | None, header: int | None) -> str:
    """Return what the minutes say of the limit, or what has to be asked."""
    if cap is None:
        named = "" if header is None else f"; the answers name a limit of {header:,} calls a minute"
        return f"the log does not show the limit{named}: ask which limit applies, and over which time it counts"
    over = int(met.throttled[met.accepted + met.throttled > cap].sum())
    total = int(met.throttled.sum())
    share = "all" if over == total else f"{over:,} of {total:,}"
    named = "" if header is None else f" (the answers name {header:,})"
    return f"{share} in minutes with more than {cap:,} calls, consistent with a limit of {cap:,} calls a minute{named}"
