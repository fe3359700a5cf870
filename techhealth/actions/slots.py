"""The next free slot for a call, in the working hours of the customer's zone.

Public holidays are not known here; whoever shows a slot says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from techhealth.errors import UsageError
from techhealth.policy_actions import Meetings

_ONE_DAY = timedelta(days=1)
#: Calls begin at the quarters of an hour, seen from the preferred start.
_STEP = timedelta(minutes=15)
#: Working days that are looked at: four weeks, after which somebody should choose by hand.
_LOOKED_AT = 20
#: A call further away than two years is a slip of the pen; nobody knows the clock changes of then either.
_FARTHEST = timedelta(days=731)
#: No call was that long ago, and instants near year 1 cannot be turned into those of another zone.
_FIRST_YEAR = 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A span of time between two instants, UTC; the end is not part of it."""

    start: datetime
    end: datetime

    def overlaps(self, other: Slot) -> bool:
        """Return whether both share a moment; one that ends as the other begins does not."""
        return self.start < other.end and other.start < self.end


def near(instant: datetime, *, now: datetime) -> datetime:
    """Return an instant at which a call may be.

    Raises:
        UsageError: if it is more than two years ahead.
    """
    if instant - now > _FARTHEST or instant.year < _FIRST_YEAR:
        raise UsageError(f"{instant.date()} is no day for a call; choose one of the next two years.")
    return instant


def slot_at(start: datetime, *, zone: ZoneInfo, minutes: int, now: datetime) -> Slot:
    """Return the slot that begins at a time by the clock of a zone; of an hour that comes twice it is the first.

    Raises:
        UsageError: if the clock skips that time, or it is more than two years ahead.
    """
    instant = near(start.replace(tzinfo=zone), now=now).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != start:
        raise UsageError(f"the clock of {zone.key} skips {start:%H:%M} on {start:%Y-%m-%d}; choose another time.")
    return Slot(start=instant, end=instant + timedelta(minutes=minutes))


def comes_twice(local: datetime) -> bool:
    """Return whether the clock of its zone shows a time twice, because it is set back."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def next_slot(rules: Meetings, *, now: datetime, zone: ZoneInfo, busy: Sequence[Slot] = ()) -> Slot:
    """Return the first free slot, on the earliest day that leaves enough whole working days in between.

    On each day the preferred start comes first, then what is later, then what is earlier.

    `now` is when somebody asks, `zone` the customer's, in which hours and days are local, `busy` what is taken.

    Raises:
        UsageError: if four weeks of working days hold no free slot.

    Examples:
        >>> asked = datetime(2026, 1, 29, 9, tzinfo=UTC)  # a Thursday
        >>> print(next_slot(Meetings(), now=asked, zone=ZoneInfo("Europe/Berlin")).start)
        2026-02-03 13:00:00+00:00
    """
    for day in islice(_working_days(rules, now.astimezone(zone).date()), _LOOKED_AT):
        for slot in _slots_of(day, rules, zone):
            if slot.start > now and not any(slot.overlaps(other) for other in busy):
                return slot
    raise UsageError(
        f"no free slot on {_LOOKED_AT} working days; choose one by hand, or change [meetings] of the policy."
    )


def _working_days(rules: Meetings, today: date) -> Iterator[date]:
    """Yield the days on which a call may take place, in order."""
    passed, day = 0, today
    while True:
        day += _ONE_DAY
        if day.weekday() in rules.weekdays:
            passed += 1
            if passed > rules.working_days_between:
                yield day


def _slots_of(day: date, rules: Meetings, zone: ZoneInfo) -> Iterator[Slot]:
    """Yield the slots of a day, the most welcome first; hours that the clock skips are not among them."""
    opens, closes = (datetime.combine(day, time()) + timedelta(hours=hour) for hour in rules.working_hours)
    wanted, lasts = datetime.combine(day, rules.preferred_start), timedelta(minutes=rules.minutes)
    steps = range(-(_ONE_DAY // _STEP), _ONE_DAY // _STEP)
    starts = [start for start in (wanted + step * _STEP for step in steps) if opens <= start <= closes - lasts]
    for start in sorted(starts, key=lambda start: (start < wanted, abs(start - wanted))):
        instant = start.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == start:
            yield Slot(start=instant, end=instant + lasts)
