"""Facts of a call that stand anywhere in a line of unknown form: its request, its status, how long it took."""

from __future__ import annotations

from http import HTTPStatus

import polars as pl

_VERB = r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)"
REQUEST = rf"\b({_VERB})[ \"':]+((?:https?://|/)[^\s\"',\]]*)"
#: Forms of a status, and whether the words around the number leave no doubt that it is one.
_STATUS = (
    (r"HTTP/[\d.]+[\"']?[\s,:|-]+(?:status[=: ]*)?([1-5]\d\d)\b", True),
    (r"(?i)\bstatus(?:[ _]?code)?[\"']?\s*[=:]?\s*[\"']?([1-5]\d\d)\b", True),
    (r"(?i)(?:\bcompleted|\bresponded|\breturned|\bresponse|=>|->|→)\s*:?\s*(?:with\s+)?([1-5]\d\d)\b", False),
    (rf"\b{_VERB} \S+[\"']?\s+([1-5]\d\d)\b", False),
    (rf"\b{_VERB} \S+[\"']?\s+\d+\s+([1-5]\d\d)\b", False),
    (r"\| ([1-5]\d\d) \|", False),
)
_KNOWN = [str(status.value) for status in HTTPStatus]
#: Share of the numbers in a doubtful form that must be statuses of HTTP: sizes are not, whatever they begin with.
_MOSTLY = 0.9
_AMOUNT = r"\d+(?:\.\d+)?\s?(?:ms|msecs?|milliseconds?|µs|us|micros|ns|s|secs?|seconds?)"
#: A duration with the words before it, back to the last mark.
_TOLD = rf"(?i)[^,;|()\[\]]{{0,40}}?\b{_AMOUNT}\b"
#: Words before a duration that is a part of the call, a setting or a pause.
_PART = (
    r"(?i)upstream|backend|\bdb|database|\bsql|query|queries|view|render|active.?record|queue|connect|dns|tls|ssl|cache|lock"
    r"|timeout|ttl|deadline|limit|interval|retry|retries|sleep|delay|backoff|\bafter\b|\bage\b|uptime|every"
)
_WHOLE = r"(?i)\b(?:total\w*|took|duration|elapsed|latency|(?:request|response)_?time|completed|responded|in)\b[^\w]*\d"


def duration_in(line: pl.Expr) -> pl.Expr:
    """Return how long the call took, with its unit: the only duration in a line, or the one called so; else null."""
    told = line.str.replace(REQUEST, " ").str.extract_all(_TOLD)
    own = told.list.eval(pl.element().filter(~pl.element().str.contains(_PART)))
    whole = own.list.eval(pl.element().filter(pl.element().str.contains(_WHOLE)))
    single = [pl.when(some.list.len() == 1).then(some.list.get(0, null_on_oob=True)) for some in (own, whole)]
    return pl.coalesce(single).str.extract(rf"(?i)({_AMOUNT})$")


def status_in(line: pl.Expr, sample: pl.Series) -> pl.Expr | None:
    """Return the status in a line, by the forms that `sample` bears out; None if it bears out none."""
    forms = [form for form, sure in _STATUS if sure or _holds_statuses(sample.str.extract(form, 1).drop_nulls())]
    return pl.coalesce(line.str.extract(form, 1) for form in forms) if forms else None


def holds_request(lines: pl.Series) -> pl.Series:
    """Return which lines name a method and a path."""
    return lines.str.contains(REQUEST).fill_null(False)


def _holds_statuses(found: pl.Series) -> bool:
    return len(found) > 0 and int(found.is_in(_KNOWN).sum()) >= _MOSTLY * len(found)
