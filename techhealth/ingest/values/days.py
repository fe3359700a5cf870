"""Days: a day column joined with its clock column, and whether 01/05/2026 is in January or in May."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.records import folded, word_set
from techhealth.ingest.series import share_of
from techhealth.ingest.values.stamps import ORDERS, Stamps, clocks_only, taken_apart

#: Folded names of columns that hold the time of day (en, de, fr, es, it, nl, pt).
_CLOCK_NAMES = word_set(
    "time hour clock timelocal timegmt timeutc utctime timeofday localtime starttime calltime requesttime uhrzeit zeit uhr stunde heure hora ora orario tijd "
     "tijdstip uur horario hms")  # fmt: skip
_MIDNIGHT = r"[ T]0?0:00(?::00)?(?:\.0+)?$"
_HOUR = r"^(?:[01]?\d|2[0-3])$"
_PACKED = r"^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$"
_SAMPLE = 200
#: Neighbouring days from which on one reading of the dates is believed where the other has none.
_RUN = 3
#: Years that two digits can mean.
_LIKELY = (2010, 2040)
#: Days between two columns of one row that tell of the same call, and shares of rows for which that holds or fails.
_NEAR, _MOST, _FEW = 2, 0.9, 0.1


def with_clock(source: pl.DataFrame, column: str, *, taken: Iterable[str]) -> tuple[pl.Series, str] | None:
    """Return the texts of a day column with the time of day of its clock column, and the clock's name; None without.

    Args:
        source: all columns.
        column: the column that holds the day.
        taken: columns that are known to be something else, a duration for example.
    """
    if not is_day(source[column]):
        return None
    others = [c for c in source.columns if c != column and c not in set(taken)]
    named = [c for c in others if folded(c) in _CLOCK_NAMES and _is_clock(source[c])]
    clock = next(iter(named or [c for c in others if clocks_only(source[c]) and _spreads(source[c])]), None)
    if clock is None:
        return None
    hour = pl.col(clock).str.replace(r"^(\d{1,2})$", "$1:00")
    joined = pl.concat_str(pl.col(column).str.replace(_MIDNIGHT, ""), pl.lit(" "), hour)
    return source.select(joined.alias("at"))["at"], clock


def is_day(texts: pl.Series) -> bool:
    """Return whether the values are days without a time of day; spreadsheets write midnight behind them."""
    some = texts.drop_nulls().head(_SAMPLE).str.replace(_MIDNIGHT, "")
    timed = some.str.contains(":", literal=True).any()
    return len(some) > 0 and not timed and bool((taken_apart(some).parts["rest"] == "").fill_null(False).all())


def _is_clock(texts: pl.Series) -> bool:
    return clocks_only(texts) or _all(texts, _HOUR) or _all(texts, _PACKED)


def _all(texts: pl.Series, pattern: str) -> bool:
    some = texts.drop_nulls().head(_SAMPLE)
    return len(some) > 0 and bool(some.str.contains(pattern).all())


def _spreads(clock: pl.Series) -> bool:
    """Return whether the values are times of day rather than durations: several hours of a day."""
    hours = clock.drop_nulls().unique().str.extract(r"^(\d{1,2})", 1).cast(pl.Int64).unique().drop_nulls().to_list()
    return len(hours) > 1 and max(hours) <= 23


def day_around(envelope: Mapping[str, str]) -> str | None:
    """Return the one day that stands around the records, None if there is none or several differ."""
    texts = pl.Series("day", list(envelope.values()), dtype=pl.String).str.strip_chars()
    apart = taken_apart(texts).parts
    days = texts.filter((apart["rest"] == "").fill_null(False)).unique().to_list()
    return str(days[0]) if len(days) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """How dates such as 01/05/2026 are read: their order, whether that is certain, and in words why.

    `mixed`: both orders stand side by side; what one cannot read is read in the other.
    """

    order: str
    sure: bool
    sentence: str = ""
    mixed: bool = False


def order_of_dates(stamps: Stamps, witness: pl.Series | None) -> DateOrder | None:
    """Return the order of day, month and year in the dates of a column; None if it has no such dates.

    A number above 12 settles it. Else logs run from day to day: the reading that gives neighbouring days is taken where
    the others give none, then the one in which the file runs in one direction, then the one near another date of the row.
    """
    dates = _numbers(stamps, witness)
    if dates.is_empty():
        return None
    readings = {order: _read(dates, order) for order in ORDERS}
    possible = [order for order, read in readings.items() if _is_possible(read, order)]
    if (dates["mark"] == ".").all() and "day/month/year" in possible:
        return DateOrder(order="day/month/year", sure=True)
    if not possible:
        sentence = "dates mix day/month and month/day; unclear ones are read as day/month"
        return DateOrder(order="day/month/year", sure=False, sentence=sentence, mixed=True)
    if len(possible) == 1:
        return DateOrder(order=possible[0], sure=True)
    example = dates["text"][0]
    for evidence, why in _EVIDENCE:
        best = evidence({order: readings[order] for order in possible})
        if best:
            return DateOrder(order=best, sure=True, sentence=f"dates such as {example} are read as {best}, which {why}")
    if "month/day/year" in possible and stamps.parts["rest"].str.contains(r"(?i)\d ?[ap]m\b").any():
        sentence = f"dates such as {example} are read as month/day/year, as is usual where hours have am and pm"
        return DateOrder(order="month/day/year", sure=True, sentence=sentence)
    order = max(possible, key=lambda one: _neighbours(readings[one]))
    return DateOrder(
        order=order, sure=False, sentence=f"dates such as {example} are read as {order}; nothing in the file settles it"
    )


def _numbers(stamps: Stamps, witness: pl.Series | None) -> pl.DataFrame:
    """Return the three numbers of each different date, in file order, with its text and the day of the witness."""
    other = pl.lit(None, dtype=pl.Date) if witness is None else pl.lit(witness).dt.date()
    rows = stamps.parts.with_columns(witness=other).filter(stamps.ordered)
    changed = pl.struct("a", "b", "c").ne_missing(pl.struct("a", "b", "c").shift())
    return rows.filter(changed).select(
        *(pl.col(name).cast(pl.Int32) for name in ("a", "b", "c")), "mark", "witness", short=pl.col("c").str.len_chars() == 2,
        text=pl.concat_str("a", "mark", "b", "mark", "c"),
    )  # fmt: skip


def _read(dates: pl.DataFrame, order: str) -> pl.DataFrame:
    """Return `on` (null: no such day), and what else is known of each date, read in one order."""
    day, month, year = ORDERS[order]
    full = pl.when(pl.col("short") | pl.lit(year == "a")).then(pl.col(year) + 2000).otherwise(pl.col(year))
    text = pl.concat_str(
        full.cast(pl.String), pl.lit("-"), pl.col(month).cast(pl.String), pl.lit("-"), pl.col(day).cast(pl.String)
    )
    return dates.select(on=text.str.to_date("%Y-%m-%d", strict=False), witness="witness", short="short")


def _is_possible(read: pl.DataFrame, order: str) -> bool:
    """Return whether all dates exist in this order, short years being likely ones."""
    if order == "year/month/day" and not read["short"].all():
        return False
    likely = read.filter("short")["on"].dt.year().is_between(*_LIKELY).all()
    return read["on"].null_count() == 0 and likely


def _in_a_row(readings: Mapping[str, pl.DataFrame]) -> str | None:
    runs = {order: _neighbours(read) for order, read in readings.items()}
    best = max(runs, key=lambda order: runs[order])
    return best if runs[best] >= _RUN and all(n == 0 for order, n in runs.items() if order != best) else None


def _neighbours(read: pl.DataFrame) -> int:
    """Return how many different days have the next day in the file as well."""
    return int((read["on"].unique().sort().diff().dt.total_days() == 1).sum())


def _one_direction(readings: Mapping[str, pl.DataFrame]) -> str | None:
    steady = [order for order, read in readings.items() if _is_steady(read["on"])]
    return steady[0] if len(steady) == 1 else None


def _is_steady(days: pl.Series) -> bool:
    steps = days.diff().drop_nulls().dt.total_days()
    return len(steps) > 1 and bool((steps >= 0).all() or (steps <= 0).all())


def _near_witness(readings: Mapping[str, pl.DataFrame]) -> str | None:
    near = {order: _share_near(read) for order, read in readings.items()}
    best = max(near, key=lambda order: near[order])
    return best if near[best] >= _MOST and all(n <= _FEW for order, n in near.items() if order != best) else None


def _share_near(read: pl.DataFrame) -> float:
    gaps = (read["on"] - read["witness"]).dt.total_days().abs().drop_nulls()
    return share_of(gaps <= _NEAR) if len(gaps) else 0.0


_EVIDENCE = (
    (_in_a_row, "makes them days in a row"),
    (_one_direction, "lets the file run in one direction"),
    (_near_witness, "agrees with another date of the same row"),
)
