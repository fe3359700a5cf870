"""Is it one endpoint that became slower? The extra time of all calls, laid to the endpoints that take it."""

from __future__ import annotations

import numpy as np

from techhealth.assess.causes.ranking import Found
from techhealth.assess.counted import Counted
from techhealth.assess.slowdown import Endpoints
from techhealth.figures import count, milliseconds, share
from techhealth.model import Cause, CauseKind, Onset, Owner
from techhealth.policy import Policy

#: An endpoint counts as slower from this much on.
_SLOWER = 1.12
#: Share of the extra time from which one endpoint speaks for it.
_MOST_OF_IT = 0.65


def slow_endpoint(seen: Endpoints, *, onset: Onset | None, policy: Policy) -> tuple[Found, ...]:
    """Return the endpoint that holds most of the time that calls take longer since the onset; empty where none does."""
    extra = np.maximum(seen.excess, 0.0)
    if onset is None or len(seen.names) < 2 or extra.sum() <= 0:
        return ()
    worst = int(np.argmax(extra))
    part = float(extra[worst] / extra.sum())
    before, since = float(seen.before_ms[worst]), float(seen.since_ms[worst])
    if part <= _MOST_OF_IT or since < _SLOWER * before:
        return ()
    name = seen.names[worst]
    cause = Cause(
        kind=CauseKind.ENDPOINT,
        statement=f"{share(part)} of the extra time is taken by endpoint {name}: its {count(int(seen.calls[worst]), 'call')} "
        f"since take {milliseconds(since)} on average, {milliseconds(before)} before",
        onset=onset, share_of_excess=part, share_of_issue=part,
        evidence={"slice": name, "calls_in_it": int(seen.calls[worst]), "mean_ms": since, "mean_ms_before": before},
        runner_up=None, would_refute="other endpoints that take as much longer once they carry as many calls",
    )  # fmt: skip
    return (
        Found(cause=cause, code=None, removable={}, owner=Owner.US, change=None, counted=Counted.CALLS, failures=0),
    )
