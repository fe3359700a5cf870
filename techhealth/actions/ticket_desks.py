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
from techhealth.actions.ticket_kept import Ticket
from techhealth.actions.ticket_text import ticket_text
from techhealth.present import words


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
    connection: Connection, ticket: Ticket, draft: TicketDraft, event: Event, *, customer_id: int | None, settings: Settings,
    now: datetime, report: bytes | None,
) -> None:  # fmt: skip
    """Put what became of a ticket into the outbox, for each desk that is set.

    `connection` is that of the transaction which changed it, `report` the analysis report as HTML.
    """
    key = f"ticket-{ticket.name}-{ticket.revision}-{event}"
    if settings.desk_address and settings.mail_from and event in _MAILED:
        payload = _mail(ticket, draft, settings.mail_from, settings.desk_address, now, report)
        outbox.put(connection, key=f"{key}-mail", channel=Channel.MAIL, payload=payload, now=now, customer_id=customer_id)  # fmt: skip
    if settings.callback:
        payload = callback.event(f"ticket.{event}", _told(ticket, draft), now=now)
        outbox.put(connection, key=f"{key}-callback", channel=Channel.CALLBACK, payload=payload, now=now, customer_id=customer_id)  # fmt: skip


def _mail(
    ticket: Ticket, draft: TicketDraft, sender: str, to: str, now: datetime, report: bytes | None
) -> str:  # fmt: skip
    thread = f"{ticket.name}.{ticket.opened_at:%Y%m%d%H%M%S%f}"  # the number alone would be some other workspace's too
    file = mail.Attachment(name=f"{ticket.name}.html", media="text/html", content=report) if report else None
    return mail.message(
        sender=sender, to=to, subject=f"[{ticket.name}] {words.sentence(draft.priority)}: {draft.subject} ({draft.customer})",
        text=_text(ticket, draft, attached=report is not None), id_=f"{thread}.{ticket.revision}", now=now,
        answers=f"{thread}.1" if ticket.revision > 1 else None, attached=[file] if file else [],
    )  # fmt: skip


def _text(ticket: Ticket, draft: TicketDraft, *, attached: bool) -> str:
    return ticket_text(draft, name=ticket.name, attached=attached, recoveries=ticket.recoveries)


def _told(ticket: Ticket, draft: TicketDraft) -> dict[str, object]:
    """Return a ticket as a callback tells it; its text says all for a desk that has one field."""
    document = msgspec.to_builtins(draft)
    times = {
        "opened_at": ticket.opened_at,
        "acknowledged_at": ticket.acknowledged_at,
        "resolved_at": ticket.resolved_at,
    }
    return {
        "ticket": ticket.name, "revision": ticket.revision, "state": ticket.state.value, **times, "fixed_on": ticket.fixed_on,
        "recoveries": msgspec.to_builtins(ticket.recoveries), **document, "text": _text(ticket, draft, attached=False),
    }  # fmt: skip
