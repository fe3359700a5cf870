"""The part of the command line that keeps the customers of a workspace."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, BinaryIO

import click

from techhealth.cli.store import whom, within
from techhealth.cli.telling import NONE, listed, shown, shown_facts, shown_table
from techhealth.errors import UsageError

if TYPE_CHECKING:
    from techhealth.store import Store


@click.group()
def customers() -> None:
    """See, import and forget the customers of a workspace."""


@customers.command("list")
@within
def list_(store: Store) -> None:
    """Name every customer, with what is stored of it.

    \b
    techhealth customers list --workspace workspace
    """
    from techhealth.store import listed as all_of

    rows = [
        (one.customer.name, shown(one.score and round(one.score)), str(one.uploads), shown(one.last),
         shown(one.customer.segment), shown(one.customer.renewal_on))
        for one in all_of(store)
    ]  # fmt: skip
    columns = ("Customer", "Score", "Uploads", "Last day", "Segment", "Renewal")
    nothing = "No customer is stored here yet; techhealth analyze FILE --workspace DIR stores one."
    listed(rows, lambda: shown_table(columns, rows, ("Score", "Uploads")), nothing=nothing)


@customers.command("show")
@click.argument("name")
@within
def show(name: str, store: Store) -> None:
    """Show what is known of one customer, and its uploads.

    \b
    techhealth customers show Globex
    """
    from techhealth.store import Customer, customer_of, uploads_of
    from techhealth.store.customers import day_there

    name = whom(store, name)
    found = customer_of(store, name) or Customer(name=name)
    people = "; ".join(f"{one.name} ({one.role})" for one in found.contacts)
    limits = "; ".join(f"{integration} {limit:,.0f} ms" for integration, limit in found.sla_ms.items())
    known = (
        ("Customer", found.name), ("Zone", found.zone), ("Segment", found.segment), ("Annual revenue", shown(found.annual_revenue)),
        ("Renewal", shown(found.renewal_on)), ("Health score", shown(found.health_score)), ("Contacts", people), ("SLA, P95", limits),
    )  # fmt: skip
    shown_facts(((label, text) for label, text in known if text and text != NONE), by=0)
    uploads = [
        (f"{day_there(one.first, found.zone)} to {day_there(one.last, found.zone)}", f"{one.events:,}", f"{one.repeated:,}", ", ".join(file.name for file in one.receipt.files))
        for one in uploads_of(store, name)
    ]  # fmt: skip
    click.echo()
    nothing = "Nothing of it was analyzed yet; techhealth analyze FILE --workspace DIR does."
    columns = ("Days", "Events", "Repeated", "Files")
    listed(uploads, lambda: shown_table(columns, uploads, ("Events", "Repeated")), nothing=nothing)


@customers.command("import")
@click.argument("file", metavar="FILE.csv", type=click.File("rb"))
@within
def import_(file: BinaryIO, store: Store) -> None:
    """Read customers from a CSV; those that are known are updated.

    Columns: name, zone, segment, annual_revenue, renewal_on, health_score, contacts, sla_ms. An empty field leaves what is known.

    \b
    techhealth customers import customers.csv
    """
    from techhealth.store import import_customers

    new, changed = import_customers(store, file.read())
    click.echo(f"{new:,} new, {changed:,} updated.")


@customers.command("forget")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@within
def forget(name: str, yes: bool, store: Store) -> None:
    """Erase a customer everywhere; its tickets keep their numbers.

    Usage, files, assessments, policies, meetings and signals go. Nothing brings them back, so a terminal is asked first;
    without one --yes says that it is meant.

    \b
    techhealth customers forget Globex
    techhealth customers forget Globex --yes
    """
    from techhealth.server.kept import forgotten
    from techhealth.store import customer_of

    if not yes and customer_of(store, name) is not None:
        if not sys.stdin.isatty():
            raise UsageError(f"{name!r} would be erased for good; say --yes where no terminal can be asked.")
        click.confirm(f"Erase {name!r} for good?", abort=True, err=True)
    files = forgotten(store, name)
    click.echo("Forgotten." + (f" {files:,} files of the workspace were deleted too." if files else ""))
