"""The families of clean traffic, a row each: unusual, but nothing that anyone would want to be warned of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from techhealth.model import Kind
from techhealth.sample.draws import Draws, Floats, Ints
from techhealth.sample.families.log import DAY_MS, HOUR_MS, OK, Log
from techhealth.sample.families.traffic import MACHINE_DAY, MACHINE_WEEK

#: (first day, days, draws) → factors of the volume, one a day.
Volume = Callable[[date, int, Draws], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """One kind of traffic without anything wrong.

    Attributes:
        told: what is unusual, in a sentence.
        traffic: how it differs from an ordinary integration (fields of `Traffic`).
        volume: its own factors of the volume; `everyone` those of all the customer's integrations.
        touched: what else happens to the log.
        offset: hours ahead of UTC on each day.
        begins: first day, where the calendar matters.
    """

    told: str
    kind: Kind = Kind.API
    traffic: Mapping[str, Any] = field(default_factory=dict)
    volume: Volume | None = None
    everyone: Volume | None = None
    touched: Callable[[Log, int, Draws], Log] | None = None
    offset: Callable[[date, int], Ints] | None = None
    begins: date | None = None


def _launch(first: date, days: int, draws: Draws) -> Floats:
    on = int(days * (0.4 + 0.3 * draws.uniform(1)[0]))
    return np.where(np.arange(days) >= on, 5.0, 1.0)


def _growth(first: date, days: int, draws: Draws) -> Floats:
    return np.asarray(np.linspace(1.0, 4.0, days))


def _month_end(first: date, days: int, draws: Draws) -> Floats:
    stamps = np.datetime64(first) + np.arange(days)
    near = (stamps + 2).astype("datetime64[M]") != stamps.astype("datetime64[M]")
    return np.where(near, 3.5, 1.0)


def _holidays(first: date, days: int, draws: Draws) -> Floats:
    stamps = np.datetime64(first) + np.arange(days)
    off = (stamps >= np.datetime64("2025-12-24")) & (stamps <= np.datetime64("2026-01-02"))
    single = np.isin(np.arange(days), (draws.uniform(2) * days).astype(int))
    return np.where(off, 0.15, np.where(single, 0.25, 1.0))


def _missing(first: date, days: int, draws: Draws) -> Floats:
    start = 30 + int(draws.uniform(1)[0] * (days - 40))
    index = np.arange(days)
    gone = ((index >= start) & (index < start + 4)) | np.isin(index, (draws.uniform(2) * days).astype(int))
    return np.where(gone, 0.0, 1.0)


def _winter_time(first: date, days: int) -> Ints:
    stamps = np.datetime64(first) + np.arange(days)
    return np.where(stamps < np.datetime64("2025-10-26"), 2, 1).astype(np.int64)


def _spell(hours: float, share: float) -> Callable[[Log, int, Draws], Log]:
    """Return one span of some hours in which a share of the calls fails (503)."""

    def touch(log: Log, days: int, draws: Draws) -> Log:
        start = (int(days * (0.45 + 0.4 * draws.uniform(1)[0])) * 24 + 8 + 8 * draws.uniform(1)[0]) * HOUR_MS
        down = (log.ms >= start) & (log.ms < start + hours * HOUR_MS)
        return log.failing(down & (draws.uniform(len(log)) < share), 503)

    return touch


def _bad_day(log: Log, days: int, draws: Draws) -> Log:
    on = int(days * (0.45 + 0.4 * draws.uniform(1)[0]))
    return log.failing((log.day == on) & (draws.uniform(len(log)) < 0.025), 500)


def _new_client(log: Log, days: int, draws: Draws) -> Log:
    moved = draws.uniform(len(log)) < np.clip((log.day - days * 0.5) / 15, 0, 0.9)
    return replace(log, client=np.where(moved, int(log.client.max()) + 1, log.client))


def _slow_export(log: Log, days: int, draws: Draws) -> Log:
    """Move a tenth of the calls to an endpoint of its own that takes long, though not too long, half-way through."""
    moved = (draws.uniform(len(log)) < 0.10) & (log.day >= days // 2)
    slow = draws.between(300, 800, len(log))
    return replace(
        log,
        endpoint=np.where(moved, int(log.endpoint.max()) + 1, log.endpoint),
        latency_ms=np.where(moved, slow, log.latency_ms),
    )


def _improving(log: Log, days: int, draws: Draws) -> Log:
    still = draws.uniform(len(log)) < 0.012 * (1 - log.day / days)
    return log.failing(still, 500)


def _lookups(log: Log, days: int, draws: Draws) -> Log:
    """Let lookups find nothing now and then, as they always did."""
    return log.failing(draws.uniform(len(log)) < 0.012, 404)


def _renewed(log: Log, days: int, draws: Draws) -> Log:
    """Let a call be refused and repeated with a new token a second later, every few hours."""
    hit = np.flatnonzero((log.code == OK) & (draws.uniform(len(log)) < 0.002))
    repeat = log.taken(hit)
    repeat = replace(repeat, ms=np.minimum(repeat.ms + 900, days * DAY_MS - 1))
    refused = np.zeros(len(log), dtype=bool)
    refused[hit] = True
    return log.failing(refused, 401).plus(repeat)


def _tried_again(log: Log, days: int, draws: Draws) -> Log:
    tries = np.where(draws.uniform(len(log)) < 0.06, 2 + (draws.uniform(len(log)) * 3).astype(np.int64), 1)
    return replace(log, attempt=tries)


_NIGHT = tuple(40 if hour in (2, 3) else 2 for hour in range(24))

CLEAN: Mapping[str, Clean] = {
    "ordinary": Clean(told="an API as most are"),
    "ordinary-webhook": Clean(told="a webhook as most are", kind=Kind.WEBHOOK),
    "noisy": Clean(told="failure rates that vary a lot from day to day, bad days in rows",
        traffic={"failing": 0.007, "failing_varies": 0.7, "lingers": 0.5}),
    "low-traffic": Clean(told="a dozen or two calls a day", traffic={"calls": 18.0}),
    "working-days": Clean(told="nothing at all at weekends", traffic={"week": (1.0, 1.0, 1.0, 1.0, 0.9, 0.0, 0.0)}),
    "strong-seasons": Clean(told="hardly anything at night and at weekends, more failures per call at night",
        traffic={"week": (1.3, 1.2, 1.0, 1.0, 0.8, 0.06, 0.04), "hourly_failing": dict.fromkeys(range(7), 3.0)}),
    "night-job": Clean(told="most calls within two hours of the night, where most failures always fell",
        traffic={"day": _NIGHT, "week": MACHINE_WEEK, "hourly_failing": {2: 2.0, 3: 2.0}}),
    "machine": Clean(told="the same traffic at all hours", traffic={"day": MACHINE_DAY, "week": MACHINE_WEEK}),
    "launch": Clean(told="five times the traffic from one day on", volume=_launch),
    "growth": Clean(told="traffic that grows fourfold", volume=_growth),
    "month-end": Clean(told="three times the traffic on the last days of a month", volume=_month_end),
    "holidays": Clean(told="ten days over the holidays with little traffic, and single days off", everyone=_holidays,
        begins=date(2025, 11, 10)),
    "missing-days": Clean(told="four days and two more that no log holds", everyone=_missing),
    "summer-time": Clean(told="a day's rhythm that moves by an hour when summer time ends", offset=_winter_time,
        begins=date(2025, 9, 8), traffic={"hourly_failing": {14: 3.0}}),
    "planned-outage": Clean(told="one planned outage of three hours", touched=_spell(3.0, 0.97)),
    "blip": Clean(told="twenty minutes out of order, once", touched=_spell(0.33, 0.95)),
    "bad-day": Clean(told="one day with several times the usual failures", touched=_bad_day),
    "lookups": Clean(told="lookups that find nothing now and then, as ever", touched=_lookups),
    "improving": Clean(told="failures that become fewer", touched=_improving),
    "new-client": Clean(told="a new client version that spreads and fails no more than the old", touched=_new_client),
    "slow-export": Clean(told="a new endpoint that takes long, though within the SLA", touched=_slow_export),
    "token-renewal": Clean(told="calls refused and repeated a second later with a new token", touched=_renewed),
    "tried-again": Clean(told="deliveries that arrive at the second or third try", kind=Kind.WEBHOOK, touched=_tried_again),
}  # fmt: skip
