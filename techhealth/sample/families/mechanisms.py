"""What goes wrong, one function a mechanism: an ordinary log and a change → the log with it, and what to look for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from techhealth.sample.draws import Draws, Floats, Ints
from techhealth.sample.families.change import Change
from techhealth.sample.families.log import DAY_MS, HOUR_MS, OK, Log, Mask
from techhealth.sample.families.traffic import luck

#: Mechanism → the name (of an endpoint, a client, ...) or number that tells it; endpoints and clients by position.
Found = dict[str, int]
Mechanism = Callable[[Log, Change, Draws], tuple[Log, Found]]
_LARGE_BYTES = 8_388_608
_MINUTE_MS = 60_000
_TIMEOUT_MS = 30_000.0


def everywhere(code: int) -> Mechanism:
    """Return failures with one code, wherever."""

    def plant(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
        return log.failing(_hit(change.rate(log), draws), code), {"code": code}

    return plant


def first_tries(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return deliveries that time out at the first try, a few of them as ever; a later try delivers them all."""
    usual = draws.between(0.005, 0.03, 1)[0] * luck(draws, len(change.luck), varies=0.35)[log.day]
    return log.saved(_hit(usual + change.rate(log), draws), 1, draws), {}


def rate_limit(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return bursts of calls within a minute, of which no more than a limit are accepted (429)."""
    limit = (60, 80, 100, 120)[int(draws.uniform(1)[0] * 4)]
    per_day = np.bincount(log.day, minlength=len(change.luck))
    share = change.peak * change.daily() * change.luck
    rejected = share * per_day / np.maximum(1 - 2.2 * share, 0.2)  # bursts add accepted calls as well
    bursts = (rejected / (0.8 * limit) + draws.uniform(len(rejected))).astype(np.int64)
    minutes = np.repeat(np.arange(len(bursts)), bursts) * 24 * 60 + 7 * 60
    minutes = np.unique(minutes + (draws.uniform(len(minutes)) * 12 * 60).astype(np.int64))
    minutes = minutes[minutes * _MINUTE_MS >= change.onset_ms]
    over = (limit * (0.2 + 1.2 * draws.uniform(len(minutes)))).astype(np.int64)
    demand = limit + over
    which = np.repeat(np.arange(len(minutes)), demand)
    number = np.arange(len(which)) - np.repeat(np.cumsum(demand) - demand, demand)
    ms = minutes[which] * _MINUTE_MS + (number * 58_000) // demand[which] + 1_000
    log = log.taken(~np.isin(log.ms // _MINUTE_MS, minutes))  # whoever calls in such a minute is one of the many
    extra = _copies(log, len(ms), draws)
    throttled = number >= limit
    extra = replace(
        extra, ms=ms, code=np.where(throttled, 429, OK), latency_ms=np.where(throttled, 5.0, extra.latency_ms)
    )
    return log.plus(extra), {"limit_per_minute": limit}


def large_requests(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return failures (500) of large requests."""
    large = log.size > _LARGE_BYTES
    return log.failing(_hit(change.within(log, large), draws), 500, latency_ms=9_000.0), {"above_bytes": _LARGE_BYTES}


def one_endpoint(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return failures (500) of one endpoint."""
    which = int(draws.uniform(1)[0] * 3) + 1
    return log.failing(_hit(change.within(log, log.endpoint == which), draws), 500), {"endpoint": which}


def new_client(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return a new client version that spreads and whose calls are refused (422) again and again."""
    newest, most = int(log.client.max()) + 1, 0.6
    moved = draws.uniform(len(log)) < most * change.climbed(log.ms)
    log = replace(log, client=np.where(moved, newest, log.client))
    broken = moved & _hit(np.clip(change.peak / most * change.luck[log.day], 0, 0.9), draws)
    return log.failing(broken, 422), {"client": newest}


def dead_credential(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return refusals (401) of every call from an hour on."""
    return log.failing(log.ms >= change.onset_ms, 401, latency_ms=20.0), {"code": 401}


def weekly_credential(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return refusals (401) for some hours of one weekday, every week."""
    first, long = (int(low + span * u) for (low, span), u in zip(((6, 6), (4, 5)), draws.uniform(2), strict=True))
    same_day = (log.day - change.onset_ms // DAY_MS) % 7 == 0
    spell = same_day & (log.day >= change.onset_ms // DAY_MS) & (log.hour >= first) & (log.hour < first + long)
    return log.failing(spell & (draws.uniform(len(log)) < 0.98), 401, latency_ms=20.0), {"code": 401}


def retry_storm(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return failures (503) that are repeated several times within seconds, and fail again."""
    again = 5
    rate = change.rate(log)
    hit = (log.code == OK) & _hit(rate / (1 + again - again * rate), draws)
    first = np.flatnonzero(hit)
    repeats = log.taken(np.repeat(first, again))
    step = np.tile(np.arange(1, again + 1), len(first))
    repeats = replace(repeats, ms=repeats.ms + step * 1_500, code=np.full(len(repeats), 503))
    repeats = repeats.taken(repeats.ms < len(change.luck) * DAY_MS)
    return log.failing(hit, 503).plus(repeats), {"code": 503}


def receiver_hours(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return deliveries that the receiver does not take (connection refused) in two hours of the day."""
    first = 9 + int(draws.uniform(1)[0] * 7)
    window = (log.hour >= first) & (log.hour < first + 2)
    return log.failing(_hit(change.within(log, window), draws), 3), {"from_hour": first}


def upstream(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return time-outs (504) of the endpoints that need one upstream, in waves of hours."""
    needing = np.isin(log.endpoint, (0, 1, 3))
    waves = np.repeat(np.exp(0.5 * np.sin(np.arange(len(change.luck) * 4) * 2.4 + 6 * draws.uniform(1)[0])), 6)
    rate = np.clip(change.within(log, needing) * waves[log.ms // HOUR_MS], 0, 0.9)
    return log.failing(_hit(rate, draws), 504, latency_ms=_TIMEOUT_MS), {"code": 504}


def slower(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return every call slower by a growing factor."""
    return replace(log, latency_ms=log.latency_ms * (1 + change.peak * change.climbed(log.ms))), {}


def slow_tail(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return a growing share of one endpoint's calls that wait for seconds."""
    which = 1 + int(draws.uniform(1)[0] * 2)
    waits = _hit(change.within(log, log.endpoint == which), draws)
    seconds = draws.between(2_000, 6_000, len(log))
    return replace(log, latency_ms=log.latency_ms + waits * seconds), {"endpoint": which}


def fewer(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return a log from which a share of the traffic is gone; a peak of 1 is silence."""
    return log.taken(draws.uniform(len(log)) >= change.peak * change.climbed(log.ms)), {}


def outages(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return short outages (503), more and more of them, each of ten to forty minutes in a busy hour."""
    number = (change.luck * (0.5 + 1.5 * change.daily()) + draws.uniform(len(change.luck))).astype(np.int64)
    day = np.repeat(np.arange(len(number)), number)
    start = day * DAY_MS + (draws.uniform(len(day)) * 10 + 7.5) * HOUR_MS
    end = start + (10 + 30 * draws.uniform(len(day))) * _MINUTE_MS
    down = _inside(log.ms, start[start >= change.onset_ms], end[start >= change.onset_ms])
    return log.failing(down & (draws.uniform(len(log)) < 0.9), 503), {"code": 503}


def mixed(log: Log, change: Change, draws: Draws) -> tuple[Log, Found]:
    """Return a rate limit met, large requests failing and a little of a weekly credential at once."""
    log, _ = large_requests(log, replace(change, peak=0.3 * change.peak), draws)
    week = (log.day - change.onset_ms // DAY_MS) % 7 == 3
    log = log.failing(week & _hit(np.clip(change.rate(log), 0, 0.9), draws), 401)
    return rate_limit(log, replace(change, peak=0.6 * change.peak), draws)


def _hit(rate: Floats, draws: Draws) -> Mask:
    return draws.uniform(len(rate)) < rate


def _inside(ms: Ints, start: Floats, end: Floats) -> Mask:
    """Return which instants lie in any of some spans, given in order of time."""
    inside = np.zeros(len(ms), dtype=bool)
    for first, last in zip(start, end, strict=True):
        inside |= (ms >= first) & (ms < last)
    return inside


def _copies(log: Log, count: int, draws: Draws) -> Log:
    """Return further successful calls like those of a log, each an intent of its own."""
    taken = log.taken((draws.uniform(count) * len(log)).astype(np.int64))
    fresh = int(log.chain.max()) + 1 + np.arange(count, dtype=np.int64)
    return replace(taken, code=np.full(count, OK, dtype=np.int64), chain=fresh)
