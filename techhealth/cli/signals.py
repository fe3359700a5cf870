"""The part of the command line that keeps the risk signals of customers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from techhealth.cli.outbox import sent
from techhealth.cli.store import shown, shown_table, store_of, within
from techhealth.cli.tickets import as_json as _as_json
from techhealth.cli.tickets import newest, write
from techhealth.errors import UsageError
from techhealth.output import has_color, width

if TYPE_CHECKING:
    from techhealth.actions.signal import RaisedSignal


@click.group()
def signals() -> None:
    """See and renew the risk signals of a workspace's customers."""


@signals.command("list")
@_as_json
@within
def list_(as_json: bool, workspace: str, store_url: str | None) -> None:
    """Show how every customer stands, the highest risk first.

    \b
    techhealth signals list
    """
    from techhealth.actions.signal import signals as all_of
    from techhealth.model import RiskLevel

    newest_of: dict[str, RaisedSignal] = {}
    for one in all_of(store_of(workspace, store_url)):
        newest_of.setdefault(one.signal.customer, one)
    found = sorted(newest_of.values(), key=lambda one: (-list(RiskLevel).index(one.signal.level), one.signal.customer))
    if as_json:
        write(found)
        return
    if not found:
        click.echo("No signal yet; techhealth signals update CUSTOMER raises one.")
        return
    columns = ("Customer", "As of", "Risk", "Technical", "Overall before", "Overall", "Issues")
    shown_table(columns, [(one.signal.customer, *_standing(one)) for one in found], columns[3:])


@signals.command("show")
@click.argument("customer")
@_as_json
@within
def show(customer: str, as_json: bool, workspace: str, store_url: str | None) -> None:
    """Show the signals of one customer, the newest first, with what changed.

    \b
    techhealth signals show "Acme Corp"
    """
    from techhealth.actions.signal import signals as all_of

    found = all_of(store_of(workspace, store_url), customer)
    if not found:
        raise UsageError(f"there is no signal of {customer!r}; techhealth signals update CUSTOMER raises one.")
    if as_json:
        write(found)
        return
    columns = ("As of", "Risk", "Technical", "Overall before", "Overall", "Issues")
    shown_table(columns, [_standing(one) for one in found], columns[2:])
    _explain(found[0])


@signals.command("update")
@click.argument("customer")
@_as_json
@within
def update(customer: str, as_json: bool, workspace: str, store_url: str | None) -> None:
    """Raise the signal of the newest analysis of a customer, and tell the callback what changed.

    \b
    techhealth signals update "Acme Corp"
    """
    from techhealth.actions.settings import Settings
    from techhealth.actions.signal import of, raise_
    from techhealth.store import customer_of

    settings, store = Settings.from_environment(), store_of(workspace, store_url)
    found, policy = newest(store, customer)
    known = customer_of(store, customer)
    assert known is not None  # it has an analysis
    raised = raise_(store, customer, of(found, known, policy), now=datetime.now(UTC), settings=settings)
    if as_json:
        write(raised)
    else:
        columns = ("As of", "Risk", "Technical", "Overall before", "Overall", "Issues")
        shown_table(columns, [_standing(raised)], columns[2:])
        _explain(raised)
    sent(store)


def _standing(one: RaisedSignal) -> tuple[str, ...]:
    signal = one.signal
    score, before, after = (shown(value) for value in (signal.score, signal.overall.before, signal.overall.after))
    return (str(signal.as_of), signal.level.value, score, before, after, str(len(signal.issues)))


def _explain(one: RaisedSignal) -> None:
    """Say why the risk and the overall score are what they are, and what changed."""
    from techhealth.present.terminal import facts, harmless_text, printed

    signal = one.signal
    lines = [
        ("Overall", signal.overall.reason),
        *(("Factor", f"{factor.factor} ({factor.level}): {factor.impact}") for factor in signal.factors),
        *(("Changed", change) for change in one.changes),
    ]
    safe = ((label, harmless_text(text)) for label, text in lines)
    click.echo(printed([facts(safe)], width=width(), color=has_color()), nl=False)
