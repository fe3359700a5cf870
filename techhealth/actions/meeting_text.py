"""A technical call as plain text: for those who are invited, and for whoever holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from techhealth.actions.meeting_draft import Meeting, MeetingDraft
from techhealth.actions.outbox import Channel
from techhealth.actions.slots import comes_twice
from techhealth.figures import count, day
from techhealth.present.terminal import harmless_text as line

_WAYS = {Channel.MAIL: "by mail to everybody whose address is known", Channel.CALENDAR: "onto the CSM's calendar"}
_NO_WAY = "No mail server is set up, or no address is known: hand the file out yourself"


def when(draft: MeetingDraft) -> str:
    """Return the day and the hours of a call by the clock of its zone; hours that come twice are told apart."""
    start, end = (one.astimezone(ZoneInfo(draft.zone)) for one in (draft.slot.start, draft.slot.end))
    clock = "%H:%M %Z" if comes_twice(start) or comes_twice(end) else "%H:%M"
    return f"{start:%A}, {day(start)} {start.year}, {start:{clock}}–{end:{clock}} ({draft.zone})"


def told(draft: MeetingDraft) -> str:
    """Return a call as text for those who are invited; each name and point is one printable line."""
    return "\n".join(
        (line(draft.title), when(draft), "", *_people_and_points(draft, [one.shown for one in draft.attendees]))
    )


def meeting_text(meeting: Meeting, *, ways: Sequence[Channel], stored: bool = True) -> str:
    """Return a call as whoever holds it reads it, with how the invitations leave and what is not known.

    `ways` are those in which invitations leave; what is not `stored` is a preview without an id.
    """
    draft = meeting.draft
    head = {"Call": f"{meeting.uid} ({_became(meeting)})" if stored else "preview, nothing is planned", "Meeting": draft.title, "Date": when(draft),
            "Duration": count(draft.minutes, "minute"), "Invitations": " and ".join(map(_WAYS.__getitem__, ways)) or _NO_WAY}  # fmt: skip
    known = [f"{label}: {line(text)}" for label, text in head.items()]
    remarks = ["", "Before you rely on it:", *(f"- {line(one)}" for one in draft.remarks)] if draft.remarks else []
    people = _people_and_points(draft, [one.label for one in draft.attendees])
    return "\n".join((*known, "", *people, *remarks)) + "\n"


def _became(meeting: Meeting) -> str:
    if not meeting.is_changed:
        return f"{meeting.state}, as before"
    return f"{meeting.state}, new" if meeting.is_new else f"{meeting.state}, change {meeting.sequence}"


def _people_and_points(draft: MeetingDraft, people: Sequence[str]) -> Iterator[str]:
    yield "Attendees:"
    yield from (f"- {line(one)}" for one in people)
    yield "\nAgenda:"
    yield from (f"{number}. {line(point)}" for number, point in enumerate(draft.agenda, start=1))
