"""Failure rates over time: by week and by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import altair as alt

from techhealth.model import Assessment, Issue, IssueKind, Shape, Week
from techhealth.present import words
from techhealth.present.charts.theme import BAR, INK, LOW, MUTED, TONE, Cell, Figure, figure, rows

_UTC = alt.Scale(type="utc")
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
    """Return the failure rate of an issue by week, with the day it began."""
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
        color=alt.condition("datum.top", alt.value(TONE[issue.severity]), alt.value(BAR)),
        tooltip=[alt.Tooltip("from:T", title="week from"), alt.Tooltip("text:N", title="rate"), alt.Tooltip("calls:N")],
    )  # fmt: skip
    labels = base.mark_text(dy=-8, fontWeight=600).encode(x=x, text="label:N")
    weeks = base.mark_text(dy=14, color=MUTED).encode(x=x, y=alt.YDatum(0), text="week:N")
    says = "; ".join(f"{words.week(week.first, week.last)} {words.percent(week.rate)}" for week in known)
    chart = alt.layer(bars, labels, weeks, *_onset(issue))
    body = [
        (words.week(week.first, week.last), words.percent(week.rate), f"{week.k:,} of {week.n:,}") for week in known
    ]
    return figure(
        chart, title=_rise(issue), says=says, height=LOW, below=24, head=("Week", "Rate", "Counts"), body=body
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
    """Return a dotted line at the day an issue began, named; nothing when there is no such day."""
    if issue.onset is None:
        return []
    base = alt.Chart(rows([{"on": issue.onset.on.isoformat(), "text": f"since {words.since(issue.onset)}"}]))
    x = alt.X("on:T", scale=_UTC, axis=None)
    line = base.mark_rule(strokeDash=[2, 3], color=INK).encode(x=x)
    return [line, base.mark_text(align="left", dx=5, dy=6, color=MUTED).encode(x=x, y=alt.value(0), text="text:N")]


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
        f"Worst day: {words.day(worst.on)}, {words.percent(worst.k / worst.n)} failed" if worst else "No calls by day"
    )
    chart = alt.Chart(rows(values)).mark_bar(cornerRadius=1).encode(
        x=alt.X("on:T", timeUnit="utcyearmonthdate", scale=_UTC, axis=alt.Axis(format="%-d %b", tickCount=5)),
        y=alt.Y("rate:Q", stack=False, axis=alt.Axis(format="%", tickCount=3)),
        color=alt.condition("datum.top", alt.value(TONE[issue.severity]), alt.value(BAR)),
        tooltip=[alt.Tooltip("on:T", timeUnit="utcyearmonthdate", title="day"), alt.Tooltip("text:N", title="failed"), alt.Tooltip("calls:N")],
    )  # fmt: skip
    body = [(words.day(day.on), words.percent(day.k / day.n), f"{day.k:,} of {day.n:,}") for day in days]
    return figure(chart, title=title, says=f"{len(days)} days", height=LOW, head=("Day", "Failed", "Counts"), body=body)


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
    return figure(layers, title=issue.title, says=f"{len(days)} days", height=LOW, head=("Day", "Calls"), body=body)
