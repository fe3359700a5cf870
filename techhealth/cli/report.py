"""`techhealth report`: one file to send or to print."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from techhealth.cli.reading import as_of, assessed, reading
from techhealth.cli.store import storing
from techhealth.errors import UsageError
from techhealth.output import write_json, write_own
from techhealth.present.audience import Audience

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techhealth.model import Assessment
    from techhealth.policy import Policy
    from techhealth.present.report import Withheld


@click.command()
@reading
@as_of
@storing
@click.option("-o", "--out", required=True, metavar="OUT",
              help="A .html file that opens offline, a .pdf file, printed by the browser installed here, or an .eml file: the mail it goes with.")  # fmt: skip
@click.option("--audience", type=click.Choice([one.value for one in Audience]), default=Audience.INTERNAL.value, show_default=True,
              help="The customer is not told whose fault it is, names from inside, money, or of other customers.")  # fmt: skip
def report(
    files: tuple[str, ...], out: str, audience: str, json_path: str | None, as_of: date | None, **options: Any
) -> None:
    """Write the report as one file to send.

    An HTML file holds all it needs, charts included, and asks no host for anything; a PDF is tagged and has an outline.
    An EML file is a mail for its reader with the report in it, to be opened, edited and sent by a mail program; its text
    is printed.

    \b
    techhealth report logs.json.gz --policy acme.toml -o acme.html
    techhealth report logs.json.gz --policy acme.toml -o acme.pdf --audience customer
    techhealth report logs.json.gz --policy acme.toml -o acme.eml --audience customer
    """
    ending = Path(out).suffix.lower()
    if ending not in (".html", ".htm", ".pdf", ".eml"):
        raise UsageError(f"{out} ends neither in .html nor in .pdf nor in .eml; name a file such as report.html.")
    from techhealth.server.browser import browser

    by = browser() if ending == ".pdf" else None
    assessment, policy = assessed(files, json_path, as_of, options)
    within = Path(options["workspace"]) if options["workspace"] else None
    if ending == ".eml":
        _write_mail(out, assessment, policy, Audience(audience), within)
    else:
        _write(out, by, assessment, policy, Audience(audience), within)
    if json_path is not None:
        write_json(assessment, json_path)


def _write(out: str, by: str | None, assessment: Assessment, policy: Policy, audience: Audience, within: Path | None) -> None:  # fmt: skip
    """Write the report and say what its reader is not told."""
    from techhealth.present.report import BEGINNING
    from techhealth.server.browser import pdf
    from techhealth.server.reports import encoded, written

    made = written(assessment, policy, audience=audience, within=within, on_paper=by is not None)
    content = pdf(made.html, by=by) if by else encoded(made)
    write_own(content, out, beginning=b"%PDF-" if by else BEGINNING)
    _told(out, content, audience, made.withheld)


def _write_mail(out: str, assessment: Assessment, policy: Policy, audience: Audience, within: Path | None) -> None:
    """Write the mail, print its text, and say what its reader is not told."""
    from datetime import UTC, datetime

    from techhealth.actions.attendees import host
    from techhealth.actions.cover import UNSENT
    from techhealth.actions.settings import Settings
    from techhealth.server.reports import cover_mail

    csm = host(Settings.from_environment().csm)
    cover, content = cover_mail(assessment, policy, audience=audience, within=within, host=csm, now=datetime.now(UTC))
    write_own(content, out, beginning=UNSENT)
    click.echo(f"Subject: {cover.subject}\n\n{cover.text}", nl=False)
    _told(out, content, audience, cover.withheld)


def _told(out: str, content: bytes, audience: Audience, withheld: Sequence[Withheld]) -> None:
    click.echo(f"Wrote {out} ({len(content) / 1e6:.1f} MB, {audience}).", err=True)
    if withheld:
        click.echo("Withheld from the customer:", err=True)
    for one in withheld:
        click.echo(f"  - {one.what}{f' ({len(one.lines)})' if one.lines else ''}", err=True)
