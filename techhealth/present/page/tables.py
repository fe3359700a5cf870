"""The tables: integrations, latency, risk, and what failed most."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from techhealth.model import (
    Assessment,
    Days,
    IntegrationHealth,
    Issue,
    IssueKind,
    Latency,
    LatencyStatus,
    Severity,
    State,
)
from techhealth.present import charts, sla, words
from techhealth.present.audience import Audience, blamed
from techhealth.present.page.markup import Address, Child, Draw, Html, card, chip, el, table
from techhealth.present.unknown import beyond, no_latency, unknown

_SPARK = (90, 22)  # pixels


def breakdown_card(assessment: Assessment, *, at: Address | None = None, of: Collection[str] = ()) -> Html:
    """Return the integrations, worst first, with score, success, latency, trend of failures and issues.

    `at` gives the address of an integration's own view, where there is one; `of` names those that are shown, all where it names
    none.
    """
    shown = [one for one in assessment.integrations if not of or one.name in of]
    ranked = sorted(shown, key=lambda one: (one.score is None, one.score or 0.0))
    lost = dict(words.lost_at(assessment))
    rows = [_integration(one, assessment, at, lost) for one in ranked]
    head = ["Integration", "Health", "Points lost", "Success rate", "Mean latency", "Failures by day", "Issues"]
    days = words.date_range(assessment.window.first, assessment.window.last)
    body = table("Integrations", head, rows, numbers=frozenset({1, 2, 3, 4}))
    return card(f"Integration health, {days}", body, kind=".th-wide")


def _integration(
    one: IntegrationHealth, assessment: Assessment, at: Address | None, lost: Mapping[str, float]
) -> list[Child]:
    measured = one.latency
    widened = None if one.window == assessment.window else el("small", _window(one.window))
    return [
        el("span", el("a.th-name", one.name, href=at(one.name)) if at else one.name, widened),
        el("strong", words.points(one.score)),
        f"{lost[one.name]:.1f}" if one.name in lost else "–",
        words.percent(one.success.rate),
        words.milliseconds(measured.mean_ms) if measured else "N/A",
        _sparkline(assessment, one),
        chip(words.status(one, assessment.issues)),
    ]


def _window(window: Days) -> str:
    return words.date_range(window.first, window.last)


def _sparkline(assessment: Assessment, one: IntegrationHealth) -> Html:
    """Return the daily failure rate of an integration as a small line; its own height is its worst day."""
    rates = [day.k / day.n for day in assessment.timeline.daily_failures if day.integration == one.name and day.n]
    if len(rates) < 2:
        return el("span.th-muted", "–")
    wide, high = _SPARK
    worst = max(max(rates), 0.02)  # two in a hundred: below that a line that jumps would lie
    points = " ".join(
        f"{2 + i * (wide - 4) / (len(rates) - 1):.1f},{high - 2 - value / worst * (high - 4):.1f}"
        for i, value in enumerate(rates)
    )
    label = f"Failures by day: from {words.percent(rates[0])} to {words.percent(rates[-1])}, worst {words.percent(max(rates))}"
    mine = [issue.severity for issue in assessment.issues if issue.integration == one.name]
    colour = "crit" if Severity.CRITICAL in mine else "warn" if Severity.WARNING in mine else "none"
    return el(
        f"svg.th-spark.th-{colour}",
        el("polyline", points=points),
        viewBox=f"0 0 {wide} {high}",
        role="img",
        aria_label=label,
    )


def latency_card(assessment: Assessment, *, draw: Draw) -> Html:
    """Return P50, P95 and P99 of each integration against its SLA, slowest against it first."""
    measured = [(one, one.latency) for one in assessment.integrations if one.latency is not None]
    if not measured:
        return card("Latency", el("p.th-muted", no_latency(assessment.receipt)), kind=".th-wide")
    if all(one.p50_ms is None for _, one in measured):
        return card("Latency", el("p.th-muted", "Too few calls to judge latency."), kind=".th-wide")
    measured.sort(key=lambda pair: -((pair[1].p95_ms or 0) / (pair[1].sla_ms or 1e9)))
    rows: list[list[Child]] = [
        [
            health.name,
            words.milliseconds(one.p50_ms),
            words.milliseconds(one.p95_ms),
            words.milliseconds(one.p99_ms),
            words.milliseconds(one.sla_ms) + ("" if one.sla_source == "policy" or one.sla_ms is None else " (assumed)"),
            _standing(health, one),
        ]
        for health, one in measured
    ]
    body = table(
        "Latency of successful calls against the SLA",
        ["Integration", "P50", "P95", "P99", "SLA (P95)", "Status"],
        rows,
        numbers=frozenset({1, 2, 3, 4}),
    )
    shown = {issue.integration for issue in assessment.issues if issue.kind is IssueKind.LATENCY}
    slow = [
        one
        for one in assessment.integrations
        if one.latency and one.latency.status not in (LatencyStatus.OK, None) and one.name not in shown
    ]
    figures = [draw(charts.latency(assessment, one)) for one in slow]
    return card(
        "Latency of successful calls against the SLA",
        body,
        el("p.th-muted", sla.RULE) if any(sla.reason(one) for _, one in measured) else None,
        el("div.th-pair.th-warn-point", *figures) if figures else None,
        kind=".th-wide",
    )


def _standing(health: IntegrationHealth, one: Latency) -> Html:
    """Return how latency stands against the SLA, and why."""
    why = "" if health.state is State.SILENT else sla.reason(one)
    return el("span", chip(sla.standing(health)), el("small", why) if why else None)


def errors_table(issue: Issue, *, audience: Audience) -> Html:
    """Return the error codes of an issue over the whole period, with meaning and, for ourselves, owner."""
    head = ["Code", "Count", "Share", "Meaning"]
    rows: list[list[Child]] = [
        [el("strong", words.sentence(one.code)), words.count(one.count), words.share(one.share), one.meaning]
        for one in issue.top_errors
    ]
    owners = [blamed(one.owner, audience) for one in issue.top_errors]
    if None not in owners:
        head.append("Who")
        rows = [
            [*row, el("span.th-one-line", words.sentence(str(owner)))] for row, owner in zip(rows, owners, strict=True)
        ]
    return table("Top errors, whole period", head, rows, numbers=frozenset({1, 2}))


def risk_card(assessment: Assessment) -> Html:
    """Return the risk factors, the overall risk and what happens if nothing is done."""
    risk = assessment.risk
    if not risk.factors:
        known = assessment.score.value is not None
        said = (
            el("p", chip("● Low"), " No risk factor was found.")
            if known
            else el("p", f"Not known: {unknown(assessment).why}.")
        )
        return card("Technical risk", said, kind=".th-wide")
    rows: list[list[Child]] = [[one.factor, chip(words.RISK[one.level]), one.impact] for one in risk.factors]
    return card(
        "Technical risk",
        el("p", el("strong", "Overall technical risk: "), chip(words.RISK[risk.level]), beyond(assessment)),
        table("Risk factors", ["Risk factor", "Level", "Impact"], rows),
        el("h3", "If not addressed") if risk.if_not_addressed else None,
        el("ul", *(el("li", text) for text in risk.if_not_addressed)) if risk.if_not_addressed else None,
        kind=".th-wide",
    )
