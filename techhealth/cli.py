"""The command line: thin doors to `read`, `assess`, the samples and the page. Rooms are imported when they are used."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from techhealth.errors import TechHealthError, UsageError

if TYPE_CHECKING:
    from techhealth.policy import Policy
    from techhealth.usage.events import Usage

#: How every document of ours begins; only such a file is overwritten by --json.
_OURS = b'{"schema":"techhealth.'


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
            click.echo(f"Error: {_one_line(str(error))}", err=True)
            ctx.exit(2 if isinstance(error, UsageError) else 1)
        except KeyboardInterrupt:
            ctx.exit(130)


def _one_line(text: str) -> str:
    """Return a message as one printable line, for it may quote a file."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _mapping(_ctx: click.Context, _option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Return FIELD=COLUMN pairs as a mapping."""
    for pair in pairs:
        if not all(pair.partition("=")):
            raise click.BadParameter(f"{pair!r} is not FIELD=COLUMN, for example latency=duration_ms.")
    return dict(pair.split("=", 1) for pair in pairs)


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
    """


@main.command()
@_reading
def inspect(files: tuple[str, ...], json_path: str | None, **options: Any) -> None:
    """Show what is in the files, and what is not used.

    Kind and format, which column became which field, in which unit, how sure and why; counts; rejected rows.

    \b
    techhealth inspect logs.csv
    techhealth inspect logs.csv --map latency=took --map endpoint=url
    zcat logs.json.gz | techhealth inspect - --json
    """
    policy = _policy(options)
    receipt = _read(files, json_path, policy, options).receipt
    if json_path is not None:
        _write_json(receipt, json_path)
        return
    from techhealth.present.receipt_card import render_receipt

    click.echo(render_receipt(receipt, width=_width(), color=_has_color()), nl=False)


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
    policy = _policy(options)
    usage = _read(files, json_path, policy, options)
    from techhealth.assess import assess

    assessment = assess(usage, policy=policy, as_of=as_of)
    if json_path is not None:
        _write_json(assessment, json_path)
        return
    from techhealth.present.card import render

    click.echo(render(assessment, width=_width(), color=_has_color()), nl=False)


@main.command()
@click.argument("name", default="acme")
@click.option(
    "-o",
    "--out",
    required=True,
    metavar="OUT",
    help="File to write; its ending says how: .csv, .json, .ndjson, each also .gz.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed writes the same file.")
@click.option("--rows", type=click.IntRange(min=1), help="About how many rows.")
@click.option("--month", metavar="YYYY-MM", help="The month it plays in.")
@click.option("--customer", metavar="NAME", help="Name of the customer.")
@click.option("--limit", type=click.IntRange(min=1), help="Rate limit that is hit, calls a minute.")
@click.option("--weekday", metavar="DAY", help="Day of the week on which authentication fails, such as Tuesday.")
@click.option("--hours", metavar="H-H", callback=_hours, help="Hours in which deliveries fail, such as 9-11.")
@click.option(
    "--onset-days", type=click.IntRange(min=1), metavar="N", help="The limit is hit from N days before the end."
)
@click.option("--integrations", type=click.IntRange(min=1), metavar="N", help="How many integrations.")
@click.option("--truth", metavar="OUT.json", help="Also write what was planted, to compare an analysis with.")
def sample(name: str, out: str, truth: str | None, onset_days: int | None, **planted: Any) -> None:
    """Write a log whose problems are planted.

    NAME is acme or another scenario; --truth says what is to be found in it.

    \b
    techhealth sample acme -o acme.json.gz
    techhealth sample acme -o other.csv --customer Globex --seed 7 --limit 60 --weekday Tuesday --truth truth.json
    """
    import msgspec

    from techhealth.sample import write_sample

    chosen = {key: value for key, value in planted.items() if value is not None}
    if onset_days is not None:
        chosen["onset_days_before_end"] = onset_days
    known = write_sample(name, out=Path(out), **chosen)
    if truth is not None:
        _write(msgspec.json.encode(known.document()) + b"\n", truth)
    click.echo(
        f"Wrote {out}: {known.api_calls:,} API calls, {known.webhook_deliveries:,} webhook deliveries.", err=True
    )


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


def _read(files: tuple[str, ...], json_path: str | None, policy: Policy, options: dict[str, Any]) -> Usage:
    """Return the usage of the named files."""
    from techhealth.ingest import read

    if not files:
        taken = (
            f" ({json_path!r} was taken as the place for JSON; put --json last)" if json_path not in (None, "-") else ""
        )
        raise UsageError(f"no log file named{taken}; name one or more files, or - for standard input.")
    progress = _progress if sys.stderr.isatty() else None
    try:
        return read(
            *files, mapping=options["mapping"], customer=options["customer"], timezone=policy.timezone,
            rename=policy.rename, progress=progress,
        )  # fmt: skip
    finally:
        if progress is not None:
            click.echo("\r\x1b[K", nl=False, err=True)


def _progress(step: str) -> None:
    """Show one step on the line of the last one."""
    click.echo(f"\r\x1b[K{_one_line(step)[: _width() - 1]}", nl=False, err=True)


def _write_json(document: Any, path: str) -> None:
    """Write a document to standard output (-) or to a file, never over a file that is not ours."""
    from techhealth.present.document import to_json

    content = to_json(document)
    if path == "-":
        click.echo(content, nl=False)
        return
    with suppress(OSError), Path(path).open("rb") as existing:
        start = existing.read(len(_OURS))
        if start and start != _OURS:
            raise UsageError(f"{path} exists and is not a techhealth document; put --json last, or name another file.")
    _write(content, path)


def _write(content: bytes, path: str) -> None:
    """Write a file as a whole or not at all."""
    partial = Path(f"{path}.partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise UsageError(f"cannot write {path} ({error.strerror}); name a file in a folder that exists.") from None


def _width() -> int:
    """Return the columns of the terminal, 40 to 120; 80 when there is none."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, 40), 120)


def _has_color() -> bool:
    """Return whether standard output is a terminal that shows colour (no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain
