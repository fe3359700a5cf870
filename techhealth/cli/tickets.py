"""The part of the command line that works with tickets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from techhealth.cli.reading import DAY, day
from techhealth.cli.store import acting, acts_on, within
from techhealth.cli.telling import NONE, as_json, entries, listed, say, shown, write
from techhealth.errors import UsageError

if TYPE_CHECKING:
    from techhealth.actions.settings import Settings
    from techhealth.actions.ticket import Ticket
    from techhealth.store import Store

_PRIORITIES = ("urgent", "high", "normal", "low")


def _on(option: str, name: str, meaning: str) -> Callable[[Any], Any]:
    """Return an option that takes a day."""
    return click.option(option, name, type=DAY, callback=day, metavar="DATE", help=meaning)


_reported = _on("--reported-on", "customer_reported_on", "The day on which the customer reported the trouble.")


@click.group()
def tickets() -> None:
    """Open, see and resolve the support tickets of a workspace."""


@tickets.command("list")
@click.option("--customer", metavar="NAME", help="Only those of one customer.")
@as_json
@within
def list_(customer: str | None, as_json: bool, store: Store) -> None:
    """Name every ticket, the newest first.

    \b
    techhealth tickets list
    techhealth tickets list --customer Globex --json
    """
    from techhealth.actions.ticket import tickets as all_of

    found = all_of(store, customer)
    nothing = "No ticket yet; techhealth tickets create CUSTOMER opens one."
    listed(found, lambda: entries((one.name, _standing(one)) for one in found), nothing=nothing, as_json=as_json)


@tickets.command("show")
@click.argument("ticket", metavar="TICKET")
@click.option("--report", "report_path", metavar="OUT.html", help="Also write the analysis report that belongs to it.")
@as_json
@within
def show(ticket: str, report_path: str | None, as_json: bool, store: Store) -> None:
    """Show one ticket as it stands.

    \b
    techhealth tickets show TECH-2026-0142
    techhealth tickets show TECH-2026-0142 --report analysis.html
    """
    from techhealth.actions.ticket import report_of, ticket_of

    found = ticket_of(store, ticket)
    if report_path is not None:
        from techhealth.output import write_own
        from techhealth.present.report import BEGINNING

        content = report_of(store, ticket)
        if content is None:
            raise UsageError(f"no report belongs to {found.name}; `techhealth report` writes one from the log.")
        write_own(content, report_path, beginning=BEGINNING)
    _tell(found, as_json=as_json, whole=True)


@tickets.command("create")
@click.argument("customer")
@click.option("--issue", "issues", multiple=True, metavar="ID",
              help="An issue it is about; may be repeated. [default: all of the integration with the most pressing one]")  # fmt: skip
@click.option("--priority", type=click.Choice(_PRIORITIES), help="Another priority than the drafted one.")
@click.option("--subject", metavar="TEXT", help="Another subject than the drafted one.")
@click.option("--description", metavar="FILE", type=click.File("r", encoding="utf-8"), help="Another description; - reads it.")  # fmt: skip
@_reported
@click.option("--preview", is_flag=True, help="Show the draft and open nothing.")
@acting
def create(
    customer: str, issues: tuple[str, ...], preview: bool, as_json: bool, store: Store, settings: Settings, **edits: Any
) -> bool:
    """Open a ticket from the newest analysis of a customer.

    The ticket that is open for one of the issues is renewed instead.

    \b
    techhealth tickets create "Acme Corp" --preview
    techhealth tickets create "Acme Corp"
    techhealth tickets create "Acme Corp" --reported-on 2026-01-27
    """
    from techhealth.actions.ticket import ticket_text

    acts = acts_on(store, customer, settings)
    edits["description"] = edits["description"] and edits["description"].read()
    edited = {name: value for name, value in edits.items() if value}
    if preview:
        draft = acts.drafted(edited, issues=issues or None)
        write(draft) if as_json else say(
            ticket_text(draft, name="preview, nothing is opened", attached=True).rstrip("\n")
        )
        return False
    _tell(acts.open_ticket(edited, issues=issues or None), as_json=as_json, whole=True)
    return True


@tickets.command("acknowledge")
@click.argument("ticket", metavar="TICKET")
@acting
def acknowledge(ticket: str, as_json: bool, store: Store, settings: Settings) -> bool:
    """Say that somebody works on a ticket.

    \b
    techhealth tickets acknowledge TECH-2026-0142
    """
    from techhealth.actions.ticket import acknowledge as acknowledged

    _tell(acknowledged(store, ticket, now=datetime.now(UTC), settings=settings), as_json=as_json)
    return True


@tickets.command("resolve")
@click.argument("ticket", metavar="TICKET")
@_on("--fixed-on", "fixed_on", "The first day on which the fix is at work. [default: tomorrow, the first whole day]")
@_reported
@acting
def resolve(ticket: str, as_json: bool, store: Store, settings: Settings, **days: date | None) -> bool:
    """Say that a ticket is done; the next upload tells if it is.

    \b
    techhealth tickets resolve TECH-2026-0142
    techhealth tickets resolve TECH-2026-0142 --fixed-on 2026-02-02
    """
    from techhealth.actions.ticket import resolve as resolved

    fixed, reported = days["fixed_on"], days["customer_reported_on"]
    done = resolved(store, ticket, now=datetime.now(UTC), fixed_on=fixed, reported_on=reported, settings=settings)
    _tell(done, as_json=as_json)
    return True


def _standing(one: Ticket) -> str:
    priority, subject = (one.draft.priority, one.draft.subject) if one.draft else (NONE, NONE)
    return f"{one.state}, {priority}: {shown(one.customer)}, {subject}, opened on {one.opened_at:%Y-%m-%d}"


def _tell(ticket: Ticket, *, as_json: bool, whole: bool = False) -> None:
    """Say how a ticket stands, on standard output; `whole` with all that it says."""
    if as_json:
        write(ticket)
        return
    from techhealth.actions.ticket import ticket_text

    became = "opened" if ticket.is_new else "renewed" if ticket.is_changed and whole else ""
    fixed = f", fixed from {ticket.fixed_on}" if ticket.fixed_on else ""
    say(f"{ticket.name}: {ticket.state.value}{f', {became}' if became else ''}{fixed}")
    if whole and ticket.draft is not None:
        text = ticket_text(ticket.draft, name=ticket.name, attached=ticket.has_report, recoveries=ticket.recoveries)
        say(f"\n{text}".rstrip("\n"))
