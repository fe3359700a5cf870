"""The part of a policy that says what is done about an assessment: how it counts in the overall health, when calls take place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from techhealth.errors import PolicyError
from techhealth.tunable import Range, Section, tuned

_CALL = "as a technical call usually runs"
_OWN = "our own judgement"
_PRACTICE = "standard practice"
_POINTS = Range(0, 100, "points")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall(Section):
    """How the technical score counts in the overall health of a customer, which it can lower and never lift."""

    technical_weight: float = tuned(
        0.15, "the weight of technical health in Sourcegraph's published health model", Range(0.0, 1.0, "ratio")
    )
    red_below: float = tuned(50.0, "the band that is called critical", _POINTS)
    red_cap: float = tuned(75.0, _OWN, _POINTS, "a customer whose integrations fail is not healthy, however content")


_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings(Section):
    """When a technical call takes place; hours and days are those of the customer's zone."""

    preferred_start: time = tuned(time(14), _CALL)
    minutes: int = tuned(45, _CALL, Range(5, 480, "minutes"))
    working_days_between: int = tuned(2, _CALL, Range(0, 60, "days"), "whole ones, so that people can prepare")
    working_hours: tuple[int, int] = tuned((9, 17), _OWN, Range(0, 24, "h"))  # a call begins and ends within them
    working_days: tuple[str, ...] = tuned(_WEEK[:5], _PRACTICE)

    def __post_init__(self) -> None:
        Section.__post_init__(self)
        first, last = self.working_hours if len(self.working_hours) == 2 else (0, 0)
        if not (type(first) is type(last) is int and 0 <= first < last <= 24 and (last - first) * 60 >= self.minutes):
            raise PolicyError(
                "meetings.working_hours must be two hours such as [9, 17] that hold a call; edit [meetings]."
            )
        if not self.working_days or not set(self.working_days) <= set(_WEEK):
            raise PolicyError(f"meetings.working_days must be some of {', '.join(_WEEK)}; edit [meetings].")

    @property
    def weekdays(self) -> frozenset[int]:
        """The working days as numbers, 0 is Monday."""
        return frozenset(map(_WEEK.index, self.working_days))
