"""One API integration's story → its calls: when each happens, how it ends, how large and how slow it is."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from techhealth.sample.counts import OK, per_day
from techhealth.sample.curve import placed
from techhealth.sample.draws import Draws, Ints
from techhealth.sample.spread import DAY_MS, instants
from techhealth.sample.story import Calls, Story

THROTTLED = 429
#: Milliseconds a failed call takes, from and to: refusals are quick, time-outs last as long as the gateway waits.
FAILED_MS = {
    400: (8, 60), 401: (6, 40), 403: (6, 40), 408: (30_000, 30_250), 422: (10, 80), 429: (2, 12),
    500: (120, 9_000), 502: (50, 2_500), 503: (5, 900), 504: (30_000, 30_400),
}  # fmt: skip
#: Request sizes in bytes where the story says nothing of sizes, and the ends of the sizes where it does.
_ORDINARY_BYTES = (300, 40_000)
_SMALLEST_BYTES, _LARGEST_TIMES = 20_000, 7.5
_BELOW, _ABOVE = 0.95, 1.1

#: Ids in paths step through the five-digit numbers, so that calls of one minute never name the same thing twice.
_FIRST_ID, _IDS, _ID_STEP = 10_000, 90_000, 7_919


class _Group(NamedTuple):
    """Calls that end alike: status, whether above the size of the story, day number and millisecond of the day."""

    status: int
    large: bool
    day: Ints
    ms: Ints


def calls_of(api: Calls, story: Story) -> pl.DataFrame:
    """Return the calls of one integration, unsorted.

    Columns: at_ms (Int64, milliseconds since 1970), integration, method, endpoint (raw path), status (Int64),
    latency_ms (Float64), request_bytes (Int64, null without a body), client.
    """
    draws = Draws(story.seed, f"{api.name}/{story.first}")
    groups = [*_bursts(api, story, draws), *_ordinary(api, story, draws)]
    before = np.cumsum([0, *(len(group.day) for group in groups)])
    frame = pl.concat([_dressed(group, api, draws, first=int(n)) for group, n in zip(groups, before, strict=False)])
    latency = _latencies(frame["day"].to_numpy(), frame["ok"].to_numpy(), frame["status"].to_numpy(), api, story, draws)
    start = (story.first - date(1970, 1, 1)).days
    return frame.select(
        "method", "endpoint", "status", "request_bytes", "client", at_ms=(pl.col("day") + start) * DAY_MS + pl.col("ms"),
        integration=pl.lit(api.name), latency_ms=latency,
    )  # fmt: skip


def _bursts(api: Calls, story: Story, draws: Draws) -> list[_Group]:
    """Return the calls of the burst minutes: the first ones of a minute are accepted, the later ones rejected."""
    groups, accepted = [], api.limit.per_minute
    for burst in api.limit.bursts:
        demand = accepted + burst.rejected
        ms = np.sort((1_000 + draws.uniform(demand) * 58_000).astype(np.int64)) + burst.minute * 60_000
        day = np.full(demand, (burst.on - story.first).days)
        groups.append(_Group(OK, False, day[:accepted], ms[:accepted]))
        groups.append(_Group(THROTTLED, False, day[accepted:], ms[accepted:]))
    return groups


def _ordinary(api: Calls, story: Story, draws: Draws) -> list[_Group]:
    """Return all other calls, outside the burst minutes."""
    minutes = {((burst.on - story.first).days, burst.minute) for burst in api.limit.bursts}
    groups = []
    for status, large, counts in per_day(api, story, draws):
        day, ms = instants(counts, draws)
        groups.append(_Group(status, large, day, _moved(day, ms, minutes)))
    return groups


def _moved(day: Ints, ms: Ints, minutes: set[tuple[int, int]]) -> Ints:
    """Return the times with those in the given minutes put into the next free minute."""
    for on, minute in sorted(minutes):
        free = minute + 1
        while (on, free) in minutes:
            free += 1
        hit = (day == on) & (ms // 60_000 == minute)
        ms = np.where(hit, ms + (free - minute) * 60_000, ms)
    return ms


def _dressed(group: _Group, api: Calls, draws: Draws, *, first: int) -> pl.DataFrame:
    """Return a group's calls with endpoint, status, size and client, each dealt in the integration's proportions."""
    count, ok = len(group.day), group.status == OK
    which = draws.dealt([endpoint.weight for endpoint in api.endpoints], count)
    client = draws.dealt(tuple(api.clients.values()), count)
    ids = _FIRST_ID + (first + np.arange(count)) * _ID_STEP % _IDS
    endpoints = pl.DataFrame([(one.method, one.path, one.answers, one.has_body) for one in api.endpoints], orient="row")
    method, path, answers, has_body = (column.gather(which) for column in endpoints.iter_columns())
    called = pl.DataFrame({"day": group.day, "ms": group.ms, "method": method, "path": path, "id": ids})
    return called.select(
        "day", "ms", "method",
        endpoint=pl.col("path").str.replace("{id}", pl.col("id").cast(pl.String), literal=True),
        ok=pl.lit(ok), status=answers if ok else pl.lit(group.status, dtype=pl.Int64),
        request_bytes=pl.when(has_body).then(pl.Series(_sizes(group, api, draws))),
        client=pl.Series(list(api.clients)).gather(client),
    )  # fmt: skip


def _sizes(group: _Group, api: Calls, draws: Draws) -> Ints:
    """Return request sizes at evenly spaced ranks, the same spread for failed and successful calls of a size class."""
    low, high = _ORDINARY_BYTES
    if api.large:
        limit = api.large.above_bytes
        small, large = (_SMALLEST_BYTES, round(limit * _BELOW)), (round(limit * _ABOVE), round(limit * _LARGEST_TIMES))
        low, high = large if group.large else small
    count = len(group.day)
    ranks = (np.arange(count) + draws.uniform(count)) / max(count, 1)
    return draws.shuffled(np.round(low * (high / low) ** ranks)).astype(np.int64)


def _latencies(day: Ints, ok: npt.NDArray[np.bool_], status: Ints, api: Calls, story: Story, draws: Draws) -> pl.Series:
    """Return latencies in milliseconds: the placed curve over each week's successful calls, drawn for failed ones."""
    latency = np.zeros(len(day))
    week = np.searchsorted(np.cumsum(story.weeks), day, side="right")
    for number in range(len(story.weeks)):
        mine = np.flatnonzero(ok & (week == number))
        latency[mine] = draws.shuffled(placed(api.latency, len(mine)))
    for code, (low, high) in FAILED_MS.items():
        mine = np.flatnonzero(~ok & (status == code))
        latency[mine] = np.round(draws.between(low, high, len(mine)), 1)
    return pl.Series(latency, dtype=pl.Float64)
