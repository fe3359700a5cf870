"""A story → its truth. Counts come from the story alone, never from the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from techhealth.sample.deliveries import clustered
from techhealth.sample.draws import split_by
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
    by_week = [*api.steady.items(), *api.weekday_failures.items()]
    throttled = [sum(burst.rejected for burst in api.limit.bursts if burst.on in week) for week in story.week_days()]
    weekly = [throttled, *(counts for _, counts in by_week), *([api.background] if api.background else [])]
    background = split_by(api.background_mix, sum(api.background)).items()
    codes: Counter[str] = Counter()
    for status, count in (*((status, sum(weeks)) for status, weeks in by_week), *background, (429, sum(throttled))):
        codes[str(status)] += count
    return IntegrationTruth(
        name=api.name, kind="api", n=sum(api.calls), failures=codes.total(), codes=_present(codes), latency=api.latency,
        weekly=_weeks(api.calls, [sum(week) for week in zip(*weekly, strict=True)], story),
        limit=_limit(api), weekday=_weekday(api, story), size=_size(api),
    )  # fmt: skip


def _of_deliveries(webhook: Deliveries, story: Story) -> IntegrationTruth:
    return IntegrationTruth(
        name=webhook.name, kind="webhook", n=sum(webhook.deliveries), failures=sum(webhook.failures),
        weekly=_weeks(webhook.deliveries, webhook.failures, story), codes=_present(webhook.reasons), latency=None,
        hours=_hours(webhook, story),
    )  # fmt: skip


def _present(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts above zero, largest first."""
    return {name: count for name, count in sorted(counts.items(), key=lambda item: -item[1]) if count}


def _weeks(counts: Sequence[int], failures: Sequence[int], story: Story) -> tuple[WeekTruth, ...]:
    return tuple(
        WeekTruth(first=days[0], last=days[-1], n=n, failures=k)
        for days, n, k in zip(story.week_days(), counts, failures, strict=True)
    )


def _limit(api: Calls) -> LimitTruth | None:
    limit, bursts = api.limit.per_minute, sorted(api.limit.bursts, key=lambda burst: (burst.on, burst.minute))
    if not bursts:
        return None
    instants = (datetime.combine(burst.on, time(), UTC) + timedelta(minutes=burst.minute) for burst in bursts)
    return LimitTruth(
        per_minute=limit, onset=bursts[0].on, largest_demand=limit + max(burst.rejected for burst in bursts),
        bursts=tuple(
            BurstTruth(at=at, accepted=limit, rejected=burst.rejected)
            for at, burst in zip(instants, bursts, strict=True)
        ),
    )  # fmt: skip


def _weekday(api: Calls, story: Story) -> tuple[WeekdayTruth, ...]:
    """Return the failures of one weekday, each week's count level over its days with it."""
    days = story.days_on(api.weekday)
    return tuple(
        WeekdayTruth(
            status=status, weekday=WEEKDAYS[api.weekday],
            days={
                f"{day}": int(n)
                for mine, count in zip(days, counts, strict=True)
                for day, n in zip(mine, level(count, len(mine)), strict=True)
                if n
            },
        )
        for status, counts in api.weekday_failures.items()
        if any(counts)
    )  # fmt: skip


def _size(api: Calls) -> SizeTruth | None:
    large = api.large
    if large is None or not large.calls:
        return None
    above, every = sum(large.failures), sum(api.steady[large.status])
    return SizeTruth(
        above_bytes=large.above_bytes, status=large.status, calls_above=large.calls, failures_above=above,
        calls_below=sum(api.calls) - large.calls, failures_below=every - above,
    )  # fmt: skip


def _hours(webhook: Deliveries, story: Story) -> HoursTruth | None:
    hours = webhook.hours
    if hours is None or not any(hours.failures):
        return None
    per_day = clustered(hours, story)
    return HoursTruth(first=hours.first, last=hours.last, failures=int(per_day.sum()), days=int((per_day > 0).sum()))
