"""A time zone in a calendar says what the zone database says, by a reader of its own."""

import io
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import given, settings
from hypothesis import strategies as st

from techhealth.actions.vtimezone import vtimezone

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Europe/Dublin",
)


def onsets(zone, around):
    """Return when the clock changes, as it is written, with both offsets."""
    written = [part.to_ical().decode() for part in vtimezone(ZoneInfo(zone), around=around).subcomponents]
    return [re.findall(r"(?:DTSTART|TZOFFSETFROM|TZOFFSETTO):(\S+)", part) for part in written]


def test_an_onset_stands_by_the_clock_that_ends():
    """In Berlin clocks jump at two and fall back at three, New York likewise by its own offsets (RFC 5545, 3.6.5)."""
    berlin, york = (
        onsets("Europe/Berlin", datetime(2026, 2, 3, tzinfo=UTC)),
        onsets("America/New_York", datetime(2007, 6, 1, tzinfo=UTC)),
    )

    assert ["20260329T020000", "+0100", "+0200"] in berlin
    assert ["20261025T030000", "+0200", "+0100"] in berlin
    assert ["20070311T020000", "-0500", "-0400"] in york
    assert ["20071104T020000", "-0400", "-0500"] in york


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=25)
@given(
    around=st.datetimes(datetime(1995, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),
    hours=st.integers(-9000, 9000),
)
def test_another_reader_sees_the_same_clock(zone, around, hours):
    """Within a year of a call, every hour has the offset it has in the zone."""
    written = f"BEGIN:VCALENDAR\r\n{vtimezone(ZoneInfo(zone), around=around).to_ical().decode()}END:VCALENDAR\r\n"
    read = tz.tzical(io.StringIO(written)).get()
    local = (around + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    instants = {local.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)}

    assert local.replace(tzinfo=read).utcoffset() in instants
