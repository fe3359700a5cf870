"""Technical calls: planned once for the same issues of a customer, changed by the same entry of every calendar, cancelled.

The invitations are written in the same transaction into the outbox: by mail where the environment names a mail server and
the CSM, and onto the CSM's calendar where it names one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, RowMapping

from techhealth.actions import calendar, outbox
from techhealth.actions.attendees import Attendee, host
from techhealth.actions.invitation import calendar as written
from techhealth.actions.invitation import invited, mail
from techhealth.actions.meeting_draft import Meeting, MeetingDraft, draft, unstored
from techhealth.actions.meeting_text import meeting_text, told, when
from techhealth.actions.outbox import Channel
from techhealth.actions.settings import Settings
from techhealth.actions.slots import Slot, near
from techhealth.errors import MissingToolError, UsageError
from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.present.terminal import harmless
from techhealth.present.words import sentence
from techhealth.store import Customer, MeetingState, Store, customer_of
from techhealth.store.customers import known_of, number_of
from techhealth.store.meetings import add_meeting, change_meeting, meeting_row, meeting_rows, planned_row

__all__ = [
    "Meeting", "MeetingDraft", "MeetingState", "cancel", "cleaned", "draft", "meeting_text", "meetings", "proposed", "schedule",
    "told", "unstored", "ways", "when",
]  # fmt: skip

#: How far ahead a calendar is asked; twenty working days and the days in between lie within.
_AHEAD = timedelta(days=120)


def proposed(
    store: Store,
    assessment: Assessment,
    policy: Policy,
    *,
    now: datetime,
    settings: Settings,
    issues: Sequence[str] | None = None,
) -> MeetingDraft:
    """Return the call that an assessment asks for, with what is known here: the customer, the CSM, what is taken.

    A call about the same issues that is planned already keeps its time. A calendar that does not answer is a remark.

    Raises:
        UsageError: if no slot is free.
    """
    name = assessment.generated_for.customer
    customer = customer_of(store, name) or Customer(name=name)
    busy, failed = _taken(settings.caldav, now, ZoneInfo(known_of(policy, customer).timezone))
    found = draft(assessment, customer, now=now, policy=policy, host=host(settings.csm), busy=busy, issues=issues)
    with store.reading() as connection:
        before = planned_row(connection, name, found.key, now=now)
    slot = found.slot if before is None else _draft(before).slot
    return replace(found, slot=slot, remarks=(*found.remarks, *failed))


def ways(draft: MeetingDraft, settings: Settings) -> tuple[Channel, ...]:
    """Return how the invitations of a call leave; none: it can be downloaded."""
    mailed = settings.smtp and settings.mail_from and invited(draft)
    open_ = ((Channel.MAIL, mailed), (Channel.CALENDAR, settings.caldav))
    return tuple(channel for channel, is_open in open_ if is_open)


def schedule(
    store: Store, customer: str, draft: MeetingDraft, *, now: datetime, settings: Settings | None = None
) -> Meeting:
    """Return the call about a draft's issues: the one that is still to come, changed; else a new one. Invite where needed.

    Asking twice for the same changes nothing and invites nobody twice; who could not be invited before is invited then.

    `settings` name the ways in which invitations leave; None: they do not.

    Raises:
        UsageError: if the store does not know the customer, or the call would lie in the past or years ahead.
    """
    said = cleaned(draft, now=now)
    with store.writing() as connection:
        owner = number_of(connection, customer)
        before = planned_row(connection, customer, said.key, now=now)
        if before is not None and replace(_draft(before), remarks=said.remarks) == said:
            _leave(connection, before, (), settings=settings, now=now)  # what did leave has its key there
            return _meeting(before)
        values = {"issues": said.key, "starts_at": said.slot.start, "document": msgspec.to_builtins(said)}
        if before is None:
            row = add_meeting(connection, owner, uid=str(uuid4()), **values)
        else:
            row = change_meeting(connection, before, **values)
        gone = () if before is None else _no_longer(_draft(before), said)
        _note(store, connection, row)
        _leave(connection, row, gone, settings=settings, now=now)
    return replace(_meeting(row), is_new=before is None, is_changed=True)


def cleaned(edited: MeetingDraft, *, now: datetime) -> MeetingDraft:
    """Return a draft as it may be stored and sent, whoever wrote into it: one line is one line.

    Raises:
        UsageError: if the call would lie in the past or years ahead.
    """
    near(edited.slot.start, now=now)
    if not now < edited.slot.start < edited.slot.end:
        raise UsageError(f"the call would be on {when(edited)}, which is over; choose a later time.")
    return harmless(edited)


def cancel(store: Store, uid: str, *, now: datetime, settings: Settings | None = None) -> Meeting:
    """Return a call that will not take place, and tell everybody; one that was cancelled before stays as it is.

    Raises:
        UsageError: if there is no such call, or it is over.
    """
    with store.writing() as connection:
        before = meeting_row(connection, uid)
        if before["state"] == MeetingState.CANCELLED:
            return _meeting(before)
        if before["starts_at"] <= now:
            raise UsageError(f"the call on {when(_draft(before))} is over and cannot be cancelled.")
        row = change_meeting(connection, before, state=MeetingState.CANCELLED.value)
        _note(store, connection, row)
        _leave(connection, row, (), settings=settings, now=now)
    return replace(_meeting(row), is_changed=True)


def meetings(store: Store, customer: str | None = None) -> tuple[Meeting, ...]:
    """Return the calls of a customer, or of all, the latest first."""
    return tuple(map(_meeting, meeting_rows(store, customer)))


def _taken(url: str | None, now: datetime, zone: ZoneInfo) -> tuple[tuple[Slot, ...] | None, tuple[str, ...]]:
    """Return what is taken, None where that is not known, and what went wrong."""
    if url is None:
        return None, ()
    try:
        return calendar.busy(url, first=now, last=now + _AHEAD, zone=zone), ()
    except (calendar.CalendarError, MissingToolError) as error:
        return None, (sentence(str(error)),)


def _note(store: Store, connection: Connection, row: RowMapping) -> None:
    store.note(
        connection, f"meeting {row['id']} {row['state']}, sequence {row['sequence']}", customer_id=row["customer_id"]
    )


def _leave(
    connection: Connection, row: RowMapping, gone: Sequence[Attendee], *, settings: Settings | None, now: datetime
) -> None:
    """Put into the outbox what became of a call, each once; `gone` are no longer invited."""
    meeting, key = _meeting(row), f"meeting-{row['uid']}-{row['sequence']}"
    open_ = () if settings is None else ways(meeting.draft, settings)
    if settings and settings.mail_from and Channel.MAIL in open_:
        for number, payload in enumerate(_mails(meeting, gone, sender=settings.mail_from, now=now), start=1):
            outbox.put(connection, key=f"{key}-mail-{number}", channel=Channel.MAIL, payload=payload, now=now, customer_id=row["customer_id"])  # fmt: skip
    if Channel.CALENDAR in open_:
        payload = written(meeting, stamp=now).decode()
        outbox.put(connection, key=f"{key}-calendar", channel=Channel.CALENDAR, payload=payload, now=now, customer_id=row["customer_id"])  # fmt: skip


def _mails(meeting: Meeting, gone: Sequence[Attendee], *, sender: str, now: datetime) -> Iterator[str]:
    """Yield one mail a person, so that an address that is refused keeps nobody else from being told."""
    for one in invited(meeting.draft):
        yield mail(meeting, one, sender=sender, now=now).as_string()
    for one in gone:
        alone = replace(meeting, draft=replace(meeting.draft, attendees=(meeting.draft.host, one)))
        yield mail(alone, one, sender=sender, now=now, gone=True).as_string()


def _no_longer(before: MeetingDraft, now: MeetingDraft) -> tuple[Attendee, ...]:
    kept = {one.address for one in now.attendees}
    return tuple(one for one in invited(before) if one.address not in kept)


def _draft(row: RowMapping) -> MeetingDraft:
    return msgspec.convert(row["document"], MeetingDraft)


def _meeting(row: RowMapping) -> Meeting:
    return Meeting(uid=row["uid"], sequence=row["sequence"], state=MeetingState(row["state"]), draft=_draft(row))
