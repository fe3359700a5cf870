"""An invitation is read by other programs: calendars take it, mail servers pass it on, and no name can add a line to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from techhealth.actions.attendees import Attendee
from techhealth.actions.invitation import Method, calendar, invited, mail
from techhealth.actions.meeting_text import when
from techhealth.actions.slots import Slot
from techhealth.store import MeetingState
from tests.actions.calls import CUSTOMER, NOW, planned
from tests.actions.servers import STRICT
from tests.hostile import PROBES

_PLANNED = planned()
LINES = (
    "x\r\nATTENDEE:mailto:eve@example.com",
    "x\nBcc: eve@example.com",
    "x\u2028END:VEVENT",
    "x\x00\x1b\x85y",
    '"; X=1:',
    "\ud800",
)


def event_of(document):
    """Return the one event of an iCalendar document."""
    (event,) = Calendar.from_ical(document).walk("VEVENT")
    return event


def sent(meeting, sender="care@example.com"):
    """Return the mail to the technical lead."""
    return mail(meeting, meeting.draft.attendees[1], sender=sender, now=NOW)


def parsed(message):
    """Return a mail as a strict reader sees it: text, calendar and file."""
    found = message_from_bytes(message.as_bytes(), policy=STRICT)
    alternative, file = found.iter_parts()
    text, invitation = alternative.iter_parts()
    return found, text, invitation, file


def test_a_calendar_reads_what_was_planned():
    """Hours, length, title, people and points are there, by the clock of the customer's zone."""
    event = event_of(calendar(planned(), stamp=NOW))

    assert event["dtstart"].dt == datetime(2026, 2, 3, 14, tzinfo=ZoneInfo("Europe/Berlin"))
    assert event["dtstart"].params["TZID"] == "Europe/Berlin"
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=45)
    assert str(event["summary"]) == "Acme Corp - Technical Health Review"
    assert str(event["description"]).endswith("7. Q&A and next steps")
    assert event["organizer"] == "mailto:dana.reyes@example.com"
    assert [(str(one), one.params["CN"], one.params["PARTSTAT"]) for one in event["attendee"]] == [
        ("mailto:dana.reyes@example.com", "Dana Reyes", "ACCEPTED"),
        ("mailto:mike.johnson@example.com", "Mike Johnson", "NEEDS-ACTION"),
        ("mailto:kevin.wu@example.com", "Kevin Wu", "NEEDS-ACTION"),
    ]


def test_the_same_call_is_the_same_bytes():
    """With the clock as an argument nothing else varies."""
    assert calendar(planned(), stamp=NOW) == calendar(planned(), stamp=NOW)


def test_only_an_invitation_has_a_method():
    """A file or an entry on a server has none, and asks the server not to invite anybody; an invitation by mail says what it is."""
    file, request = (calendar(planned(), stamp=NOW, method=method) for method in (None, Method.REQUEST))

    assert b"METHOD" not in file
    assert file.count(b"SCHEDULE-AGENT=CLIENT") == 3
    assert Calendar.from_ical(request)["method"] == "REQUEST"
    assert b"SCHEDULE-AGENT" not in request


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Asia/Kolkata", "America/New_York"])
def test_every_zone_is_carried_along(zone):
    """A local time names a zone that the document defines; UTC needs none."""
    found = Calendar.from_ical(calendar(planned(customer=replace(CUSTOMER, zone=zone)), stamp=NOW))
    (event,) = found.walk("VEVENT")
    named = event["dtstart"].params.get("TZID")

    assert [str(one["tzid"]) for one in found.walk("VTIMEZONE")] == ([named] if named else [])
    assert event["dtstart"].dt.astimezone(UTC).replace(tzinfo=None) == event_start(zone)


def event_start(zone):
    """Return two in the afternoon of 3 February 2026 in a zone, as UTC."""
    return datetime(2026, 2, 3, 14, tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def test_a_mail_is_text_calendar_and_file():
    """A strict reader finds plain text, the invitation with its method, and the same as a file."""
    found, text, invitation, file = parsed(sent(planned(), sender="Care <care@example.com>"))

    assert found["from"] == "Care <care@example.com>"
    assert found["reply-to"] == "Dana Reyes <dana.reyes@example.com>"
    assert found["to"] == "Mike Johnson <mike.johnson@example.com>"
    assert found["subject"] == (
        "Invitation: Acme Corp - Technical Health Review, Tuesday, 3 February 2026, 14:00–14:45 (Europe/Berlin)"
    )
    assert text.get_content().splitlines()[0] == "Acme Corp - Technical Health Review"
    assert (invitation.get_content_type(), invitation["content-type"].params["method"]) == ("text/calendar", "REQUEST")
    assert file.get_filename() == "invitation.ics"
    assert (
        file.get_content()
        == invitation.get_payload(decode=True)
        == calendar(planned(), stamp=NOW, method=Method.REQUEST)
    )
    assert sent(planned()).as_string().isascii()


def test_a_change_and_an_end_speak_of_the_same_entry():
    """Both have the UID of the first invitation and a higher sequence; an end is a cancellation."""
    first = planned()
    moved, gone = replace(first, sequence=1), replace(first, sequence=2, state=MeetingState.CANCELLED)
    mails = [sent(one) for one in (first, moved, gone)]
    documents = [Calendar.from_ical(parsed(one)[3].get_content()) for one in mails]
    events = [event_of(one.to_ical()) for one in documents]

    assert [one["subject"].split(":")[0] for one in mails] == ["Invitation", "Changed", "Cancelled"]
    assert [str(one["method"]) for one in documents] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(one["uid"]) for one in events} == {first.uid}
    assert [one["sequence"] for one in events] == [0, 1, 2]
    assert str(events[2]["status"]) == "CANCELLED"
    assert len({one["message-id"] for one in mails}) == 3
    assert "will not take place" in parsed(mails[2])[1].get_content()


def test_who_alone_is_no_longer_invited_is_told_so():
    """The call itself is not called off in what he gets: there is no status (RFC 5546, 3.2.5)."""
    one = planned()
    mailed = mail(one, one.draft.attendees[1], sender="care@example.com", now=NOW, gone=True)
    document = Calendar.from_ical(parsed(mailed)[3].get_content())

    assert document["method"] == "CANCEL"
    assert "status" not in document.walk("VEVENT")[0]
    assert mailed["subject"].startswith("Cancelled: ")


def test_who_cannot_be_written_to_is_not_invited():
    """Without the CSM's address there is a file without guests, and no mail; without another address neither."""
    nobody = planned(host=None)

    assert "attendee" not in event_of(calendar(nobody, stamp=NOW))
    assert invited(nobody.draft) == ()
    assert invited(planned(customer=replace(CUSTOMER, contacts=())).draft) == ()
    assert [one.name for one in invited(planned().draft)] == ["Dana Reyes", "Mike Johnson", "Kevin Wu"]


@pytest.mark.parametrize(
    "address",
    ["a b@example.com", "a@example.com?cc=eve@example.com", "a?bcc=eve@x.org@example.com", "a@b\r\nRSVP:x", "a,b@example.com", "<a@example.com>",
     "a..b@example.com", "@example.com", "a@-x.org", "ü@example.com", "a@example.com\n", "a" * 250 + "@example.com"],
)  # fmt: skip
def test_what_is_no_plain_address_is_none(address):
    """An address that could mean more than itself is treated as not known."""
    assert Attendee(role="Technical Lead", name="Eve", email=address).address is None


def poisoned(text):
    """Return a call whose every free text is hostile."""
    one = _PLANNED
    first, *others = one.draft.attendees
    people = (replace(first, name=text), *(replace(who, name=text, role=text) for who in others))
    return replace(one, draft=replace(one.draft, title=text, agenda=(text, text), attendees=people))


@pytest.mark.parametrize("text", [*PROBES, *LINES])
def test_a_hostile_name_stays_a_name(text):
    """No text adds a property, a guest, a header or a line; what is printable of it arrives as it is."""
    document = calendar(poisoned(text), stamp=NOW, method=Method.REQUEST)
    plain = calendar(_PLANNED, stamp=NOW, method=Method.REQUEST)
    found, *_ = parsed(sent(poisoned(text)))

    assert sorted(event_of(document)) == sorted(event_of(plain))
    assert len(event_of(document)["attendee"]) == 3
    assert " ".join(str(event_of(document)["summary"]).split()) == " ".join(
        "".join(c if c.isprintable() else " " for c in text).split()
    )
    assert found.keys() == sent(_PLANNED).keys()
    assert [one.addr_spec for one in found["to"].addresses] == ["mike.johnson@example.com"]
    assert [one.addr_spec for one in found["reply-to"].addresses] == ["dana.reyes@example.com"]


@settings(max_examples=40)
@given(st.text())
def test_any_text_survives_as_one_line(text):
    """Whatever a customer is called, the document keeps the form of RFC 5545, is read again, and its title is one line."""
    document = calendar(poisoned(text), stamp=NOW)
    event, lines = event_of(document), document.split(b"\r\n")

    assert len(str(event["summary"]).splitlines()) <= 1
    assert len(event["attendee"]) == 3
    assert event.errors == []
    assert max(map(len, lines)) <= 75
    assert not any(b"\r" in line or b"\n" in line for line in lines)


@pytest.mark.parametrize("hour", [0, 1])
def test_an_hour_that_comes_twice_is_told_apart(hour):
    """When the clock is set back the invitation speaks of UTC, and its text names both clocks."""
    start = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    call = planned()
    call = replace(call, draft=replace(call.draft, slot=Slot(start=start, end=start + timedelta(minutes=45))))
    event = event_of(calendar(call, stamp=NOW))

    assert [str(event[name].to_ical(), "ascii") for name in ("dtstart", "dtend")] == [f"20261025T0{hour}3000Z", f"20261025T0{hour + 1}1500Z"]  # fmt: skip
    assert when(call.draft).endswith(("02:30 CEST–02:15 CET (Europe/Berlin)", "02:30 CET–03:15 CET (Europe/Berlin)")[hour])  # fmt: skip
