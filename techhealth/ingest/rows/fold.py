"""Rows → events: duplicates told apart, attempts folded into deliveries, retries of calls marked."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.records import folded, word_set
from techhealth.ingest.series import constant
from techhealth.ingest.values.words import UNSAID
from techhealth.usage.events import EVENT_SCHEMA

_SAME = ("event_key", "at", "kind", "integration", "method", "endpoint", "status", "ok", "attempt")
#: What else equal rows have in common where their key may be that of a request, a trace or a message with several rows.
_MORE = ("customer", "region", "client", "request_bytes", "latency_ms", "error")
#: Last parts of names of keys that a system gives to each event once.
_OF_EVENTS = word_set("eventid insertid uuid guid logid recordid deliveryid entryid sgeventid auditid")
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


#: What calls of one intent have in common, and how long a repeat of it may take.
_CALL, _LATEST = ("event_key", "customer", "integration", "method", "endpoint"), pl.duration(hours=1)
#: Where calls come from and go to, and all that is known of one beforehand.
_PLACE = ("customer", "integration", "method", "endpoint", "client", "region")
_ALIKE = (*_PLACE, "request_bytes")
#: Within this time a call just like a failed one seems to repeat it, where at most this part of those that succeed are followed
#: so by chance.
_SOON, _BY_CHANCE = pl.duration(seconds=10), 0.1


def is_repeated(keys: pl.Series) -> bool:
    """Return whether two rows have the same key."""
    present = keys.drop_nulls()
    return present.n_unique() < len(present)


def keyed(rows: pl.DataFrame) -> pl.Series:
    """Return which calls have the key of one that failed within the hour before."""
    failed_at = pl.when(pl.col("ok").eq(False)).then("at").forward_fill().shift(1).over(_CALL, order_by=["at", "row"])
    known = (pl.col("kind") == "api") & pl.col("event_key").is_not_null()
    return rows.select(is_retry=(known & (pl.col("at") - failed_at <= _LATEST)).fill_null(False))["is_retry"]


def alike(rows: pl.DataFrame) -> pl.Series:
    """Return which calls come within seconds of a failed one just like them, where no key tells.

    How often a call follows one just like it by chance is seen of those that succeeded, up to then; busy places, where
    that is common, tell nothing.
    """
    hashed = {"place": pl.struct(_PLACE).hash(), "alike": pl.struct(_ALIKE).hash()}
    calls = rows.filter((pl.col("kind") == "api") & pl.col("at").is_not_null()).select("row", "at", "ok", **hashed)
    failed = calls.filter(pl.col("ok").eq(False)).select("alike").unique()
    again = _following(calls.join(failed, on="alike", how="semi"), ok=False)
    if again.is_empty():
        return constant(False, rows.height)
    places = calls.join(again.select("place").unique(), on="place", how="semi")
    chance = _following(places, ok=True).select("row", by_chance=pl.lit(True))
    seen = places.join(chance, on="row", how="left").sort("place", "at", "row")
    by_chance, fine = (pl.col(name).fill_null(False).cum_sum().over("place") for name in ("by_chance", "ok"))
    told = seen.filter(by_chance + 0.5 <= _BY_CHANCE * (fine + 1)).join(again, on="row", how="semi")
    return rows.select(is_retry=pl.col("row").is_in(told["row"].implode()))["is_retry"]


def _following(calls: pl.DataFrame, *, ok: bool) -> pl.DataFrame:
    """Return the calls that come soon after one just like them, which succeeded or failed."""
    ordered = calls.sort("alike", "at", "row")
    since, same = pl.col("at") - pl.col("at").shift(1), pl.col("alike") == pl.col("alike").shift(1)
    return ordered.filter(same & (since <= _SOON) & pl.col("ok").shift(1).eq(ok))
