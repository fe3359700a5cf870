"""Do failures cluster in two or three hours of the day, day after day?"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.tally import Counts, surplus
from techhealth.assess.causes.words import clock, count, failures, units
from techhealth.figures import share
from techhealth.model import CauseKind

_WIDTHS = (2, 3)
#: A flat third hour would add half; what adds less than a fifth is chance beside a window of two.
_WIDER = 1.2
_SHUFFLES = 999
_SEED = 20
_FEWEST_DAYS = 3


def ask(scope: Scope) -> Finding | None:
    """Return the two or three hours of the day with most failures above the average rate.

    The chance is that of the best window after turning each day by hours of its own (days are the unit of luck).
    """
    rules, calls = scope.case.policy.causes, scope.case.calls
    total = scope.hours.sum()
    above = scope.hours - calls * (total / calls.sum())
    start, width = _best(above.sum(axis=0))
    window = (start + np.arange(width)) % 24
    k, n = scope.hours[:, window].sum(axis=1), calls[:, window].sum(axis=1)
    failing = np.count_nonzero(scope.k)
    lift = (k.sum() / total) / (n.sum() / calls.sum()) if n.sum() else 0.0
    clear = above[:, window].sum() > rules.hours_share * total and lift > rules.hours_lift
    regular = np.count_nonzero(k) > rules.hours_days * failing and np.count_nonzero(k) >= _FEWEST_DAYS
    if not (clear and regular):
        return None
    chance = _chance(above)
    if chance > scope.case.policy.detection.q_value:
        return None
    outside = (total - k.sum()) / max(calls.sum() - n.sum(), 1)
    zone, last = scope.case.timezone, (start + width) % 24
    when = ("about " if _between_hours(scope) else "") + f"{clock(start, last)} {zone}"
    what = failures(scope.code, kind=scope.case.kind)
    return Finding(
        kind=CauseKind.HOURS,
        key=f"{start}-{last}",
        statement=f"{count(k.sum())} of {count(total)} {what} fall in the hours {when}, "
        f"with {share(n.sum() / calls.sum())} of {units(scope.case.kind)}",
        evidence={
            "from_hour": start,
            "to_hour": last,
            "when": when,
            "timezone": zone,
            "failures_in_them": int(k.sum()),
            "failures": int(total),
            "share_of_traffic": float(n.sum() / calls.sum()),
            "lift": float(lift),
            "days_with_failures_in_them": int(np.count_nonzero(k)),
            "days_with_failures": int(failing),
            "chance": chance,
        },
        explained=k,
        removable=surplus(k, n, outside),
    )


def _between_hours(scope: Scope) -> bool:
    """Return whether the zone's clock is not a whole number of hours from UTC, by which most jobs are set."""
    zone = ZoneInfo(scope.case.timezone)
    offsets = (
        datetime.combine(on, time(12), zone).utcoffset() for on in scope.case.days[:: len(scope.case.days) - 1 or 1]
    )
    return any(offset is not None and offset % timedelta(hours=1) != timedelta(0) for offset in offsets)


def _best(profile: Counts) -> tuple[int, int]:
    """Return first hour and width of the window with the largest sum; the wider only if its third hour earns it."""
    two, three = (_windows(profile[None, :], width)[0] for width in _WIDTHS)
    wider = three.max() > _WIDER * two.max()
    return (int(np.argmax(three)), 3) if wider else (int(np.argmax(two)), 2)


def _windows(profiles: Counts, width: int) -> Counts:
    """Return sums over every window of hours, midnight crossed; shape as given."""
    total: Counts = sum((np.roll(profiles, -shift, axis=1) for shift in range(width)), start=np.zeros_like(profiles))
    return total


def _chance(above: Counts) -> float:
    """Return the chance of so good a window when every day is turned by hours of its own."""
    turns = np.random.default_rng(_SEED).integers(0, 24, size=(_SHUFFLES, len(above)))
    around = (np.arange(24)[:, None] + np.arange(24)[None, :]) % 24
    profiles = np.zeros((_SHUFFLES, 24))
    for day, hours in enumerate(above):
        profiles += hours[around][turns[:, day]]
    best = np.maximum(*(_windows(profiles, width).max(axis=1) for width in _WIDTHS))
    observed = max(_windows(above.sum(axis=0)[None, :], width).max() for width in _WIDTHS)
    return float((1 + np.count_nonzero(best >= observed - 1e-9)) / (1 + _SHUFFLES))
