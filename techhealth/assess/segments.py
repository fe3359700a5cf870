"""Cut a sequence of points into constant levels and straight lines: for each number of them the cut that misfits least.

Source: Jackson et al. 2005 (exact segmentation by dynamic programming).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Units that a segmentation may have: a level is one, a line two.
_MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Points start to end - 1, on a level or on a line."""

    start: int
    end: int
    is_line: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Running sums from which the misfit of any segment follows at once.

    Attributes:
        counts: points, shape (points + 1).
        times: sums of times and of their squares, shape (points + 1, 2).
        values: sums of values, their squares, their products with time, shape (points + 1, dimensions, 3).
    """

    counts: Floats
    times: Floats
    values: Floats

    @classmethod
    def of(cls, x: Floats, at: Floats) -> Self:
        """Return the running sums of values of shape (points, dimensions) at times of shape (points)."""
        x, at = x - x.mean(axis=0), at - at.mean()
        moments = np.stack([x, x * x, x * at[:, None]], axis=2)
        return cls(
            counts=np.arange(len(x) + 1, dtype=np.float64),
            times=_running(np.column_stack([at, at * at])),
            values=_running(moments),
        )

    def misfits(self, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return the sums of squares that a level and a line leave between starts and ends, broadcast; 0 if empty."""
        n = np.maximum(self.counts[ends] - self.counts[starts], 1)
        t, tt = np.moveaxis(self.times[ends] - self.times[starts], -1, 0)
        spread = tt - t * t / n
        level, line = np.zeros(n.shape), np.zeros(n.shape)
        for sums in np.moveaxis(self.values, 1, 0):
            y, yy, ty = np.moveaxis(sums[ends] - sums[starts], -1, 0)
            around = np.maximum(yy - y * y / n, 0)
            explained = np.divide((ty - t * y / n) ** 2, spread, out=np.zeros(n.shape), where=spread > 0)
            level += around
            line += np.maximum(around - explained, 0)
        return level, line


def refined(sums: Sums, segments: tuple[Segment, ...], *, reach: int) -> tuple[int, ...]:
    """Return the starts of all segments but the first, each moved by at most `reach` points to where it fits best."""
    starts = [segment.start for segment in segments] + [segments[-1].end]
    for index in range(1, len(segments)):
        before, after = starts[index - 1], starts[index + 1]
        near = np.arange(max(before + 1, starts[index] - reach), min(after, starts[index] + reach + 1))
        left = sums.misfits(np.full_like(near, before), near)[segments[index - 1].is_line]
        right = sums.misfits(near, np.full_like(near, after))[segments[index].is_line]
        starts[index] = int(near[np.argmin(left + right)])
    return tuple(starts[1:-1])


def _running(moments: Floats) -> Floats:
    """Return the cumulative sums along the first axis, beginning with zeros."""
    return np.concatenate([np.zeros((1, *moments.shape[1:])), np.cumsum(moments, axis=0)])


def cheapest(sums: Sums, *, shortest: int) -> Iterator[tuple[Segment, ...]]:
    """Yield the segments of least misfit for one unit, two units and so on; none where these cannot be had.

    A level takes one unit and a line two.
    """
    ends = np.arange(len(sums.counts))
    level, line = sums.misfits(ends[:, None], ends[None, :])
    length = ends[None, :] - ends[:, None]
    level[length < shortest] = line[length < shortest] = np.inf
    most = min(_MOST, 2 * (len(ends) // shortest))
    least, since = np.full((most + 1, len(ends)), np.inf), np.zeros((most + 1, len(ends)), dtype=np.intp)
    is_line = np.zeros((most + 1, len(ends)), dtype=np.bool_)
    least[0, 0] = 0
    for units in range(1, most + 1):
        for misfit, taken in ((level, 1), (line, 2)):
            if units >= taken:
                total = least[units - taken][:, None] + misfit
                start = total.argmin(axis=0)
                value = total[start, ends]
                better = value < least[units]
                least[units, better], since[units, better] = value[better], start[better]
                is_line[units, better] = taken == 2
        yield _traced(since, is_line, units=units) if np.isfinite(least[units, -1]) else ()


def _traced(since: NDArray[np.intp], is_line: NDArray[np.bool_], *, units: int) -> tuple[Segment, ...]:
    """Return the segments that use up the units, read back from the last."""
    found, end = [], since.shape[1] - 1
    while end > 0:
        found.append(Segment(start=int(since[units, end]), end=end, is_line=bool(is_line[units, end])))
        units, end = units - 1 - found[-1].is_line, found[-1].start
    return tuple(reversed(found))
