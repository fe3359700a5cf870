"""Requests and their answers in lines of their own → one call each: by an id in both, or because they take turns."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.lines.facts import APART, REQUEST, bare, duration_in, time_in
from techhealth.ingest.lines.parsed import Parsed, kept
from techhealth.ingest.values.scalars import share_of

#: A status in a line that names no request.
_STATUS = (
    r"(?i)(?:\bcompleted|\bsent|\bfinished|\bresponded|\breturned|\bresponse|\bstatus|HTTP/[\d.]+|<[-<=]+|[=-]>)\W*"
    r"(?:(?:with|status|code|HTTP/[\d.]+)\W*)*([1-5]\d\d)\b"
)
#: Ids of a request, as they stand in lines.
_IDS = (
    r"\b([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F-]{8,})\b",
    r"(?i)\b(?:request|req|correlation|trace|conn(?:ection)?)_?-?id[=: ]+\"?([\w-]{4,})",
    r"\b([0-9a-f]{16,32})\b",
    r"\[([\w-]{8,})\]",
)
#: Shares of the lines that must be requests; of the requests that must be answered; of the answers that must have the
#: id of a request, or follow one.
_ASKED, _ANSWERED, _PAIRED = 0.1, 0.5, 0.98
#: An id in brackets before anything but a time and a level; lines that have it, on average; and a request whose target stands
#: somewhere behind its method.
_AHEAD, _LINES = r"^(?:[\d:.,TZ/+ -]+)?(?:[A-Z]+ +)?[(\[]([\w-]{8,})[)\]]", 3
_ASKS = APART.pattern


def by_answers(frame: pl.DataFrame) -> Parsed | None:
    """Return a call for each line that holds a request, with status and duration of its answer; None without such pairs."""
    line = pl.col("line")
    rows = frame.select(
        time=pl.coalesce(time_in(bare(line)), "logged_at"), method=line.str.extract(REQUEST, 1), path=line.str.extract(REQUEST, 2),
        status=line.str.extract(_STATUS, 1), duration=duration_in(bare(line)), line=line,
    ).with_row_index("row")  # fmt: skip
    asked = rows["method"].is_not_null()
    ends = rows.filter(~asked & rows["status"].is_not_null())
    starts = rows.filter(asked)
    if starts.height < max(1, _ASKED * rows.height) or ends.height < _ANSWERED * starts.height:
        return None
    pairs = _by_id(starts, ends)
    if pairs is None:
        pairs = _by_turns(starts, ends)
    if pairs is None:
        return None
    told = pairs.join(ends.select("status", "duration", answer="row"), on="answer")
    made = rows.select("row", "time", "method", "path").join(told, on="row", how="left", maintain_order="left")
    found = made.select("time", "method", "path", "status", "duration")
    said = "requests and their answers stand in lines of their own; an answer was given to the request with its id, or before it"
    return Parsed(
        frame=kept(found), fits=asked, form="requests and answers", doubt=said, part=rows["row"].is_in(pairs["answer"].implode()),
    )  # fmt: skip


def by_ids(frame: pl.DataFrame) -> Parsed | None:
    """Return a call for each id that several lines begin with: its first request and the last status that they name.

    None unless nearly all lines begin with one. What a server behind answered stands before the answer of the call.
    """
    line = pl.col("line")
    rows = frame.select(
        "line", key=line.str.extract(_AHEAD, 1), time=pl.coalesce(time_in(bare(line)), "logged_at"), method=line.str.extract(_ASKS, 1), path=line.str.extract(_ASKS, 3),
        status=line.str.extract(_STATUS, 1),
    ).with_row_index("row")  # fmt: skip
    if share_of(rows["key"].is_not_null()) < _PAIRED or rows.height < _LINES * rows["key"].n_unique():
        return None
    asked, answered = pl.col("path").is_not_null(), pl.col("status").is_not_null()
    calls = rows.group_by("key", maintain_order=True).agg(
        *(pl.col(name).filter(asked).first() for name in ("row", "method", "path")), pl.col("status").filter(answered).last(), pl.col("time").first()
    )  # fmt: skip
    whole = calls.drop_nulls(["row", "status"])
    if whole.height < max(2, _ANSWERED * calls.height):
        return None
    told = whole.select("row", "time", "method", "path", "status")
    found = rows.select("row").join(told, on="row", how="left", maintain_order="left").drop("row")
    return Parsed(
        frame=kept(found), fits=found["status"].is_not_null(), form="several lines with one id", part=rows["key"].is_in(whole["key"].implode()).fill_null(False),
        doubt="the lines with one id are one call, and the last status they name is its answer",
    )  # fmt: skip


def _by_id(starts: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame | None:
    """Return (row, answer) of lines with the same id, which nearly each request has for itself; None without such ids."""
    for form in _IDS:
        key = pl.col("line").str.extract(form, 1).alias("key")
        begun = starts.select("row", key).drop_nulls()
        ended = ends.select(key, answer="row").unique("key", keep="first", maintain_order=True)
        pairs = begun.join(ended, on="key")
        if begun["key"].n_unique() >= _PAIRED * starts.height and pairs.height >= _PAIRED * ends.height:
            return pairs.select("row", "answer")
    return None


def _by_turns(starts: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame | None:
    """Return (row, answer) of lines that take turns, each request before its answer; None if they do not."""
    lines = pl.concat([starts.select("row", answers=False), ends.select("row", answers=True)]).sort("row")
    turns = lines.with_columns(before=pl.col("row").shift(), asked=~pl.col("answers").shift().fill_null(True))
    pairs = turns.filter("answers", "asked")
    return pairs.select(row="before", answer="row") if pairs.height >= _PAIRED * ends.height else None
