"""Issue cards in order of urgency: what fails, its proof, and a next action; minor ones folded to a line."""

from __future__ import annotations

from collections.abc import Mapping

from techhealth.model import Assessment, Band, IntegrationHealth, Issue, IssueKind, Severity
from techhealth.present import charts, words
from techhealth.present.audience import Audience
from techhealth.present.charts import Figure
from techhealth.present.page.evidence import details, health_of, issue_facts, next_action, sliced
from techhealth.present.page.markup import Draw, Html, anchor, card, chip, el, join, tone
from techhealth.present.page.tables import errors_table
from techhealth.present.unknown import unknown

_CHOOSING = "Click a day or a week in a chart, or draw over several: every chart by day or week of that integration shows the same days; Escape shows all."
_HEADS = {Severity.CRITICAL: "Critical issues", Severity.WARNING: "Warnings", Severity.INFO: "Minor issues"}


def issues_card(
    assessment: Assessment,
    *,
    draw: Draw,
    audience: Audience = Audience.INTERNAL,
    elsewhere: Mapping[str, Html] | None = None,
) -> Html:
    """Return every issue in order of urgency, or the good news when there is none; none is good where newer data are missed.

    `elsewhere` tells by their ids what issues share with those of other customers.
    """
    others = elsewhere or {}
    if not assessment.issues:
        return _no_issues(assessment, audience)
    by_hour = next((issue.id for issue in assessment.issues if _shows_hours(issue, assessment)), None)
    parts: list[Html] = []
    for severity, head in _HEADS.items():
        mine = [issue for issue in assessment.issues if issue.severity is severity]
        cards = [
            _issue(
                assessment,
                issue,
                draw=draw,
                audience=audience,
                by_hour=issue.id == by_hour,
                elsewhere=others.get(issue.id),
            )
            for issue in mine
        ]
        if cards:
            parts += [el("h2.th-section", head), el(f"div.th-issues.th-of-{severity.value}", *cards)]
    choosing = el("p.th-muted.th-choosing", _CHOOSING)
    return join(parts[0], choosing, *parts[1:])


def _shows_hours(issue: Issue, assessment: Assessment) -> bool:
    """Return whether the hours of failure belong on the card of an issue, open to see."""
    told = issue.kind is IssueKind.WEBHOOK or (issue.kind is IssueKind.ERRORS and issue.severity is Severity.CRITICAL)
    return told and charts.has_hours(assessment, issue.integration)


def _issue(assessment: Assessment, issue: Issue, *, draw: Draw, audience: Audience, by_hour: bool, elsewhere: Html | None) -> Html:  # fmt: skip
    """Return one issue: what fails, why, what it costs, since when, who acts, how sure, and what to do."""
    health = health_of(assessment, issue)
    label = words.SEVERITY[issue.severity]
    if issue.severity is Severity.INFO:
        return _minor(assessment, issue, health, draw=draw, audience=audience, elsewhere=elsewhere)
    critical = issue.severity is Severity.CRITICAL
    table = errors_table(issue, audience=audience) if critical and issue.top_errors else None
    parts = [charts.by_slice(cause) for cause in sliced(issue)[:1]] if critical else []
    hours = charts.by_status(assessment, issue.integration) if by_hour else None
    return el(
        f"article.th-card.th-issue.th-{tone(label)}-edge",
        el("div.th-row", chip(label), el("span.th-muted", issue.integration), _milder(issue, health)),
        el("h3", issue.title),
        el(
            "div.th-split",
            el(
                "div",
                issue_facts(assessment, issue, audience=audience, elsewhere=elsewhere),
                next_action(assessment, issue, audience=audience),
            ),
            el(
                "div",
                *(draw(figure) for figure in _proofs(assessment, issue, health, by_hour=by_hour)),
                table,
                *(draw(figure) for figure in parts),
            ),
        ),
        draw(hours) if hours else None,
        details(assessment, issue, draw=draw, audience=audience, with_proof=not critical, with_hours=not by_hour),
        id=anchor(issue),
    )


def _minor(
    assessment: Assessment, issue: Issue, health: IntegrationHealth | None, *, draw: Draw, audience: Audience,
    elsewhere: Html | None,
) -> Html:  # fmt: skip
    """Return a minor issue in one line, with all there is to know about it folded."""
    line = el(
        "summary",
        chip(words.SEVERITY[issue.severity]),
        " ",
        el("strong", issue.title),
        " ",
        el("span.th-muted", issue.integration),
    )
    reason = _milder(issue, health)
    return el(
        "details.th-card.th-issue.th-info-edge",
        line,
        el("p", reason) if reason else None,
        issue_facts(assessment, issue, audience=audience, elsewhere=elsewhere),
        next_action(assessment, issue, audience=audience),
        *(draw(figure) for figure in _proofs(assessment, issue, health)),
        details(assessment, issue, draw=draw, audience=audience, with_proof=True, with_hours=True),
        id=anchor(issue),
    )


def _milder(issue: Issue, health: IntegrationHealth | None) -> Html | None:
    """Return why slow calls are no worse than they are called, None for every other issue."""
    if issue.kind is not IssueKind.LATENCY or issue.severity is Severity.CRITICAL:
        return None
    assumed = health is not None and health.latency is not None and health.latency.sla_source != "policy"
    return el("span.th-chip.th-none", "assumed SLA" if assumed else "slow, but these calls succeed")


def _proofs(
    assessment: Assessment, issue: Issue, health: IntegrationHealth | None, *, by_hour: bool = False
) -> list[Figure]:
    """Return the charts that show an issue best, its trend first; without its hours where a map shows them `by_hour`."""
    if issue.kind is IssueKind.LATENCY:
        return [charts.latency(assessment, health, issue)] if health else []
    if issue.kind is IssueKind.VOLUME:
        return [charts.daily_calls(assessment, issue)]
    trend = [charts.weekly_errors(issue)] if issue.weekly else []
    if issue.kind is IssueKind.WEBHOOK and health and health.webhooks and health.webhooks.reasons:
        known = charts.has_hours(assessment, issue.integration) and not by_hour
        pattern = [charts.failures_by_hour(assessment, issue.integration)] if known else []
        return [*trend, charts.reasons(health), *pattern]
    return trend


def _no_issues(assessment: Assessment, audience: Audience) -> Html:
    """Return the good news, briefly; or, without a score or any newer data, that nothing can be said."""
    without = assessment.risk.days_without
    if without:
        until = words.day(assessment.generated_for.as_of)
        silent = f"No issue was found until {until}, but of the {words.count(without, 'day')} since nothing is known."
        return card("Issues", el("p", silent), kind=".th-wide")
    if assessment.score.value is None:
        return card(
            "Issues",
            el("p", f"No issue was found, but {unknown(assessment).why}, so nothing can be called healthy."),
            kind=".th-wide",
        )
    band = assessment.score.band or Band.HEALTHY
    ours = ": a good moment to tell the customer so" if audience is Audience.INTERNAL else ""
    well = ours if band is Band.HEALTHY else ", though points are lost"
    good = f" Nothing degraded and no target is clearly missed{well}."
    return card(
        "Issues", el("p", chip(words.BAND[band]), " ", el("strong", "No issue was found."), good), kind=".th-wide"
    )
