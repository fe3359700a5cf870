"""Issue cards and the webhook section: failure, cause and impact kept apart, ending in a next action."""

from __future__ import annotations

from techhealth.model import Assessment, Cause, IntegrationHealth, Issue, IssueKind, Rate, Severity
from techhealth.present import charts, words
from techhealth.present.charts import Figure
from techhealth.present.page.markup import Draw, Html, card, chip, el, facts, join, tone
from techhealth.present.page.tables import errors_table

#: What the rate of an issue counts.
_WHAT = {
    IssueKind.ERRORS: "of calls fail",
    IssueKind.LATENCY: "of calls are slower than the SLA",
    IssueKind.WEBHOOK: "of deliveries fail",
    IssueKind.AUTH: "fail for authentication",
}


def issues_card(assessment: Assessment, *, draw: Draw) -> Html:
    """Return every issue in order of urgency, or the good news when there is none."""
    if not assessment.issues:
        return no_issues(assessment)
    heads = {Severity.CRITICAL: "Critical issues", Severity.WARNING: "Warnings", Severity.INFO: "Minor issues"}
    parts: list[Html] = []
    for severity, head in heads.items():
        mine = [issue_card(assessment, issue, draw=draw) for issue in assessment.issues if issue.severity is severity]
        if mine:
            parts += [el("h2.th-section", head), el(f"div.th-issues.th-of-{severity.value}", *mine)]
    return join(*parts)


def issue_card(assessment: Assessment, issue: Issue, *, draw: Draw) -> Html:
    """Return one issue: what fails, why, what it costs, since when, who acts, how sure, and what to do."""
    label = words.SEVERITY[issue.severity]
    proof = None if issue.severity is Severity.INFO else _proof(assessment, issue)
    return el(
        f"article.th-card.th-issue.th-{tone(label)}-edge",
        el("div.th-row", chip(label), el("span.th-muted", issue.integration)),
        el("h3", issue.title),
        el(
            "div.th-split",
            el("div", _facts(issue), _next(assessment, issue)),
            el("div", draw(proof) if proof else None, errors_table(issue) if _at_once(issue) else None),
        ),
        _details(assessment, issue, draw=draw),
    )


def _at_once(issue: Issue) -> bool:
    """Return whether the top errors stand beside the chart; less urgent issues show them on demand."""
    return issue.severity is Severity.CRITICAL and bool(issue.top_errors)


def _proof(assessment: Assessment, issue: Issue) -> Figure | None:
    """Return the one chart that shows an issue best."""
    if issue.kind is IssueKind.LATENCY:
        return next(
            (charts.latency(assessment, one) for one in assessment.integrations if one.name == issue.integration), None
        )
    if issue.kind is IssueKind.VOLUME:
        return charts.daily_calls(assessment, issue)
    if issue.kind is IssueKind.AUTH and _has_hours(assessment, issue):
        return charts.heat_map(assessment, issue.integration)
    return charts.weekly_errors(issue) if issue.weekly else None


def _facts(issue: Issue) -> Html:
    return facts(
        [
            ("Failure", _failure(issue)),
            ("Cause", _causes(issue)),
            ("Impact", issue.impact.text),
            ("Since", f"{words.since(issue.onset)}; {words.SHAPE[issue.shape]}"),
            ("Who", words.sentence(words.OWNER[issue.owner])),
            ("Outlook", issue.forecast.text if issue.forecast else None),
            (
                "Evidence",
                f"{words.EVIDENCE[issue.confidence]}, from {words.count(issue.recent.n + issue.baseline.n if issue.onset else issue.baseline.n)} observations",
            ),
        ]
    )


def _failure(issue: Issue) -> str:
    """Return the rate now and the rate it is compared with, each with its counts."""
    if issue.kind not in _WHAT:
        return issue.title
    before = "before" if issue.onset else "in the whole period"
    return f"{_rate(issue.recent)} {_WHAT[issue.kind]}; {_rate(issue.baseline)} {before}"


def _rate(rate: Rate) -> str:
    return f"{words.percent(rate.rate)} ({words.count(rate.k)} of {words.count(rate.n)})"


def _causes(issue: Issue) -> Html | str:
    if not issue.causes:
        return "Not determined from this log"
    return el("ul.th-plain", *(el("li", _cause(cause)) for cause in issue.causes))


def _cause(cause: Cause) -> Html:
    part = words.explained(cause)
    return join(words.sentence(cause.statement).rstrip(".") + ".", el("span.th-muted", f" {part}.") if part else None)


def _next(assessment: Assessment, issue: Issue) -> Html:
    """Return what to do about an issue first, and what it wins."""
    mine = [one for one in assessment.recommendations if issue.id in one.issue_ids]
    if not mine:
        return el("p.th-do", el("strong", "Keep watching:"), " nothing to do yet; look again with next week's log.")
    first = mine[0]
    return el(
        "p.th-do",
        el("strong", f"Next: {first.title}."),
        " ",
        words.expected(first.expected, score=assessment.score.value) + ".",
    )


def _has_hours(assessment: Assessment, issue: Issue) -> bool:
    return any(cell.integration == issue.integration and cell.k for cell in assessment.timeline.hours)


def _details(assessment: Assessment, issue: Issue, *, draw: Draw) -> Html:
    """Return the evidence of an issue, on demand: top errors, charts, what else was considered, masked samples."""
    doubts = " ".join(dict.fromkeys(cause.runner_up for cause in issue.causes if cause.runner_up))
    counted = issue.kind in (IssueKind.ERRORS, IssueKind.WEBHOOK)
    proof = _proof(assessment, issue) if issue.severity is Severity.INFO else None
    figures = [proof] if proof else []
    if counted:
        figures.append(charts.daily_failures(assessment, issue))
    if counted and _has_hours(assessment, issue):
        figures.append(charts.heat_map(assessment, issue.integration))
    return el(
        "details",
        el("summary", "Evidence in detail"),
        errors_table(issue) if issue.top_errors and not _at_once(issue) else None,
        el("div.th-pair", *(draw(figure) for figure in figures)) if figures else None,
        el("p.th-muted", f"Considered as well: {doubts}") if doubts else None,
        _samples(issue),
    )


def _samples(issue: Issue) -> Html | None:
    if not issue.samples:
        return None
    lines = (
        f"{one.at:%Y-%m-%d %H:%M:%S} UTC  {one.status}  {one.endpoint}{f'  key {one.masked_key}' if one.masked_key else ''}"
        for one in issue.samples
    )
    return el("pre.th-scroll", "\n".join(lines), tabindex=0, role="region", aria_label="Sample failures, keys masked")


def webhook_card(assessment: Assessment, health: IntegrationHealth, *, draw: Draw) -> Html:
    """Return the delivery rate of an integration against its target, with reasons and hours beside it."""
    measured = health.webhooks
    if measured is None:
        return join()
    target = f" Target {words.percent(measured.target)}." if measured.target is not None else ""
    first = f" First tries: {words.percent(measured.first_try_rate)}." if measured.first_try_rate is not None else ""
    missed = measured.target is not None and measured.final_rate is not None and measured.final_rate < measured.target
    return card(
        f"Webhook deliveries: {health.name}",
        el(
            "p",
            el("strong", f"Delivery success rate: {words.percent(measured.final_rate)}. "),
            chip("■ Below target") if missed else chip("● On target") if measured.target is not None else None,
            el("span.th-muted", f"{target} {words.count(measured.failed)} of {words.count(measured.delivered + measured.failed)} failed in the current window.{first}"),
        ),
        el("div.th-pair", draw(charts.reasons(health)), draw(charts.failures_by_hour(assessment, health.name))) if measured.reasons else None,
        kind=".th-wide",
    )  # fmt: skip


def webhooks_card(assessment: Assessment, *, draw: Draw) -> Html:
    """Return the webhook section: one card for each integration with deliveries, nothing without any."""
    return join(
        *(webhook_card(assessment, one, draw=draw) for one in assessment.integrations if one.webhooks is not None)
    )


def no_issues(assessment: Assessment) -> Html:
    """Return the good news, briefly; or, without a score, that nothing can be said yet."""
    if assessment.score.value is None:
        return card(
            "Issues",
            el("p", "No issue was found, but there is too little data to call anything healthy."),
            kind=".th-wide",
        )
    good = " Nothing degraded and every target is met: a good moment to tell the customer so."
    return card("Issues", el("p", chip("● Healthy"), " ", el("strong", "No issue was found."), good), kind=".th-wide")
