"""The days that somebody writes into a ticket: those that cannot be meant are refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from techhealth.errors import UsageError

#: A fix further away than a year from now, or from what the ticket is about, is a slip of the pen.
_A_YEAR = timedelta(days=366)
#: The day begins that much earlier than in UTC where it begins first.
_EARLIEST_ZONE = timedelta(hours=14)


def fixed_day(on: date | None, *, opened_on: date, as_of: date, now: datetime) -> date | None:
    """Return the first day on which a fix is at work, as it was given.

    `as_of` is the last day of the log that the ticket is about.

    Raises:
        UsageError: if it is more than a year ahead, or more than a year before the ticket and its log.
    """
    if on is not None and not min(opened_on, as_of) - _A_YEAR <= on <= now.date() + _A_YEAR:
        raise UsageError(f"{on} cannot be the first day of the fix: it is more than a year before the ticket or ahead; correct the day.")  # fmt: skip
    return on


def reported_day(on: date | None, *, now: datetime) -> date | None:
    """Return the day on which a customer told of his trouble, as it was given.

    Raises:
        UsageError: if it lies in the future wherever he is.
    """
    if on is not None and on > (now + _EARLIEST_ZONE).date():
        raise UsageError(f"the customer cannot have told of it on {on}, which is yet to come; correct the day.")
    return on
