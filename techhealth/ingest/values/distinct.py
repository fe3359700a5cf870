"""Work on the distinct values of a column and carry the results back to its rows."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from techhealth.ingest.series import constant, only


def per_distinct(values: pl.Series, make: Callable[[str], object], dtype: pl.DataType) -> pl.Series:
    """Return `make(text)` for every row, computed once for each distinct text; null stays null."""
    distinct = values.drop_nulls().unique()
    if distinct.is_empty():
        return constant(None, len(values), dtype)
    made = pl.Series([make(text) for text in distinct.to_list()], dtype=dtype)
    if made.n_unique() == 1:  # as most often; nothing need be looked up
        return only(constant(made[0], len(values), dtype), values.is_not_null()).alias(values.name)
    return values.replace_strict(distinct, made, default=None, return_dtype=dtype)


#: Values in a sample.
_SIZE = 500


def sample_of(values: pl.Series) -> pl.Series:
    """Return up to 500 non-null values of a column: its beginning and rows spread over all of it."""
    present = values.drop_nulls()
    if len(present) <= _SIZE:
        return present
    half = _SIZE // 2
    return pl.concat([present.head(half), present.gather_every(max(1, len(present) // half)).head(half)])
