"""A quantile curve through a mean, p50, p95 and p99.

Between the given quantiles the curve rises as low x (high / low)^(t^k), t from 0 to 1; one k for all stretches is found
so that the mean fits. A small k crowds the values under the next quantile (two humps when the mean lies far above the
p50), a large k above the one before. Around each given quantile the curve is nearly flat, so that it makes no
difference which of the neighbouring ranks a definition of the quantile picks.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from techhealth.errors import UsageError
from techhealth.sample.draws import Floats
from techhealth.sample.story import Latency

#: Half width of the flat stretch around a quantile (in ranks, 0-1) and its half rise (ratio).
_FLAT, _RISE = 0.003, 0.002
#: Fastest and slowest value against p50 and p99.
_FASTEST, _SLOWEST = 0.4, 2.0
_STEEPEST = math.log(40)
_GRID = 5_000


def placed(latency: Latency, count: int) -> Floats:
    """Return `count` latencies in rising order at evenly spaced ranks of the curve, to a tenth of a millisecond.

    Raises:
        UsageError: if no rising curve has these quantiles and this mean.

    Examples:
        >>> values = placed(Latency(mean_ms=45, p50_ms=32, p95_ms=78, p99_ms=145), 1000)
        >>> round(float(values.mean())), float(values[950])
        (45, 78.0)
    """
    return np.asarray(np.round(_curve(_ranks(count), _knots(latency), _bend(latency)), 1))


def _ranks(count: int) -> Floats:
    return (np.arange(count) + 0.5) / count


def _knots(latency: Latency) -> tuple[Floats, Floats]:
    """Return the ranks and values between which the curve is bent (even stretches) or flat (odd stretches)."""
    targets = (latency.p50_ms, latency.p95_ms, latency.p99_ms)
    if not 0 < targets[0] <= targets[1] <= targets[2]:
        raise UsageError(f"latency quantiles must rise from above 0, these are {targets}; give p50 <= p95 <= p99.")
    ranks, values = [0.0], [targets[0] * _FASTEST]
    for rank, target in zip((0.5, 0.95, 0.99), targets, strict=True):
        ranks += [rank - _FLAT, rank + _FLAT]
        values += [target * (1 - _RISE), target * (1 + _RISE)]
    return np.asarray([*ranks, 1.0]), np.asarray([*values, targets[2] * _SLOWEST])


def _curve(ranks: Floats, knots: tuple[Floats, Floats], bend: float) -> Floats:
    """Return the values of the curve at the ranks; `bend` is the logarithm of k."""
    xs, ys = knots
    stretch = np.searchsorted(xs, ranks, side="right") - 1
    low, high = ys[stretch], np.maximum(ys[stretch + 1], ys[stretch])
    t = (ranks - xs[stretch]) / (xs[stretch + 1] - xs[stretch])
    bent = np.where(stretch % 2 == 0, t ** math.exp(bend), t)
    return np.asarray(low * (high / low) ** bent)


@cache
def _bend(latency: Latency) -> float:
    """Return the bend at which the curve has the mean asked for, by halving."""
    knots, ranks = _knots(latency), _ranks(_GRID)
    highest, lowest = (float(_curve(ranks, knots, bend).mean()) for bend in (-_STEEPEST, _STEEPEST))
    if not lowest <= latency.mean_ms <= highest:
        raise UsageError(
            f"no latencies have p50 {latency.p50_ms:g}, p95 {latency.p95_ms:g}, p99 {latency.p99_ms:g} and a mean of "
            f"{latency.mean_ms:g} ms; a mean from {lowest:.0f} to {highest:.0f} ms is possible."
        )
    low, high = -_STEEPEST, _STEEPEST
    for _ in range(50):
        middle = (low + high) / 2
        too_high = float(_curve(ranks, knots, middle).mean()) > latency.mean_ms
        low, high = (middle, high) if too_high else (low, middle)
    return (low + high) / 2
