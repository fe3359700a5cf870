"""A story, or events → their records, in the order in which they happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from techhealth.model import Kind
from techhealth.sample.calls import calls_of
from techhealth.sample.deliveries import deliveries_of
from techhealth.sample.draws import Draws
from techhealth.sample.story import Story

#: Keys of a call and of a delivery, in the order in which they are written.
CALL_KEYS = (
    "timestamp", "type", "integration", "method", "endpoint", "status", "latency_ms", "request_bytes",
    "client", "request_id",
)  # fmt: skip
DELIVERY_KEYS = ("timestamp", "type", "integration", "delivery_id", "event_type", "url", "status", "reason", "attempt")
_WRITTEN = "%Y-%m-%dT%H:%M:%S%.3fZ"
#: Ids step through 12 digits by a number prime to ten, so that none repeats.
_ID_SPACE, _ID_STEP = 10**12, 618_033_988_749
_FIRST_ID, _ID_PRIME = 10_000, 7_919
#: From the first try to each: at once, after 5 s, 5 min and 30 min. Source: Standard Webhooks, "Deliverability and reliability".
_PAUSES_MS = (0, 5_000, 305_000, 2_105_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Everything that is written of one customer, from `first` to `last` (days in UTC, both included).

    `calls` and `deliveries` are sorted by time, with the columns of `CALL_KEYS` and `DELIVERY_KEYS` and `at_ms`
    (milliseconds since 1970).
    """

    customer: str
    first: date
    last: date
    calls: pl.DataFrame
    deliveries: pl.DataFrame


def of_story(story: Story) -> Records:
    """Return the records of a story."""
    calls = [calls_of(api, story) for api in story.apis]
    deliveries = [deliveries_of(webhook, story) for webhook in story.webhooks]
    return Records(
        customer=story.customer, first=story.first, last=story.last,
        calls=_sorted(calls, CALL_KEYS, "api_call", id_="request_id", prefix="req_", story=story),
        deliveries=_sorted(deliveries, DELIVERY_KEYS, "webhook_delivery", id_="delivery_id", prefix="dlv_", story=story),
    )  # fmt: skip


def of_events(events: pl.DataFrame, *, customer: str, first: date, last: date) -> Records:
    """Return events of one customer as an export would have them, with ids in the paths."""
    rows = events.with_row_index("row").with_columns(
        at_ms=pl.col("at").dt.epoch("ms"),
        timestamp=pl.col("at").dt.strftime(_WRITTEN),
        endpoint=pl.col("endpoint").str.replace(
            "{id}", (_FIRST_ID + pl.col("row").cast(pl.Int64) * _ID_PRIME % _FIRST_ID).cast(pl.String), literal=True
        ),
    )
    api = rows.filter(pl.col("kind") == Kind.API.value)
    hooks = _tries(rows.filter(pl.col("kind") == Kind.WEBHOOK.value))
    return Records(
        customer=customer, first=first, last=last,
        calls=api.with_columns(type=pl.lit("api_call"), request_id="event_key").select("at_ms", *CALL_KEYS),
        deliveries=hooks.with_columns(
            type=pl.lit("webhook_delivery"), delivery_id="event_key",
            event_type=pl.col("endpoint").str.replace("/hooks/", "", literal=True) + ".changed",
            url=pl.lit("https://hooks.example.com") + pl.col("endpoint"),
            status=pl.when("ok").then(pl.lit("delivered")).otherwise(pl.lit("failed")),
        ).select("at_ms", *DELIVERY_KEYS),
    )  # fmt: skip


def _tries(deliveries: pl.DataFrame) -> pl.DataFrame:
    """Return deliveries as their tries, a row each: the first at once, a later one after a pause; all fail but the last."""
    each = deliveries.with_columns(attempt=pl.int_ranges(1, pl.col("attempts") + 1)).explode("attempt")
    last = pl.col("attempt") == pl.col("attempts")
    pause = pl.lit(pl.Series(_PAUSES_MS)).gather(pl.col("attempt") - 1)
    at_ms = pl.col("at_ms") + pause
    return each.with_columns(
        ok=pl.col("ok") & last,
        reason=pl.when(last).then("reason").otherwise("first_error"),
        at_ms=at_ms,
        timestamp=pl.from_epoch(at_ms, time_unit="ms").dt.strftime(_WRITTEN),
    )


def _sorted(
    frames: list[pl.DataFrame], keys: tuple[str, ...], type_: str, *, id_: str, prefix: str, story: Story
) -> pl.DataFrame:
    """Return the frames as one, sorted, with written time and unique ids; no frames give no rows."""
    if not frames:
        return pl.DataFrame(schema={"at_ms": pl.Int64, **dict.fromkeys(keys, pl.String)})
    frame = pl.concat(frames).sort("at_ms", maintain_order=True)
    start = int(Draws(story.seed, f"{id_}/{story.first}").uniform(1)[0] * _ID_SPACE)
    numbers = pl.Series((start + np.arange(len(frame)) * _ID_STEP) % _ID_SPACE)
    written = frame.with_columns(
        pl.concat_str(pl.lit(prefix), numbers.cast(pl.String).str.zfill(12)).alias(id_),
        timestamp=pl.from_epoch("at_ms", time_unit="ms").dt.strftime(_WRITTEN),
        type=pl.lit(type_),
    )
    return written.select("at_ms", *keys)
