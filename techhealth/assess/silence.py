"""Is an integration silent? No traffic where traffic is expected is a finding, never a good score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from techhealth.assess.facts import Facts, local_days
from techhealth.assess.period import reported
from techhealth.assess.rates import Counts
from techhealth.model import Kind, Onset
from techhealth.policy import Evidence
from techhealth.usage.rollup import Rollup

_SURPRISE = 1e-3
_FEWEST_DAYS = 2
#: A day with less than this part of its usual calls is the one on which they stopped.
_SHORT = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """An integration without traffic since a day, or with little (`came`), and the calls that would have been expected.

    `faded` is since when it became less and less, None where most of it went on one day; `last` is when the last event came,
    None where some still do.
    """

    onset: Onset
    silent_days: int
    expected_calls: float
    p_value: float
    came: int = 0
    faded: Onset | None = None
    last: datetime | None = None

    @property
    def left(self) -> float:
        """Which part of the usual traffic still came."""
        return self.came / self.expected_calls


def silence(facts: Facts, *, active: Counts, evidence: Evidence) -> Silence | None:
    """Return since when an integration has been silent while the log goes on, else None.

    A pause no longer than an earlier one is its rhythm, not silence.

    Args:
        facts: the integration.
        active: events of all integrations a day; of which days they tell says `reported`.
        evidence: for the variation of days; P(0 | expected e) = (1 + c^2 e)^(-1 / c^2).
    """
    with_calls = np.flatnonzero(facts.calls > 0)
    if len(with_calls) == 0:
        return None
    start = int(with_calls[-1]) + 1
    quiet = np.flatnonzero(reported(active)[start:]) + start
    pauses = np.diff(with_calls) - 1  # days without a call between days with some
    if len(quiet) < _FEWEST_DAYS or len(facts.calls) - start <= pauses.max(initial=0):
        return None
    expected = sum(_usual(facts, int(position), before=start) for position in quiet)
    variation = evidence.day_variation**2
    p_value = float((1 + variation * expected) ** (-1 / variation))
    if p_value > _SURPRISE:
        return None

    last, first = facts.on(start - 1), facts.on(int(quiet[0]))
    short = facts.calls[start - 1] < _SHORT * _usual(facts, start - 1, before=start - 1)
    onset = Onset(on=last if short else first, earliest=last, latest=first)
    return Silence(onset=onset, silent_days=len(quiet), expected_calls=expected, p_value=p_value)


def last_event(rollup: Rollup, facts: Facts) -> datetime:
    """Return the minute of an integration's last call, or the end of the hour of what is known by the hour alone."""
    mine = (pl.col("integration") == facts.name) & (local_days(rollup) <= facts.days.last)
    latest = pl.col("at").max()
    hour: datetime = rollup.hourly.filter(mine & (pl.col("kind") == facts.kind.value)).select(latest).item()
    minute: datetime | None = rollup.minutes.filter(mine).select(latest).item()
    return minute if facts.kind is Kind.API and minute and minute >= hour else hour + timedelta(hours=1)


def _usual(facts: Facts, position: int, *, before: int) -> float:
    """Return the median calls of the same weekday before the silence."""
    same = facts.calls[position % 7 : before : 7]
    return float(np.median(same)) if len(same) else 0.0
