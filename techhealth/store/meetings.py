"""Technical calls as they are stored: one planned call about the same issues of a customer, however often it is changed.

What a call says is a document that this room does not read. Every change happens on a connection that holds the store
alone, so that the invitations to be sent are there with it or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from techhealth.errors import UsageError
from techhealth.store import tables
from techhealth.store.customers import whose
from techhealth.store.database import Store

_TABLE = tables.meetings.c


class MeetingState(StrEnum):
    """Whether a call is to take place."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


def meeting_row(connection: Connection, uid: str) -> RowMapping:
    """Return one call.

    Raises:
        UsageError: if there is none of this id.
    """
    row = connection.execute(_named().where(_TABLE.uid == uid)).mappings().one_or_none()
    if row is None:
        raise UsageError(f"there is no call {uid!r}; `techhealth meetings list` names them all.")
    return row


def meeting_rows(store: Store, customer: str | None = None) -> Sequence[RowMapping]:
    """Return the calls of a customer, or of all, the latest first."""
    wanted = _named().order_by(_TABLE.starts_at.desc(), _TABLE.id.desc())
    return store.rows(wanted.where(whose(customer)))


def planned_row(connection: Connection, customer: str, issues: str, *, now: datetime) -> RowMapping | None:
    """Return the call about some issues that is still to come, None if there is none."""
    mine = whose(customer) & (_TABLE.issues == issues)
    ahead = (_TABLE.state == MeetingState.PLANNED.value) & (_TABLE.starts_at > now)
    row = connection.execute(_named().where(mine & ahead).order_by(_TABLE.starts_at)).mappings().first()
    return row


def add_meeting(connection: Connection, customer_id: int, *, uid: str, **values: object) -> RowMapping:
    """Write a call that is planned for the first time."""
    row = {"customer_id": customer_id, "uid": uid, "sequence": 0, "state": MeetingState.PLANNED.value}
    connection.execute(insert(tables.meetings).values({**row, **values}))
    return meeting_row(connection, uid)


def change_meeting(connection: Connection, meeting: RowMapping, **values: object) -> RowMapping:
    """Change a call, and return it as it stands then, its sequence counted on."""
    counted = {**values, "sequence": meeting["sequence"] + 1}
    connection.execute(update(tables.meetings).where(_TABLE.id == meeting["id"]).values(counted))
    return meeting_row(connection, meeting["uid"])


def _named() -> Select[Any]:
    return select(tables.meetings, tables.customers.c.name.label("customer")).join(tables.customers)
