"""Lines of text → columns: a known form of line, `key=value` pairs, or a request with its status found anywhere in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.facts import REQUEST, duration_in, status_in
from techhealth.ingest.grammars import GRAMMARS, TRAILERS, Grammar

#: Lines looked at to find their form.
_SAMPLE = 400
_LEAST = {"grammar": 0.3, "pairs": 0.3, "request": 0.6}
_MOST_KEYS = 60
#: What values such as a=1&b=2 are called.
QUERY = "query strings"
#: A request must stand in one of the first lines: below a header of names it is a cell of a table.
_HEAD = 5
_FEWEST_PAIRS = 3
#: A number behind a line whose middle value is from here on is hardly one of milliseconds, and from there on surely none.
_SLOWEST_MS, _SURE_US = 5_000, 60_000
#: What log shippers put before a line; the time in it is kept where the line has none.
_PREFIXES = (
    r"^(?P<logged_at>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) std(?:out|err) [FP] ",
    r"^[\w.-]+ +\| ",
    r"^<\d{1,3}>1 (?P<logged_at>\S+) \S+ \S+ \S+ \S+ (?:-|\[[^\]]*\]) ",
    r"^(?:<\d{1,3}>)?(?P<logged_at>[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d) \S+ [\w./-]+(?:\[\d+\])?: ",
)
_TIME = (
    r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?",
    r"\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?",
    r"\d{4}/\d\d/\d\d - \d\d:\d\d:\d\d",
    r"\d{1,2}/\d{1,2}/\d{4},? \d{1,2}:\d\d:\d\d(?:\.\d+)?(?: [AP]M)?",
    r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d \d{4}",
    r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT",
)
_BARE_SECONDS = r"(?i)\btime: (\d+\.\d+)\b"
_PAIR = re.compile(r"(?:^|[\s,;])([A-Za-z_@][\w.@/-]{0,60})=(?:\"(?:[^\"\\]|\\.)*\"|[^\s\"]*)")
_QUERY = r"^[\w%.+~-]+(?:=[^&\s]*)?(?:&[\w%.+~-]+(?:=[^&\s]*)?){2,}$"
#: Keys at least one of which tells that pairs speak of calls or events.
_TELLING = frozenset({"method", "path", "status", "code", "url", "uri", "msg", "duration", "latency", "level", "endpoint", "event", "service", "http_status", "status_code", "type", "error", "result", "outcome"})  # fmt: skip


#: Keys of calls: where some lines have one, lines without any tell of something else.
_OF_CALLS = frozenset({"method", "path", "status", "url", "uri", "endpoint", "route", "http_method", "http_path", "http_status", "http_url", "status_code"})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """Columns found in lines, a row each (null where a line has another form), and what the form is called.

    `notes` are worth knowing; `doubt` is an assumption that would change figures if it were wrong, empty if there is none.
    """

    frame: pl.DataFrame
    fits: pl.Series
    form: str
    notes: tuple[str, ...] = ()
    doubt: str = ""


def parsed(lines: pl.Series, *, whole: bool) -> Parsed | None:
    """Return the columns of lines of text, None where they have no form that is known.

    Args:
        lines: text, a line each.
        whole: whether they are all there is: then a request found anywhere needs a time in most lines.
    """
    frame = _unwrapped(lines)
    sample = _sampled(frame["line"])
    if sample.is_empty():
        return None
    shares = [(float(sample.str.contains(grammar.pattern).mean() or 0), grammar) for grammar in GRAMMARS]  # type: ignore[arg-type]
    best = max(shares, key=lambda pair: pair[0])
    if best[0] >= _LEAST["grammar"]:
        return _by_grammar(frame, best[1])
    return (
        _by_pairs(frame, sample, whole=whole)
        or (None if whole else _by_query(frame, sample))
        or _by_request(frame, sample, whole=whole)
    )


def _sampled(lines: pl.Series) -> pl.Series:
    filled = lines.drop_nulls().filter(lines.drop_nulls() != "")
    return filled.gather_every(max(1, len(filled) // _SAMPLE)).head(_SAMPLE)


def _unwrapped(lines: pl.Series) -> pl.DataFrame:
    """Return `line` without a shipper's prefix, and the time that stood in it as `logged_at`."""
    frame = pl.DataFrame({"line": lines}).with_columns(logged_at=pl.lit(None, pl.String))
    for pattern in _PREFIXES:
        if not _sampled(frame["line"]).str.contains(pattern).any():
            continue
        if "logged_at" in pattern:
            frame = frame.with_columns(
                logged_at=pl.coalesce("logged_at", pl.col("line").str.extract_groups(pattern).struct.field("logged_at"))
            )
        frame = frame.with_columns(pl.col("line").str.replace(pattern, ""))
    return frame


def _by_grammar(frame: pl.DataFrame, grammar: Grammar) -> Parsed:
    groups: pl.DataFrame = frame["line"].str.extract_groups(grammar.pattern).struct.unnest()
    fits = frame["line"].str.contains(grammar.pattern).fill_null(False)
    notes: tuple[str, ...] = ()
    doubt = ""
    if "rest" in groups.columns:
        groups, notes, doubt = _with_unit(groups.with_columns(TRAILERS).drop("rest"))
    kept = _kept(groups.with_columns(grammar.derived))
    return Parsed(frame=kept, fits=fits, form=grammar.name, notes=notes, doubt=doubt)


def _with_unit(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...], str]:
    """Return the frame with the whole number behind its lines named by what the values tell of it, a note, and a doubt."""
    values = frame["duration"].cast(pl.Float64, strict=False).drop_nulls()
    middle = float(values.median() or 0)  # type: ignore[arg-type]
    if len(values) and 2 * int((values == 0).sum()) > len(values):
        said = "the number behind each line is mostly 0 and not used; if it is the latency use --map latency=last_number:s (or :ms)"
        return frame.rename({"duration": "last_number"}), (said,), ""
    if not _SLOWEST_MS <= middle < _SURE_US:
        return frame, (), ""
    said = (
        f"the number behind each line is read as microseconds, because in milliseconds the middle call would take {middle / 1000:,.0f} s; "
        "if it is that slow use --map latency=duration_us:ms"
    )
    return frame.rename({"duration": "duration_us"}), (), said


def _by_pairs(frame: pl.DataFrame, sample: pl.Series, *, whole: bool) -> Parsed | None:
    """Return the values of `key=value` pairs, quoted where they hold blanks (logfmt), by key."""
    keys: dict[str, int] = {}
    rich = 0
    for line in sample.to_list():
        pairs = _PAIR.findall(line)
        rich += len(pairs) >= _FEWEST_PAIRS
        for key in dict.fromkeys(pairs):
            keys[key] = keys.get(key, 0) + 1
    if rich < _LEAST["pairs"] * len(sample) or not _TELLING & {key.lower().rsplit(".", 1)[-1] for key in keys}:
        return None
    line = pl.col("line")
    named = sorted(keys, key=lambda one: -keys[one])[:_MOST_KEYS]
    values = [
        pl.coalesce(
            line.str.extract(rf'(?:^|[\s,;]){re.escape(key)}="((?:[^"\\]|\\.)*)"', 1),
            line.str.extract(rf'(?:^|[\s,;]){re.escape(key)}=([^\s",;]+)', 1),
        ).alias(key)
        for key in keys
        if key in named
    ]
    before = line.str.extract(r"^(.*?)(?:^|[\s,;])[A-Za-z_@][\w.@/-]*=", 1)
    stamped = pl.coalesce("logged_at", *(before.str.extract(f"({form})", 1) for form in _TIME))
    found = frame.select(*values, logged_at=stamped) if whole else frame.select(values)
    filled = pl.sum_horizontal(pl.col(key).is_not_null() for key in named) >= _FEWEST_PAIRS
    of_calls = [key for key in named if key.lower().rsplit(".", 1)[-1] in _OF_CALLS]
    if of_calls:
        filled &= pl.any_horizontal(pl.col(of_calls).is_not_null())
    return Parsed(frame=_kept(found), fits=found.select(filled.alias("fits"))["fits"], form="key=value pairs")


def _by_query(frame: pl.DataFrame, sample: pl.Series) -> Parsed | None:
    """Return the parts of values that are query strings (a=1&b=2), by key."""
    alike = sample.filter(sample.str.contains(_QUERY))
    if len(alike) < _LEAST["request"] * len(sample):
        return None
    parts = dict.fromkeys(key for text in alike.to_list() for key in re.findall(r"(?:^|&)([\w.-]+)=", text))
    line = pl.col("line")
    found = frame.select(
        line.str.extract(rf"(?:^|&){re.escape(key)}=([^&]*)", 1).str.replace_all("+", " ", literal=True).alias(key)
        for key in list(parts)[:_MOST_KEYS]
    )
    return Parsed(frame=_kept(found), fits=frame["line"].str.contains(_QUERY).fill_null(False), form=QUERY)


def _by_request(frame: pl.DataFrame, sample: pl.Series, *, whole: bool) -> Parsed | None:
    """Return method, path, status, time and duration wherever they stand in a line."""
    line = pl.col("line")
    status = status_in(line, sample)
    if status is None:
        return None
    asked = sample.str.contains(REQUEST) & sample.to_frame("line").select(status.is_not_null()).to_series()
    timed = _any(sample, _TIME) if whole else pl.Series([True]).new_from_index(0, len(sample))
    least = _LEAST["request"] if whole else 0.0
    share = float((asked & timed).mean() or 0)  # type: ignore[arg-type]
    if share < least or int(asked.sum()) < (1 if whole else 2) or (whole and not asked.head(_HEAD).any()):
        return None
    found = frame.select(
        time=pl.coalesce("logged_at", *(line.str.extract(f"({form})", 1).str.replace(" - ", " ") for form in _TIME)),
        method=line.str.extract(REQUEST, 1),
        path=line.str.extract(REQUEST, 2),
        status=status,
        duration=duration_in(line),
        time_s=line.str.extract(_BARE_SECONDS, 1),
    )
    if not whole:
        found = found.drop("time").rename({"time_s": "time"})
    request = pl.col("method").is_not_null() & pl.col("status").is_not_null()
    fits = found.select(request.alias("fits"))["fits"]
    blank = pl.when(pl.lit(fits)).then(pl.all())
    said = "the lines have no form that is known; request, status, time and duration were looked for in each"
    return Parsed(
        frame=_kept(found.select(blank)), fits=fits, form="lines that hold a request and its status", doubt=said
    )


def _any(lines: pl.Series, forms: Sequence[str]) -> pl.Series:
    found = lines.str.contains(forms[0])
    for form in forms[1:]:
        found = found | lines.str.contains(form)
    return found


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that hold anything."""
    return frame.select(name for name in frame.columns if frame[name].null_count() < frame.height)
