"""Where any series of numbers changes: its level, or the straight line it follows.

One setting for every series. Nothing has to be known of its unit, its noise, how alike neighbouring points are, or
whether it repeats every day: all of that is estimated. For failures counted a day there is `onset`, which knows that
they are counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from techhealth.assess.seasons import without_furthest, without_rhythm, without_spikes
from techhealth.assess.segment_count import best_fit, local_noise, price_of_level
from techhealth.assess.segments import Segment, Sums, refined
from techhealth.errors import InputError

Floats = NDArray[np.float64]

_FEWEST = 10
#: The exact search takes quadratic time: longer series are cut in means of neighbouring points and dated afterwards.
_BLOCKS = 500
#: What varies less than this part of its size is constant but for rounding.
_ROUNDING = 1e-12
#: Points that fill less than one in so many places of a regular grid have no rhythm to be looked for.
_SPARSE = 4


def change_points(values: Any, timestamps: Any = None) -> list[int]:
    """Return the index of the first point after each change of level or of slope, in order; [] if nothing changed.

    The same points come out for the values in another unit, and no setting is to be chosen. Single spikes, an evident
    rhythm (weekdays, hours; seen three times or more) and noise whose neighbours are alike are no changes; a segment
    that is gone without its few furthest points (events, heavy tails) is none either. Fewer than ten points with a value are
    too few to tell. What varies by less than a millionth of a millionth of its size is constant. A series of any length
    takes a second or two, a million points some ten.

    Args:
        values: numbers in the order of time: a list, an array, a series; one row a point where there are several
            columns, which then change together. NaN and None are points without a value: they keep their index.
        timestamps: when each point was measured (numbers, dates, times), never going back; equal ones may follow each
            other, and a point without one is left out. Without them the points are equally far apart. Matters to
            slopes and rhythm only; a gap is no change.

    Raises:
        InputError: where values or timestamps are no such numbers, or not equally many.

    Examples:
        >>> change_points([3, 4, 3, 3, 4, 3, 4, 3, 9, 8, 9, 9, 8, 9, 8, 9])
        [8]
        >>> change_points([5.0] * 30)
        []
    """
    x = _numbers(values)
    at = _times(timestamps, points=len(x))
    known = np.flatnonzero(np.isfinite(x).all(axis=1) & np.isfinite(at))
    x, at = _comparable(x[known]), at[known]
    if np.any(np.diff(at) < 0):
        back = int(known[int(np.argmax(np.diff(at) < 0)) + 1])
        raise InputError(f"timestamps go back at index {back}. Sort the points by time first.")
    if len(known) < _FEWEST or x.shape[1] == 0:
        return []
    return [int(known[cut]) for cut in _lasting(without_spikes(x), at)]


def _numbers(values: Any) -> Floats:
    """Return the values as an array of shape (points, dimensions)."""
    try:
        x = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"change_points takes numbers, and these are none ({error}). Convert them first.") from None
    if x.ndim not in (1, 2):
        raise InputError(f"change_points takes one row a point, not {x.ndim} dimensions. Pass a list or a table.")
    if np.isinf(x).any():
        where = int(np.argwhere(np.isinf(x))[0][0])
        raise InputError(f"values: the one at index {where} is infinite. Pass NaN where there is no value.")
    return x if x.ndim == 2 else x[:, None]


def _times(timestamps: Any, *, points: int) -> Floats:
    """Return the times as numbers, NaN where there is none; without timestamps the index."""
    if timestamps is None:
        return np.arange(points, dtype=np.float64)
    try:
        if np.asarray(timestamps).dtype.kind == "M":
            timestamps = np.asarray(timestamps).astype("datetime64[us]")
        times = pl.Series(timestamps, strict=False)
        if times.dtype.is_temporal():
            times = times.cast(pl.Datetime("us")).to_physical()
        at = times.cast(pl.Float64).to_numpy()
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        raise InputError("timestamps must be numbers, dates or times. Convert them first.") from None
    if len(at) != points:
        raise InputError(f"{len(at):,} timestamps for {points:,} values. Pass one for each value.")
    return at


def _comparable(x: Floats) -> Floats:
    """Return the columns that vary by more than rounding, each with mean 0 and variance 1."""
    if len(x) == 0:
        return x[:, :0]
    x = x / np.maximum(np.abs(x).max(axis=0), np.finfo(float).tiny)
    x = x[:, np.ptp(x, axis=0) > _ROUNDING]
    result: Floats = (x - x.mean(axis=0)) / x.std(axis=0)
    return result


def _slots(at: Floats) -> NDArray[np.intp]:
    """Return the place of each point on a grid whose step is the usual distance of two points, up to a limit."""
    steps = np.diff(at)
    usual = float(np.median(steps[steps > 0])) if np.any(steps > 0) else 1.0
    slots: NDArray[np.intp] = np.rint(np.minimum((at - at[0]) / usual, _SPARSE * len(at))).astype(np.intp)
    return slots


def _lasting(x: Floats, at: Floats) -> list[int]:
    """Return the first point of each segment but the first, of those that do not rest on a few points far off.

    Without these, a change is the same one up to half the shorter of its segments away.
    """
    cuts = _cuts(x, at)
    if not cuts:
        return []
    again = np.array(_cuts(without_furthest(x, at, cuts), at))
    lengths = np.diff([0, *cuts, len(x)])
    same = np.minimum(lengths[:-1], lengths[1:]) // 2
    return [cut for cut, near in zip(cuts, same, strict=True) if (np.abs(again - cut) <= near).any()]


def _cuts(x: Floats, at: Floats) -> tuple[int, ...]:
    """Return the first point of each segment but the first, with a rhythm taken out where that describes x better."""
    slots = _slots(at)
    at = (at - at[0]) / max(float(at[-1] - at[0]), np.finfo(float).tiny)
    cuts, score = _dated(x, at)
    rest, phases = without_rhythm(x, slots) if slots[-1] < _SPARSE * len(x) else (x, 0)
    if phases == 0:
        return cuts
    blocks = min(len(x), _BLOCKS)
    calmer, calm_score = _dated(rest, at)
    return calmer if calm_score + phases * blocks / len(x) * np.log(blocks) < score else cuts


def _dated(x: Floats, at: Floats) -> tuple[tuple[int, ...], float]:
    """Return the first point of each segment but the first, and the score of the segments: less is better.

    A change within a block of points looks like a level of its own: the blocks are fitted to the changes once.
    """
    width = -(-len(x) // _BLOCKS)
    first = np.arange(0, len(x), width)
    segments, score = _fitted(x, at, first)
    if width == 1:
        return tuple(one.start for one in segments[1:]), score
    sums = Sums.of(x / local_noise(x), at)
    for cut in refined(sums, segments, reach=width):
        first[np.argmin(np.abs(first - cut))] = cut
    segments, score = _fitted(x, at, first)
    return refined(sums, segments, reach=width), score


def _fitted(x: Floats, at: Floats, first: NDArray[np.intp]) -> tuple[tuple[Segment, ...], float]:
    """Return the segments of the series, found in means of the points between `first` ones, and their score."""
    ends = np.append(first, len(x))
    size = np.diff(ends)
    blocks = np.add.reduceat(x, first, axis=0) / size[:, None]
    spread = np.maximum(blocks.std(axis=0), _ROUNDING)
    fit = best_fit((blocks - blocks.mean(axis=0)) / spread, np.add.reduceat(at, first) / size)
    score = fit.score(len(blocks), price_of_level(len(blocks))) + 2 * len(blocks) * float(np.log(spread).sum())
    whole = (Segment(start=int(ends[one.start]), end=int(ends[one.end]), is_line=one.is_line) for one in fit.segments)
    return tuple(whole), score
