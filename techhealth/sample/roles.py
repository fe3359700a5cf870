"""What an integration of another customer can be like; sizes and levels come from the draws of its seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta

from techhealth.sample.acme import DATA, REPORTS, SALESFORCE, SLACK
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


#: (name, customer and period, trouble, chance) → the integration.
Role = Callable[[str, Story, Trouble, random.Random], Calls | Deliveries]
Range = tuple[float, float]


def limited(name: str, frame: Story, trouble: Trouble, chance: random.Random) -> Calls:
    """Return an API that hits its limit since some days, loses tokens on one weekday and chokes on large requests."""
    per_day = round(trouble.limit * chance.uniform(2.7, 3.4))
    calls = _per_week(per_day, frame)
    failing = chance.uniform(0.014, 0.018)
    errors = tuple(round(count * failing) for count in calls)
    refused = max(7, round(0.04 * per_day))
    return Calls(
        name=name, calls=calls, latency=_times(REPORTS.latency, chance.uniform(0.5, 1.3)),
        endpoints=_endpoints(name, chance, bodies=True), clients=_clients(frame.customer, name, chance),
        steady={500: errors, 408: tuple(round(count * 0.007) for count in calls)}, weekday=trouble.weekday,
        weekday_failures={401: tuple(refused * len(days) for days in frame.days_on(trouble.weekday))},
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


def _plain(latency: Latency, *, times: Range, failing: Range) -> Role:
    """Return an API that is drawn times as slow as another one, and fails for a drawn share of its calls."""

    def role(name: str, frame: Story, _trouble: Trouble, chance: random.Random) -> Calls:
        share, factor = chance.uniform(*failing), chance.uniform(*times)
        calls = _per_week(chance.randint(220, 620), frame)
        return Calls(
            name=name, calls=calls, latency=_times(latency, factor), endpoints=_endpoints(name, chance, bodies=False),
            clients=_clients(frame.customer, name, chance),
            background=split(round(share * sum(calls)), calls), background_mix={500: 4, 503: 3, 400: 3},
        )  # fmt: skip

    return role


#: A success rate of 99.7 to 99.9 %; one of 97.8 to 98.5 % of a quick API; one of 94 to 96 % with a p95 above a second.
healthy = _plain(SALESFORCE.latency, times=(0.5, 1.6), failing=(0.001, 0.003))
minor = _plain(SLACK.latency, times=(0.6, 2.0), failing=(0.015, 0.022))
slow = _plain(DATA.latency, times=(0.95, 1.4), failing=(0.04, 0.06))


def failing_webhook(name: str, frame: Story, trouble: Trouble, chance: random.Random) -> Deliveries:
    """Return a webhook of which 7 to 9 % fail, seven in ten of these in the bad hours."""
    deliveries = _per_week(chance.randint(40, 65), frame)
    failures = split(round(chance.uniform(0.07, 0.09) * sum(deliveries)), frame.weeks)
    first, last = trouble.hours
    return _webhook(
        name, frame, deliveries, failures,
        reasons={"timeout": chance.randint(60, 75), "connection_refused": 22, "invalid_response": 8},
        hours=BadHours(
            first=first, last=last, failures=tuple(round(0.7 * count) for count in failures),
            quiet_days=(1,) * len(failures), share=min(0.9, 0.06 * (last - first)),
        ),
    )  # fmt: skip


def healthy_webhook(name: str, frame: Story, _trouble: Trouble, chance: random.Random) -> Deliveries:
    """Return a webhook of which 99.6 % arrive."""
    deliveries = _per_week(chance.randint(60, 120), frame)
    failures = split(round(0.004 * sum(deliveries)), frame.weeks)
    return _webhook(name, frame, deliveries, failures, reasons={"timeout": 2, "invalid_response": 1})


def _webhook(
    name: str, frame: Story, deliveries: tuple[int, ...], failures: tuple[int, ...], *,
    reasons: Mapping[str, int], hours: BadHours | None = None,
) -> Deliveries:  # fmt: skip
    return Deliveries(
        name=name, deliveries=deliveries, failures=failures, reasons=split_by(reasons, sum(failures)), hours=hours,
        urls=(f"https://hooks.{slug(frame.customer)}.example/events",),
        event_types={"order.updated": 5, "order.created": 3, "order.closed": 2},
    )  # fmt: skip


def slug(name: str) -> str:
    """Return a name as it stands in addresses: small letters, digits and hyphens.

    Examples:
        >>> slug("Custom API (Reports)")
        'custom-api-reports'
    """
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower()).split()
    return "-".join(words) or "customer"


def _per_week(per_day: int, frame: Story) -> tuple[int, ...]:
    return tuple(per_day * days for days in frame.weeks)


def _times(latency: Latency, factor: float) -> Latency:
    return Latency(**{name: value * factor for name, value in asdict(latency).items()})


def _endpoints(name: str, chance: random.Random, *, bodies: bool) -> tuple[Endpoint, ...]:
    base = f"/v{chance.randint(1, 3)}/{slug(name)}"
    one = f"{base}/{{id}}"
    return (
        Endpoint(method="POST", path=f"{one}/query", weight=3)
        if bodies
        else Endpoint(method="GET", path=one, weight=5),
        Endpoint(method="POST", path=f"{one}/export?format=csv", weight=chance.randint(2, 5)),
        Endpoint(method="PUT", path=one, weight=chance.randint(1, 3)),
        Endpoint(method="POST", path=f"{base}/batches", weight=1, answers=201),
    )


def _clients(customer: str, name: str, chance: random.Random) -> Mapping[str, int]:
    client = f"{slug(customer)}-{slug(name).split('-')[-1]}"
    major = chance.randint(1, 6)
    return {f"{client}/{major}.{chance.randint(1, 9)}.0": 6, f"{client}/{major}.0.{chance.randint(1, 9)}": 4}
