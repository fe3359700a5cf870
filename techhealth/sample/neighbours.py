"""The customers beside the worked example, as data: each with its size, its integrations and what is wrong with it.

All logs end on the last day of the example, but for a customer that fell silent. Three of them meet the same platform
incident at the same hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from techhealth.model import Kind
from techhealth.sample.acme import JANUARY
from techhealth.sample.draws import Draws
from techhealth.sample.families.change import Change
from techhealth.sample.families.log import DAY_MS, Log, Named, events_of
from techhealth.sample.families.mechanisms import Mechanism, dead_credential, everywhere, one_endpoint, slower
from techhealth.sample.families.scenario import RECEIVERS
from techhealth.sample.families.traffic import Traffic, luck, ordinary
from techhealth.sample.records import Records, of_events
from techhealth.usage.local import local_day

_FIRST, _LAST = date(2025, 12, 1), JANUARY.last
_ENDPOINTS = {
    Kind.API: (
        "GET /v1/orders", "POST /v1/orders", "GET /v1/orders/{id}", "PUT /v1/customers/{id}", "GET /v1/customers",
        "POST /v1/exports",
    ),
    Kind.WEBHOOK: RECEIVERS,
}  # fmt: skip
_CLIENTS = ("sync/3.1.0", "sync/3.0.2", "sync/2.9.7", "sync/4.0.0")
#: Intents of one integration; the next one's numbers begin behind them.
_INTENTS = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong at an integration: how, from when to when (UTC; None: it goes on), how fast and how far."""

    how: Mechanism
    since: datetime
    until: datetime | None = None
    days_to_peak: float = 0.0
    peak: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One integration: its calls or deliveries a day, its usual share of failures, and its fault."""

    name: str
    kind: Kind = Kind.API
    a_day: float
    failing: float = 0.003
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One customer: its integrations, its last day with data, and the day a second export begins with, if there are two."""

    name: str
    told: str
    parts: tuple[Part, ...]
    last: date = _LAST
    second_from: date | None = None


#: The hour in which the platform began to fail for three customers, each within minutes.
INCIDENT = datetime(2026, 1, 28, 9)


def _incident(minute: int) -> Fault:
    return Fault(how=everywhere(503), since=INCIDENT + timedelta(minutes=minute), peak=0.22)


NEIGHBOURS = (
    Neighbour(
        name="Northgate Energy", told="the shared incident, on its largest integration",
        parts=(Part(name="Orders API", a_day=420, fault=_incident(4)), Part(name="CRM Sync", a_day=160)),
    ),
    Neighbour(
        name="Larkspur Media", told="the shared incident",
        parts=(Part(name="Billing API", a_day=260, fault=_incident(11)), Part(name="Webhook (Invoices)", kind=Kind.WEBHOOK, a_day=90)),
    ),
    Neighbour(
        name="Kestrel Travel", told="the shared incident",
        parts=(Part(name="Search API", a_day=300, fault=_incident(2)), Part(name="Jira Sync", a_day=70)),
    ),
    Neighbour(
        name="Ashdown Foods", told="silent: an export a week, and none after 17 January", last=date(2026, 1, 17), second_from=date(2026, 1, 11),
        parts=(Part(name="Inventory API", a_day=150), Part(name="Webhook (Orders)", kind=Kind.WEBHOOK, a_day=60)),
    ),
    Neighbour(
        name="Fenwick Robotics", told="recovered: exports failed until a fix on 9 January", second_from=date(2026, 1, 1),
        parts=(
            Part(name="Reports API", a_day=240, fault=Fault(
                how=one_endpoint, since=datetime(2025, 12, 8), until=datetime(2026, 1, 9, 15), days_to_peak=6, peak=0.16)),
            Part(name="Zendesk Sync", a_day=110),
        ),
    ),
    Neighbour(
        name="Corvina Logistics", told="a credential that expired on 26 January",
        parts=(
            Part(name="Pricing API", a_day=130, fault=Fault(how=dead_credential, since=datetime(2026, 1, 26, 6))),
            Part(name="Shopify Sync", a_day=180),
        ),
    ),
    Neighbour(name="Wexley Textiles", told="too little traffic to be sure", parts=(Part(name="NetSuite Sync", a_day=0.8),)),
    Neighbour(
        name="Quillon Retail", told="slower from week to week",
        parts=(
            Part(name="Catalogue API", a_day=280, fault=Fault(
                how=slower, since=datetime(2026, 1, 5), days_to_peak=20, peak=2.6)),
            Part(name="Webhook (Stock)", kind=Kind.WEBHOOK, a_day=80),
        ),
    ),
    Neighbour(
        name="Marlow Insurance", told="healthy",
        parts=(Part(name="Policies API", a_day=320, failing=0.0012), Part(name="Webhook (Claims)", kind=Kind.WEBHOOK, a_day=100, failing=0.0015)),
    ),
    Neighbour(name="Pinecrest Clinics", told="healthy and small", parts=(Part(name="Workday Sync", a_day=140, failing=0.0008),)),
    Neighbour(
        name="Tallinn Freight", told="healthy",
        parts=(Part(name="Tracking API", a_day=200, failing=0.0015), Part(name="HubSpot Sync", a_day=90, failing=0.001)),
    ),
)  # fmt: skip


def exports_of(neighbour: Neighbour, *, zone: str = "UTC") -> Iterator[Records]:
    """Yield the exports of a customer, oldest first: whole days of its zone; the same customer gives the same records."""
    draws = Draws(JANUARY.seed, f"neighbour/{neighbour.name}")
    frames = [_events(neighbour, number, ZoneInfo(zone), draws) for number in range(len(neighbour.parts))]
    events = pl.concat(frames).sort("at", maintain_order=True)
    on = local_day(zone)
    second = neighbour.second_from
    spans = [(_FIRST, second - timedelta(days=1)), (second, neighbour.last)] if second else [(_FIRST, neighbour.last)]
    for first, last in spans:
        yield of_events(events.filter(on.is_between(first, last)), customer=neighbour.name, first=first, last=last)


def _events(neighbour: Neighbour, number: int, clock: ZoneInfo, draws: Draws) -> pl.DataFrame:
    """Return the events of one integration, its fault planted between its two instants; a day more than is exported."""
    part, days = neighbour.parts[number], (neighbour.last - _FIRST).days + 2
    ahead = (datetime.combine(_FIRST, time(), clock).utcoffset() or timedelta()) // timedelta(hours=1)
    traffic = Traffic(
        kind=part.kind, calls=part.a_day, volume=np.ones(days), utc_offset_h=np.full(days, ahead), failing=part.failing,
    )  # fmt: skip
    log = ordinary(traffic, weekday=_FIRST.weekday(), draws=draws, first_chain=number * _INTENTS)
    if part.fault:
        log = _broken(log, part.fault, days, draws)
    named = Named(name=part.name, kind=part.kind, endpoints=_ENDPOINTS[part.kind], clients=_CLIENTS)
    return events_of(log, named, customer=neighbour.name, first=_FIRST)


def _broken(usual: Log, fault: Fault, days: int, draws: Draws) -> Log:
    change = Change(
        onset_ms=_ms(fault.since), days_to_peak=fault.days_to_peak, peak=fault.peak, bend=1.0,
        luck=luck(draws, days, varies=0.1),
    )  # fmt: skip
    planted, _ = fault.how(usual, change, draws)
    mended = _ms(fault.until) if fault.until else days * DAY_MS
    return planted.taken(planted.ms < mended).plus(usual.taken(usual.ms >= mended))


def _ms(instant: datetime) -> int:
    """Return milliseconds since the first midnight."""
    return int((instant - datetime.combine(_FIRST, time())) / timedelta(milliseconds=1))
