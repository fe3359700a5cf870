"""The part of the command line that works with tickets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from techhealth.cli.outbox import sent
from techhealth.cli.store import shown, shown_table, store_of, within
from techhealth.errors import UsageError

if TYPE_CHECKING:
    from techhealth.actions.ticket import Ticket, TicketDraft
    from techhealth.model import Assessment
    from techhealth.policy import Policy
    from techhealth.store import Store

_PRIORITIES = ("urgent", "high", "normal", "low")


def _day(_ctx: click.Context, _option: click.Parameter, value: datetime | None) -> Any:
    return value.date() if value else None


def _on(option: str, meaning: str) -> Callable[[Any], Any]:
    """Return an option that takes a day."""
    return click.option(option, type=click.DateTime(["%Y-%m-%d"]), callback=_day, metavar="DATE", help=meaning)


as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output and nothing else there.")
_reported = _on("--reported-on", "The day the customer himself told of the trouble.")


@click.group()
def tickets() -> None:
    """Open, see and resolve the support tickets of a workspace."""


@tickets.command("list")
@click.option("--customer", metavar="NAME", help="Only those of one customer.")
@as_json
@within
def list_(customer: str | None, as_json: bool, workspace: str, store_url: str | None) -> None:
    """Name every ticket, the newest first.

    \b
    techhealth tickets list
    techhealth tickets list --customer Globex --json
    """
    from techhealth.actions.ticket import tickets as all_of

    found = all_of(store_of(workspace, store_url), customer)
    if as_json:
        write(found)
        return
    if not found:
        click.echo("No ticket yet; techhealth tickets create CUSTOMER opens one.")
        return
    rows = [
        (one.name, one.state.value, one.draft.priority.value if one.draft else "–", shown(one.customer),
         one.draft.subject if one.draft else "–", f"{one.opened_at:%Y-%m-%d}")
        for one in found
    ]  # fmt: skip
    shown_table(("Ticket", "State", "Priority", "Customer", "Subject", "Opened"), rows, ())


@tickets.command("show")
@click.argument("ticket", metavar="TICKET")
@click.option("--report", "report_path", metavar="OUT.html", help="Also write the analysis report that belongs to it.")
@as_json
@within
def show(ticket: str, report_path: str | None, as_json: bool, workspace: str, store_url: str | None) -> None:
    """Show one ticket as it stands.

    \b
    techhealth tickets show TECH-2026-0142
    techhealth tickets show TECH-2026-0142 --report analysis.html
    """
    from techhealth.actions.ticket import report_of, ticket_of

    store = store_of(workspace, store_url)
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
@as_json
@within
def create(
    customer: str, issues: tuple[str, ...], preview: bool, as_json: bool, workspace: str, store_url: str | None,
    **edits: Any,
) -> None:  # fmt: skip
    """Open a ticket from the newest analysis of a customer, or renew the one that is open for the issue.

    \b
    techhealth tickets create "Acme Corp" --preview
    techhealth tickets create "Acme Corp"
    techhealth tickets create "Acme Corp" --issue webhook-events-webhook --reported-on 2026-01-27
    """
    from techhealth.actions.settings import Settings
    from techhealth.actions.ticket import create as created
    from techhealth.actions.ticket import ticket_text

    settings, store = Settings.from_environment(), store_of(workspace, store_url)
    draft, report = _drafted(store, customer, issues, edits)
    if preview:
        click.echo(ticket_text(draft, attached=True), nl=False)
        return
    made = created(store, customer, draft, now=datetime.now(UTC), settings=settings, report=report())
    _tell(made, as_json=as_json, whole=True)
    sent(store)


@tickets.command("acknowledge")
@click.argument("ticket", metavar="TICKET")
@as_json
@within
def acknowledge(ticket: str, as_json: bool, workspace: str, store_url: str | None) -> None:
    """Say that somebody works on a ticket.

    \b
    techhealth tickets acknowledge TECH-2026-0142
    """
    from techhealth.actions.settings import Settings
    from techhealth.actions.ticket import acknowledge as acknowledged

    store = store_of(workspace, store_url)
    found = acknowledged(store, ticket, now=datetime.now(UTC), settings=Settings.from_environment())
    _tell(found, as_json=as_json)
    sent(store)


@tickets.command("resolve")
@click.argument("ticket", metavar="TICKET")
@_on("--fixed-on", "The first day on which the fix is at work. [default: tomorrow, the first whole day]")
@_reported
@as_json
@within
def resolve(
    ticket: str, fixed_on: Any, reported_on: Any, as_json: bool, workspace: str, store_url: str | None
) -> None:  # fmt: skip
    """Say that a ticket is done; the next upload tells whether it is.

    \b
    techhealth tickets resolve TECH-2026-0142
    techhealth tickets resolve TECH-2026-0142 --fixed-on 2026-02-02 --reported-on 2026-01-27
    """
    from techhealth.actions.settings import Settings
    from techhealth.actions.ticket import resolve as resolved

    settings, store, now = Settings.from_environment(), store_of(workspace, store_url), datetime.now(UTC)
    done = resolved(store, ticket, now=now, fixed_on=fixed_on, reported_on=reported_on, settings=settings)
    _tell(done, as_json=as_json)
    sent(store)


def _drafted(
    store: Store, customer: str, issues: tuple[str, ...], edits: dict[str, Any]
) -> tuple[TicketDraft, Callable[[], bytes]]:
    """Return the draft with what was written by hand, and what makes the report that belongs to it."""
    from techhealth.actions.ticket import Priority
    from techhealth.actions.ticket import draft as drafted
    from techhealth.present.audience import Audience
    from techhealth.server.reports import encoded, written

    found, policy = newest(store, customer)
    by_hand = {
        "priority": edits["priority"] and Priority(edits["priority"]), "subject": edits["subject"],
        "description": edits["description"] and edits["description"].read(), "customer_reported_on": edits["reported_on"],
    }  # fmt: skip
    draft = replace(drafted(found, issues=issues or None), **{name: value for name, value in by_hand.items() if value})
    return draft, lambda: encoded(written(found, policy, audience=Audience.INTERNAL, within=Path(store.folder), on_paper=True))  # fmt: skip


def newest(store: Store, customer: str) -> tuple[Assessment, Policy]:
    """Return the newest analysis of a customer, and the policy it is judged by.

    Raises:
        UsageError: if nothing of this customer was analyzed.
    """
    from techhealth.server.policies import for_customer, policies_in, policy_files
    from techhealth.store import newest_assessment

    found = newest_assessment(store, customer)
    if found is None:
        raise UsageError(f"nothing was analyzed for {customer!r}; techhealth analyze FILE --workspace DIR does.")
    return found, for_customer(policies_in(policy_files(store.folder), store), found.generated_for.customer, store)


def _tell(ticket: Ticket, *, as_json: bool, whole: bool = False) -> None:
    """Say how a ticket stands, on standard output; `whole` with all that it says."""
    if as_json:
        write(ticket)
        return
    from techhealth.actions.ticket import ticket_text

    became = "opened" if ticket.is_new else "renewed" if ticket.is_changed and whole else ""
    fixed = f", fixed from {ticket.fixed_on}" if ticket.fixed_on else ""
    click.echo(f"{ticket.name}: {ticket.state.value}{f', {became}' if became else ''}{fixed}")
    if whole and ticket.draft is not None:
        text = ticket_text(ticket.draft, name=ticket.name, attached=ticket.has_report, recoveries=ticket.recoveries)
        click.echo(f"\n{text}", nl=False)


def write(found: Any) -> None:
    """Write what was found to standard output as one line of JSON."""
    import msgspec

    click.echo(msgspec.json.encode(found).decode())
