"""The instant of each row: its time column, with the clock, zone or day that stands elsewhere; odd times questioned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import polars as pl

from techhealth.ingest.fields.naming import Choice, Choices
from techhealth.ingest.masking.redact import masked_name
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import folded, word_set
from techhealth.ingest.series import constant, middle_of, only, per_distinct, sample_of, share_of
from techhealth.ingest.values.days import day_around, with_clock
from techhealth.ingest.values.stamps import clocks_only
from techhealth.ingest.values.times import Instants, instants
from techhealth.ingest.values.zones import is_zone, shared_names, zone_in_name, zone_of
from techhealth.model import Confidence

#: Folded names of columns that hold the zone of the time beside them.
_ZONE_NAMES = word_set(
    "timezone tz zone timezonename tzname zeitzone fuseauhoraire zonahoraria fusoorario tijdzone fusohorario offset utcoffset gmtoffset "
     "tzoffset timezoneoffset zoneoffset timeoffset")  # fmt: skip
#: A few times this far from all others are slips of a clock or an export, not calls.
_AWAY, _TIMES_THE_SPAN = timedelta(days=400), 3
_SLIPS, _ENOUGH = 0.01, 100
#: Share of steps in one direction that makes a file sorted, and how many jumps back may be clocks.
_UPWARD, _FEW_STEPS = 0.95, 4
_HOUR_MS, _NEAR_MS = 3_600_000, 120_000
#: Rows in which two times are compared, the step of zones and how far they are from UTC, in seconds.
_COMPARED, _STEP_S, _WIDEST_S = 200, 900, 14 * 3600
#: Words for a beginning → for the end, in names of columns.
_ENDS = {"earliest": "latest", "first": "last", "start": "end", "begin": "end", "since": "until"}
#: Jumps between half an hour and a day may be clocks that were changed.
_STEP_MS = (1_800_000, 90_000_000)


def times(
    source: pl.DataFrame, chosen: Choices, envelope: Mapping[str, str], timezone: str, reading: Reading
) -> tuple[pl.Series, pl.Series]:
    """Return the instants, and which rows have a text that could not be read or is not believed."""
    if "timestamp" not in chosen:
        return constant(None, source.height, pl.Datetime("us", "UTC")), constant(False, source.height)
    choice, texts = _texts(source, chosen, envelope, reading)
    found = instants(texts, timezone=timezone)
    found = _settled(source, choice, texts, timezone, found)
    found = _zoned(source, choice, texts, timezone, found, reading)
    choice, texts, found = _exact(source, choice, texts, found, reading)
    reading.chose("timestamp", choice, unit=found.form)
    at = _without_slips(found, reading)
    stepped = clock_step(at)
    if stepped:
        reading.doubt(stepped)
    reading.assumptions += found.assumed
    for sentence in found.doubts:
        reading.doubt(sentence)
    if found.zoneless:
        reading.assumptions.append(f"{found.zoneless:,} times name no zone; they are read as {timezone}")
        if found.zoneless < len(found.at) - found.at.null_count():
            reading.doubt("times with and without a zone are mixed in one column")
    return at, texts.is_not_null() & at.is_null()


def ends(source: pl.DataFrame, begins: str, timezone: str) -> pl.Series | None:
    """Return the instants at which rows end, where a column is called the end of what the time column begins."""
    names = {folded(begins).replace(first, last) for first, last in _ENDS.items() if first in folded(begins)}
    column = next((name for name in source.columns if folded(name) in names), None)
    return instants(source[column], timezone=timezone).at if column else None


def clock_step(at: pl.Series) -> str | None:
    """Return what to say if the times of a file that runs in one direction jump back by whole hours, None if not.

    A file put together from several parts jumps back by days; rows that finish out of order by seconds.
    """
    steps = at.drop_nulls().diff().dt.total_milliseconds().drop_nulls()
    if len(steps) < _ENOUGH:
        return None
    if share_of(steps < 0) > _UPWARD:
        steps = -steps
    usual = middle_of(steps.abs())
    back = (steps < -_STEP_MS[0]) & (steps > -_STEP_MS[1])
    if share_of(steps < 0) > 1 - _UPWARD or not 0 < int(back.sum()) <= _FEW_STEPS:
        return None
    jump = -int(steps.filter(back)[0])
    hours = round(jump / _HOUR_MS)
    if hours == 0 or abs(jump - hours * _HOUR_MS) > max(_NEAR_MS, 3 * usual):
        return None
    where = at.drop_nulls()[int(back.arg_true()[0])]
    word = "an hour" if hours == 1 else f"{hours} hours"
    return f"the times jump back by {word} after {where:%Y-%m-%d %H:%M} UTC; a clock or zone changed there (is the log in local time? --timezone ZONE)"


def _texts(
    source: pl.DataFrame, chosen: Choices, envelope: Mapping[str, str], reading: Reading
) -> tuple[Choice, pl.Series]:
    """Return the texts of the time column, joined with what completes them: a clock beside it, a day around it."""
    choice = chosen["timestamp"]
    texts = source[choice.column]
    taken = [chosen[name].column for name in ("latency", "end", "status") if name in chosen]
    joined = with_clock(source, choice.column, taken=taken)
    if joined:
        return replace(choice, column=f"{choice.column} + {joined[1]}"), joined[0]
    day = day_around(envelope) if clocks_only(texts) else None
    if day is None:
        return choice, texts
    reading.assumptions.append(
        f"{choice.column} holds times of day; all are taken for {day}, the day around the records"
    )
    return choice, source.select(pl.lit(day + " ") + pl.col(choice.column)).to_series()


def _settled(source: pl.DataFrame, choice: Choice, texts: pl.Series, timezone: str, found: Instants) -> Instants:
    """Return the instants with the order of day and month told by another date of the rows, if it was open."""
    if not any("nothing in the file settles it" in doubt for doubt in found.doubts):
        return found
    for other in source.columns:
        if other in choice.column.split(" + "):
            continue
        some = instants(sample_of(source[other]), timezone=timezone, named=False)
        if some.at.null_count() == 0 and len(some.at) and not some.doubts:
            witness = instants(source[other], timezone=timezone, named=False).at
            return instants(texts, timezone=timezone, witness=witness)
    return found


def _zoned(
    source: pl.DataFrame, choice: Choice, texts: pl.Series, timezone: str, found: Instants, reading: Reading
) -> Instants:
    """Return the instants read in the zone that their column's name or a column of its own has, where no time names one itself."""
    if not found.zoneless or found.zoneless < len(found.at) - found.at.null_count():
        return found
    named = zone_in_name(choice.column)
    if named:
        reading.assumptions.append(
            f"times are read in the zone that the name {masked_name(choice.column)} has: {named}"
        )
        for sentence in shared_names(pl.Series([named])):
            reading.doubt(f"{sentence}; other countries use the name as well (--timezone ZONE tells)")
        if zone_of(named):
            return replace(instants(texts, timezone=named), zoneless=0)
        with_name = pl.DataFrame({"t": texts}).select(pl.concat_str("t", pl.lit(f" {named}"))).to_series()
        return replace(instants(with_name, timezone=timezone), assumed=(), form=found.form)
    for column in source.columns:
        zones = _zones(source[column]) if folded(column.rsplit(".", 1)[-1]) in _ZONE_NAMES else None
        if zones is not None:
            reading.assumptions.append(f"times are read in the zone that {column} names")
            beside = pl.DataFrame({"t": texts, "z": zones.fill_null("")}).select(pl.concat_str("t", "z", separator=" "))
            return instants(beside.to_series().str.strip_chars(), timezone=timezone)
    return found


def _exact(
    source: pl.DataFrame, choice: Choice, texts: pl.Series, found: Instants, reading: Reading
) -> tuple[Choice, pl.Series, Instants]:
    """Return another column instead, if it tells the same times in an epoch or with their zone, and this one without."""
    if not found.zoneless or found.zoneless < len(found.at) - found.at.null_count():
        return choice, texts, found
    for column in source.columns:
        if column in choice.column.split(" + ") or source[column].null_count():
            continue
        step = _apart(found.at.head(_COMPARED), source[column].head(_COMPARED))
        other = instants(source[column], timezone="UTC", named=False) if step else None
        if other and not other.at.null_count():
            reading.assumptions.append(f"{choice.column} is a local clock {step:+g} h from {column}, which is exact")
            how = "tells the same times with their zone"
            return Choice(column, how=how, confidence=Confidence.HIGH), source[column], other
    return choice, texts, found


def _apart(at: pl.Series, texts: pl.Series) -> float | None:
    """Return by how many hours times without a zone differ from exact ones, None if these are none or differ otherwise."""
    other = instants(texts, timezone="UTC", named=False)
    apart = (at - other.at).dt.total_seconds()
    if other.zoneless or other.at.null_count() or not apart.count():
        return None
    step = round(middle_of(apart) / _STEP_S) * _STEP_S
    return step / 3600 if abs(step) <= _WIDEST_S and ((apart - step).abs() <= 1).all() else None


def _zones(texts: pl.Series) -> pl.Series | None:
    """Return the zones a column names, bare numbers as hours, minutes or seconds by their size; None if it names none."""
    made = per_distinct(texts, lambda text: text if is_zone(text) else _offset(text), pl.String())
    return made if texts.count() and made.null_count() == texts.null_count() else None


def _offset(text: str) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return None
    minutes = number * 60 if abs(number) <= 14 else number if abs(number) <= 14 * 60 else number / 60
    if abs(minutes) > 14 * 60 or minutes % 15:
        return None
    return f"{'-' if minutes < 0 else '+'}{int(abs(minutes)) // 60:02d}:{int(abs(minutes)) % 60:02d}"


def _without_slips(found: Instants, reading: Reading) -> pl.Series:
    """Return the instants without a few that lie years away from all others; what is left out is said."""
    at = found.at
    if found.absurd:
        reading.doubt(
            f"{found.absurd:,} times name a year in which no call was made (1970 or 9999, say); they are not believed"
        )
    if at.count() < _ENOUGH:
        return at
    low, high = (at.quantile(q, interpolation="nearest") for q in (_SLIPS, 1 - _SLIPS))
    margin = max(_AWAY, (high - low) * _TIMES_THE_SPAN)  # type: ignore[operator]
    away = ((at < low - margin) | (at > high + margin)).fill_null(False)  # type: ignore[operator]
    count = int(away.sum())
    if not 0 < count < _SLIPS * at.count():
        return at
    example = at.filter(away)[0]
    reading.doubt(
        f"{count:,} {'time lies' if count == 1 else 'times lie'} years away from all others ({example:%Y-%m-%d}, say); not believed"
    )
    return only(at, ~away)
