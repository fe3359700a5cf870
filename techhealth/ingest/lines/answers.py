"""Requests and their answers in lines of their own → one call each: by an id in both, or because they take turns."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.lines.facts import APART, REQUEST, bare, duration_in, time_in
from techhealth.ingest.lines.failing import failure_in
from techhealth.ingest.lines.parsed import Parsed, kept
from techhealth.ingest.series import share_of

#: A status in a line that names no request.
_STATUS = (
    r"(?i)(?:\bcompleted|\bsent|\bfinished|\bresponded|\breturned|\bresponse|\bstatus|HTTP/[\d.]+|<[-<=]+|[=-]>)\W*"
    r"(?:(?:with|status|code|HTTP/[\d.]+)\W*)*([1-5]\d\d)\b"
)
#: A status behind how long it took to come.
_STATUS_BEHIND = r"\d ?(?:ms|s|µs|us)\b[ )]*[-–:=>]+ ?([1-5]\d\d)\b"
#: How long an answer took to come: in other lines what comes after a while is a pause.
_AFTER = r"(?i)\b(?:request|response|headers|call|failed|completed|finished|succeeded)\b (?:\w+ )?after (\d+(?:\.\d+)? ?(?:ms|s|µs|us))\b"
#: Share of the calls that a second layer must tell as well.
_LAYERED = 0.9
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
    status = pl.coalesce(line.str.extract(_STATUS, 1), line.str.extract(_STATUS_BEHIND, 1))
    rows = frame.select(
        time=pl.coalesce(time_in(bare(line)), "logged_at"), method=line.str.extract(REQUEST, 1), path=line.str.extract(REQUEST, 2),
        status=status, duration=pl.coalesce(duration_in(bare(line)), line.str.extract(_AFTER, 1)), error=failure_in(line), line=line,
    ).with_row_index("row")  # fmt: skip
    asked = pl.col("method").is_not_null()
    lost = pl.col("error").is_not_null() & pl.col("duration").is_not_null()
    rows = rows.with_columns(asked=asked, answers=~asked & (pl.col("status").is_not_null() | lost))
    answered = rows.with_columns(answers=pl.col("answers") & pl.col("status").is_not_null())
    for halves in (rows, answered, _outermost(rows)):
        starts, ends = halves.filter("asked"), halves.filter("answers")
        if starts.height < max(1, _ASKED * rows.height) or ends.height < _ANSWERED * starts.height:
            return None
        pairs = _by_id(starts, ends)
        pairs = _by_turns(starts, ends) if pairs is None else pairs
        if pairs is not None:
            return _paired(rows, starts, ends, pairs)
    return None


def _paired(rows: pl.DataFrame, starts: pl.DataFrame, ends: pl.DataFrame, pairs: pl.DataFrame) -> Parsed:
    """Return the requests with what their answers say; all other requests and answers are parts of them."""
    told = pairs.join(ends.select("status", "duration", "error", answer="row"), on="answer")
    made = rows.select("row", "time", "method", "path").join(told, on="row", how="left", maintain_order="left")
    found = made.select("time", "method", "path", "status", "duration", "error")
    fits = rows["row"].is_in(starts["row"].implode())
    inner = (rows["asked"] & ~fits) | (rows["answers"] & ~rows["row"].is_in(ends["row"].implode()))
    said = "requests and their answers stand in lines of their own; an answer was given to the request with its id, or before it"
    return Parsed(
        frame=kept(found), fits=fits, form="requests and answers", doubt=said, part=rows["row"].is_in(pairs["answer"].implode()) | inner,
    )  # fmt: skip


def _outermost(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the lines without the inner ones of calls that each layer of a program tells once more: the same request follows
    itself, and an answer an answer; all lines, unless nearly every call is told so."""
    halves = rows.filter(pl.col("asked") | pl.col("answers"))
    same = (pl.col(name) == pl.col(name).shift() for name in ("asked", "method", "path"))
    told = halves.with_columns(
        again=pl.all_horizontal(pl.col("asked"), *same).fill_null(False),
        within=(pl.col("answers") & pl.col("answers").shift(-1)).fill_null(False),
    )
    twice = told.filter("again").height, told.filter("within").height
    if min(twice) < _LAYERED * max(*twice, told.filter(pl.col("asked") & ~pl.col("again")).height):
        return rows
    return told.filter(~pl.col("again") & ~pl.col("within"))


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
        ended = (
            ends.sort(pl.col("status").is_null(), maintain_order=True)
            .select(key, answer="row")
            .unique("key", keep="first", maintain_order=True)
        )
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
