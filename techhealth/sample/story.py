"""What is planted at one customer: a story is data, and everything written follows from it and its seed.

Weeks are seven-day blocks counted back from the last day; left-over days at the start join the first block when fewer
than four, else they make a block of their own. Every weekly tuple of a story has one number per block, oldest first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

#: Left-over days that join the first week; more make a week of their own.
_JOINING_DAYS = 3

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: Calls per hour of the day, midnight first: more by day, nothing ever silent.
HOURS_OF_DAY = (8, 8, 8, 8, 8, 9, 9, 10, 11, 12, 12, 12, 11, 11, 12, 12, 11, 11, 10, 10, 9, 9, 8, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Latency of successful calls in milliseconds; quantiles by rank."""

    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint: `{id}` in its path stands for a number, `weight` for its share, `answers` for its good status."""

    method: str
    path: str
    weight: int = 1
    answers: int = 200

    @property
    def has_body(self) -> bool:
        """Whether a request carries a body, and so a size."""
        return self.method not in ("GET", "DELETE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """One clock minute in which the limit was hit: the day, its minute (0-1439, UTC) and the calls rejected."""

    on: date
    minute: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """A limit of accepted calls per clock minute, and the minutes that hit it; no other minute comes near (none: no limit)."""

    per_minute: int = 0
    bursts: tuple[Burst, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeRequests:
    """Requests above a size that fail with one status; no request lies between 0.95 and 1.1 times that size.

    Attributes:
        above_bytes: the size.
        calls: calls above it, level over days and hours.
        status: the failure they meet; its weekly counts are those of the story.
        failures: of these failures, how many per week are on large requests.
    """

    above_bytes: int
    calls: int
    status: int
    failures: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """One API integration.

    Attributes:
        calls: calls per week, level over its days.
        latency: of successful calls, in every week alike.
        steady: status → failures per week, spread evenly over days and hours.
        weekday: the day of `weekday_failures`, Monday is 0.
        weekday_failures: status → failures per week, all on that weekday.
        background: failures per week that vary a little from day to day without trend.
        background_mix: status → share of the background.
    """

    name: str
    calls: tuple[int, ...]
    latency: Latency
    endpoints: tuple[Endpoint, ...]
    clients: Mapping[str, int]
    steady: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    weekday: int = 0
    weekday_failures: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    background: tuple[int, ...] = ()
    background_mix: Mapping[int, int] = field(default_factory=dict)
    limit: RateLimit = field(default_factory=RateLimit)
    large: LargeRequests | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadHours:
    """Hours of the day (first included, last excluded, UTC) in which most deliveries fail.

    Attributes:
        failures: per week, of all failures.
        quiet_days: days per week without a failure in these hours.
        share: ratio of all deliveries that fall into them.
    """

    first: int
    last: int
    failures: tuple[int, ...]
    quiet_days: tuple[int, ...]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """One webhook integration; each delivery is one attempt, without a latency.

    Attributes:
        deliveries: per week, level over its days.
        failures: per week.
        reasons: reason → failures in the whole period.
        hours: where failures cluster; None: nowhere.
    """

    name: str
    deliveries: tuple[int, ...]
    failures: tuple[int, ...]
    reasons: Mapping[str, int]
    urls: tuple[str, ...]
    event_types: Mapping[str, int]
    hours: BadHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything planted at one customer from `first` to `last` (days in UTC, both included)."""

    scenario: str
    customer: str
    first: date
    last: date
    seed: int
    apis: tuple[Calls, ...]
    webhooks: tuple[Deliveries, ...] = ()

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    @property
    def weeks(self) -> tuple[int, ...]:
        """The number of days of each week, oldest first."""
        return weeks_of(self.days)

    def week_days(self) -> list[list[date]]:
        """Return the days of each week, oldest first."""
        days = (self.first + timedelta(days=n) for n in range(self.days))
        return [list(islice(days, length)) for length in self.weeks]

    def days_on(self, weekday: int) -> list[list[date]]:
        """Return the days of each week that fall on a weekday (Monday is 0)."""
        return [[day for day in week if day.weekday() == weekday] for week in self.week_days()]


def weeks_of(days: int) -> tuple[int, ...]:
    """Return the lengths of the weeks of a period, oldest first.

    Examples:
        >>> weeks_of(29), weeks_of(26), weeks_of(3)
        ((8, 7, 7, 7), (5, 7, 7, 7), (3,))
    """
    whole, rest = divmod(days, 7)
    if whole == 0:
        return (days,)
    if 0 < rest <= _JOINING_DAYS:
        return (7 + rest, *(7,) * (whole - 1))
    return (*((rest,) if rest else ()), *(7,) * whole)
