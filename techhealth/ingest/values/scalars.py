"""What a column comes to as one number: polars answers with any type, or with nothing where the column has no value."""

from __future__ import annotations

import polars as pl


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
