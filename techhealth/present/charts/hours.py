"""When failures happen: by hour of the day, alone, by status and by weekday."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import altair as alt

from techhealth.model import Assessment, CauseKind, IssueKind
from techhealth.present import words
from techhealth.present.charts.theme import BAR, LOW, POINT, Cell, Figure, figure, rows

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Rows of a map: how many statuses at most, and the height of one in pixels.
_MOST_STATUSES, _ROW = 8, 23
#: Room between the cells of a map.
_GAP = alt.Scale(paddingInner=0.08, paddingOuter=0)
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
    return figure(lambda: chart, title=title, says=says, height=LOW, head=("Hour", "Failures"), body=body)


def _hours(hours: list[int]) -> str:
    """Return hours in words: "14–16 h" for a run, "6 of 24 hours" for a scatter."""
    if hours == list(range(hours[0], hours[-1] + 1)):
        return f"{hours[0]}–{hours[-1] + 1} h"
    return f"{len(hours)} of 24 hours"


def by_status(assessment: Assessment, integration: str) -> Figure:
    """Return the failures of an integration by status and hour of the day, whole period; the most frequent status first."""
    cells = [cell for cell in assessment.timeline.status_hours if cell.integration == integration]
    failed = {(cell.status, cell.hour): cell.k for cell in cells}
    total = Counter[str]()
    for cell in cells:
        total[cell.status] += cell.k
    names = [name for name, _ in total.most_common(_MOST_STATUSES)]
    values: list[dict[str, Cell]] = [
        {"of": name, "hour": hour, "failed": failed.get((name, hour), 0)} for name in names for hour in range(24)
    ]
    rest = f", the {_MOST_STATUSES} most frequent" if len(total) > len(names) else ""
    found = _pattern(assessment, integration, CauseKind.HOURS)
    title = found or f"Failures by status and hour{rest}{_at_most(values)}"
    body = [(f"{hour}–{hour + 1} h", *(f"{failed.get((name, hour), 0):,}" for name in names)) for hour in range(24)]
    says = "; ".join(f"{name} {total[name]:,}" for name in names)
    return _map(
        values,
        names,
        assessment,
        title=title,
        says=f"Hours across, statuses down: {says}",
        head=("Hour", *names),
        body=body,
    )


def by_weekday(assessment: Assessment, integration: str) -> Figure:
    """Return the failures of an integration by hour and weekday, whole period."""
    cells = [cell for cell in assessment.timeline.hours if cell.integration == integration]
    failed = {(cell.hour, cell.weekday): cell.k for cell in cells}
    values: list[dict[str, Cell]] = [
        {"of": _WEEKDAYS[cell.weekday], "hour": cell.hour, "failed": cell.k} for cell in cells
    ]
    found = _pattern(assessment, integration, CauseKind.WEEKDAY)
    body = [(f"{hour}–{hour + 1} h", *(f"{failed.get((hour, day), 0):,}" for day in range(7))) for hour in range(24)]
    return _map(
        values, _WEEKDAYS, assessment, title=found or f"Failures by hour and weekday{_at_most(values)}", says="Hours across, weekdays down",
        head=("Hour", *_WEEKDAYS), body=body,
    )  # fmt: skip


def _map(
    values: list[dict[str, Cell]], down: Sequence[str], assessment: Assessment, *,
    title: str, says: str, head: tuple[str, ...], body: list[tuple[str, ...]],
) -> Figure:  # fmt: skip
    """Return failures by hour across and something down; the more, the denser."""
    zone = assessment.generated_for.timezone
    densest = max([_DENSE, *(int(value["failed"] or 0) for value in values)])
    chart = alt.Chart(rows(values)).mark_rect(color=POINT).encode(
        x=alt.X("hour:O", scale=_GAP, axis=alt.Axis(values=[0, 6, 12, 18, 23], labelAngle=0)),
        y=alt.Y("of:O", sort=list(down), scale=_GAP, axis=alt.Axis(labelLimit=110)),
        opacity=alt.Opacity("failed:Q", legend=None, scale=alt.Scale(type="sqrt", domain=[0, densest], range=[0.06, 1])),
        tooltip=[alt.Tooltip("of:N", title=" "), alt.Tooltip("hour:O"), alt.Tooltip("failed:Q", title="failures")],
    )  # fmt: skip
    shown = title if zone in title else f"{title} ({zone})"
    return figure(lambda: chart, title=shown, says=says, height=_ROW * max(len(down), 1), head=head, body=body)


def _at_most(values: list[dict[str, Cell]]) -> str:
    """Return what the strongest cell of a map stands for; nothing where none failed."""
    most = max((int(value["failed"] or 0) for value in values), default=0)
    return f", at most {most:,} in a cell" if most else ""


def _pattern(assessment: Assessment, integration: str, kind: CauseKind) -> str:
    """Return the pattern in time that was found, empty where none was: a dense cell alone is no finding."""
    mine = (issue for issue in assessment.issues if issue.integration == integration and issue.kind in _ALL_FAILURES)
    causes = (cause for issue in mine for cause in issue.causes if cause.share_of_issue >= _MOST)
    timed = (cause for cause in causes if cause.kind is kind)
    found = next(timed, None)
    return words.sentence(found.statement.split(";")[0]) if found else ""
