"""What a support ticket says about the issues of one integration: its subject, and the evidence, numbered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from techhealth.figures import count, date_range, day, out_of, percent, share
from techhealth.model import Assessment, Cause, Days, Issue, IssueKind, Severity, TopError
from techhealth.present import words
from techhealth.present.began import hour_of, since
from techhealth.present.outlook import outlook

#: Kind → what a support engineer calls it.
_SUBJECT = {
    IssueKind.ERRORS: "API Performance Degradation",
    IssueKind.LATENCY: "Slow Responses",
    IssueKind.WEBHOOK: "Webhook Delivery Failures",
    IssueKind.FIRST_TRIES: "Webhook Deliveries Late",
    IssueKind.AUTH: "Authentication Failures",
    IssueKind.VOLUME: "Missing Traffic",
}
#: Kind → what its rate is called, and what it counts; the calls of silence are no rate.
_RATE = {
    IssueKind.ERRORS: ("Error Rate", "calls"),
    IssueKind.LATENCY: ("Slower than the SLA", "successful calls"),
    IssueKind.WEBHOOK: ("Failed Deliveries", "deliveries"),
    IssueKind.FIRST_TRIES: ("Failed First Tries", "deliveries"),
    IssueKind.AUTH: ("Authentication Failures", "calls"),
}
_STANDING = {Severity.CRITICAL: "critical issue", Severity.WARNING: "issue", Severity.INFO: "minor issue"}


def subject(issue: Issue, *, among: Iterable[str] = ()) -> str:
    """Return what a ticket is about, in one line; `among` are the customer's integrations."""
    return f"{_SUBJECT[issue.kind]} - {_short(issue.integration, among)} Integration"


def _short(name: str, among: Iterable[str]) -> str:
    """Return what people call an integration: the part in brackets, where no other one has it.

    Examples:
        >>> _short("Custom API (Reports)", ["Custom API (Data)"]), _short("Custom API (Data)", ["Webhook (Data)"])
        ('Reports', 'Custom API (Data)')
    """
    found = re.search(r"\((.+)\)$", name)
    alone = found and not any(other != name and other.endswith(found[0]) for other in among)
    return found[1] if found and alone else name


def description(found: Assessment, issues: Sequence[Issue]) -> str:
    """Return what was found, with its evidence numbered: the rate, its first cause, the others, the impact, the issues beside it.

    Args:
        found: the assessment.
        issues: of one integration, the most pressing first.
    """
    lead, days = issues[0], date_range(found.period.first, found.period.last)
    name = _short(lead.integration, [one.name for one in found.integrations])
    company = found.generated_for.customer
    whose = f"{company}'{'' if company.endswith('s') else 's'} {name} integration"
    standing = _STANDING[lead.severity]
    identified = f"{standing}s" if len(issues) > 1 else f"{'an' if standing.startswith('i') else 'a'} {standing}"
    opening = f"Technical health analysis of {days} identified {identified} with {whose}:"
    lines = [f"{number}. {line}" for number, line in enumerate(_evidence(found, issues), start=1)]
    return "\n".join([opening, "", *lines])


def _evidence(found: Assessment, issues: Sequence[Issue]) -> Iterator[str]:
    lead, *others = issues
    window = next((one.window for one in found.integrations if one.name == lead.integration), found.window)
    yield _measured(lead, window, zone=found.generated_for.timezone)
    for place, line in enumerate(_reasons(lead)):
        yield f"{'Secondary' if place else 'Top Issue'}: {line}"
    yield f"Impact: {lead.impact.text}"
    yield from (
        f"Also: {words.sentence(words.TROUBLE[one.kind])}: {one.title} ({out_of(one.recent.k, one.recent.n)})"
        for one in others
    )
    yield f"Since: {since(lead, found.generated_for.timezone)}, {words.SHAPE[lead.shape]}{_flagged(lead.first_flagged_on)}"
    if heading := outlook(lead):
        yield f"Outlook: {heading}"
    if found.risk.days_without:
        yield f"No data for {count(found.risk.days_without, 'day')}: what has failed since is not known"


def _measured(issue: Issue, window: Days, *, zone: str) -> str:
    """Return how bad it is now and how it was, with the counts."""
    if issue.kind not in _RATE:
        return f"{words.sentence(words.TROUBLE[issue.kind])}: {issue.title}"
    label, what = _RATE[issue.kind]
    now = issue.going
    if now is not None:
        label = f"{label}: {percent(now.k / now.n)} right now ({out_of(now.k, now.n)} {what}). Over {count(window.days, 'day')}"
    days = date_range(window.first, window.last)
    told = f"{label}: {percent(issue.recent.rate)} ({out_of(issue.recent.k, issue.recent.n)} {what}, {days})"
    if issue.onset is None or issue.baseline.rate is None:
        return f"{told}; {issue.title}"
    moved = "up" if (issue.recent.rate or 0) > issue.baseline.rate else "down"
    return f"{told}, {moved} from {percent(issue.baseline.rate)} ({out_of(issue.baseline.k, issue.baseline.n)}) before {hour_of(issue, zone) or day(issue.onset.on)}"


def _reasons(issue: Issue) -> list[str]:
    """Return the causes, the first one foremost, and the errors without one that are more frequent than another's, by share.

    Causes of the same error are one line: they are two sides of the same failures.
    """
    of: dict[str, list[Cause]] = {}
    for cause in issue.causes:
        of.setdefault(str(cause.evidence.get("code") or cause.statement), []).append(cause)
    named = {code: causes[0].share_of_issue for code, causes in of.items()}
    least = min((cause.share_of_issue for cause in issue.causes if cause.evidence.get("code")), default=1.0)
    known = [(named[code], _caused(issue, code, causes)) for code, causes in of.items()]
    rest = [(one.share, _error(one)) for one in issue.top_errors if one.code not in named and one.share > least]
    return [text for _, text in [*known[:1], *sorted([*known[1:], *rest], key=lambda one: -one[0])]]


def _caused(issue: Issue, code: str, causes: Sequence[Cause]) -> str:
    """Return causes with the error they stand for, and how much of the issue each covers."""
    error = next((one for one in issue.top_errors if one.code == code), None)
    told = [_error(error)] if error else []
    for cause in causes:
        same = error is not None and share(error.share) == share(cause.share_of_issue)
        covered = "" if same else words.explained(cause, issue)
        told.append(f"{cause.statement}{f' ({covered})' if covered else ''}")
    return ". ".join(told)


def _error(one: TopError) -> str:
    code = f" ({one.code})" if one.code.isdecimal() else ""
    return f"{one.meaning}{code} - {share(one.share)} of failures"


def _flagged(on: date | None) -> str:
    return f"; first flagged on {day(on)}" if on else ""
