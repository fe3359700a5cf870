"""Tickets: a number per year without a gap, and one open ticket an issue, however many ask at once.

What a ticket says is a document that this room does not read. Every change happens on a connection that holds the store
alone, so that what else belongs to it (a mail to be sent) is there with it or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, update

from techhealth.errors import UsageError
from techhealth.store import tables
from techhealth.store.customers import whose
from techhealth.store.database import Store

_TABLE, _OPEN = tables.tickets.c, tables.open_issues.c


class TicketState(StrEnum):
    """Where a ticket stands; one of a forgotten customer keeps nothing but its number."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    FORGOTTEN = "forgotten"


def name_of(year: int, number: int) -> str:
    """Return a ticket's number as people write it.

    Examples:
        >>> name_of(2026, 142)
        'TECH-2026-0142'
    """
    return f"TECH-{year}-{number:04d}"


def ticket_row(connection: Connection, name: str) -> RowMapping:
    """Return one ticket.

    Raises:
        UsageError: if there is none of this number.
    """
    found = re.fullmatch(r"\s*TECH-(\d{4})-(\d{4,9})\s*", name, flags=re.IGNORECASE | re.ASCII)
    wanted = (_TABLE.year == int(found[1])) & (_TABLE.number == int(found[2])) if found else None
    row = None if wanted is None else connection.execute(_named().where(wanted)).mappings().one_or_none()
    if row is None:
        raise UsageError(f"there is no ticket {name!r}; `techhealth tickets list` names them all.")
    return row


def ticket_rows(store: Store, customer: str | None = None) -> Sequence[RowMapping]:
    """Return the tickets of a customer, or of all, the newest first."""
    wanted = _named().order_by(_TABLE.year.desc(), _TABLE.number.desc())
    return store.rows(wanted.where(whose(customer)))


def open_for(connection: Connection, customer_id: int, issue: str) -> RowMapping | None:
    """Return the ticket that is open for an issue, None if there is none."""
    mine = select(_OPEN.ticket_id).where((_OPEN.customer_id == customer_id) & (_OPEN.issue == issue))
    wanted = _named().where(_TABLE.id == mine.scalar_subquery())
    row = connection.execute(wanted).mappings().one_or_none()
    return row


def add_ticket(connection: Connection, customer_id: int, *, now: datetime, **values: object) -> RowMapping:
    """Write a ticket with the year's next number."""
    number = (connection.execute(select(func.max(_TABLE.number)).where(_TABLE.year == now.year)).scalar() or 0) + 1
    row = {"customer_id": customer_id, "year": now.year, "number": number, "state": TicketState.OPEN.value, "revision": 1, "opened_at": now}  # fmt: skip
    connection.execute(insert(tables.tickets).values({**row, **values}))
    return ticket_row(connection, name_of(now.year, number))


def change_ticket(connection: Connection, ticket: RowMapping, **values: object) -> RowMapping:
    """Change a ticket, and return its next revision."""
    values = {**values, "revision": ticket["revision"] + 1}
    connection.execute(update(tables.tickets).where(_TABLE.id == ticket["id"]).values(values))
    return ticket_row(connection, name_of(ticket["year"], ticket["number"]))


def cover(connection: Connection, ticket: RowMapping, issues: Sequence[str]) -> None:
    """Let a ticket be the open one for some issues; those of another open ticket stay with it."""
    taken = select(_OPEN.issue).where((_OPEN.customer_id == ticket["customer_id"]) & _OPEN.issue.in_(issues))
    free = set(issues) - set(connection.execute(taken).scalars())
    rows = [{"customer_id": ticket["customer_id"], "issue": issue, "ticket_id": ticket["id"]} for issue in sorted(free)]
    if rows:
        connection.execute(insert(tables.open_issues), rows)


def let_go(connection: Connection, ticket: RowMapping) -> None:
    """Let a ticket be open for no issue any more."""
    connection.execute(delete(tables.open_issues).where(_OPEN.ticket_id == ticket["id"]))


def report_of(store: Store, name: str) -> bytes | None:
    """Return the file that belongs to a ticket, None if it has none.

    Raises:
        UsageError: if there is no such ticket.
    """
    with store.reading() as connection:
        ticket = ticket_row(connection, name)
        found: bytes | None = connection.execute(select(_TABLE.report).where(_TABLE.id == ticket["id"])).scalar()
    return found


def _named() -> Select[Any]:
    columns = [column for column in tables.tickets.columns if column.name != "report"]
    return select(
        *columns, _TABLE.report.is_not(None).label("has_report"), tables.customers.c.name.label("customer")
    ).join(tables.customers, isouter=True)
