"""A request and its response in records of their own → one record: when it began, and how it ended."""

from __future__ import annotations

import re

import polars as pl

from techhealth.figures import count
from techhealth.ingest.fields.fields import BY_NAME
from techhealth.ingest.fields.fits import is_status
from techhealth.ingest.fields.naming import named_best
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import folded
from techhealth.ingest.rejects import ANSWER, COMPANION
from techhealth.ingest.series import constant, sample_of, share_of
from techhealth.ingest.values.times import instants

#: Columns that say which half of a call a record is.
_PHASES = frozenset(
    ("phase", "stage", "step", "direction", "type", "event", "eventtype", "eventname", "kind", "action", "recordtype", "recordkind", "logtype",
     "entrytype", "message", "msg", "name", "state", "eventkind")
)  # fmt: skip
_CALL = r"(?:http|api|rest|rpc|client|server|webhook)?(?:call|request|req)"
_BEGIN = re.compile(rf"^(?:{_CALL}|(?:{_CALL})?(?:start|started|begin|began|begun|initiated)|{_CALL}(?:sent|received|in|out)|(?:sending|incoming|outgoing){_CALL}|inbound)$")  # fmt: skip
_END = re.compile(
    r"^(?:(?:http|api|rest|rpc|client|server)?(?:response|resp|res|reply|answer)(?:sent|received|in|out|complete|completed)?|outbound"
    rf"|(?:{_CALL})?(?:end|ended|finish|finished|complete|completed|done|errored|stop|stopped|failed|succeeded|timedout))$"
)
#: A stage between both, which tells nothing of its own.
_MIDDLE = "responsestarted"
_KEYS = ("spanid", *BY_NAME["event_key"].names)
#: Share of the answers that must belong to a request for both to be halves of calls.
_MATCHED = 0.5
#: Share of the halves that must follow each other as request and answer for a column to be their id, and its fewest values.
_ALTERNATE, _FEWEST = 0.95, 3
#: Last parts of names under which a request names its target, and an answer its status.
TARGETS = frozenset(
    ("url", "uri", "path", "requesturl", "requesturi", "requestpath", "method", "httpmethod", "requestmethod")
)
_STATUSES = frozenset(("status", "statuscode", "httpstatus", "responsestatus", "responsecode", "code"))
#: The time of the answer, as a column that is read as the end of the call.
END = "response_timestamp"


def joined(frame: pl.DataFrame, reading: Reading) -> tuple[pl.DataFrame, pl.Series] | None:
    """Return the records with each answer written into its request, and why those answers are no calls of their own.

    An answer belongs to the last request before it with the same id, so that each try of a call has its own. None for
    records that are no halves. Records of neither half that name no target and no status stand beside the calls.
    """
    column = _phase(frame)
    told = _contents(frame)
    halves = told if column is None else _halves(frame[column])
    if halves is None:
        return None
    marked = frame.with_columns(_half=halves, _row=pl.int_range(pl.len()), _at=_instants(frame))
    known = column is not None and next((name for name in _candidates(frame) if _joins(marked, name)), None)
    key = known or _alternating(marked)
    if key is None:
        return None
    pairs = _pairs(marked, key)
    _say(marked, pairs, key, column or "what a record names", reading)
    middle = frame[column].str.to_lowercase() == _MIDDLE if column else halves == _MIDDLE
    answers = marked["_row"].is_in(pairs["answer"].implode()) | middle.fill_null(False)
    beside = halves.is_null() if told is None else halves.is_null() & told.is_null()
    aside = pl.select(pl.when(answers).then(pl.lit(ANSWER)).when(beside & (told is not None)).then(pl.lit(COMPANION)))
    return _filled(frame, pairs, column), aside.to_series().alias("aside")


def _phase(frame: pl.DataFrame) -> str | None:
    """Return the column whose values tell beginnings from ends."""
    for name in frame.columns:
        if folded(name.rsplit(".", 1)[-1]) in _PHASES:
            told = set(_halves(sample_of(frame[name])).drop_nulls())
            if told == {"begin", "end"}:
                return name
    return None


def _contents(frame: pl.DataFrame) -> pl.Series | None:
    """Return begin for records that name a target and no status, end for the others way round; None if one names both."""
    last = {name: folded(name.rsplit(".", 1)[-1]) for name in frame.columns}
    asked = [name for name, part in last.items() if part in TARGETS]
    answered = [name for name, part in last.items() if part in _STATUSES and is_status(sample_of(frame[name]))]
    if not asked or not answered:
        return None
    has = frame.select(
        a=pl.any_horizontal(pl.col(asked).is_not_null()), b=pl.any_horizontal(pl.col(answered).is_not_null())
    )
    if (has["a"] & has["b"]).any() or not has["a"].any() or not has["b"].any():
        return None
    return has.select(pl.when("a").then(pl.lit("begin")).when("b").then(pl.lit("end"))).to_series()


def _halves(texts: pl.Series) -> pl.Series:
    """Return begin, end, or null for each text."""
    words = {text: folded(text) for text in texts.drop_nulls().unique().to_list() if len(text) < 60}
    half = {
        text: "begin" if _BEGIN.match(word) else "end" if _END.match(word) else None for text, word in words.items()
    }
    return texts.replace_strict(half, default=None, return_dtype=pl.String)


def _instants(frame: pl.DataFrame) -> pl.Series:
    """Return the instants by which the records are ordered; null where no time is known."""
    choice = named_best(frame, BY_NAME["timestamp"])
    if choice is None:
        return constant(None, frame.height, pl.Datetime("us", "UTC"))
    return instants(frame[choice.column], timezone="UTC").at


def _candidates(frame: pl.DataFrame) -> list[str]:
    """Return the columns that may hold the id of a call, best first."""
    rank = {name: n for n, name in enumerate(_KEYS)}
    found = [(rank[last], name) for name in frame.columns if (last := folded(name.rsplit(".", 1)[-1])) in rank]
    return [name for _, name in sorted(found)]


def _alternating(marked: pl.DataFrame) -> str | None:
    """Return the column, whatever its name, each value of which stands in a request and then in its answer, again and again;
    of several the one with the most values."""
    halves = marked.filter(pl.col("_half").is_not_null()).sort("_at", "_row", nulls_last=True)
    found = []
    for name in marked.columns:
        if name.startswith("_") or halves[name].null_count() or halves[name].n_unique() < _FEWEST:
            continue
        nth = halves.select(begin=pl.col("_half") == "begin", nth=pl.int_range(pl.len()).over(name))
        if share_of(nth["begin"] == (nth["nth"] % 2 == 0)) >= _ALTERNATE:
            found.append((halves[name].n_unique(), name))
    return max(found)[1] if found else None


def _joins(marked: pl.DataFrame, key: str) -> bool:
    """Return whether the answers name the requests they belong to."""
    begun = marked.filter(_half="begin")[key].drop_nulls()
    ended = marked.filter(_half="end")[key]
    return share_of(ended.is_in(begun.unique().implode()).fill_null(False)) >= _MATCHED


def _pairs(marked: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return (request, answer): row numbers of halves that belong together."""
    halves = marked.filter(pl.col("_half").is_not_null() & pl.col(key).is_not_null())
    begins = (pl.col("_half") == "begin").cast(pl.Int64)
    ordered = halves.sort("_at", 1 - begins, "_row", nulls_last=True)
    numbered = ordered.with_columns(nth=begins.cum_sum().over(key))
    requests = numbered.filter(_half="begin").select(key, "nth", request="_row")
    answers = numbered.filter(_half="end").unique([key, "nth"], keep="first", maintain_order=True)
    return requests.join(answers.select(key, "nth", answer="_row"), on=[key, "nth"], how="inner").select("request", "answer")  # fmt: skip


def _filled(frame: pl.DataFrame, pairs: pl.DataFrame, phase: str | None) -> pl.DataFrame:
    """Return the records with what the answer says over what the request says, but for when it began."""
    time = named_best(frame, BY_NAME["timestamp"])
    own = {time.column} if time else set()
    place = constant(None, frame.height, pl.UInt32()).scatter(pairs["request"], pairs["answer"])
    answers = frame[place]
    made = {
        name: frame[name] if name in own else pl.select(pl.coalesce(answers[name], frame[name])).to_series()
        for name in frame.columns
        if name != phase
    }
    if time and END not in made and not (answers[time.column] == frame[time.column]).all():
        made[END] = answers[time.column]
    return pl.DataFrame(made)


def _say(marked: pl.DataFrame, pairs: pl.DataFrame, key: str, phase: str, reading: Reading) -> None:
    requests, answers = (marked.filter(_half=half).height for half in ("begin", "end"))
    reading.assumptions.append(f"{phase} tells requests from answers; those with the same {key} are one call")
    if requests > pairs.height:
        reading.notes.append(f"{count(requests - pairs.height, 'request')} without an answer in the file; how they ended is not known")  # fmt: skip
    if answers > pairs.height:
        reading.notes.append(f"{count(answers - pairs.height, 'answer')} without a request in the file; each counts as a call at its own time")  # fmt: skip
