"""Durations → milliseconds: the unit from the value's text, the name, the siblings, or the magnitude, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.series import constant, first_of, middle_of, scalar
from techhealth.ingest.values.decimals import numbers
from techhealth.model import Confidence

#: Unit → milliseconds.
MILLISECONDS = {"s": 1000.0, "ms": 1.0, "us": 0.001, "ns": 0.000001, "min": 60_000.0, "h": 3_600_000.0}
UNIT_WORDS = {
    "s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds", "min": "minutes", "h": "hours",
}  # fmt: skip
#: Units in which no system counts the duration of a call without saying so.
SAID = ("min", "h")
#: Last part of a column name → unit.
_SUFFIXES = {
    name: unit
    for unit, names in (
        ("ms", "ms msec msecs millis millisecond milliseconds millisekunden millisecondes milisegundos мс ミリ秒 毫秒"),
        ("s", "s sec secs second seconds sekunde sekunden secondes segundos сек 秒"),
        ("us", "us usec micros microsecond microseconds µs μs mikrosekunden"),
        ("ns", "ns nsec nanos nanosecond nanoseconds"),
        ("min", "mins minute minutes minuten minutos minuti"),
        ("h", "hrs hour hours stunden heures horas ore"),
    )
    for name in names.split()
}
_TAIL = re.compile(rf"(?:{'|'.join(sorted(_SUFFIXES, key=len, reverse=True))})$")
_WRITTEN = r"^(-?\d[\d.,'’ \x{a0}\x{202f}]*?|-?[.,]\d+)\s*(ms|msecs?|millis(?:econds?)?|millisekunden|s|secs?\.?|seconds?|sek\.?|sekunden|segundos|secondes|secondi|µs|μs|us|usecs?|micros(?:econds?)?|ns|nanos(?:econds?)?|min(?:ute)?s?|h(?:ours?|rs?)?)$"
_CLOCK = r"^(?:(\d+):)?(\d{1,2}):(\d{2}(?:[.,]\d+)?)$"
#: Several units in one value: ISO 8601 (pt1m2.5s) and programs (1h2m3.5s).
_JOINED = r"^(?:p(?:0d)?t)?(?:([\d.]+) ?h(?:ours?|rs?)?)?,? ?(?:([\d.]+) ?m(?:in(?:ute)?s?)?)?,? ?(?:([\d.]+) ?s(?:ec(?:ond)?s?)?)?$"
#: What may stand around a duration: "about", and a remark.
_AROUND = r"^[~≈<>=]+ ?| ?\([^)]*\)$"
_MOST = 0.9
#: A middle call that is slower than this many seconds is less likely than one of as many milliseconds.
_SLOW_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The unit of a latency column, how sure it is, how it was found, and another unit that is plausible too."""

    unit: str
    confidence: Confidence
    how: str
    other: str | None = None


def unit_of_name(column: str) -> str | None:
    """Return the unit a column's name holds, at its end or as a word of its own; None if it names none.

    Examples:
        >>> unit_of_name("response_time_ms"), unit_of_name("durationSeconds"), unit_of_name("Seconds"), unit_of_name("latency")
        ('ms', 's', 's', None)
    """
    last = re.sub(r"(?<=[a-z])([MUN])Sec", r"\1sec", re.split(r"\.(?=\w)", column)[-1])  # turnAroundTimeMSec
    words = re.findall(r"[A-ZÄÖÜ]?[a-zµμäöü]+|[A-Z]+(?![a-z])", last)
    lower = [word.lower() for word in words]
    if len(lower) > 1:
        known = [word for word in (lower[-1], *lower) if word in _SUFFIXES and (word == lower[-1] or len(word) > 1)]
        if known:
            return _SUFFIXES[known[0]]
    if lower and "." in column and len(lower[0]) > 1 and lower[0] in _SUFFIXES:  # transaction.duration.us
        return _SUFFIXES[lower[0]]
    apart = re.search(r"[(\[（,]\s*([^\W\d_]+)\s*[)\]）]?$", last.lower())
    if apart and apart.group(1) in _SUFFIXES:
        return _SUFFIXES[apart.group(1)]
    if len(lower) == 1 and len(lower[0]) > 3 and lower[0] in _SUFFIXES:  # written out
        return _SUFFIXES[lower[0]]
    glued = re.search(r"(?:time|latency|duration|elapsed|took)(ms|us|ns|sec|seconds)$", column.lower())
    return _SUFFIXES[glued.group(1)] if glued else None


def without_unit(name: str) -> str:
    """Return a folded column name without the unit it ends in ("durationms" → "duration")."""
    return _TAIL.sub("", name)


def unit_of_values(values: pl.Series, *, column: str, siblings: pl.Series | None = None) -> Unit:
    """Return the unit of a numeric column whose name does not tell.

    Args:
        values: numbers of one column.
        column: its name, for the reason given.
        siblings: the same time in milliseconds for the same rows (end minus start, another column), where the file has it.
    """
    if siblings is not None:
        unit = _from_siblings(values, siblings)
        if unit:
            how = f"{column} agrees with other columns of the same rows in {UNIT_WORDS[unit]}"
            return Unit(unit=unit, confidence=Confidence.HIGH, how=how)
    positive = values.filter(values > 0).drop_nulls()
    if positive.is_empty():
        return Unit(unit="ms", confidence=Confidence.LOW, how="no value above zero; milliseconds assumed", other="s")
    unit, confidence, other = _by_size(positive)
    middle = middle_of(positive)
    how = f"the name has no unit; the middle value {middle:,.4g} is plausible in {UNIT_WORDS[unit]}"
    return Unit(unit=unit, confidence=confidence, how=how, other=other)


def _by_size(positive: pl.Series) -> tuple[str, Confidence, str | None]:
    """Return the unit that puts a typical call between a millisecond and half a minute, and another that does as well."""
    middle = middle_of(positive)
    high = scalar(positive.quantile(_MOST, interpolation="lower"))
    if (positive % 1 != 0).any():
        if high < 1:
            return ("s", Confidence.MEDIUM, None) if middle >= 0.001 else ("s", Confidence.LOW, "ms")
        if middle >= 10 or high >= 30:
            return "ms", Confidence.MEDIUM, None
        low = scalar(positive.quantile(1 - _MOST))
        return ("ms", Confidence.LOW, "s") if middle >= _SLOW_S and low >= 1 else ("s", Confidence.LOW, "ms")
    if middle >= 1e7:
        return "ns", Confidence.MEDIUM, None
    if middle >= 60_000:
        return ("us", Confidence.MEDIUM, None) if middle < 2e5 else ("us", Confidence.LOW, "ns")
    if middle >= 8_000:
        return ("us", Confidence.LOW, "ms") if high >= 120_000 else ("ms", Confidence.LOW, "us")
    return ("ms", Confidence.MEDIUM, None) if high >= 20 else ("ms", Confidence.LOW, "s")


def _from_siblings(values: pl.Series, siblings: pl.Series) -> str | None:
    ratio = (siblings / values).filter((values > 0) & (siblings > 0)).drop_nulls()
    if ratio.is_empty():
        return None
    middle = middle_of(ratio)
    near = [unit for unit, factor in MILLISECONDS.items() if unit not in SAID and 0.5 < middle / factor < 2]
    return near[0] if near else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Numbers of a latency column; `written_ms` holds values whose text names their own unit, in milliseconds.

    `assumed` says how "1,234" is read where the column does not settle it.
    """

    numbers: pl.Series
    written_ms: pl.Series
    assumed: str = ""


def durations(texts: pl.Series, *, separator: str = "") -> Durations:
    """Return the numbers of a latency column, and what is written with a unit ("0.12s", "30000ms", "0:00:01.5").

    Commas and points are read alike in all values; `separator` is that of the file's columns.
    """
    found = numbers(texts, separator=separator)
    if found.values.null_count() == texts.null_count():
        nothing = constant(None, len(texts), pl.Float64())
        return Durations(numbers=found.values, written_ms=nothing, assumed=found.assumed)
    text = texts.str.strip_chars().str.to_lowercase().str.replace_all(_AROUND, "")
    bare = text.str.extract(_WRITTEN, 1)
    counted = numbers(first_of((bare, text)), separator=separator)
    suffix = text.str.extract(_WRITTEN, 2).replace_strict(_spelled(), default=None, return_dtype=pl.Float64)
    frame = pl.DataFrame(
        {"n": counted.values, "s": suffix, "clock": _parts(text, _CLOCK), "joined": _parts(text, _JOINED)}
    )
    made = frame.select(
        n=pl.when(pl.col("s").is_null()).then("n"), written=pl.coalesce(pl.col("n") * pl.col("s"), "clock", "joined")
    )
    return Durations(numbers=made["n"], written_ms=made["written"], assumed=counted.assumed)


def _parts(text: pl.Series, form: str) -> pl.Series:
    """Return the milliseconds of texts made of hours, minutes and seconds; null where a text has another form."""
    rows = pl.DataFrame({"t": text}).with_columns(pl.col("t").str.extract_groups(form).alias("g")).unnest("g")
    hours, minutes, seconds = (
        pl.col(n).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False) for n in ("1", "2", "3")
    )
    some = pl.any_horizontal(pl.col("1", "2", "3").is_not_null())
    total = hours.fill_null(0) * 3.6e6 + minutes.fill_null(0) * 6e4 + seconds.fill_null(0) * 1e3
    return rows.select(pl.when(some).then(total).alias("ms"))["ms"]


def written_unit(texts: pl.Series) -> str:
    """Return the unit most values of a column name themselves; clock forms count as seconds."""
    words = texts.drop_nulls().head(200).str.to_lowercase().str.extract(_WRITTEN, 2).drop_nulls()
    units = [word if word in SAID else _SUFFIXES.get(word, "s") for word in words.to_list()]
    return max(sorted(set(units)), key=units.count, default="s")


def _spelled() -> dict[str, float]:
    words = {word: MILLISECONDS[unit] for word, unit in _SUFFIXES.items()}
    return {
        **words, "usecs": 0.001, "sec.": 1e3, "sek": 1e3, "sek.": 1e3, "secondi": 1e3, **{unit: MILLISECONDS[unit] for unit in SAID},
    }  # fmt: skip


def milliseconds(found: Durations, unit: str | None) -> pl.Series:
    """Return the latency in milliseconds; negative, infinite and unreadable values are null."""
    factor = MILLISECONDS[unit or "ms"]
    frame = pl.DataFrame({"n": found.numbers, "written": found.written_ms})
    value = pl.coalesce("written", pl.col("n") * factor)
    return frame.select(pl.when(value.is_finite() & (value >= 0)).then(value).alias("latency_ms"))["latency_ms"]
