"""Which rows of two frames tell of the same calls: by their key, else by all they say and how often they say it.

The n-th row of its kind repeats the n-th one of the other frame: of two rows against three, two are repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

#: Share of the rows of the smaller frame that must be the same in both to be the same calls.
SAME_CALLS = 0.95
_KEYED = ("event_key", "integration", "at", "kind")
_ROW = "row"


def has_key() -> pl.Expr:
    """Return which rows carry a key."""
    return pl.col("event_key").is_not_null()


def common(mine: pl.DataFrame, theirs: pl.DataFrame) -> tuple[datetime, datetime] | None:
    """Return the first and last instant that both frames cover, None if there is none."""
    if mine["at"].null_count() == mine.height or theirs["at"].null_count() == theirs.height:
        return None
    first, last = max(mine["at"].min(), theirs["at"].min()), min(mine["at"].max(), theirs["at"].max())  # type: ignore[type-var]
    return (first, last) if first <= last else None  # type: ignore[operator, return-value]


def matched(mine: pl.DataFrame, theirs: pl.DataFrame, by: Sequence[str]) -> pl.Series:
    """Return the column `row` of rows that have a counterpart in the other frame, up to their number there."""
    if mine.is_empty() or theirs.is_empty():
        return pl.Series(_ROW, [], dtype=pl.UInt32)
    nth = pl.int_range(pl.len()).over(by).alias("nth")
    return mine.with_columns(nth).join(theirs.with_columns(nth), on=[*by, "nth"], how="semi", nulls_equal=True)[_ROW]


def share_of(found: pl.Series, mine: pl.DataFrame, theirs: pl.DataFrame) -> float:
    """Return which share of the smaller frame was matched."""
    return len(found) / max(1, min(mine.height, theirs.height))


def repeated(events: pl.DataFrame, before: pl.DataFrame, *, enough: float = SAME_CALLS) -> pl.Series:
    """Return which events stand in an earlier export as well (Boolean, one an event).

    Events without key are repeats where nearly all that both hold of the days they share is the same; else two exports
    tell of different calls of one period.

    Args:
        events: columns of `EVENT_SCHEMA`.
        before: those known already.
        enough: share of the smaller one that must be the same; 0 where whoever sends says of each event what it is.
    """
    numbered = events.with_row_index(_ROW)
    period = common(events, before)
    if period is None:
        return pl.Series("repeated", [False] * events.height, dtype=pl.Boolean)
    mine, theirs = (frame.filter(pl.col("at").is_between(*period)) for frame in (numbered, before))
    keyed = matched(mine.filter(has_key()), theirs.filter(has_key()), _KEYED)
    told = [name for name in events.columns if name != "customer" and name in before.columns]
    bare, others = mine.filter(~has_key()), theirs.filter(~has_key())
    alike = matched(bare, others, told)
    same = alike if share_of(alike, bare, others) >= enough else alike.clear()
    return numbered[_ROW].is_in([*keyed, *same]).rename("repeated")
