"""A family and a seed → a customer's records, and the truth about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from techhealth.model import Kind, Shape
from techhealth.policy import Policy
from techhealth.sample.draws import Draws, Floats
from techhealth.sample.families.change import Change
from techhealth.sample.families.clean import CLEAN, Clean
from techhealth.sample.families.degradations import DEGRADATIONS, Family, Measure
from techhealth.sample.families.log import DAY_MS, HOUR_MS, Log, Named, events_of
from techhealth.sample.families.traffic import Traffic, luck, ordinary
from techhealth.sample.truth import ChangeTruth, IntegrationTruth, Truth, WeekTruth

_DAYS_AFTER = 7  # behind the critical day
_DAYS_CLEAN = 84
_MOST_AFTER = 45
#: The critical day of what never becomes critical: it has been left alone for two weeks.
_LEFT_ALONE = 14
#: Traffic: under this share of the usual, for so many days running.
_LITTLE, _LITTLE_DAYS = 0.5, 7
_RANGE_OF_CALLS = (500.0, 2_500.0)
_APIS = ("Orders API", "Billing API", "Search API", "CRM Sync", "Inventory API", "Reports API", "Pricing API")
_WEBHOOKS = ("Webhook (Orders)", "Webhook (Tickets)", "Webhook (Invoices)", "Webhook (Users)")
_CUSTOMERS = ("Globex", "Initech", "Umbrella Foods", "Hooli", "Wayne Textiles", "Soylent Retail")
_PATHS = (
    "GET /v1/orders", "POST /v1/orders", "GET /v1/orders/{id}", "POST /v1/exports", "GET /v1/customers",
    "PUT /v1/customers/{id}", "GET /v1/reports/archive",
)  # fmt: skip
RECEIVERS = ("/hooks/orders", "/hooks/tickets", "/hooks/users", "/hooks/invoices", "/hooks/files", "/hooks/mails")
_VERSIONS = ("sdk/3.1.0", "sdk/3.0.2", "sdk/2.9.7", "sdk/4.0.0")


class Scenario(NamedTuple):
    """The events of one customer, with the columns of `EVENT_SCHEMA`, and what was planted in them."""

    events: pl.DataFrame
    truth: Truth


class _Planted(NamedTuple):
    """What happens at the integration a scenario is about; of the days that are drawn the first `told` are written."""

    first: date
    everyone: Floats
    told: int
    log: Log
    change: ChangeTruth | None


def scenario(name: str, *, seed: int = 1, customer: str | None = None) -> Scenario:
    """Return the scenario of a family: the integration it is about, and an ordinary one beside it.

    Args:
        name: one of `DEGRADATIONS` or `CLEAN`.
        seed: of all chance: when, how fast and how far it goes, and every call.
        customer: a name; drawn when not given.
    """
    draws = Draws(seed, f"family/{name}")
    family = DEGRADATIONS.get(name) or CLEAN[name]
    first, everyone, days, log, change = (
        _degraded(family, draws) if isinstance(family, Family) else _clean(family, draws)
    )
    mine = _named(family.kind, draws)
    other = replace(mine, name="Accounts API" if mine.kind is Kind.API else "Webhook (Accounts)")
    usual = _traffic(family.kind, everyone, draws)
    beside = ordinary(usual, weekday=first.weekday(), draws=draws, first_chain=10**10)
    who = customer or _CUSTOMERS[_between(draws, (0, len(_CUSTOMERS) - 1))]
    frames = [
        events_of(log.taken(log.ms < days * DAY_MS), named, customer=who, first=first)
        for log, named in ((log, mine), (beside, other))
    ]
    last = first + timedelta(days=days - 1)
    truth = Truth(
        scenario=name, customer=who, seed=seed, first=first, last=last,
        api_calls=sum(map(len, frames)) if mine.kind is Kind.API else 0,
        webhook_deliveries=sum(map(len, frames)) if mine.kind is Kind.WEBHOOK else 0,
        integrations=(
            _counted(frames[0], mine, change and replace(change, detail=_detail(change.detail, mine)), first, last),
            _counted(frames[1], other, None, first, last),
        ),
    )  # fmt: skip
    return Scenario(pl.concat(frames).sort("at", maintain_order=True), truth)


def _degraded(family: Family, draws: Draws) -> _Planted:
    """Return a degradation; what is written ends a week behind the critical day."""
    first = _first_day(draws)
    onset = _between(draws, (29, 45))
    hour = 0 if family.shape is Shape.RAMP or family.recurring else _between(draws, (0, 12))
    days = onset + _MOST_AFTER
    change = Change(
        onset_ms=onset * DAY_MS + hour * HOUR_MS, days_to_peak=_drawn(draws, family.days_to_peak),
        peak=_drawn(draws, family.peak), bend=_drawn(draws, (1.0, 1.6)), luck=luck(draws, days, varies=0.35),
    )  # fmt: skip
    traffic = _traffic(family.kind, np.ones(days), draws, **family.traffic)
    before = ordinary(traffic, weekday=first.weekday(), draws=draws)
    log, found = family.mechanism(before, change, draws)
    critical = onset if family.abrupt else _critical(family, traffic, change, before)
    truth = ChangeTruth(
        onset=first + timedelta(days=onset), critical=first + timedelta(days=critical), shape=family.shape,
        measure=family.measure.value, abrupt=family.abrupt, causes=family.causes, early=family.early, issues=family.issues,
        owner=family.owner, detail={**found},
    )  # fmt: skip
    return _Planted(first, np.ones(days), critical + _DAYS_AFTER + 1, log, truth)


def _clean(family: Clean, draws: Draws) -> _Planted:
    """Return twelve weeks without anything wrong."""
    first = family.begins or _first_day(draws)
    days = np.datetime64(first) + np.arange(_DAYS_CLEAN)
    everyone = family.everyone(days, draws)
    volume = family.volume(days, draws) * everyone
    traffic = _traffic(family.kind, volume, draws, utc_offset_h=family.offset(days), **family.traffic)
    log = ordinary(traffic, weekday=first.weekday(), draws=draws)
    return _Planted(first, everyone, _DAYS_CLEAN, family.touched(log, _DAYS_CLEAN, draws), None)


def _first_day(draws: Draws) -> date:
    return date(2025, 9, 1) + timedelta(days=_between(draws, (0, 150)))


def _traffic(kind: Kind, volume: Floats, draws: Draws, **different: Any) -> Traffic:
    """Return an integration's traffic, drawn within what is usual."""
    usual = Traffic(
        kind=kind, volume=volume, calls=draws.between(*_RANGE_OF_CALLS, 1)[0], failing=draws.between(0.002, 0.006, 1)[0],
        median_ms=draws.between(90, 220, 1)[0], utc_offset_h=np.zeros(len(volume), dtype=np.int64),
    )  # fmt: skip
    return replace(usual, **different)


def _critical(family: Family, traffic: Traffic, change: Change, before: Log) -> int:
    """Return the day from which it is critical, by what is planted and not by the day's luck.

    Failures and slow calls: the first day on which the mean of three days passes the policy's critical rate, or the
    share of calls that an SLA on the p95 allows. Traffic: the seventh day running with less than half of the usual.
    What stays below, or costs no delivery, is critical when it has been left alone for two weeks.
    """
    onset = change.onset_ms // DAY_MS
    if family.measure is Measure.VOLUME:
        gone = change.peak * change.daily()
        little = np.flatnonzero(gone > 1 - _LITTLE)
        return int(little[0]) + _LITTLE_DAYS - 1 if len(little) else onset + _LEFT_ALONE
    if family.measure is Measure.TRIES:
        return onset + _LEFT_ALONE
    rules = Policy()
    slow = family.measure is Measure.SLOW
    daily = _slow_share(family, change, before) if slow else traffic.failing + change.peak * change.daily()
    limit = rules.targets.latency_exceedance if slow else rules.detection.critical_rate
    mean = np.convolve(daily, np.ones(3) / 3)[: len(daily)]
    beyond = np.flatnonzero(mean > limit)
    return int(beyond[0]) if len(beyond) and not family.recurring else onset + _LEFT_ALONE


def _slow_share(family: Family, change: Change, before: Log) -> Floats:
    """Return the share of calls a day that are expected to be slower than the SLA."""
    sla = Policy().targets.default_sla_ms
    if family.causes:  # one slice waits for seconds: its share of the calls is what is planted
        return np.asarray(float((before.latency_ms > sla).mean()) + change.peak * change.daily())
    return np.array([float((before.latency_ms * (1 + change.peak * part) > sla).mean()) for part in change.daily()])


def _named(kind: Kind, draws: Draws) -> Named:
    """Return the names of an integration."""
    names = _APIS if kind is Kind.API else _WEBHOOKS
    return Named(
        name=names[_between(draws, (0, len(names) - 1))], kind=kind,
        endpoints=_PATHS if kind is Kind.API else RECEIVERS, clients=_VERSIONS,
    )  # fmt: skip


def _detail(found: Mapping[str, Any], named: Named) -> dict[str, str | int]:
    """Return what a mechanism chose, endpoints and clients by name."""
    names = {"endpoint": named.endpoints, "client": named.clients}
    return {key: names[key][value] if key in names else value for key, value in found.items()}


def _between(draws: Draws, ends: tuple[int, int]) -> int:
    """Return a whole number between two ends, both included."""
    return ends[0] + int(draws.uniform(1)[0] * (ends[1] - ends[0] + 1))


def _drawn(draws: Draws, ends: tuple[float, float]) -> float:
    return float(ends[0] + draws.uniform(1)[0] * (ends[1] - ends[0]))


def _counted(
    events: pl.DataFrame, named: Named, change: ChangeTruth | None, first: date, last: date
) -> IntegrationTruth:
    """Return the truth about one integration: the counts of its records, and what was planted."""
    failed = events.filter(~pl.col("ok"))
    week = (pl.col("at").dt.date() - pl.lit(first)).dt.total_days() // 7
    weekly = events.group_by(week.alias("week")).agg(n=pl.len(), k=(~pl.col("ok")).sum()).sort("week")
    starts = [first + timedelta(weeks=number) for number in weekly["week"]]
    codes = failed["error"].value_counts().sort("count", "error", descending=[True, False])
    return IntegrationTruth(
        name=named.name, kind=named.kind.value, n=events.height, failures=failed.height,
        weekly=tuple(
            WeekTruth(first=start, last=min(start + timedelta(days=6), last), n=n, failures=k)
            for start, n, k in zip(starts, weekly["n"], weekly["k"], strict=True)
        ),
        codes=dict(codes.iter_rows()), latency=None, change=change,
    )  # fmt: skip
