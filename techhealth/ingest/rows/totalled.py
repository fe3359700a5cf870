"""Rows of totals → rows with the calls and failures they stand for: sums of the others set aside, running totals undone."""

from __future__ import annotations

import re

import polars as pl

from techhealth.figures import count
from techhealth.ingest.masking.redact import masked_name
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import folded
from techhealth.ingest.rejects import NOT_A_CALL, OTHER_MEASURE, TOTAL_ROW
from techhealth.ingest.rows.problems import only_failures
from techhealth.ingest.rows.totals import Totals
from techhealth.ingest.series import constant
from techhealth.ingest.values.decimals import numbers
from techhealth.model import Confidence, FieldMapping

#: What a row that adds up the others is called.
_ALL = frozenset(
    ("aggregated", "aggregate", "total", "totals", "all", "allrequests", "overall", "sum", "grandtotal", "gesamt",
     "summe", "ensemble", "totale")
)  # fmt: skip
#: What the rows of a load balancer are called that add up its servers.
_SIDES = ("FRONTEND", "BACKEND")
#: Steps without a single fall from which on a count is a running total.
_STEPS = 10


def totalled(rows: pl.DataFrame, source: pl.DataFrame, totals: Totals, reading: Reading) -> pl.DataFrame:
    """Return the rows with `calls` and `failed`, and a reason for those that only add up the others."""
    by_outcome = pl.col("ok").eq(False).cast(pl.Int64) * pl.col("calls")
    rows = rows.with_columns(calls=totals.calls, failed=totals.failed).with_columns(pl.coalesce("failed", by_outcome))
    for field, column in totals.sources.items():
        how = "each row stands for so many calls" if field == "calls" else "failures of those calls"
        reading.mapping.append(FieldMapping(field=field, column=column, unit=None, confidence=Confidence.HIGH, how=how))
    own = (rows["why"] != OTHER_MEASURE).fill_null(True) & rows["calls"].is_not_null()
    place = pl.int_range(pl.len()).alias("place")
    counted = _counted(rows.with_columns(place).filter(own), source.filter(own), totals, reading)
    rest = rows.with_columns(place, why=pl.coalesce("why", pl.lit(NOT_A_CALL)), calls=None, failed=None).filter(~own)
    return pl.concat([counted, rest], how="vertical_relaxed").sort("place").drop("place")


def _counted(rows: pl.DataFrame, source: pl.DataFrame, totals: Totals, reading: Reading) -> pl.DataFrame:
    """Return rows that all count calls, those that only add up the others with their reason; what they say is noted."""
    timeless = rows["at"].null_count() == rows.height
    forgiven = pl.lit(timeless) | (pl.col("why") == NOT_A_CALL)  # a total needs no field that calls have
    rows = rows.with_columns(why=pl.when(~forgiven.fill_null(False)).then("why"))
    rows = _increments(rows, source, totals, reading)
    whole = _sums(rows, source.select(totals.labels))
    _compare(rows, whole, reading)
    rows = rows.with_columns(why=pl.when(whole).then(pl.lit(TOTAL_ROW)).otherwise("why"))
    _say(rows, source, totals, reading)
    return rows


def _sums(rows: pl.DataFrame, labels: pl.DataFrame) -> pl.Series:
    """Return which rows are called a total, or, without a time, equal the sum of all others and are not named at all."""
    texts = [name for name in labels.columns if labels[name].dtype == pl.String]
    named = constant(False, rows.height)
    for name in texts:
        every = labels[name].unique().drop_nulls()
        if set(every.to_list()) & set(_SIDES):
            return _repeated(labels[name])
        hits = [text for text in every.to_list() if folded(text) in _ALL]
        named = named | labels[name].is_in(hits).fill_null(False)
    if named.any():
        return named if not named.all() else ~named
    timeless = rows["at"].null_count() == rows.height
    nameless = labels.select(pl.all_horizontal(pl.all().is_null())).to_series() if labels.width else named
    if not timeless or rows.height < 3:
        return named
    adds_up = (pl.col(name).gt(0) & (2 * pl.col(name) == pl.col(name).sum()) for name in ("calls", "failed"))
    return nameless & rows.select(pl.any_horizontal(adds_up).fill_null(False)).to_series()


def _repeated(side: pl.Series) -> pl.Series:
    """Return which rows of a load balancer count again what the rows of its servers count: those of its sides."""
    sides = side.is_in(_SIDES).fill_null(False)
    return (side == _SIDES[-1]).fill_null(False) if sides.all() else sides


def _compare(rows: pl.DataFrame, whole: pl.Series, reading: Reading) -> None:
    """Say where a row of totals contradicts the rows it adds up."""
    for field in ("calls", "failed"):
        named, parts = rows.filter(whole)[field], int(rows.filter(~whole)[field].sum())
        said = int(named.sum())
        if whole.any() and named.null_count() == 0 and parts not in (said, named.max()):
            what = "calls" if field == "calls" else "failures"
            reading.doubt(f"the row of totals names {said:,} {what}, the rows it adds up {parts:,}; the rows count")


def _increments(rows: pl.DataFrame, source: pl.DataFrame, totals: Totals, reading: Reading) -> pl.DataFrame:
    """Return the rows with running totals undone: counts that never fall from row to row of the same thing."""
    if rows["at"].n_unique() < 2:
        return rows
    labels = [name for name in totals.labels if source[name].n_unique() < rows["at"].n_unique()]
    about = source.with_columns(pl.concat_str([pl.lit(""), *labels], ignore_nulls=True).alias("about"))["about"]
    rows = rows.with_columns(about=about, row=pl.int_range(pl.len()))
    steps = rows.select(step=_over(pl.col("calls").diff()), first=_over(pl.col("calls").first()))
    grown = steps["step"].drop_nulls()
    most = max(grown.to_list(), default=0)
    said = re.search(r"(?i)cumul|kumul|_total$", totals.sources["calls"])
    from_nothing = bool((steps["first"] <= most).all())
    if len(grown) < _STEPS or (grown < 0).any() or not most or not (said or from_nothing):
        return rows.drop("about", "row")
    reading.assumptions.append("the counts never fall from row to row; they are read as running totals, and subtracted")
    begun = pl.col("calls") <= most  # else counting began before the file
    changed = rows.with_columns(
        pl.coalesce(_over(pl.col(name).diff()).clip(lower_bound=0), pl.when(begun).then(name).otherwise(0))
        for name in ("calls", "failed")
    )
    return changed.drop("about", "row")


def _over(step: pl.Expr) -> pl.Expr:
    """Return an expression over the rows of the same thing, in order of time."""
    return step.over("about", order_by=["at", "row"])


def _say(rows: pl.DataFrame, source: pl.DataFrame, totals: Totals, reading: Reading) -> None:
    """Say what the rows stand for, and what cannot be known from them."""
    kept = rows.filter(pl.col("why").is_null())
    failed = kept["failed"].sum() if kept["failed"].null_count() < kept.height else None
    if failed and failed == kept["calls"].sum():
        only_failures(reading, "every row counts some")
    lost = f"{failed:,} of them failed" if failed is not None else "how many failed is not known"
    reading.notes.append(f"each row is a total: {count(kept.height, 'row')} {'stands' if kept.height == 1 else 'stand'} for {int(kept['calls'].sum()):,} calls; {lost}")  # fmt: skip
    if totals.p95:
        values = numbers(source[totals.p95]).values.drop_nulls().to_list()
        if values:
            reading.notes.append(
                f"95th percentile ({masked_name(totals.p95)}) {values[0]:g} in the first row, {max(values):g} at most; "
                "percentiles of rows cannot be added up to one of all calls"
            )  # fmt: skip
    if rows["at"].null_count() == rows.height:
        reading.notes.append("no time: no trend can be computed")
    else:
        reading.doubt("rows are totals: latency percentiles, retries and what happened within a row are not known")


def declined(rows: pl.DataFrame) -> str | None:
    """Return why totals cannot be assessed, None if they can: they name their times."""
    if rows["at"].null_count() < rows.height:
        return None
    kept = rows.filter(pl.col("why").is_null())
    failed = f", {int(kept['failed'].sum()):,} failed" if kept["failed"].null_count() < kept.height else ""
    return (
        f"holds totals ({int(kept['calls'].sum()):,} calls{failed}) without a time, so their sum can be known, but no trend, "
        "onset or score. Export one row per call, or totals by day."
    )  # fmt: skip
