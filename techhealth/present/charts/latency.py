"""Latency day by day against the SLA."""

from __future__ import annotations

import altair as alt

from techhealth.model import Assessment, IntegrationHealth
from techhealth.present import words
from techhealth.present.charts.theme import INK, MUTED, POINT, TALL, AnyChart, Cell, Figure, figure, rows

_UTC = alt.Scale(type="utc")


def latency(assessment: Assessment, health: IntegrationHealth) -> Figure:
    """Return P50, P95 and P99 of an integration by day, named at their ends, with the SLA as a dashed line."""
    days = [day for day in assessment.timeline.daily_latency if day.integration == health.name]
    values: list[dict[str, Cell]] = [
        {"on": day.on.isoformat(), "quantile": name, "ms": ms, "text": words.milliseconds(ms)}
        for day in days
        for name, ms in (("P50", day.p50_ms), ("P95", day.p95_ms), ("P99", day.p99_ms))
        if ms is not None
    ]
    x = alt.X("on:T", scale=_UTC, axis=alt.Axis(format="%-d %b", tickCount=5))
    y = alt.Y(
        "ms:Q",
        axis=alt.Axis(tickCount=4, labelExpr="datum.value >= 1000 ? datum.value / 1000 + ' s' : datum.value + ' ms'"),
    )
    colour = alt.Color(
        "quantile:N", legend=None, scale=alt.Scale(domain=["P50", "P95", "P99"], range=[MUTED, POINT, MUTED])
    )
    base = alt.Chart(rows(values)).encode(x=x, y=y)
    lines = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash(
            "quantile:N", legend=None, scale=alt.Scale(domain=["P50", "P95", "P99"], range=[[1, 0], [1, 0], [4, 3]])
        ),
        color=colour,
        tooltip=[alt.Tooltip("on:T", title="day"), "quantile:N", alt.Tooltip("text:N", title="latency")],
    )
    ends = list({value["quantile"]: value for value in values}.values())  # days ascend, so the last one stays
    labels = alt.Chart(rows(ends)).mark_text(align="left", dx=6).encode(x=x, y=y, text="quantile:N")
    layers: list[AnyChart] = [lines, labels, *_limit(health)]
    return figure(alt.layer(*layers), title=_finding(health), says=f"{len(days)} days", height=TALL)


def _limit(health: IntegrationHealth) -> list[alt.Chart]:
    """Return the SLA as a named dashed line; nothing without an SLA."""
    if health.latency is None or health.latency.sla_ms is None:
        return []
    limit = health.latency.sla_ms
    base = alt.Chart(rows([{"ms": limit, "text": f"SLA {words.milliseconds(limit)}"}])).encode(y="ms:Q")
    above = (health.latency.p95_ms or 0) <= limit  # on the side where P95 is not
    name = base.mark_text(align="left", dx=6, dy=-4 if above else 6).encode(x=alt.value("width"), text="text:N")
    return [base.mark_rule(strokeDash=[5, 4], color=INK), name]


def _finding(health: IntegrationHealth) -> str:
    """Return where P95 stands, in words."""
    measured = health.latency
    if measured is None or measured.p95_ms is None:
        return f"{health.name}: too few calls for P95"
    against = f" against an SLA of {words.milliseconds(measured.sla_ms)}" if measured.sla_ms else ""
    return f"{health.name}: P95 is {words.milliseconds(measured.p95_ms)}{against}"
