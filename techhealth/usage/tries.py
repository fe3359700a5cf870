"""Deliveries told by their first try: what retries hide shows here first."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from techhealth.usage.rollup import TABLES, Rollup

_DELIVERY = pl.col("kind") == "webhook"


def by_first_try(rollup: Rollup) -> Rollup:
    """Return the deliveries of a rollup with the outcome and error of their first try, and nothing else.

    Only of integrations where a later try delivered what the first one did not: else a first try is not told from the last.
    """
    saved = rollup.hourly.filter(_DELIVERY & pl.col("ok") & ~pl.col("first_ok"))["integration"].unique()
    mine = pl.col("integration").is_in(saved.to_list())
    unknown = pl.lit(None, dtype=pl.Int64)
    tables = {name: getattr(rollup, name).clear() for name in TABLES}
    tables["hourly"] = rollup.hourly.filter(_DELIVERY & mine).with_columns(
        status=unknown, ok="first_ok", error=pl.when(~pl.col("first_ok")).then("first_error")
    )
    tables["endpoints"] = rollup.endpoints.filter(_DELIVERY & mine).with_columns(status=unknown, ok="first_ok")
    return replace(rollup, **tables, samples=rollup.samples.filter(mine).with_columns(ok=pl.lit(False)))
