"""The part of the command line that sends what is to leave the house, and says what has not left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from techhealth.cli.store import store_of, within

if TYPE_CHECKING:
    from techhealth.actions.outbox import Entry
    from techhealth.store import Store


@click.group()
def outbox() -> None:
    """See and send what is to leave the house: mails, callbacks, calendar entries."""


@outbox.command("list")
@click.option("--all", "every", is_flag=True, help="Also what was sent.")
@within
def waiting(every: bool, workspace: str, store_url: str | None) -> None:
    """Name what has not left, and why.

    An unconfirmed one may have arrived and is not sent again by itself; `techhealth outbox send --again KEY` does.

    \b
    techhealth outbox list
    """
    from techhealth.actions.outbox import entries, pending
    from techhealth.present.terminal import harmless_text

    store = store_of(workspace, store_url)
    found = (entries if every else pending)(store)
    if not found:
        click.echo("Nothing was ever to be sent." if every else "Everything has left.")
        return
    for one in found:
        click.echo(f"{one.key}\n    {harmless_text(_standing(one))}")


@outbox.command("send")
@click.option("--again", "key", metavar="KEY", help="Send this one now, though it is unconfirmed, given up or not due yet.")  # fmt: skip
@within
def send(key: str | None, workspace: str, store_url: str | None) -> None:
    """Send what is due; run it every few minutes.

    \b
    techhealth outbox send
    techhealth outbox send --again ticket-TECH-2026-0142-1-opened-mail
    """
    from techhealth.actions.outbox import again

    store = store_of(workspace, store_url)
    if key is not None:
        again(store, key, now=datetime.now(UTC))
    if not sent(store):
        click.echo("Nothing is due.")


def _standing(one: Entry) -> str:
    """Return how an entry stands: its way, its state, how often it was tried, when it is next, and what was said last."""
    from techhealth.actions.outbox import EntryState
    from techhealth.figures import count

    tried = count(one.attempts, "try", plural="tries")
    due = f", next at {one.due_at:%Y-%m-%d %H:%M:%S} UTC" if one.state is EntryState.WAITING else ""
    return f"{one.channel}, {one.state.replace('_', ' ')}: {tried}{due}{f'; {one.said}' if one.said else ''}"


def sent(store: Store) -> bool:
    """Send what is due and say on standard error how it went; return whether anything was."""
    from techhealth.actions.outbox import deliver
    from techhealth.actions.senders import senders
    from techhealth.actions.settings import Settings

    found = deliver(store, senders(Settings.from_environment()), now=datetime.now(UTC))
    for one in found:
        click.echo(f"{one.channel}: {one.state.replace('_', ' ')} ({one.said})", err=True)
    return bool(found)
