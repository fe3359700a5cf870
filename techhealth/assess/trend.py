"""The score against the month before: up, down, flat, or why that cannot be said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from techhealth.assess.facts import Facts
from techhealth.assess.score import Scored, overall
from techhealth.assess.timeline import activity, scores_as_of
from techhealth.model import Trend
from techhealth.policy import Policy

NO_EARLIER = "no earlier period to compare"


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
    if then is None or _judged_by(past) != _judged_by(scored):
        text = f"not comparable with {name}: other integrations or components were judged then"
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


def _judged_by(scored: Sequence[Scored]) -> dict[str, tuple[str, ...]]:
    """Return the components that judged each scored integration."""
    return {one.name: tuple(part.name for part in one.components) for one in scored if one.value is not None}
