"""The common shape of every parsed file: flat text columns, one row a record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from techhealth.ingest.rejects import Rejects

#: Texts that mean "missing".
MISSING = [
    "",
    "-",
    "--",
    "- - -",
    "null",
    "NULL",
    "None",
    "nan",
    "NaN",
    "N/A",
    "n/a",
    "undefined",
    "(null)",
    "{}",
    "[]",
]
#: What may stand around a value and is none of it.
_AROUND = " \t\r\n\0\"'"
#: Columns beyond this number are not a log.
MAX_COLUMNS = 2_000
#: Cells that are room for any file.
_CELLS = 20_000_000


class TooWideError(Exception):
    """Objects have so many different fields together that they are no log; found before room is made for them."""

    def __init__(self, why: str = f"more than {MAX_COLUMNS:,} different fields") -> None:
        super().__init__(why)


def check_cells(rows: int, columns: int, most: int) -> None:
    """Refuse to make room for a table that is larger than `most` cells, because objects have few fields in common.

    Raises:
        TooWideError: if it is.
    """
    if rows * columns > max(most, _CELLS):
        raise TooWideError(f"{columns:,} different fields, of which most objects have hardly any")


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Parsed rows before any meaning is given to them.

    Attributes:
        frame: text columns; missing values are null.
        lines: 1-based line or record number of each row.
        format: what the reader sees, for example "CSV (;)".
        rejects: rows that could not be parsed.
        envelope: scalars that stand once around the records, by dotted path.
        notes: what else is worth knowing.
        doubts: what was assumed that would change figures if it were wrong.
        separator: what divides the columns, empty where nothing does.
        undated: what to do for times, where the reader saw that the records have none.
    """

    frame: pl.DataFrame
    lines: pl.Series
    format: str
    rejects: Rejects
    envelope: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    separator: str = ""
    undated: str = ""


def folded(name: str) -> str:
    """Return a column name without case, accents and punctuation, as names are compared.

    Examples:
        >>> folded("httpRequest.request_Url"), folded("Durée")
        ('httprequestrequesturl', 'duree')
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", name.casefold()))


def without_accents(text: str) -> str:
    """Return a text whose letters have no marks.

    Examples:
        >>> without_accents("Durée")
        'Duree'
    """
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def names_of(text: str) -> tuple[str, ...]:
    """Return the names of a table that is written as one text, without accents, as `folded` leaves them.

    Examples:
        >>> names_of("é s_ok") == ("e", "s_ok")
        True
    """
    return tuple(without_accents(text).split())


def word_set(text: str) -> frozenset[str]:
    """Return the names of a table that is written as one text, to look others up among them.

    Examples:
        >>> sorted(word_set("é s_ok"))
        ['e', 's_ok']
    """
    return frozenset(names_of(text))


def tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with trimmed text and null for every way of writing "missing"."""
    texts = pl.col(pl.String)
    trimmed = texts.str.strip_chars(_AROUND)
    frame = frame.with_columns(
        pl.col(_names(frame, trimmed.str.len_bytes() != texts.str.len_bytes())).str.strip_chars(_AROUND)
    )
    missing = _names(frame, texts.is_in(MISSING))
    return frame.with_columns(pl.when(~pl.col(missing).is_in(MISSING)).then(pl.col(missing)))


def _names(frame: pl.DataFrame, holds: pl.Expr) -> list[str]:
    """Return the text columns some rows of which hold; only these are made anew."""
    found = frame.select(holds.any())
    return [name for name in found.columns if found[name].item()]


def numbered(frame: pl.DataFrame, *, first: int) -> pl.Series:
    """Return consecutive line numbers for a frame."""
    return pl.Series("line", range(first, first + frame.height), dtype=pl.Int64)
