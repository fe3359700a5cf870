"""Days: a day column joined with its clock column, and whether 01/05/2026 is in January or in May."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from techhealth.ingest.records import folded

#: Folded names of columns that hold the time of day (en, de, fr, es, it, nl, pt).
_CLOCK_NAMES = frozenset(
    [
        "time",
        "hour",
        "clock",
        "timeutc",
        "timeofday",
        "localtime",
        "uhrzeit",
        "zeit",
        "uhr",
        "stunde",
        "heure",
        "hora",
        "ora",
        "orario",
        "tijd",
        "tijdstip",
        "uur",
        "horario",
    ]
)
#: A day alone; spreadsheets write midnight behind it.
_DAY = r"^(\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4}|[A-Za-z]{3,9} \d{1,2}, \d{4})(?:[ T]00:00(?::00)?(?:\.0+)?)?$"
_CLOCK = r"^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?$"
_HOUR = r"^(?:[01]?\d|2[0-3])$"
_SAMPLE = 200
_SLASHED = r"^(\d{1,2})/(\d{1,2})/(\d{4})"
#: Neighbouring days from which on one reading of the dates is believed where the other has none.
_RUN = 3


def with_clock(source: pl.DataFrame, column: str, *, taken: Iterable[str]) -> tuple[pl.Series, str] | None:
    """Return the texts of a day column with the time of day of its clock column, and the clock's name; None without.

    Args:
        source: all columns.
        column: the column that holds the day.
        taken: columns that are known to be something else, a duration for example.
    """
    if not _all(source[column], _DAY):
        return None
    others = [c for c in source.columns if c != column and c not in set(taken)]
    named = [c for c in others if folded(c) in _CLOCK_NAMES and (_all(source[c], _CLOCK) or _all(source[c], _HOUR))]
    clock = next(iter(named or [c for c in others if _all(source[c], _CLOCK) and _spreads(source[c])]), None)
    if clock is None:
        return None
    hour = pl.col(clock).str.replace(r"^(\d{1,2})$", "$1:00")
    joined = pl.concat_str(pl.col(column).str.extract(_DAY, 1), pl.lit(" "), hour)
    return source.select(joined.alias("at"))["at"], clock


def _all(texts: pl.Series, pattern: str) -> bool:
    some = texts.drop_nulls().head(_SAMPLE)
    return len(some) > 0 and bool(some.str.contains(pattern).all())


def _spreads(clock: pl.Series) -> bool:
    """Return whether the values are times of day rather than durations: several hours of a day."""
    hours = clock.drop_nulls().unique().str.extract(r"^(\d{1,2})", 1).cast(pl.Int64).unique().to_list()
    return len(hours) > 1 and max(hours) <= 23


def month_first(texts: pl.Series) -> tuple[bool, bool, str] | None:
    """Return whether dates such as 01/05/2026 name the month first, whether that is certain, and in words why.

    A number above 12 settles it. Else logs run from day to day: the reading that gives neighbouring days is taken,
    where the other gives days that are months apart. None: there are no such dates, or both forms stand side by side.
    """
    parts = texts.str.extract(r"^(\S+)", 1).unique().drop_nulls()
    dates = parts.to_frame("text").select(
        a=pl.col("text").str.extract(_SLASHED, 1).cast(pl.Int64), b=pl.col("text").str.extract(_SLASHED, 2).cast(pl.Int64),
        year=pl.col("text").str.extract(_SLASHED, 3).cast(pl.Int32), text="text",
    ).drop_nulls()  # fmt: skip
    above = (dates["a"] > 12).any(), (dates["b"] > 12).any()
    if dates.is_empty() or all(above):
        return None
    if any(above):
        return above[1], True, ""
    example = str(dates["text"].min()).strip(",")
    days, months = _neighbours(dates, month="b", day="a"), _neighbours(dates, month="a", day="b")
    if max(days, months) >= _RUN and min(days, months) == 0:
        order = "month/day/year" if months else "day/month/year"
        return months > 0, True, f"dates such as {example} are read as {order}, which makes them days in a row"
    order = "month/day/year" if months > days else "day/month/year"
    return months > days, False, f"dates such as {example} are read as {order}; nothing in the file settles it"


def _neighbours(dates: pl.DataFrame, *, month: str, day: str) -> int:
    """Return how many different days have the next day in the file as well."""
    read = dates.select(at=pl.date("year", month, day)).unique().sort("at")
    return int((read["at"].diff().dt.total_days() == 1).sum())
