"""What a caller may ask of a sample, checked before anything is planted."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from techhealth.errors import UsageError
from techhealth.sample.story import WEEKDAYS

#: Names and counts of integrations that can be told apart.
MOST_INTEGRATIONS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The options of a sample; None leaves a choice to the scenario and the seed.

    Attributes:
        seed: of all chance.
        rows: calls and deliveries in all.
        month: YYYY-MM.
        customer: name.
        limit: accepted calls a minute.
        weekday: of the authentication failures, an English name.
        hours: of most failed deliveries, first included, last excluded, UTC.
        onset_days_before_end: days from the first hit of the limit to the last day.
        integrations: how many, or their names.
    """

    seed: int | None = None
    rows: int | None = None
    month: str | None = None
    customer: str | None = None
    limit: int | None = None
    weekday: str | None = None
    hours: tuple[int, int] | None = None
    onset_days_before_end: int | None = None
    integrations: int | Sequence[str] | None = None

    def __post_init__(self) -> None:
        if self.limit is not None and not 20 <= self.limit <= 10_000:
            raise UsageError(f"a limit is from 20 to 10,000 calls a minute, not {self.limit}.")
        if self.hours is not None and not 0 <= self.hours[0] < self.hours[1] <= 24:
            raise UsageError(f"hours are two numbers from 0 to 24 such as 9-11, not {self.hours[0]}-{self.hours[1]}.")
        asked = 1 if self.integrations is None else self.integrations
        names, count = ([], asked) if isinstance(asked, int) else (list(asked), len(asked))
        if not 1 <= count <= MOST_INTEGRATIONS:
            raise UsageError(f"a sample has from 1 to {MOST_INTEGRATIONS} integrations, not {count}.")
        if len(set(names)) < len(names) or not all(name.strip() for name in names):
            raise UsageError("each integration needs a name of its own; give different names.")
        if self.customer is not None and not self.customer.strip():
            raise UsageError("the customer needs a name; give one with --customer.")

    @property
    def other_customer(self) -> bool:
        """Whether anything is asked that the worked example does not hold."""
        asked = (self.customer, self.limit, self.weekday, self.hours, self.onset_days_before_end, self.integrations)
        return any(value is not None for value in asked)

    def span(self) -> tuple[date, date] | None:
        """Return the first and last day of the month, None when no month is named.

        Raises:
            UsageError: if the month is not of the form YYYY-MM.
        """
        if self.month is None:
            return None
        try:
            first = date.fromisoformat(f"{self.month}-01")
        except ValueError:
            raise UsageError(f"{self.month!r} is no month; write it as 2025-12.") from None
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])

    def weekday_number(self) -> int | None:
        """Return the weekday, Monday is 0.

        Raises:
            UsageError: if there is no such weekday.
        """
        if self.weekday is None:
            return None
        known = [name for name in WEEKDAYS if len(self.weekday) >= 3 and name.lower().startswith(self.weekday.lower())]
        if not known:
            raise UsageError(f"{self.weekday!r} is no weekday; use one of {', '.join(WEEKDAYS)}.")
        return WEEKDAYS.index(known[0])
