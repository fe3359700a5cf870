"""What stands on an issue's card: failure, cause and impact kept apart, the next action, and the evidence on demand."""

from __future__ import annotations

import csv
import io
from base64 import b64encode
from datetime import timedelta

from techhealth.figures import cell
from techhealth.model import (
    Assessment,
    Cause,
    Days,
    Impact,
    IntegrationHealth,
    Issue,
    IssueKind,
    Latency,
    Rate,
    Recommendation,
    Shape,
    Spell,
)
from techhealth.present import charts, words
from techhealth.present.audience import Audience, blamed, won
from techhealth.present.began import hour_of, since
from techhealth.present.outlook import heading_for, outlook, rises
from techhealth.present.page.markup import Child, Draw, Html, el, facts, join, table
from techhealth.present.page.tables import errors_table
from techhealth.present.page.webhooks import delivery_rate

#: What the rate of an issue counts.
WHAT = {
    IssueKind.ERRORS: "of calls fail",
    IssueKind.LATENCY: "of calls are slower than the SLA",
    IssueKind.WEBHOOK: "of deliveries fail",
    IssueKind.FIRST_TRIES: "of first tries fail",
    IssueKind.AUTH: "fail for authentication",
}
#: Sampled rows that are shown; the file holds all.
_SHOWN = 5
#: Issues whose impact is counted in failures.
_COUNTED = (IssueKind.ERRORS, IssueKind.WEBHOOK, IssueKind.AUTH)


def health_of(assessment: Assessment, issue: Issue) -> IntegrationHealth | None:
    """Return what is known of an issue's integration."""
    return next((one for one in assessment.integrations if one.name == issue.integration), None)


def window_of(assessment: Assessment, issue: Issue) -> Days:
    """Return the days that the figures of now are of."""
    health = health_of(assessment, issue)
    return health.window if health else assessment.window


def issue_facts(assessment: Assessment, issue: Issue, *, audience: Audience, elsewhere: Html | None = None) -> Html:
    """Return what is known of an issue, term by term; what it has to do with other customers to ourselves alone."""
    who = blamed(issue.owner, audience)
    return facts(
        [
            ("Failure", _failure(assessment, issue)),
            ("Cause", _causes(issue)),
            ("Impact", _impact(issue.impact) if issue.kind in _COUNTED else issue.impact.text),
            ("Since", f"{since(issue, assessment.generated_for.timezone)}; {words.SHAPE[issue.shape]}"),
            ("Who", words.sentence(who) if who else None),
            ("Elsewhere", elsewhere if audience is Audience.INTERNAL else None),
            ("Outlook", _outlook(issue)),
            ("Evidence", _evidence(issue)),
        ]
    )


def _failure(assessment: Assessment, issue: Issue) -> Child:
    """Return the rate now and the rate it is compared with, each with its counts and days; for deliveries with their target."""
    health, window = health_of(assessment, issue), window_of(assessment, issue)
    if issue.kind not in WHAT:
        return issue.title
    if issue.kind is IssueKind.LATENCY and health and health.latency and health.latency.p95_ms is not None:
        return _slowness(health.latency)
    then = _before(issue, window, zone=assessment.generated_for.timezone)
    before = f"{_rate(issue.baseline)} {then}"
    if issue.kind is IssueKind.WEBHOOK and health and health.webhooks:
        return join(delivery_rate(health, health.webhooks), f" {words.sentence(then)} {_rate(issue.baseline)}.")
    days = words.week(window.first, window.last)
    if now := issue.going:
        before = f"{_rate(issue.recent)} in the current window, {days}; {before}"
        much = f"{words.percent(now.k / now.n)} ({words.out_of(now.k, now.n)}) {WHAT[issue.kind]}"
        return f"{much} {how_long(now, issue)}; {before}"
    return f"{_rate(issue.recent)} {WHAT[issue.kind]}, {days}; {before}"


def _before(issue: Issue, window: Days, *, zone: str) -> str:
    """Return until when the rate is that another is compared with: before it began, or before the window of what was
    over in a day."""
    if issue.onset is None:
        return "in the whole period"
    if issue.going and issue.shape is Shape.STEP:  # of which the hour is known
        return "before it began"
    if issue.baseline in [part.baseline for part in issue.sub_series]:  # of one part, which has days of its own
        return "before"
    first = window.first if issue.shape is Shape.BURST else issue.onset.on
    return f"until {hour_of(issue, zone) or words.day(first - timedelta(days=1))}"


def how_long(going: Spell, issue: Issue) -> str:
    """Return "right now" for what has failed for no more than a day and some hours, else since which day it has."""
    first = going.first.date()
    return f"since {words.day(first)}" if issue.weekly and (issue.weekly[-1].last - first).days > 1 else "right now"


def _slowness(measured: Latency) -> str:
    """Return the upper quantiles against the SLA; how many calls are slower stands under impact."""
    p99 = f", P99 {words.milliseconds(measured.p99_ms)}" if measured.p99_ms is not None else ""
    assumed = "" if measured.sla_source == "policy" else " (assumed)"
    return (
        f"P95 is {words.milliseconds(measured.p95_ms)}{p99}; the SLA is {words.milliseconds(measured.sla_ms)}{assumed}"
    )


def _rate(rate: Rate) -> str:
    return f"{words.percent(rate.rate)} ({words.out_of(rate.k, rate.n)})"


def _impact(impact: Impact) -> str:
    """Return what failures cost beyond their rate, which stands elsewhere on the card."""
    spread = f", spread over {words.count(impact.hours, 'hour')}" if impact.hours else ""
    at_work = impact.business_hours_share
    mostly = f"; {words.share(at_work)} of them in business hours" if at_work is not None else ""
    return f"{words.count(impact.failed_calls, 'failure')} in the whole period{spread}{mostly}."


def _outlook(issue: Issue) -> str | None:
    """Return where an issue is heading; that it escalates, where a rise comes nearer to a limit."""
    text = outlook(issue)
    nearer = text and issue.forecast and issue.forecast.days is not None and rises(issue)
    return f"Escalating: {text[:1].lower()}{text[1:]}" if text and nearer else text


def _evidence(issue: Issue) -> str:
    """Return how sure an issue is, on how much, and when it would have been seen first."""
    seen = sum(week.n for week in issue.weekly)
    flagged = f"; first flagged on {words.day(issue.first_flagged_on)}" if issue.first_flagged_on else ""
    return f"{words.EVIDENCE[issue.confidence]}, from {words.count(seen)} observations{flagged}{heading_for(issue)}"


def _causes(issue: Issue) -> Html | str:
    if not issue.causes:
        return "Not determined from this log"
    return el("ul.th-plain", *(el("li", _cause(cause, issue)) for cause in issue.causes))


def _cause(cause: Cause, issue: Issue) -> Html:
    part = words.explained(cause, issue)
    said = (
        f"Explains {part}." if part else "",
        f"Would speak against it: {cause.would_refute}." if cause.would_refute else "",
    )
    muted = "".join(f" {text}" for text in said if text)
    return join(words.sentence(cause.statement).rstrip(".") + ".", el("span.th-muted", muted) if muted else None)


def acted_on(one: Recommendation, issue: Issue) -> Cause | None:
    """Return the cause of an issue that a recommendation acts on: the one its reason states."""
    return next((cause for cause in issue.causes if one.why.startswith(words.sentence(cause.statement).rstrip("."))), None)  # fmt: skip


def next_action(assessment: Assessment, issue: Issue, *, audience: Audience = Audience.INTERNAL) -> Html:
    """Return what to do about an issue first, and what it wins."""
    mine = [one for one in assessment.recommendations if issue.id in one.issue_ids]
    if not mine:
        again = "; look again with next week's log." if audience is Audience.INTERNAL else "."
        return el("p.th-do", el("strong", "Keep watching:"), " nothing to do yet", again)
    effect = won(mine[0].expected, audience, score=assessment.score.value)
    return el("p.th-do", el("strong", f"Next: {mine[0].title}."), f" {effect}." if effect else None)


def sliced(issue: Issue) -> list[Cause]:
    """Return the causes that can be shown as slices side by side."""
    return [cause for cause in issue.causes if len(cause.slices) > 1]


def details(
    assessment: Assessment, issue: Issue, *, draw: Draw, audience: Audience, with_proof: bool, with_hours: bool
) -> Html | None:  # fmt: skip
    """Return the evidence of an issue, on demand: top errors, charts, what else was considered, masked samples."""
    listed = {cause.statement for cause in issue.causes}
    others = dict.fromkeys(cause.runner_up for cause in issue.causes if cause.runner_up not in (None, *listed))
    figures = [charts.by_slice(cause) for cause in sliced(issue)[0 if with_proof else 1 :]]
    if issue.kind in (IssueKind.ERRORS, IssueKind.WEBHOOK):
        figures.append(charts.daily_failures(assessment, issue))
        if with_hours and charts.has_hours(assessment, issue.integration):
            figures.append(charts.by_status(assessment, issue.integration))
        if charts.has_hours(assessment, issue.integration):
            figures.append(charts.by_weekday(assessment, issue.integration))
    parts = [
        errors_table(issue, audience=audience) if issue.top_errors and with_proof else None,
        el("div.th-pair", *(draw(figure) for figure in figures)) if figures else None,
        el("p.th-muted", f"Considered as well: {' '.join(filter(None, others))}") if others else None,
        _samples(issue),
    ]
    return el("details.th-detail", el("summary", "Evidence in detail"), *parts) if any(parts) else None


def _samples(issue: Issue) -> Html | None:
    """Return a few of the rows behind an issue, masked, and all that are kept as a file to take along."""
    if not issue.samples:
        return None
    rows: list[list[Child]] = [
        [f"{one.at:%Y-%m-%d %H:%M:%S}", one.status, one.endpoint, one.masked_key] for one in issue.samples[:_SHOWN]
    ]
    label = f"Download {words.count(len(issue.samples), 'row')} (CSV)"
    file = b64encode(_as_csv(issue)).decode()
    link = el("a", label, href=f"data:text/csv;base64,{file}", download=f"{issue.id}-rows.csv")
    shown = table("Rows behind it, keys masked", ["Time (UTC)", "Status", "Endpoint", "Key"], rows)
    return el("div.th-rows", shown, el("p", link))


def _as_csv(issue: Issue) -> bytes:
    """Return the sampled rows of an issue as a file that a spreadsheet opens without running anything in it."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(["time_utc", "integration", "status", "endpoint", "key"])
    for one in issue.samples:
        texts = (issue.integration, one.status, one.endpoint, one.masked_key or "")
        rows.writerow([f"{one.at:%Y-%m-%dT%H:%M:%S}Z", *map(cell, texts)])
    return out.getvalue().encode("utf-8-sig", "replace")
