"""The card's issues: since when, how bad by week, which errors, why, what it costs; and webhooks that are well."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from techhealth.figures import count, day, out_of, percent, share, week
from techhealth.model import Assessment, CauseKind, IntegrationHealth, Issue, IssueKind, Kind, Severity, Webhooks, Week
from techhealth.present import words
from techhealth.present.began import since
from techhealth.present.outlook import outlook
from techhealth.present.terminal import bar, bullet, facts, heading, indented, numbered, table
from techhealth.present.unknown import unknown

_GROUPS = {Severity.CRITICAL: "▲ Critical issues", Severity.WARNING: "■ Warnings", Severity.INFO: "○ Minor issues"}
_WEEKS_SHOWN = 12
#: Kinds whose weeks prove the issue; the failures of a slow or silent integration say nothing about it.
_WEEKLY = {
    IssueKind.ERRORS: "Error rate by week",
    IssueKind.WEBHOOK: "Failed deliveries by week",
    IssueKind.FIRST_TRIES: "Failed first tries by week",
    IssueKind.AUTH: "Failures by week",
}


def issue_numbers(found: Assessment) -> dict[str, int]:
    """Return the number that each issue has on the card: by severity, then in the assessment's order."""
    ranked = sorted(found.issues, key=lambda issue: list(_GROUPS).index(issue.severity))
    return {issue.id: number for number, issue in enumerate(ranked, start=1)}


def issue_sections(found: Assessment) -> Iterator[RenderableType]:
    """Yield the issues grouped by severity in their order, then the webhooks that have no issue."""
    health = {integration.name: integration for integration in found.integrations}
    numbers = issue_numbers(found)
    for severity, title in _GROUPS.items():
        group = [issue for issue in found.issues if issue.severity is severity]
        if group:
            yield heading(title)
        for place, issue in enumerate(group):
            if place:
                yield Text("")
            yield from _issue(numbers[issue.id], issue, health.get(issue.integration), found.generated_for.timezone)
    if not found.issues:
        yield heading("Issues")
        yield Text("None found." if found.score.value is not None else f"Not known: {unknown(found).why}.")
    troubled = {issue.integration for issue in found.issues if issue.kind is IssueKind.WEBHOOK}
    yield from _quiet_webhooks([one for one in found.integrations if one.webhooks and one.name not in troubled])


def _issue(number: int, issue: Issue, health: IntegrationHealth | None, zone: str) -> Iterator[RenderableType]:
    scored = f"(score {words.points(health.score)})" if health and health.score is not None else ""
    yield numbered(number, f"{issue.integration}: {issue.title}", after=scored)
    yield facts(_standing(issue, zone), by=5)
    if issue.severity is Severity.INFO:
        return
    webhooks = health.webhooks if health and issue.kind is IssueKind.WEBHOOK else None
    if webhooks is not None:
        yield from _webhooks(webhooks)
    if issue.kind in _WEEKLY and any(block.n for block in issue.weekly):
        yield from _weekly(issue)
    if issue.top_errors and webhooks is None:
        yield from _top_errors(issue)
    if issue.causes:
        yield from _causes(issue)


def _standing(issue: Issue, zone: str) -> list[tuple[str, str | None]]:
    """Return since when, who, how sure, what it costs and what comes next."""
    flagged = f"; first flagged on {day(issue.first_flagged_on)}" if issue.first_flagged_on else ""
    before = f"; {out_of(issue.baseline.k, issue.baseline.n)} before" if issue.onset else ""
    counted = f": {out_of(issue.recent.k, issue.recent.n)} lately{before}" if issue.kind is not IssueKind.VOLUME else ""
    return [
        ("Since", f"{since(issue, zone)}, {words.SHAPE[issue.shape]}{flagged}"),
        ("Owner", words.OWNER[issue.owner]),
        ("Evidence", f"{words.EVIDENCE[issue.confidence]}{counted}"),
        ("Impact", issue.impact.text),
        ("Outlook", outlook(issue)),
        ("Cause", _in_short(issue)),
    ]


def _in_short(issue: Issue) -> str | None:
    """Return what a minor issue is laid to, of which no more is told."""
    known = [one for one in issue.causes if one.kind is not CauseKind.UNDETERMINED]
    return f"{known[0].statement}." if known and issue.severity is Severity.INFO else None


def _webhooks(webhooks: Webhooks) -> Iterator[RenderableType]:
    yield Text(f"\n     Delivery success rate: {_delivered(webhooks)}")
    yield from (bullet(f"{one.text}.", by=5) for one in webhooks.countdowns)
    if webhooks.reasons:
        yield Text("\n     Failed deliveries by reason")
        rows = [(one.meaning, count(one.count), share(one.share)) for one in webhooks.reasons]
        yield indented(table(("Reason", "Count", "Share"), rows, numbers=("Count", "Share")), by=3)


def _delivered(webhooks: Webhooks) -> str:
    target = f" (target {words.target(webhooks.target)})" if webhooks.target is not None else ""
    first, final = webhooks.first_try_rate, webhooks.final_rate
    tried = f"; at the first try {percent(first)}" if first is not None and final is not None and first < final else ""
    return f"{percent(final)}{target}{tried}"


def _weekly(issue: Issue) -> Iterator[RenderableType]:
    highest = max(block.rate or 0.0 for block in issue.weekly) or 1.0
    shown = issue.weekly[-_WEEKS_SHOWN:]
    cut = f", the last {_WEEKS_SHOWN} of {len(issue.weekly)}" if len(shown) < len(issue.weekly) else ""
    yield Text(f"\n     {_WEEKLY[issue.kind]}{cut}")
    rows = [_week_row(block, highest=highest) for block in shown]
    yield indented(table(("Week", "Rate", "", "Count"), rows, numbers=("Rate", "Count")), by=3)


def _week_row(block: Week, *, highest: float) -> tuple[str, ...]:
    drawn = bar((block.rate or 0.0) / highest, width=20)
    return week(block.first, block.last), percent(block.rate), drawn, out_of(block.k, block.n)


def _top_errors(issue: Issue) -> Iterator[RenderableType]:
    yield Text("\n     Top errors, whole period")
    rows = [
        (words.sentence(error.code), count(error.count), share(error.share), error.meaning, words.OWNER[error.owner])
        for error in issue.top_errors
    ]
    columns = ("Error", "Count", "Share", "Description", "Owner")
    yield indented(table(columns, rows, numbers=("Count", "Share")), by=3)


def _causes(issue: Issue) -> Iterator[RenderableType]:
    yield Text("\n     Pattern and cause" if issue.kind is IssueKind.WEBHOOK else "\n     Root cause analysis")
    for cause in issue.causes:
        yield bullet(cause.statement, after=f"({part})" if (part := words.explained(cause, issue)) else "", by=5)
        other = cause.runner_up
        if other and other not in {one.statement for one in issue.causes}:
            yield indented(Text(f"Also considered: {other}", style="dim"), by=7)


def _quiet_webhooks(webhooks: list[IntegrationHealth]) -> Iterator[RenderableType]:
    if webhooks:
        yield heading("Webhook deliveries")
    for health in webhooks:
        if health.webhooks is not None:
            total = health.webhooks.delivered + health.webhooks.failed
            failed = f"{out_of(health.webhooks.failed, total)} not delivered"
            more = health.calls - total if health.kind is Kind.WEBHOOK else 0
            unknown = f"; how {count(more)} more ended is not known" if more else ""
            yield bullet(f"{health.name}: delivery success rate {_delivered(health.webhooks)}; {failed}{unknown}")
