"""Counts over days and instants over a day: level where the story says level, without accidental clumps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from techhealth.errors import UsageError
from techhealth.sample.draws import Draws, Ints
from techhealth.sample.story import HOURS_OF_DAY

DAY_MS = 86_400_000
_GOLDEN = (5**0.5 - 1) / 2


def level(total: int, days: int, *, phase: int = 0) -> Ints:
    """Return `total` over `days` as evenly as whole numbers allow; `phase` moves the days that get one more.

    Examples:
        >>> level(10, 4).tolist()
        [2, 3, 2, 3]
    """
    edges = (np.arange(days + 1, dtype=np.int64) * total + phase % days) // days
    return np.diff(edges)


def weekly(counts: Sequence[int], weeks: Sequence[int], *, phase: int = 0) -> Ints:
    """Return counts per day, level within each week."""
    return np.concatenate([level(count, days, phase=phase) for count, days in zip(counts, weeks, strict=True)])


def weekly_above(counts: Sequence[int], weeks: Sequence[int], floors: Ints) -> Ints:
    """Return counts per day, level within each week but nowhere below the floor of the day.

    Raises:
        UsageError: if the floors of a week exceed its count.
    """
    starts = np.cumsum([0, *weeks])
    return np.concatenate([_above(count, floors[starts[week] : starts[week + 1]]) for week, count in enumerate(counts)])


def _above(total: int, floors: Ints) -> Ints:
    held = np.zeros(len(floors), dtype=bool)
    while True:
        rest = total - int(floors[held].sum())
        if rest < 0 or held.all():
            raise UsageError(
                f"a week of {total} calls cannot hold {int(floors.sum())} planted ones; ask for more rows."
            )
        counts = floors.copy()
        counts[~held] = level(rest, int((~held).sum()), phase=len(floors) // 2)
        if (counts >= floors).all():
            return counts
        held |= counts < floors


def varied(counts: Sequence[int], weeks: Sequence[int], draws: Draws) -> Ints:
    """Return counts per day that vary a little within each week, with neither trend nor weekday.

    One week's pattern is added, subtracted, subtracted, added (and so on, after Thue and Morse), which leaves the
    sum of each week, of each weekday and the slope over the last four weeks as if it were level.
    """
    base = weekly(counts, weeks, phase=3)
    smallest = int(base.min())
    swing = min(smallest, max(1, round(float(base.mean()) ** 0.5)))
    half = np.round(draws.shuffled(np.asarray([1.0, -0.8, 0.5])) * swing).astype(np.int64)
    pattern = np.concatenate([half, [0], -half[::-1]])
    end = len(base)
    for week, days in enumerate(reversed(weeks)):
        sign = -1 if week.bit_count() % 2 else 1
        if days >= 7:
            base[end - 7 : end] += sign * pattern
        end -= days
    return base


def instants(per_day: Ints, draws: Draws, *, hours: Sequence[float] = HOURS_OF_DAY) -> tuple[Ints, Ints]:
    """Return the day number and the millisecond of the day of each event.

    Times follow the weights of the hours; successive events step through the day by the golden section, so that even
    a few events a day cover all hours and no weekday or week prefers one.
    """
    days = np.repeat(np.arange(len(per_day)), per_day)
    edges = np.concatenate([[0.0], np.cumsum(hours)]) / sum(hours)
    jitter = draws.uniform(len(days)) / max(24, int(per_day.max(initial=0)))
    position = (float(draws.uniform(1)[0]) + np.arange(len(days)) * _GOLDEN + jitter) % 1
    hour = np.interp(position, edges, np.arange(len(hours) + 1))
    return days, np.minimum((hour * 3_600_000).astype(np.int64), DAY_MS - 1)
