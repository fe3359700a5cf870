"""The latency of each row: its column in the unit worked out, else end minus start."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from techhealth.ingest.fields.naming import CALLER, Choice, Choices
from techhealth.ingest.fields.vocabulary import Part, part_of
from techhealth.ingest.reading import Reading
from techhealth.ingest.series import constant, middle_of, only, scalar
from techhealth.ingest.values.latency import (
    MILLISECONDS,
    SAID,
    UNIT_WORDS,
    Durations,
    Unit,
    durations,
    milliseconds,
    unit_of_name,
    unit_of_values,
    written_unit,
)
from techhealth.ingest.values.times import instants
from techhealth.model import Confidence

#: Rows looked at for a column beside it, how many must have both, and how steady their ratio must be.
_ROWS, _ENOUGH, _STEADY = 5_000, 10, 1.1
#: Share of the rows that must have both times: an end that few have belongs to something they tell of.
_TIMED = 0.1
#: No call lasts a day: a later time that is further away is of something else.
_LONGEST_MS = 86_400_000.0
#: Nor is what takes longer than this in the middle row a call: something was down, or open.
_HOUR_MS = 3_600_000.0
_ENDLESS_MS = 12 * _HOUR_MS
#: Times in whole seconds tell nothing of calls that take less than a few.
_COARSE_MS = 5_000.0
#: A middle latency above this many milliseconds speaks against a unit known only from the format.
_IMPLAUSIBLE_MS = 600_000.0


def latencies(source: pl.DataFrame, chosen: Choices, at: pl.Series, timezone: str, reading: Reading) -> pl.Series:
    """Return the latency in milliseconds: its column in the unit worked out, else end minus start."""
    span = _span(source, chosen, at, timezone)
    if span is not None and _is_better(span, source, chosen):
        if _is_coarse(span):
            reading.doubt(f"{chosen['end'].column} names whole seconds: latencies from it are up to a second off")
        both = f"{chosen['end'].column} - {chosen['timestamp'].column}"
        whole = replace(chosen["end"], column=both, confidence=Confidence.MEDIUM)
        reading.chose("latency", whole, unit="milliseconds", how="end minus start")
        return only(span, span >= 0)
    if "latency" not in chosen:
        return constant(None, source.height, pl.Float64())
    choice = chosen["latency"]
    if part_of("latency", choice.column) is Part.PART and choice.how != CALLER and not choice.unit:
        reading.doubt(f"{choice.column} measures a part of the call by its name; no column measures the whole")
    found = durations(source[choice.column], separator=reading.separator)
    if found.assumed:
        reading.doubt(f"{choice.column}: {found.assumed}")
    unit = _unit(source, choice, found, span, known=bool(reading.dialect.name))
    made = milliseconds(found, unit.unit)
    if middle_of(made) > _ENDLESS_MS and choice.how != CALLER:
        hours = middle_of(made) / _HOUR_MS
        reading.notes.append(
            f"{choice.column} is {hours:,.0f} hours in the middle row: no call takes as long, so it is no latency"
        )
        return constant(None, source.height, pl.Float64())
    reading.chose(
        "latency",
        choice,
        unit=UNIT_WORDS[unit.unit],
        how=unit.how,
        confidence=min(choice.confidence, unit.confidence, key=_RANK.index),
    )
    if unit.confidence == Confidence.LOW:
        other = unit.other or "s"
        reading.doubt(
            f"{choice.column} is read as {UNIT_WORDS[unit.unit]}; if these are {UNIT_WORDS[other]} use --map latency={choice.column}:{other}"
        )
    lost = made.null_count() - source[choice.column].null_count()
    if lost > 0:
        reading.notes.append(f"{lost:,} values of {choice.column} are no duration and count as missing")
    return made


def _is_coarse(span: pl.Series) -> bool:
    """Return whether both times are whole seconds, and most calls shorter than what that hides."""
    return bool((span % 1000 == 0).all()) and middle_of(span) < _COARSE_MS


def _is_better(span: pl.Series, source: pl.DataFrame, chosen: Choices) -> bool:
    """Return whether the two times of the rows tell more than the column found: it is a part of the call, or of few rows."""
    choice, middle = chosen.get("latency"), middle_of(span)
    if not 0 < middle <= _LONGEST_MS or span.count() < _TIMED * len(span):
        return False
    if choice is None:
        return True
    if choice.unit or choice.how == CALLER or _is_coarse(span):
        return False
    few = 2 * source[choice.column].count() < span.count()
    return few or (part_of("latency", choice.column) is Part.PART and chosen["end"].confidence is not Confidence.LOW)


_RANK = [Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]


def _unit(source: pl.DataFrame, choice: Choice, found: Durations, span: pl.Series | None, *, known: bool) -> Unit:
    """Return the unit: as written, as the caller or the format says, as named if that is possible, as the rows show."""
    numbers = found.numbers
    if found.written_ms.null_count() < len(numbers) and numbers.null_count() == len(numbers):
        return Unit(
            unit=written_unit(source[choice.column]), confidence=Confidence.HIGH, how="each value names its unit"
        )
    if choice.unit and (not known or choice.how == CALLER):
        return Unit(unit=choice.unit, confidence=Confidence.HIGH, how="unit named by the caller")
    named = choice.unit or unit_of_name(choice.column)
    if named:
        how = "the format defines the unit" if choice.unit else "the name holds the unit"
        if named in SAID or middle_of(numbers) * MILLISECONDS[named] <= _IMPLAUSIBLE_MS:
            return Unit(unit=named, confidence=Confidence.HIGH, how=how)
        shown = unit_of_values(numbers, column=choice.column, siblings=span)
        how = f"{shown.how}; in {UNIT_WORDS[named]}, as its name or format has it, calls would take over ten minutes"
        return Unit(unit=shown.unit, confidence=Confidence.LOW, how=how, other=named)
    siblings = span if span is not None else _beside(source, choice.column, numbers)
    return unit_of_values(numbers, column=choice.column, siblings=siblings)


def _beside(source: pl.DataFrame, column: str, numbers: pl.Series) -> pl.Series | None:
    """Return the milliseconds of another column that names its unit and always is the same multiple of this one."""
    for other in source.columns:
        unit = unit_of_name(other) if other != column else None
        if unit is None:
            continue
        spelled = milliseconds(durations(source[other].head(_ROWS)), unit)
        ratio = (spelled / numbers.head(_ROWS)).filter((numbers.head(_ROWS) > 0) & (spelled > 0)).drop_nulls()
        low, high = (scalar(ratio.quantile(q)) for q in (0.1, 0.9))
        if len(ratio) >= _ENOUGH and low > 0 and high / low < _STEADY:
            return milliseconds(durations(source[other]), unit)
    return None


def _span(source: pl.DataFrame, chosen: Choices, at: pl.Series, timezone: str) -> pl.Series | None:
    if not {"end", "timestamp"} <= set(chosen) or chosen["end"].column == chosen["timestamp"].column:
        return None
    end = instants(source[chosen["end"].column], timezone=timezone).at
    return (end - at).dt.total_microseconds() / 1000
