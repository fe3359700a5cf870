"""All customers at a glance, from the short form of their assessments; no document is opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, func, select

from techhealth.portfolio import Account, Board, Handled, Known, Summary, WeekScore, board_of, monday
from techhealth.portfolio.rules import RULES
from techhealth.store import tables
from techhealth.store.customers import day_there
from techhealth.store.database import Store

_CUSTOMERS, _FOUND, _TICKETS = tables.customers.c, tables.assessments.c, tables.tickets.c
_ACCOUNT = tuple(item.name for item in fields(Account))
#: Values of one question to the database.
_AT_ONCE = 1000


def portfolio(store: Store, *, today: date) -> Board:
    """Return every customer of a store as of a day, the riskiest first."""
    with store.reading() as connection:
        customers, newest = _customers(connection), _newest(connection)
        known = {row["id"]: _known(row, newest.get(row["id"])) for row in customers}
        days = [one.today(today) for one in known.values() if one.last]
        weeks = _weeks(connection, since=min(days) - timedelta(weeks=RULES.weeks)) if days else {}
        tickets = _tickets(connection)
    whole = [replace(one, weeks=tuple(weeks.get(number, ()))) for number, one in known.items()]
    return board_of(whole, tickets=tickets, today=today)


def _known(row: RowMapping, newest: RowMapping | None) -> Known:
    return Known(
        account=Account(**{name: row[name] for name in _ACCOUNT}), last=day_there(row["last"], row["zone"]),
        summary=None if newest is None else _summary(newest["summary"]),
    )  # fmt: skip


def _customers(connection: Connection) -> Sequence[RowMapping]:
    columns = (_CUSTOMERS[name] for name in ("id", "zone", *_ACCOUNT))
    wanted = (
        select(*columns, func.max(tables.uploads.c.last).label("last"))
        .join(tables.uploads, tables.uploads.c.customer_id == _CUSTOMERS.id, isouter=True).group_by(_CUSTOMERS.id)
    )  # fmt: skip
    return connection.execute(wanted).mappings().all()


def _newest(connection: Connection) -> dict[int, RowMapping]:
    """Return the newest assessment of each customer in short."""
    place = func.row_number().over(partition_by=_FOUND.customer_id, order_by=(_FOUND.as_of.desc(), _FOUND.id.desc()))
    ranked = select(_FOUND.id, place.label("place")).subquery()
    wanted = (
        select(_FOUND.customer_id, _FOUND.as_of, _FOUND.summary)
        .join(ranked, ranked.c.id == _FOUND.id).where(ranked.c.place == 1)
    )  # fmt: skip
    return {row["customer_id"]: row for row in connection.execute(wanted).mappings()}


def _weeks(connection: Connection, *, since: date) -> dict[int, list[WeekScore]]:
    """Return the scores of each customer's weeks, of each the one that was found last.

    Of the assessments of one week the newest tells all that the others do, so that daily uploads cost no more.
    """
    wanted = select(_FOUND.id, _FOUND.customer_id, _FOUND.as_of).where(_FOUND.as_of >= since)
    telling = {(one.customer_id, monday(one.as_of)): one.id for one in connection.execute(wanted.order_by(_FOUND.as_of, _FOUND.id))}  # fmt: skip
    found: dict[int, dict[date, WeekScore]] = defaultdict(dict)
    for customer, summary in _summaries(connection, sorted(telling.values())):
        found[customer] |= {week.monday: week for week in _summary(summary).weeks}
    return {customer: list(weeks.values()) for customer, weeks in found.items()}


def _summaries(connection: Connection, ids: Sequence[int]) -> Iterable[tuple[int, bytes]]:
    """Yield customers with the summaries of some assessments, oldest first."""
    for start in range(0, len(ids), _AT_ONCE):
        mine = _FOUND.id.in_(ids[start : start + _AT_ONCE])
        wanted = select(_FOUND.customer_id, _FOUND.summary).where(mine).order_by(_FOUND.as_of, _FOUND.id)
        yield from ((row.customer_id, row.summary) for row in connection.execute(wanted))


def _tickets(connection: Connection) -> list[Handled]:
    """Return the tickets in short; a ticket was flagged when the first of its issues was."""
    wanted = select(_TICKETS.opened_at, _TICKETS.resolved_at, _TICKETS.customer_reported_on, _TICKETS.document)
    rows = connection.execute(wanted.where(_TICKETS.customer_id.is_not(None))).all()
    return [
        Handled(
            flagged_on=min(_flagged(row.document), default=None), reported_on=row.customer_reported_on,
            opened_at=row.opened_at, resolved_at=row.resolved_at,
        )
        for row in rows
    ]  # fmt: skip


def _flagged(document: Mapping[str, Any] | None) -> list[date]:
    """Return the days on which the issues of a ticket were first flagged, as far as it names them."""
    issues = (document or {}).get("issues") or ()
    return [date.fromisoformat(one["first_flagged_on"]) for one in issues if one.get("first_flagged_on")]


def _summary(content: bytes) -> Summary:
    return msgspec.json.decode(content, type=Summary)
