"""When failures happen: by hour of the day, and by hour and weekday."""

from __future__ import annotations

import altair as alt

from techhealth.model import Assessment, CauseKind, IssueKind
from techhealth.present import words
from techhealth.present.charts.theme import BAR, LOW, POINT, TALL, Cell, Figure, figure, rows

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Failures in one cell from which on it has the full colour at the earliest: one failure is no pattern.
_DENSE = 5
#: Issues about all failures that the chart counts, and the share of them that makes a pattern visible.
_ALL_FAILURES, _MOST = (IssueKind.ERRORS, IssueKind.WEBHOOK), 0.5


def has_hours(assessment: Assessment, integration: str) -> bool:
    """Return whether failures of an integration are known by hour."""
    return any(cell.integration == integration and cell.k for cell in assessment.timeline.hours)


def failures_by_hour(assessment: Assessment, integration: str) -> Figure:
    """Return the failures of an integration in each hour of the day, all days together."""
    failed = [
        sum(cell.k for cell in assessment.timeline.hours if cell.integration == integration and cell.hour == hour)
        for hour in range(24)
    ]
    most, zone = max(failed), assessment.generated_for.timezone
    high = [hour for hour in range(24) if failed[hour] and failed[hour] >= most / 2]
    held = sum(failed[hour] for hour in high)
    title = f"{held:,} of {sum(failed):,} failures fall in {_hours(high)} ({zone})" if high else f"No failures ({zone})"
    values: list[dict[str, Cell]] = [
        {"hour": hour, "failed": k, "text": f"{k:,}" if k and hour == failed.index(most) else "", "top": hour in high}
        for hour, k in enumerate(failed)
    ]
    base = alt.Chart(rows(values)).encode(
        x=alt.X("hour:O", axis=alt.Axis(values=[0, 6, 12, 18, 23], labelAngle=0)),
        y=alt.Y("failed:Q", axis=None, stack=False, scale=alt.Scale(domainMax=most * 1.15 or 1)),
        tooltip=[alt.Tooltip("hour:O", title="hour"), alt.Tooltip("failed:Q", title="failures")],
    )
    bars = base.mark_bar(cornerRadius=2).encode(color=alt.condition("datum.top", alt.value(POINT), alt.value(BAR)))
    says = "; ".join(f"{hour} h {k}" for hour, k in enumerate(failed) if k)
    chart = alt.layer(bars, base.mark_text(dy=-7).encode(text="text:N"))
    body = [(f"{hour}–{hour + 1} h", f"{k:,}") for hour, k in enumerate(failed)]
    return figure(chart, title=title, says=says, height=LOW, head=("Hour", "Failures"), body=body)


def _hours(hours: list[int]) -> str:
    """Return hours in words: "14–16 h" for a run, "6 of 24 hours" for a scatter."""
    if hours == list(range(hours[0], hours[-1] + 1)):
        return f"{hours[0]}–{hours[-1] + 1} h"
    return f"{len(hours)} of 24 hours"


def heat_map(assessment: Assessment, integration: str) -> Figure:
    """Return the failures of an integration by hour and weekday, whole period; the more, the denser."""
    cells = [cell for cell in assessment.timeline.hours if cell.integration == integration]
    values: list[dict[str, Cell]] = [
        {"weekday": _WEEKDAYS[cell.weekday], "hour": cell.hour, "failed": cell.k, "calls": f"{cell.k:,} of {cell.n:,}"}
        for cell in cells
    ]
    densest = max([_DENSE, *(cell.k for cell in cells)])
    pattern, zone = _pattern(assessment, integration), assessment.generated_for.timezone
    title = pattern if zone in pattern else f"{pattern} ({zone})"
    chart = alt.Chart(rows(values)).mark_rect(color=POINT, stroke="var(--th-paper, #fff)").encode(
        x=alt.X("hour:O", axis=alt.Axis(values=[0, 6, 12, 18, 23], labelAngle=0)),
        y=alt.Y("weekday:O", sort=list(_WEEKDAYS)),
        opacity=alt.Opacity("failed:Q", legend=None, scale=alt.Scale(type="sqrt", domain=[0, densest], range=[0.06, 1])),
        tooltip=[alt.Tooltip("weekday:N"), alt.Tooltip("hour:O"), alt.Tooltip("calls:N", title="failed")],
    )  # fmt: skip
    body = [
        (_WEEKDAYS[cell.weekday], f"{cell.hour}–{cell.hour + 1} h", f"{cell.k:,} of {cell.n:,}")
        for cell in cells
        if cell.k
    ]
    head = ("Weekday", "Hour", "Failed (hours without a failure are left out)")
    return figure(chart, title=title, says="Hours across, weekdays down", height=TALL - 30, head=head, body=body)


def _pattern(assessment: Assessment, integration: str) -> str:
    """Return the pattern in time that was found, or only what the chart shows: a dense cell alone is no finding."""
    mine = (issue for issue in assessment.issues if issue.integration == integration and issue.kind in _ALL_FAILURES)
    causes = (cause for issue in mine for cause in issue.causes if cause.share_of_issue >= _MOST)
    timed = (cause for cause in causes if cause.kind in (CauseKind.HOURS, CauseKind.WEEKDAY))
    found = next(timed, None)
    return words.sentence(found.statement.split(";")[0]) if found else "Failures by hour and weekday"
