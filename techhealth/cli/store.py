"""The part of the command line that stores: an analysis within its history, and the customers of a workspace."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from techhealth.errors import UsageError
from techhealth.output import has_color, width

if TYPE_CHECKING:
    from techhealth.model import Assessment
    from techhealth.policy import Policy
    from techhealth.store import Store
    from techhealth.usage.events import Usage

_NONE = "–"


def storing(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option of every command that stores."""
    return click.option(
        "--store", "store_url", metavar="URL", envvar="TECHHEALTH_STORE", show_envvar=True,
        help="A PostgreSQL database, postgresql+psycopg://…, instead of the SQLite in the workspace.",
    )(command)  # fmt: skip


def store_of(workspace: str, url: str | None) -> Store:
    """Return the store of a workspace, made where it is missing and swept of what a crash left.

    Raises:
        UsageError: if it cannot be opened.
    """
    from techhealth.store import connect, sweep

    store = connect(Path(workspace), url, who="command line")
    sweep(store)
    return store


def within_history(
    read: Callable[[Policy], Usage], policy: Policy, *, named: bool, once: bool, workspace: str | None, url: str | None,
    as_of: date | None,
) -> tuple[Assessment, Policy]:  # fmt: skip
    """Return the assessment of what is read, and its policy; where a workspace is named it is stored there, and judged within its history.

    Args:
        read: reads the files in the zone and with the names of a policy.
        policy: of the command line.
        named: whether that is a policy of its own; else the workspace's for the customer is used, in the same zone.
        once: whether the files can be read only once.
        workspace: a folder.
        url: the database, where it is not the one in the folder.
        as_of: the day as of which to judge.

    Raises:
        UsageError: if the workspace cannot be written.
    """
    if not workspace:
        from techhealth.assess import assess

        return assess(read(policy), policy=policy, as_of=as_of), policy
    from sqlalchemy.exc import SQLAlchemyError

    from techhealth.server.kept import kept, owner

    store, usage = store_of(workspace, url), read(policy)
    own = _own(store, policy, owner(usage, policy), named=named)
    if (own.timezone, own.rename) != (policy.timezone, policy.rename) and not once:
        usage = read(own)
    try:
        return kept(store, usage, own, as_of=as_of)[1], own
    except (OSError, SQLAlchemyError) as error:
        why = str(getattr(error, "strerror", None) or getattr(error, "orig", error)).splitlines()[0]
        raise UsageError(f"cannot write the workspace {workspace} ({why}); free space or name another one.") from None


def _own(store: Store, policy: Policy, customer: str, *, named: bool) -> Policy:
    """Return the policy of a customer: the named one, else the workspace's in the zone that was asked for."""
    from techhealth.policy import Policy
    from techhealth.server.policies import for_customer, policies_in, policy_files
    from techhealth.store import judged_by

    if named:
        return judged_by(store, policy, customer)
    own = for_customer(policies_in(policy_files(store.folder), store), customer, store)
    return own if policy.timezone == Policy().timezone else replace(own, timezone=policy.timezone)


def within(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name a store."""
    return click.option(
        "--workspace", default="workspace", show_default=True, metavar="DIR", envvar="TECHHEALTH_WORKSPACE",
        show_envvar=True, help="The folder of the store.",
    )(storing(command))  # fmt: skip


@click.group()
def customers() -> None:
    """See, import and forget the customers of a workspace."""


@customers.command("list")
@within
def list_(workspace: str, store_url: str | None) -> None:
    """Name every customer, with what is stored of it.

    \b
    techhealth customers list --workspace workspace
    """
    from techhealth.store import listed

    rows = [
        (one.customer.name, shown(one.score and round(one.score)), str(one.uploads), shown(one.last),
         shown(one.customer.segment), shown(one.customer.renewal_on))
        for one in listed(store_of(workspace, store_url))
    ]  # fmt: skip
    if not rows:
        click.echo("No customer is stored here yet; techhealth analyze FILE --workspace DIR stores one.")
        return
    shown_table(("Customer", "Score", "Uploads", "Last day", "Segment", "Renewal"), rows, ("Score", "Uploads"))


@customers.command("show")
@click.argument("name")
@within
def show(name: str, workspace: str, store_url: str | None) -> None:
    """Show what is known of one customer, and its uploads.

    \b
    techhealth customers show Globex
    """
    from techhealth.present.terminal import facts, harmless_text, printed
    from techhealth.store import customer_of, uploads_of

    store = store_of(workspace, store_url)
    found = customer_of(store, name)
    if found is None:
        raise UsageError(f"the store knows no customer {name!r}; `techhealth customers list` names them all.")
    people = "; ".join(f"{one.name} ({one.role})" for one in found.contacts)
    limits = "; ".join(f"{integration} {limit:,.0f} ms" for integration, limit in found.sla_ms.items())
    known = (
        ("Customer", found.name), ("Zone", found.zone), ("Segment", found.segment), ("Annual revenue", shown(found.annual_revenue)),
        ("Renewal", shown(found.renewal_on)), ("Health score", shown(found.health_score)), ("Contacts", people), ("SLA, P95", limits),
    )  # fmt: skip
    safe = ((label, harmless_text(text)) for label, text in known if text and text != _NONE)
    click.echo(printed([facts(safe, by=0)], width=width(), color=has_color()), nl=False)
    uploads = [
        (f"{one.first:%Y-%m-%d}", f"{one.last:%Y-%m-%d}", f"{one.events:,}", f"{one.repeated:,}", ", ".join(file.name for file in one.receipt.files))
        for one in uploads_of(store, name)
    ]  # fmt: skip
    shown_table(("First day", "Last day", "Events", "Known before", "Files"), uploads, ("Events", "Known before"))


@customers.command("import")
@click.argument("file", metavar="FILE.csv", type=click.File("rb"))
@within
def import_(file: BinaryIO, workspace: str, store_url: str | None) -> None:
    """Read customers from a CSV; those that are known are updated.

    Columns: name, zone, segment, annual_revenue, renewal_on, health_score, contacts, sla_ms. An empty field leaves what is known.

    \b
    techhealth customers import customers.csv
    """
    from techhealth.store import import_customers

    new, changed = import_customers(store_of(workspace, store_url), file.read())
    click.echo(f"{new:,} new, {changed:,} updated.")


@customers.command("forget")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@within
def forget(name: str, yes: bool, workspace: str, store_url: str | None) -> None:
    """Erase a customer everywhere: usage, files, assessments, policies, meetings, signals; its tickets keep their numbers.

    Nothing brings it back, so a terminal is asked first; without one --yes says that it is meant.

    \b
    techhealth customers forget Globex
    techhealth customers forget Globex --yes
    """
    from techhealth.server.kept import forgotten
    from techhealth.store import customer_of

    store = store_of(workspace, store_url)
    if not yes and customer_of(store, name) is not None:
        if not sys.stdin.isatty():
            raise UsageError(f"{name!r} would be erased for good; say --yes where no terminal can be asked.")
        click.confirm(f"Erase {name!r} for good?", abort=True, err=True)
    files = forgotten(store, name)
    click.echo("Forgotten." + (f" {files:,} files of the workspace were deleted too." if files else ""))


def shown(value: object) -> str:
    """Return a value in words, a dash for what is not known."""
    return _NONE if value is None else f"{value:,.0f}" if isinstance(value, float) else str(value)


def shown_table(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str]) -> None:
    """Print a table whose cells may quote a log; the columns named in `numbers` are set flush right."""
    from techhealth.present.terminal import harmless_text, printed, table

    safe = [[harmless_text(cell) for cell in row] for row in rows]
    click.echo(printed([table(columns, safe, numbers=numbers)], width=width(), color=has_color()), nl=False)
