"""Tickets: a number per year without a gap, and one open ticket an issue, however many ask at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, insert, select, update

from techhealth.errors import UsageError
from techhealth.store import tables
from techhealth.store.customers import row_of
from techhealth.store.database import Store

_TABLE = tables.tickets.c


class TicketState(StrEnum):
    """Where a ticket stands; one of a forgotten customer keeps nothing but its number."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A numbered ticket about one issue of a customer; `is_new` tells that it was not open before."""

    year: int
    number: int
    issue: str
    state: TicketState
    is_new: bool

    @property
    def name(self) -> str:
        """The number as people write it.

        Examples:
            >>> Ticket(year=2026, number=142, issue="a", state=TicketState.OPEN, is_new=True).name
            'TECH-2026-0142'
        """
        return f"TECH-{self.year}-{self.number:04d}"


def open_ticket(store: Store, customer: str, *, issue: str, document: Mapping[str, object], now: datetime) -> Ticket:
    """Return the ticket of an issue: the open one with its text renewed, else a new one with the year's next number.

    Raises:
        UsageError: if the store does not know the customer.
    """
    with store.writing() as connection:
        owner = row_of(connection, customer)
        if owner is None:
            raise UsageError(f"the store knows no customer {customer!r}; `techhealth customers list` names them all.")
        mine = (_TABLE.customer_id == owner["id"]) & (_TABLE.issue == issue) & (_TABLE.state != TicketState.RESOLVED)
        before = connection.execute(select(tables.tickets).where(mine)).mappings().one_or_none()
        if before is not None:
            connection.execute(update(tables.tickets).where(_TABLE.id == before["id"]).values(document=dict(document)))
            year, number, state = before["year"], before["number"], TicketState(before["state"])
        else:
            year, state = now.year, TicketState.OPEN
            number = (connection.execute(select(func.max(_TABLE.number)).where(_TABLE.year == year)).scalar() or 0) + 1
            row = {"customer_id": owner["id"], "year": year, "number": number, "issue": issue, "state": state.value,
                   "opened_at": now, "document": dict(document)}  # fmt: skip
            connection.execute(insert(tables.tickets).values(row))
        store.note(
            connection, f"ticket {year}-{number:04d} {'renewed' if before else 'opened'}", customer_id=owner["id"]
        )
    return Ticket(year=year, number=number, issue=issue, state=state, is_new=before is None)
