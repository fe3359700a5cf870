"""Do failures cluster in a few hours of the day, day after day?"""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.concentration import Sets, clearest, risk_ratio
from techhealth.assess.causes.tally import Counts, surplus
from techhealth.assess.causes.words import clock, count, failures
from techhealth.assess.rates import dispersion
from techhealth.figures import share
from techhealth.model import CauseKind

#: Longest window in hours: what fails through half a day has no hours.
_WIDEST = 6
_FEWEST_DAYS = 2


def ask(scope: Scope) -> Finding | None:
    """Return the hours of the day into which the failures fall, if day after day confirms them.

    One bad afternoon makes a window, but no pattern: the window has to be as clear without its best day. Nor do a few
    outages: the calls of one fail together, and count as often as its hours are alike.
    """
    failed, calls, rules = scope.grid.T, scope.case.calls.T, scope.case.policy.causes
    windows = _windows()
    found = clearest(failed, calls, sets=windows, start=scope.start, rules=rules)
    if found is None:
        return None
    chosen = windows[found.index]
    k, n = chosen @ failed[:, scope.start :], chosen @ calls[:, scope.start :]
    if np.count_nonzero(k) < max(_FEWEST_DAYS, rules.hours_days * np.count_nonzero(scope.k)):
        return None
    within = np.flatnonzero(chosen)
    if found.gain <= math.log(rules.clear_odds) * _together(scope.hours[:, within], calls.T[scope.start :, within]):
        return None
    best = scope.start + int(np.argmax(k - n * (scope.k.sum() / scope.n.sum())))
    failed, calls = (np.delete(grid, best, axis=1) for grid in (failed, calls))
    others = clearest(failed, calls, sets=chosen[None, :], start=scope.start, rules=rules)
    if others is None:
        return None
    # its best day may have been a single outage: its failures count as those of the other days do
    like_others = others.gain * k.sum() / (k.sum() - k[best - scope.start])
    width = int(chosen.sum())
    first = int(next(hour for hour in range(24) if chosen[hour] and not chosen[hour - 1]))
    return _told(scope, first, (first + width) % 24, k, n, excess=found.excess, gain=min(found.gain, like_others))


def _together(k: Counts, n: Counts) -> float:
    """Return how many failures come together: by how much the hours of a window vary more than the calls of one rate do.

    Source: Pearson's chi squared, by its degrees of freedom.
    """
    expected = n * (k.sum() / n.sum())
    seen = expected > 0
    chi_squared = (np.square(k - expected)[seen] / expected[seen]).sum()
    return max(1.0, float(chi_squared) / max(1, int(seen.sum()) - 1))


@cache
def _windows() -> Sets:
    """Return every window of some hours, midnight crossed: shape (windows, 24), the short ones first."""
    hours = np.arange(24)
    found = np.array(
        [((hours - first) % 24 < width).astype(float) for width in range(1, _WIDEST + 1) for first in range(24)]
    )
    found.flags.writeable = False  # one for all
    return found


def _told(scope: Scope, first: int, last: int, k: Counts, n: Counts, *, excess: float, gain: float) -> Finding:
    """Return the finding of a window of hours with its failures and calls a day."""
    total, calls, zone = scope.k.sum(), scope.n.sum(), scope.case.timezone
    since = slice(max(0, scope.case.start - scope.start), None)
    when = ("about " if _between_hours(scope) else "") + f"{clock(first, last)} {zone}"
    what = failures(scope.code, scope.case.counted)
    return Finding(
        kind=CauseKind.HOURS,
        key=f"{first}-{last}",
        statement=f"{count(k.sum())} of {count(total)} {what} fall in the hours {when}, "
        f"with {share(n.sum() / calls)} of {scope.case.counted.many}, {share(k[since].sum() / max(n[since].sum(), 1))} of which fail",
        evidence={
            "from_hour": first,
            "to_hour": last,
            "when": when,
            "timezone": zone,
            "failures_in_them": int(k.sum()),
            "failures": int(total),
            "share_of_traffic": float(n.sum() / calls),
            "lift": float(k.sum() / total / (n.sum() / calls)),
            "rate_in_them": float(k[since].sum() / max(n[since].sum(), 1)),
            "days_with_failures_in_them": int(np.count_nonzero(k)),
            "days_with_failures": int(np.count_nonzero(scope.k)),
            **risk_ratio((k.sum(), n.sum()), (total - k.sum(), calls - n.sum()), phi=dispersion(scope.k, scope.n)),
            "log_odds": float(gain),
        },
        explained=k,
        removable=surplus(k, n, float((total - k.sum()) / max(calls - n.sum(), 1))),
        excess=excess,
        gain=gain,
    )


def _between_hours(scope: Scope) -> bool:
    """Return whether the zone's clock is not a whole number of hours from UTC, by which most jobs are set."""
    zone = ZoneInfo(scope.case.timezone)
    offsets = (
        datetime.combine(on, time(12), zone).utcoffset() for on in scope.case.days[:: len(scope.case.days) - 1 or 1]
    )
    return any(offset is not None and offset % timedelta(hours=1) != timedelta(0) for offset in offsets)
