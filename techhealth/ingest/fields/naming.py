"""Names of columns → candidates for a field: whole names, then last parts, then last words, if the values fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass

import polars as pl

from techhealth.ingest.fields.fields import Field, latency_base
from techhealth.ingest.fields.vocabulary import Part, part_of, speaks_of, words_of
from techhealth.ingest.records import folded
from techhealth.ingest.series import sample_of
from techhealth.model import Confidence


@dataclass(frozen=True, slots=True)
class Choice:
    """The column chosen for a field; `unit` only where the caller or the dialect fixes it."""

    column: str
    _: KW_ONLY
    how: str
    confidence: Confidence = Confidence.MEDIUM
    unit: str | None = None


Choices = dict[str, Choice]
#: Letters, and words or parts between dots, at the end of a name that are looked at: no known name has more.
_MOST_LETTERS, _MOST_WORDS = 256, 8
#: How a column was found whose whole name is known.
KNOWN = "known name, values fit"
#: How a column was found that somebody named.
CALLER = "named by the caller"
#: All that a name may tell.
NAMED = (
    KNOWN, "last part of the name, values fit", "last words of the name, values fit", "a word of the name, values fit",
)  # fmt: skip


def _end_of(column: str) -> str:
    """Return what is looked at of a name."""
    return column[-_MOST_LETTERS:]


class Samples:
    """Samples of the columns, taken once, with the names they are compared by."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._taken: dict[str, pl.Series] = {}
        self.names: list[tuple[str, str, list[str]]] = []
        for column in frame.columns:
            name = _end_of(column)
            parts = name.split(".")
            ends = [folded(".".join(parts[-n:])) for n in range(min(len(parts) - 1, _MOST_WORDS), 0, -1)]
            self.names.append((column, folded(name), ends))

    def tails(self, column: str, field: Field) -> list[str]:
        """Return the last words of a name, two at least, folded: originResponseStatus → responsestatus."""
        last = _end_of(column).rsplit(".", 1)[-1]
        words = re.findall(r"[^\W\d_a-z]+(?![a-z])|[^\W\d_]?[a-z]+", last)[-_MOST_WORDS - 1 :]
        tails = [" ".join(words[n:]) for n in range(1, len(words) - 1)]
        return [latency_base(tail) if field.name == "latency" else folded(tail) for tail in tails]

    def __getitem__(self, column: str) -> pl.Series:
        if column not in self._taken:
            self._taken[column] = sample_of(self.frame[column])
        return self._taken[column]


def by_name(samples: Samples, field: Field, taken: set[str]) -> Iterator[Choice]:
    """Yield the columns whose name is known for the field and whose values fit, best first."""
    for column, how in candidates(samples, field):
        if column not in taken and len(samples[column]) and field.fits(samples[column]):
            confidence = Confidence.HIGH if how == KNOWN else Confidence.MEDIUM
            yield Choice(column, how=how, confidence=confidence)


def named_best(frame: pl.DataFrame, field: Field) -> Choice | None:
    """Return the column whose name is known best for the field and whose values fit, None without one."""
    return next(by_name(Samples(frame), field, set()), None)


def candidates(samples: Samples, field: Field) -> Iterator[tuple[str, str]]:
    """Yield (column, what of its name matched), best first.

    The thing itself comes before a part of it; then whole names, last parts, last words and nouns, in the names' order.
    """
    rank = {name: n for n, name in enumerate(field.names)}
    found = []
    for column, full, ends in samples.names:
        far = part_of(field.name, _end_of(column))
        near = None if far is Part.OTHER else _nearness(samples, field, rank, (column, full, ends))
        if near:
            found.append((far, near, column))
    yield from ((column, NAMED[near[0]]) for _, near, column in sorted(found))


def _nearness(
    samples: Samples, field: Field, rank: dict[str, int], name: tuple[str, str, list[str]]
) -> tuple[int, int, int] | None:
    """Return how a name matched (see `NAMED`), and the order among its like; None if it does not match."""
    column, full, ends = _end_of(name[0]), *name[1:]
    plain = latency_base(column) if field.name == "latency" else full
    if full in rank or (plain in rank and "." not in column):
        return 0, rank.get(full, rank.get(plain, 0)), 0
    hits = [rank[end] for end in (*ends, plain) if end in rank] if field.by_last_part else []
    if hits:
        return 1, column.count("."), min(hits)
    tails = [rank[tail] for tail in samples.tails(column, field) if tail in rank] if field.by_last_words else []
    if tails:
        return 2, tails[0], 0
    return (3, 0, int(words_of(column)[-1:] == ("id",))) if speaks_of(field.name, column) else None
