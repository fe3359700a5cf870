"""Columns → what a receipt says of them: a name that can be shown, a few masked values, their fields, and what none became."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count

import polars as pl

from techhealth.ingest.fields.fits import is_duration
from techhealth.ingest.fields.naming import Choices
from techhealth.ingest.fields.vocabulary import is_statistic, part_of
from techhealth.ingest.masking.redact import MASK, is_secret_name, masked, masked_name
from techhealth.ingest.reading import Reading
from techhealth.ingest.series import sample_of, share_of
from techhealth.ingest.values.latency import unit_of_name
from techhealth.model import Column

#: Values shown of a column, and characters of each.
_SAMPLES, _WIDTH = 3, 60
#: Rows looked at for them, from the beginning and spread; a column that is empty in all of these is searched as a whole.
_ROWS = 400
#: What stands for the values of a column of sentences; words that make one, and different ones that make the column one.
_FREE = "(free text)"
_WORDS, _FEWEST = 4, 5
#: Fields whose values are sentences of machines.
_TOLD = frozenset(("timestamp", "endpoint", "method", "status", "latency", "client", "integration"))
#: Columns named at most.
_NAMED = 12
#: What stands between the names of columns that became a field together.
_JOINED = re.compile(r" \+ | or | - ")
_DURATION_WORDS = re.compile(
    r"duration|latency|elapsed|took|response.?time|processing|millis|dauer|laufzeit|zeit.*ms|dur[eé]e|duraci|durata|lat[eê]n|temps|tempo(?!r)|tiempo"
    r"|[a-z_]ms$|time.*(?:ms|sec)", re.IGNORECASE,
)  # fmt: skip

#: Units in which the duration of one call is counted.
_ONE_CALL = ("ms", "s", "us", "ns")


def shown_names(columns: Sequence[str]) -> list[str]:
    """Return column names fit to be shown and stored: masked, on one line, as different from each other as they were.

    Examples:
        >>> shown_names(["took", "ann@example.com", "bob@example.com"])
        ['took', '[masked]', '[masked] (2)']
    """
    shown: dict[str, None] = {}
    for column in columns:
        name = masked_name(column) or MASK
        shown[next(text for n in count(1) if (text := name if n == 1 else f"{name} ({n})") not in shown)] = None
    return list(shown)


def described(frame: pl.DataFrame, kept: pl.Series, became: Iterable[tuple[str, str]]) -> tuple[Column, ...]:
    """Return every column of a file in its order.

    Args:
        frame: text columns as parsed.
        kept: which rows are part of the analysis; values of others (another customer's) are not shown where these have some.
        became: (field, column) for every field that was found; a column may be several joined by "+", "-" or "or".
    """
    fields: dict[str, list[str]] = {}
    for name, found in became:
        for column in [found] if found in frame.columns else _JOINED.split(found):
            fields.setdefault(column, []).append(name)
    rows = kept.arg_true() if kept.any() else pl.Series(range(frame.height), dtype=pl.UInt32)
    few = frame[pl.concat([rows.head(_ROWS), rows.gather_every(max(1, len(rows) // _ROWS)).head(_ROWS)])]
    return tuple(
        Column(
            name=name,
            samples=_samples(few[column], frame[column], rows, shown=bool(_TOLD & {*fields.get(column, ())})),
            fields=tuple(fields.get(column, ())),
        )
        for name, column in zip(shown_names(frame.columns), frame.columns, strict=True)
    )


def _samples(few: pl.Series, whole: pl.Series, rows: pl.Series, *, shown: bool) -> tuple[str, ...]:
    """Return a few masked values; of a column of free text, in which anybody may be named, only where it is `shown` all the same."""
    present = few.drop_nulls()
    if present.is_empty():
        present = whole[rows].drop_nulls().head(_ROWS)
    if is_secret_name(few.name) and len(present):
        return (MASK,)
    if not shown and _is_free(present):
        return (_FREE,)
    texts = present.unique(maintain_order=True).head(_SAMPLES).to_list()
    return tuple(dict.fromkeys(_cut(hidden) for text in texts if (hidden := masked(text))))


def _is_free(texts: pl.Series) -> bool:
    """Return whether most values are sentences of their own."""
    sentences = texts.str.count_matches(r"\p{L}{2,}[\s,.;:!?]+") >= _WORDS
    return texts.n_unique() >= max(_FEWEST, len(texts) / 2) and share_of(sentences) > 1 / 2


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def leftover(frame: pl.DataFrame, chosen: Choices, reading: Reading) -> list[str]:
    """Return what to say about unused columns; about latency too, if the file has none."""
    used = {chosen["end"].column} if "end" in chosen else set()
    for item in reading.mapping:
        used |= {item.column, *_JOINED.split(item.column)}
    unused = [c for c in frame.columns if not used & {c, *c.split(" or ")} and frame[c].null_count() < frame.height]
    said = []
    if "latency" not in chosen and all(item.field != "latency" for item in reading.mapping):
        reading.perhaps_latency, text = _latency(frame, unused)
        said.append(text)
    if unused:
        shown = ", ".join(masked_name(column) for column in unused[:_NAMED])
        more = f" and {len(unused) - _NAMED:,} more" if len(unused) > _NAMED else ""
        said.append(f"Columns not used: {shown}{more}")
    return said


def _latency(frame: pl.DataFrame, unused: list[str]) -> tuple[str | None, str]:
    """Return the unused column that looks most like a latency, if there is one, and what to say of it."""
    named = [c for c in unused if _DURATION_WORDS.search(c) or unit_of_name(c) in _ONE_CALL]
    alike = [c for c in named if is_duration(sample_of(frame[c]))]
    statistics = [c for c in alike if is_statistic(c)]
    alike = sorted((c for c in alike if c not in statistics), key=lambda column: part_of("latency", column))
    if statistics and not alike:
        return (
            None,
            f"no latency in this file: {masked_name(statistics[0])} is a percentile or a mean of many calls, not the duration of one",
        )
    if not alike:
        return None, "no latency in this file"
    name = masked_name(alike[0])
    return name, f"no column was recognised as latency; perhaps {name} is one (--map latency={name})"
