"""Latency day by day against the SLA."""

from __future__ import annotations

from techhealth.model import Assessment, IntegrationHealth, Issue
from techhealth.present import words
from techhealth.present.charts.grammar import IN_UTC, Cell, Spec, instant, layers, marks, nominal, quantity, told_day
from techhealth.present.charts.theme import INK, MUTED, POINT, TALL, Figure, figure
from techhealth.present.charts.trends import OWN_AXES, onset

_NAMES = ("P50", "P95", "P99")
#: The axis of latencies.
_AXIS: Spec = {
    "tickCount": 4,
    "labelExpr": "datum.value >= 1000 ? datum.value / 1000 + ' s' : datum.value + ' ms'",
}
#: Pixels that a label needs from top to bottom, and those that the values of the chart have.
_LINE, _HIGH = 14, TALL


def latency(assessment: Assessment, health: IntegrationHealth, issue: Issue | None = None) -> Figure:
    """Return P50, P95 and P99 of an integration by day, with the SLA as a dashed line, all named at their ends, and with
    the day on which an `issue` about them began.

    A quantile that no day has calls enough for is drawn as the level of the current window.
    """
    days = [day for day in assessment.timeline.daily_latency if day.integration == health.name]
    values: list[dict[str, Cell]] = [
        {"on": day.on.isoformat(), "quantile": name, "ms": ms, "text": words.milliseconds(ms)}
        for day in days
        for name, ms in zip(_NAMES, (day.p50_ms, day.p95_ms, day.p99_ms), strict=True)
        if ms is not None
    ]
    most = _most(values, health)
    y = quantity("ms", scale={"domain": [0, most], "nice": False}, axis=_AXIS)
    drawn = {str(value["quantile"]): value for value in values}  # days ascend, so the last one stays
    ends = {name: float(value["ms"] or 0) for name, value in drawn.items()}
    missing = [name for name in _NAMES if name not in drawn]
    began = onset(issue, high=TALL, label=TALL - _LINE) if issue else []
    chart = layers(
        *began, _lines(values, y=y), *_levels(health, missing=missing, y=y), *_names(health, ends, most=most)
    )
    body = [
        (words.day(day.on), f"{day.n:,}", *(words.milliseconds(ms) for ms in (day.p50_ms, day.p95_ms, day.p99_ms)))
        for day in days
    ]
    head = ("Day", "Calls", *_NAMES)
    title, says = _finding(health), f"{len(days)} days"
    return figure(
        chart | OWN_AXES, title=title, says=says, height=TALL, below=42, head=head, body=body, days_of=health.name
    )


def _lines(values: list[dict[str, Cell]], *, y: Spec) -> Spec:
    """Return a line for each quantile, day by day."""

    def told_apart(looks: list[object]) -> Spec:
        return nominal("quantile", legend=None, scale={"domain": list(_NAMES), "range": looks})

    return marks(
        "line",
        {"strokeWidth": 2},
        values=values,
        x=instant("on", scale=IN_UTC, axis={"format": "%-d %b", "tickCount": 5}),
        y=y,
        color=told_apart([MUTED, POINT, MUTED]),
        strokeDash=told_apart([[1, 0], [1, 0], [4, 3]]),
        tooltip=[told_day("on"), nominal("quantile"), nominal("text", title="latency")],
    )


def _window(health: IntegrationHealth) -> dict[str, float]:
    """Return the quantiles of the current window that are known."""
    found = health.latency
    given = (found.p50_ms, found.p95_ms, found.p99_ms) if found else (None, None, None)
    return {name: ms for name, ms in zip(_NAMES, given, strict=True) if ms is not None}


def _levels(health: IntegrationHealth, *, missing: list[str], y: Spec) -> list[Spec]:
    """Return the SLA as a dashed line, and the quantiles without a line of their own as levels of the window."""
    limit = health.latency.sla_ms if health.latency else None
    sla = {"strokeDash": [5, 4], "color": INK}
    level = {"strokeDash": [1, 3], "strokeWidth": 2}
    return [
        *([] if limit is None else [marks("rule", sla, values=[{"ms": limit}], y=y)]),
        *(
            marks("rule", level, values=[{"ms": ms}], y=y, color={"value": POINT if name == "P95" else MUTED})
            for name, ms in _window(health).items()
            if name in missing
        ),
    ]


def _most(values: list[dict[str, Cell]], health: IntegrationHealth) -> float:
    """Return the largest latency in the chart, in milliseconds."""
    limit = health.latency.sla_ms if health.latency else None
    return max([float(value["ms"] or 0) for value in values] + [*_window(health).values(), limit or 0, 1])


def _names(health: IntegrationHealth, ends: dict[str, float], *, most: float) -> list[Spec]:
    """Return the names at the right end of each line and level, moved apart where they would meet."""
    levels = {name: ms for name, ms in _window(health).items() if name not in ends}
    places = [(name, ms) for name, ms in ends.items()] + [
        (f"{name} of the window, {words.milliseconds(ms)}", ms) for name, ms in levels.items()
    ]
    if health.latency and health.latency.sla_ms is not None:
        places.append((f"SLA {words.milliseconds(health.latency.sla_ms)}", health.latency.sla_ms))
    labels, floor = [], -float(_LINE)
    for text, ms in sorted(places, key=lambda place: place[1]):
        height = max(ms / most * _HIGH, floor + _LINE)
        floor = height
        inside = "of the window" in text
        style = {
            "align": "right" if inside else "left",
            "dx": -4 if inside else 6,
            "dy": ms / most * _HIGH - height - (8 if inside else 0),
        }
        here: list[dict[str, Cell]] = [{"ms": ms, "text": text}]
        labels.append(marks("text", style, values=here, x={"value": "width"}, y=quantity("ms"), text=nominal("text")))
    return labels


def _finding(health: IntegrationHealth) -> str:
    """Return where P95 stands in the current window, in words."""
    measured = health.latency
    if measured is None or measured.p95_ms is None:
        return f"{health.name}: too few calls for P95"
    against = f" against an SLA of {words.milliseconds(measured.sla_ms)}" if measured.sla_ms else ""
    assumed = " (assumed)" if measured.sla_ms and measured.sla_source != "policy" else ""
    return f"{health.name}: P95 is {words.milliseconds(measured.p95_ms)}{against}{assumed}"
