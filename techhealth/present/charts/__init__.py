"""Assessment → charts in Vega-Lite. Rows are shaped here, never computed; each chart proves one sentence, its title."""

from functools import cache
from importlib.resources import files

from techhealth.present.charts.bars import by_slice, points_lost, reasons
from techhealth.present.charts.hours import by_status, by_weekday, failures_by_hour, has_hours
from techhealth.present.charts.latency import latency
from techhealth.present.charts.theme import Figure
from techhealth.present.charts.trends import daily_calls, daily_failures, score_by_day, weekly_errors

__all__ = [
    "Figure",
    "by_slice",
    "by_status",
    "by_weekday",
    "daily_calls",
    "daily_failures",
    "failures_by_hour",
    "has_hours",
    "latency",
    "points_lost",
    "reasons",
    "score_by_day",
    "script",
    "weekly_errors",
]


@cache
def script() -> str:
    """Return the script that lets days be chosen in charts, for the head of a page or the end of a document."""
    return (files(__package__) / "days.js").read_text(encoding="utf-8")
