"""Failure rates over time: by week and by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Literal

import altair as alt

from techhealth.model import Assessment, DailyScore, Issue, IssueKind, Shape, Week
from techhealth.present import words
from techhealth.present.charts.theme import BAR, INK, LOW, MUTED, POINT, AnyChart, Cell, Figure, figure, rows

_UTC = alt.Scale(type="utc")
#: Height of a line that only shows where it leads, in pixels.
_FLAT = 32
#: Weeks that can all be labelled.
_MOST_LABELS = 6
#: The last week is well below the worst one.
_EASED = 0.7
_RATE = {
    IssueKind.LATENCY: "share of slow calls",
    IssueKind.WEBHOOK: "rate of failed deliveries",
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
    base = alt.Chart(rows(values)).encode(y=alt.Y("rate:Q", axis=None, scale=alt.Scale(domain=[0, top])))
    x = alt.X("middle:T", scale=_UTC, axis=None)
    bars = base.mark_rect(cornerRadius=2, xOffset=5, x2Offset=-5).encode(
        x=alt.X("from:T", scale=_UTC, axis=None), x2="to:T", y2=alt.Y2Datum(0),
        color=alt.condition("datum.top", alt.value(POINT), alt.value(BAR)),
        tooltip=[alt.Tooltip("from:T", title="week from"), alt.Tooltip("text:N", title="rate"), alt.Tooltip("calls:N")],
    )  # fmt: skip
    labels = base.mark_text(dy=-8, fontWeight=600).encode(x=x, text="label:N")
    weeks = base.mark_text(dy=14, color=MUTED).encode(x=x, y=alt.YDatum(0), text="week:N")
    says = "; ".join(f"{words.week(week.first, week.last)} {words.percent(week.rate)}" for week in known)
    chart = alt.layer(*_onset(issue), *_outlook(issue), bars, labels, weeks)
    body = [
        (words.week(week.first, week.last), words.percent(week.rate), f"{week.k:,} of {week.n:,}") for week in known
    ]
    return figure(
        lambda: chart, title=_rise(issue), says=says, height=LOW, below=32, head=("Week", "Rate", "Counts"), body=body
    )


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
    verb = "climbed" if issue.shape is Shape.RAMP else "went"
    return f"{what} {verb} from {words.percent(issue.baseline.rate)} to {words.percent(last.rate)}"


def _onset(issue: Issue) -> list[alt.Chart]:
    """Return a dotted line at the day an issue began, named, over the days on which it may have; nothing without one."""
    if issue.onset is None:
        return []
    text = f"since {words.since(issue.onset, flagged=issue.first_flagged_on)}"
    possible = _days(issue.onset.earliest, issue.onset.latest)
    began = min(issue.onset.on, issue.first_flagged_on or issue.onset.on)
    late = bool(issue.weekly) and began - issue.weekly[0].first > issue.weekly[-1].last - began
    line = _named_line(began, text, align="right" if late else "left")
    return line if issue.onset.earliest == issue.onset.latest else [possible, *line]


def _outlook(issue: Issue) -> list[alt.Chart]:
    """Return a dotted line at the day a limit is expected to be reached, over the days of its interval, where both are known."""
    expected = issue.forecast
    if expected is None or not expected.days or expected.interval is None or expected.interval[1] is None:
        return []
    last = issue.weekly[-1].last
    low, middle, high = (
        last + timedelta(days=days) for days in (expected.interval[0], expected.days, expected.interval[1])
    )
    return [_days(low, high), *_named_line(middle, f"{expected.breach_of} {words.day(middle)}?", align="right")]


def _days(first: date, last: date) -> alt.Chart:
    """Return a faint band over whole days."""
    band = {"from": first.isoformat(), "to": (last + timedelta(days=1)).isoformat()}
    x, x2, y, y2 = alt.X("from:T", scale=_UTC, axis=None), "to:T", alt.value(0), alt.value(LOW)
    faint: alt.Chart = (
        alt.Chart(rows([band])).mark_rect(color=MUTED, opacity=0.15, aria=False).encode(x=x, x2=x2, y=y, y2=y2)
    )
    return faint


def _named_line(on: date, text: str, *, align: Literal["left", "right"] = "left") -> list[alt.Chart]:
    """Return a dotted line at a day, with its name beside it."""
    base = alt.Chart(rows([{"on": on.isoformat(), "text": text}]))
    x = alt.X("on:T", scale=_UTC, axis=None)
    line = base.mark_rule(strokeDash=[2, 3], color=INK).encode(x=x)
    label = base.mark_text(align=align, dx=5 if align == "left" else -5, dy=6, color=MUTED)
    return [line, label.encode(x=x, y=alt.value(0), text="text:N")]


def score_by_day(assessment: Assessment) -> Figure | None:
    """Return the score as of each day, against its target; None for fewer than two days with a score."""
    days = [day for day in assessment.timeline.daily_score if day.value is not None]
    if len(days) < 2:
        return None
    target = assessment.score.target
    first, last = days[0], days[-1]
    title = f"Score by day: {words.points(first.value)} on {words.day(first.on)}, {words.points(last.value)} now"
    body = [(words.day(day.on), words.points(day.value)) for day in days]
    drawn = partial(_scores, days, target)
    return figure(drawn, title=title, says=f"target {target}", height=_FLAT, below=23, head=("Day", "Score"), body=body)


def _scores(days: Sequence[DailyScore], target: int) -> AnyChart:
    values: list[dict[str, Cell]] = [
        {"on": day.on.isoformat(), "score": day.value, "text": words.points(day.value)} for day in days
    ]
    y = alt.Y("score:Q", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(values=[0, 100]))
    line = alt.Chart(rows(values)).mark_line(color=INK, strokeWidth=2).encode(
        x=alt.X("on:T", timeUnit="utcyearmonthdate", scale=_UTC, axis=None), y=y,
        tooltip=[alt.Tooltip("on:T", timeUnit="utcyearmonthdate", title="day"), alt.Tooltip("text:N", title="score")],
    )  # fmt: skip
    rule = alt.Chart(rows([{"score": target}])).mark_rule(strokeDash=[2, 3], color=MUTED).encode(y=y)
    return alt.layer(rule, line)


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
    chart = alt.Chart(rows(values)).mark_bar(cornerRadius=1).encode(
        x=alt.X("on:T", timeUnit="utcyearmonthdate", scale=_UTC, axis=alt.Axis(format="%-d %b", tickCount=5)),
        y=alt.Y("rate:Q", stack=False, axis=alt.Axis(format="%", tickCount=3)),
        color=alt.condition("datum.top", alt.value(POINT), alt.value(BAR)),
        tooltip=[alt.Tooltip("on:T", timeUnit="utcyearmonthdate", title="day"), alt.Tooltip("text:N", title="failed"), alt.Tooltip("calls:N")],
    )  # fmt: skip
    body = [(words.day(day.on), words.percent(day.k / day.n), f"{day.k:,} of {day.n:,}") for day in days]
    return figure(
        lambda: chart, title=title, says=f"{len(days)} days", height=LOW, head=("Day", "Failed", "Counts"), body=body
    )


def daily_calls(assessment: Assessment, issue: Issue) -> Figure:
    """Return the traffic of an issue's integration day by day."""
    days = [day for day in assessment.timeline.daily_failures if day.integration == issue.integration]
    values: list[dict[str, Cell]] = [{"on": day.on.isoformat(), "calls": day.n} for day in days]
    chart = alt.Chart(rows(values)).mark_bar(cornerRadius=1, color=BAR).encode(
        x=alt.X("on:T", timeUnit="utcyearmonthdate", scale=_UTC, axis=alt.Axis(format="%-d %b", tickCount=5)),
        y=alt.Y("calls:Q", stack=False, axis=alt.Axis(tickCount=3)),
        tooltip=[alt.Tooltip("on:T", timeUnit="utcyearmonthdate", title="day"), alt.Tooltip("calls:Q", format=",")],
    )  # fmt: skip
    body = [(words.day(day.on), f"{day.n:,}") for day in days]
    layers = alt.layer(chart, *_onset(issue))
    return figure(
        lambda: layers, title=issue.title, says=f"{len(days)} days", height=LOW, head=("Day", "Calls"), body=body
    )
