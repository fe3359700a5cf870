"""Rows with more cells than the header has columns → a cell for each column, where only one reading fits the others.

Mostly one text (a user agent, a message) holds the separator and was not quoted: its pieces are joined again. Else the
values behind the last named column, or before the first, have no name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from techhealth.ingest.fields.fields import BY_NAME, latency_base
from techhealth.ingest.fields.fits import VERBS
from techhealth.ingest.records import folded

_NUMBER = re.compile(r"[-+]?\d[\d.,' ]*%?$")
_TIME = re.compile(r"\d{4}-\d\d|\d\d?[./]\d\d?[./]\d{2,4}|\d\d:\d\d")
#: Field → shapes of its values, for files without one whole row.
_SHAPES = {"timestamp": "tn", "status": "n", "latency": "n", "request_bytes": "n", "method": "v", "endpoint": "px"}
#: Whole rows that are looked at, and different values up to which a new one in a column is a surprise.
_ROWS, _FEW = 2_000, 50
_TEXT, _EMPTY, _ANY = "x", "e", "xtnvpe"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: shapes of its values, and the values where they are few (none: any may stand there)."""

    name: str
    shapes: str
    values: frozenset[str]

    @property
    def is_text(self) -> bool:
        """Return whether pieces of text may be joined in it."""
        return _TEXT in self.shapes


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> list[Column]:
    """Return what each column holds, from whole rows, or where there are none from its name."""
    return [_column(name, [row[n] or "" for row in rows[:_ROWS]]) for n, name in enumerate(names)]


def settled(
    cells: Sequence[str], columns: Sequence[Column], *, separator: str, whole: bool
) -> tuple[list[str], str] | None:
    """Return a cell for each column and what was done to have it, None where several readings are as good or none is.

    `whole`: other rows of the file have as many cells as the header.
    """
    readings = [(one.odd + _surprises(one, columns), one) for one in _readings(cells, columns, separator, whole)]
    least = min((cost for cost, _ in readings), default=0)
    best = [one for cost, one in readings if cost == least]
    return (best[0].row, best[0].how) if len(best) == 1 and best[0].how else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A cell for each column: what was done (nothing: this cannot be meant), where text was joined, its odd pieces."""

    row: list[str]
    how: str
    joined: int = -1
    odd: int = 0


def _readings(cells: Sequence[str], columns: Sequence[Column], separator: str, whole: bool) -> Iterator[_Reading]:
    """Yield each way to give the cells to the columns that fits all of them."""
    width, more = len(columns), len(cells) - len(columns)
    here = [_fits(cell, column) for cell, column in zip(cells, columns, strict=False)]
    moved = [_fits(cell, column) for cell, column in zip(cells[more:], columns, strict=True)]
    for n, column in enumerate(columns):
        if column.is_text and all(here[:n]) and all(moved[n + 1 :]):
            pieces = cells[n : n + more + 1]
            odd = sum(_shape(piece) in "tvp" for piece in pieces[1:]) + (_shape(pieces[0]) == "t")
            row = [*cells[:n], separator.join(pieces), *cells[n + more + 1 :]]
            yield _Reading(row, f"the separators in {column.name} belong to its text", n, odd)
    if all(here) and not columns[-1].is_text:
        yield _Reading(list(cells[:width]), "values beyond the last column have no name and are left out")
    if whole:  # a value too many in between is no reading, but leaves none certain
        between = [n for n in range(1, width) if not columns[n - 1].is_text and not columns[n].is_text]
        yield from (_Reading([], "") for n in between if all(here[:n]) and all(moved[n:]))
    elif all(moved):
        yield _Reading(list(cells[more:]), "values before the first column have no name and are left out")


def _column(name: str, cells: Sequence[str]) -> Column:
    if not cells:
        field = next((field for field in _SHAPES if _is_called(field, name)), None)
        return Column(name, _SHAPES[field] + _EMPTY if field else _ANY, frozenset())
    shapes, values = "".join(Counter(map(_shape, cells))), frozenset(cells)
    few = len(values) <= min(_FEW, len(cells) / 2)
    return Column(name, shapes + (_TEXT if shapes == _EMPTY else _EMPTY), values if few else frozenset())


def _is_called(field: str, name: str) -> bool:
    return {folded(name), latency_base(name)} & set(BY_NAME[field].names) != set()


def _shape(cell: str) -> str:
    """Return what a cell looks like: nothing, a time, a number, a verb, a path, or text."""
    text = cell.strip(" \t\"'")
    if not text:
        return _EMPTY
    if _TIME.match(text):
        return "t"
    if _NUMBER.match(text):
        return "n"
    return "v" if text in VERBS else "p" if text.startswith(("/", "http://", "https://")) else _TEXT


def _fits(cell: str, column: Column) -> bool:
    return _shape(cell) in column.shapes


def _surprises(reading: _Reading, columns: Sequence[Column]) -> int:
    """Return how many cells begin with a blank, like the rest of a text, or are new where a column has few values."""
    blank = sum(cell.startswith(" ") for cell in reading.row)
    told = enumerate(zip(reading.row, columns, strict=False))
    return blank + sum(bool(c.values) and cell not in c.values and n != reading.joined for n, (cell, c) in told)
