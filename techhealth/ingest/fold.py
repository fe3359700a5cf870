"""Rows → events: duplicates told apart, attempts folded into deliveries, retries of calls marked."""

from __future__ import annotations

import polars as pl

from techhealth.usage.events import EVENT_SCHEMA

_SAME = ("event_key", "at", "kind", "integration", "method", "endpoint", "status", "ok", "attempt")
_CHAIN = ("event_key", "customer", "integration", "endpoint")
_CALL = ("event_key", "customer", "integration", "method", "endpoint")


def duplicates(rows: pl.DataFrame) -> pl.Series:
    """Return which rows repeat an earlier one: same event key, instant, target and outcome. Rows without key never do."""
    keyed = pl.col("event_key").is_not_null()
    if rows["event_key"].drop_nulls().is_duplicated().any():
        first = pl.struct(_SAME).is_first_distinct()
        return rows.select((keyed & ~first).alias("duplicate"))["duplicate"]
    return pl.Series("duplicate", [False] * rows.height, dtype=pl.Boolean)


def fold(rows: pl.DataFrame) -> pl.DataFrame:
    """Return events with the columns of `EVENT_SCHEMA`, sorted by `at`: deliveries folded, retries marked.

    A delivery stands at its first attempt and carries the outcome, latency and status of its last.
    """
    rows = rows.with_row_index("row")
    webhook = (pl.col("kind") == "webhook") & pl.col("event_key").is_not_null()
    chained = _deliveries(rows.filter(webhook))
    single = _calls(rows.filter(~webhook))
    return pl.concat([single, chained], how="diagonal").sort("at", "row").select(
        pl.col(name).cast(dtype) for name, dtype in EVENT_SCHEMA.items()
    )  # fmt: skip


def _calls(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows that stand for themselves, with retries marked."""
    attempts = pl.col("attempt").fill_null(1).clip(lower_bound=1)
    first_ok = pl.when((pl.col("kind") == "webhook") & (attempts > 1)).then(False).otherwise("ok")
    tries = pl.when(pl.col("kind") == "webhook").then(attempts).otherwise(1)
    rows = rows.with_columns(attempts=tries, first_ok=first_ok)
    if not rows["event_key"].drop_nulls().is_duplicated().any():
        return rows.with_columns(is_retry=pl.lit(False))
    failed_at = pl.when(pl.col("ok").eq(False)).then("at").forward_fill().shift(1).over(_CALL, order_by=["at", "row"])
    recent = (pl.col("at") - failed_at) <= pl.duration(hours=1)
    keyed = (pl.col("kind") == "api") & pl.col("event_key").is_not_null()
    return rows.with_columns(is_retry=(keyed & recent).fill_null(False))


def _deliveries(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a delivery."""
    ordered = rows.sort("at", "attempt", "row", nulls_last=True)
    keeps = ("at", "row", "method", "client", "region", "request_bytes", "rate_limit", "kind")
    lasts = ("status", "ok", "latency_ms", "error", "reason")
    number = pl.col("attempt").fill_null(1)
    folded = ordered.group_by(_CHAIN, maintain_order=True).agg(
        *(pl.col(name).first() for name in keeps),
        *(pl.col(name).last() for name in lasts),
        attempts=pl.max_horizontal(pl.len().cast(pl.Int64), number.max()),
        first_ok=pl.when(number.min() > 1).then(pl.lit(False)).otherwise(pl.col("ok").first()),
    )
    return folded.with_columns(is_retry=pl.lit(False))
