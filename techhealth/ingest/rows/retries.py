"""Which calls repeat one that has just failed: by the key of what they intend, else by being just like it seconds later."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.series import constant

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
