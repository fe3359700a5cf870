"""When failures happen: by hour of the day, alone, by status and by weekday."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt

from techhealth.model import Assessment, CauseKind, HourCell, IssueKind
from techhealth.present import words
from techhealth.present.charts.grammar import Cell, Spec, layers, marks, nominal, ordinal, quantity
from techhealth.present.charts.theme import LOW, POINT, POINTED, Figure, figure

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Rows of a map: how many statuses at most, and the height of one in pixels.
_MOST_STATUSES, _ROW = 8, 23
#: Room between the cells of a map.
_GAP: Spec = {"paddingInner": 0.08, "paddingOuter": 0}
#: The hours that an axis names.
_HOURS: Spec = {"values": [0, 6, 12, 18, 23], "labelAngle": 0}
#: Failures in one cell from which on it has the full colour at the earliest: one failure is no pattern.
_DENSE = 5
#: A failure rate stands out that is so many times, and so many standard errors above, that of the other hours.
_TIMES, _ERRORS = 1.5, 3.0
#: Issues about all failures that the chart counts, and the share of them that makes a pattern visible.
_ALL_FAILURES, _MOST = (IssueKind.ERRORS, IssueKind.WEBHOOK), 0.5


def has_hours(assessment: Assessment, integration: str) -> bool:
    """Return whether failures of an integration are known by hour."""
    return any(cell.integration == integration and cell.k for cell in assessment.timeline.hours)


def failures_by_hour(assessment: Assessment, integration: str) -> Figure:
    """Return the failures of an integration in each hour of the day, all days together."""
    cells = [cell for cell in assessment.timeline.hours if cell.integration == integration]
    failed = [sum(cell.k for cell in cells if cell.hour == hour) for hour in range(24)]
    most, zone = max(failed), assessment.generated_for.timezone
    high = [hour for hour in range(24) if failed[hour] and failed[hour] >= most / 2]
    timed = any(_pattern(assessment, integration, kind) for kind in (CauseKind.HOURS, CauseKind.WEEKDAY))
    is_pattern = timed or _stands_out([cell for cell in cells if cell.hour in high], cells)
    values: list[dict[str, Cell]] = [
        {
            "hour": hour,
            "failed": k,
            "text": f"{k:,}" if k and hour == failed.index(most) else "",
            "top": is_pattern and hour in high,
        }
        for hour, k in enumerate(failed)
    ]
    held = f"{sum(failed[hour] for hour in high):,} of {sum(failed):,} failures fall in {_hours(high)}" if high else ""
    title = (
        f"{held or 'No failures'} ({zone})"
        if is_pattern or not held
        else f"Failures by hour of the day, much as the traffic ({zone})"
    )
    chart = layers(
        marks("bar", {"cornerRadius": 2}, color=POINTED),
        marks("text", {"dy": -7}, text=nominal("text")),
        values=values,
        x=ordinal("hour", axis=_HOURS),
        y=quantity("failed", axis=None, stack=False, scale={"domainMax": most * 1.15 or 1}),
        tooltip=[ordinal("hour", title="hour"), quantity("failed", title="failures")],
    )
    says = "; ".join(f"{hour} h {k}" for hour, k in enumerate(failed) if k)
    body = [(f"{hour}–{hour + 1} h", f"{k:,}") for hour, k in enumerate(failed)]
    return figure(chart, title=title, says=says, height=LOW, head=("Hour", "Failures"), body=body)


def _stands_out(inside: Sequence[HourCell], every: Sequence[HourCell]) -> bool:
    """Return whether a clearly larger part fails in some hours than in all others: most failures are where most traffic is.

    Source: the pooled two-proportion z-test; its limit is high because the hours were chosen for their failures.
    """
    k, n = sum(cell.k for cell in inside), sum(cell.n for cell in inside)
    total, calls = sum(cell.k for cell in every), sum(cell.n for cell in every)
    if not k or n == calls or total == calls:
        return False
    within, beyond, mean = k / n, (total - k) / (calls - n), total / calls
    error = sqrt(mean * (1 - mean) * (1 / n + 1 / (calls - n)))
    return within >= _TIMES * beyond and within - beyond >= _ERRORS * error


def _hours(hours: list[int]) -> str:
    """Return hours in words: "14–16 h" for a run, "6 of 24 hours" for a scatter."""
    if hours == list(range(hours[0], hours[-1] + 1)):
        return f"{hours[0]}–{hours[-1] + 1} h"
    return f"{len(hours)} of 24 hours"


def by_status(assessment: Assessment, integration: str) -> Figure:
    """Return the failures of an integration by status and hour of the day, whole period; the most frequent status first."""
    cells = [cell for cell in assessment.timeline.status_hours if cell.integration == integration]
    failed, total = Counter[tuple[str, int]](), Counter[str]()
    for cell in cells:
        failed[words.sentence(cell.status), cell.hour] += cell.k
        total[words.sentence(cell.status)] += cell.k
    names = [name for name, _ in total.most_common(_MOST_STATUSES)]
    values: list[dict[str, Cell]] = [
        {"of": name, "hour": hour, "failed": failed[name, hour]} for name in names for hour in range(24)
    ]
    rest = f", the {_MOST_STATUSES} most frequent" if len(total) > len(names) else ""
    found = _pattern(assessment, integration, CauseKind.HOURS)
    title = found or f"Failures by status and hour{rest}{_at_most(values)}"
    body = [(f"{hour}–{hour + 1} h", *(f"{failed[name, hour]:,}" for name in names)) for hour in range(24)]
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
    chart = marks(
        "rect",
        {"color": POINT},
        values=values,
        x=ordinal("hour", scale=_GAP, axis=_HOURS),
        y=ordinal("of", sort=list(down), scale=_GAP, axis={"labelLimit": 120}),
        opacity=quantity("failed", legend=None, scale={"type": "sqrt", "domain": [0, densest], "range": [0.06, 1]}),
        tooltip=[nominal("of", title=" "), ordinal("hour"), quantity("failed", title="failures")],
    )
    shown = title if zone in title else f"{title} ({zone})"
    return figure(chart, title=shown, says=says, height=_ROW * max(len(down), 1), head=head, body=body)


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
