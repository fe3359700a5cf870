"""When will a rising failure rate reach the critical one? Read from every way in which the rise may go on."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from techhealth.assess.detect import Degradation
from techhealth.assess.rates import Counts, jeffreys
from techhealth.assess.rise import Floats
from techhealth.assess.silence import Silence
from techhealth.figures import count, day, moment, out_of, percent, share
from techhealth.model import Forecast, Rate
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
    allowed, breach = share(limit), breach_of(policy)
    k, n = found.recent
    if n and k / n > limit:
        return Forecast(breach_of=breach, days=0, interval=(0, 0), text=_reached(allowed, k / n))
    if found.rise is None:
        return None
    reached = found.rise.reached(limit, days=_FARTHEST_DAYS)
    middle = _day(reached, 0.5)
    if middle is None:
        text = f"No breach of {allowed} in sight within {_FARTHEST_DAYS} days."
        return Forecast(breach_of=breach, days=None, interval=None, text=text)
    low, high = _interval(reached)
    return Forecast(breach_of=breach, days=middle, interval=(low, high), text=_told(allowed, middle, low, high))


def in_bursts(outlook: Forecast, k: Counts, n: Counts, policy: Policy) -> Forecast:
    """Return a forecast without a breach as one that may be passed on any day, where a late day of the daily counts surely did."""
    days = policy.windows.current_days
    late = zip(k[-days:], n[-days:], strict=True)
    least, worst = max((jeffreys(failed, of)[0], failed / max(of, 1)) for failed, of in late)
    if outlook.days is not None or least <= policy.detection.critical_rate:
        return outlook
    said = (
        f"It fails in bursts, and may pass it on any day: on the worst of the last {days} days {percent(worst)} failed."
    )
    return replace(outlook, text=f"{outlook.text} {said}")


def stopped(quiet: Silence, recent: Rate, what: str, policy: Policy) -> Forecast:
    """Return what is to come of a failure rate where nothing comes any more: how it was before is all that is known."""
    since = moment(quiet.last, ZoneInfo(policy.timezone)) if quiet.last else day(quiet.onset.on)
    text = f"None have come since {since}; of the last {what} before, {percent(recent.rate)} failed ({out_of(recent.k, recent.n)})."
    return Forecast(breach_of=breach_of(policy), days=None, interval=None, text=text)


def breach_of(policy: Policy) -> str:
    """Return the rate that forecasts are about, in words."""
    return f"a failure rate of {share(policy.detection.critical_rate)}"


def _reached(allowed: str, rate: float) -> str:
    """Return that a limit lies behind, in words, and what it is the limit of."""
    return f"Above {allowed} already ({percent(rate)}), from which on a failure rate is critical."


def _told(allowed: str, middle: int, low: int, high: int | None) -> str:
    """Return a forecast in words: those of someone who would bet on it, not of a statistician."""
    when = f"in about {count(middle, 'day')}" if middle else "about now"
    if high is None:
        soon = f"in {count(low, 'day')}" if low else "today"
        return (
            f"The critical failure rate of {allowed} may be reached {when}, which is unsure: it may be {soon}, "
            f"or not within {_FARTHEST_DAYS} days."
        )
    between = f"in {low} to {count(high, 'day')}" if 0 < low < high else f"within {count(max(high, 1), 'day')}"
    return f"If the rise goes on, the critical failure rate of {allowed} is reached {when} (4 times in 5 {between})."


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
