"""The command line: thin doors to `read`, `assess`, the samples and the page. Rooms are imported when they are used."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from techhealth.errors import TechHealthError, UsageError
from techhealth.output import clear_progress, has_color, one_line, show_progress, width, write, write_json, write_own

if TYPE_CHECKING:
    from techhealth.ingest import Recall
    from techhealth.policy import Policy

T = TypeVar("T")


class Doors(click.Group):
    """Turns errors into one line on standard error: exit status 1 for unusable input, 2 for wrong usage."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError):
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        try:
            return super().invoke(ctx)
        except TechHealthError as error:
            click.echo(f"Error: {one_line(str(error))}", err=True)
            ctx.exit(2 if isinstance(error, UsageError) else 1)
        except KeyboardInterrupt:
            ctx.exit(130)


def _mapping(_ctx: click.Context, _option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Return FIELD=COLUMN pairs as a mapping."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, _, column = pair.partition("=")
        if not (name and column):
            raise click.BadParameter(f"{pair!r} is not FIELD=COLUMN, for example latency=duration_ms.")
        if found.setdefault(name, column) != column:
            raise click.BadParameter(f"{name} is named twice, as {found[name]!r} and as {column!r}; name one column.")
    return found


def _day(_ctx: click.Context, _option: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


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


Command = Callable[..., None]


def _reading(command: Command) -> Command:
    """Add the arguments and options of every command that reads logs."""
    options = (
        click.argument("files", nargs=-1, metavar="FILE..."),
        click.option("--map", "mapping", multiple=True, metavar="FIELD=COLUMN", callback=_mapping,
                     help="Take FIELD from COLUMN; may be repeated. `techhealth inspect` shows what was chosen."),
        click.option("--customer", metavar="NAME", help="The customer the log belongs to, or the one to pick from it."),
        click.option("--policy", "policy_path", metavar="FILE.toml", help="SLAs, weights and thresholds that differ."),
        click.option("--timezone", metavar="ZONE", help="Zone of days and hours, such as Europe/Berlin. [default: UTC]"),
        click.option("--workspace", metavar="DIR", envvar="TECHHEALTH_WORKSPACE", show_envvar=True,
                     help="A page's folder, whose corrections of columns are applied to files with the same header."),
        click.option("--json", "json_path", is_flag=False, flag_value="-", metavar="[PATH]",
                     help="Write JSON to PATH, or to standard output (nothing, or -) and nothing else there."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.group(cls=Doors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="techhealth")
def main() -> None:
    """From an exported log of API calls and webhook deliveries to a technical health score.

    \b
    techhealth demo                        see it with a sample, in the browser
    techhealth inspect logs.csv            what is in the file, and what became what
    techhealth analyze logs.csv            the score, the issues, why, and what to do
    techhealth replay logs.csv             the day each issue would first have been flagged
    """


@main.command()
@_reading
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
        receipt = _ingested(ingest.inspect, files, json_path, _policy(options), options)
    if rejects_path:
        write_own(rejects.getvalue(), rejects_path, beginning=ingest.BEGINNING)
    if json_path is not None:
        write_json(receipt, json_path)
        return
    from techhealth.present.receipt_card import render_receipt

    click.echo(render_receipt(receipt, width=width(), color=has_color()), nl=False)


@main.command()
@_reading
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), callback=_day, metavar="DATE",
              help="Judge as on that day, with nothing later. [default: the last day of the log]")  # fmt: skip
def analyze(files: tuple[str, ...], json_path: str | None, as_of: date | None, **options: Any) -> None:
    """Score the logs: issues, causes, what to do.

    Several files are one analysis; - reads standard input.

    \b
    techhealth analyze logs.json.gz --policy acme.toml
    techhealth analyze january.csv deliveries.csv --customer "Acme Corp" --timezone Europe/Berlin
    techhealth analyze logs.csv --json assessment.json
    """
    from techhealth import ingest

    policy = _policy(options)
    usage = _ingested(ingest.read, files, json_path, policy, options)
    from techhealth.assess import assess

    assessment = assess(usage, policy=policy, as_of=as_of)
    if as_of and as_of > assessment.generated_for.as_of:
        last = assessment.generated_for.as_of
        click.echo(f"Note: the log ends on {last}, before {as_of}; it is judged as of {last}.", err=True)
    if json_path is not None:
        write_json(assessment, json_path)
        return
    from techhealth.present.card import render

    click.echo(render(assessment, width=width(), color=has_color()), nl=False)


@main.command()
@_reading
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
    techhealth replay logs.csv --reported orders-api-errors=2026-01-20 --json replay.json
    """
    from techhealth import ingest

    policy = _policy(options)
    usage = _ingested(ingest.read, files, json_path, policy, options)
    from techhealth.assess import replay as replayed

    paths = [path for path in (options["policy_path"], *against) if path]
    short = {path: Path(path).stem for path in paths}
    names = short if len(set(short.values())) == len(short) else {path: path for path in paths}
    found = replayed(
        usage, policy=policy, name=names.get(options["policy_path"], "this policy"), days=days,
        against={names[path]: _policy({**options, "policy_path": path}) for path in against}, reported=reported,
    )  # fmt: skip
    if json_path is not None:
        write_json(found, json_path)
        return
    from techhealth.present.replay_card import render_replay

    click.echo(render_replay(found, width=width(), color=has_color()), nl=False)


@main.command()
def causes() -> None:
    """Show every kind of cause: what it means, who owns it, what it looks at, what would change our mind."""
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
    techhealth sample second -o other.csv --customer Globex --seed 7 --limit 60 --weekday Tuesday --truth truth.json
    techhealth sample --scenario endpoint --seed 7 -o endpoint.csv --truth truth.json
    """
    import msgspec

    from techhealth.sample import write_sample

    if name and scenario:
        raise UsageError(f"two samples are named, {name} and {scenario}; name one.")
    known = write_sample(scenario or name or "acme", out=sys.stdout.buffer if out == "-" else Path(out), **planted)
    if truth is not None:
        write(msgspec.json.encode(known.document()) + b"\n", truth)
    click.echo(f"Wrote {known.api_calls:,} API calls and {known.webhook_deliveries:,} webhook deliveries.", err=True)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, envvar="PORT", show_envvar=True)
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
    from techhealth.server import demo as start

    start(Path(workspace), port=port, open_browser=browser)


def _policy(options: dict[str, Any]) -> Policy:
    """Return the policy of the file, with zone and customer of the command line over it."""
    from techhealth.policy import Policy

    policy = Policy.from_toml(options["policy_path"]) if options["policy_path"] else Policy()
    over = {key: options[key] for key in ("timezone", "customer") if options[key]}
    return replace(policy, **over)


def _ingested(
    reader: Callable[..., T], files: tuple[str, ...], json_path: str | None, policy: Policy, options: dict[str, Any]
) -> T:  # fmt: skip
    """Return what a reader of the ingest room makes of the named files."""
    if not files:
        taken = (
            f" ({json_path!r} was taken as the place for JSON; put --json last)" if json_path not in (None, "-") else ""
        )
        raise UsageError(f"no log file named{taken}; name one or more files, or - for standard input.")
    recall = _recall(options["workspace"])
    watched = sys.stderr.isatty()
    try:
        return reader(
            *files, mapping=options["mapping"], customer=options["customer"], timezone=policy.timezone,
            rename=policy.rename, recall=recall, progress=show_progress if watched else None,
        )  # fmt: skip
    finally:
        if watched:
            clear_progress()


def _recall(workspace: str | None) -> Recall | None:
    """Return what asks a workspace for its corrections."""
    if not workspace:
        return None
    if not Path(workspace).is_dir():
        raise UsageError(f"there is no workspace {workspace}; name the folder that `techhealth demo` made.")
    from techhealth.server.corrections import known

    return known(Path(workspace)).recall
