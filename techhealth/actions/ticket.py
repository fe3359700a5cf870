"""Support tickets: created once for an open issue, renewed when asked for again, then acknowledged and resolved.

The built-in desk is the table of tickets itself. Where the environment names a help desk's mail address or a callback,
these are told in the same transaction, by the outbox.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from techhealth.actions.settings import Settings
from techhealth.actions.ticket_days import fixed_day, reported_day
from techhealth.actions.ticket_desks import Event, announce
from techhealth.actions.ticket_draft import Priority, TicketAction, TicketDraft, cleaned, draft
from techhealth.actions.ticket_text import ticket_text
from techhealth.assess.recovery import Recovery
from techhealth.errors import UsageError
from techhealth.store import Store, TicketRow, TicketState, report_of, ticket_row, ticket_rows
from techhealth.store import tickets as rows
from techhealth.store.customers import number_of

__all__ = [
    "Priority", "Ticket", "TicketAction", "TicketDraft", "TicketState", "acknowledge", "cleaned", "create", "draft", "judged", "report_of", "resolve", "ticket_of", "ticket_text", "tickets",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as it stands; `draft` is what it says, None where its customer was forgotten.

    `is_new` and `is_changed` tell what the call that returned it did; `fixed_on` is the first day on which the fix is at
    work, `recoveries` say what became of its issues since, `revision` counts its changes from 1.
    """

    name: str
    state: TicketState
    revision: int
    customer: str | None
    draft: TicketDraft | None
    opened_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    fixed_on: date | None
    customer_reported_on: date | None
    has_report: bool
    recoveries: tuple[Recovery, ...]
    is_new: bool = False
    is_changed: bool = False


def create(
    store: Store,
    customer: str,
    draft: TicketDraft,
    *,
    now: datetime,
    settings: Settings | None = None,
    report: bytes | None = None,
) -> Ticket:
    """Return the ticket about a draft's issues: the open one of any of them, renewed; else a new one with the next number.

    A draft that does not speak of the issue that leads the open ticket is added below what that says. Asking twice for
    the same changes nothing.

    `settings` are the desks to tell besides (None: the built-in one alone), `report` is the analysis report as HTML.

    Raises:
        UsageError: if the store does not know the customer, or his own report lies in the future.
    """
    said = cleaned(draft, now=now)
    with store.writing() as connection:
        owner = number_of(connection, customer)
        before = _open_ticket(connection, owner, said)
        said = said if before is None else _joined(said, _draft(before))
        if before is not None and said == _draft(before):
            return _ticket(before)
        values = {"document": msgspec.to_builtins(said), "customer_reported_on": said.customer_reported_on}
        values |= {} if report is None else {"report": report}
        if before is None:
            row = rows.add_ticket(connection, owner, now=now, **values)
        else:
            row = rows.change_ticket(connection, before, **values)
        rows.cover(connection, row, [issue.id for issue in said.issues])
        event = Event.UPDATED if before else Event.OPENED
        _tell(store, connection, row, event, settings=settings, now=now, report=report)
    return replace(_ticket(row), is_new=before is None, is_changed=True)


def acknowledge(store: Store, name: str, *, now: datetime, settings: Settings | None = None) -> Ticket:
    """Return a ticket that somebody has taken; one that was taken before, or is resolved, stays as it is.

    Raises:
        UsageError: if there is no such ticket.
    """

    def change(connection: Connection, row: TicketRow) -> TicketRow | None:
        if row.state is not TicketState.OPEN:
            return None
        return rows.change_ticket(connection, row, state=TicketState.ACKNOWLEDGED.value, acknowledged_at=now)

    return _changed(store, name, change, Event.ACKNOWLEDGED, settings=settings, now=now)


def resolve(
    store: Store, name: str, *, now: datetime, fixed_on: date | None = None, reported_on: date | None = None,
    settings: Settings | None = None,
) -> Ticket:  # fmt: skip
    """Return a ticket that is done; its issues are free for a new one should they come back.

    From `fixed_on`, the first day on which the fix is at work, the next upload is judged; None is tomorrow, the first whole day.
    Resolving again with another day corrects it. `reported_on` is the customer's own report; None leaves it as it was.

    Raises:
        UsageError: if there is no such ticket, its customer was forgotten, or a day is impossible.
    """

    def change(connection: Connection, row: TicketRow) -> TicketRow | None:
        known = {} if reported_on is None else _reported(row, reported_on, now)
        fixed_day(fixed_on, opened_on=row.opened_at.date(), as_of=_draft(row).as_of, now=now)
        if row.state is TicketState.RESOLVED:
            moved = fixed_on is not None and fixed_on != row.fixed_on
            changes = known | ({"fixed_on": fixed_on, "outcome": None} if moved else {})
            return rows.change_ticket(connection, row, **changes) if changes else None
        rows.let_go(connection, row)
        known |= {"fixed_on": fixed_on or now.date() + timedelta(days=1)}
        return rows.change_ticket(connection, row, state=TicketState.RESOLVED.value, resolved_at=now, **known)

    return _changed(store, name, change, Event.RESOLVED, settings=settings, now=now)


def judged(
    store: Store, name: str, outcome: list[object], *, now: datetime, settings: Settings | None = None
) -> Ticket:  # fmt: skip
    """Return a ticket with what became of its issues since the fix; see `techhealth.actions.recovery`."""

    def change(connection: Connection, row: TicketRow) -> TicketRow | None:
        return None if row.outcome == outcome else rows.change_ticket(connection, row, outcome=outcome)

    return _changed(store, name, change, Event.JUDGED, settings=settings, now=now)


def ticket_of(store: Store, name: str) -> Ticket:
    """Return one ticket by its number.

    Raises:
        UsageError: if there is no such ticket.
    """
    with store.reading() as connection:
        return _ticket(ticket_row(connection, name))


def tickets(store: Store, customer: str | None = None) -> tuple[Ticket, ...]:
    """Return the tickets of a customer, or of all, the newest first."""
    return tuple(_ticket(row) for row in ticket_rows(store, customer))


def _changed(
    store: Store, name: str, change: Callable[[Connection, TicketRow], TicketRow | None], event: Event, *,
    settings: Settings | None, now: datetime,
) -> Ticket:  # fmt: skip
    """Return a ticket after a change, told to the desks; as it was when there is nothing to change."""
    with store.writing() as connection:
        before = ticket_row(connection, name)
        if before.state is TicketState.FORGOTTEN:
            raise UsageError(f"{before.name} keeps nothing but its number: its customer was forgotten.")
        row = change(connection, before)
        if row is None:
            return _ticket(before)
        _tell(store, connection, row, event, settings=settings, now=now)
    return replace(_ticket(row), is_changed=True)


def _reported(row: TicketRow, on: date | None, now: datetime) -> dict[str, Any]:
    """Return what changes in a ticket when the customer's own report is of a day; nothing where it is already."""
    if reported_day(on, now=now) == row.customer_reported_on:
        return {}
    document = {**(row.document or {}), "customer_reported_on": on.isoformat() if on else None}
    return {"customer_reported_on": on, "document": document}


def _tell(
    store: Store, connection: Connection, row: TicketRow, event: Event, *, settings: Settings | None, now: datetime,
    report: bytes | None = None,
) -> None:  # fmt: skip
    """Write into the audit log and the outbox what became of a ticket."""
    store.note(connection, f"ticket {row.name} {event}, revision {row.revision}", customer_id=row.customer_id)
    if settings is not None:
        announce(connection, row, _draft(row), event, settings=settings, now=now, report=report)


def _open_ticket(connection: Connection, customer_id: int, said: TicketDraft) -> TicketRow | None:
    """Return the ticket that is open for the first of a draft's issues that has one."""
    found = (rows.open_for(connection, customer_id, issue.id) for issue in said.issues)
    return next((row for row in found if row is not None), None)


def _joined(said: TicketDraft, before: TicketDraft) -> TicketDraft:
    """Return what an open ticket says when a draft is added: it keeps every issue it was about."""
    new, old = ({issue.id: issue for issue in one.issues} for one in (said, before))
    reported_on = said.customer_reported_on or before.customer_reported_on
    if before.issues[0].id in new:
        return replace(said, issues=tuple((new | old | new).values()), customer_reported_on=reported_on)
    below = "" if said.description in before.description else f"\n\n{said.description}"
    actions = {one.title: one for one in (*before.actions, *said.actions)}
    return replace(
        before, description=before.description + below, actions=tuple(actions.values()), issues=tuple((old | new).values()),
        as_of=said.as_of, customer_reported_on=reported_on,
    )  # fmt: skip


def _draft(row: TicketRow) -> TicketDraft:
    return msgspec.convert(row.document, TicketDraft)


def _ticket(row: TicketRow) -> Ticket:
    return Ticket(
        name=row.name, state=row.state, revision=row.revision, customer=row.customer,
        draft=None if row.document is None else _draft(row), opened_at=row.opened_at, acknowledged_at=row.acknowledged_at,
        resolved_at=row.resolved_at, fixed_on=row.fixed_on, customer_reported_on=row.customer_reported_on, has_report=row.has_report,
        recoveries=msgspec.convert(row.outcome or (), tuple[Recovery, ...]),
    )  # fmt: skip
