"""What is to leave the house: written down with what caused it, then sent once, and tried again only where it surely failed.

Before an attempt an entry is marked as unconfirmed, after it as sent, or as waiting for the next try. Whoever dies in
between, or never hears the answer, leaves it unconfirmed: it may have arrived, so that it is not sent again by itself. It
stays in sight until somebody says `again`; it then leaves with the same Message-ID or webhook-id, by which a receiver
that has it already can drop it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, true, update

from techhealth.errors import TechHealthError, UsageError
from techhealth.store import Store, tables

_TABLE = tables.outbox.c
#: Pauses after the first failed attempt, the second ... Source: Standard Webhooks, "Deliverability and reliability".
PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
_LONGEST_REASON = 300
#: Stands while an attempt lasts, and for good where it never comes back.
_CUT_SHORT = "the attempt did not come to its end"


class Channel(StrEnum):
    """The way something leaves: a mail (one RFC 5322 message), a signed callback (JSON), a calendar (CalDAV)."""

    MAIL = "mail"
    CALLBACK = "callback"
    CALENDAR = "calendar"


class EntryState(StrEnum):
    """Where an entry stands; an unconfirmed one may have arrived, one that is given up did not."""

    WAITING = "waiting"
    UNCONFIRMED = "unconfirmed"
    SENT = "sent"
    GIVEN_UP = "given_up"


class NotSentError(TechHealthError):
    """The other side surely did not take it; `final` says that it never will."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class NoAnswerError(TechHealthError):
    """The other side may have taken it, but did not say so."""


#: Sends one payload and returns what the other side said. Raises NotSentError or NoAnswerError.
Sender = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to be sent; `said` is the last answer or failure, `due_at` when it is tried next if it is waiting."""

    key: str
    channel: Channel
    state: EntryState
    attempts: int
    put_at: datetime
    due_at: datetime
    said: str | None


def put(
    connection: Connection, *, key: str, channel: Channel, payload: str, now: datetime, customer_id: int | None
) -> None:
    """Write down what is to be sent, in the transaction of its cause; a key that is there already stays as it is.

    `key` names it for good: the same thing to be sent has the same one. It is erased with its customer; None: nobody's.
    """
    if connection.execute(select(_TABLE.id).where(_TABLE.key == key)).scalar() is None:
        row = {"key": key, "channel": channel.value, "payload": payload, "state": EntryState.WAITING.value, "attempts": 0,
               "put_at": now, "due_at": now, "customer_id": customer_id}  # fmt: skip
        connection.execute(insert(tables.outbox).values(row))


def deliver(store: Store, senders: Mapping[Channel, Sender], *, now: datetime) -> tuple[Entry, ...]:
    """Send what is due, oldest first, and return how each of it stands; channels without a sender wait.

    Any number of processes may do so at once: each entry is taken by one of them.
    """
    found = []
    while (taken := _take(store, senders, now)) is not None:
        found.append(_attempt(store, taken, senders, now))
    return tuple(found)


def pending(store: Store) -> tuple[Entry, ...]:
    """Return what has not surely left, oldest first."""
    return _entries(store, _TABLE.state != EntryState.SENT)


def entries(store: Store) -> tuple[Entry, ...]:
    """Return everything that was ever to be sent, oldest first."""
    return _entries(store, true())


def again(store: Store, key: str, *, now: datetime) -> None:
    """Let something be tried again that is unconfirmed, given up or waits for a later time.

    Raises:
        UsageError: if there is no such entry, or it was sent.
    """
    with store.writing() as connection:
        row = connection.execute(select(tables.outbox).where(_TABLE.key == key)).mappings().one_or_none()
        if row is None or row["state"] == EntryState.SENT:
            why = "is not there" if row is None else "was sent already"
            raise UsageError(f"{key!r} {why}; `techhealth outbox list` names what has not left.")
        values = {"state": EntryState.WAITING.value, "due_at": now, "attempts": 0}
        connection.execute(update(tables.outbox).where(_TABLE.id == row["id"]).values(values))
        store.note(connection, f"outbox {row['id']} to be sent again", customer_id=row["customer_id"])


def _take(store: Store, senders: Mapping[Channel, Sender], now: datetime) -> RowMapping | None:
    """Take the next entry that is due: from here on it counts as unconfirmed."""
    due = (_TABLE.state == EntryState.WAITING) & (_TABLE.due_at <= now) & _TABLE.channel.in_(list(senders))
    with store.writing() as connection:
        wanted = select(tables.outbox).where(due).order_by(_TABLE.due_at, _TABLE.id).limit(1)
        row = connection.execute(wanted).mappings().one_or_none()
        if row is not None:
            values = {"state": EntryState.UNCONFIRMED.value, "attempts": row["attempts"] + 1, "said": _CUT_SHORT}
            connection.execute(update(tables.outbox).where(_TABLE.id == row["id"]).values(values))
    return row


def _attempt(store: Store, taken: RowMapping, senders: Mapping[Channel, Sender], now: datetime) -> Entry:
    values: dict[str, object]
    attempts = taken["attempts"] + 1
    try:
        said = senders[Channel(taken["channel"])](taken["payload"])
        values = {"state": EntryState.SENT.value, "payload": "", "said": said}
    except NotSentError as error:
        ended = error.final or attempts > len(PAUSES)
        state = EntryState.GIVEN_UP if ended else EntryState.WAITING
        due = taken["due_at"] if ended else now + PAUSES[attempts - 1]
        values = {"state": state.value, "due_at": due, "said": str(error)[:_LONGEST_REASON]}
    except NoAnswerError as error:
        values = {"said": str(error)[:_LONGEST_REASON]}
    with store.writing() as connection:
        mine = (_TABLE.id == taken["id"]) & (_TABLE.attempts == attempts) & (_TABLE.state == EntryState.UNCONFIRMED)
        connection.execute(update(tables.outbox).where(mine).values(values))
        what = f"outbox {taken['id']} by {taken['channel']}: {values.get('state', 'unconfirmed')}, attempt {attempts}"
        store.note(connection, what, customer_id=taken["customer_id"])
    (found,) = _entries(store, _TABLE.id == taken["id"]) or (_entry({**taken, "attempts": attempts, **values}),)
    return found


def _entries(store: Store, which: ColumnElement[bool]) -> tuple[Entry, ...]:
    wanted = select(tables.outbox).where(which).order_by(_TABLE.put_at, _TABLE.id)
    with store.reading() as connection:
        return tuple(_entry(row) for row in connection.execute(wanted).mappings())


def _entry(row: Mapping[str, object] | RowMapping) -> Entry:
    named = {name: row[name] for name in Entry.__dataclass_fields__}
    return Entry(**{**named, "channel": Channel(row["channel"]), "state": EntryState(row["state"])})  # type: ignore[arg-type]
