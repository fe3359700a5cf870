"""What a technical call would be, drafted from an assessment, for a person to edit before anybody is invited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from techhealth.actions.agenda import agenda, silence, topics
from techhealth.actions.attendees import Attendee, attendees
from techhealth.actions.slots import Slot, next_slot
from techhealth.actions.ticket_draft import named_issues
from techhealth.model import Assessment
from techhealth.policy import Contact, Policy
from techhealth.present.report.withhold import customer_safe
from techhealth.store import Customer, MeetingState
from techhealth.store.customers import key_of, known_of

#: Names calls that no store keeps: the same draft twice is one entry of a calendar. Random, made once for this purpose.
_NAMESPACE = UUID("5a1f7c0e-3f57-4f0e-9d6b-6b8f6f0d2c11")
_HOLIDAYS = "Public holidays are not known here: check the day."
_NO_CALENDAR = "Busy times are not known, for no calendar is connected."


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDraft:
    """A call as it is proposed; every field may be edited.

    Attributes:
        customer: with whom.
        title: as calendars show it.
        slot: when, UTC.
        zone: whose clock and days the invitation speaks of.
        attendees: the host first.
        agenda: points in order; fit for the customer.
        issues: ids of the issues it is about.
        remarks: what is not known, for the host alone.
    """

    customer: str
    title: str
    slot: Slot
    zone: str
    attendees: tuple[Attendee, ...]
    agenda: tuple[str, ...]
    issues: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return round((self.slot.end - self.slot.start).total_seconds() / 60)

    @property
    def host(self) -> Attendee:
        """Who holds it."""
        return self.attendees[0]

    @property
    def key(self) -> str:
        """What is the same for two drafts of one call: the issues it is about."""
        return " ".join(sorted(self.issues))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A call as calendars know it: `uid` for good, `sequence` counts what was changed since it was first planned.

    `is_new` and `is_changed` tell what the call that returned it did.
    """

    uid: str
    sequence: int
    state: MeetingState
    draft: MeetingDraft
    is_new: bool = False
    is_changed: bool = False


def draft(
    assessment: Assessment,
    customer: Customer,
    *,
    now: datetime,
    policy: Policy,
    host: Contact | None = None,
    busy: Sequence[Slot] | None = None,
    issues: Sequence[str] | None = None,
) -> MeetingDraft:
    """Return the call that an assessment asks for.

    `customer` and `policy` tell zone and contacts, `policy` before, and when calls take place; `host` is the CSM, whose address
    invites; `busy` is what is taken, None where no calendar was asked; `issues` are ids, None for all of them.

    Raises:
        UsageError: if there is no such issue, or four weeks hold no free slot.
    """
    judged, company = known_of(policy, customer), assessment.generated_for.customer
    shown, _ = customer_safe(assessment, judged)
    chosen = shown.issues if issues is None else named_issues(shown.issues, issues)
    points, left_out = agenda(
        (*silence(assessment.risk.days_without), *topics(chosen, zone=judged.timezone)), minutes=judged.meetings.minutes
    )
    seats = attendees(judged.contacts, company=company, host=host)
    return MeetingDraft(
        customer=company,
        title=f"{company} - Technical Health Review",
        slot=next_slot(judged.meetings, now=now, zone=ZoneInfo(judged.timezone), busy=busy or ()),
        zone=judged.timezone,
        attendees=seats,
        agenda=points,
        issues=tuple(issue.id for issue in chosen),
        remarks=tuple(_remarks(seats, left_out, asked=busy is not None)),
    )


def unstored(draft: MeetingDraft) -> Meeting:
    """Return a draft as a call that no store keeps; the same customer and issues are the same call."""
    uid = str(uuid5(_NAMESPACE, f"{key_of(draft.customer)}\n{draft.key}"))
    return Meeting(uid=uid, sequence=0, state=MeetingState.PLANNED, draft=draft)


def _remarks(seats: Sequence[Attendee], left_out: Sequence[str], *, asked: bool) -> Iterator[str]:
    """Yield what the host should know before he invites anybody."""
    yield _HOLIDAYS
    if not asked:
        yield _NO_CALENDAR
    unreachable = [one.name for one in seats[1:] if one.name and not one.address]
    if unreachable:
        yield f"No mail address is known of {', '.join(unreachable)}: forward the invitation."
    if left_out:
        yield f"Left out, for the call is short: {'; '.join(left_out)}."
