"""The families of clean traffic, a row each: unusual, but nothing that anyone would want to be warned of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from techhealth.model import Kind
from techhealth.sample.draws import Draws, Floats, Ints
from techhealth.sample.families.log import DAY_MS, HOUR_MS, OK, Log, Mask
from techhealth.sample.families.traffic import MACHINE_DAY, MACHINE_WEEK, luck

#: (days, draws) → factors of the volume, one a day.
Dates = npt.NDArray[np.datetime64]
Volume = Callable[[Dates, Draws], Floats]
#: (log, its days, draws) → the log with something else in it, or the share of its calls that fail.
Touch = Callable[[Log, int, Draws], Log]
Share = Callable[[Log, int, Draws], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """One kind of traffic without anything wrong.

    Attributes:
        told: what is unusual, in a sentence.
        traffic: how it differs from an ordinary integration (fields of `Traffic`).
        volume: its own factors of the volume; `everyone` those of all the customer's integrations.
        touched: what else happens to the log.
        offset: hours by which its clock is ahead of UTC on each day.
        begins: first day, where the calendar matters.
    """

    told: str
    kind: Kind = Kind.API
    traffic: Mapping[str, Any] = field(default_factory=dict)
    volume: Volume = lambda days, draws: np.ones(len(days))
    everyone: Volume = lambda days, draws: np.ones(len(days))
    touched: Touch = lambda log, days, draws: log
    offset: Callable[[Dates], Ints] = lambda days: np.zeros(len(days), dtype=np.int64)
    begins: date | None = None


def _launch(days: Dates, draws: Draws) -> Floats:
    on = int(len(days) * (0.4 + 0.3 * draws.uniform(1)[0]))
    return np.where(np.arange(len(days)) >= on, 5.0, 1.0)


def _month_end(days: Dates, draws: Draws) -> Floats:
    near = (days + 2).astype("datetime64[M]") != days.astype("datetime64[M]")
    return np.where(near, 3.5, 1.0)


def _holidays(days: Dates, draws: Draws) -> Floats:
    off = (days >= np.datetime64("2025-12-24")) & (days <= np.datetime64("2026-01-02"))
    return np.where(off, 0.15, np.where(_single(days, draws), 0.25, 1.0))


def _missing(days: Dates, draws: Draws) -> Floats:
    start = 30 + int(draws.uniform(1)[0] * (len(days) - 40))
    index = np.arange(len(days))
    gone = ((index >= start) & (index < start + 4)) | _single(days, draws)
    return np.where(gone, 0.0, 1.0)


def _winter(days: Dates) -> Ints:
    return np.where(days < np.datetime64("2025-10-26"), 2, 1)


def _single(days: Dates, draws: Draws) -> Mask:
    """Return two days, here and there."""
    return np.isin(np.arange(len(days)), (draws.uniform(2) * len(days)).astype(int))


def _failing(code: int, share: Share) -> Touch:
    """Let a share of the calls fail."""

    def touch(log: Log, days: int, draws: Draws) -> Log:
        rate = share(log, days, draws)
        return log.failing(draws.uniform(len(log)) < rate, code)

    return touch


def _spell(hours: float, share: float) -> Touch:
    """Return one span of some hours in which a share of the calls fails (503)."""

    def within(log: Log, days: int, draws: Draws) -> Floats:
        start = (_late_day(days, draws) * 24 + 8 + 8 * draws.uniform(1)[0]) * HOUR_MS
        return np.where((log.ms >= start) & (log.ms < start + hours * HOUR_MS), share, 0.0)

    return _failing(503, within)


def _bad_day(log: Log, days: int, draws: Draws) -> Floats:
    return np.where(log.day == _late_day(days, draws), 0.025, 0.0)


def _late_day(days: int, draws: Draws) -> int:
    return int(days * (0.45 + 0.4 * draws.uniform(1)[0]))


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


def _renewed(log: Log, days: int, draws: Draws) -> Log:
    """Let a call be refused and repeated with a new token a second later, every few hours."""
    hit = (log.code == OK) & (draws.uniform(len(log)) < 0.002)
    repeat = log.taken(hit)
    return log.failing(hit, 401).plus(replace(repeat, ms=np.minimum(repeat.ms + 900, days * DAY_MS - 1)))


def _tried_again(log: Log, days: int, draws: Draws) -> Log:
    rate = 0.06 * luck(draws, days, varies=0.35)[log.day]
    return log.saved(draws.uniform(len(log)) < rate, 1, draws)


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
    "growth": Clean(told="traffic that grows fourfold", volume=lambda days, draws: np.linspace(1.0, 4.0, len(days))),
    "month-end": Clean(told="three times the traffic on the last days of a month", volume=_month_end),
    "holidays": Clean(told="ten days over the holidays with little traffic, and single days off", everyone=_holidays,
        begins=date(2025, 11, 10)),
    "missing-days": Clean(told="four days and two more that no log holds", everyone=_missing),
    "summer-time": Clean(told="a day's rhythm that moves by an hour when summer time ends", offset=_winter,
        begins=date(2025, 9, 8), traffic={"hourly_failing": {14: 3.0}}),
    "planned-outage": Clean(told="one planned outage of three hours", touched=_spell(3.0, 0.97)),
    "blip": Clean(told="twenty minutes out of order, once", touched=_spell(0.33, 0.95)),
    "bad-day": Clean(told="one day with several times the usual failures", touched=_failing(500, _bad_day)),
    "lookups": Clean(told="lookups that find nothing now and then, as ever",
        touched=_failing(404, lambda log, days, draws: np.full(len(log), 0.012))),
    "improving": Clean(told="failures that become fewer",
        touched=_failing(500, lambda log, days, draws: 0.012 * (1 - log.day / days))),
    "new-client": Clean(told="a new client version that spreads and fails no more than the old", touched=_new_client),
    "slow-export": Clean(told="a new endpoint that takes long, though within the SLA", touched=_slow_export),
    "token-renewal": Clean(told="calls refused and repeated a second later with a new token", touched=_renewed),
    "tried-again": Clean(told="deliveries that arrive at the second or third try", kind=Kind.WEBHOOK, touched=_tried_again),
}  # fmt: skip
