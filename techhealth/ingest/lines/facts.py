"""Facts of a call that stand anywhere in a line of unknown form: its time, its request, its status, how long it took."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import polars as pl

from techhealth.ingest.records import word_set

_VERB = r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|PROPFIND|PROPPATCH|MKCOL|MKCALENDAR|REPORT|UNLOCK)"
_URL = r"(?:https?://|/)[^\s\"',\]|]*"
#: Method and target in pairs that stand next to each other.
PAIRED = rf"\b\w*(?:method|verb)=[\"']?({_VERB})[\"']?[\s,;|-]+\w*(?:path|ur[li]|endpoint|route)=[\"']?({_URL})[\"']?,?"
REQUEST = rf"\b({_VERB})[ \"':|\t>-]+({_URL})"
#: Addresses and parameters: what stands in them says nothing of the call that they stand beside.
_ADDRESS = r"(?:^|[\s\"'(\[=|])(?:(?:https?://|/)[^\s\"'<>]+|[\w.-]+=[^\s\"'&]*&[^\s\"'<>]+)"


@dataclass(frozen=True, slots=True)
class Request:
    """A way to write a request: its pattern, the groups of method and target, and what of it is no part of either."""

    pattern: str
    target: int = 2
    between: str = ""


#: The target somewhere behind its method.
APART = Request(rf"\b({_VERB})\b([^a-z].*?)[\s\"]({_URL})", 3, "$2")
#: The target alone in quotes, before its protocol; method and target together; apart; an address alone.
REQUESTS = (
    Request(rf"\b({_VERB})\b([^\"]*)\"({_URL})\" HTTP/[\d.]+", 3, "$2"),
    Request(REQUEST),
    APART,
    Request(r"()\b(https?://[^\s\"',\]|]+)"),
)
_CLOCK = r"\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?: [AP]M)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"
_MONTH = r"[A-Z][a-z]{2}"
#: Dates with a time of day.
TIMES = (
    rf"\d{{4}}[-/.]\d\d[-/.]\d\d(?:[T ]| - ){_CLOCK}",
    rf"\d{{1,2}}[-/ ]{_MONTH}[-/ ]\d{{4}}[: ,]{_CLOCK}",
    rf"\d{{1,2}}[/.]\d{{1,2}}[/.](?:\d{{4}}|\d\d),? {_CLOCK}",
    rf"{_MONTH} {_MONTH} +\d{{1,2}} {_CLOCK} \d{{4}}",
    rf"{_MONTH} \d{{1,2}},? \d{{4}},? {_CLOCK}",
    rf"\b\d\d(?:0\d|1[0-2])[0-3]\d {_CLOCK}",
    rf"\b20\d\d[01]\d[0-3]\d(?:[T ]?[0-2]\d[0-5]\d[0-5]\dZ?| {_CLOCK})",
    r"^\[?1\d{9}(?:\d{3}|\d{6}|\d{9})?\b",
    r"\b1\d{9}\.\d+\b",
)
#: A day of six digits, before its time of day.
_SHORT_DAY = r"^(\d\d)(\d\d)(\d\d) "
_PHRASES = "|".join(sorted({re.escape(status.phrase) for status in HTTPStatus}))
_PHRASED = rf"\b([1-5]\d\d) (?:{_PHRASES})\b"
#: What follows a number that stands for itself: it is no part of an address.
_END = r"(?:[^\w.]|\.?(?:\s|$))"
#: Words around a number that leave no doubt that it is a status.
_STATUS = (
    _PHRASED,
    rf"\b(?:{_PHRASES}) \(?([1-5]\d\d)\b",
    rf"HTTP/[\d.]+[\"']?[\s,:|-]+(?:status[=: ]*)?([1-5]\d\d){_END}",
    rf"(?i)\b(?:http|response|resp|sc)?[_-]?status(?:[ _]?code)?[\"']?\s*[=:]?\s*[\"']?([1-5]\d\d){_END}",
    rf"(?i)\b(?:rc|(?:response|http|resp|result|return)?[ _-]?code)[\"']?(?:\s*[=:]\s*|\s)[\"']?([1-5]\d\d){_END}",
    rf"(?i)(?:\bcompleted|\bresponded|\breturned|\bresponse|=>|->|→)\s*:?\s*(?:with\s+)?([1-5]\d\d){_END}",
)
#: Statuses of HTTP, with those that proxies, CDNs and load balancers add.
_KNOWN = frozenset(str(status.value) for status in HTTPStatus) | word_set(
    "444 460 463 494 495 496 497 499 520 521 522 523 524 525 526 530 561"
)
#: Share of the numbers in one form or place that must be statuses of HTTP: sizes are not, whatever they begin with.
_MOSTLY = 0.9
#: Share of the lines in which words must name it.
_TOLD_IN = 0.3
_UNIT = r"\s?(?:ms|msecs?|milliseconds?|µs|us|micros|ns|s|secs?|seconds?)"
_AMOUNT = rf"(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?{_UNIT}|\d+,\d+{_UNIT}"
#: A duration with its key, or with up to three words before it, and what makes it no duration of a call behind it.
_TOLD = rf"(?i)(?:[\w.-]+[=:]\s?|(?:[a-z'_-]+[:,]?\s+){{1,3}}[(\[]?|^|[\s,;|\"(\[~])(?:{_AMOUNT})\b(?:\s(?:ago|later|left|timeout|deadline|ttl)\b)?"
#: How long ago the line before was written.
_SINCE = rf"\+(?:{_AMOUNT})\b"
#: Words about a duration that is a part of the call, a setting or a pause.
_PART = (
    r"(?i)upstream|backend|origin|\bdb|database|\bsql|query|queries|view|render|active.?record|queue|connect|dns|tls|ssl|handshake|cache|lock|ttfb|first.?byte"
    r"|time[ds]?[ -]?out|ttl|deadline|limit|interval|retry|retries|attempt|sleep|delay|backoff|\bage\b|uptime|every|wait|expire|valid|window|\bnext\b|drift|skew|ago$|later$|left$"
)
_WHOLE = r"(?i)\b(?:total\w*|took|duration|elapsed|latency|(?:request|response)_?time|completed|responded|in)\b[^\w]*\d"


def bare(line: pl.Expr) -> pl.Expr:
    """Return a line without its addresses and their parameters."""
    return line.str.replace_all(_ADDRESS, " ")


def duration_in(line: pl.Expr) -> pl.Expr:
    """Return how long the call took, with its unit: the only duration in a bare line, or the one called so; else null."""
    told = line.str.replace(_PHRASED, "$1").str.replace_all(_SINCE, " ").str.extract_all(_TOLD)
    own = told.list.eval(pl.element().filter(~pl.element().str.contains(_PART)))
    whole = own.list.eval(pl.element().filter(pl.element().str.contains(_WHOLE)))
    single = [pl.when(some.list.len() == 1).then(some.list.get(0, null_on_oob=True)) for some in (own, whole)]
    return pl.coalesce(single).str.extract(rf"(?i)({_AMOUNT})$", 1)


def time_in(line: pl.Expr) -> pl.Expr:
    """Return a date with a time of day in a bare line, as it is written; else null."""
    found = pl.coalesce(line.str.extract(f"({form})", 1) for form in TIMES)
    return found.str.replace(" - ", " ").str.replace(_SHORT_DAY, "20$1-$2-$3 ")


def status_named(line: pl.Expr, sample: pl.Series) -> list[pl.Expr]:
    """Return the statuses of bare lines in the forms of words that `sample` bears out."""
    found = pl.DataFrame([sample.str.extract(form, 1).alias(form) for form in _STATUS])
    sound = [form for form in _STATUS if are_statuses(found[form].to_list())]
    told = sum(any(row) for row in found.select(sound).iter_rows())
    if not sound or told < _TOLD_IN * len(sample):
        return []
    return [line.str.extract(form, 1) for form in sound]


def are_statuses(found: Sequence[str | None]) -> bool:
    """Return whether nearly all of some texts are statuses of HTTP."""
    texts = [text for text in found if text]
    return len(texts) > 0 and sum(text in _KNOWN for text in texts) >= _MOSTLY * len(texts)


def holds_request(lines: pl.Series) -> pl.Series:
    """Return which lines name a method and a path."""
    return lines.str.contains(REQUEST).fill_null(False)


def holds_time(lines: pl.Series) -> pl.Series:
    """Return which lines hold a date with a time of day."""
    return lines.to_frame("line").select(time_in(pl.col("line")).is_not_null()).to_series()
