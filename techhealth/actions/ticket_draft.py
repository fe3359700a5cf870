"""What a ticket would say, drafted from an assessment, for a person to edit before it is created.

A ticket is about one integration: a support engineer needs its issues side by side, and somebody else its neighbour's.
Unless issues are named it is about the integration of the most pressing one, with all of its issues.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from techhealth.actions.mail import one_line
from techhealth.actions.ticket_days import reported_day
from techhealth.errors import UsageError
from techhealth.figures import count
from techhealth.model import Assessment, Horizon, Issue, Owner, Recommendation, Severity
from techhealth.present import ticket_words, words
from techhealth.present.terminal import harmless

#: Share of calls from which an integration is down for those who use it, not merely impaired; judgement of this project.
_DOWN = 0.5
_LONGEST_TEXT = 20_000


class Priority(StrEnum):
    """How soon somebody has to look."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


_PRIORITY = {Severity.CRITICAL: Priority.HIGH, Severity.WARNING: Priority.NORMAL, Severity.INFO: Priority.LOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAction:
    """One thing to do; `expected` says what it wins, `note` names a practice note."""

    title: str
    horizon: Horizon
    owner: Owner
    steps: tuple[str, ...]
    expected: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """What a ticket says about one integration; `dataclasses.replace` edits it.

    `issues` are the assessment's own, the one that leads the ticket first; `customer_reported_on` is the day on which the
    customer told of the trouble himself, None when he did not or nobody wrote it down.
    """

    customer: str
    integration: str
    priority: Priority
    subject: str
    description: str
    actions: tuple[TicketAction, ...]
    issues: tuple[Issue, ...]
    as_of: date
    customer_reported_on: date | None = None


def draft(assessment: Assessment, *, issues: Iterable[str] | None = None) -> TicketDraft:
    """Return the ticket about some issues of an assessment; its texts are fit to be shown anywhere as plain text.

    `issues` are ids of one integration, the one that leads first; None: all of the integration with the most pressing.

    Raises:
        UsageError: if there is no issue, an unknown one, or issues of several integrations.
    """
    found = harmless(assessment)
    chosen = _chosen(found, None if issues is None else tuple(issues))
    ids = {issue.id for issue in chosen}
    wanted = [one for one in found.recommendations if ids & set(one.issue_ids)]
    return TicketDraft(
        customer=found.generated_for.customer, integration=chosen[0].integration, priority=priority(chosen),
        subject=ticket_words.subject(chosen[0], among=[one.name for one in found.integrations]), description=ticket_words.description(found, chosen),
        actions=tuple(_action(one, found.score.value) for one in wanted), issues=chosen, as_of=found.generated_for.as_of,
    )  # fmt: skip


def priority(issues: Sequence[Issue]) -> Priority:
    """Return the priority of the gravest issue: by its severity, urgent where it is critical and hits half of the calls."""
    worst = min(issues, key=lambda issue: (list(_PRIORITY).index(issue.severity), -issue.impact.share_of_calls))
    down = worst.severity is Severity.CRITICAL and worst.impact.share_of_calls >= _DOWN
    return Priority.URGENT if down else _PRIORITY[worst.severity]


def cleaned(edited: TicketDraft, *, now: datetime) -> TicketDraft:
    """Return a draft as it may be stored and sent, whoever wrote into it: one line is one line, and nothing is unprintable.

    Raises:
        UsageError: if the customer's own report lies in the future.
    """
    reported_day(edited.customer_reported_on, now=now)
    subject = one_line(edited.subject)[:200] or ticket_words.subject(edited.issues[0])
    return replace(edited, subject=subject, description=_lines(edited.description)[:_LONGEST_TEXT])


def _chosen(found: Assessment, ids: tuple[str, ...] | None) -> tuple[Issue, ...]:
    if not found.issues or ids == ():
        whose, without = found.generated_for.customer, found.risk.days_without
        known = (
            f"of the {count(without, 'day')} since the last data nothing is known"
            if without
            else "nothing was found wrong"
        )
        raise UsageError(f"no issue of {whose} to open a ticket about; {known}.")
    if ids is None:
        return tuple(issue for issue in found.issues if issue.integration == found.issues[0].integration)
    chosen = named_issues(found.issues, ids)
    if len(of := list(dict.fromkeys(issue.integration for issue in chosen))) > 1:
        raise UsageError(f"a ticket is about one integration, these issues are of {', '.join(of)}; open one for each.")
    return chosen


def named_issues(issues: Sequence[Issue], ids: Iterable[str]) -> tuple[Issue, ...]:
    """Return the issues that ids name, in their order.

    Raises:
        UsageError: if there is none of an id.
    """
    known, wanted = {issue.id: issue for issue in issues}, dict.fromkeys(ids)
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise UsageError(f"there is no issue {unknown[0]!r}; there are {', '.join(known)}.")
    return tuple(known[one] for one in wanted)


def _action(one: Recommendation, score: float | None) -> TicketAction:
    return TicketAction(
        title=one.title, horizon=one.horizon, owner=one.owner, steps=one.steps,
        expected=words.expected(one.expected, score=score), note=one.note,
    )  # fmt: skip


def _lines(text: str) -> str:
    """Return a text of several lines without anything unprintable; at most one line in a row is empty."""
    kept: list[str] = []
    for line in text.splitlines():
        clean = "".join(char if char.isprintable() else " " for char in line).rstrip()
        if clean or (kept and kept[-1]):
            kept.append(clean)
    return "\n".join(kept).strip()
