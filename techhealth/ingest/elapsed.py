"""The latency of each row: its column in the unit worked out, else end minus start."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.dialects import Dialect
from techhealth.ingest.latency import (
    MILLISECONDS,
    UNIT_WORDS,
    Unit,
    durations,
    milliseconds,
    unit_of_name,
    unit_of_values,
    written_unit,
)
from techhealth.ingest.naming import Choice, Choices
from techhealth.ingest.reading import Reading
from techhealth.ingest.times import instants
from techhealth.ingest.vocabulary import Part, part_of
from techhealth.model import Confidence

#: A middle latency above this many milliseconds speaks against a unit known only from the format.
_IMPLAUSIBLE_MS = 600_000.0


def latencies(
    source: pl.DataFrame, chosen: Choices, dialect: Dialect | None, at: pl.Series, timezone: str, reading: Reading
) -> pl.Series:
    """Return the latency in milliseconds: its column in the unit worked out, else end minus start."""
    span = _span(source, chosen, at, timezone)
    if "latency" not in chosen:
        if span is None:
            return pl.Series([None] * source.height, dtype=pl.Float64)
        reading.chose(
            "latency", chosen["end"], unit="milliseconds", how="end minus start", confidence=Confidence.MEDIUM
        )
        return _not_negative(span)
    choice = chosen["latency"]
    if part_of("latency", choice.column) is Part.PART and choice.how != "named by the caller" and not choice.unit:
        reading.doubt(f"{choice.column} measures a part of the call by its name; no column measures the whole")
    found = durations(source[choice.column], separator=reading.separator)
    if found.assumed:
        reading.doubt(f"{choice.column}: {found.assumed}")
    unit = _unit(choice, source[choice.column], found.numbers, found.written_ms, dialect, span)
    reading.chose(
        "latency",
        choice,
        unit=UNIT_WORDS[unit.unit],
        how=unit.how,
        confidence=min(choice.confidence, unit.confidence, key=_RANK.index),
    )
    if unit.confidence == Confidence.LOW:
        reading.assumptions.append(
            f"{choice.column} is read as {UNIT_WORDS[unit.unit]}; name the unit with --map latency={choice.column}:ms (or :s, :us, :ns)"
        )
    made = milliseconds(found, unit.unit)
    lost = made.null_count() - source[choice.column].null_count()
    if lost > 0:
        reading.notes.append(f"{lost:,} values of {choice.column} are no duration and count as missing")
    return made


_RANK = [Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]


def _unit(
    choice: Choice,
    texts: pl.Series,
    numbers: pl.Series,
    written: pl.Series,
    dialect: Dialect | None,
    span: pl.Series | None,
) -> Unit:
    if written.null_count() < len(written) and numbers.null_count() == len(numbers):
        return Unit(unit=written_unit(texts), confidence=Confidence.HIGH, how="each value names its unit")
    named = unit_of_name(choice.column)
    if choice.unit and (dialect is None or choice.how == "named by the caller"):
        return Unit(unit=choice.unit, confidence=Confidence.HIGH, how="unit named by the caller")
    if choice.unit:
        middle = float(numbers.median() or 0) * MILLISECONDS[choice.unit]  # type: ignore[arg-type]
        if middle <= _IMPLAUSIBLE_MS:
            return Unit(unit=choice.unit, confidence=Confidence.HIGH, how="the format defines the unit")
    if named:
        return Unit(unit=named, confidence=Confidence.HIGH, how="the name ends in the unit")
    return unit_of_values(numbers, column=choice.column, siblings=span)


def _span(source: pl.DataFrame, chosen: Choices, at: pl.Series, timezone: str) -> pl.Series | None:
    if "end" not in chosen or chosen["end"].column == chosen["timestamp"].column:
        return None
    end = instants(source[chosen["end"].column], timezone=timezone).at
    return (end - at).dt.total_microseconds() / 1000


def _not_negative(values: pl.Series) -> pl.Series:
    return values.to_frame("v").select(pl.when(pl.col("v") >= 0).then("v").alias("latency_ms"))["latency_ms"]
