"""A call as iCalendar: to be downloaded or put on a calendar (RFC 5545), or sent as an invitation (iTIP RFC 5546, iMIP RFC 6047).

Names and topics come from logs and from customers: each becomes one printable line before it is written, so that none can
end a property or a header.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.message import EmailMessage
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from techhealth.actions.attendees import Attendee
from techhealth.actions.mail import Attachment, attach, composed, mailbox
from techhealth.actions.meeting_draft import Meeting, MeetingDraft
from techhealth.actions.meeting_text import told, when
from techhealth.actions.slots import comes_twice
from techhealth.actions.vtimezone import vtimezone
from techhealth.present.terminal import harmless_text as line
from techhealth.store import MeetingState

_FILE = "invitation.ics"
_GONE = "This call will not take place."
_PRODUCT = "-//techhealth//technical health review//EN"


class Method(StrEnum):
    """What a calendar is asked to do with an invitation."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def calendar(meeting: Meeting, *, stamp: datetime, method: Method | None = None) -> bytes:
    """Return a call as an iCalendar document.

    Its `uid` and `sequence` tell calendars which entry it changes. `method` is that of an invitation by mail; None for a file or a
    calendar server, which wants none (RFC 4791, 4.1) and is then asked not to invite anybody itself (RFC 6638, 7.1).
    """
    document = Calendar()
    document.add("prodid", _PRODUCT)
    document.add("version", "2.0")
    if method:
        document.add("method", method.value)
    zone = ZoneInfo(meeting.draft.zone)
    event = _event(meeting, zone, stamp=stamp, method=method)
    if "TZID" in event["dtstart"].params:  # UTC, by whichever of its names, needs none
        document.add_component(vtimezone(zone, around=meeting.draft.slot.start))
    document.add_component(event)
    return bytes(document.to_ical())


def mail(meeting: Meeting, to: Attendee, *, sender: str, now: datetime, gone: bool | None = None) -> EmailMessage:
    """Return the mail by which somebody is invited, told of a change, or told that the call will not take place.

    It holds plain text, the same as `text/calendar` for calendars that answer by themselves, and as a file for all others.

    Host and reader have addresses; answers to the sender go to the host. `gone` says whether the call is off for its reader
    (None: as for everybody).
    """
    gone, draft = _is_gone(meeting) if gone is None else gone, meeting.draft
    method = Method.CANCEL if gone else Method.REQUEST
    document = calendar(meeting, stamp=now, method=method)
    verb = "Cancelled" if gone else "Changed" if meeting.sequence else "Invitation"
    made = composed(
        sender=sender, to=mailbox(to.name or to.role, str(to.address)), subject=f"{verb}: {draft.title}, {when(draft)}",
        text=f"{_GONE}\n\n{told(draft)}" if gone else told(draft), id_=_message_id(meeting, to, method), now=now,
    )  # fmt: skip
    made["Reply-To"] = mailbox(draft.host.name or draft.host.role, str(draft.host.address))
    made.add_alternative(document.decode(), subtype="calendar", cte="base64", params={"method": method.value})
    attach(made, Attachment(name=_FILE, media="application/ics", content=document))
    return made


def invited(draft: MeetingDraft) -> tuple[Attendee, ...]:
    """Return everybody who can be written to, the host among them; nobody where the host has no address or is alone."""
    found = tuple(one for one in draft.attendees if one.address)
    return found if draft.host.address and len(found) > 1 else ()


def _message_id(meeting: Meeting, to: Attendee, method: Method) -> str:
    """Return what is the same for the same mail to the same person."""
    person = hashlib.sha256(str(to.address).lower().encode()).hexdigest()[:16]
    return f"{meeting.uid}.{meeting.sequence}.{method.value.lower()}.{person}"


def _event(meeting: Meeting, zone: ZoneInfo, *, stamp: datetime, method: Method | None) -> Event:
    draft, event = meeting.draft, Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", stamp)
    event.add("sequence", meeting.sequence)
    hours = [one.astimezone(zone) for one in (draft.slot.start, draft.slot.end)]
    if any(map(comes_twice, hours)):  # a local time cannot say which of both it is (RFC 5545, 3.3.5)
        hours = [one.astimezone(UTC) for one in hours]
    event.add("dtstart", hours[0])
    event.add("dtend", hours[1])
    event.add("summary", line(draft.title))
    event.add("description", told(draft))
    if (
        _is_gone(meeting) or method is not Method.CANCEL
    ):  # who alone is no longer invited is told without (RFC 5546, 3.2.5)
        event.add("status", "CANCELLED" if _is_gone(meeting) else "CONFIRMED")
    if draft.host.address is None:
        return event  # without whoever invites there are no guests (RFC 5545, 3.8.4.3)
    event.add("organizer", _organizer(draft.host))
    for one in draft.attendees:
        if one.address:
            event.add("attendee", _guest(one, host=draft.host, invited=method is not None))
    return event


def _organizer(host: Attendee) -> vCalAddress:
    return vCalAddress.new(str(host.address), cn=line(host.name or host.role))


def _guest(one: Attendee, *, host: Attendee, invited: bool) -> vCalAddress:
    """Return one who comes; the host has said yes."""
    made = vCalAddress.new(
        str(one.address), cn=line(one.name or one.role), cutype="INDIVIDUAL", role="REQ-PARTICIPANT",
        partstat="ACCEPTED" if one == host else "NEEDS-ACTION", rsvp=one != host,
    )  # fmt: skip
    if not invited:
        made.params["SCHEDULE-AGENT"] = "CLIENT"
    return made


def _is_gone(meeting: Meeting) -> bool:
    return meeting.state is MeetingState.CANCELLED
