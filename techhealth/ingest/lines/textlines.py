"""Lines of text → columns: a known form of line, named values, or a request with its status found anywhere in it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from techhealth.ingest.lines import places
from techhealth.ingest.lines.answers import by_answers, by_ids
from techhealth.ingest.lines.attempts import by_attempts
from techhealth.ingest.lines.facts import PAIRED, REQUESTS, Request, bare, duration_in, status_named, time_in
from techhealth.ingest.lines.failing import by_errors, with_unanswered
from techhealth.ingest.lines.grammars import GRAMMARS, Grammar
from techhealth.ingest.lines.keyed import LOGFMT, OTHER_STYLES, by_pairs, by_query, says_end
from techhealth.ingest.lines.labelled import by_header
from techhealth.ingest.lines.parsed import COLOUR, Parsed, kept, sampled
from techhealth.ingest.lines.timings import Timed, counted, longer, timed
from techhealth.ingest.series import share_of

#: Shares of the lines that a grammar must fit, and that must hold a request with its status, and a time of those.
_GRAMMAR, _REQUEST, _TIMED = 0.3, 0.2, 0.6
#: Lines with a request alone, for each with its status as well, from which on they are the beginnings of the same calls.
_HALVES = 0.5
#: Other lines with a request alone, for each with its status as well, from which on its place is not understood.
_LOST = 0.5
#: A request must stand in one of the first lines: below a header of names it is a cell of a table.
_HEAD = 20
_HOST = r" [\w.-]*[a-z\d][\w.-]* [\w./-]+(?:\[\d+\])?: "
#: What log shippers put before a line; the time in it, if it names its year, is kept where the line has none.
_PREFIXES = (
    r"^(?P<logged_at>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) std(?:out|err) [FP] ",
    r"^[\w.-]*[a-z\d][\w.-]* +\| ",
    r"^\[(?:pod|container)/\S+\] ",
    r"^(?P<logged_at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) ",
    r"^(?P<logged_at>\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?) +[A-Z]+ \d+ --- (?:\[[^\]]*\] ?)+ ?[\w.$/\[\]]+ +: ",
    r"^<\d{1,3}>1 (?P<logged_at>\S+) \S+ \S+ \S+ \S+ (?:-|\[[^\]]*\]) ",
    rf"^(?:<\d{{1,3}}>)?(?P<logged_at>\d{{4}}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)){_HOST}",
    rf"^(?:<\d{{1,3}}>)?[A-Z][a-z]{{2}} +\d{{1,2}} \d\d:\d\d:\d\d{_HOST}",
)
_FORM = "lines that hold a request and its status"
_QUOTED = r'"[^"]*\s[^"]*"'
_SECONDS = r"(?i)\btime: (\d+\.\d+)\b"


def parsed(lines: pl.Series, *, whole: bool) -> Parsed | None:
    """Return the columns of lines of text, None where they have no form that is known.

    Args:
        lines: text, a line each.
        whole: whether they are all there is: then lines that hold a request should hold a time as well.
    """
    frame = unwrapped(lines)
    sample = sampled(frame["line"])
    if sample.is_empty():
        return None
    shares = [(share_of(sample.str.contains(grammar.pattern)), grammar) for grammar in GRAMMARS]
    best = max(shares, key=lambda pair: pair[0])
    known = _by_grammar(frame, best[1]) if best[0] >= _GRAMMAR else None
    if known:
        return known
    found = by_header(frame, sample, whole=whole)
    if found:
        return found
    found = by_pairs(frame, sample, LOGFMT, whole=whole)
    if found and not says_end(found.frame):
        found = _with_end(frame, found, whole=whole)
    found = found or (None if whole else by_query(frame, sample))
    found = found or _by_request(frame, sample, whole=whole)
    if not whole:
        return found
    if found and found.dated:
        return with_unanswered(found, frame["line"]) if found.form == _FORM else found
    pairs = (by_pairs(frame, sample, style, whole=True) for style in OTHER_STYLES)
    return (
        by_answers(frame)
        or by_ids(frame)
        or next(filter(None, pairs), found or by_errors(frame["line"]) or by_attempts(frame))
    )


def _with_end(frame: pl.DataFrame, found: Parsed, *, whole: bool) -> Parsed:
    """Return pairs that name what was asked for, with what stands beside them of how it ended."""
    plain = frame.with_columns(pl.col("line").str.replace(PAIRED, "${1} ${2}"))
    asked = _by_request(plain, sampled(plain["line"]), whole=whole)
    if asked is None:
        return found
    more = [column for column in asked.frame.get_columns() if column.name not in found.frame.columns]
    return replace(asked, frame=found.frame.with_columns(more), form=found.form)


def unwrapped(lines: pl.Series) -> pl.DataFrame:
    """Return `line` without colours and a shipper's prefix, and the time that stood in it as `logged_at`."""
    if lines.str.contains("\x1b[", literal=True).any():
        lines = lines.str.replace_all(COLOUR, "")
    frame = pl.DataFrame({"line": lines.str.strip_chars_end()}).with_columns(logged_at=pl.lit(None, pl.String))
    for pattern in _PREFIXES:
        if not sampled(frame["line"]).str.contains(pattern).any():
            continue
        if "logged_at" in pattern:
            frame = frame.with_columns(
                logged_at=pl.coalesce("logged_at", pl.col("line").str.extract_groups(pattern).struct.field("logged_at"))
            )
        frame = frame.with_columns(pl.col("line").str.replace(pattern, ""))
    return frame


def _by_grammar(frame: pl.DataFrame, grammar: Grammar) -> Parsed | None:
    """Return the columns of lines of a known form, None where none of them names the status that its calls have."""
    groups: pl.DataFrame = frame["line"].str.extract_groups(grammar.pattern).struct.unnest()
    statuses = [name for name in groups.columns if name.endswith(("status", "status_code"))]
    if statuses and not groups.select(pl.any_horizontal(pl.col(statuses).str.contains(r"\w").any())).item():
        return None
    fits = frame["line"].str.contains(grammar.pattern).fill_null(False)
    found = Timed()
    if "rest" in groups.columns:
        found = _behind(groups)
        groups = groups.with_columns(*found.columns)
    made = kept(groups.with_columns(grammar.derived).drop("rest", strict=False).rename(grammar.spelled))
    part = frame["line"].str.contains(grammar.beside).fill_null(False) & ~fits if grammar.beside else None
    return Parsed(frame=made, fits=fits, form=grammar.name, notes=found.notes, doubt=found.doubt, part=part)


def _behind(groups: pl.DataFrame) -> Timed:
    """Return what the words behind a web server's line tell of how long the call took."""
    if not (groups["rest"] != "").any():
        return Timed()
    rest = pl.col("rest")
    lines = groups.select(places.plain(pl.lit(places.MARK + " ") + rest)).to_series()
    words = places.words_of(sampled(lines))
    found = timed(lines, words, groups.select(duration_in(bare(rest))).to_series(), seconds=True)
    if found.columns:
        return longer(lines, words, found)
    return found if found.notes else counted(lines, words, groups["response_bytes"])


def _by_request(frame: pl.DataFrame, sample: pl.Series, *, whole: bool) -> Parsed | None:
    """Return method, path, status, time and duration wherever they stand in a line."""
    least = max(_REQUEST * len(sample), 1) if whole else 2
    for request in REQUESTS if whole else REQUESTS[:3]:  # in a cell an address alone is none
        asks = sample.str.contains(request.pattern)
        if int(asks.sum()) >= least and (asks.head(_HEAD).any() or not whole):
            found = _with_request(frame, sample, request, whole=whole)
            if found and int(found.fits.sum()) >= (_REQUEST * frame.height if whole else least):
                return found
    return None


def _with_request(frame: pl.DataFrame, sample: pl.Series, request: Request, *, whole: bool) -> Parsed | None:
    line, told = pl.col("line"), pl.col("told")
    frame = frame.with_columns(
        plain=places.plain(places.marked(line, request)),
        told=bare(line.str.replace(request.pattern, f" {request.between} ")),
    )
    words = places.words_of(sampled(frame["plain"].filter(frame["plain"].str.contains(places.MARK).fill_null(False))))
    status = _status(sampled(frame["told"]), words)
    if not status:
        return None
    found = frame.select(
        "logged_at", time=time_in(told), method=line.str.extract(request.pattern, 1), path=line.str.extract(request.pattern, request.target),
        status=pl.coalesce(status), duration=duration_in(told), seconds=told.str.extract(_SECONDS, 1),
    )  # fmt: skip
    asks = found["path"].is_not_null() | frame["line"].str.contains(places.GARBLED).fill_null(False)
    fits = asks & found["status"].is_not_null()
    return _asked(frame, found, fits, words, whole=whole)


def _status(sample: pl.Series, words: places.Words) -> list[pl.Expr]:
    """Return the statuses of lines: by the words before them, else by their place, last by words that are quoted."""
    told = pl.col("told")
    unquoted = told.str.replace_all(_QUOTED, " ")
    named = status_named(unquoted, sample.str.replace_all(_QUOTED, " "))
    place = None if named else places.status_place(words)
    if place is not None:
        return [places.code_at(place, pl.col("plain"))]
    return named or status_named(told, sample)


def _asked(
    frame: pl.DataFrame, found: pl.DataFrame, fits: pl.Series, words: places.Words, *, whole: bool
) -> Parsed | None:
    """Return the columns of lines that hold a request with its status; None if many others lack a status."""
    times = timed(frame["plain"], words, found["duration"])
    stamps = found.select(pl.coalesce("time", "logged_at")).to_series() if whole else found["seconds"]
    dated = not whole or share_of(stamps.filter(fits).is_not_null()) >= _TIMED
    made = found.select("method", "path", "status").with_columns(stamps.alias("time"), *times.columns)
    if whole:
        made = made.with_columns(found["seconds"].alias("time_s"))
    asked = pl.struct("method", "path")
    again = ~fits & made.select(asked.is_in(made.filter(fits).select(asked).to_series().implode())).to_series()
    halves = int(again.sum()) >= _HALVES * int(fits.sum())
    lost = ~fits & found["path"].is_not_null() & ~(again & halves)
    if int(lost.sum()) > _LOST * int(fits.sum()):
        return None
    said = "the lines have no form that is known; request, status, time and duration were looked for in each"
    return Parsed(
        frame=kept(made.select(pl.when(pl.lit(fits)).then(pl.all()))), fits=fits, form=_FORM,
        notes=times.notes, doubt=said, part=again if halves else None, dated=dated,
    )  # fmt: skip
