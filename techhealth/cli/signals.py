"""The part of the command line that keeps the risk signals of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from techhealth.cli.store import acting, acts_on, whom, within
from techhealth.cli.telling import as_json, listed, shown, shown_facts, shown_table, write
from techhealth.errors import UsageError

if TYPE_CHECKING:
    from techhealth.actions.settings import Settings
    from techhealth.actions.signal import RaisedSignal
    from techhealth.store import Store

_COLUMNS = ("Customer", "As of", "Risk", "Score", "Overall", "Issues")


@click.group()
def signals() -> None:
    """See and renew the risk signals of a workspace's customers."""


@signals.command("list")
@as_json
@within
def list_(as_json: bool, store: Store) -> None:
    """Show how every customer stands, the highest risk first.

    \b
    techhealth signals list
    """
    from techhealth.actions.signal import signals as all_of
    from techhealth.model import RiskLevel

    newest_of: dict[str, RaisedSignal] = {}
    for one in all_of(store):
        newest_of.setdefault(one.signal.customer, one)
    found = sorted(newest_of.values(), key=lambda one: (-list(RiskLevel).index(one.signal.level), one.signal.customer))
    nothing = "No signal yet; techhealth signals update CUSTOMER raises one."
    listed(found, lambda: _show(*found), nothing=nothing, as_json=as_json)


@signals.command("show")
@click.argument("customer")
@as_json
@within
def show(customer: str, as_json: bool, store: Store) -> None:
    """Show the signals of one customer, the newest first.

    \b
    techhealth signals show "Acme Corp"
    """
    from techhealth.actions.signal import signals as all_of

    customer = whom(store, customer)
    found = all_of(store, customer)
    if not found:
        raise UsageError(f"there is no signal of {customer!r}; techhealth signals update CUSTOMER raises one.")
    write(found) if as_json else _explain(*found)


@signals.command("update")
@click.argument("customer")
@acting
def update(customer: str, as_json: bool, store: Store, settings: Settings) -> bool:
    """Raise the signal of the newest analysis of a customer.

    Where a callback is set it is told what changed.

    \b
    techhealth signals update "Acme Corp"
    """
    raised = acts_on(store, customer, settings).raise_signal()
    write(raised) if as_json else _explain(raised)
    return True


def _show(*found: RaisedSignal) -> None:
    shown_table(_COLUMNS, [_standing(one) for one in found], _COLUMNS[3:])


def _standing(one: RaisedSignal) -> tuple[str, ...]:
    signal, overall = one.signal, one.signal.overall
    health = f"{shown(overall.before)} → {shown(overall.after)}"
    return (signal.customer, str(signal.as_of), signal.level, shown(signal.score), health, str(len(signal.issues)))


def _explain(newest: RaisedSignal, *before: RaisedSignal) -> None:
    """Show signals, and of the newest why the risk and the overall score are what they are, and what changed."""
    _show(newest, *before)
    signal = newest.signal
    click.echo()
    shown_facts([
        ("Overall", signal.overall.reason),
        *(("Factor", f"{factor.factor} ({factor.level}): {factor.impact}") for factor in signal.factors),
        *(("Changed", change) for change in newest.changes),
    ])  # fmt: skip
