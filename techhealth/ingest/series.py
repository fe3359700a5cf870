"""Columns made from one value or from each other."""

from __future__ import annotations

from collections.abc import Sequence

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
