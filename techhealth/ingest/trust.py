"""How far the data can be trusted: a grade with its reasons. Losses, duplicates, outcomes, gaps and open assumptions count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from techhealth.figures import count
from techhealth.ingest.rejects import CUT, DUPLICATE, UNDATED, UNTOLD, is_harmless
from techhealth.model import FileReceipt, Grade, Trust

#: (share above which the grade is at best B, C, D).
_LOST = (0.01, 0.05, 0.20)
_LEFT_OUT = (0.05, 0.50, 1.0)
_DUPLICATED = (0.01, 0.10, 0.50)
_UNDATED_FAILURES = (0.05, 0.25, 0.75)
_UNKNOWN = (0.05, 0.25, 0.75)
#: Fewer calls than these are grade B, and C, at best: no figure of them is steady (a score needs as many).
_FEW = (50, 20)
_GRADES = (Grade.A, Grade.B, Grade.C, Grade.D)


def trust(
    files: Sequence[FileReceipt],
    events: pl.DataFrame,
    undated: pl.DataFrame,
    doubts: Sequence[str],
    *,
    grave: Sequence[str] = (),
) -> Trust:
    """Return the grade of the data, A to D, with every reason that lowers it (or the one that keeps it).

    `doubts` are assumptions that would change figures or dates if they were wrong; with one the grade is B at best, with a `grave`
    one it is D.
    """
    rows = sum(file.rows for file in files)
    by_reason: dict[str, int] = {}
    for file in files:
        for reject in file.rejects:
            by_reason[reject.reason] = by_reason.get(reject.reason, 0) + reject.count
    timeless = sum(by_reason.get(why, 0) for why in UNDATED)
    lost = sum(n for why, n in by_reason.items() if not is_harmless(why)) - timeless
    repeated = by_reason.get(DUPLICATE, 0)
    failed = int(undated["ok"].eq(False).sum())
    unknown = events["ok"].null_count()
    calls = sum(file.events for file in files) + undated.height
    found = [
        _judged(lost, rows, _LOST, "{n:,} of {of:,} rows could not be read ({share:.1%})"),
        _judged(
            sum(by_reason.get(why, 0) for why in UNTOLD),
            rows,
            _LEFT_OUT,
            "{n:,} of {of:,} rows were left out, because nothing in them tells of a call ({share:.1%})",
        ),
        _judged(
            timeless,
            rows,
            _LOST,
            "{n:,} of {of:,} rows have no readable time ({share:.1%}); they count in the totals, not in the trend",
        ),
        _judged(
            failed,
            failed + int(events["ok"].eq(False).sum()),
            _UNDATED_FAILURES,
            "{n:,} of {of:,} failures have no readable time; they count in the totals, not in the trend",
        ),
        _judged(repeated, rows, _DUPLICATED, "{n:,} of {of:,} rows are duplicates ({share:.1%})"),
        _judged(unknown, events.height, _UNKNOWN, "the outcome of {n:,} of {of:,} events is not known ({share:.1%})"),
        (
            2 if CUT in by_reason else 0,
            "the file is damaged or cut: what came after its last whole record is not known",
        ),
        *((1, gap) for gap in gaps(events)),
        *((3 if doubt in grave else 1, doubt) for doubt in dict.fromkeys(doubts)),
        (sum(calls < few for few in _FEW), f"only {count(calls, 'call')} in all: too few for steady figures"),
    ]
    grade = max((level for level, _ in found), default=0)
    reasons = tuple(reason for level, reason in found if level)
    return Trust(grade=_GRADES[grade], reasons=reasons or ("nearly every row could be read, with time and outcome",))


def _judged(n: int, of: int, limits: tuple[float, float, float], words: str) -> tuple[int, str]:
    share = n / of if of else 0.0
    return sum(share > limit for limit in limits), words.format(n=n, of=of, share=share)


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
