"""Paths, URLs and request lines → method, host and endpoint template."""

from __future__ import annotations

import re

import polars as pl

from techhealth.ingest.masking.redact import CUT, MASK, mask_column
from techhealth.ingest.series import constant

_LINE = r"^([A-Z]{3,10})\s+(\S+)(?:\s+(?:.*\s)?HTTP/[\d.]+)?$"
_SCHEME = r"^[A-Za-z][A-Za-z0-9+.-]*://"
_HOST = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/@?#]*@)?([^/?#:]+(?::\d+)?)"
#: A host with its domain before a path, without a scheme.
_HOST_AND_PATH = r"^(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?/"
#: A path without its first slash, and what shows that it is one and no label: a part that only paths have.
_BARE_PATH = r"^[\w.~%-]+(?:/[\w.~%{}:@+-]*)*(?:[?#].*)?$"
_SERVED = r"^(?:[\w.~%-]+/)*(?:api|rest|graphql|v\d{1,2}|\d+)(?:/|$|\?)"
#: What a path segment must look like to be an id, most specific first: UUID and hex before digits.
_IDS = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|(?:0x)?[0-9a-fA-F]*[0-9][0-9a-fA-F]{7,}|\d{4}-\d\d-\d\d|[a-z]{2,8}_[A-Za-z0-9]{8,}|[A-Za-z]{0,5}[-_]?\d{3,}(?:[-_]\w+)*|[+-]?\d+|\d{1,3}(?:\.\d{1,3}){3}"
#: Segments of people and accounts: with blanks, plus signs or long runs of digits.
_PERSONAL = r"[^/]*(?:[+ ]|%20|%2[Bb]|\d{6,})[^/]*"
_SEGMENT = rf"/(?:{_IDS}|{_PERSONAL})(\.[a-z]{{2,4}})?/"
_PREFIX = r"^(/(?:(?:api|rest|v\d+)/)*[^/{?]+)"
_MASKED = rf"/[^/]*(?:{re.escape(MASK)}|{CUT})[^/]*"
#: Stands for any three digits while paths are compared.
_DIGITS = "000"
#: More prefixes than this are not services.
_MOST_PREFIXES = 20


def split_request(texts: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return (method, host, path) of paths, URLs and request lines; null where a part is not named."""
    whole = texts.str.starts_with("/").fill_null(True)
    if not whole.all() and _are_bare(texts.filter(~whole)):
        texts = pl.select(
            pl.when(_is_bare(texts)).then(pl.lit("/") + texts).otherwise(texts).alias(texts.name)
        ).to_series()
        whole = texts.str.starts_with("/").fill_null(True)
    if not whole.all():
        return _split(texts) if not whole.any() else _spread(texts, ~whole)
    nothing = constant(None, len(texts), pl.String())
    return nothing.alias("method"), nothing.alias("host"), texts.alias("path")


def _are_bare(texts: pl.Series) -> bool:
    """Return whether most of the texts show that they are paths without the first slash, which some exports leave out."""
    divided = texts.filter(_is_bare(texts) & texts.str.contains("/", literal=True))
    served = int(divided.str.contains(_SERVED).sum())
    return served > 0 and 2 * served >= len(divided) and 2 * len(divided) >= len(texts)


def _is_bare(texts: pl.Series) -> pl.Series:
    return (texts.str.contains(_BARE_PATH) & ~texts.str.contains(_HOST_AND_PATH)).fill_null(False)


def _spread(texts: pl.Series, odd: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return the parts of texts most of which are paths: only the odd ones are taken apart."""
    rows = odd.arg_true()
    nothing = constant(None, len(texts), pl.String())
    method, host, path = _split(texts.gather(rows))
    return (
        nothing.clone().scatter(rows, method).alias("method"),
        nothing.clone().scatter(rows, host).alias("host"),
        texts.clone().scatter(rows, path).alias("path"),
    )


def _split(texts: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    frame = pl.DataFrame({"text": texts})
    if texts.str.contains(_HOST_AND_PATH).all() and not texts.is_empty():
        frame = frame.select(text=pl.lit("http://") + pl.col("text"))
    line = pl.col("text").str.extract(_LINE, 1)
    target = pl.coalesce(pl.col("text").str.extract(_LINE, 2), pl.col("text"))
    rest = target.str.replace(_SCHEME, "//")
    path = pl.when(target.str.contains(_SCHEME)).then(rest.str.replace(r"^//[^/?#]*", "")).otherwise(target)
    path = pl.when(path == "").then(pl.lit("/")).otherwise(path)
    made = frame.select(method=line, host=target.str.extract(_HOST, 1).str.to_lowercase(), path=path)
    return made["method"], made["host"], made["path"]


def templates(paths: pl.Series) -> tuple[pl.Series, int]:
    """Return endpoints without query string and ids, masked, and in how many rows something was masked.

    A label that is not a path ("Login page") stays as it is, masked and cut. Paths that differ in the digits of their
    ids alone are looked at once.
    """
    alike = paths.str.replace_all(r"[0-9]{3}", _DIGITS)
    distinct = alike.unique()
    made = alike.replace_strict(distinct, _without_ids(distinct), return_dtype=pl.String)
    own = made.str.contains(_DIGITS, literal=True).fill_null(False).arg_true()  # digits that are no id
    made = made.scatter(own, _without_ids(paths.gather(own))) if len(own) else made
    masked, count = mask_column(made.alias("path"))
    return (masked.str.replace_all(_MASKED, "/{id}") if count else masked), count


def _without_ids(texts: pl.Series) -> pl.Series:
    """Return paths without their query, and with {id} for each segment that is one."""
    text = pl.col("path").str.replace(r"[?#;].*$", "")
    doubled = pl.concat_str(text.str.replace_all("/", "//", literal=True), pl.lit("/"))
    marked = doubled.str.replace_all(_SEGMENT, "/{id}$1/")
    single = marked.str.replace_all("//", "/", literal=True).str.replace("/$", "")
    whole = pl.when(text.str.starts_with("/")).then(single).when(text == "").then(pl.lit("/")).otherwise(text)
    return texts.alias("path").to_frame().select(path=whole)["path"]


def path_prefixes(endpoints: pl.Series) -> pl.Series | None:
    """Return the service part of each path ("/api/v2/orders"), None if the paths fall into no few services."""
    prefixes = endpoints.str.extract(_PREFIX, 1)
    found = prefixes.drop_nulls().n_unique()
    return prefixes if 0 < found <= _MOST_PREFIXES and prefixes.null_count() < len(prefixes) else None
