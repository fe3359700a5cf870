"""The command line: thin doors to `read`, `assess`, the samples and the page. Rooms are imported when they are used."""

from __future__ import annotations

import errno
import io
import sys
from contextlib import nullcontext, suppress
from datetime import date
from pathlib import Path
from typing import Any

import click

from techhealth.cli.customers import customers
from techhealth.cli.meetings import meetings
from techhealth.cli.notes import notes
from techhealth.cli.outbox import outbox
from techhealth.cli.reading import as_of, assessed, ingested, policy_of, reading, say_if_over
from techhealth.cli.report import report
from techhealth.cli.serve import port, serve, users
from techhealth.cli.signals import signals
from techhealth.cli.store import storing
from techhealth.cli.telling import say
from techhealth.cli.tickets import tickets
from techhealth.cli.watch import watch
from techhealth.errors import TechHealthError, UsageError
from techhealth.output import give_up, has_color, one_line, width, write, write_json, write_own


class Doors(click.Group):
    """Turns errors into one line on standard error: exit status 1 for unusable input, 2 for wrong usage."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError):
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except TechHealthError as error:
            say(f"Error: {one_line(str(error))}", err=True)
            ctx.exit(2 if isinstance(error, UsageError) else 1)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read has left, and hears nothing
            give_up()
            say(f"Error: cannot go on ({one_line(str(error))}); free space or check what is named.", err=True)
            ctx.exit(1)
        except _errors_of_databases() as error:
            from techhealth.store.database import why

            say(f"Error: the store cannot be used ({one_line(why(error))}); check it or try again.", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            ctx.exit(130)


def _errors_of_databases() -> type[Exception]:
    """Return what databases raise; asked only once something failed, for it takes its time to load."""
    from sqlalchemy.exc import SQLAlchemyError

    return SQLAlchemyError


def _hours(_ctx: click.Context, _option: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """Return "9-11" as (9, 11)."""
    if value is None:
        return None
    first, _, last = value.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) < int(last) <= 24):
        raise click.BadParameter(f"{value!r} is not a span of hours such as 9-11.")
    return int(first), int(last)


def _reports(_ctx: click.Context, _option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, date]:
    """Return ISSUE=DATE pairs as a mapping."""
    found = {}
    for pair in pairs:
        issue, _, day = pair.partition("=")
        try:
            found[issue] = date.fromisoformat(day)
        except ValueError:
            raise click.BadParameter(f"{pair!r} is not ISSUE=DATE, for example orders-api-errors=2026-01-20.") from None
    return found


@click.group(cls=Doors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="techhealth")
def main() -> None:
    """From an exported log of API calls and webhook deliveries to a technical health score.

    \b
    techhealth demo                        see it with a sample, in the browser
    techhealth inspect logs.csv            what is in the file
    techhealth analyze logs.csv            the score, the issues, what to do
    techhealth report logs.csv -o out.html the same as one file to send
    techhealth replay logs.csv             the day each issue could be known
    """


@main.command()
@reading
@click.option("--rejects", "rejects_path", metavar="OUT.csv", help="Write every rejected row with line and reason.")
def inspect(files: tuple[str, ...], json_path: str | None, rejects_path: str | None, **options: Any) -> None:
    """Show what is in the files, and what is not used.

    Kind and format, which column became which field, in which unit, how sure and why; counts; rejected rows.

    \b
    techhealth inspect logs.csv
    techhealth inspect logs.csv --map latency=took --map endpoint=url
    techhealth inspect logs.csv --rejects rejected.csv
    zcat logs.json.gz | techhealth inspect - --json
    """
    if rejects_path == "-":
        raise UsageError("--rejects needs a file; the card goes to standard output.")
    from techhealth import ingest

    rejects = io.BytesIO()
    with ingest.rejects_to(rejects) if rejects_path else nullcontext():
        receipt = ingested(ingest.inspect, files, json_path, policy_of(options), options)
    if rejects_path:
        write_own(rejects.getvalue(), rejects_path, beginning=ingest.BEGINNING)
    if json_path is not None:
        write_json(receipt, json_path)
        return
    from techhealth.present.receipt_card import render_receipt

    click.echo(render_receipt(receipt, width=width(), color=has_color()), nl=False)


@main.command()
@reading
@as_of
@storing
def analyze(files: tuple[str, ...], json_path: str | None, as_of: date | None, **options: Any) -> None:
    """Score the logs: issues, causes, what to do.

    Several files are one analysis; - reads standard input. With --workspace the usage is stored for its customer, and
    compared with what was stored before.

    \b
    techhealth analyze logs.json.gz --policy acme.toml
    techhealth analyze january.csv deliveries.csv --customer "Acme Corp"
    techhealth analyze february.csv --workspace workspace
    techhealth analyze logs.csv --json assessment.json
    """
    assessment, _ = assessed(files, json_path, as_of, options)
    if json_path is not None:
        write_json(assessment, json_path)
        return
    from techhealth.present.card import render

    click.echo(render(assessment, width=width(), color=has_color()), nl=False)
    if as_of is None:
        say_if_over(assessment)


@main.command()
@reading
@click.option("--days", type=click.IntRange(min=1), metavar="N", help="Only the last N days. [default: every day]")
@click.option("--against", multiple=True, metavar="FILE.toml", help="Another policy to compare with; may be repeated.")
@click.option("--reported", multiple=True, metavar="ISSUE=DATE", callback=_reports,
              help="The day the customer reported an issue; the lead then counts to it.")  # fmt: skip
def replay(
    files: tuple[str, ...], json_path: str | None, days: int | None, against: tuple[str, ...], reported: dict[str, date],
    **options: Any,
) -> None:  # fmt: skip
    """Judge every day as if it were today.

    When each issue would first have been flagged, when it became critical, and the days in between.

    \b
    techhealth replay logs.json.gz
    techhealth replay logs.json.gz --policy acme.toml --against strict.toml
    techhealth replay logs.csv --reported orders-api-errors=2026-01-20
    """
    from techhealth import ingest

    policy = policy_of(options)
    usage = ingested(ingest.read, files, json_path, policy, options)
    from techhealth.assess import replay as replayed

    paths = [path for path in (options["policy_path"], *against) if path]
    short = {path: Path(path).stem for path in paths}
    names = short if len(set(short.values())) == len(short) else {path: path for path in paths}
    found = replayed(
        usage, policy=policy, name=names.get(options["policy_path"], "this policy"), days=days,
        against={names[path]: policy_of({**options, "policy_path": path}) for path in against}, reported=reported,
    )  # fmt: skip
    if json_path is not None:
        write_json(found, json_path)
        return
    from techhealth.present.replay_card import render_replay

    click.echo(render_replay(found, width=width(), color=has_color()), nl=False)


@main.command()
def causes() -> None:
    """Show every kind of cause.

    What each means, who owns it, what it looks at, and what would change our mind.
    """
    from techhealth.assess.causes.table import rows
    from techhealth.present.causes_card import render_causes

    click.echo(render_causes(rows(), width=width(), color=has_color()), nl=False)


class _Listing(click.Command):
    """Ends its help with every sample there is."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names with what is planted."""
        from techhealth.sample import SCENARIOS

        with formatter.section("Samples"):
            formatter.write_dl(list(SCENARIOS.items()))


@main.command(cls=_Listing)
@click.argument("name", required=False)
@click.option("--scenario", metavar="NAME", help="The same as NAME.")
@click.option("-o", "--out", required=True, metavar="OUT",
              help="A .json, .ndjson or .csv file, each also .gz; - for standard output.")  # fmt: skip
@click.option(
    "--format", type=click.Choice(["json", "ndjson", "csv"]), help="What to write. [default: as OUT ends, else json]"
)
@click.option("--seed", type=int, help="Of all chance: the same seed writes the same file.")
@click.option("--rows", type=click.IntRange(min=1), help="How many calls and deliveries in all.")
@click.option("--month", metavar="YYYY-MM", help="The month it plays in.")
@click.option("--customer", metavar="NAME", help="Name of the customer; this and the options below make another one.")
@click.option("--limit", type=click.IntRange(min=1), help="Rate limit that is hit, calls a minute.")
@click.option("--weekday", metavar="DAY", help="Day on which authentication fails, such as Tuesday.")
@click.option("--hours", metavar="H-H", callback=_hours, help="Hours in which deliveries fail, such as 9-11.")
@click.option(
    "--onset-days",
    "onset_days_before_end",
    type=click.IntRange(min=1),
    metavar="N",
    help="The limit is first hit N days before the end.",
)
@click.option("--integrations", type=click.IntRange(min=1), metavar="N", help="How many integrations.")
@click.option("--truth", metavar="OUT.json", help="Also write what was planted, to compare an analysis with.")
def sample(name: str | None, scenario: str | None, out: str, truth: str | None, **planted: Any) -> None:
    """Write a log whose problems are planted.

    NAME is one of the samples below (default: acme); --truth says what is to be found in it.

    \b
    techhealth sample acme -o acme.json.gz
    techhealth sample second -o other.csv --customer Globex --weekday Tuesday
    techhealth sample endpoint --seed 7 -o endpoint.csv --truth truth.json
    """
    import msgspec

    from techhealth.sample import write_sample

    if name and scenario:
        raise UsageError(f"two samples are named, {name} and {scenario}; name one.")
    known = write_sample(scenario or name or "acme", out=sys.stdout.buffer if out == "-" else Path(out), **planted)
    if truth is not None:
        write(msgspec.json.encode(known.document()) + b"\n", truth)
    click.echo(f"Wrote {known.api_calls:,} API calls and {known.webhook_deliveries:,} webhook deliveries.", err=True)


for one in (report, customers, tickets, signals, meetings, outbox, notes, serve, users, watch):
    main.add_command(one)


@main.command()
@port
@click.option(
    "--workspace", default="workspace", show_default=True, metavar="DIR", help="Folder for the sample and uploads."
)
@click.option("--browser/--no-browser", default=True, help="Open the page in a browser where there is one.")
def demo(port: int, workspace: str, browser: bool) -> None:
    """Show a sample in the browser.

    Prepares a workspace with the sample, starts the page and prints its address.

    \b
    techhealth demo
    techhealth demo --port 9000 --no-browser
    """
    from techhealth.server.demo import demo as start

    start(Path(workspace), port=port, open_browser=browser)
