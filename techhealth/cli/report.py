"""`techhealth report`: one file to send or to print."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from techhealth.cli.reading import as_of, assessed, reading
from techhealth.cli.store import storing
from techhealth.errors import UsageError
from techhealth.output import write_json, write_own
from techhealth.present.audience import Audience


@click.command()
@reading
@as_of
@storing
@click.option("-o", "--out", required=True, metavar="OUT",
              help="A .html file that opens offline, or a .pdf file, printed by the browser installed here.")  # fmt: skip
@click.option("--audience", type=click.Choice([one.value for one in Audience]), default=Audience.INTERNAL.value, show_default=True,
              help="The customer is not told whose fault it is, names from inside, money, or of other customers.")  # fmt: skip
def report(
    files: tuple[str, ...], out: str, audience: str, json_path: str | None, as_of: date | None, **options: Any
) -> None:
    """Write the report as one file to send.

    An HTML file holds all it needs, charts included, and asks no host for anything; a PDF is tagged and has an outline.

    \b
    techhealth report logs.json.gz --policy acme.toml -o acme.html
    techhealth report logs.json.gz --policy acme.toml -o acme.pdf --audience customer
    """
    ending = Path(out).suffix.lower()
    if ending not in (".html", ".htm", ".pdf"):
        raise UsageError(f"{out} ends neither in .html nor in .pdf; name a file such as report.html.")
    from techhealth.server.browser import browser

    by = browser() if ending == ".pdf" else None
    assessment, policy = assessed(files, json_path, as_of, options)
    _write(out, by, assessment, policy, Audience(audience), options["workspace"])
    if json_path is not None:
        write_json(assessment, json_path)


def _write(out: str, by: str | None, assessment: Any, policy: Any, audience: Audience, workspace: str | None) -> None:
    """Write the file and say what its reader is not told."""
    from techhealth.present.report import BEGINNING
    from techhealth.server.browser import pdf
    from techhealth.server.reports import encoded, written

    within = Path(workspace) if workspace else None
    made = written(assessment, policy, audience=audience, within=within, on_paper=by is not None)
    content = pdf(made.html, by=by) if by else encoded(made)
    write_own(content, out, beginning=b"%PDF-" if by else BEGINNING)
    click.echo(f"Wrote {out} ({len(content) / 1e6:.1f} MB, {audience}).", err=True)
    if made.withheld:
        click.echo("Withheld from the customer:", err=True)
    for one in made.withheld:
        click.echo(f"  - {one.what}{f' ({len(one.lines)})' if one.lines else ''}", err=True)
