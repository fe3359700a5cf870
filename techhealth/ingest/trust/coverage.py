"""Hours that are missing where a usual week has traffic, and a last day that ends early."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

#: Days of a kind (working days, weekends) from which on their usual hour is known.
_DAYS = 3
#: Calls that must be missing in a row, and hours without any, before a gap is mentioned.
_MISSING, _HOURS = 50.0, 3
#: Share of a usual day that may be missing at the end of the last one.
_OF_A_DAY = 1 / 3
_HOUR = timedelta(hours=1)


def gaps(events: pl.DataFrame) -> list[str]:
    """Return sentences about missing hours, the largest gap by its dates; `events` has instants `at`, sorted."""
    first, last = events["at"].min(), events["at"].max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return []
    hours = _hours(events, first, last)
    said = []
    runs = _runs(hours)
    if runs.height:
        begin, end, usual = (
            runs.sort("usual", "first", descending=[True, False]).select("first", "last", "usual").row(0)
        )
        others = f", and {runs.height - 1:,} more such gaps" if runs.height > 1 else ""
        said.append(
            f"no row from {begin:%Y-%m-%d %H:%M} to {end + _HOUR:%Y-%m-%d %H:%M} UTC, where about {usual:,.0f} are usual{others}; "
            "calls may be missing from the export"
        )
    part = _missing_of_last_day(hours, last)
    if part > _OF_A_DAY:
        said.append(f"the last day ends at {last:%H:%M} UTC; about {part:.0%} of a usual day is not in the export")
    return said


def _hours(events: pl.DataFrame, first: datetime, last: datetime) -> pl.DataFrame:
    """Return every hour of the period's days with its calls and what is usual (the median of its like; null: not known)."""
    counts = events.group_by(hour=pl.col("at").dt.truncate("1h")).len("calls")
    ends = (first.replace(minute=0, second=0, microsecond=0), last.replace(hour=23, minute=0, second=0, microsecond=0))
    whole = pl.select(hour=pl.datetime_range(*ends, "1h"))
    weekend, clock = pl.col("hour").dt.weekday() > 5, pl.col("hour").dt.hour()
    rows = whole.join(counts, on="hour", how="left").with_columns(
        pl.col("calls").fill_null(0), like=pl.struct(weekend.alias("w"), clock.alias("h")), day=pl.col("hour").dt.date()
    )  # fmt: skip
    return rows.with_columns(
        usual=pl.when(pl.len().over("like") > _DAYS).then(pl.col("calls").median().over("like")), inside=pl.col("hour") <= last
    ).sort("hour")  # fmt: skip


def _runs(hours: pl.DataFrame) -> pl.DataFrame:
    """Return the runs of empty hours inside the period in which many calls are usual: `first`, `last`, `usual`."""
    inside = hours.filter("inside").with_columns(run=(pl.col("calls") > 0).rle_id())
    return (
        inside.filter(pl.col("calls") == 0)
        .group_by("run")
        .agg(first=pl.col("hour").min(), last=pl.col("hour").max(), usual=pl.col("usual").sum(), hours=pl.len())
        .filter((pl.col("usual") >= _MISSING) & (pl.col("hours") >= _HOURS))
    )


def _missing_of_last_day(hours: pl.DataFrame, last: datetime) -> float:
    """Return the share (0-1) of a usual day that lies behind the last row."""
    day = hours.filter(pl.col("day") == last.date())
    whole = float(day["usual"].sum())
    rest = float(day.filter(pl.col("hour") > last)["usual"].sum())
    return rest / whole if whole >= _MISSING else 0.0
