"""Where an issue is heading, in one sentence for every door."""

from __future__ import annotations

from techhealth.model import Issue, Shape

#: A last week that rose by less than this part of the mean slope of all weeks has flattened.
_FLAT = 0.5


def outlook(issue: Issue) -> str | None:
    """Return where an issue is heading, and of a rise that comes no nearer that it has flattened; None when nothing is known."""
    if issue.forecast is None:
        return None
    flat = rises(issue) and issue.forecast.days is None and _has_flattened(issue)
    return f"The rise has flattened. {issue.forecast.text}" if flat else issue.forecast.text


def rises(issue: Issue) -> bool:
    """Return whether an issue is a gradual rise; one day that is over is none."""
    return issue.shape is Shape.RAMP and (issue.spell is None or issue.spell.last is None)


def _has_flattened(issue: Issue) -> bool:
    """Return whether the last week brought little of what a week brought in the mean."""
    rates = [week.rate for week in issue.weekly if week.rate is not None]
    slope = issue.trend.points_per_week if issue.trend else 0.0
    return len(rates) > 1 and slope > 0 and 100 * (rates[-1] - rates[-2]) < _FLAT * slope
