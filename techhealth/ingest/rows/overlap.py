"""Files of one analysis that tell of the same calls: rows with a key are matched by it, rows without by all they say.

Rows are matched up to their number: if the earlier file has a row twice, two of the later file's are repeats. Rows
without key are matched only where the periods of two files overlap, nearly all rows there are the same in both, and
rows of one file differ from each other; short of that they are counted, and the doubt is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from techhealth.ingest.reading import Reading
from techhealth.ingest.rejects import REPEATED
from techhealth.ingest.series import constant
from techhealth.usage.overlap import SAME_CALLS, common, has_key, matched, share_of

_KEYED = ("event_key", "integration", "at", "kind", "attempt")
#: Columns of a row that are no part of what it tells.
_ASIDE = ("line", "why")
#: Share of the rows of an overlap that must be the same in both files to be mentioned.
_ALIKE = 0.20
#: Share of different rows within one file from which on equal rows of two files are no accident.
_TELLING = 0.80
#: Rows from which on chance does not explain that every row has a twin.
_ENOUGH = 20


@dataclass(slots=True)
class _Overlap:
    """Which rows repeat an earlier file (its name, else null), with notes and with doubts that lower the grade."""

    repeats: pl.Series
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def compared(rows: pl.DataFrame, earlier: Sequence[tuple[str, pl.DataFrame]], reading: Reading) -> pl.DataFrame:
    """Return the rows with those marked that earlier files hold as well; what is open becomes a doubt."""
    found = _overlap(rows, earlier)
    reading.notes += found.notes
    alone = _twice(rows.filter(pl.col("why").is_null()))
    for sentence in (*found.doubts, *((alone,) if alone else ())):
        reading.doubt(sentence)
    if found.repeats.null_count() == rows.height:
        return rows
    return rows.with_columns(why=pl.coalesce("why", pl.lit(REPEATED) + found.repeats))


def _overlap(rows: pl.DataFrame, earlier: Sequence[tuple[str, pl.DataFrame]]) -> _Overlap:
    """Return which rows repeat rows of earlier files (name, kept rows); only rows without `why` are looked at."""
    found = _Overlap(constant(None, rows.height, pl.String()))
    for name, before in earlier:
        left = rows.with_row_index("row").filter(pl.col("why").is_null() & found.repeats.is_null())
        period = common(left, before)
        if period is None:
            continue
        mine, theirs = (frame.filter(pl.col("at").is_between(*period)) for frame in (left, before))
        keyed = matched(mine.filter(has_key()), theirs.filter(has_key()), _KEYED)
        alike = _unkeyed(mine.filter(~has_key()), theirs.filter(~has_key()), name, period, found)
        for same in (keyed, alike):
            found.repeats = found.repeats.scatter(same, name) if len(same) else found.repeats
        if len(keyed):
            found.notes.append(f"{len(keyed):,} rows stand in {name} as well ({_days(period)}); counted once")
    return found


def _twice(rows: pl.DataFrame) -> str | None:
    """Return the doubt that every row of a file without keys has a twin in it, None if not so."""
    if rows.height < _ENOUGH or rows["event_key"].null_count() < rows.height or not rows["at"].is_duplicated().all():
        return None
    said = [column for column in rows.columns if column not in _ASIDE]
    if (rows.group_by(said).len()["len"] % 2 == 1).any():
        return None
    return "every row stands twice and no column is a key; each was counted as a call of its own"


def _unkeyed(
    mine: pl.DataFrame, theirs: pl.DataFrame, name: str, period: tuple[datetime, datetime], found: _Overlap
) -> pl.Series:
    """Return the row numbers of rows without key that are the same calls; what is open is added to `found`."""
    said = [column for column in theirs.columns if column not in _ASIDE]
    alike = matched(mine, theirs, said)
    share = share_of(alike, mine, theirs)
    if len(alike) < _ENOUGH or share < _ALIKE:
        return alike.clear()
    telling = min(frame.select(said).n_unique() / frame.height for frame in (mine, theirs)) >= _TELLING
    where = f"{len(alike):,} rows without key are the same in {name} ({_days(period)})"
    if share >= SAME_CALLS and telling:
        found.doubts.append(f"{where}; they were taken for the same calls and counted once")
        return alike
    found.doubts.append(f"{where}; they were counted as calls of their own")
    return alike.clear()


def _days(period: tuple[datetime, datetime]) -> str:
    first, last = (f"{at:%Y-%m-%d}" for at in period)
    return first if first == last else f"{first} to {last}"
