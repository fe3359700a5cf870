"""Deliveries told by their first try: what retries hide shows here first."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from techhealth.usage.local import local_day
from techhealth.usage.rollup import TABLES, Rollup, summed

_DELIVERY = pl.lit("webhook").alias("kind")


def by_first_try(rollup: Rollup) -> Rollup:
    """Return the deliveries of a rollup with the outcome and error of their first try, and nothing else.

    Only of integrations where a later try delivered what the first one did not: else a first try is not told from the last.
    """
    late = rollup.saved.with_columns(_DELIVERY, day=local_day(rollup.timezone))
    mine = pl.col("integration").is_in(late["integration"].unique().to_list())
    tables = {name: getattr(rollup, name).clear() for name in TABLES}
    for name in ("hourly", "endpoints"):
        ended = getattr(rollup, name).filter(mine & (pl.col("kind") == _DELIVERY))
        tables[name] = _moved(ended, late, name)
    return replace(rollup, **tables, samples=rollup.samples.filter(mine).with_columns(ok=pl.lit(False)))


def _moved(ended: pl.DataFrame, late: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return a table of deliveries as they ended with the late ones moved from the successes to the failures."""
    nothing = pl.lit(None, dtype=pl.String).alias("error")
    successes = late.with_columns(nothing, ok=pl.lit(True), calls=-pl.col("calls"))
    failures = late.with_columns(ok=pl.lit(False), status=pl.lit(None, dtype=pl.Int64))
    parts = [ended, successes, failures]
    return summed(pl.concat(parts, how="diagonal").lazy(), name).filter(pl.col("calls") > 0)
