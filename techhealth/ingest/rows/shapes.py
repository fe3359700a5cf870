"""What one record is, before its columns are read: records that are one call together are brought together here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.documents.spans import SPANS, spans
from techhealth.ingest.fields.dialect import Dialect
from techhealth.ingest.fields.naming import Choice, Choices
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import folded
from techhealth.ingest.rows.companions import inside
from techhealth.ingest.rows.halves import joined
from techhealth.ingest.rows.mails import mails
from techhealth.ingest.rows.measures import measured
from techhealth.ingest.series import constant
from techhealth.model import Confidence

#: What a load balancer times one after the other; of target and backend it has one.
_PHASES = ("request", "target", "backend", "response")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped:
    """Records of which each that is not set `aside` (with a reason; null: none) is a call or a row of totals.

    `known` are fields found on the way. `totals` says that
    rows are sure to stand for many calls.
    """

    frame: pl.DataFrame
    aside: pl.Series
    known: Choices
    metrics: bool = False
    totals: bool = False


def shaped(frame: pl.DataFrame, reading: Reading) -> Shaped:
    """Return the records of a file, those of the same call brought together; no row is dropped. The dialect may change with the shape."""
    long = measured(frame)
    if long:
        timed = _timed(long.latency, f"the values of {long.column} that measure it", reading.dialect.unit)
        return Shaped(frame=long.frame, aside=long.aside, known=timed, metrics=True, totals=long.totals)
    traced = spans(frame)
    if traced:
        timed = _timed(traced.duration, "its name; the times tell the unit", traced.unit) if traced.unit else {}
        reading.dialect = SPANS
        return Shaped(frame=traced.frame, aside=traced.aside, known=timed | _told(traced.told, SPANS))
    mailed = mails(frame)
    if mailed:
        reading.dialect, told = mailed.dialect, _told(mailed.told, mailed.dialect)
        if mailed.unknown:
            reading.open_outcomes = True
            reading.doubt(
                f"what {mailed.unknown} says of a message is not known; those rows count neither as delivered nor as failed"
            )
        return Shaped(frame=mailed.frame, aside=constant(None, frame.height, pl.String()), known=told)
    halves = joined(frame, reading)
    if halves:
        return Shaped(frame=halves[0], aside=halves[1], known={})
    return Shaped(frame=_with_phases(frame), aside=inside(frame), known={})


def _told(columns: Mapping[str, str], dialect: Dialect) -> Choices:
    how = f"known format: {dialect.name}"
    return {field: Choice(name, how=how, confidence=Confidence.HIGH) for field, name in columns.items()}


def _with_phases(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the records with the phases of a load balancer added up, in seconds, where each has its column; -1: never begun."""
    by_fold = {folded(column): column for column in reversed(frame.columns)}
    phases = [by_fold[f"{name}processingtime"] for name in _PHASES if f"{name}processingtime" in by_fold]
    if len(phases) < len(_PHASES) - 1:
        return frame
    parts = [pl.col(phase).cast(pl.Float64, strict=False) for phase in phases]
    whole = pl.when(pl.all_horizontal(part >= 0 for part in parts)).then(pl.sum_horizontal(parts).round(6))
    return frame.with_columns(whole.cast(pl.String).alias(" + ".join(phases)))


def _timed(column: str | None, how: str, unit: str | None) -> Choices:
    return {"latency": Choice(column, how=how, confidence=Confidence.HIGH, unit=unit)} if column else {}
