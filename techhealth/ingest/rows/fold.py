"""Rows → events: duplicates told apart, attempts folded into deliveries, retries of calls marked."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.records import folded, names_of
from techhealth.ingest.rows.retries import alike, is_repeated, keyed
from techhealth.ingest.series import constant
from techhealth.ingest.values.words import UNSAID
from techhealth.usage.events import EVENT_SCHEMA

_SAME = ("event_key", "at", "kind", "integration", "method", "endpoint", "status", "ok", "attempt")
#: What else equal rows have in common where their key may be that of a request, a trace or a message with several rows.
_MORE = ("customer", "region", "client", "request_bytes", "latency_ms", "error")
#: Last parts of names of keys that a system gives to each event once.
_OF_EVENTS = frozenset(names_of("eventid insertid uuid guid logid recordid deliveryid entryid sgeventid auditid"))
_CHAIN = ("event_key", "customer", "integration", "endpoint")
#: Columns of a row that no event has, and that folding needs.
_NEEDED = ("row", "attempt")
#: Why a delivery failed, null of one that did not.
_WHY = pl.coalesce("reason", "error")


def duplicates(rows: pl.DataFrame, *, key: str) -> pl.Series:
    """Return which rows repeat an earlier one: same event key, instant, target and outcome. Rows without key never do.

    Where the column that holds the `key` names no event, but a request, say, all that is known of the rows must be equal.
    """
    keyed = pl.col("event_key").is_not_null()
    if is_repeated(rows["event_key"]):
        first = pl.struct(_SAME if folded(key.rsplit(".", 1)[-1]) in _OF_EVENTS else _SAME + _MORE).is_first_distinct()
        return rows.select((keyed & ~first).alias("duplicate"))["duplicate"]
    return constant(False, rows.height)


def fold(rows: pl.DataFrame) -> pl.DataFrame:
    """Return events with the columns of `EVENT_SCHEMA`, sorted by `at`: deliveries folded, retries marked.

    A delivery stands at its first attempt and carries the outcome, latency and status of its last. Where rows are
    totals, a column `calls` says how many calls each event stands for; it is null for one.
    """
    rows = rows.with_row_index("row")
    if rows["calls"].null_count() < rows.height:
        return _totals(rows)
    rows = rows.select(name for name in rows.columns if name in (*EVENT_SCHEMA, *_NEEDED))
    webhook = (pl.col("kind") == "webhook") & pl.col("event_key").is_not_null()
    chained = _deliveries(rows.filter(webhook))
    events = pl.concat([_calls(rows.filter(~webhook)), chained], how="diagonal") if len(chained) else _calls(rows)
    del rows
    if chained.height or not events["at"].is_sorted():
        events = events.sort("at", "row")
    return events.select(pl.col(name).cast(dtype) for name, dtype in EVENT_SCHEMA.items())


def _totals(rows: pl.DataFrame) -> pl.DataFrame:
    """Return totals as events that stand for many calls: the failed, the others, and those of unknown outcome apart."""
    timed = rows.filter(pl.col("at").is_not_null())
    known = timed.filter(pl.col("failed").is_not_null())
    failed = known.with_columns(ok=pl.lit(False), calls="failed", error=pl.coalesce("error", pl.lit(UNSAID)))
    nothing = {name: pl.lit(None) for name in ("error", "reason")}
    passed = known.with_columns(ok=pl.lit(True), calls=pl.col("calls") - pl.col("failed"), **nothing)
    unknown = timed.filter(pl.col("failed").is_null()).with_columns(ok=pl.lit(None, dtype=pl.Boolean), **nothing)
    parts = pl.concat([failed, passed, unknown], how="vertical_relaxed").filter(pl.col("calls") > 0)
    unknown_of_each = {name: pl.lit(None) for name in ("latency_ms", "event_key", "first_error")}
    single = {**unknown_of_each, "attempts": pl.lit(1), "is_retry": pl.lit(False)}
    return parts.with_columns(first_ok="ok", **single).sort("at", "row").select(
        *(pl.col(name).cast(dtype) for name, dtype in EVENT_SCHEMA.items()), "calls"
    )  # fmt: skip


def _calls(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows that stand for themselves, with retries marked."""
    attempts = pl.col("attempt").fill_null(1).clip(lower_bound=1)
    delivery = pl.col("kind") == "webhook"
    rows = rows.with_columns(
        attempts=pl.when(delivery).then(attempts).otherwise(1),
        first_ok=pl.when(delivery & (attempts > 1)).then(False).otherwise("ok"),
        first_error=pl.when(delivery & (attempts == 1)).then(_WHY),
    )
    return rows.with_columns(is_retry=keyed(rows) if is_repeated(rows["event_key"]) else alike(rows))


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
        first_error=pl.when(number.min() == 1).then(_WHY.first()),
    )
    return folded.with_columns(is_retry=pl.lit(False))
