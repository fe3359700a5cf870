"""What is no change although it moves: single spikes, a few points far off, and a rhythm that repeats."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

Floats = NDArray[np.float64]

#: A spike is up to three points this many standard deviations away from the median of the seven around it.
_FAR, _AROUND = 8.0, 7
_MAD_TO_SIGMA = 1.4826
#: A segment rests on few points when it is gone without this part of them, and so many at least; shorter ones are levels.
_FURTHEST, _FEW, _SHORT = 0.05, 2, 7
#: Turns of finding the line of a segment without its furthest points.
_TURNS = 2
#: A rhythm is evident when points one period apart move alike this much, and two periods apart nearly as much; few
#: points are alike by accident, up to this many standard errors.
_ALIKE, _ALIKE_AGAIN, _ERRORS = 0.4, 0.3, 3.0
#: The shortest period that is nearly as good as the best one is meant: its multiples repeat as well.
_NEARLY = 0.85
_PERIODS, _SHORTEST_PERIOD = 3, 3
#: Rhythms are looked for in moves from point to point, then in moves over one part in so many of the series.
_PARTS = (300, 100, 50)


def without_spikes(x: Floats) -> Floats:
    """Return the values, shape (points, dimensions), with single spikes replaced by the median around them."""
    middle = median_filter(x, size=(_AROUND, 1), mode="nearest")
    away = np.abs(x - middle)
    half = _AROUND // 2
    away[:half] = away[len(away) - half :] = 0  # at the ends there is only one side to compare with
    spread = np.array([_typical(one) for one in away.T])
    result: Floats = np.where(away > _FAR * spread, middle, x)
    return result


def without_furthest(x: Floats, at: Floats, cuts: Sequence[int]) -> Floats:
    """Return the values, shape (points, dimensions), with the furthest points of each segment on the line of its others.

    Args:
        x: values.
        at: times, shape (points).
        cuts: first point of each segment but the first.
    """
    result = x.copy()
    for start, end in pairwise([0, *cuts, len(x)]):
        few = min(max(_FEW, int(_FURTHEST * (end - start))), (end - start - 1) // 2)
        for column in result.T:
            _straightened(column[start:end], at[start:end], few)
    return result


def _straightened(y: Floats, at: Floats, few: int) -> None:
    """Move the furthest points of a segment, so many, onto the line of the others."""
    others = np.arange(len(y))
    for _ in range(_TURNS):
        line = _line(y[others], at[others], at)
        order = np.argsort(np.abs(y - line), kind="stable")
        others = order[: len(y) - few]
    far = order[len(y) - few :]
    y[far] = _line(y[others], at[others], at)[far]


def _line(y: Floats, at: Floats, where: Floats) -> Floats:
    """Return the line, for few points the level, of some points at other times."""
    away = at - at.mean()
    slope = float(away @ (y - y.mean())) / max(float(away @ away), np.finfo(float).tiny) * (len(where) >= _SHORT)
    line: Floats = y.mean() + slope * (where - at.mean())
    return line


def without_rhythm(x: Floats, slots: NDArray[np.intp]) -> tuple[Floats, int]:
    """Return the values, shape (points, dimensions), less what repeats, and the length of all periods found together.

    Args:
        x: values.
        slots: where on a regular grid each point lies, increasing from 0; slots may be empty.
    """
    grid = np.arange(slots[-1] + 1)
    rest, phases = x.copy(), 0
    for dimension, column in enumerate(x.T):
        filled = np.interp(grid, slots, column)
        period = evident_period(filled)
        if period:
            rest[:, dimension] -= _repeating(filled, period)[slots % period]
        phases += period
    return rest, phases


def evident_period(y: Floats) -> int:
    """Return after how many points a series clearly repeats, or 0."""
    widths = sorted({1, *(max(1, len(y) // parts) for parts in _PARTS)})
    found = (_peak(_alikeness(y, width), first=max(_SHORTEST_PERIOD, 2 * width + 1)) for width in widths)
    return next((period for period in found if period), 0)


def _typical(away: Floats) -> float:
    """Return the usual distance as a standard deviation: the robust one, unless most distances are 0."""
    return _MAD_TO_SIGMA * float(np.median(away)) or float(np.sqrt((away**2).mean()))


def _alikeness(y: Floats, width: int) -> Floats:
    """Return the autocorrelation of moves over `width` points, from lag 0 to two thirds of the series."""
    smooth = uniform_filter1d(y, width, mode="nearest")
    moves = smooth[width:] - smooth[:-width]
    if len(moves) < _PERIODS * _SHORTEST_PERIOD:
        return np.zeros(1)
    low, high = np.quantile(moves, [0.01, 0.99])
    moves = np.clip(moves, low, high)
    moves = moves - moves.mean()
    spectrum = np.fft.rfft(moves, 2 * len(moves))
    products = np.fft.irfft(np.abs(spectrum) ** 2)[: 2 * len(moves) // _PERIODS]
    if products[0] <= 0:
        return np.zeros(1)
    alike: Floats = products / products[0] * (len(moves) / (len(moves) - np.arange(len(products))))
    return alike


def _peak(alike: Floats, *, first: int) -> int:
    """Return the lag at which points are evidently alike, or 0."""
    lags = np.arange(first, (len(alike) - 1) // 2 + 1)
    if len(lags) == 0:
        return 0
    here = alike[lags]
    evident = here > max(_ALIKE, _ERRORS / np.sqrt(_PERIODS * len(alike) / 2))
    peaks = evident & (here >= alike[lags - 1]) & (here >= alike[lags + 1]) & (alike[2 * lags] > _ALIKE_AGAIN)
    return int(lags[np.argmax(peaks & (here >= _NEARLY * here[peaks].max()))]) if peaks.any() else 0


def _repeating(y: Floats, period: int) -> Floats:
    """Return the typical value of each phase against the mean of a period around it, summing to 0."""
    sums = np.concatenate([[0.0], np.cumsum(y)])
    before = period // 2
    around = (sums[period:] - sums[:-period]) / period  # the mean from `before` points ahead of each point on
    against = y[before : before + len(around)] - around
    phase = np.arange(before, before + len(around)) % period
    typical = np.array([np.median(against[phase == one]) for one in range(period)])
    centred: Floats = typical - typical.mean()
    return centred
