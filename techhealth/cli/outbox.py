"""The part of the command line that sends what is to leave the house, and says what has not left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from techhealth.cli.store import sent, within
from techhealth.cli.telling import entries, listed, say

if TYPE_CHECKING:
    from techhealth.actions.outbox import Entry
    from techhealth.store import Store


@click.group()
def outbox() -> None:
    """See and send mails, callbacks and calendar entries."""


@outbox.command("list")
@click.option("--all", "every", is_flag=True, help="Also what was sent.")
@within
def waiting(every: bool, store: Store) -> None:
    """Name what has not left, and why.

    An unconfirmed one may have arrived and is not sent again by itself; `techhealth outbox send --again KEY` does.

    \b
    techhealth outbox list
    """
    from techhealth.actions.outbox import entries as all_of
    from techhealth.actions.outbox import pending

    found = (all_of if every else pending)(store)
    nothing = "Nothing was ever to be sent." if every else "Everything has left."
    listed(found, lambda: entries((one.key, _standing(one)) for one in found), nothing=nothing)


@outbox.command("send")
@click.option("--again", "key", metavar="KEY", help="Send this one now, though it is unconfirmed, given up or not due yet.")  # fmt: skip
@within
def send(key: str | None, store: Store) -> None:
    """Send what is due; run it every few minutes.

    \b
    techhealth outbox send
    techhealth outbox send --again ticket-TECH-2026-0142-1-opened-mail
    """
    from techhealth.actions.outbox import again, pending
    from techhealth.actions.settings import Settings

    settings = Settings.from_environment()
    if key is not None:
        again(store, key, now=datetime.now(UTC))
    if not sent(store, settings):
        say("Nothing is due; techhealth outbox list names what waits." if pending(store) else "Nothing is due.")


def _standing(one: Entry) -> str:
    """Return how an entry stands: its way, its state, how often it was tried, when it is next, and what was said last."""
    from techhealth.actions.outbox import EntryState
    from techhealth.figures import count

    tried = count(one.attempts, "try", plural="tries")
    due = f", next at {one.due_at:%Y-%m-%d %H:%M:%S} UTC" if one.state is EntryState.WAITING else ""
    return f"{one.channel}, {one.state.replace('_', ' ')}: {tried}{due}{f'; {one.said}' if one.said else ''}"
