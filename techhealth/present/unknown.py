"""Why nothing can be said of a customer's health, and what to export so that it can: one table for every door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from techhealth.model import Assessment, IntegrationHealth, IssueKind, Receipt, State
from techhealth.present import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Why there is no score ("there is too little data"), and what to export ("a log with more days")."""

    why: str
    export: str


def unknown(found: Assessment) -> Unknown:
    """Return what keeps an assessment without a score from having one."""
    return next(reason for holds, reason in _REASONS if holds(found))


def no_score(found: Assessment) -> str:
    """Return why there is no score and what helps, as sentences; unknown is not healthy."""
    if found.score.state is State.SILENT:
        return "No traffic came lately, and silence is not health. Find out whether the integrations are still in use."
    missing = unknown(found)
    return f"No score, because {missing.why}, and unknown is not healthy. Export {missing.export}."


def why_unscored(health: IntegrationHealth) -> str:
    """Return why an integration has no score: its state, or that nobody knows how most of its events ended."""
    open_ended = health.state is State.NOT_ENOUGH_DATA and health.calls > 2 * health.success.n
    return "how most of it ended is not known" if open_ended else words.STATE[health.state]


def unscored(found: Assessment) -> str:
    """Return the integrations that the score does not speak of, each with its reason; empty where it speaks of all."""
    names = [f"{one.name} ({why_unscored(one)})" for one in found.integrations if one.score is None]
    return f"Not in the score: {', '.join(names)}" if names and found.score.value is not None else ""


def no_latency(receipt: Receipt) -> str:
    """Return why no latency is judged: only that of calls that succeed is, and it may be a column that was not read."""
    if name := unread_latency(receipt):
        return f"Column {name} was not read. If it is how long a call took, latency can be judged by it."
    if all(file.first_latency_ms is None for file in receipt.files):
        return "No latency in these files, so there is none to judge."
    if not receipt.api_calls:
        return "How long deliveries took was read, but is not judged: only the latency of calls is."
    return "No call with a latency succeeded in these days, so there is none to judge."


def unread_latency(receipt: Receipt) -> str | None:
    """Return the column that may be how long a call took though it was not read, where no file tells of any."""
    if any(file.first_latency_ms is not None for file in receipt.files):
        return None
    return next((file.perhaps_latency for file in receipt.files if file.perhaps_latency), None)


def beyond(found: Assessment) -> str:
    """Return what to say behind a risk level that stands for a part of the truth alone, nothing where all is known."""
    return "" if found.score.value is not None else f" at least; the rest is not known: {unknown(found).why}."


def _no_outcomes(found: Assessment) -> bool:
    return any(one.calls for one in found.integrations) and not any(one.success.n for one in found.integrations)


def _few_outcomes(found: Assessment) -> bool:
    return any(one.calls > 2 * one.success.n for one in found.integrations)


def _no_times(found: Assessment) -> bool:
    return any(one.whole_period.undated for one in found.integrations)


#: Asked in order; the last one always holds.
_REASONS: tuple[tuple[Callable[[Assessment], bool], Unknown], ...] = (
    (
        lambda found: bool(found.receipt.failures_only),
        Unknown(why="the log holds only failures", export="the successes as well"),
    ),
    (
        _no_outcomes,
        Unknown(why="no row tells whether a call succeeded", export="the log with its status or outcome column"),
    ),
    (
        _few_outcomes,
        Unknown(why="how most calls ended is not known", export="the log with a status or an error for each row"),
    ),
    (
        _no_times,
        Unknown(why="too many failures have no readable time", export="the log with times that can be read"),
    ),
    (
        lambda found: any(one.kind is IssueKind.VOLUME for one in found.issues),
        Unknown(why="most of the usual traffic stays away", export="the calls that are missing, if there were any"),
    ),
    (lambda _found: True, Unknown(why="there is too little data", export="a log with more days or more calls")),
)
