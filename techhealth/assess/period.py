"""Which days an assessment speaks of: the period, its weeks and the current window."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from techhealth.model import Days
from techhealth.policy import Windows

_ONE_DAY = timedelta(days=1)
#: Left-over days at the start that are fewer than this join the first week.
_SHORTEST_WEEK = 4


def span(first: date, last: date) -> Days:
    """Return the days from `first` to `last`, both included."""
    return Days(first=first, last=last, days=(last - first).days + 1)


def each_day(days: Days) -> list[date]:
    """Return every calendar day of a span, in order."""
    return [days.first + timedelta(days=offset) for offset in range(days.days)]


def weeks(period: Days) -> tuple[Days, ...]:
    """Return the seven-day blocks of a period, counted back from its last day, in order of time.

    Left-over days at the start join the first block when they are fewer than four, else they form a block of their own.

    Examples:
        >>> [f"{week.first.day}-{week.last.day}" for week in weeks(span(date(2026, 1, 1), date(2026, 1, 29)))]
        ['1-8', '9-15', '16-22', '23-29']
    """
    blocks: list[Days] = []
    last = period.last
    while last >= period.first:
        first = max(period.first, last - 6 * _ONE_DAY)
        blocks.append(span(first, last))
        last = first - _ONE_DAY
    if len(blocks) > 1 and blocks[-1].days < _SHORTEST_WEEK:
        short = blocks.pop()
        blocks[-1] = span(short.first, blocks[-1].last)
    return tuple(reversed(blocks))


def reach(known: Days, period: Days, windows: Windows) -> Days:
    """Return the days in which causes are looked for: the period, of a short one the last weeks that are known.

    Examples:
        >>> january = span(date(2026, 1, 1), date(2026, 1, 29))
        >>> reach(january, span(january.last, january.last), Windows()).first.day
        2
    """
    back = period.last - (windows.trend_days - 1) * _ONE_DAY
    return span(max(known.first, min(period.first, back)), period.last)


def reported(events: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the days that a log tells of: those with any event of the customer, and all after the last of them.

    Between two days with events, a day without any is a gap in the data. What is judged ends with the last day with events,
    unless a later day is named: then the log reaches that day, and nothing came.

    Args:
        events: of all integrations, one element a day.

    Examples:
        >>> reported(np.array([3, 0, 5, 0, 0])).tolist()
        [True, False, True, True, True]
    """
    told: NDArray[np.bool_] = (events > 0) | (np.cumsum(events) == events.sum())
    return told


def current_window(period: Days, *, active: NDArray[np.bool_], calls: NDArray[np.int64], windows: Windows) -> Days:
    """Return the last days that the log tells of, widened until they hold enough calls, at most the whole period.

    Args:
        period: days that `active` and `calls` describe, one element a day.
        active: days that the log tells of.
        calls: calls or deliveries of the integration (or of all) a day.
        windows: how many days to look at, and how many calls are enough.
    """
    indices = np.flatnonzero(active)
    for wanted in (windows.current_days, *windows.wider_days):
        if wanted >= len(indices):
            break
        start = int(indices[-wanted])
        if calls[start:].sum() >= windows.minimum_calls:
            return span(period.first + start * _ONE_DAY, period.last)
    return period
