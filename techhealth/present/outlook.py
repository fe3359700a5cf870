"""Where an issue is heading, in one sentence for every door, and how fast."""

from __future__ import annotations

from techhealth.figures import count, day
from techhealth.model import Issue, Shape

#: A last week that rose by less than this part of the mean slope of all weeks has flattened.
_FLAT = 0.5
#: Chance under which a test of the days' ranks agrees with a trend.
_RANK_AGREES = 0.05
#: Points a week that are worth telling, and what came at once, which has no speed.
_SHOWN = 0.005
_WITHOUT_SPEED = (Shape.STEP, Shape.BURST)


def outlook(issue: Issue) -> str | None:
    """Return where an issue is heading, and of a rise that comes no nearer that it has flattened; None when nothing is known."""
    if issue.forecast is None:
        return None
    flat = rises(issue) and issue.forecast.days is None and _has_flattened(issue)
    return f"The rise has flattened. {issue.forecast.text}" if flat else issue.forecast.text


def rises(issue: Issue) -> bool:
    """Return whether an issue is a gradual rise; one day that is over is none."""
    return issue.shape is Shape.RAMP and (issue.spell is None or issue.going is not None)


def _has_flattened(issue: Issue) -> bool:
    """Return whether the last week brought little of what a week brought in the mean."""
    rates = [week.rate for week in issue.weekly if week.rate is not None]
    slope = issue.trend.points_per_week if issue.trend else 0.0
    return len(rates) > 1 and slope > 0 and 100 * (rates[-1] - rates[-2]) < _FLAT * slope


def heading_for(issue: Issue) -> str:
    """Return where an issue's rate is heading, between which speeds, and whether that may be chance; empty if unknown."""
    trend = issue.trend
    if trend is None or issue.shape in _WITHOUT_SPEED or abs(trend.points_per_week) < _SHOWN:
        return ""
    low, high = trend.interval
    doubt = "" if low > 0 or high < 0 else ", which may be chance"
    if not doubt and trend.rank_p_value >= _RANK_AGREES:
        doubt = ", though not steadily from day to day"
    days = dict.fromkeys((trend.without.first, trend.without.last)) if trend.without else ()
    without = f" without {' to '.join(map(day, days))}" if days else ""
    return (
        f"; {_speed(trend.points_per_week)} points a week over {count(trend.days, 'day')}{without} "
        f"(between {_speed(low)} and {_speed(high)}){doubt}"
    )


def _speed(points: float) -> str:
    """Return points a week with two digits, never more than a rate has.

    Examples:
        >>> _speed(3.94), _speed(0.0), _speed(212.0)
        ('+3.9', '+0', '+100')
    """
    within = min(max(points, -100.0), 100.0)
    return f"{within:+.0f}" if abs(within) >= 10 else f"{round(within, 2):+.2g}"
