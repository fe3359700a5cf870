"""Support tickets: created once for an open issue, renewed when asked for again, then acknowledged and resolved.

The built-in desk is the table of tickets itself. Where the environment names a help desk's mail address or a callback,
these are told in the same transaction, by the outbox.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from techhealth.actions.settings import Settings
from techhealth.actions.ticket_days import fixed_day, reported_day
from techhealth.actions.ticket_desks import Event, announce
from techhealth.actions.ticket_draft import Priority, TicketAction, TicketDraft, cleaned, draft
from techhealth.actions.ticket_kept import Ticket, draft_of, ticket_in
from techhealth.actions.ticket_text import ticket_text
from techhealth.errors import UsageError
from techhealth.store import Store, TicketState, report_of, ticket_row, ticket_rows
from techhealth.store import tickets as rows
from techhealth.store.customers import number_of, row_of

__all__ = [
    "Priority", "Ticket", "TicketAction", "TicketDraft", "TicketState", "acknowledge", "cleaned", "create", "draft", "judged", "renewed_by", "report_of", "resolve", "ticket_of", "ticket_text", "tickets",
]  # fmt: skip


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
        said = said if before is None else _joined(said, draft_of(before))
        if before is not None and said == draft_of(before):
            return ticket_in(before)
        values = {"document": msgspec.to_builtins(said), "customer_reported_on": said.customer_reported_on}
        values |= {} if report is None else {"report": report}
        if before is None:
            row = rows.add_ticket(connection, owner, now=now, **values)
        else:
            row = rows.change_ticket(connection, before, **values)
        rows.cover(connection, row, [issue.id for issue in said.issues])
        event = Event.UPDATED if before is not None else Event.OPENED
        _tell(store, connection, row, event, settings=settings, now=now, report=report)
    return replace(ticket_in(row), is_new=before is None, is_changed=True)


def renewed_by(store: Store, customer: str, draft: TicketDraft) -> Ticket | None:
    """Return the open ticket that a draft would renew; None where it would be a new one, or the customer is not known."""
    with store.reading() as connection:
        owner = row_of(connection, customer)
        row = None if owner is None else _open_ticket(connection, int(owner["id"]), draft)
    return None if row is None else ticket_in(row)


def acknowledge(store: Store, name: str, *, now: datetime, settings: Settings | None = None) -> Ticket:
    """Return a ticket that somebody has taken; one that was taken before, or is resolved, stays as it is.

    Raises:
        UsageError: if there is no such ticket.
    """

    def change(connection: Connection, row: RowMapping) -> RowMapping | None:
        if row["state"] != TicketState.OPEN:
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

    def change(connection: Connection, row: RowMapping) -> RowMapping | None:
        known = {} if reported_on is None else _reported(row, reported_on, now)
        fixed_day(fixed_on, opened_on=row["opened_at"].date(), as_of=draft_of(row).as_of, now=now)
        if row["state"] == TicketState.RESOLVED:
            moved = fixed_on is not None and fixed_on != row["fixed_on"]
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

    def change(connection: Connection, row: RowMapping) -> RowMapping | None:
        return None if row["outcome"] == outcome else rows.change_ticket(connection, row, outcome=outcome)

    return _changed(store, name, change, Event.JUDGED, settings=settings, now=now)


def ticket_of(store: Store, name: str) -> Ticket:
    """Return one ticket by its number.

    Raises:
        UsageError: if there is no such ticket.
    """
    with store.reading() as connection:
        return ticket_in(ticket_row(connection, name))


def tickets(store: Store, customer: str | None = None) -> tuple[Ticket, ...]:
    """Return the tickets of a customer, or of all, the newest first."""
    return tuple(ticket_in(row) for row in ticket_rows(store, customer))


def _changed(
    store: Store, name: str, change: Callable[[Connection, RowMapping], RowMapping | None], event: Event, *,
    settings: Settings | None, now: datetime,
) -> Ticket:  # fmt: skip
    """Return a ticket after a change, told to the desks; as it was when there is nothing to change."""
    with store.writing() as connection:
        before = ticket_row(connection, name)
        if before["state"] == TicketState.FORGOTTEN:
            raise UsageError(f"{ticket_in(before).name} keeps nothing but its number: its customer was forgotten.")
        row = change(connection, before)
        if row is None:
            return ticket_in(before)
        _tell(store, connection, row, event, settings=settings, now=now)
    return replace(ticket_in(row), is_changed=True)


def _reported(row: RowMapping, on: date | None, now: datetime) -> dict[str, Any]:
    """Return what changes in a ticket when the customer's own report is of a day; nothing where it is already."""
    if reported_day(on, now=now) == row["customer_reported_on"]:
        return {}
    document = {**(row["document"] or {}), "customer_reported_on": on.isoformat() if on else None}
    return {"customer_reported_on": on, "document": document}


def _tell(
    store: Store, connection: Connection, row: RowMapping, event: Event, *, settings: Settings | None, now: datetime,
    report: bytes | None = None,
) -> None:  # fmt: skip
    """Write into the audit log and the outbox what became of a ticket."""
    made, owner = ticket_in(row), row["customer_id"]
    store.note(connection, f"ticket {made.name} {event}, revision {made.revision}", customer_id=owner)
    if settings is not None and made.draft is not None:
        announce(connection, made, made.draft, event, customer_id=owner, settings=settings, now=now, report=report)


def _open_ticket(connection: Connection, customer_id: int, said: TicketDraft) -> RowMapping | None:
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
