"""Work on the distinct values of a column and carry the results back to its rows."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from techhealth.ingest.values.series import constant


def per_distinct(values: pl.Series, make: Callable[[str], object], dtype: pl.DataType) -> pl.Series:
    """Return `make(text)` for every row, computed once for each distinct text; null stays null."""
    distinct = values.drop_nulls().unique()
    if distinct.is_empty():
        return constant(None, len(values), dtype)
    made = pl.Series([make(text) for text in distinct.to_list()], dtype=dtype)
    return values.replace_strict(distinct, made, default=None, return_dtype=dtype)


def sample_of(values: pl.Series, *, size: int = 500) -> pl.Series:
    """Return up to `size` non-null values of a column: its beginning and rows spread over all of it."""
    present = values.drop_nulls()
    if len(present) <= size:
        return present
    half = size // 2
    return pl.concat([present.head(half), present.gather_every(max(1, len(present) // half)).head(half)])
