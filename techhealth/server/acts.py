"""What a visitor can do about what he looks at: a ticket, a call, a risk signal. Each is drafted, edited, and done once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from techhealth.actions import invitation, meeting, signal, ticket
from techhealth.actions.briefing import briefing
from techhealth.actions.meeting import Meeting, MeetingDraft
from techhealth.actions.settings import Settings
from techhealth.actions.signal import RaisedSignal, RiskSignal
from techhealth.actions.slots import Slot, slot_at
from techhealth.actions.ticket import Priority, Ticket, TicketDraft
from techhealth.errors import TechHealthError, UsageError
from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.audience import Audience
from techhealth.present.page.acts import Act
from techhealth.server import reports
from techhealth.server.remedies import for_a_page
from techhealth.server.reports import Offer, file_name
from techhealth.store import Customer, Store, customer_of

_WHEN = "%Y-%m-%d %H:%M"
#: Tickets, calls and changes of a signal that are named.
_SHOWN = 3
_NO_TICKET = "No issue was found, so there is nothing to open a ticket about."
_NO_CALL = "No issue was found and no data are missed, so there is no call to plan."
_NO_STORE = "Nothing can be done from here: this workspace cannot be written. The command line and the API can."


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """The actions on one assessment.

    Attributes:
        store: where they are kept; None: nothing can be done.
        assessment: what they are about.
        policy: the one it was made with.
        now: tells the present instant.
        settings: tells by which ways mail, callbacks and invitations leave.
    """

    store: Store | None
    assessment: Assessment
    policy: Policy
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    settings: Callable[[], Settings] = Settings.from_environment

    @property
    def customer(self) -> str:
        """Whose they are."""
        return self.assessment.generated_for.customer

    @property
    def _calls_for_talk(self) -> bool:
        """Whether there is something to talk about: an issue, or data that are missed."""
        return bool(self.assessment.issues or self.assessment.risk.days_without)

    def about(self, integration: str | None) -> list[str] | None:
        """Return the ids of an integration's issues; None where it has none, or none is named."""
        return [issue.id for issue in self.assessment.issues if issue.integration == integration] or None

    def ticket(self, issues: Iterable[str] | None = None) -> TicketDraft | None:
        """Return the ticket as it is proposed, about issues as in `drafted`.

        None where there is no issue, or nowhere to keep it.
        """
        return ticket.draft(self.assessment, issues=issues) if self.assessment.issues and self.store else None

    def drafted(self, edited: Mapping[str, Any], *, issues: Iterable[str] | None = None) -> TicketDraft:
        """Return a ticket as it would be opened.

        Args:
            edited: fields of its draft.
            issues: ids of one integration, the one that leads first; None: all of the most pressing one's.

        Raises:
            UsageError: if there is no issue, the issues are of several integrations, or a field makes no sense.
        """
        by_hand = {**edited, "priority": Priority(edited["priority"])} if "priority" in edited else edited
        return ticket.cleaned(replace(ticket.draft(self.assessment, issues=issues), **by_hand), now=self.now())

    def call(self) -> MeetingDraft | None:
        """Return the call as it is proposed; None where there is nothing to talk about, or no store or calendar to ask."""
        if not (self._calls_for_talk and self.store):
            return None
        try:
            return meeting.proposed(self.store, self.assessment, self.policy, now=self.now(), settings=self.settings())
        except TechHealthError:
            return None

    def starts(self, draft: MeetingDraft) -> str:
        """Return when a call begins, by the clock of its zone, as it can be edited."""
        return draft.slot.start.astimezone(ZoneInfo(draft.zone)).strftime(_WHEN)

    def open_ticket(self, edited: Mapping[str, Any] | None = None, *, issues: Iterable[str] | None = None) -> Ticket:
        """Return the ticket, opened or renewed with the report; arguments and errors are those of `drafted`."""
        store, said = self._kept(), self.drafted(edited or {}, issues=issues)
        report = reports.of_ticket(self.assessment, self.policy)
        return ticket.create(store, self.customer, said, now=self.now(), settings=self.settings(), report=report)

    def plan_call(self, starts: str | None = None) -> Meeting:
        """Return the call about the issues, planned or changed; `starts` is its day and time by the clock of its zone.

        Raises:
            UsageError: if nothing can be kept here, there is nothing to talk about, or the time makes no sense.
        """
        store, settings = self._kept(), self.settings()
        if not self._calls_for_talk:
            raise UsageError("there is no issue a call could be about.")
        draft = meeting.proposed(store, self.assessment, self.policy, now=self.now(), settings=settings)
        if starts is not None and starts != self.starts(draft):
            draft = replace(draft, slot=_slot(starts, draft, self.now()))
        return meeting.schedule(store, self.customer, draft, now=self.now(), settings=settings)

    def told(self, draft: MeetingDraft) -> str:
        """Return a call as whoever holds it reads it, with how the invitations leave and what is not known."""
        return _preview(draft, self._ways())

    def raise_signal(self) -> RaisedSignal:
        """Return the risk signal of the assessment, written down; the same one again changes nothing.

        Raises:
            UsageError: if nothing can be kept here.
        """
        store, settings = self._kept(), self.settings()
        return signal.raise_(store, self.customer, self.signal(), now=self.now(), settings=settings)

    def signal(self) -> RiskSignal:
        """Return the risk signal of the assessment, with what it makes of the overall health."""
        known = customer_of(self.store, self.customer) if self.store else None
        return signal.of(self.assessment, known or Customer(name=self.customer), self.policy)

    def done(self, steps: Mapping[str, Callable[[], object]]) -> dict[str, str]:
        """Do some of "ticket", "call" and "signal", and return why one of them could not be done."""
        refused = {}
        for name, step in steps.items():
            try:
                step()
            except TechHealthError as error:
                refused[name] = for_a_page(error)
        return refused

    def standing(self, refused: Mapping[str, str], *, issues: Iterable[str] | None = None) -> tuple[Act, ...]:
        """Return ticket, call and signal as they stand now, without the elements that do them; `issues` as in `drafted`."""
        if self.store is None:
            return tuple(Act(title=title, refused=_NO_STORE) for title in TITLES)
        tickets = ticket.tickets(self.store, self.customer)[:_SHOWN]
        calls = meeting.meetings(self.store, self.customer)[:_SHOWN]
        raised = next(iter(signal.signals(self.store, self.customer)), None)
        draft, said = self.call(), self.ticket(issues)
        invites = self.told(draft) if draft else ""
        renewed = ticket.renewed_by(self.store, self.customer, said) if said else None
        planned = any(one.state is meeting.MeetingState.PLANNED for one in calls)
        return (
            Act(title=f"Update ticket {renewed.name}" if renewed else TITLES[0], standing=tuple(map(_ticket_line, tickets)), refused=refused.get("ticket", ""), idle="" if said else _NO_TICKET),
            Act(title="Change technical call" if planned else TITLES[1], preview=invites, standing=tuple(map(_call_line, calls)), refused=refused.get("call", ""), idle="" if self._calls_for_talk else _NO_CALL),
            Act(title=TITLES[2], facts=tuple(_signal_facts(self.signal())), standing=_signal_line(raised), refused=refused.get("signal", "")),
        )  # fmt: skip

    def files(self) -> Iterator[Offer]:
        """Yield the invitation of the newest planned call, and the briefing on the call that is planned or proposed."""
        calls = meeting.meetings(self.store, self.customer) if self.store else ()
        planned = next((one for one in calls if one.state is meeting.MeetingState.PLANNED), None)
        if planned is not None:
            made = partial(invitation.calendar, planned, stamp=self.now())
            yield Offer(label="Invitation (ICS)", name="invitation.ics", mimetype="text/calendar", content=made)
        draft = planned.draft if planned else self.call()
        if draft is not None:
            name = file_name(self.assessment, Audience.INTERNAL, "html").replace("technical-health", "briefing")
            yield Offer(
                label="Briefing (HTML)", name=name, mimetype="text/html", content=partial(self._briefing, draft)
            )

    def _briefing(self, draft: MeetingDraft) -> bytes:
        return briefing(self.assessment, draft, self.policy).encode("utf-8", "replace")

    def _ways(self) -> Settings:
        """Return the settings; none where they make no sense, which doing anything then tells."""
        try:
            return self.settings()
        except UsageError:
            return Settings()

    def _kept(self) -> Store:
        if self.store is None:
            raise UsageError(_NO_STORE)
        return self.store


#: Ticket, call and signal, as the requirement names their buttons.
TITLES = ("Create support ticket", "Schedule technical call", "Update risk signals")


def _slot(starts: str, draft: MeetingDraft, now: datetime) -> Slot:
    try:
        start = datetime.strptime(starts.strip(), _WHEN)
    except ValueError:
        raise UsageError(f"{starts!r} is no day and time; write it as 2026-02-03 14:00.") from None
    return slot_at(start, zone=ZoneInfo(draft.zone), minutes=draft.minutes, now=now)


def _preview(draft: MeetingDraft, settings: Settings) -> str:
    """Return a call as it would be, without its first line, which speaks of a call that has an id."""
    return meeting.meeting_text(meeting.unstored(draft), ways=meeting.ways(draft, settings)).partition("\n")[2]


def _ticket_line(one: Ticket) -> str:
    said = f": {one.draft.subject}" if one.draft else ""
    return f"{one.name} ({one.state.value}, since {one.opened_at:%Y-%m-%d}){said}"


def _call_line(one: Meeting) -> str:
    return f"{one.state.value}: {one.draft.title}, {meeting.when(one.draft)}"


def _signal_line(raised: RaisedSignal | None) -> tuple[str, ...]:
    if raised is None:
        return ()
    more = len(raised.changes) - _SHOWN
    rest = (f"○ and {more} more",) if more > 0 else ()
    still, risk = "" if raised.changes else ": nothing changed", words.RISK[raised.signal.level][0]
    head = f"{risk} Risk {raised.signal.level.value} as of {raised.signal.as_of}{still}"
    return (head, *(f"{_shape(one, risk=risk)} {one}" for one in raised.changes[:_SHOWN]), *rest)


def _shape(change: str, *, risk: str) -> str:
    """Return the shape of a change of a signal: what ended is good news, a risk has its own, an issue that of its severity."""
    told = {"ended: ": "●", "risk ": risk, "no data ": "■"}
    told_so = (shape for said, shape in told.items() if change.startswith(said))
    severe = (shape[0] for severity, shape in words.SEVERITY.items() if change.endswith(f"({severity})"))
    return (*told_so, *severe, "○")[0]


def _signal_facts(one: RiskSignal) -> Iterator[tuple[str, str]]:
    """Yield the risk, and the overall health before and after the technical score counts, with the reason."""
    yield "Technical risk", one.level.value
    before, after = one.overall.before, one.overall.after
    if after is not None:
        yield "Overall health", f"{after:.0f}" if before is None else f"{before:.0f} → {after:.0f}"
    yield "Why", one.overall.reason
