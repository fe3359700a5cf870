"""Ordinary traffic of one integration: rhythm of week and day, luck of the day that lingers, a few failures.

The calls of a day share its luck: the failure rate of a day varies by a third or so around its mean, and a bad day is
often followed by another one. So does the volume, a little less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from techhealth.model import Kind
from techhealth.sample.draws import Draws, Floats, Ints
from techhealth.sample.families.log import DAY_MS, HOUR_MS, OK, Log

#: Weight of each weekday from Monday, and of each hour of the day: people at work, and machines.
OFFICE_WEEK, MACHINE_WEEK = (1.0, 1.05, 1.05, 1.0, 0.9, 0.3, 0.25), (1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.85)
OFFICE_DAY = (1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 13, 11, 13, 14, 13, 11, 8, 5, 3, 2, 2, 1, 1)
MACHINE_DAY = (5, 5, 5, 5, 5, 5, 5, 6, 6, 7, 7, 7, 7, 7, 7, 7, 6, 6, 6, 5, 5, 5, 5, 5)
#: Weights of what fails now and then: HTTP statuses of calls, numbers of the reasons of deliveries.
_CODES = {Kind.API: {500: 5, 404: 3, 408: 2, 503: 2, 400: 2}, Kind.WEBHOOK: {1: 5, 2: 3, 3: 2}}
_LINGERS = 0.4
_VOLUME_VARIES = 0.10  # from day to day
_SPREAD = 0.55  # of the log-normal latency
#: How many endpoints and clients an integration has.
ENDPOINTS, _CLIENTS = 6, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What an integration does as long as nothing is planted; arrays hold one element a day.

    Attributes:
        calls: a day on average, before the rhythm of the week.
        volume: what the calls of each day are multiplied with.
        failing: share of calls that fail, and by how much it varies from day to day (standard deviation / mean).
        hourly_failing: hour of the day → what its failure rate is multiplied with.
        utc_offset_h: hours by which the clock of their day is ahead of UTC.
        lingers: correlation of a day's luck with that of the day before.
        median_ms: of the latency, log-normal.
        large: share of requests of 9 to 60 MB; the others are small.
    """

    kind: Kind
    calls: float
    volume: Floats
    utc_offset_h: Ints
    week: tuple[float, ...] = OFFICE_WEEK
    day: tuple[float, ...] = OFFICE_DAY
    failing: float = 0.004
    failing_varies: float = 0.35
    lingers: float = _LINGERS
    hourly_failing: Mapping[int, float] = field(default_factory=dict)
    median_ms: float = 150.0
    large: float = 0.01


def luck(draws: Draws, days: int, *, varies: float, lingers: float = _LINGERS) -> Floats:
    """Return positive factors with mean 1, one a day: log-normal, each day leaning on the one before."""
    sigma = float(np.sqrt(np.log1p(varies**2)))
    shocks = normal(draws, days)
    value, found = float(shocks[0]), []
    for shock in shocks:
        found.append(value)
        value = lingers * value + float(np.sqrt(1 - lingers**2) * shock)
    return np.asarray(np.exp(sigma * np.array(found) - sigma**2 / 2))


def normal(draws: Draws, count: int) -> Floats:
    """Return standard normal draws."""
    return np.asarray(ndtri(np.clip(draws.uniform(count), 1e-12, 1 - 1e-12)))


def zipf(count: int) -> Floats:
    """Return falling shares that add up to 1."""
    weights = 1 / np.arange(1, count + 1)
    return np.asarray(weights / weights.sum())


def chosen(draws: Draws, weights: Floats, count: int) -> Ints:
    """Return positions drawn in proportion to weights."""
    edges = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(edges, draws.uniform(count), side="right"), len(weights) - 1).astype(np.int64)


def ordinary(traffic: Traffic, *, weekday: int, draws: Draws, first_chain: int = 0) -> Log:
    """Return the ordinary log of an integration.

    Args:
        traffic: what it is like; its `volume` says how many days.
        weekday: of the first day, Monday is 0.
        draws: of all chance.
        first_chain: number of the first call's intent.
    """
    ms = _instants(traffic, weekday, draws)
    count, days = len(ms), len(traffic.volume)
    endpoint = chosen(draws, zipf(ENDPOINTS), count)
    log = Log(
        ms=ms, endpoint=endpoint, client=chosen(draws, zipf(_CLIENTS), count),
        code=np.full(count, OK, dtype=np.int64), latency_ms=_latency(traffic, ms // DAY_MS, endpoint, draws),
        size=_sizes(traffic, count, draws), chain=first_chain + np.arange(count, dtype=np.int64),
        attempt=np.ones(count, dtype=np.int64), first=np.full(count, OK, dtype=np.int64),
    )  # fmt: skip
    rate = traffic.failing * luck(draws, days, varies=traffic.failing_varies, lingers=traffic.lingers)[log.day]
    by_hour = np.array([traffic.hourly_failing.get(hour, 1.0) for hour in range(24)])
    local = (log.hour + traffic.utc_offset_h[log.day]) % 24
    which = draws.uniform(count) < rate * by_hour[local]
    codes, weights = np.array([*_CODES[traffic.kind].items()]).T
    return log.failing(which, codes[chosen(draws, weights.astype(float), count)])


def _instants(traffic: Traffic, weekday: int, draws: Draws) -> Ints:
    """Return the milliseconds of all calls: so many a day, spread over its hours."""
    days = len(traffic.volume)
    week = np.array(traffic.week)[(np.arange(days) + weekday) % 7]
    mean = traffic.calls * week * traffic.volume * luck(draws, days, varies=_VOLUME_VARIES)
    counts = np.maximum(np.round(mean + np.sqrt(mean) * normal(draws, days)), 0).astype(np.int64)
    edges = np.concatenate([[0.0], np.cumsum(traffic.day) / np.sum(traffic.day)])
    day = np.repeat(np.arange(days), counts)
    local = np.interp(draws.uniform(len(day)), edges, np.arange(25) * HOUR_MS).astype(np.int64)
    ms = day * DAY_MS + (local - traffic.utc_offset_h[day] * HOUR_MS) % DAY_MS
    return np.asarray(ms, dtype=np.int64)


def _latency(traffic: Traffic, day: Ints, endpoint: Ints, draws: Draws) -> Floats:
    """Return log-normal latencies: endpoints differ, and days a little."""
    slower = np.exp(0.25 * normal(draws, ENDPOINTS))[endpoint]
    daily = luck(draws, len(traffic.volume), varies=0.05)[day]
    return np.asarray(traffic.median_ms * slower * daily * np.exp(_SPREAD * normal(draws, len(day))))


def _sizes(traffic: Traffic, count: int, draws: Draws) -> Ints:
    """Return request sizes in bytes, a few of them large."""
    large = draws.uniform(count) < traffic.large
    return np.where(large, draws.between(9e6, 6e7, count), draws.between(300, 2e6, count)).astype(np.int64)
