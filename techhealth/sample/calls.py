"""One API integration's story → its calls: when each happens, how it ends, how large and how slow it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from techhealth.sample.counts import OK, per_day
from techhealth.sample.curve import placed
from techhealth.sample.draws import Draws, Ints
from techhealth.sample.spread import DAY_MS, instants
from techhealth.sample.story import Calls, Endpoint, Story

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
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
        (pl.col("day") + start) * DAY_MS + pl.col("ms"), integration=pl.lit(api.name),
        method="method", endpoint="endpoint", status="status", latency_ms=latency,
        request_bytes="request_bytes", client="client",
    ).rename({"day": "at_ms"})  # fmt: skip


def _bursts(api: Calls, story: Story, draws: Draws) -> list[_Group]:
    """Return the calls of the burst minutes: the first ones of a minute are accepted, the later ones rejected."""
    groups = []
    for burst in api.limit.bursts if api.limit else ():
        demand = api.limit.per_minute + burst.rejected if api.limit else 0
        offsets = np.sort((1_000 + draws.uniform(demand) * 58_000).astype(np.int64)) + burst.minute * 60_000
        day = np.full(demand, (burst.on - story.first).days)
        accepted = demand - burst.rejected
        groups.append(_Group(status=OK, large=False, day=day[:accepted], ms=offsets[:accepted]))
        groups.append(_Group(status=THROTTLED, large=False, day=day[accepted:], ms=offsets[accepted:]))
    return groups


def _ordinary(api: Calls, story: Story, draws: Draws) -> list[_Group]:
    """Return all other calls, outside the burst minutes."""
    burst_minutes = {((burst.on - story.first).days, burst.minute) for burst in (api.limit.bursts if api.limit else ())}
    groups = []
    for status, large, counts in per_day(api, story, draws):
        day, ms = instants(counts, draws)
        groups.append(_Group(status=status, large=large, day=day, ms=_moved(day, ms, burst_minutes)))
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
    count = len(group.day)
    which = draws.dealt([endpoint.weight for endpoint in api.endpoints], count)
    client = draws.dealt(tuple(api.clients.values()), count)
    ids = _FIRST_ID + (first + np.arange(count)) * _ID_STEP % _IDS
    table = pl.DataFrame([_columns(endpoint) for endpoint in api.endpoints]).with_row_index("which")
    frame = pl.DataFrame(
        {"which": which, "day": group.day, "ms": group.ms, "id": ids, "bytes": _sizes(group, api, draws)}
    ).join(table.cast({"which": pl.Int64}), on="which", maintain_order="left")
    ok = group.status == OK
    named = pl.when("with_id").then(pl.col("id").cast(pl.String)).otherwise(pl.lit(""))
    return frame.select(
        "day", "ms", "method",
        ok=pl.lit(ok), status=pl.col("answers") if ok else pl.lit(group.status, dtype=pl.Int64),
        endpoint=pl.concat_str("before", named, "after"),
        request_bytes=pl.when(pl.col("has_body")).then(pl.col("bytes")),
        client=pl.Series(list(api.clients)).gather(client),
    )  # fmt: skip


def _columns(endpoint: Endpoint) -> dict[str, str | int | bool]:
    before, with_id, after = endpoint.path.partition("{id}")
    return {
        "method": endpoint.method, "before": before, "after": after, "with_id": bool(with_id),
        "answers": endpoint.answers, "has_body": endpoint.has_body,
    }  # fmt: skip


def _sizes(group: _Group, api: Calls, draws: Draws) -> Ints:
    """Return request sizes at evenly spaced ranks, the same spread for failed and successful calls of a size class."""
    low, high = _ORDINARY_BYTES
    if api.large:
        limit = api.large.above_bytes
        low, high = (
            (round(limit * _ABOVE), round(limit * _LARGEST_TIMES))
            if group.large
            else (_SMALLEST_BYTES, round(limit * _BELOW))
        )
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
