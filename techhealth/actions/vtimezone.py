"""A time zone as a calendar carries it (RFC 5545, 3.6.5): each change of its clock near a call, computed from the zone database.

Written here because `icalendar` 7.3 gives the onsets of daylight saving time by the new clock instead of the old one, an
hour late, and carries seventy years of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

#: Changes that far around a call are told, so that it can be moved within a year.
_AROUND = timedelta(days=400)
_STEP = timedelta(days=7)
_SECOND = timedelta(seconds=1)


def vtimezone(zone: ZoneInfo, *, around: datetime) -> Timezone:
    """Return the clock of a zone from a year before an instant until a year after it."""
    made = Timezone()
    made.add("tzid", zone.key)
    first = (around - _AROUND).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for onset in (first, *_changes(zone, first, first + 2 * _AROUND)):
        made.add_component(_observance(zone, onset))
    return made


def _observance(zone: ZoneInfo, onset: datetime) -> TimezoneStandard | TimezoneDaylight:
    """Return what the clock shows from an instant on; it begins by the clock that ends then."""
    before, local = (onset - _SECOND).astimezone(zone).utcoffset(), onset.astimezone(zone)
    after = local.utcoffset()
    assert before is not None and after is not None  # noqa: PT018
    made = TimezoneDaylight() if local.dst() else TimezoneStandard()
    made.add("dtstart", (onset + before).replace(tzinfo=None))
    made.add("tzoffsetfrom", before)
    made.add("tzoffsetto", after)
    made.add("tzname", local.tzname())
    return made


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the instants at which the offset changes; two changes within a week are found as one."""
    while first < last:
        if _offset(zone, first) != _offset(zone, first + _STEP):
            yield _change(zone, first, first + _STEP)
        first += _STEP


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first second of the offset that holds at `after`."""
    while after - before > _SECOND:
        middle = before + ((after - before) // 2 // _SECOND) * _SECOND
        if _offset(zone, middle) == _offset(zone, after):
            after = middle
        else:
            before = middle
    return after


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()
