"""What an integration of another customer can be like; sizes and levels come from the draws of its seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from techhealth.sample.draws import split, split_by
from techhealth.sample.story import (
    BadHours,
    Burst,
    Calls,
    Deliveries,
    Endpoint,
    LargeRequests,
    Latency,
    RateLimit,
    Story,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is the matter with another customer's integrations.

    Attributes:
        limit: accepted calls a minute.
        weekday: of authentication failures, Monday is 0.
        hours: of most failed deliveries, first included, last excluded.
        onset_days_before_end: days from the first hit of the limit to the last day.
    """

    limit: int
    weekday: int
    hours: tuple[int, int]
    onset_days_before_end: int


def limited(name: str, frame: Story, trouble: Trouble, chance: random.Random) -> Calls:
    """Return an API that hits its limit since some days, loses tokens on one weekday and chokes on large requests."""
    per_day = round(trouble.limit * chance.uniform(2.7, 3.4))
    calls = _per_week(per_day, frame)
    failing = chance.uniform(0.014, 0.018)
    errors = tuple(round(count * failing) for count in calls)
    occurrences = tuple(len(days) for days in frame.days_on(trouble.weekday))
    return Calls(
        name=name, calls=calls, latency=_latency(chance.uniform(0.5, 1.3), 1200, 890, 2400, 5800),
        endpoints=_endpoints(name, chance, bodies=True), clients=_clients(frame.customer, name, chance),
        steady={500: errors, 408: tuple(round(count * 0.007) for count in calls)},
        weekday=trouble.weekday, weekday_failures={401: tuple(max(7, round(0.04 * per_day)) * n for n in occurrences)},
        limit=RateLimit(per_minute=trouble.limit, bursts=_bursts(frame, trouble, chance)),
        large=LargeRequests(
            above_bytes=chance.choice((2, 4, 8, 16)) * 1_000_000, calls=round(0.06 * sum(calls)), status=500,
            failures=tuple(round(0.9 * count) for count in errors),
        ),
    )  # fmt: skip


def _bursts(frame: Story, trouble: Trouble, chance: random.Random) -> tuple[Burst, ...]:
    """Return one burst minute a day from the onset on, but for a few later days; demand grows, one is the largest."""
    before = trouble.onset_days_before_end
    left_out = set(chance.sample(range(2, before), max(0, (before - 6) // 4)))
    days = [frame.last - timedelta(days=before - n) for n in range(before + 1) if n not in left_out]
    start = chance.randrange(1440)
    shares = [0.12 + 0.25 * n / len(days) + 0.08 * chance.random() for n in range(len(days))]
    shares[-2] = 0.7
    return tuple(
        Burst(on=day, minute=(start + 613 * n) % 1440, rejected=round(trouble.limit * share))
        for n, (day, share) in enumerate(zip(days, shares, strict=True))
    )


def healthy(name: str, frame: Story, _trouble: Trouble, chance: random.Random) -> Calls:
    """Return an API with a success rate of 99.7 to 99.9 %."""
    return _plain(
        name,
        frame,
        chance,
        failing=chance.uniform(0.001, 0.003),
        latency=_latency(chance.uniform(0.5, 1.6), 120, 95, 180, 320),
    )


def minor(name: str, frame: Story, _trouble: Trouble, chance: random.Random) -> Calls:
    """Return a quick API with a success rate of 97.8 to 98.5 %."""
    return _plain(
        name,
        frame,
        chance,
        failing=chance.uniform(0.015, 0.022),
        latency=_latency(chance.uniform(0.6, 2.0), 45, 32, 78, 145),
    )


def slow(name: str, frame: Story, _trouble: Trouble, chance: random.Random) -> Calls:
    """Return an API whose p95 lies above a second and that fails for 4 to 6 % of calls."""
    return _plain(
        name,
        frame,
        chance,
        failing=chance.uniform(0.04, 0.06),
        latency=_latency(chance.uniform(0.95, 1.4), 890, 650, 1200, 2100),
    )


def _plain(name: str, frame: Story, chance: random.Random, *, failing: float, latency: Latency) -> Calls:
    calls = _per_week(chance.randint(220, 620), frame)
    return Calls(
        name=name, calls=calls, latency=latency, endpoints=_endpoints(name, chance, bodies=False),
        clients=_clients(frame.customer, name, chance),
        background=split(round(failing * sum(calls)), calls), background_mix={500: 4, 503: 3, 400: 3},
    )  # fmt: skip


def failing_webhook(name: str, frame: Story, trouble: Trouble, chance: random.Random) -> Deliveries:
    """Return a webhook of which 7 to 9 % fail, seven in ten of these in the bad hours."""
    deliveries = _per_week(chance.randint(40, 65), frame)
    failures = split(round(chance.uniform(0.07, 0.09) * sum(deliveries)), frame.weeks)
    first, last = trouble.hours
    return Deliveries(
        name=name, deliveries=deliveries, failures=failures,
        reasons=split_by(
            {"timeout": chance.randint(60, 75), "connection_refused": 22, "invalid_response": 8}, sum(failures)
        ),
        urls=_urls(frame.customer), event_types=_EVENTS,
        hours=BadHours(
            first=first, last=last, failures=tuple(round(0.7 * count) for count in failures),
            quiet_days=tuple(1 for _ in failures), share=min(0.9, 0.06 * (last - first)),
        ),
    )  # fmt: skip


def healthy_webhook(name: str, frame: Story, _trouble: Trouble, chance: random.Random) -> Deliveries:
    """Return a webhook of which 99.6 % arrive."""
    deliveries = _per_week(chance.randint(60, 120), frame)
    failures = split(round(0.004 * sum(deliveries)), frame.weeks)
    return Deliveries(
        name=name, deliveries=deliveries, failures=failures,
        reasons=split_by({"timeout": 2, "invalid_response": 1}, sum(failures)),
        urls=_urls(frame.customer), event_types=_EVENTS,
    )  # fmt: skip


_EVENTS = {"order.updated": 5, "order.created": 3, "order.closed": 2}
Role = (
    Callable[[str, Story, Trouble, random.Random], Calls] | Callable[[str, Story, Trouble, random.Random], Deliveries]
)


def _per_week(per_day: int, frame: Story) -> tuple[int, ...]:
    return tuple(per_day * days for days in frame.weeks)


def _latency(times: float, mean: float, p50: float, p95: float, p99: float) -> Latency:
    return Latency(mean_ms=mean * times, p50_ms=p50 * times, p95_ms=p95 * times, p99_ms=p99 * times)


def slug(name: str) -> str:
    """Return a name as it stands in addresses: small letters, digits and hyphens.

    Examples:
        >>> slug("Custom API (Reports)")
        'custom-api-reports'
    """
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower()).split()
    return "-".join(words) or "customer"


def _endpoints(name: str, chance: random.Random, *, bodies: bool) -> tuple[Endpoint, ...]:
    base = f"/v{chance.randint(1, 3)}/{slug(name)}"
    read = (
        Endpoint(method="POST", path=f"{base}/{{id}}/query", weight=3)
        if bodies
        else Endpoint(method="GET", path=f"{base}/{{id}}", weight=5)
    )
    return (
        read,
        Endpoint(method="POST", path=f"{base}/{{id}}/export?format=csv", weight=chance.randint(2, 5)),
        Endpoint(method="PUT", path=f"{base}/{{id}}", weight=chance.randint(1, 3)),
        Endpoint(method="POST", path=f"{base}/batches", weight=1, answers=201),
    )


def _clients(customer: str, name: str, chance: random.Random) -> Mapping[str, int]:
    client = f"{slug(customer)}-{slug(name).split('-')[-1]}"
    major = chance.randint(1, 6)
    return {f"{client}/{major}.{chance.randint(1, 9)}.0": 6, f"{client}/{major}.0.{chance.randint(1, 9)}": 4}


def _urls(customer: str) -> tuple[str, ...]:
    return (f"https://hooks.{slug(customer)}.example/events",)
