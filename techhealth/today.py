"""What a judgement of days long ago says today: nothing of the days without data since.

Which day is today is asked of nobody here; every door hands it over, and gets the same answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from techhealth.figures import count
from techhealth.model import Assessment, Risk, RiskFactor, RiskLevel

#: Longest time after which the next log is due, in days: what covers more was looked at once, not regularly. Judgement of this project.
MOST_DAYS = 31
#: Days after which a log that is due is missed: a long weekend is none. Judgement of this project.
LATE_DAYS = 4


def covers(found: Assessment) -> int:
    """Return how many days a log tells of, after as many of which the next one is due; one of events that are sent as they
    happen is due every day."""
    return 1 if found.receipt.is_live else min(found.period.days, MOST_DAYS)


def present_day(last: date, *, today: date, example_on: date | None = None) -> date:
    """Return the day that is today for a customer whose data end with a day.

    An example lives on a day of its own, as long as its data do not go beyond it.

    Examples:
        >>> print(present_day(date(2026, 1, 17), today=date(2026, 11, 27), example_on=date(2026, 1, 29)))
        2026-01-29
    """
    return example_on if example_on and last <= example_on else today


def days_without(last: date, *, covers: int, today: date) -> int | None:
    """Return for how many days there have been no data, None while no newer log is missed.

    Examples:
        >>> days_without(date(2026, 1, 29), covers=29, today=date(2026, 2, 27))
        >>> days_without(date(2026, 1, 29), covers=7, today=date(2026, 2, 10))
        12
    """
    days = (today - last).days
    return days if days >= covers + LATE_DAYS else None


def level_today(level: RiskLevel, without: int | None) -> RiskLevel:
    """Return a risk level after so many days without data: a low one is not known any more."""
    return RiskLevel.UNKNOWN if without and level is RiskLevel.LOW else level


def as_of_today(found: Assessment, today: date) -> Assessment:
    """Return an assessment as it reads on a day: where newer data are missed its risk says so, and is low no longer."""
    without = days_without(found.generated_for.as_of, covers=covers(found), today=today)
    return replace(found, risk=_risk(found.risk, without)) if without else found


def _risk(risk: Risk, without: int) -> Risk:
    factor = RiskFactor(
        factor=f"No data for {count(without, 'day')}", level=RiskLevel.UNKNOWN,
        impact="What has failed since is not seen; the integration may be broken, unused, or no longer exported",
    )  # fmt: skip
    asked = "Ask whether the integrations still run, and for a newer export: what has come since is not known."
    return Risk(
        level=level_today(risk.level, without), factors=(factor, *risk.factors),
        if_not_addressed=(*risk.if_not_addressed, asked), days_without=without,
    )  # fmt: skip
