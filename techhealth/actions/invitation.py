"""A call as iCalendar: to be downloaded or put on a calendar (RFC 5545), or sent as an invitation (iTIP RFC 5546, iMIP RFC 6047).

Names and topics come from logs and from customers: each becomes one printable line before it is written, so that none can
end a property or a header.
"""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from techhealth.actions.attendees import Attendee
from techhealth.actions.meeting import Meeting, MeetingState, told, when
from techhealth.actions.vtimezone import vtimezone
from techhealth.errors import UsageError
from techhealth.present.terminal import harmless_text as line

#: ASCII alone, so that any server on the way takes it.
_POLICY = SMTP.clone(cte_type="7bit")
_FILE = "invitation.ics"
_GONE = "This call will not take place."
_PRODUCT = "-//techhealth//technical health review//EN"


class Method(StrEnum):
    """What a calendar is asked to do with an invitation."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def calendar(meeting: Meeting, *, stamp: datetime, method: Method | None = None) -> bytes:
    """Return a call as an iCalendar document.

    Args:
        meeting: the call; its `uid` and `sequence` tell calendars which entry it changes.
        stamp: the instant at which this is written.
        method: of an invitation by mail; None for a file or a calendar server, which wants none (RFC 4791, 4.1) and is
            then asked not to invite anybody itself (RFC 6638, 7.1).
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


def mail(meeting: Meeting, *, sender: str, now: datetime) -> EmailMessage:
    """Return the mail that invites, changes or cancels, for everybody whose address is known.

    It holds plain text, the same as `text/calendar` for calendars that answer by themselves, and as a file for all others.

    Args:
        meeting: the call.
        sender: who writes; answers go to the host.
        now: its date.

    Raises:
        UsageError: if the host or everybody else has no address.
    """
    to, draft = _invited(meeting), meeting.draft
    method = Method.CANCEL if _is_gone(meeting) else Method.REQUEST
    document = calendar(meeting, stamp=now, method=method)
    made, domain = EmailMessage(policy=_POLICY), sender.rpartition("@")[2].rstrip(">")
    made["From"], made["Reply-To"], made["To"] = sender, _mailbox(draft.host), [*map(_mailbox, to)]
    made["Subject"] = line(f"{_verb(meeting)}: {draft.title}, {when(draft)}")
    made["Date"] = now
    made["Message-ID"] = f"<{meeting.uid}.{meeting.sequence}.{method.value.lower()}@{domain}>"
    made.set_content(f"{_GONE}\n\n{told(draft)}" if _is_gone(meeting) else told(draft), cte="quoted-printable")
    made.add_alternative(document.decode(), subtype="calendar", cte="base64", params={"method": method.value})
    made.add_attachment(document, maintype="application", subtype="ics", filename=_FILE)
    return made


def _invited(meeting: Meeting) -> list[Attendee]:
    """Return everybody who can be written to, the host among them."""
    if meeting.draft.host.address is None:
        raise UsageError("an invitation needs the CSM's name and address; set TECHHEALTH_CSM to them.")
    found = [one for one in meeting.draft.attendees if one.address]
    if len(found) == 1:
        raise UsageError("nobody to invite has a mail address; add it to the contacts, or download the invitation.")
    return found


def _event(meeting: Meeting, zone: ZoneInfo, *, stamp: datetime, method: Method | None) -> Event:
    draft, event = meeting.draft, Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", stamp)
    event.add("sequence", meeting.sequence)
    event.add("dtstart", draft.slot.start.astimezone(zone))
    event.add("dtend", draft.slot.end.astimezone(zone))
    event.add("summary", line(draft.title))
    event.add("description", told(draft))
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


def _verb(meeting: Meeting) -> str:
    if _is_gone(meeting):
        return "Cancelled"
    return "Changed" if meeting.sequence else "Invitation"


def _mailbox(one: Attendee) -> Address:
    """Return an address with a name of letters and digits alone.

    Anything else would have to be quoted, and Python's `email` loses the quotes where it folds a long header: a name
    such as `a, eve <eve@example.com>` would then be a second address.
    """
    name = "".join(char if char.isalnum() or char in "'-" else " " for char in one.name or one.role)
    return Address(display_name=" ".join(name.split()), addr_spec=one.address)
