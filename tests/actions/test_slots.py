"""The next free slot for a call: working days in between, hours of the customer's zone, and nothing that is taken."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.actions.slots import Slot, next_slot
from techhealth.errors import UsageError
from techhealth.policy import Meetings

BERLIN, NEW_YORK, TOKYO = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Tokyo"))
THURSDAY = datetime(2026, 1, 29, 9, tzinfo=UTC)


def local(zone, *parts):
    """Return an instant by the clock of a zone."""
    return datetime(*parts, tzinfo=zone).astimezone(UTC)


def taken(zone, *parts, minutes=60):
    """Return a busy span by the clock of a zone."""
    start = local(zone, *parts)
    return Slot(start=start, end=start + timedelta(minutes=minutes))


def test_the_worked_example_meets_on_tuesday_at_two():
    """Seen on Thursday 29 January 2026, with Friday and Monday in between, it is Tuesday 3 February at 14:00 for 45 minutes."""
    found = next_slot(Meetings(), now=THURSDAY, zone=BERLIN)

    assert found == Slot(start=local(BERLIN, 2026, 2, 3, 14), end=local(BERLIN, 2026, 2, 3, 14, 45))


@pytest.mark.parametrize(
    ("day", "expected"),
    [(30, date(2026, 2, 4)), (31, date(2026, 2, 4)), (28, date(2026, 2, 2)), (26, date(2026, 1, 29))],
    ids=["friday", "saturday", "wednesday", "monday"],
)
def test_weekends_do_not_count(day, expected):
    """Two whole working days lie in between, whichever day somebody asks on."""
    found = next_slot(Meetings(), now=datetime(2026, 1, day, 12, tzinfo=UTC), zone=BERLIN)

    assert expected == found.start.astimezone(BERLIN).date()


def test_today_is_the_customers_today():
    """At 20:00 UTC on Thursday it is Friday in Tokyo already."""
    found = next_slot(Meetings(), now=datetime(2026, 1, 29, 20, tzinfo=UTC), zone=TOKYO)

    assert found.start == local(TOKYO, 2026, 2, 4, 14)


def test_the_clock_follows_daylight_saving_time():
    """Two in the afternoon stays two in the afternoon across the change."""
    before = next_slot(Meetings(), now=datetime(2026, 3, 2, 12, tzinfo=UTC), zone=NEW_YORK)
    after = next_slot(Meetings(), now=datetime(2026, 3, 5, 12, tzinfo=UTC), zone=NEW_YORK)

    assert [before.start.hour, after.start.hour] == [19, 18]
    assert [one.start.astimezone(NEW_YORK).hour for one in (before, after)] == [14, 14]


def test_an_hour_that_the_clock_skips_is_no_slot():
    """Where clocks jump from two to three, a call at half past two is offered at three."""
    night = Meetings(
        preferred_start=time(2, 30), working_hours=(2, 6), working_days=("Sunday",), working_days_between=0
    )
    found = next_slot(night, now=datetime(2026, 3, 26, 12, tzinfo=UTC), zone=BERLIN)

    assert found == Slot(start=local(BERLIN, 2026, 3, 29, 3), end=local(BERLIN, 2026, 3, 29, 3, 45))


def test_other_working_days_can_be_agreed():
    """Where people work from Sunday to Thursday, Sunday is a day for a call and Friday is not."""
    gulf = Meetings(working_days=("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday"), working_days_between=0)
    found = next_slot(gulf, now=THURSDAY, zone=ZoneInfo("Asia/Riyadh"))

    assert date(2026, 2, 1) == found.start.astimezone(ZoneInfo("Asia/Riyadh")).date()


@pytest.mark.parametrize(
    ("busy", "expected"),
    [
        ([(14, 60)], (3, 15, 0)),
        ([(13, 60)], (3, 14, 0)),
        ([(14, 180)], (3, 13, 15)),
        ([(13, 240)], (3, 12, 15)),
        ([(9, 480)], (4, 14, 0)),
    ],
    ids=["later", "before it ends", "earlier", "still earlier", "the next day"],
)
def test_what_is_taken_moves_the_call(busy, expected):
    """Later on that day first, then earlier on it, then the next working day."""
    spans = [taken(BERLIN, 2026, 2, 3, hour, minutes=minutes) for hour, minutes in busy]
    found = next_slot(Meetings(), now=THURSDAY, zone=BERLIN, busy=spans)

    assert expected == tuple(getattr(found.start.astimezone(BERLIN), part) for part in ("day", "hour", "minute"))


def test_no_free_slot_is_one_sentence():
    """Who has no free hour for four weeks chooses by hand."""
    year = [taken(UTC, 2026, 1, 1, minutes=60 * 24 * 365)]

    with pytest.raises(UsageError, match="choose one by hand"):
        next_slot(Meetings(), now=THURSDAY, zone=BERLIN, busy=year)


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from([BERLIN, NEW_YORK, TOKYO, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Africa/Casablanca")]),
    spans=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 20)), max_size=8),
)
def test_a_slot_is_free_within_hours_and_after_the_days_in_between(now, zone, spans):
    """Whatever the day, the zone and what is taken, a slot keeps every rule."""
    rules = Meetings()
    busy = [Slot(start=now + timedelta(hours=a), end=now + timedelta(hours=a + b)) for a, b in spans]
    found = next_slot(rules, now=now, zone=zone, busy=busy)
    start, end = (one.astimezone(zone) for one in (found.start, found.end))
    today = now.astimezone(zone).date()
    between = [today + timedelta(days=n) for n in range(1, (start.date() - today).days)]

    assert [other for other in busy if found.overlaps(other)] == []
    assert timedelta(minutes=45) == found.end - found.start
    assert start.weekday() < 5
    assert time(9) <= start.time() < end.time() <= time(17)
    assert sum(day.weekday() < 5 for day in between) >= 2
