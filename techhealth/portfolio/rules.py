"""The numbers of the portfolio that a person may argue with."""

from __future__ import annotations

from dataclasses import dataclass

_OFFICE_HOURS, _HOURS_OF_A_WEEK = 40, 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the portfolio judges.

    Attributes:
        weeks: columns of the heat map.
        linked_hours: how far apart issues of one incident may begin.
        linked_days: how far back beginnings are looked at.
        most_by_chance: groups that may be expected by chance for one to be told.
        ours_from: customers from which on the same failure at the same hour is taken for ours.
        enough: fewest tickets behind a median.
    """

    weeks: int = 9
    linked_hours: int = 2
    linked_days: int = 28
    most_by_chance: float = 0.05
    ours_from: int = 3
    enough: int = 10

    @property
    def meeting(self) -> float:
        """The chance that two issues begin within the linked hours, if each began in some office hour of the linked days.

        Beginnings crowd into the hours in which people release and work, which makes meeting by chance likelier than over
        all hours; hours are whole, so that one hour joins the linked ones.
        """
        hours = self.linked_days * 24 * _OFFICE_HOURS / _HOURS_OF_A_WEEK
        return (self.linked_hours + 1) / hours


#: By these every portfolio is judged.
RULES = Rules()
