"""Assessment → altair charts. Rows are shaped here, never computed; each chart proves one sentence, its title."""

from techhealth.present.charts.bars import failures_by_hour, points_lost, reasons
from techhealth.present.charts.latency import latency
from techhealth.present.charts.theme import Figure
from techhealth.present.charts.trends import daily_calls, daily_failures, heat_map, weekly_errors

__all__ = [
    "Figure",
    "daily_calls",
    "daily_failures",
    "failures_by_hour",
    "heat_map",
    "latency",
    "points_lost",
    "reasons",
    "weekly_errors",
]
