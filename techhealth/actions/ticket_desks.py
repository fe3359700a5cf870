"""The help desks besides the built-in one: a mail address that opens tickets from mail, and a signed callback."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import Connection

from techhealth.actions import callback, mail, outbox
from techhealth.actions.outbox import Channel
from techhealth.actions.settings import Settings
from techhealth.actions.ticket_draft import TicketDraft
from techhealth.actions.ticket_text import ticket_text
from techhealth.assess.recovery import Recovery
from techhealth.present import words
from techhealth.store import TicketRow


class Event(StrEnum):
    """What became of a ticket."""

    OPENED = "opened"
    UPDATED = "updated"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    JUDGED = "judged"


#: What a desk that takes mail is told; where a ticket stands is that desk's own business.
_MAILED = (Event.OPENED, Event.UPDATED, Event.JUDGED)


def announce(
    connection: Connection, row: TicketRow, draft: TicketDraft, event: Event, *, settings: Settings, now: datetime,
    report: bytes | None,
) -> None:  # fmt: skip
    """Put what became of a ticket into the outbox, for each desk that is set.

    `connection` is that of the transaction which changed it, `report` the analysis report as HTML.
    """
    key = f"ticket-{row.name}-{row.revision}-{event}"
    if settings.desk_address and settings.mail_from and event in _MAILED:
        payload = _mail(row, draft, settings.mail_from, settings.desk_address, now, report)
        outbox.put(connection, key=f"{key}-mail", channel=Channel.MAIL, payload=payload, now=now, customer_id=row.customer_id)  # fmt: skip
    if settings.callback:
        payload = callback.event(f"ticket.{event}", _told(row, draft), now=now)
        outbox.put(connection, key=f"{key}-callback", channel=Channel.CALLBACK, payload=payload, now=now, customer_id=row.customer_id)  # fmt: skip


def _mail(
    row: TicketRow, draft: TicketDraft, sender: str, to: str, now: datetime, report: bytes | None
) -> str:  # fmt: skip
    thread = f"{row.name}.{row.opened_at:%Y%m%d%H%M%S%f}"  # the number alone would be some other workspace's too
    file = mail.Attachment(name=f"{row.name}.html", media="text/html", content=report) if report else None
    return mail.message(
        sender=sender, to=to, subject=f"[{row.name}] {words.sentence(draft.priority)}: {draft.subject} ({draft.customer})",
        text=_text(row, draft, attached=report is not None), id_=f"{thread}.{row.revision}", now=now,
        answers=f"{thread}.1" if row.revision > 1 else None, attached=[file] if file else [],
    )  # fmt: skip


def _text(row: TicketRow, draft: TicketDraft, *, attached: bool) -> str:
    outcome = msgspec.convert(row.outcome or (), tuple[Recovery, ...])
    return ticket_text(draft, name=row.name, attached=attached, recoveries=outcome)


def _told(row: TicketRow, draft: TicketDraft) -> dict[str, object]:
    """Return a ticket as a callback tells it; its text says all for a desk that has one field."""
    document = msgspec.to_builtins(draft)
    times = {"opened_at": row.opened_at, "acknowledged_at": row.acknowledged_at, "resolved_at": row.resolved_at}
    return {
        "ticket": row.name, "revision": row.revision, "state": row.state.value, **times, "fixed_on": row.fixed_on,
        "recoveries": row.outcome or [], **document, "text": _text(row, draft, attached=False),
    }  # fmt: skip
