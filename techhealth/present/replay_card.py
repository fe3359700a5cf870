"""A replay as a card for the terminal: when each issue would have been known, and how policies compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import RenderableType
from rich.text import Text

from techhealth.figures import count, date_range, week
from techhealth.model import CauseKind, IssueKind, PolicyReplay, Replay, Sighting
from techhealth.present import words
from techhealth.present.terminal import harmless, heading, indented, printed, table

_NONE = "–"
_MEANING = (
    "Flagged: the first day it would have stood among the issues. Critical: the first day it was critical. Lead: from flagged "
    "to the customer's own report where that is known (--reported), else to critical. Since: its onset, as dated at the end."
)
#: What an issue is about, in one word or two.
_ABOUT = {
    IssueKind.ERRORS: "failing calls",
    IssueKind.LATENCY: "slow calls",
    IssueKind.WEBHOOK: "failing deliveries",
    IssueKind.FIRST_TRIES: "failing first tries",
    IssueKind.AUTH: "authentication",
    IssueKind.VOLUME: "missing traffic",
}


def render_replay(replay: Replay, *, width: int, color: bool) -> str:
    """Return the replay as text of at most `width` columns; without color it holds no escape code."""
    return printed(_card(harmless(replay)), width=width, color=color)


def _card(replay: Replay) -> Iterator[RenderableType]:
    period = date_range(replay.period.first, replay.period.last)
    yield Text(f"{replay.generated_for.customer}: {period}, each day judged as if it were today", style="bold")
    yield Text(f"{count(len(replay.days), 'day')} with data; days in {replay.generated_for.timezone}", style="dim")
    first, *others = replay.policies
    yield heading("When each issue would have been known")
    yield _issues(first)
    if others:
        yield heading("Policies compared")
        yield from _compared(replay.policies)
    if any(one.issues for one in replay.policies):
        yield Text("\n" + _MEANING, style="dim")


def _compared(policies: Sequence[PolicyReplay]) -> Iterator[RenderableType]:
    """Yield what each policy comes to, and the issues on whose days they differ."""
    yield table(
        ("Policy", "Issues flagged", "Critical", "Median lead"),
        [(one.name, count(one.flagged), count(one.critical), _lead(one.median_lead_days)) for one in policies],
        numbers=("Issues flagged", "Critical", "Median lead"),
    )
    yield Text("")
    seen = {id_: one for policy in reversed(policies) for id_, one in _by_id(policy).items()}
    days = {id_: [_days(_by_id(policy).get(id_)) for policy in policies] for id_ in seen}
    differ = [id_ for id_, said in days.items() if len(set(said)) > 1]
    same = len(seen) - len(differ)
    if not differ:
        yield indented(Text("Every issue would have been flagged, and become critical, on the same days."))
        return
    yield table(
        ("Flagged (critical)", *(one.name for one in policies)),
        [(f"{seen[id_].integration}: {_ABOUT[seen[id_].kind]}", *days[id_]) for id_ in differ],
    )
    if same:
        yield indented(Text(f"{count(same, 'other issue')}: the same days under each policy.", style="dim"))
    yield indented(
        Text("A policy that calls an issue critical sooner shortens its lead: compare the days.", style="dim")
    )


def _by_id(policy: PolicyReplay) -> dict[str, Sighting]:
    return {one.id: one for one in policy.issues}


def _days(seen: Sighting | None) -> str:
    """Return when an issue was flagged and became critical under one policy."""
    return "never" if seen is None else f"{_day(seen.first_flagged)} ({_day(seen.critical_on)})"


def _issues(policy: PolicyReplay) -> RenderableType:
    if not policy.issues:
        return Text("Nothing would have been flagged.")
    return table(
        ("Issue", "Flagged", "Critical", "Lead", "Since", "At the end"),
        [_row(one) for one in policy.issues],
        numbers=("Flagged", "Critical", "Lead", "Since"),
    )


def _row(seen: Sighting) -> tuple[str, ...]:
    since = _day(seen.onset.on) if seen.onset else _NONE
    return (
        f"{seen.integration}: {_ABOUT[seen.kind]}{because(seen.cause)}",
        _day(seen.first_flagged),
        f"{_day(seen.reported_on)} (reported)" if seen.reported_on else _day(seen.critical_on),
        _lead(seen.lead_days),
        since,
        words.SEVERITY[seen.severity],
    )


def because(cause: CauseKind | None) -> str:
    """Return the cause of an issue as what follows its name, nothing where it is not known."""
    return "" if cause in (None, CauseKind.UNDETERMINED) else f", {str(cause).replace('_', ' ')}"


def _day(value: date | None) -> str:
    return _NONE if value is None else week(value, value)


def _lead(days: float | None) -> str:
    if days is None:
        return _NONE
    return f"{days:g} day" if days == 1 else f"{days:g} days"
