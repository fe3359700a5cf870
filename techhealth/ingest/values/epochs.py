"""Numbers → UTC instants: epochs told by their size, and the day counts of spreadsheets."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.series import constant, middle_of, scalar, share_of

UTC = pl.Datetime("us", "UTC")
#: Epoch number → unit by size, seconds to nanoseconds, 1990 to 2080: what lies beyond is a card or an id, not a time.
_EPOCHS = (
    (6.3e8, 3.5e9, 1e6, "seconds"), (6.3e11, 3.5e12, 1e3, "milliseconds"), (6.3e14, 3.5e15, 1.0, "microseconds"),
    (6.3e17, 3.5e18, 1e-3, "nanoseconds"),
)  # fmt: skip
#: Days since 1899-12-30, as spreadsheets count them: 2004 to 2064. Fewer different ones than this are durations.
_SERIALS, _FEWEST = (38_000.0, 60_200.0), 3
_DAY_US = 86_400e6
_SERIAL_EPOCH_DAYS = 25_569.0


def epochs(texts: pl.Series) -> tuple[pl.Series, str]:
    """Return the instants of texts that are epoch numbers (null elsewhere), and the unit in words, empty without any."""
    number = texts.cast(pl.Float64, strict=False)
    if number.null_count() == len(number):
        return constant(None, len(texts), UTC), ""
    micros = pl.lit(None, dtype=pl.Float64)
    for low, high, factor, _ in _EPOCHS:
        micros = pl.when(pl.col("n").is_between(low, high, closed="left")).then(pl.col("n") * factor).otherwise(micros)
    at = _instants(pl.DataFrame({"n": number}), micros)
    return at, f"epoch {_unit(number)}" if at.null_count() < len(at) else ""


def serials(texts: pl.Series) -> pl.Series | None:
    """Return the zone-less times of a column of spreadsheet day counts (46027.58 or 46027,58), None if it is no such column.

    All numbers must be days of a few years, and have a time of day: whole numbers of that size are durations.
    """
    number = texts.str.replace(r"^(\d{5}),(\d+)$", "$1.$2").cast(pl.Float64, strict=False)
    seen = number.drop_nulls()
    if len(seen) < _FEWEST or len(seen) < 0.9 * texts.count() or not seen.is_between(*_SERIALS).all():
        return None
    if share_of(seen % 1 != 0) < 0.5 or scalar(seen.max()) - scalar(seen.min()) > 4_000:
        return None
    seconds = ((pl.col("n") - _SERIAL_EPOCH_DAYS) * _DAY_US / 1e3).round() * 1e3  # five decimals are no finer
    return _instants(pl.DataFrame({"n": number}), seconds).dt.replace_time_zone(None)


def _instants(frame: pl.DataFrame, micros: pl.Expr) -> pl.Series:
    made = micros.round().cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return frame.select(made.alias("at"))["at"]


def _unit(numbers: pl.Series) -> str:
    """Return the unit that fits the middle number."""
    middle = middle_of(numbers)
    return next((word for low, high, _, word in _EPOCHS if low <= middle < high), "number")
