"""Failure rates over time: by week and by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from techhealth.model import Assessment, DailyScore, Issue, IssueKind, Shape, Week
from techhealth.present import words
from techhealth.present.charts.grammar import (
    IN_UTC,
    Cell,
    Spec,
    instant,
    layers,
    marks,
    nominal,
    quantity,
    told_day,
    whole_day,
)
from techhealth.present.charts.theme import BAR, INK, LOW, MUTED, POINTED, Figure, figure

#: Days from left to right, some of them named.
_DAYS = whole_day("on", scale=IN_UTC, axis={"format": "%-d %b", "tickCount": 5})
#: An axis of one layer stays where another has none.
OWN_AXES: Spec = {"resolve": {"axis": {"x": "independent"}}}
#: Height of a line that only shows where it leads, in pixels.
_FLAT = 28
#: Weeks that can all be labelled.
_MOST_LABELS = 6
#: The last week is well below the worst one.
_EASED = 0.7
_RATE = {
    IssueKind.LATENCY: "share of slow calls",
    IssueKind.WEBHOOK: "rate of failed deliveries",
    IssueKind.FIRST_TRIES: "rate of failed first tries",
    IssueKind.AUTH: "rate of authentication failures",
}


def weekly_errors(issue: Issue) -> Figure:
    """Return the failure rate of an issue by week, with the day it began and the days in which a limit may be reached."""
    known = [week for week in issue.weekly if week.rate is not None]
    values: list[dict[str, Cell]] = [
        {
            "from": week.first.isoformat(),
            "to": (week.last + timedelta(days=1)).isoformat(),
            "middle": _middle(week),
            "rate": week.rate,
            "text": words.percent(week.rate),
            "label": words.percent(week.rate) if _is_labelled(place, of=len(known)) else "",
            "week": _named(week, place, of=len(known)),
            "calls": f"{week.k:,} of {week.n:,}",
            "top": week is known[-1],
        }
        for place, week in enumerate(known)
    ]
    top = max((week.rate or 0 for week in known), default=0) * 1.3 or 1
    y = quantity("rate", axis=None, scale={"domain": [0, top]})
    bars = marks(
        "rect",
        {"cornerRadius": 2, "xOffset": 5, "x2Offset": -5},
        x=_at("from"),
        x2={"field": "to"},
        y=y,
        y2={"datum": 0},
        color=POINTED,
        tooltip=[told_day("from", title="week from"), nominal("text", title="rate"), nominal("calls", title="failed")],
    )
    labels = marks("text", {"dy": -8, "fontWeight": 600}, x=_at("middle"), y=y, text=nominal("label"))
    weeks = marks("text", {"dy": 14, "color": MUTED}, x=_at("middle"), y={"datum": 0}, text=nominal("week"))
    says = "; ".join(f"{words.week(week.first, week.last)} {words.percent(week.rate)}" for week in known)
    chart = layers(*onset(issue), *_outlook(issue), bars, labels, weeks, values=values)
    body = [
        (words.week(week.first, week.last), words.percent(week.rate), f"{week.k:,} of {week.n:,}") for week in known
    ]
    return figure(
        chart, title=_rise(issue), says=says, height=LOW, below=32, head=("Week", "Rate", "Counts"), body=body, days_of=issue.integration,
    )  # fmt: skip


def _is_labelled(place: int, *, of: int) -> bool:
    """Return whether a week carries its label: every one of a few, every second of many, counted from the last."""
    return of <= _MOST_LABELS or (of - 1 - place) % 2 == 0


def _named(week: Week, place: int, *, of: int) -> str:
    """Return the label of a week: its days, or of many weeks the first day."""
    if of <= _MOST_LABELS - 1:
        return words.week(week.first, week.last)
    return f"{week.first.day} {week.first:%b}" if _is_labelled(place, of=of) else ""


def _middle(week: Week) -> str:
    """Return the instant in the middle of a run of whole days."""
    return (datetime.combine(week.first, time(), UTC) + (week.last - week.first + timedelta(days=1)) / 2).isoformat()


def _rise(issue: Issue) -> str:
    """Return the finding of a weekly trend in words: what the issue says of it, and the worst week where it eased since."""
    what = f"Weekly {_RATE.get(issue.kind, 'failure rate')}"
    known = [week for week in issue.weekly if week.rate is not None]
    if len(known) < 2:
        return f"{what}: {words.percent(issue.recent.rate)}"
    worst, last = max(known, key=lambda week: week.rate or 0), known[-1]
    if (last.rate or 0) < _EASED * (worst.rate or 0):
        since = words.week(worst.first, worst.last)
        return f"{what} was highest on {since} with {words.percent(worst.rate)}, and is {words.percent(last.rate)} now"
    if issue.onset is None:
        return f"{what}: {words.percent(last.rate)} in the last week, {words.percent(issue.baseline.rate)} in the whole period"
    first = known[0].rate or 0
    verb = "climbed" if issue.shape is Shape.RAMP and first < (last.rate or 0) else "went"
    return f"{what} {verb} from {words.percent(first)} in the first week to {words.percent(last.rate)} in the last"


def onset(issue: Issue, *, high: int = LOW, label: int = 0) -> list[Spec]:
    """Return a dotted line at the day an issue began, named, over the days on which it may have; nothing without one.

    `high` is the height of the chart in pixels, `label` where on it the name stands.
    """
    if issue.onset is None:
        return []
    text = f"since {words.since(issue.onset, flagged=issue.first_flagged_on)}"
    possible = _days(issue.onset.earliest, issue.onset.latest, high=high)
    began = min(issue.onset.on, issue.first_flagged_on or issue.onset.on)
    late = bool(issue.weekly) and began - issue.weekly[0].first > issue.weekly[-1].last - began
    line = _named_line(began, text, align="right" if late else "left", label=label)
    return line if issue.onset.earliest == issue.onset.latest else [possible, *line]


def _outlook(issue: Issue) -> list[Spec]:
    """Return a dotted line at the day a limit is expected to be reached, over the days of its interval, where both are known."""
    expected = issue.forecast
    if expected is None or not expected.days or expected.interval is None or expected.interval[1] is None:
        return []
    last = issue.weekly[-1].last
    low, middle, high = (
        last + timedelta(days=days) for days in (expected.interval[0], expected.days, expected.interval[1])
    )
    return [_days(low, high), *_named_line(middle, f"{expected.breach_of} {words.day(middle)}?", align="right")]


def _days(first: date, last: date, *, high: int = LOW) -> Spec:
    """Return a faint band over whole days."""
    band = {"from": first.isoformat(), "to": (last + timedelta(days=1)).isoformat()}
    faint = {"color": MUTED, "opacity": 0.15, "aria": False}
    return marks("rect", faint, values=[band], x=_at("from"), x2={"field": "to"}, y={"value": 0}, y2={"value": high})


def _named_line(on: date, text: str, *, align: Literal["left", "right"] = "left", label: int = 0) -> list[Spec]:
    """Return a dotted line at a day, with its name beside it."""
    here: list[dict[str, Cell]] = [{"on": on.isoformat(), "text": text}]
    beside = {"align": align, "dx": 5 if align == "left" else -5, "dy": 6, "color": MUTED}
    return [
        marks("rule", {"strokeDash": [2, 3], "color": INK}, values=here, x=_at("on")),
        marks("text", beside, values=here, x=_at("on"), y={"value": label}, text=nominal("text")),
    ]


def _at(instant_of: str) -> Spec:
    """Return a place in time without an axis."""
    return instant(instant_of, scale=IN_UTC, axis=None)


def score_by_day(assessment: Assessment) -> Figure | None:
    """Return the score as of each day, against its target; None for fewer than two days with a score."""
    days = [day for day in assessment.timeline.daily_score if day.value is not None]
    if len(days) < 2:
        return None
    target = assessment.score.target
    first, last = days[0], days[-1]
    title = f"Score by day: {words.points(first.value)} on {words.day(first.on)}, {words.points(last.value)} now"
    body = [(words.day(day.on), words.points(day.value)) for day in days]
    return figure(
        _scores(days, target),
        title=title,
        says=f"target {target}",
        height=_FLAT,
        below=23,
        head=("Day", "Score"),
        body=body,
    )


def _scores(days: Sequence[DailyScore], target: int) -> Spec:
    values: list[dict[str, Cell]] = [
        {"on": day.on.isoformat(), "score": day.value, "text": words.points(day.value)} for day in days
    ]
    line = marks(
        "line",
        {"color": INK, "strokeWidth": 2},
        values=values,
        x=whole_day("on", scale=IN_UTC, axis=None),
        tooltip=[told_day("on"), nominal("text", title="score")],
    )
    return layers(
        marks("rule", {"strokeDash": [2, 3], "color": MUTED}, values=[{"score": target}]),
        line,
        y=quantity("score", scale={"domain": [0, 100]}, axis={"values": [0, 100]}),
    )


def daily_failures(assessment: Assessment, issue: Issue) -> Figure:
    """Return the failure rate of an issue's integration day by day; days since the onset carry the colour."""
    days = [day for day in assessment.timeline.daily_failures if day.integration == issue.integration and day.n]
    begun = issue.onset.on if issue.onset else date.min
    values: list[dict[str, Cell]] = [
        {
            "on": day.on.isoformat(),
            "rate": day.k / day.n,
            "text": words.percent(day.k / day.n),
            "calls": f"{day.k:,} of {day.n:,}",
            "top": day.on >= begun and issue.onset is not None,
        }
        for day in days
    ]
    worst = max(days, key=lambda day: day.k / day.n, default=None)
    title = (
        f"Worst day: {words.day(worst.on)}, on which {words.percent(worst.k / worst.n)} failed"
        if worst
        else "No calls by day"
    )
    chart = marks(
        "bar",
        {"cornerRadius": 1},
        values=values,
        x=_DAYS,
        y=quantity("rate", stack=False, axis={"format": "%", "tickCount": 3}),
        color=POINTED,
        tooltip=[told_day("on"), nominal("text", title="rate"), nominal("calls", title="failed")],
    )
    body = [(words.day(day.on), words.percent(day.k / day.n), f"{day.k:,} of {day.n:,}") for day in days]
    head = ("Day", "Failed", "Counts")
    return figure(
        chart, title=title, says=f"{len(days)} days", height=LOW, head=head, body=body, days_of=issue.integration
    )


def daily_calls(assessment: Assessment, issue: Issue) -> Figure:
    """Return the traffic of an issue's integration day by day, up to the end of the log: empty days are the silence."""
    known = {day.on: day.n for day in assessment.timeline.daily_failures if day.integration == issue.integration}
    last = assessment.period.last
    first = min(known, default=last)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    values: list[dict[str, Cell]] = [{"on": day.isoformat(), "calls": known.get(day, 0)} for day in days]
    silent = max(known, default=last) + timedelta(days=1)
    top = max(known.values(), default=0) * 1.3 or 1  # room above the bars for the name of the day it began
    bars = marks(
        "bar",
        {"cornerRadius": 1, "color": BAR},
        values=values,
        x=_DAYS,
        y=quantity("calls", stack=False, axis={"tickCount": 3}, scale={"domain": [0, top]}),
        tooltip=[told_day("on"), quantity("calls", format=",")],
    )
    body = [(words.day(day), f"{known.get(day, 0):,}") for day in days]
    empty = [_days(silent, last)] if silent <= last else []
    chart = layers(*empty, bars, *onset(issue)) | OWN_AXES
    says, head = f"{len(days)} days", ("Day", "Calls")
    return figure(chart, title=issue.title, says=says, height=LOW, head=head, body=body, days_of=issue.integration)
