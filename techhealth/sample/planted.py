"""A story → its truth. Counts come from the story alone, never from the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from techhealth.sample.deliveries import clustered
from techhealth.sample.draws import split
from techhealth.sample.spread import level
from techhealth.sample.story import WEEKDAYS, Calls, Deliveries, Story
from techhealth.sample.truth import (
    BurstTruth,
    HoursTruth,
    IntegrationTruth,
    LimitTruth,
    SizeTruth,
    Truth,
    WeekdayTruth,
    WeekTruth,
)


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
    return IntegrationTruth(
        name=webhook.name, kind="webhook", n=sum(webhook.deliveries), failures=sum(webhook.failures),
        weekly=_weeks(webhook.deliveries, webhook.failures, story), codes=_present(webhook.reasons), latency=None,
        hours=_hours(webhook, story),
    )  # fmt: skip


def _hours(webhook: Deliveries, story: Story) -> HoursTruth | None:
    if webhook.hours is None or not any(webhook.hours.failures):
        return None
    per_day = clustered(webhook.hours, story)
    return HoursTruth(
        first=webhook.hours.first, last=webhook.hours.last, failures=int(per_day.sum()), days=int((per_day > 0).sum())
    )


def _present(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts above zero, largest first."""
    return {name: count for name, count in sorted(counts.items(), key=lambda item: -item[1]) if count}


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
    return _present(counts)


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
    return tuple(
        WeekdayTruth(status=status, weekday=WEEKDAYS[api.weekday], days=_weekday_counts(counts, api.weekday, story))
        for status, counts in api.weekday_failures.items()
        if any(counts)
    )


def _weekday_counts(counts: tuple[int, ...], weekday: int, story: Story) -> dict[str, int]:
    """Return day → failures, each week's count level over its days with that weekday."""
    return {
        f"{day}": int(n)
        for days, count in zip(story.days_on(weekday), counts, strict=True)
        for day, n in zip(days, level(count, len(days)), strict=True)
        if n
    }


def _size(api: Calls) -> SizeTruth | None:
    if api.large is None or not api.large.calls:
        return None
    above, every = sum(api.large.failures), sum(api.steady[api.large.status])
    return SizeTruth(
        above_bytes=api.large.above_bytes, status=api.large.status, calls_above=api.large.calls, failures_above=above,
        calls_below=sum(api.calls) - api.large.calls, failures_below=every - above,
    )  # fmt: skip
