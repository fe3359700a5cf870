"""What every command of a workspace shares: its options, its store, the newest analysis of a customer, and how it acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from techhealth.cli.telling import as_json, say
from techhealth.errors import UsageError

if TYPE_CHECKING:
    from techhealth.actions.settings import Settings
    from techhealth.model import Assessment
    from techhealth.policy import Policy
    from techhealth.server.acts import Acts
    from techhealth.store import Store
    from techhealth.usage.events import Usage

Command = Callable[..., Any]


def storing(command: Command) -> Command:
    """Add the option of every command that stores."""
    return click.option(
        "--store", "store_url", metavar="URL", envvar="TECHHEALTH_STORE", show_envvar=True,
        help="A PostgreSQL database, postgresql+psycopg://…, instead of the SQLite in the workspace.",
    )(command)  # fmt: skip


def placed(command: Command) -> Command:
    """Add the options that name a store."""
    return click.option(
        "--workspace", default="workspace", show_default=True, metavar="DIR", envvar="TECHHEALTH_WORKSPACE",
        show_envvar=True, help="The folder of the store.",
    )(storing(command))  # fmt: skip


def within(command: Command) -> Command:
    """Add the options that name a store, and give the command the `store`."""

    @placed
    @wraps(command)
    def opened(*, workspace: str, store_url: str | None, **options: Any) -> Any:
        return command(store=store_of(workspace, store_url), **options)

    return opened


def acting(command: Command) -> Command:
    """Let a command act on a `store` with the `settings` of the environment; where it says that it did, what is due leaves."""

    @as_json
    @within
    @wraps(command)
    def acted(*, store: Store, **options: Any) -> None:
        from techhealth.actions.settings import Settings

        settings = Settings.from_environment()
        if command(store=store, settings=settings, **options):
            sent(store, settings)

    return acted


def store_of(workspace: str, url: str | None) -> Store:
    """Return the store of a workspace, made where it is missing and swept of what a crash left.

    Raises:
        UsageError: if it cannot be opened.
    """
    from techhealth.store import connect, sweep

    store = connect(Path(workspace), url, who="command line")
    sweep(store)
    return store


def sent(store: Store, settings: Settings) -> bool:
    """Send what is due and say on standard error how it went; return whether anything was."""
    from techhealth.actions.outbox import deliver
    from techhealth.actions.senders import senders

    found = deliver(store, senders(settings), now=datetime.now(UTC))
    for one in found:
        say(f"{one.channel}: {one.state.replace('_', ' ')} ({one.said})", err=True)
    return bool(found)


def whom(store: Store, asked: str) -> str:
    """Return the customer of a store whom somebody means by a name, or by its beginning.

    Raises:
        UsageError: if it knows none or several.
    """
    from techhealth.server.names import named
    from techhealth.store import listed

    found = named(asked, [one.customer.name for one in listed(store)])
    if found is None:
        raise UsageError(f"the store knows no customer {asked!r}; techhealth analyze FILE --workspace DIR stores one.")
    return found


def acts_on(store: Store, customer: str, settings: Settings, *, today: date | None = None) -> Acts:
    """Return what can be done about the newest analysis of a customer, as it reads on a day; None: today.

    Raises:
        UsageError: if there is no such customer, or nothing of it was analyzed.
    """
    from techhealth.server.acts import Acts
    from techhealth.server.kept import as_it_stands
    from techhealth.server.uploaded import policy_for
    from techhealth.store import newest_assessment

    customer = whom(store, customer)
    found = newest_assessment(store, customer)
    if found is None:
        raise UsageError(f"nothing was analyzed for {customer!r}; techhealth analyze FILE --workspace DIR does.")
    policy = policy_for(store, found.generated_for.customer)
    found = as_it_stands(store, found, today=today or datetime.now(UTC).date())
    return Acts(store=store, assessment=found, policy=policy, settings=lambda: settings)


def within_history(
    store: Store, read: Callable[[Policy], Usage], policy: Policy, *, named: bool, once: bool, as_of: date | None
) -> tuple[Assessment, Policy]:
    """Return the assessment of what is read within the history of its customer, where it is stored, and its policy.

    Args:
        store: where to store it.
        read: reads the files in the zone and with the names of a policy.
        policy: of the command line.
        named: whether that is a policy of its own; else the workspace's for the customer is used, in the same zone.
        once: whether the files can be read only once.
        as_of: the day as of which to judge.

    Raises:
        UsageError: if the workspace cannot be written.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from techhealth.server.kept import kept, owner
    from techhealth.store.database import why

    usage = read(policy)
    own = _own(store, policy, owner(usage, policy), named=named)
    if (own.timezone, own.rename) != (policy.timezone, policy.rename) and not once:
        usage = read(own)
    try:
        return kept(store, usage, own, as_of=as_of)[1], own
    except (OSError, SQLAlchemyError) as error:
        raise UsageError(
            f"cannot write the workspace {store.folder} ({why(error)}); free space or name another one."
        ) from None


def _own(store: Store, policy: Policy, customer: str, *, named: bool) -> Policy:
    """Return the policy of a customer: the named one, else the workspace's in the zone that was asked for."""
    from techhealth.policy import Policy
    from techhealth.server.uploaded import policy_for
    from techhealth.store import judged_by

    if named:
        return judged_by(store, policy, customer)
    own = policy_for(store, customer)
    return own if policy.timezone == Policy().timezone else replace(own, timezone=policy.timezone)
