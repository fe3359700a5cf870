"""Failure rates that climb, step or stay, day by day, with the truth beside them: when it began, when it is critical.

The days have luck of their own that lingers, weeks have quiet weekends, and what the rate does between its onset and the
critical rate differs: a straight climb, one straight in the logit, one that begins slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from techhealth.assess.ramp import Series
from techhealth.model import Days

FIRST = date(2026, 1, 5)  # a Monday
#: Days of every log, and the rate that is critical in the policy's defaults.
LENGTH, LIMIT = 100, 0.10
Rates = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A log of daily counts: its true rate a day, the day on which the rise begins and the first critical one.

    Attributes:
        breach: position of the first day whose true rate is critical; infinite where none comes.
    """

    shape: str
    k: NDArray[np.int64]
    n: NDArray[np.int64]
    rates: Rates
    onset: int
    breach: float

    def as_of(self, day: int) -> Series:
        """Return the counts up to the end of a day."""
        days = Days(first=FIRST, last=FIRST + timedelta(days=day), days=day + 1)
        return Series(days=days, k=self.k[: day + 1], n=self.n[: day + 1])


def _logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def _straight(base: float, climbed: Rates, random: np.random.Generator) -> Rates:
    return base + (LIMIT - base) * climbed


def _in_the_logit(base: float, climbed: Rates, random: np.random.Generator) -> Rates:
    return 1 / (1 + np.exp(-(_logit(base) + (_logit(LIMIT) - _logit(base)) * climbed)))


def _accelerating(base: float, climbed: Rates, random: np.random.Generator) -> Rates:
    return base + (LIMIT - base) * climbed ** random.uniform(1.3, 2.2)


#: Shape → the rate, given the base rate and how far the climb has come (0 before it, 1 at the critical rate).
RAMPS: dict[str, Callable[[float, Rates, np.random.Generator], Rates]] = {
    "linear in the rate": _straight,
    "linear in the logit": _in_the_logit,
    "accelerating": _accelerating,
}


def ramp(seed: int) -> Planted:
    """Return a climb of one of the shapes, to the critical rate and beyond."""
    random = np.random.default_rng((1, seed))
    shape = tuple(RAMPS)[seed % len(RAMPS)]
    onset, climbs = int(random.integers(21, 50)), random.uniform(14, 40)
    base = float(np.exp(random.uniform(np.log(0.002), np.log(0.02))))
    climbed = np.maximum(np.arange(LENGTH) - onset + 1, 0) / climbs
    rates = np.minimum(RAMPS[shape](base, climbed, random), 0.6)
    return _counted(shape, rates, onset, random)


def slow(seed: int) -> Planted:
    """Return a climb that would take more than half a year to the critical rate."""
    random = np.random.default_rng((2, seed))
    onset, base = int(random.integers(21, 40)), random.uniform(0.004, 0.01)
    rates = base + np.maximum(np.arange(LENGTH) - onset + 1, 0) * (LIMIT - base) / random.uniform(200, 400)
    return _counted("slow", rates, onset, random)


def step(seed: int) -> Planted:
    """Return a rate that rises at once to a level below the critical one, and stays there."""
    random = np.random.default_rng((3, seed))
    onset, base = int(random.integers(21, 50)), random.uniform(0.002, 0.01)
    rates = np.where(np.arange(LENGTH) >= onset, random.uniform(0.02, 0.06), base)
    return _counted("step", rates, onset, random)


def levelled(seed: int) -> Planted:
    """Return a climb of ten days to three weeks that ends below the critical rate, and stays there."""
    random = np.random.default_rng((5, seed))
    onset, base, days = int(random.integers(21, 40)), random.uniform(0.002, 0.01), random.uniform(10, 22)
    climbed = np.clip((np.arange(LENGTH) - onset + 1) / days, 0.0, 1.0)
    return _counted("levelled", base + (random.uniform(0.03, 0.07) - base) * climbed, onset, random)


def flat(seed: int) -> Planted:
    """Return a rate that does nothing."""
    random = np.random.default_rng((4, seed))
    return _counted("flat", np.full(LENGTH, random.uniform(0.002, 0.03)), LENGTH, random)


def _counted(shape: str, rates: Rates, onset: int, random: np.random.Generator) -> Planted:
    """Return the counts of true rates: quiet weekends, luck of the day that lingers, binomial chance."""
    calls = float(np.exp(random.uniform(np.log(80), np.log(3000))))
    week = np.where(np.arange(LENGTH) % 7 >= 5, random.uniform(0.25, 1.0), 1.0)
    n = random.poisson(calls * week * _luck(0.1, 0.4, random))
    varies, lingers = random.uniform(0.0, 0.45), random.uniform(0.0, 0.5)
    k = random.binomial(n, np.minimum(rates * _luck(varies, lingers, random), 0.95))
    critical = np.flatnonzero(rates >= LIMIT)
    return Planted(
        shape=shape, k=k, n=n, rates=rates, onset=onset, breach=float(critical[0]) if len(critical) else np.inf
    )


def _luck(varies: float, lingers: float, random: np.random.Generator) -> Rates:
    """Return factors with mean 1, log-normal, each day leaning on the one before."""
    sigma = np.sqrt(np.log1p(varies**2))
    shocks, value, found = random.normal(size=LENGTH), random.normal(), []
    for shock in shocks:
        value = lingers * value + np.sqrt(1 - lingers**2) * shock
        found.append(value)
    return np.asarray(np.exp(sigma * np.array(found) - sigma**2 / 2))
