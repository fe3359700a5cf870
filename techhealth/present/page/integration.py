"""One integration by itself: how it stands, why, by which counts, who has to act, and its issues with their charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from techhealth.figures import apportioned
from techhealth.model import Assessment, Days, IntegrationHealth, IssueKind, Latency, Owner, State, SuccessRate
from techhealth.present import charts, lost, sla, words
from techhealth.present.page.issues import issues_card
from techhealth.present.page.markup import Address, Child, Draw, Html, card, chip, el, join, table
from techhealth.present.page.webhooks import delivery_rate
from techhealth.present.unknown import why_unscored


def integration_view(
    assessment: Assessment, name: str, *, draw: Draw, at: Address, elsewhere: Mapping[str, Html] | None = None
) -> Html:
    """Return everything that is known of one integration; of a name that is not there, which ones are.

    Args:
        assessment: of its customer.
        name: the integration.
        draw: makes a chart's markup.
        at: gives the addresses of the others and of all of them.
        elsewhere: what its issues share with other customers, as in `issues_card`.
    """
    one = next((one for one in assessment.integrations if one.name == name), None)
    if one is None:
        return el("div.th-one", _head(assessment, name, None, at=at), _unknown(assessment, at))
    mine = replace(assessment, issues=tuple(issue for issue in assessment.issues if issue.integration == name))
    return el(
        "div.th-one",
        _head(assessment, name, one, at=at),
        el("div.th-pair", _score(one, assessment), _success(one, assessment)),
        _components(one),
        issues_card(mine, draw=draw, elsewhere=elsewhere),
        _latency(one, mine, draw=draw),
        _webhooks(one, mine, draw=draw),
        el("div.th-pair", _owners(one), _authentication(one)),
        _hours(one, mine, draw=draw),
    )


def _head(assessment: Assessment, name: str, one: IntegrationHealth | None, *, at: Address) -> Html:
    shown = chip(words.status(one, assessment.issues)) if one else None
    about = f"{words.sentence(words.KIND[one.kind.value])}, {_days(one.window)}" if one else None
    return join(
        el(
            "p.th-row",
            el("a", f"← All integrations of {assessment.generated_for.customer}", href=at(None)),
            el("a", "Act on this: ticket, call", href="#act"),
        ),
        el("header.th-head", el("h1", name), el("span.th-muted", about) if about else None, shown),
    )


def _unknown(assessment: Assessment, at: Address) -> Html:
    others = (el("li", el("a", one.name, href=at(one.name))) for one in assessment.integrations)
    return card("No such integration", el("p", "It is not in this log. There are:"), el("ul", *others), kind=".th-wide")


def _days(window: Days) -> str:
    return words.date_range(window.first, window.last)


def _score(one: IntegrationHealth, assessment: Assessment) -> Html:
    """Return the score with its interval and what it costs the customer's, or why there is none."""
    if one.score is None:
        said = f"No score: {why_unscored(one)}"
        silences = (
            issue for issue in assessment.issues if issue.integration == one.name and issue.kind is IssueKind.VOLUME
        )
        since = [el("p", f"{issue.title}.") for issue in silences if one.state is State.SILENT]
        return card("Health", el("p.th-score.th-unknown", el("b", said)), *since)
    between = f", between {words.points(one.interval[0])} and {words.points(one.interval[1])}" if one.interval else ""
    return card(
        "Health",
        el("p.th-score", el("b", words.points(one.score)), el("span", f"of 100{between}")),
        el("p.th-muted", f"{words.sentence(words.STATE[one.state])}, from {words.count(one.calls)} events in the current window."),
        el("p", f"Costs {assessment.generated_for.customer} ", el("strong", f"{dict(words.lost_at(assessment))[one.name]:.1f}"), f" of {lost.total(assessment.score)} points lost."),
    )  # fmt: skip


def _components(one: IntegrationHealth) -> Html | None:
    """Return the components of the score with the points each costs the customer, and why; nothing of silence, which has no parts."""
    if one.state is State.SILENT:
        return None
    weights, points = (
        apportioned(amounts)
        for amounts in ([100 * part.weight for part in one.components], [part.points_lost for part in one.components])
    )
    rows: list[list[Child]] = [
        [
            el("strong", words.COMPONENT.get(part.name, part.name)),
            words.points(part.score),
            f"{weight:.1f} %" if part.score is not None else "–",
            f"{cost:.1f}" if part.score is not None else "–",
            part.why,
        ]
        for part, weight, cost in zip(one.components, weights, points, strict=True)
    ]
    head = ["Component", "Score", "Weight", "Points lost", "Why"]
    note = "Points lost are those of the customer's score."
    body = table("Components of the score", head, rows, numbers=frozenset({1, 2, 3}))
    return card("Why this score", body, el("p.th-why", note), kind=".th-wide")


def _success(one: IntegrationHealth, assessment: Assessment) -> Html:
    """Return the success rate in the current window and in the whole period, each with its counts."""
    rows: list[list[Child]] = [
        [el("strong", label), *_rate(rate)] for label, rate in (
            (f"Current window, {_days(one.window)}", one.success),
            (f"Whole period, {_days(assessment.period)}", one.whole_period.success),
        )
    ]  # fmt: skip
    undated = one.whole_period.undated
    return card(
        "Success",
        table("Success by window", ["Days", "Success", "95 % interval", "Counts"], rows, numbers=frozenset({1, 2, 3})),
        el("p.th-why", f"{words.count(undated, 'call')} of the whole period have no readable time.")
        if undated
        else None,
    )


def _rate(found: SuccessRate) -> list[Child]:
    low_high = " to ".join(words.percent(end) for end in found.interval) if found.interval else "–"
    return [
        words.percent(found.rate),
        low_high,
        words.out_of(found.k, found.n) if found.n else "–",
    ]


def _owners(one: IntegrationHealth) -> Html:
    """Return whose the failures of the current window are."""
    total = sum(one.errors_by_owner.values())
    if not total:
        return card("Whose the failures are", el("p.th-muted", "No failure in the current window."))
    rows: list[list[Child]] = [
        [el("strong", words.sentence(words.OWNER[Owner(owner)])), words.count(failed), words.share(failed / total)]
        for owner, failed in one.errors_by_owner.items()
    ]
    body = table("Failures by owner", ["Who", "Failures", "Share"], rows, numbers=frozenset({1, 2}))
    return card("Whose the failures are, current window", body)


def _latency(one: IntegrationHealth, assessment: Assessment, *, draw: Draw) -> Html | None:
    """Return the quantiles of both windows against the SLA, and day by day where no issue shows that."""
    if one.latency is None and one.whole_period.latency is None:
        return None
    windows = (
        (f"Current window, {_days(one.window)}", one.latency),
        (f"Whole period, {_days(assessment.period)}", one.whole_period.latency),
    )
    standing = chip(sla.standing(one)) if one.state is State.SILENT else None
    rows = [_quantiles(label, found, standing=standing) for label, found in windows if found is not None]
    head = ["Days", "Calls", "Mean", "P50", "P95", "P99", "SLA (P95)", "Status"]
    body = table("Latency by window", head, rows, numbers=frozenset(range(1, 7)))
    told = any(issue.kind is IssueKind.LATENCY for issue in assessment.issues)
    known = one.latency is not None and one.latency.p50_ms is not None
    chart = draw(charts.latency(assessment, one)) if known and not told else None
    return card("Latency of successful calls against the SLA", body, chart, kind=".th-wide")


def _status(found: Latency) -> Html:
    """Return how latency stands against the SLA, and why."""
    if found.status is None:
        return el("span.th-muted", "too few calls")
    return el("span", chip(words.LATENCY[found.status]), el("small", sla.reason(found)))


def _quantiles(label: str, found: Latency, *, standing: Html | None) -> list[Child]:
    """Return one window's quantiles; `standing` is what to say of a silent one instead of how it once was."""
    assumed = "" if found.sla_source == "policy" or found.sla_ms is None else " (assumed)"
    levels = (found.mean_ms, found.p50_ms, found.p95_ms, found.p99_ms)
    return [
        el("strong", label),
        words.count(found.n),
        *map(words.milliseconds, levels),
        words.milliseconds(found.sla_ms) + assumed,
        standing or _status(found),
    ]


def _webhooks(one: IntegrationHealth, assessment: Assessment, *, draw: Draw) -> Html | None:
    if one.webhooks is None:
        return None
    told = any(issue.kind is IssueKind.WEBHOOK for issue in assessment.issues)
    reasons = draw(charts.reasons(one)) if one.webhooks.reasons and not told else None
    return card(
        "Webhook deliveries",
        el("p", delivery_rate(one, one.webhooks)),
        reasons,
        kind=".th-wide",
    )


def _authentication(one: IntegrationHealth) -> Html | None:
    """Return the failures of authentication and their pattern."""
    if one.auth is None:
        return None
    counted = f"{words.count(one.auth.failures, 'authentication failure')} in the current window ({words.percent(one.auth.rate)})."
    pattern = el("p", words.sentence(one.auth.pattern)) if one.auth.pattern else None
    return card("Authentication", el("p", counted), pattern)


def _hours(one: IntegrationHealth, assessment: Assessment, *, draw: Draw) -> Html | None:
    """Return when it fails, by hour of the week, where no issue shows that."""
    if assessment.issues or not one.whole_period.success.n or not charts.has_hours(assessment, one.name):
        return None
    maps = (charts.by_status(assessment, one.name), charts.by_weekday(assessment, one.name))
    return card("When it fails", *map(draw, maps), kind=".th-wide")
