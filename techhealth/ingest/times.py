"""Text → UTC instants: ISO, epochs by size, web server and mail forms, mixed in one column."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from techhealth.ingest.days import month_first

_UTC = pl.Datetime("us", "UTC")
#: Forms with a zone, then without; the first that fits a sample best is tried first.
_ZONED = (
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f %#z",
    "%d/%b/%Y:%H:%M:%S %#z",
    "%a, %d %b %Y %H:%M:%S %#z",
    "%Y/%m/%d %H:%M:%S%.f %#z",
    "%Y%m%dT%H%M%S%#z",
    "%Y-%m-%dT%H:%M%#z",
    "%b %d, %Y %H:%M:%S%.f %#z",
)
_PLAIN = (
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M",
    "%d/%b/%Y:%H:%M:%S%.f",
    "%d-%b-%Y %H:%M:%S%.f",
    "%d %b %Y %H:%M:%S%.f",
    "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y %H:%M:%S%.f",
    "%b %d, %Y, %I:%M:%S %p",
    "%B %d, %Y %I:%M:%S %p",
    "%a %b %d %H:%M:%S %Y",
    "%Y-%m-%d %I:%M:%S %p",
    "%d.%m.%Y %H:%M:%S%.f",
    "%d.%m.%Y %H:%M",
    "%Y%m%dT%H%M%S",
    "%Y%m%d%H%M%S",
)
_CLOCKS = ("%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_DAY_FIRST = tuple(f"%d/%m/%Y{gap}{clock}" for gap in (" ", ", ") for clock in _CLOCKS)
_MONTH_FIRST = tuple(f"%m/%d/%Y{gap}{clock}" for gap in (" ", ", ") for clock in _CLOCKS)
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y")
#: Epoch number → unit by size, seconds to nanoseconds, 1990 to 2080: what lies beyond is a card or an id, not a time.
_EPOCHS = ((6.3e8, 3.5e9, 1e6), (6.3e11, 3.5e12, 1e3), (6.3e14, 3.5e15, 1.0), (6.3e17, 3.5e18, 1e-3))
_SLASHED = r"^\d{1,2}/\d{1,2}/\d{4}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instants:
    """Instants of a column, and what had to be assumed to read them.

    Attributes:
        at: UTC instants; null where the text could not be read.
        zoneless: rows whose text names no zone (epochs do).
        form: what the column looks like, in words.
        assumed: sentences about what was taken for granted on good grounds.
        doubts: sentences about day/month order and dates without a time of day that nothing in the column settles.
    """

    at: pl.Series
    zoneless: int
    form: str
    assumed: tuple[str, ...]
    doubts: tuple[str, ...]


def instants(texts: pl.Series, *, timezone: str) -> Instants:
    """Return the UTC instants of a text column; texts without a zone are read in `timezone`."""
    clean = texts.str.strip_chars(" \t\"'[]").alias("text")
    at, form = _epochs(clean)
    assumed: list[str] = []
    zoneless = 0
    doubts: list[str] = []
    timeless = 0
    for formats, zoned, said, open_ in _families(clean):
        for pattern in formats:
            left = clean.is_not_null() & at.is_null()
            if not left.any():
                break
            found = _parsed(clean.filter(left), pattern, zoned=zoned, timezone=timezone)
            count = found.len() - found.null_count()
            if count:
                at = _filled(at, left, found)
                zoneless += 0 if zoned else count
                form = form or ("date and time with zone" if zoned else "date and time without zone")
                timeless += 0 if _has_clock(pattern) else count
                if said and said not in (*assumed, *doubts):
                    (doubts if open_ else assumed).append(said)
    if timeless:
        doubts.append(f"{timeless:,} of {len(at) - at.null_count():,} times name a day only; midnight was taken")
    return Instants(at=at, zoneless=zoneless, form=form or "unknown", assumed=tuple(assumed), doubts=tuple(doubts))


def share_of_instants(sample: pl.Series) -> float:
    """Return the share (0-1) of the non-null texts of a sample that are plausible instants, 1995 to 2100."""
    values = sample.drop_nulls()
    possible = values.filter(values.str.contains(r"\d.*\d.*\d.*\d"))  # no instant has fewer digits
    if possible.is_empty():
        return 0.0
    at = instants(possible, timezone="UTC").at
    return float(at.dt.year().is_between(1995, 2100).sum()) / len(values)


def _families(clean: pl.Series) -> list[tuple[tuple[str, ...], bool, str, bool]]:
    """Return (formats, with zone, what using them assumes, whether that is open) in the order to try."""
    slashed, sentence, open_ = _slashed(clean)
    return [
        (_ZONED, True, "", False), (_PLAIN, False, "", False), (slashed, False, sentence, open_),
        (_DATES, False, "", False),
    ]  # fmt: skip


def _slashed(clean: pl.Series) -> tuple[tuple[str, ...], str, bool]:
    """Return the forms for 05/01/2026, what is assumed by using them, and whether that is open."""
    if not clean.str.contains(_SLASHED).any():
        return (), "", False
    days = (*_DAY_FIRST, "%d/%m/%Y")
    months = (*_MONTH_FIRST, "%m/%d/%Y")
    order = month_first(clean)
    if order is None:
        return (*days, *months), "dates mix day/month and month/day; unclear ones are read as day/month", True
    first, sure, sentence = order
    return months if first else days, sentence, not sure


def _epochs(clean: pl.Series) -> tuple[pl.Series, str]:
    """Return instants of texts that are epoch numbers, the unit told by their size."""
    number = clean.cast(pl.Float64, strict=False)
    if number.null_count() == len(number):
        return pl.Series("at", [None] * len(clean), dtype=_UTC), ""
    compact = clean.str.len_chars().is_in([14]) & clean.str.starts_with("20")  # 20260105120000, not an epoch
    frame = pl.DataFrame({"n": number, "compact": compact})
    micros = pl.lit(None, dtype=pl.Float64)
    for low, high, factor in _EPOCHS:
        micros = pl.when(pl.col("n").is_between(low, high, closed="left")).then(pl.col("n") * factor).otherwise(micros)
    micros = pl.when(~pl.col("compact").fill_null(False)).then(micros)
    at = frame.select(micros.floor().cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias("at"))[
        "at"
    ]
    return at, f"epoch {_unit_word(number)}" if at.null_count() < len(at) else ""


def _unit_word(numbers: pl.Series) -> str:
    """Return the unit that fits the middle number."""
    middle = float(numbers.drop_nulls().to_frame("n").select(pl.col("n").median()).item() or 0)
    units = zip(_EPOCHS, _WORDS, strict=True)
    return next((word for (low, high, _), word in units if low <= middle < high), "number")


_WORDS = ("seconds", "milliseconds", "microseconds", "nanoseconds")


def _parsed(texts: pl.Series, pattern: str, *, zoned: bool, timezone: str) -> pl.Series:
    if zoned:
        texts = (
            texts.str.replace(r"\s*(?:UTC|GMT)$", "Z")
            if "%a" not in pattern
            else texts.str.replace("(?:UTC|GMT)$", "Z")
        )
        return texts.str.to_datetime(pattern, strict=False, time_zone="UTC", time_unit="us")
    texts = texts.str.replace(r"(\d),(\d{3,6})$", "$1.$2")
    if not _has_clock(pattern):
        naive = texts.str.to_date(pattern, strict=False).cast(pl.Datetime("us"))
    else:
        naive = texts.str.to_datetime(pattern, strict=False, time_unit="us")
    local = naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC")


def _has_clock(pattern: str) -> bool:
    return "%H" in pattern or "%I" in pattern


def _filled(at: pl.Series, left: pl.Series, found: pl.Series) -> pl.Series:
    """Return the column with the rows of `left` set to what was found."""
    if left.all():
        return found.alias("at")
    return at.scatter(left.arg_true(), found).alias("at")
