"""`techhealth report`: one file to send or to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from techhealth.cli.reading import as_of, assessed, reading, say_if_over
from techhealth.cli.store import storing
from techhealth.cli.telling import say
from techhealth.errors import UsageError
from techhealth.output import refuse_foreign, write_json, write_own
from techhealth.present.audience import Audience

if TYPE_CHECKING:
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
              help="The customer is told who takes the next step, not whose fault it is, and no names from inside, money, promises or other customers.")  # fmt: skip
def report(
    files: tuple[str, ...], out: str, audience: str, json_path: str | None, as_of: date | None, **options: Any
) -> None:
    """Write the report as one file to send.

    An HTML file holds all it needs, charts included, and asks no host for anything; a PDF is tagged and has an outline.
    An EML file is a mail for its reader with the report in it, to be opened, edited and sent by a mail program; its text
    is printed.

    \b
    techhealth report logs.json.gz --policy acme.toml -o acme.html
    techhealth report logs.json.gz -o acme.pdf --audience customer
    techhealth report logs.json.gz -o acme.eml --audience customer
    """
    ending = Path(out).suffix.lower()
    if ending not in (".html", ".htm", ".pdf", ".eml"):
        raise UsageError(f"{out} ends neither in .html nor in .pdf nor in .eml; name a file such as report.html.")
    from techhealth.actions.cover import UNSENT
    from techhealth.present.report import BEGINNING, wake
    from techhealth.server.browser import browser
    from techhealth.server.reports import made

    beginning = {".pdf": b"%PDF-", ".eml": UNSENT}.get(ending, BEGINNING)
    refuse_foreign(out, beginning=beginning)
    if ending == ".pdf":
        browser()  # one that is missing is told before anything is read
    wake()
    assessment, policy = assessed(files, json_path, as_of, options)
    within, reader = Path(options["workspace"]) if options["workspace"] else None, Audience(audience)
    if ending == ".eml":
        content, withheld = _mail(assessment, policy, reader, within)
    else:
        content, withheld = made(assessment, policy, ending[1:], reader, within)
    write_own(content, out, beginning=beginning)
    _told(out, content, reader, withheld)
    if as_of is None:
        say_if_over(assessment)
    if json_path is not None:
        write_json(assessment, json_path)


def _mail(assessment: Assessment, policy: Policy, audience: Audience, within: Path | None) -> tuple[bytes, Sequence[Withheld]]:  # fmt: skip
    """Return the mail, and print its text."""
    from techhealth.actions.attendees import host
    from techhealth.actions.settings import Settings
    from techhealth.server.reports import cover_mail

    csm = host(Settings.from_environment().csm)
    cover, content = cover_mail(assessment, policy, audience=audience, within=within, host=csm, now=datetime.now(UTC))
    say(f"Subject: {cover.subject}\n\n{cover.text}".rstrip("\n"))
    return content, cover.withheld


def _told(out: str, content: bytes, audience: Audience, withheld: Sequence[Withheld]) -> None:
    say(f"Wrote {out} ({len(content) / 1e6:.1f} MB, {audience}).", err=True)
    if withheld:
        say("Withheld from the customer:", err=True)
    for one in withheld:
        say(f"  - {one.what}{f' ({len(one.lines)})' if one.lines else ''}", err=True)
