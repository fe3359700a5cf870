"""The score against the month before: up, down, flat, or why that cannot be said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np

from techhealth.assess.facts import Facts
from techhealth.assess.score import COMPONENTS, Scored, overall
from techhealth.assess.timeline import activity, scores_as_of
from techhealth.figures import inside
from techhealth.model import Trend
from techhealth.policy import Policy

NO_EARLIER = "no earlier period to compare"
#: Integrations that are named before the rest is counted.
_NAMED = 2


def trend_of(facts: Sequence[Facts], scored: Sequence[Scored], policy: Policy) -> Trend:
    """Return the change against the last day with data of the calendar month before; the change is the difference of
    the rounded scores, None where the two months are not judged by the same components."""
    now = overall(scored)
    days = facts[0].days
    before_month = days.last.replace(day=1) - timedelta(days=1)
    cut = (before_month - days.first).days + 1
    active = np.flatnonzero(activity(facts)[: max(cut, 0)] > 0)
    if now is None or len(active) < policy.windows.current_days:
        return Trend(direction="unknown", change=None, compared_to=NO_EARLIER, significant=False)
    then_on = days.first + timedelta(days=int(active[-1]))
    past = scores_as_of(facts, then_on, policy)
    then = overall(past)
    name = f"{then_on:%B}"
    differs = "nothing had a score then" if then is None else _difference(_judged_by(past), _judged_by(scored))
    if then is None or differs:
        text = f"not comparable with {name}: {differs}"
        return Trend(direction="unknown", change=None, compared_to=text, significant=False)
    change = round(now[0]) - round(then[0])
    noise = math.hypot((now[1][1] - now[1][0]) / 2, (then[1][1] - then[1][0]) / 2)
    significant = abs(now[0] - then[0]) > noise
    return Trend(
        direction="flat" if change == 0 or not significant else "up" if change > 0 else "down",
        change=change,
        compared_to=f"{name} ({round(then[0])})",
        significant=significant,
    )


def _judged_by(scored: Sequence[Scored]) -> dict[str, set[str]]:
    """Return the components that judged each scored integration."""
    return {one.name: {part.name for part in one.components} for one in scored if one.value is not None}


def _difference(then: Mapping[str, set[str]], now: Mapping[str, set[str]]) -> str:
    """Return the first thing that was judged at one of two times only, in words; empty when there is none."""
    for one, other, when in ((then, now, "now"), (now, then, "then")):
        unscored = sorted(one.keys() - other.keys())
        if unscored:
            return f"{_some(unscored)} {'has' if len(unscored) == 1 else 'have'} no score {when}"
    for one, other, when in ((then, now, "now"), (now, then, "then")):
        for name, parts in one.items():
            missing = [inside(COMPONENTS[part]) for part in COMPONENTS if part in parts - other[name]]
            if missing:
                return f"{' and '.join(missing)} of {name} cannot be judged {when}"
    return ""


def _some(names: Sequence[str]) -> str:
    """Return a few names, and how many more there are."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
