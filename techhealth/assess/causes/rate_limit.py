"""Is a rate limit met, which one, and which one would do?

The limit is what is let through in minutes (hours, days) that had a 429. The limit to ask for comes from what was
attempted in these, and what it resolves from replaying them under it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.evidence import Minutes
from techhealth.assess.causes.tally import Counts, Indices, sums
from techhealth.assess.causes.words import count
from techhealth.assess.period import span
from techhealth.assess.ramp import Series, at_latest
from techhealth.figures import day
from techhealth.model import CauseKind, Change, Kind, Onset, Owner
from techhealth.policy import CauseRules

#: Windows that a limit may count in, by their minutes: the shortest one that shows a limit is taken.
_SPANS = {1: "minute", 60: "hour", 24 * 60: "day"}
_A = {"minute": "a minute", "hour": "an hour", "day": "a day"}
#: Between the quartiles of a Poisson count lie so many roots of its mean; a limit leaves less than half of that.
_POISSON_IQR, _CALMER = 1.349, 0.5
#: Windows above the limit without a 429, in part of those with one: clocks differ, and a window may begin at any second.
_EXCEPTIONS = 0.05
#: Minutes of an hour; hours of a pattern by the clock at least, and the part of the 429s that it takes.
_HOUR, _HOURS, _BY_CLOCK = 60, 12, 0.9
#: Days within which a limit that is met at all is met again: load comes back with the week.
_WEEK = 7


class _Limit(NamedTuple):
    """A limit of `cap` calls within `width` minutes; `met` are the windows in which calls were rejected."""

    cap: int | None
    width: int
    met: Minutes

    @property
    def span(self) -> str:
        """What it counts in: minute, hour or day."""
        return _SPANS[self.width]


def ask(scope: Scope) -> Finding | None:
    """Return the rate limit behind the 429s of calls, with a limit to ask for where the log supports one."""
    case = scope.case
    if scope.code != "429" or case.kind is not Kind.API or case.minutes is None:
        return None
    limit, header = _reconstructed(case.minutes, case.policy.causes), case.named_limit
    passed = _passed(limit, scope)
    onset = _dated(scope, passed)
    change = None if limit.cap is None else _change(limit, limit.cap, header=header, rules=case.policy.causes)
    proposed, minute = None if change is None else change.proposed, _minute_of_hour(case.minutes.met())
    removed = (
        np.zeros(len(case.days)) if proposed is None else _replayed(limit.met, limit=proposed, days=len(case.days))
    )
    return Finding(
        kind=CauseKind.RATE_LIMIT,
        key="429",
        statement=f"{_since(scope, onset)}; {_told(limit, header=header)}{_first(passed, onset)}{_at_minute(minute)}",
        evidence={
            "rejected": int(scope.k.sum()),
            f"{limit.span}s_with_rejections": len(limit.met),
            f"limit_per_{limit.span}": limit.cap,
            "limit_named_by_header": header,
            "first_day_over_limit": None if passed is None else passed.isoformat(),
            f"largest_demand_per_{limit.span}": int(_demand(limit.met).max()) if limit.met else None,
            f"proposed_per_{limit.span}": proposed,
            "minute_of_hour": minute,
            "resolved_of_rejected": None if proposed is None else float(removed.sum() / scope.k.sum()),
        },
        explained=scope.k,
        removable=removed,
        onset=onset,
        change=change,
        owner=Owner.SHARED,
    )


def _minute_of_hour(met: Minutes) -> int | None:
    """Return the minute of the hour in which nearly all are rejected, hour after hour: a job by the clock; None without one."""
    rejected = np.bincount(met.clock % _HOUR, weights=met.throttled, minlength=_HOUR)
    minute = int(np.argmax(rejected))
    hours = np.unique((met.day * 24 * _HOUR + met.clock)[(met.clock % _HOUR == minute) & (met.throttled > 0)])
    return minute if len(hours) >= _HOURS and rejected[minute] >= _BY_CLOCK * rejected.sum() else None


def _at_minute(minute: int | None) -> str:
    return (
        ""
        if minute is None
        else f"; nearly all in minute {minute:02d} of an hour, as of a job that starts by the clock"
    )


def two_figures_up(value: float) -> float:
    """Return a number rounded up to two significant figures.

    Examples:
        >>> two_figures_up(251.0), two_figures_up(250.0), two_figures_up(7.0)
        (260.0, 250.0, 7.0)
    """
    step = 10.0 ** max(0, math.floor(math.log10(value)) - 1)
    return math.ceil(round(value / step, 9)) * step


def _reconstructed(minutes: Minutes, rules: CauseRules) -> _Limit:
    """Return the limit of the shortest windows that show one, else that none is shown by the minutes."""
    for width in _SPANS:
        windows = minutes.windows(width)
        cap = _plateau(windows, width=width, rules=rules)
        if cap is not None:
            return _Limit(cap, width, windows.met())
    return _Limit(None, 1, minutes.met())


def _plateau(windows: Minutes, *, width: int, rules: CauseRules) -> int | None:
    """Return what is let through in the window of a typical 429, if these agree and hardly another window exceeds it.

    The busiest hours or days are alike without any limit: there the counts have to vary far less than by chance.
    """
    through, throttled = windows.accepted, windows.throttled.astype(np.int64)
    met, calm = np.count_nonzero(throttled), through[throttled == 0]
    if met < rules.limit_minutes:
        return None
    low, middle, high = np.percentile(np.repeat(through, throttled), [25, 50, 75])
    alike = rules.limit_spread * middle if width == 1 else max(_CALMER * _POISSON_IQR * math.sqrt(middle), 1.0)
    if middle < 1 or high - low >= alike:
        return None
    return round(float(middle)) if np.count_nonzero(calm > max(middle, high)) <= _EXCEPTIONS * met else None


def _demand(met: Minutes) -> Counts:
    """Return calls attempted per window, repeats of failed ones left out."""
    demand: Counts = np.maximum(met.accepted + met.throttled - met.retries, 1.0)
    return demand


def _change(limit: _Limit, cap: int, *, header: int | None, rules: CauseRules) -> Change | None:
    """Return the limit to ask for; None when demand without repeats fits under the present one."""
    demand = np.sort(_demand(limit.met))
    rank = max(1, math.ceil(rules.demand_quantile * len(demand)))
    proposed = two_figures_up(float(demand[rank - 1]) * rules.limit_headroom)
    current = header if header is not None and abs(header - cap) <= 0.1 * cap else cap
    if proposed <= current:
        return None
    return Change(setting="rate limit", current=float(current), proposed=proposed, unit=f"calls {_A[limit.span]}")


def _replayed(met: Minutes, *, limit: float, days: int) -> Counts:
    """Return the 429s per day that a limit would have let through."""
    removed = met.throttled - np.clip(_demand(met) - limit, 0, met.throttled)
    return sums(met.day, removed, size=days)


def _passed(limit: _Limit, scope: Scope) -> date | None:
    """Return since when demand passes the limit in every week; None where the limit, or when it was passed, is not known."""
    met = limit.met
    if limit.cap is None:
        return None
    days: Indices = np.unique(met.day[met.accepted + met.throttled > limit.cap])
    if not len(days):
        return None
    run = np.flatnonzero(np.diff(days, prepend=-_WEEK - 1) > _WEEK)[-1]
    return scope.case.days[int(days[run])]


def _dated(scope: Scope, passed: date | None) -> Onset | None:
    """Return since when calls are rejected more often: it may have begun when demand first passed the limit.

    Rejections grow faster than the load does, for only what is beyond the limit is rejected: few come from the first
    day on, and the busy days of a week have them first. So any form of a rise may be theirs.
    """
    case, known = scope.case, scope.onset
    if known is None:
        return None
    series = Series(
        days=span(case.days[0], case.days[-1]),
        k=scope.grid.sum(axis=1).astype(np.int64),
        n=case.calls.sum(axis=1).astype(np.int64),
    )
    led_up = at_latest(series, known.on, case.policy)
    return replace(known, earliest=min(known.earliest, led_up.earliest, passed or known.earliest))


def _since(scope: Scope, onset: Onset | None) -> str:
    """Return how many 429s, and since when."""
    if onset is None:
        return f"{count(scope.k.sum())} calls were rejected as too many requests (429)"
    start = scope.case.days.index(onset.on)
    after, before = count(scope.k[start:].sum()), count(scope.k[:start].sum())
    return f"Too many requests (429) began on {day(onset.on)}: {after} since, {before} before"


def _first(passed: date | None, onset: Onset | None) -> str:
    """Return from when on demand passes the limit, in words, where that is another day than the onset."""
    same = passed is None or (onset is not None and onset.on == passed)
    return "" if same or passed is None else f", which calls have passed in every week since {day(passed)}"


def _told(limit: _Limit, *, header: int | None) -> str:
    """Return what the windows say of the limit, or what has to be asked."""
    cap, met, span = limit.cap, limit.met, limit.span
    if cap is None:
        named = "" if header is None else f"; the answers name a limit of {header:,} calls a minute"
        return f"the log does not show the limit{named}: ask which limit applies, and over which time it counts"
    over = int(met.throttled[met.accepted + met.throttled > cap].sum())
    total = int(met.throttled.sum())
    share = "all" if over == total else f"{over:,} of {total:,}"
    named = "" if header is None else f" (the answers name {header:,})"
    return (
        f"{share} in {span}s with more than {cap:,} calls, consistent with a limit of {cap:,} calls {_A[span]}{named}"
    )
