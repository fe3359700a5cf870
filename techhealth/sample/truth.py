"""A story → what it planted, as plain counts: the answer sheet that goes with a sample."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from techhealth.sample.draws import split
from techhealth.sample.story import Calls, Deliveries, Latency, Story

SCHEMA = "techhealth.sample-truth/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekTruth:
    """Calls or deliveries of one week and how many failed."""

    first: date
    last: date
    n: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstTruth:
    """One clock minute that hit the limit."""

    at: datetime
    accepted: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTruth:
    """A rate limit, the first day it was hit, and the largest demand of a minute."""

    per_minute: int
    onset: date
    largest_demand: int
    bursts: tuple[BurstTruth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekdayTruth:
    """Failures of one status that all fall on one weekday: day → count."""

    status: int
    weekday: str
    days: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeTruth:
    """Failures of one status above and below a request size."""

    above_bytes: int
    status: int
    calls_above: int
    failures_above: int
    calls_below: int
    failures_below: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursTruth:
    """Failures in some hours of the day (first included, last excluded), and the days that have any there."""

    first: int
    last: int
    failures: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationTruth:
    """What was planted at one integration; `codes` counts failures by status or reason, None means not planted."""

    name: str
    kind: str
    n: int
    failures: int
    weekly: tuple[WeekTruth, ...]
    codes: dict[str, int]
    latency: Latency | None
    limit: LimitTruth | None = None
    weekday: tuple[WeekdayTruth, ...] = ()
    size: SizeTruth | None = None
    hours: HoursTruth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Everything that was planted in one sample; the current window is the last week."""

    scenario: str
    customer: str
    seed: int
    first: date
    last: date
    api_calls: int
    webhook_deliveries: int
    integrations: tuple[IntegrationTruth, ...]
    schema: str = SCHEMA

    def __getitem__(self, integration: str) -> IntegrationTruth:
        """Return one integration by name."""
        return next(item for item in self.integrations if item.name == integration)

    def document(self) -> dict[str, object]:
        """Return the truth as plain JSON values; days and instants in ISO 8601."""
        plain = _plain(asdict(self))
        assert isinstance(plain, dict)
        return plain


def truth_of(story: Story) -> Truth:
    """Return what a story plants."""
    apis = tuple(_of_calls(api, story) for api in story.apis)
    webhooks = tuple(_of_deliveries(webhook, story) for webhook in story.webhooks)
    return Truth(
        scenario=story.scenario, customer=story.customer, seed=story.seed, first=story.first, last=story.last,
        api_calls=sum(item.n for item in apis), webhook_deliveries=sum(item.n for item in webhooks),
        integrations=apis + webhooks,
    )  # fmt: skip


def _of_calls(api: Calls, story: Story) -> IntegrationTruth:
    weekly = [[*counts] for counts in (*api.steady.values(), *api.weekday_failures.values())]
    weekly += [[*api.background]] if api.background else []
    weekly += [_throttled_per_week(api, story)] if api.limit else []
    failures = [sum(week) for week in zip(*weekly, strict=True)] or [0] * len(api.calls)
    return IntegrationTruth(
        name=api.name, kind="api", n=sum(api.calls), failures=sum(failures),
        weekly=_weeks(api.calls, failures, story), codes=_codes(api), latency=api.latency,
        limit=_limit(api), weekday=_weekday(api, story), size=_size(api),
    )  # fmt: skip


def _of_deliveries(webhook: Deliveries, story: Story) -> IntegrationTruth:
    hours = None if webhook.hours is None else HoursTruth(
        first=webhook.hours.first, last=webhook.hours.last, failures=sum(webhook.hours.failures),
        days=story.days - sum(webhook.hours.quiet_days),
    )  # fmt: skip
    return IntegrationTruth(
        name=webhook.name, kind="webhook", n=sum(webhook.deliveries), failures=sum(webhook.failures),
        weekly=_weeks(webhook.deliveries, webhook.failures, story), codes=dict(webhook.reasons), latency=None, hours=hours,
    )  # fmt: skip


def _weeks(counts: tuple[int, ...], failures: list[int] | tuple[int, ...], story: Story) -> tuple[WeekTruth, ...]:
    return tuple(
        WeekTruth(first=first, last=last, n=n, failures=k)
        for (first, last), n, k in zip(story.week_days(), counts, failures, strict=True)
    )


def _throttled_per_week(api: Calls, story: Story) -> list[int]:
    bursts = api.limit.bursts if api.limit else ()
    return [sum(burst.rejected for burst in bursts if first <= burst.on <= last) for first, last in story.week_days()]


def _codes(api: Calls) -> dict[str, int]:
    """Return failures by status over the whole period."""
    counts: Counter[str] = Counter()
    for status, weeks in (*api.steady.items(), *api.weekday_failures.items()):
        counts[str(status)] += sum(weeks)
    if api.background:
        shares = split(sum(api.background), tuple(api.background_mix.values()))
        counts.update({str(status): share for status, share in zip(api.background_mix, shares, strict=True)})
    if api.limit:
        counts["429"] += sum(burst.rejected for burst in api.limit.bursts)
    return dict(counts.most_common())


def _limit(api: Calls) -> LimitTruth | None:
    if api.limit is None or not api.limit.bursts:
        return None
    bursts = sorted(api.limit.bursts, key=lambda burst: (burst.on, burst.minute))
    return LimitTruth(
        per_minute=api.limit.per_minute, onset=bursts[0].on,
        largest_demand=api.limit.per_minute + max(burst.rejected for burst in bursts),
        bursts=tuple(
            BurstTruth(
                at=datetime.combine(burst.on, time(), UTC) + timedelta(minutes=burst.minute),
                accepted=api.limit.per_minute, rejected=burst.rejected,
            )
            for burst in bursts
        ),
    )  # fmt: skip


def _weekday(api: Calls, story: Story) -> tuple[WeekdayTruth, ...]:
    """Return the failures that keep to one weekday; their days are the first such day of each week."""
    days = [
        next(day for day in (first + timedelta(days=n) for n in range(7)) if day.weekday() == api.weekday)
        for first, _ in (story.week_days() if api.weekday_failures else ())
    ]
    return tuple(
        WeekdayTruth(
            status=status, weekday=f"{days[0]:%A}", days={f"{day}": n for day, n in zip(days, counts, strict=True)}
        )
        for status, counts in api.weekday_failures.items()
    )


def _size(api: Calls) -> SizeTruth | None:
    if api.large is None:
        return None
    above, every = sum(api.large.failures), sum(api.steady[api.large.status])
    return SizeTruth(
        above_bytes=api.large.above_bytes, status=api.large.status, calls_above=api.large.calls, failures_above=above,
        calls_below=sum(api.calls) - api.large.calls, failures_below=every - above,
    )  # fmt: skip


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
