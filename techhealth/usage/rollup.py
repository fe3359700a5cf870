"""Events → narrow additive sums. Everything after this room needs no raw row.

Each table holds counts only, so that rollups of parts (files, days, machines) add up to the rollup of the whole.
Quantiles come from log-spaced latency buckets: bucket b holds latencies in (GAMMA**(b-1), GAMMA**b] milliseconds and
stands for `bucket_ms(b)`, off by at most 1 % (DDSketch: Masson, Rim & Lee 2019).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from techhealth.errors import UsageError
from techhealth.model import Receipt
from techhealth.usage.events import Usage
from techhealth.usage.local import local_day

#: Growth of the latency buckets; (GAMMA - 1) / (GAMMA + 1) = 1 % relative error.
GAMMA = 1.01 / 0.99
#: Size buckets per doubling: edges at 2**(b/4) bytes, so that every whole power of two is an edge.
SIZE_STEPS = 4
#: Failed rows kept as samples per integration and error; the smallest hash wins, so that samples add up too.
SAMPLES_KEPT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """Additive sums of events; days and hours belong to `timezone`.

    Attributes:
        hourly: integration, kind, at (UTC instant, start of the hour, or quarter hour where the zone needs it), status
            (int, null), error (of a failure: HTTP status or class; for webhooks the reason; null), ok (bool, null) → calls, attempts, retries.
        saved: integration, at (as in hourly), method, endpoint, status, error (why the first try failed) → calls: deliveries that
            a later try brought home.
        endpoints: integration, kind, method, endpoint, day, status, ok → calls, timed (those with a latency), sum_us.
        latency: integration, kind, day, ok, bucket → calls, sum_us (whole microseconds).
        minutes: integration, at (UTC minute) → accepted (not 429), throttled (429), failed (other failures), retries.
        sizes: integration, endpoint, day, status, ok, bucket → calls.
        clients: integration, client, day, status, ok → calls.
        regions: integration, kind, region, day, status, ok → calls.
        limits: integration, rate_limit (calls a minute, from a header) → calls.
        undated: integration, kind, status, error, ok → calls whose time could not be read; in no other table.
        samples: integration, ok, error, at, endpoint, key_hash, masked_key → at most `SAMPLES_KEPT` rows of those that failed
            with an error, and of deliveries that did so at their first try alone (ok).
        timezone: IANA name of the zone whose days are meant.
        receipt: what was read, when it came from files.
    """

    hourly: pl.DataFrame
    saved: pl.DataFrame
    endpoints: pl.DataFrame
    latency: pl.DataFrame
    minutes: pl.DataFrame
    sizes: pl.DataFrame
    clients: pl.DataFrame
    regions: pl.DataFrame
    limits: pl.DataFrame
    undated: pl.DataFrame
    samples: pl.DataFrame
    timezone: str
    receipt: Receipt | None = None


#: Table → (keys, sums). Adding a question is adding a row here and an expression in `_tables`.
TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "hourly": (("integration", "kind", "at", "status", "error", "ok"), ("calls", "attempts", "retries")),
    "saved": (("integration", "at", "method", "endpoint", "status", "error"), ("calls",)),
    "endpoints": (("integration", "kind", "method", "endpoint", "day", "status", "ok"), ("calls", "timed", "sum_us")),
    "latency": (("integration", "kind", "day", "ok", "bucket"), ("calls", "sum_us")),
    "minutes": (("integration", "at"), ("accepted", "throttled", "failed", "retries")),
    "sizes": (("integration", "endpoint", "day", "status", "ok", "bucket"), ("calls",)),
    "clients": (("integration", "client", "day", "status", "ok"), ("calls",)),
    "regions": (("integration", "kind", "region", "day", "status", "ok"), ("calls",)),
    "limits": (("integration", "rate_limit"), ("calls",)),
    "undated": (("integration", "kind", "status", "error", "ok"), ("calls",)),
}
_SAMPLE_KEY = ("integration", "ok", "error")
_SAMPLE_ORDER = (*_SAMPLE_KEY, "key_hash", "at", "endpoint", "masked_key")


def roll_up(usage: Usage | pl.DataFrame, *, timezone: str = "UTC") -> Rollup:
    """Return the additive sums of a usage (or of a frame with the columns of `EVENT_SCHEMA`).

    Args:
        usage: events, with or without receipt.
        timezone: IANA zone whose calendar days and hours are meant.
    """
    events = usage.events if isinstance(usage, Usage) else usage
    receipt = usage.receipt if isinstance(usage, Usage) else None
    undated = usage.undated if isinstance(usage, Usage) else events.clear()
    tables: dict[str, Any] = {name: summed(rows, name) for name, rows in _tables(events, undated, timezone).items()}
    return Rollup(**tables, samples=_samples(events), timezone=timezone, receipt=receipt)


def _weighted(events: pl.DataFrame) -> pl.LazyFrame:
    """Return events with the calls that each stands for, one where it does not say."""
    calls = _CALLS.fill_null(1) if "calls" in events.columns else pl.lit(1, dtype=pl.Int64)
    return events.lazy().with_columns(calls=calls)


def merge(rollups: Iterable[Rollup]) -> Rollup:
    """Return the rollup of all parts together.

    Raises:
        UsageError: if there is no part, or the parts speak of different time zones.
    """
    parts = list(rollups)
    zone = zone_of(parts)
    tables: dict[str, Any] = {name: together([getattr(part, name) for part in parts], name) for name in TABLES}
    samples = _fewest(pl.concat([part.samples for part in parts]))
    return Rollup(**tables, samples=samples, timezone=zone)


def zone_of(rollups: Sequence[Rollup]) -> str:
    """Return the time zone that all of them speak of.

    Raises:
        UsageError: if there is none, or they speak of different ones.
    """
    zones = {one.timezone for one in rollups}
    if len(zones) != 1:
        raise UsageError(f"rollups of one time zone can be added, not of {sorted(zones)}; roll the logs up again.")
    return zones.pop()


def together(parts: Sequence[pl.DataFrame], name: str) -> pl.DataFrame:
    """Return one table of several rollups; where one of them alone has rows, there is nothing to add."""
    told = [part for part in parts if part.height]
    return told[0] if len(told) == 1 else summed(pl.concat(parts).lazy(), name)


def by_integration(rollup: Rollup) -> dict[str, Rollup]:
    """Return each integration's part of a rollup, without receipt, by name."""
    tables = {name: getattr(rollup, name).partition_by("integration", as_dict=True) for name in (*TABLES, "samples")}
    return {
        name: Rollup(
            **{table: parts.get((name,), getattr(rollup, table).clear()) for table, parts in tables.items()},
            timezone=rollup.timezone,
        )
        for (name,) in tables["hourly"]
    }


def bucket_ms(bucket: int) -> float:
    """Return the latency a bucket stands for, in milliseconds; bucket 0 and below are at most 1 microsecond wide.

    Examples:
        >>> abs(bucket_ms(bucket_of(120.0)) / 120.0 - 1) <= 0.01
        True
    """
    return float(2 * GAMMA**bucket / (GAMMA + 1))


def bucket_of(latency_ms: float) -> int:
    """Return the bucket of one latency in milliseconds (the floor of a microsecond keeps zero in)."""
    return math.ceil(math.log(max(latency_ms, 1e-3)) / math.log(GAMMA))


def size_edge(bucket: int) -> float:
    """Return the lower edge of a size bucket in bytes.

    Examples:
        >>> size_edge(92)
        8388608.0
    """
    return float(2 ** (bucket / SIZE_STEPS))


def summed(rows: pl.LazyFrame, name: str) -> pl.DataFrame:
    """Return one table summed over its keys, sorted by them."""
    keys, sums = TABLES[name]
    return rows.group_by(keys).agg(pl.col(sums).sum()).sort(keys, nulls_last=True).collect()


def _count(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(False).cast(pl.Int64) * _CALLS


#: How many calls an event stands for.
_CALLS = pl.col("calls")
_MICROS = (pl.col("latency_ms") * 1000).round().cast(pl.Int64) * _CALLS
#: What a failure is counted under: the reason of a delivery, the status or error class of a call.
_ERROR = pl.when(pl.col("kind") == "webhook").then(pl.coalesce("reason", "error")).otherwise(pl.col("error"))


def _tables(events: pl.DataFrame, undated: pl.DataFrame, timezone: str) -> dict[str, pl.LazyFrame]:
    """Return what is summed into each table."""
    day, hour = local_day(timezone), pl.col("at").dt.truncate(_grain(events, timezone))
    every = _weighted(events).with_columns(day=day)
    calls = every.filter((pl.col("kind") == "api") & (_CALLS == 1))  # the minutes of a total's calls are not known
    throttled = pl.col("status").eq_missing(429)
    timed, sized = pl.col("latency_ms"), pl.col("request_bytes").clip(lower_bound=1).cast(pl.Float64)
    return {
        "hourly": every.select(
            "integration", "kind", hour, "status", "ok", error=_ERROR, calls=_CALLS, attempts=pl.col("attempts") * _CALLS,
            retries=_count(pl.col("is_retry")),
        ),
        "saved": every.filter((pl.col("kind") == "webhook") & pl.col("ok") & ~pl.col("first_ok")).select(
            "integration", hour, "method", "endpoint", "status", error="first_error", calls=_CALLS,
        ),
        "endpoints": every.select(
            "integration", "kind", "method", "endpoint", "day", "status", "ok",
            calls=_CALLS, timed=_count(timed.is_not_null()), sum_us=_MICROS.fill_null(0),
        ),
        "latency": every.filter(timed.is_not_null()).select(
            "integration", "kind", "day", "ok", calls=_CALLS, sum_us=_MICROS,
            bucket=(timed.clip(lower_bound=1e-3).log() / math.log(GAMMA)).ceil().cast(pl.Int64),
        ),
        "minutes": calls.select(
            "integration", pl.col("at").dt.truncate("1m"), accepted=_count(~throttled), throttled=_count(throttled),
            failed=_count(~throttled & ~pl.col("ok")), retries=_count(pl.col("is_retry")),
        ),
        "sizes": every.filter(sized.is_not_null()).select(
            "integration", "endpoint", "day", "status", "ok", calls=_CALLS,
            bucket=(sized.log(2) * SIZE_STEPS).floor().cast(pl.Int64),
        ),
        "clients": every.filter(pl.col("client").is_not_null()).select(
            "integration", "client", "day", "status", "ok", calls=_CALLS,
        ),
        "regions": every.filter(pl.col("region").is_not_null()).select(
            "integration", "kind", "region", "day", "status", "ok", calls=_CALLS,
        ),
        "limits": every.filter(pl.col("rate_limit").is_not_null()).select("integration", "rate_limit", calls=_CALLS),
        "undated": _weighted(undated).select("integration", "kind", "status", "ok", error=_ERROR, calls=_CALLS),
    }  # fmt: skip


def _grain(events: pl.DataFrame, timezone: str) -> str:
    """Return "1h", or "15m" when the zone's offset is not a whole number of hours anywhere in the events."""
    if events.is_empty():
        return "1h"
    first: datetime = events["at"].min()  # type: ignore[assignment]
    last: datetime = events["at"].max()  # type: ignore[assignment]
    offsets = (instant.astimezone(ZoneInfo(timezone)).utcoffset() or timedelta() for instant in (first, last))
    return "15m" if any(offset % timedelta(hours=1) for offset in offsets) else "1h"


def _samples(events: pl.DataFrame) -> pl.DataFrame:
    """Return a few rows per integration and error that failed, at once or at last; keys masked to their last four characters."""
    failed = events.filter(pl.col("ok").eq_missing(False) | pl.col("first_ok").eq_missing(False))
    error = pl.when(~pl.col("ok")).then(_ERROR).otherwise(pl.col("first_error"))
    key = pl.col("event_key")
    return _fewest(
        failed.select(
            "integration", "ok", error.fill_null("unknown").alias("error"), "at", pl.col("endpoint").fill_null("(unknown)"),
            key_hash=pl.struct("at", "endpoint", "event_key", "latency_ms").hash(seed=0),
            masked_key=pl.when(key.str.len_chars() > 8).then("…" + key.str.slice(-4)),
        )
    )  # fmt: skip


def _fewest(samples: pl.DataFrame) -> pl.DataFrame:
    return samples.sort(_SAMPLE_ORDER, nulls_last=True).group_by(_SAMPLE_KEY, maintain_order=True).head(SAMPLES_KEPT)
