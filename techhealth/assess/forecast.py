"""When will a rising failure rate reach the critical one? Read from every way in which the rise may go on."""

from __future__ import annotations

import numpy as np

from techhealth.assess.detect import Degradation
from techhealth.assess.rise import Floats
from techhealth.figures import count, percent
from techhealth.model import Forecast
from techhealth.policy import Policy

_FARTHEST_DAYS = 60
#: What the 80 % interval leaves out: on each side, or where one side is open, on the other.
_SIDE, _ONE_SIDE = 0.1, 0.2


def forecast(found: Degradation, policy: Policy) -> Forecast | None:
    """Return when the failure rate reaches the critical rate of the policy; None when there is nothing to go by.

    A rise that is likelier to stay below it for two months than to reach it has no breach in sight: a step, for one. An
    interval whose end lies beyond that has none.
    """
    limit = policy.detection.critical_rate
    allowed = f"{limit:.0%}".replace("%", " %")
    breach = f"{allowed} of calls failing"
    k, n = found.recent
    if n and k / n > limit:
        return Forecast(breach_of=breach, days=0, interval=(0, 0), text=f"Already above {allowed} ({percent(k / n)}).")
    if found.rise is None:
        return None
    reached = found.rise.reached(limit, days=_FARTHEST_DAYS)
    middle = _day(reached, 0.5)
    if middle is None:
        text = f"No breach of {allowed} in sight within {_FARTHEST_DAYS} days."
        return Forecast(breach_of=breach, days=None, interval=None, text=text)
    low, high = _interval(reached)
    return Forecast(breach_of=breach, days=middle, interval=(low, high), text=_told(allowed, middle, low, high))


def _told(allowed: str, middle: int, low: int, high: int | None) -> str:
    """Return a forecast in words."""
    if high is None:
        return f"{allowed} of calls may fail in about {count(middle, 'day')}, or much later ({low} days or more, 80 % interval)."
    when = f"in about {count(middle, 'day')}" if middle else "about now"
    return f"If unchanged, {allowed} of calls fail {when} ({low} to {high} days, 80 % interval)."


def _interval(reached: Floats) -> tuple[int, int | None]:
    """Return the days between which the limit is reached, the last one None when it may be later than all of them."""
    low, high = _day(reached, _SIDE) or 0, _day(reached, 1 - _SIDE)
    if high is None:
        return _day(reached, _ONE_SIDE) or 0, None
    return low, high if low else _day(reached, 1 - _ONE_SIDE)


def _day(reached: Floats, probability: float) -> int | None:
    """Return in how many days, rounded, a limit is reached with a probability; None when later than all of them."""
    if reached[-1] < probability:
        return None
    return round(float(np.interp(probability, reached, np.arange(len(reached)))))
