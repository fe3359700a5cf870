"""The assessment as a card for the terminal: how bad, where, why, what it risks, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from techhealth.figures import count, date_range, milliseconds, percent
from techhealth.model import Assessment, IntegrationHealth, Interval, Latency, Recommendation, Score, State
from techhealth.present import lost, others, sla, words
from techhealth.present.calm import is_acted_on, no_action
from techhealth.present.card_issues import issue_numbers, issue_sections
from techhealth.present.terminal import (
    SHAPES,
    bar,
    bullet,
    facts,
    harmless,
    heading,
    indented,
    marked,
    numbered,
    printed,
    table,
)
from techhealth.present.unknown import beyond, no_score, unknown, unread_latency, unscored


def render(assessment: Assessment, *, width: int, color: bool) -> str:
    """Return the card as text of at most `width` columns; without color it holds no escape code."""
    return printed(_card(harmless(assessment)), width=width, color=color)


def _card(found: Assessment) -> Iterator[RenderableType]:
    yield from _head(found)
    yield from _score(found)
    yield from _breakdown(found)
    yield from issue_sections(found)
    yield from _latency(found)
    yield from _risk(found)
    yield from _actions(found)


def _head(found: Assessment) -> Iterator[RenderableType]:
    receipt = found.receipt
    rejected, unread = sum(file.rejected for file in receipt.files), unread_latency(receipt)
    yield facts(
        [
            ("Customer", found.generated_for.customer),
            ("Found", count(receipt.api_calls, "API call")),
            ("Webhook deliveries", count(receipt.webhook_deliveries) if receipt.webhook_deliveries else "none"),
            ("Auth events", count(receipt.auth_events) if receipt.auth_events else None),
            ("Date range", f"{date_range(found.period.first, found.period.last)} ({found.generated_for.timezone})"),
            ("Compared with", others.compared(found)),
            ("Together with", others.together(found)),
            ("Integrations", words.grouped(receipt.integration_names)),
            ("Data grade", words.trust(receipt.trust)),
            ("Not used", f"{count(rejected, 'row')}; techhealth inspect says why" if rejected else None),
            ("Not read", f"column {unread}; if it is how long a call took: --map latency={unread}" if unread else None),
        ],
        by=0,
    )


def _score(found: Assessment) -> Iterator[RenderableType]:
    score = found.score
    yield heading(f"Technical health score: {found.generated_for.customer}")
    style = SHAPES[words.stands(found)[0]] if score.band else "bold"
    yield Text.assemble("Overall technical health: ", (words.standing(found), style))
    if score.value is not None:
        yield Text(_gauge(score.value, interval=score.interval, target=score.target))
        yield Text(words.against_target(score), style="dim")
    else:
        yield Text(no_score(found))
    yield Text.assemble("Trend: ", words.trend(score.trend))
    if score.lowest is not None:
        yield Text(f"Lowest: {score.lowest.integration}, {words.points(score.lowest.value)}")
    if left_out := unscored(found):
        yield Text(left_out)
    yield Text(f"Measured over {date_range(found.window.first, found.window.last)}, the current window.", style="dim")
    if score.value is not None:
        yield from _points_lost(score)


def _gauge(value: float, *, interval: Interval | None, target: int, width: int = 50) -> str:
    """Return the score as a bar: filled to the value, shaded to the end of its interval, a mark at the target."""
    high = interval[1] if interval else value
    cells = [
        "█" if cell < round(value * width / 100) else "▒" if cell < round(high * width / 100) else "░"
        for cell in range(width)
    ]
    cells[min(round(target * width / 100), width - 1)] = "│"
    return f"{''.join(cells)} {value:.0f}"


def _points_lost(score: Score) -> Iterator[RenderableType]:
    """Say where the points went, the most expensive component first."""
    parts = lost.by_component(score)
    most = max((points for _, points, _ in parts), default=0.0) or 1.0
    rows = [(name, f"{points:.1f}", bar(points / most, width=12), why) for name, points, why in parts]
    yield Text(f"\nWhere {lost.total(score)} points went")
    yield table(("Component", "Points", "", "Why"), rows, numbers=("Points",))


def _breakdown(found: Assessment) -> Iterator[RenderableType]:
    yield heading("Integration health breakdown")
    rows = [
        (
            health.name,
            words.points(health.score),
            percent(health.success.rate),
            milliseconds(health.latency.mean_ms) if health.latency else "N/A",
            words.status(health, found.issues),
        )
        for health in found.integrations
    ]
    yield table(
        ("Integration", "Health", "Success rate", "Avg latency", "Issues"),
        rows,
        numbers=("Health", "Success rate", "Avg latency"),
    )
    for health in found.integrations:
        if health.window != found.window:
            wider = date_range(health.window.first, health.window.last)
            why = "it is silent now" if health.state is State.SILENT else "it has few calls"
            yield indented(Text(f"{health.name}: measured over {wider}, for {why}.", style="dim"))


def _latency(found: Assessment) -> Iterator[RenderableType]:
    timed = [(health, health.latency) for health in found.integrations if health.latency is not None]
    if not timed:
        return
    yield heading("Latency analysis")
    yield table(
        ("Integration", "P50", "P95", "P99", "SLA (P95)", "Status"),
        [_latency_row(health, latency) for health, latency in timed],
        numbers=("P50", "P95", "P99", "SLA (P95)"),
    )
    if any(sla.reason(latency) for _, latency in timed):
        yield indented(Text(sla.RULE, style="dim"))
    if any(latency.sla_source == "assumed" for _, latency in timed):
        yield indented(Text("* assumed; set the agreed SLA in a policy file, table [sla_ms].", style="dim"))


def _latency_row(health: IntegrationHealth, latency: Latency) -> tuple[str, ...]:
    quantiles = (milliseconds(ms) for ms in (latency.p50_ms, latency.p95_ms, latency.p99_ms))
    limit = milliseconds(latency.sla_ms) + ("*" if latency.sla_source == "assumed" else "")
    return (health.name, *quantiles, limit, sla.standing(health))


def _risk(found: Assessment) -> Iterator[RenderableType]:
    yield heading("Technical risk assessment")
    if found.risk.factors:
        rows = [(factor.factor, words.RISK[factor.level], factor.impact) for factor in found.risk.factors]
        yield table(("Risk factor", "Level", "Impact"), rows)
    elif found.score.value is None:
        yield Text(f"Not known: {unknown(found).why}.")
        return
    level = (words.RISK[found.risk.level][2:].upper(), SHAPES[words.RISK[found.risk.level][0]])
    yield Text.assemble("\nOverall technical risk: ", level, beyond(found))
    if found.risk.if_not_addressed:
        yield Text("\nIf not addressed:")
        yield from (bullet(line) for line in found.risk.if_not_addressed)


def _actions(found: Assessment) -> Iterator[RenderableType]:
    yield heading("Recommended actions")
    if not found.recommendations:
        yield Text(no_action(found))
    places = issue_numbers(found)
    last = None
    for number, action in enumerate(found.recommendations, start=1):
        if action.horizon is not last:
            if last is not None:
                yield Text("")
            last = action.horizon
            yield marked(words.HORIZON[last], style="bold")
        yield from _action(number, action, score=found.score.value, places=places)
    watched = [places[issue.id] for issue in found.issues if not is_acted_on(issue, found)]
    if watched and found.recommendations:
        yield Text("")
        yield indented(Text(f"{_issues(watched)}: nothing to do yet; look again with the next log."))
    steps = words.ladder(found)
    if steps is not None:
        yield Text("")
        yield indented(Text(steps))


def _issues(numbers: Sequence[int]) -> str:
    """Return the numbers that issues have on the card, as their name."""
    return f"Issue{'s' if len(numbers) > 1 else ''} {words.named([str(number) for number in sorted(numbers)])}"


def _action(
    number: int, action: Recommendation, *, score: float | None, places: dict[str, int]
) -> Iterator[RenderableType]:
    concerns = [places[id] for id in action.issue_ids if id in places]
    about = f"for {_issues(concerns).lower()}; " if concerns else ""
    yield numbered(number, action.title, after=f"({about}owner: {words.OWNER[action.owner]})")
    if action.change is not None:
        yield bullet(words.change(action.change), by=5)
    yield from (bullet(step, by=5) for step in action.steps)
    yield bullet(words.expected(action.expected, score=score), by=5)
