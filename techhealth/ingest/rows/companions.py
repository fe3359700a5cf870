"""Records that stand among calls and tell of something else: a scenario of a load test, a gauge, a firewall's match."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.documents.spans import IDS
from techhealth.ingest.fields.vocabulary import words_of
from techhealth.ingest.records import folded
from techhealth.ingest.rejects import OTHER_SPAN
from techhealth.ingest.rows.halves import TARGETS
from techhealth.ingest.series import constant

#: Last words of columns that say what kind of record a row is.
_KINDS = frozenset(("type", "kind", "category", "event"))
#: Kinds a file has at most, and the share of rows that must name target and outcome for a kind to be calls.
_MOST, _CALLS = 12, 0.8


def _of_a_call(rows: pl.DataFrame) -> pl.Series:
    """Return which rows tell neither method nor outcome and share the id of a row that tells both: what was done for that call."""
    untold = rows.select(
        pl.all_horizontal(pl.col(name).is_null() for name in ("method", "status", "flag", "error_class"))
    ).to_series()
    if not untold.any():
        return untold
    full = rows.filter(pl.col("method").is_not_null() & pl.col("status").is_not_null() & (pl.col("kind") == "api"))
    calls = full["event_key"].drop_nulls().unique()
    return untold & rows["event_key"].is_in(calls.implode()).fill_null(False)


def inside(frame: pl.DataFrame) -> pl.Series:
    """Return why records are no calls: they have a parent and name no target, as another record of their trace does; else null."""
    last = {name: folded(name.rsplit(".", 1)[-1]) for name in frame.columns}
    trace, parent = ([name for name, part in last.items() if part in IDS[role]] for role in ("trace", "parent"))
    targets = [name for name, part in last.items() if part in TARGETS]
    if not (trace and parent and targets):
        return constant(None, frame.height, pl.String())
    asked = pl.any_horizontal(pl.col(targets).is_not_null())
    below = pl.any_horizontal(pl.col(parent).is_not_null()) & ~asked & asked.any().over(pl.coalesce(trace))
    return frame.select(pl.when(below).then(pl.lit(OTHER_SPAN))).to_series()


def companions(source: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Return which rows are of a kind that names no call, beside a kind that nearly always names target and outcome.

    Such a kind names neither method, status nor outcome, and not both of target and latency; or it succeeds without method,
    status and target, as what a timer started does; or it is that of rows that name nothing but a latency.
    """
    unsaid = pl.all_horizontal(pl.col(name).is_null() for name in ("method", "status", "flag")) & (
        pl.col("kind") == "api"
    )
    no_target = pl.col("endpoint").is_null()
    told = rows.select(
        full=pl.col("endpoint").is_not_null() & (pl.col("status").is_not_null() | pl.col("flag").is_not_null()),
        bare=unsaid & (no_target | (pl.col("latency_ms").is_null() & pl.col("error_class").is_null())),
        ended=(pl.col("kind") == "api")
        & pl.all_horizontal(pl.col(name).is_null() for name in ("method", "status", "endpoint")),
        fine=pl.col("flag").fill_null(False),
        timed=unsaid & no_target & pl.col("error_class").is_null(),
    )
    none = constant(False, source.height)
    own = _of_a_call(rows)
    if own.any():
        return own
    if not ((told["bare"] | told["ended"]).any() and told["full"].any()):
        return none
    for column in source.columns:
        words = words_of(column)
        if not words or words[-1] not in _KINDS or source[column].null_count():
            continue
        groups = (
            told.with_columns(kind=source[column])
            .group_by("kind")
            .agg(pl.col("full", "bare", "ended").mean(), pl.col("fine").any())
        )
        others = groups.filter((pl.col("bare") == 1) | ((pl.col("ended") == 1) & pl.col("fine")))["kind"]
        if groups.height <= _MOST and len(others) and (groups["full"] >= _CALLS).any():
            return source[column].is_in(others.implode())
    if float(told["full"].sum()) < _CALLS * rows.height:
        return none
    return told["bare"] if not rows.filter(told["full"])["method"].null_count() else told["timed"]
