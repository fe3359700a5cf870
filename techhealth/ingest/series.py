"""Columns: made from one value or from each other, worked on by their distinct values, and what one comes to as a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl


def constant(value: object, height: int, dtype: pl.DataType | type[pl.DataType] | None = None) -> pl.Series:
    """Return a column that has the same value in each of `height` rows.

    Examples:
        >>> constant(None, 2, pl.String()).to_list(), constant(False, 2).to_list()
        ([None, None], [False, False])
    """
    return pl.Series([value], dtype=dtype).new_from_index(0, height)


def only(values: pl.Series, keep: pl.Series) -> pl.Series:
    """Return the values of the rows to keep, null in others.

    Examples:
        >>> only(pl.Series([1, 2]), pl.Series([True, False])).to_list()
        [1, None]
    """
    return pl.select(pl.when(keep).then(values)).to_series()


def first_of(columns: Sequence[pl.Series]) -> pl.Series:
    """Return the first value of each row that is not null.

    Examples:
        >>> first_of([pl.Series([None, 2]), pl.Series([1, 3])]).to_list()
        [1, 2]
    """
    return columns[0] if len(columns) == 1 else pl.select(pl.coalesce(columns)).to_series()


def scalar(value: object) -> float:
    """Return an aggregate as a number, 0 where there was nothing to aggregate."""
    return float(value) if isinstance(value, int | float) else 0.0


def share_of(found: pl.Series) -> float:
    """Return the share (0-1) of the values that are true, nulls left out; 0 without any.

    Examples:
        >>> share_of(pl.Series([True, False, None])), share_of(pl.Series([], dtype=pl.Boolean))
        (0.5, 0.0)
    """
    return scalar(found.mean())


def middle_of(values: pl.Series) -> float:
    """Return the middle value of a column of numbers, nulls left out; 0 without any."""
    return scalar(values.median())


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
