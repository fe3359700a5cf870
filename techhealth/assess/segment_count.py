"""How many segments a series has: a better fit against the price of more segments.

The noise need not be known: its scale is estimated inside the score. Neighbours that are alike tell less than their
number: the fit counts for fewer of them.

Source: Yao 1988 (Schwarz criterion for the number of changes); Bartlett 1946 (variance of autocorrelated means).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from techhealth.assess.segments import Floats, Segment, Sums, cheapest

#: What a level costs, in log(points) of -2 log likelihood; a line costs twice as much.
_PRICE = 4.25
#: Part of the variance that no segment need explain: what the eye would call the thickness of the line.
_THICKNESS = 1e-3
#: How much of the discount for autocorrelation applies: all of it (1) is right for noise, none (0) for what is not.
_DISCOUNT = 0.8
_STRONGEST = 0.95
#: However alike neighbouring points are, the series tells as much as these many independent ones.
_FEWEST_INDEPENDENT = 5
_SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The segments in order, what they cost, and the noise they leave.

    Attributes:
        units: a level counts for one, a line for two.
        log_variance: of what is left, shape (dimensions).
        independent: for how many independent points what is left stands, shape (dimensions).
    """

    segments: tuple[Segment, ...]
    units: int
    log_variance: Floats
    independent: Floats

    def score(self, told: Floats | float, price: float) -> float:
        """Return -2 log likelihood and price of the segments, if each dimension told as much as so many points."""
        return float((told * self.log_variance).sum()) + price * self.units


def price_of_level(points: int) -> float:
    """Return what one more level costs, in -2 log likelihood; a line costs twice as much."""
    return _PRICE * float(np.log(points))


def best_fit(x: Floats, at: Floats) -> Fit:
    """Return the segments that describe the points best.

    Args:
        x: values, shape (points, dimensions), each dimension of about unit variance.
        at: times that increase, shape (points); lines are straight in time.
    """
    fits = list(_fits(x, at))
    price, tried = price_of_level(len(x)), set[int]()
    told: Floats | float = len(x)
    while True:
        best = min(fits, key=partial(Fit.score, told=told, price=price))
        if best.units in tried:
            return best
        tried.add(best.units)
        told = best.independent


def local_noise(x: Floats) -> Floats:
    """Return by how much each dimension moves from point to point: what makes dimensions comparable."""
    moves = np.sqrt((np.diff(x, axis=0) ** 2).mean(axis=0))
    result: Floats = np.maximum(moves, np.finfo(float).tiny)
    return result


def _fits(x: Floats, at: Floats) -> Iterator[Fit]:
    """Yield the best segmentation for each number of units."""
    sums = Sums.of(x / local_noise(x), at)
    shortest = max(_SHORTEST, round(float(np.log(len(x)))))
    for units, segments in enumerate(cheapest(sums, shortest=shortest), start=1):
        if segments:
            residuals = _residuals(x, at, segments)
            free = max(len(x) - units, 1)
            variance = (residuals**2).sum(axis=0) / free + _THICKNESS
            yield Fit(
                segments=segments,
                units=units,
                log_variance=np.log(variance),
                independent=_independent(residuals),
            )


def _residuals(x: Floats, at: Floats, segments: tuple[Segment, ...]) -> Floats:
    """Return what the levels and lines leave of the values."""
    left = np.empty_like(x)
    for one in segments:
        part, when = x[one.start : one.end], at[one.start : one.end]
        around = part - part.mean(axis=0)
        when = when - when.mean()
        slope = (when @ around) / max(float(when @ when), np.finfo(float).tiny) * one.is_line
        left[one.start : one.end] = around - np.outer(when, slope)
    return left


def _independent(residuals: Floats) -> Floats:
    """Return for how many independent points each dimension stands, from the correlation of neighbours."""
    alike = (residuals[1:] * residuals[:-1]).sum(axis=0) / ((residuals**2).sum(axis=0) + 1e-12)
    rho = np.clip(alike, 0, _STRONGEST)
    result: Floats = np.maximum(len(residuals) * ((1 - rho) / (1 + rho)) ** _DISCOUNT, _FEWEST_INDEPENDENT)
    return result
