"""Is it one endpoint that became slower? The extra time of all calls, laid to the endpoints that take it."""

from __future__ import annotations

import numpy as np

from techhealth.assess.causes.ranking import Found
from techhealth.assess.counted import Counted
from techhealth.assess.slowdown import Endpoints
from techhealth.figures import count, day, milliseconds, share
from techhealth.model import Cause, CauseKind, Onset, Owner

#: An endpoint counts as slower from this much on.
_SLOWER = 1.12
#: Share of the extra time from which one endpoint speaks for it.
_MOST_OF_IT = 0.65
#: Part of that time that has to go beyond what the other endpoints became slower.
_ITS_OWN = 0.5
#: All are slower alike where the least of them gained this part of what the slowest gained, or more.
_ALIKE = 0.5


def slow_endpoint(seen: Endpoints, *, onset: Onset | None) -> tuple[Found, ...]:
    """Return the endpoint that holds most of the time that calls take longer since the onset, or that all take longer alike;
    empty where neither is so.

    An endpoint speaks for it only where most of what it takes longer goes beyond the ratio of all others.
    """
    extra = np.maximum(seen.excess, 0.0)
    if onset is None or len(seen.names) < 2 or extra.sum() <= 0:
        return ()
    ratios = seen.since_ms / seen.before_ms
    usual = np.nan_to_num(seen.calls * seen.before_ms)
    worst = int(np.argmax(extra))
    # the luck of the others cancels out: what they gained together is what counts
    others = max(float(seen.excess.sum() - extra[worst]), 0.0) / max(usual.sum() - usual[worst], 1.0)
    part, its_own = float(extra[worst] / extra.sum()), extra[worst] - others * usual[worst]
    if part > _MOST_OF_IT and its_own > _ITS_OWN * extra[worst] and ratios[worst] >= _SLOWER:
        return (_found(_one(seen, worst, part, onset)),)
    least, most = float(np.nanmin(ratios)), float(np.nanmax(ratios))
    alike = least >= _SLOWER and least - 1 >= _ALIKE * (most - 1) and not np.isnan(ratios).any()
    return (_found(_all(len(ratios), least, most, onset)),) if alike else ()


def _found(cause: Cause) -> Found:
    return Found(cause=cause, code=None, removable={}, owner=Owner.US, change=None, counted=Counted.CALLS, failures=0)


def _one(seen: Endpoints, at: int, part: float, onset: Onset) -> Cause:
    """Return that one endpoint takes the extra time."""
    name, calls = seen.names[at], int(seen.calls[at])
    before, since = float(seen.before_ms[at]), float(seen.since_ms[at])
    return Cause(
        kind=CauseKind.ENDPOINT,
        statement=f"{share(part)} of the extra time is taken by endpoint {name}: its {count(calls, 'call')} "
        f"since {day(onset.on)} take {milliseconds(since)} on average, {milliseconds(before)} before",
        onset=onset, share_of_excess=part, share_of_issue=part,
        evidence={"slice": name, "calls_in_it": calls, "mean_ms": since, "mean_ms_before": before},
        runner_up=None, would_refute="other endpoints that take as much longer once they carry as many calls",
    )  # fmt: skip


def _all(endpoints: int, least: float, most: float, onset: Onset) -> Cause:
    """Return that no endpoint stands out."""
    times = f"{least:.1f} times" if f"{least:.1f}" == f"{most:.1f}" else f"{least:.1f} to {most:.1f} times"
    return Cause(
        kind=CauseKind.UNDETERMINED,
        statement=f"All {endpoints} endpoints became slower alike: their calls take {times} as long as before",
        onset=onset, share_of_excess=None, share_of_issue=1.0, evidence={"least_ratio": least, "most_ratio": most},
        runner_up=None, would_refute="endpoints whose calls take as long as before",
    )  # fmt: skip
