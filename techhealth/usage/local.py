"""Days where a customer is, and the instants at which they begin."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import polars as pl


def day_of(instant: datetime, zone: str) -> date:
    """Return the day of an instant in a zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def midnight(on: date, zone: ZoneInfo, *, hour: int = 0) -> datetime:
    """Return the instant at which a day begins in a zone, or an hour of it."""
    return datetime.combine(on, time(hour), zone).astimezone(UTC)


def local_day(zone: str) -> pl.Expr:
    """Return the day of a column `at` in a zone."""
    return pl.col("at").dt.convert_time_zone(zone).dt.date()
