"""Long tables, one row a measurement (metric, value, labels) → one row a call, or one row of totals a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.fields.fits import is_number
from techhealth.ingest.fields.tallies import Tally, tally_of
from techhealth.ingest.records import folded
from techhealth.ingest.rejects import OTHER_MEASURE
from techhealth.ingest.series import sample_of
from techhealth.ingest.values.decimals import numbers

#: Columns that name what is measured, and columns that hold what was measured, best first.
_MEASURES = ("metricname", "metric", "field", "measure", "measurename", "measurement", "kennzahl", "metrik")
_VALUES = ("metricvalue", "value", "measurevalue", "samplevalue", "val", "wert", "valeur", "valor")
#: Measures that time a call as a whole, and those that time a part of it.
_DURATION = re.compile(r"duration|latenc|response[ _.-]?time|elapsed", re.IGNORECASE)
_PART = re.compile(r"block|connect|tls|handshak|send|wait|receiv|dns|iteration|group|queue|backend|integration|ssl|lookup", re.IGNORECASE)  # fmt: skip
_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Records of a long table: the rows set aside with their reason, and the column that times a call, if one does.

    `totals` says that each row counts many calls.
    """

    frame: pl.DataFrame
    aside: pl.Series
    latency: str | None
    column: str
    totals: bool = False


def measured(frame: pl.DataFrame) -> Measured | None:
    """Return a long table with one row a call, or one row of totals for each time and label; None for other tables.

    Where a measure counts requests one at a time, each of its rows, or each row that times one, is a call. Where it
    counts more, the measures of the same time and labels become columns of one row.
    """
    name, value = (_column(frame, names, numeric=numeric) for names, numeric in ((_MEASURES, False), (_VALUES, True)))
    if name is None or value is None or not 1 <= frame[name].n_unique() <= _MOST:
        return None
    measures = frame[name].drop_nulls().unique(maintain_order=True).to_list()
    counting = [text for text in measures if tally_of(text) is Tally.CALLS]
    timing = sorted((t for t in measures if _DURATION.search(t) and not _PART.search(t)), key=lambda t: ("req" not in t.lower(), len(t)))  # fmt: skip
    if not (counting or timing):
        return None
    counts = numbers(frame.filter(pl.col(name).is_in(counting))[value]).values
    if counting and (counts > 1).any():
        return _wide(frame, name, value)
    carrier = (timing or counting)[0]
    rest = frame.drop(name, value)
    if timing:
        rest = rest.with_columns(frame.select(pl.when(pl.col(name) == carrier).then(value).alias(carrier)).to_series())
    aside = frame.select(pl.when(pl.col(name).eq_missing(carrier)).then(None).otherwise(pl.lit(OTHER_MEASURE)).alias("aside"))["aside"]  # fmt: skip
    return Measured(frame=rest, aside=aside, latency=carrier if timing else None, column=value)


def _column(frame: pl.DataFrame, names: tuple[str, ...], *, numeric: bool) -> str | None:
    """Return the column of one of the names whose values are numbers, or are none."""
    found = [(names.index(last), name) for name in frame.columns if (last := folded(name.rsplit(".", 1)[-1])) in names]
    fitting = [(rank, name) for rank, name in found if len(sample_of(frame[name])) and is_number(sample_of(frame[name])) == numeric]  # fmt: skip
    return min(fitting)[1] if fitting else None


def _wide(frame: pl.DataFrame, name: str, value: str) -> Measured:
    """Return the measures of the same time and labels as columns of the first of their rows."""
    labels = [c for c in frame.columns if c not in (name, value) and not _describes(frame, c, name)]
    measures = frame[name].drop_nulls().unique(maintain_order=True).to_list()
    nth = frame.select(
        pl.int_range(pl.len()).over([*labels, name]).alias("nth")
    ).to_series()  # samples of the same labels
    frame = frame.with_columns(_nth=nth)
    together = [*(pl.col(c) for c in labels), pl.col("_nth")]
    columns = {text: pl.col(value).filter(pl.col(name) == text).first().over(together) for text in measures if text not in labels}  # fmt: skip
    first = pl.int_range(pl.len()).over(together) == 0
    made = frame.select(*labels, **columns)
    aside = frame.select(pl.when(first).then(None).otherwise(pl.lit(OTHER_MEASURE)).alias("aside"))["aside"]
    return Measured(frame=made, aside=aside, latency=None, column=value, totals=True)


def _describes(frame: pl.DataFrame, column: str, name: str) -> bool:
    """Return whether a column only says something of the measure (its unit, its type)."""
    each = frame.group_by(name).agg(pl.col(column).n_unique().alias("n"))["n"]
    return frame[column].n_unique() > 1 and bool((each == 1).all())
