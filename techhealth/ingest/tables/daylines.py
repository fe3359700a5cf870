"""Tables kept by hand: a row that only gives a date stands above the rows of that day, which name the time of day alone."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from techhealth.ingest.rejects import DAY_LINE, Rejects
from techhealth.ingest.tables.strays import without_strays
from techhealth.ingest.values.stamps import clocks_only, taken_apart

_DAY = "day"


def table_rows(
    frame: pl.DataFrame, lines: pl.Series, header: Sequence[str], rejects: Rejects
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the records of a table as `without_strays` does, with a column of days where rows of a date stand among them."""
    heads = _heads(frame)
    if not heads.any():
        return without_strays(frame, lines, header, rejects)
    days = frame.select(pl.when(heads).then(pl.coalesce(pl.all())).alias(_DAY))[_DAY]
    rejects.add(DAY_LINE, int(heads.sum()), zip(lines.filter(heads), days.filter(heads), strict=True))
    found, left = without_strays(frame.filter(~heads), lines.filter(~heads), header, rejects)
    return found.with_columns(days.forward_fill().filter(lines.is_in(left.implode()))), left


def _heads(frame: pl.DataFrame) -> pl.Series:
    """Return which rows hold a date and nothing else, in a table that has a column of times of day and no other of that name."""
    alone = frame.select(pl.sum_horizontal(pl.all().is_not_null()) == 1).to_series()
    if not alone.any() or _DAY in frame.columns or not any(map(clocks_only, frame.filter(~alone))):
        return alone & False
    texts = frame.select(pl.when(alone).then(pl.coalesce(pl.all()))).to_series()
    return (taken_apart(texts).parts["rest"] == "").fill_null(False)
