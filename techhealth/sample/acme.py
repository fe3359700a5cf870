"""The worked example: Acme Corp, January 2026."""

from __future__ import annotations

from datetime import date

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

_SUNDAY = 6

SALESFORCE = Calls(
    name="Salesforce Sync",
    calls=(4968, 4344, 4344, 4344),
    latency=Latency(mean_ms=120, p50_ms=95, p95_ms=180, p99_ms=320),
    endpoints=(
        Endpoint(method="GET", path="/v1/salesforce/accounts/{id}", weight=4),
        Endpoint(method="PATCH", path="/v1/salesforce/contacts/{id}", weight=3),
        Endpoint(method="POST", path="/v1/salesforce/opportunities", weight=2, answers=201),
        Endpoint(method="GET", path="/v1/salesforce/changes?since=cursor", weight=1),
    ),
    clients={"acme-sync/4.2.0": 7, "acme-sync/4.1.3": 3},
    background=(9, 9, 9, 9),
    background_mix={503: 4, 500: 3, 400: 2},
)

SLACK = Calls(
    name="Slack Notifications",
    calls=(2730, 2388, 2388, 2388),
    latency=Latency(mean_ms=45, p50_ms=32, p95_ms=78, p99_ms=145),
    endpoints=(
        Endpoint(method="POST", path="/v1/slack/channels/{id}/messages", weight=7, answers=201),
        Endpoint(method="PUT", path="/v1/slack/messages/{id}", weight=2),
        Endpoint(method="GET", path="/v1/slack/channels/{id}", weight=1),
    ),
    clients={"acme-notify/1.9.2": 8, "acme-notify/1.8.0": 2},
    background=(49, 43, 43, 43),
    background_mix={400: 4, 500: 3, 503: 3},
)

DATA = Calls(
    name="Custom API (Data)",
    calls=(2758, 2414, 2414, 2414),
    latency=Latency(mean_ms=890, p50_ms=650, p95_ms=1200, p99_ms=2100),
    endpoints=(
        Endpoint(method="GET", path="/v1/datasets/{id}/rows?limit=500", weight=5),
        Endpoint(method="POST", path="/v1/datasets/{id}/query", weight=3),
        Endpoint(method="PUT", path="/v1/datasets/{id}/rows", weight=2),
    ),
    clients={"acme-data/3.0.4": 6, "acme-data/2.7.1": 4},
    background=(151, 133, 133, 133),
    background_mix={500: 4, 503: 2, 400: 2, 422: 2},
)

REPORTS = Calls(
    name="Custom API (Reports)",
    calls=(2024, 1772, 1772, 1772),
    latency=Latency(mean_ms=1200, p50_ms=890, p95_ms=2400, p99_ms=5800),
    endpoints=(
        Endpoint(method="POST", path="/v1/reports/{id}/export?format=csv", weight=4),
        Endpoint(method="POST", path="/v1/reports/{id}/export?format=xlsx", weight=2),
        Endpoint(method="POST", path="/v1/reports/{id}/query", weight=3),
        Endpoint(method="PUT", path="/v1/reports/{id}/schedule", weight=1),
    ),
    clients={"acme-reports/2.3.1": 6, "acme-reports/2.2.0": 4},
    steady={500: (20, 42, 46, 48), 408: (12, 24, 27, 26)},
    weekday=_SUNDAY,
    weekday_failures={401: (10, 10, 10, 12)},
    limit=RateLimit(
        per_minute=100,
        bursts=tuple(
            Burst(on=date(2026, 1, day), minute=minute, rejected=rejected)
            for day, minute, rejected in (
                (15, 13 * 60 + 5, 20), (16, 16 * 60 + 30, 10), (19, 7 * 60 + 45, 12), (20, 18 * 60 + 12, 15),
                (21, 14 * 60 + 20, 18), (22, 20 * 60 + 2, 20), (23, 5 * 60 + 40, 10), (26, 15 * 60 + 15, 12),
                (27, 17 * 60 + 33, 17), (28, 10 * 60 + 0, 100),
            )
        ),
    ),
    large=LargeRequests(above_bytes=8_000_000, calls=450, status=500, failures=(18, 38, 41, 43)),
)  # fmt: skip

EVENTS = Deliveries(
    name="Webhook (Events)",
    deliveries=(338, 296, 296, 304),
    failures=(27, 24, 24, 24),
    reasons={"timeout": 67, "connection_refused": 23, "invalid_response": 9},
    urls=("https://hooks.acme.example/events",),
    event_types={"report.completed": 4, "record.updated": 4, "record.created": 2},
    hours=BadHours(first=14, last=16, failures=(19, 17, 17, 17), quiet_days=(2, 1, 1, 1), share=0.12),
)

JANUARY = Story(
    scenario="acme",
    customer="Acme Corp",
    first=date(2026, 1, 1),
    last=date(2026, 1, 29),
    seed=2026,
    apis=(SALESFORCE, SLACK, DATA, REPORTS),
    webhooks=(EVENTS,),
)
