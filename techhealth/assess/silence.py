"""Is an integration silent? No traffic where traffic is expected is a finding, never a good score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from techhealth.assess.facts import Facts
from techhealth.assess.period import reported
from techhealth.assess.rates import Counts
from techhealth.model import Onset
from techhealth.policy import Evidence

_SURPRISE = 1e-3
_FEWEST_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """An integration without traffic since a day, or with little (`came`), and the calls that would have been expected.

    `faded` is since when it became less and less, None where most of it went on one day.
    """

    onset: Onset
    silent_days: int
    expected_calls: float
    p_value: float
    came: int = 0
    faded: Onset | None = None

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

    first = np.datetime64(facts.days.first) + int(quiet[0])
    on = first.astype(object)
    return Silence(
        onset=Onset(on=on, earliest=on, latest=on), silent_days=len(quiet), expected_calls=expected, p_value=p_value
    )


def _usual(facts: Facts, position: int, *, before: int) -> float:
    """Return the median calls of the same weekday before the silence."""
    same = facts.calls[position % 7 : before : 7]
    return float(np.median(same)) if len(same) else 0.0
