"""A ticket as it stands, read from its row in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import RowMapping

from techhealth.actions.ticket_draft import TicketDraft
from techhealth.assess.recovery import Recovery
from techhealth.store import TicketState
from techhealth.store.tickets import name_of


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


def draft_of(row: RowMapping) -> TicketDraft:
    """Return what the ticket of a row says."""
    return msgspec.convert(row["document"], TicketDraft)


def ticket_in(row: RowMapping) -> Ticket:
    """Return the ticket of a row."""
    dated = ("opened_at", "acknowledged_at", "resolved_at", "fixed_on", "customer_reported_on")
    return Ticket(
        name=name_of(row["year"], row["number"]), state=TicketState(row["state"]), revision=row["revision"], customer=row["customer"],
        draft=None if row["document"] is None else draft_of(row), has_report=bool(row["has_report"]),
        recoveries=msgspec.convert(row["outcome"] or (), tuple[Recovery, ...]), **{name: row[name] for name in dated},
    )  # fmt: skip
