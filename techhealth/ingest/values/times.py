"""Text → UTC instants: ISO, epochs by size, everyday forms of many countries, mixed in one column."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from techhealth.ingest.series import constant, first_of, only, per_distinct
from techhealth.ingest.values.days import order_of_dates
from techhealth.ingest.values.epochs import UTC, epochs, serials
from techhealth.ingest.values.stamps import taken_apart
from techhealth.ingest.values.zones import is_zone, local, shared_names, with_zone

#: ISO forms, which polars reads at once; all others are taken apart. True: with a zone. The first takes half the time.
_ISO = (
    ("%+", True),
    ("%Y-%m-%dT%H:%M:%S%.f%#z", True), ("%Y-%m-%d %H:%M:%S%.f%#z", True), ("%Y-%m-%dT%H:%M:%S%.f", False),
    ("%Y-%m-%d %H:%M:%S%.f", False),
)  # fmt: skip
_TRIED = 50
#: Years in which a call can have been made; 1970 and 9999 stand for "never".
_FIRST_YEAR, _LAST_YEAR = 1995, 2100
#: What wraps a time: quotes, brackets, and the forms of .NET and MongoDB.
_WRAPPED = r"^(?:\\?/)?(?:Date|ISODate|new Date|datetime)\(['\"]?([^)'\"+]+)[^)]*\)(?:\\?/)?$"
_ZONED_WORDS, _PLAIN_WORDS = "date and time with zone", "date and time without zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instants:
    """Instants of a column, and what had to be assumed to read them.

    Attributes:
        at: UTC instants; null where the text could not be read.
        zoneless: rows whose text names no zone (epochs do).
        absurd: rows whose time was read and is none of a call (1970, 9999); they are null as well.
        form: what the column looks like, in words.
        assumed: sentences about what was taken for granted on good grounds.
        doubts: sentences about what nothing in the column settles: day/month order, dates without a time of day.
    """

    at: pl.Series
    zoneless: int
    form: str
    absurd: int = 0
    assumed: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def instants(texts: pl.Series, *, timezone: str, witness: pl.Series | None = None, named: bool = True) -> Instants:
    """Return the UTC instants of a text column in file order; texts without a zone are read in `timezone`.

    Args:
        texts: one column.
        timezone: IANA name.
        witness: instants of another column of the same rows, which may tell the order of day and month.
        named: whether the column is known to hold times, so that numbers like 46027.58 are a spreadsheet's days.
    """
    read = _Read(at=constant(None, len(texts), UTC), naive=constant(None, len(texts), pl.Datetime("us")))
    if _at_once(texts, read):
        return read.finished(timezone)
    clean = texts.str.strip_chars(" \t\"'[]").str.replace(" @ ", " ", literal=True).alias("text")
    if clean.str.contains("Date(", literal=True).any():
        clean = first_of((clean.str.extract(_WRAPPED, 1), clean))
    read.take(*epochs(clean))
    _iso(clean, read)
    left = clean.is_not_null() & read.at.is_null() & read.naive.is_null()
    days = serials(clean) if named and left.any() else None
    if days is not None:
        read.take_local(days, "spreadsheet days")
    elif left.any():
        _written(clean, left, read, witness)
    return read.finished(timezone)


def share_of_instants(sample: pl.Series, *, named: bool = True) -> float:
    """Return the share (0-1) of the non-null texts of a sample that are plausible instants."""
    values = sample.drop_nulls()
    if values.is_empty() or not values.str.contains(r"\d.*\d.*\d.*\d").any():  # no instant has fewer digits
        return 0.0
    at = instants(values, timezone="UTC", named=named).at
    return (len(at) - at.null_count()) / len(values)


class _Read:
    """What has been read of a column: instants, and zone-less times that await their zone."""

    def __init__(self, *, at: pl.Series, naive: pl.Series) -> None:
        self.at, self.naive = at, naive
        self.form = ""
        self.assumed: list[str] = []
        self.doubts: list[str] = []

    def take(self, at: pl.Series, form: str) -> None:
        """Add instants where there are none yet."""
        if at.null_count() < len(at):
            self.at = first_of((self.at, at))
            self.form = self.form or form

    def take_local(self, naive: pl.Series, form: str) -> None:
        """Add zone-less times where nothing is read yet."""
        if naive.null_count() < len(naive):
            self.naive = first_of((self.naive, naive))
            self.form = self.form or form

    def finished(self, timezone: str) -> Instants:
        """Return all instants, the zone-less ones read in `timezone`, without those of absurd years."""
        zoneless = len(self.naive) - self.naive.null_count()
        at = self.at
        if zoneless:
            placed = local(self.naive, timezone)
            at = first_of((at, placed.at))
            self.assumed += placed.assumed
            self.doubts += placed.doubts
        years = at.dt.year()
        sane = years.is_between(_FIRST_YEAR, _LAST_YEAR - 1).fill_null(True)
        absurd = int((~sane).sum())
        if absurd:
            at = only(at, sane)
        return Instants(
            at=at.alias("at"), zoneless=zoneless, form=self.form or "unknown", absurd=absurd,
            assumed=tuple(dict.fromkeys(self.assumed)), doubts=tuple(dict.fromkeys(self.doubts)),
        )  # fmt: skip


def _at_once(texts: pl.Series, read: _Read) -> bool:
    """Read a column that is written in one form of ISO 8601 from its first to its last text; return whether it was."""
    head = texts.head(_TRIED)
    for pattern, zoned in _ISO:
        if _parsed(head, pattern, zoned=zoned).null_count() > head.null_count():
            continue
        found = _parsed(texts, pattern, zoned=zoned)
        if found.null_count() > texts.null_count():
            return False
        (read.take if zoned else read.take_local)(found, _ZONED_WORDS if zoned else _PLAIN_WORDS)
        return True
    return False


def _iso(clean: pl.Series, read: _Read) -> None:
    """Read what is written as ISO 8601 throughout; forms no text of the beginning has are left to `_written`."""
    for pattern, zoned in _ISO:
        left = clean.is_not_null() & read.at.is_null() & read.naive.is_null()
        if not left.any():
            return
        texts = clean.filter(left)
        if _parsed(texts.head(_TRIED), pattern, zoned=zoned).null_count() == min(_TRIED, len(texts)):
            continue
        found = _placed(len(clean), left, _parsed(texts, pattern, zoned=zoned))
        (read.take if zoned else read.take_local)(found, _ZONED_WORDS if zoned else _PLAIN_WORDS)


def _parsed(texts: pl.Series, pattern: str, *, zoned: bool) -> pl.Series:
    return texts.str.to_datetime(pattern, strict=False, time_zone="UTC" if zoned else None, time_unit="us", cache=False)


def _written(clean: pl.Series, left: pl.Series, read: _Read, witness: pl.Series | None) -> None:
    """Read the dates that are written in another way: taken apart, put in order, with their zone or without."""
    stamps = taken_apart(clean.filter(left))
    if not stamps.any:
        return
    order = "day/month/year"
    found = order_of_dates(stamps, None if witness is None else witness.filter(left))
    if found:
        order = found.order
        if found.sentence:
            (read.assumed if found.sure else read.doubts).append(found.sentence)
    made = stamps.naive(order)
    if found and found.mixed:
        other = stamps.naive("month/day/year")
        made = made.with_columns(naive=pl.coalesce("naive", pl.lit(other["naive"])))
    zoned = made["zone"].is_not_null()
    known = per_distinct(made["zone"], is_zone, pl.Boolean()).fill_null(False)
    if known.any():
        read.take(_placed(len(clean), left, with_zone(only(made["naive"], known), made["zone"])), _ZONED_WORDS)
        read.assumed += shared_names(made["zone"].filter(known))
    read.take_local(_placed(len(clean), left, only(made["naive"], ~zoned)), _PLAIN_WORDS)
    readable = made.filter(pl.col("naive").is_not_null())
    timeless, short = int(readable["timeless"].sum()), int(readable["short"].sum())
    if timeless:
        read.doubts.append(f"{timeless:,} of {clean.count():,} times name a day only; midnight was taken")
    if short:
        read.assumed.append(f"{short:,} dates name their year with two digits; 00 to 69 are 2000 to 2069")


def _placed(height: int, left: pl.Series, found: pl.Series) -> pl.Series:
    """Return a column of `height` rows with what was found for the rows of `left`."""
    if left.all():
        return found
    return constant(None, height, found.dtype).scatter(left.arg_true(), found)
