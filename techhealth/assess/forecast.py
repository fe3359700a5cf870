"""When will a rising failure rate reach the critical one? A logit line since the onset, with its uncertainty."""

from __future__ import annotations

import math

import numpy as np

from techhealth.assess.detect import Degradation
from techhealth.assess.ramp import Series
from techhealth.figures import percent
from techhealth.model import Forecast, Shape
from techhealth.policy import Policy

_FEWEST_DAYS = 5
_DRAWS = 2000
_NEVER = 0.2  # share of draws without a breach above which none is in sight
_FARTHEST_DAYS = 60


def forecast(found: Degradation, series: Series, policy: Policy) -> Forecast | None:
    """Return when the failure rate reaches the critical rate of the policy; None when there is nothing to go by.

    A step is never extrapolated, a ramp no further than twice its observed length. The draws behind the interval come
    from a generator with a fixed seed, so that the same log gives the same forecast.
    """
    limit = policy.detection.critical_rate
    allowed = f"{limit:.0%}".replace("%", " %")
    breach = f"{allowed} of calls failing"
    k, n = found.recent
    if n and k / n > limit:
        return Forecast(breach_of=breach, days=0, interval=(0, 0), text=f"Already above {allowed} ({percent(k / n)}).")
    if found.shape is not Shape.RAMP or found.onset is None:
        return None
    start = (found.onset.on - series.days.first).days
    horizon = min(_FARTHEST_DAYS, 2 * (len(series.n) - start))
    draws = _days_to_breach(series.k[start:], series.n[start:], phi=found.phi, limit=limit, horizon=horizon)
    if draws is None:
        return None
    if np.mean(np.isinf(draws)) > _NEVER:
        return Forecast(breach_of=breach, days=None, interval=None, text=f"No breach of {allowed} in sight.")
    low, middle, high = np.quantile(np.minimum(draws, horizon), [0.1, 0.5, 0.9])
    interval = (math.floor(low), math.ceil(high) if high < horizon else None)
    reach = f"{interval[0]} to {interval[1]}" if interval[1] is not None else f"at least {interval[0]}"
    text = f"If unchanged, {allowed} of calls fail in about {round(middle)} days ({reach} days, 80 % interval)."
    return Forecast(breach_of=breach, days=round(middle), interval=interval, text=text)


def _days_to_breach(
    k: np.ndarray, n: np.ndarray, *, phi: float, limit: float, horizon: int
) -> np.ndarray | None:  # fmt: skip
    """Return simulated days until the rate reaches `limit` (inf: not within the horizon), None without a clear slope."""
    days = np.flatnonzero(n > 0)
    if len(days) < _FEWEST_DAYS:
        return None
    x = days - (len(n) - 1.0)
    p = (k[days] + 0.5) / (n[days] + 1)
    y, weight = np.log(p / (1 - p)), n[days] * p * (1 - p) / phi
    design = np.stack([np.ones_like(x), x])
    covariance = np.linalg.inv((design * weight) @ design.T)
    level, slope = covariance @ (design * weight) @ y
    if slope <= 2 * math.sqrt(covariance[1, 1]):
        return None
    sampled = np.random.default_rng(0).multivariate_normal((level, slope), covariance, size=_DRAWS)
    target = math.log(limit / (1 - limit))
    with np.errstate(divide="ignore"):
        days_left = np.where(sampled[:, 1] > 0, (target - sampled[:, 0]) / sampled[:, 1], np.inf)
    return np.where(days_left > horizon, np.inf, np.maximum(days_left, 0.0))
