"""What every command that reads logs shares: its options, its policy, its files, and the day it judges as of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from techhealth.cli.store import store_of, within_history
from techhealth.cli.telling import say
from techhealth.errors import UsageError
from techhealth.figures import count
from techhealth.output import DOCUMENT, JSON_LAST, clear_progress, refuse_foreign, show_progress
from techhealth.today import covers, days_without

if TYPE_CHECKING:
    from techhealth.ingest import Recall
    from techhealth.model import Assessment
    from techhealth.policy import Policy
    from techhealth.usage.events import Usage

T = TypeVar("T")


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


def _free(_ctx: click.Context, _option: click.Parameter, path: str | None) -> str | None:
    """Return a place for JSON that can be written; it is refused before anything is read or stored."""
    refuse_foreign(path, beginning=DOCUMENT, told=JSON_LAST)
    return path


class Typed(click.DateTime):
    """A day, or a day and a time, as somebody types it."""

    def __init__(self, form: str, *, what: str, example: str) -> None:
        super().__init__([form])
        self.form, self.what, self.example = form, what, example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return what is meant; anything else fails with an example."""
        try:
            return datetime.strptime(value.strip(), self.form)
        except ValueError:
            self.fail(f"{value!r} is no {self.what}; write it as {self.example}.", param, ctx)


#: A day, and a day with a time, of an option.
DAY = Typed("%Y-%m-%d", what="day", example="2026-01-29")
TIME = Typed("%Y-%m-%d %H:%M", what="day and time", example="'2026-02-03 14:00'")


def day(_ctx: click.Context, _option: click.Parameter, value: datetime | None) -> date | None:
    """Return the day that an option names."""
    return value.date() if value else None


Command = Callable[..., None]


def reading(command: Command) -> Command:
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
        click.option("--json", "json_path", is_flag=False, flag_value="-", metavar="[PATH]", callback=_free,
                     help="Write JSON to PATH, or to standard output (nothing, or -) and nothing else there."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


#: The option of every command that judges a log as on one day.
as_of = click.option(
    "--as-of", type=DAY, callback=day, metavar="DATE",
    help="Judge as on that day, with nothing later; after the log ends, nothing came. [default: the last day of the log]",
)  # fmt: skip


def policy_of(options: dict[str, Any]) -> Policy:
    """Return the policy of the file, with zone and customer of the command line over it."""
    from techhealth.policy import Policy

    policy = Policy.from_toml(options["policy_path"]) if options["policy_path"] else Policy()
    over = {key: options[key] for key in ("timezone", "customer") if options[key]}
    return replace(policy, **over)


def ingested(
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


def assessed(
    files: tuple[str, ...], json_path: str | None, as_of: date | None, options: dict[str, Any]
) -> tuple[Assessment, Policy]:
    """Return the assessment of the named files and its policy; that the log ends before the day asked for is said.

    Where a workspace is named the usage is stored there, and judged within the history of its customer.
    """
    from techhealth import ingest

    def read(policy: Policy) -> Usage:
        return ingested(ingest.read, files, json_path, policy, options)

    policy = policy_of(options)
    if options["workspace"]:
        store, named = store_of(options["workspace"], options["store_url"]), bool(options["policy_path"])
        assessment, policy = within_history(store, read, policy, named=named, once="-" in files, as_of=as_of)
    else:
        from techhealth.assess import assess

        assessment = assess(read(policy), policy=policy, as_of=as_of)
    ends = _end(assessment)
    if as_of and as_of > ends:
        say(f"Note: the log ends on {ends}; that nothing came until {as_of} counts as no traffic.", err=True)
    return assessment, policy


def say_if_over(assessment: Assessment) -> None:
    """Say on standard error that the data ended long ago: whoever names a file means its days, and may not have them in mind."""
    ends = _end(assessment)
    without = days_without(ends, covers=covers(assessment), today=datetime.now(UTC).date())
    if without:
        say(f"Note: the data go until {ends}, which is {count(without, 'day')} ago; what has come since is not known.", err=True)  # fmt: skip


def _end(assessment: Assessment) -> date:
    from techhealth.usage.local import day_of

    made, last = assessment.generated_for, assessment.receipt.last
    return day_of(last, made.timezone) if last else made.as_of
