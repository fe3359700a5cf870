"""Workbooks → records: the sheets that hold the calls, their table found below titles, times as ISO text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl

from techhealth.errors import UnreadableError
from techhealth.figures import count
from techhealth.ingest.documents.tables import telling_ends
from techhealth.ingest.masking.redact import masked
from techhealth.ingest.records import MAX_COLUMNS, Records, folded, tidy
from techhealth.ingest.rejects import Rejects
from techhealth.ingest.tables.header import start_of
from techhealth.ingest.tables.strays import table_rows
from techhealth.ingest.tables.workbook import check_size

#: The table must begin among so many rows.
_HEAD = 60
#: Kinds of telling names a sheet of calls has at least.
_ENOUGH = 2
Row = list[str | None]
#: A merged cell: row and column of its first and of its last cell.
_Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sheet:
    """One sheet with a table in it: its records, and how many kinds of names speak for calls."""

    name: str
    frame: pl.DataFrame
    lines: pl.Series
    rejects: Rejects
    telling: int

    @property
    def columns(self) -> list[str]:
        return [folded(name) for name in self.frame.columns]

    @property
    def rank(self) -> tuple[bool, int, int]:
        return self.telling >= _ENOUGH, self.frame.height, self.telling


def read_sheets(name: str, content: bytes, max_bytes: int) -> Records:
    """Return the records of the sheet of a workbook that has most rows that look like calls, and of those with the same columns.

    Other sheets are named with their rows; that they were left out is doubted where they look like calls as well.

    Raises:
        UnreadableError: if it is damaged, encrypted, too large, or has no sheet with a table.
    """
    check_size(name, content, max_bytes)
    sheets = [sheet for title, rows in _sheets(name, content) if (sheet := _table(name, title, rows))]
    if not sheets:
        raise UnreadableError(f"{name} has no sheet with a table. Export the log as CSV or JSON.")
    best = max(sheets, key=lambda sheet: sheet.rank)
    read = [sheet for sheet in sheets if sheet is best or sheet.columns == best.columns]
    others = [sheet for sheet in sheets if sheet not in read]
    notes = [f"{count(len(read), 'sheet')} with the same columns were read: {_named(read)}"] if len(read) > 1 else []
    said = f"other sheets than {masked(best.name)} were not read: {_named(others)}; save them as files of their own if they hold calls"
    alike = any(sheet.telling >= _ENOUGH for sheet in others)
    rejects = best.rejects
    for sheet in read:
        rejects = rejects if sheet is best else rejects.joined(sheet.rejects)
    frames = [sheet.frame.rename(dict(zip(sheet.frame.columns, best.frame.columns, strict=True))) for sheet in read]
    return Records(
        frame=pl.concat(frames), lines=pl.concat(sheet.lines for sheet in read), format="Excel workbook", rejects=rejects,
        notes=(*notes, *([said] if others and not alike else [])), doubts=(said,) if alike else (),
    )  # fmt: skip


def _named(sheets: Sequence[_Sheet]) -> str:
    return ", ".join(f"{masked(sheet.name)} ({count(sheet.frame.height, 'row')})" for sheet in sheets)


def _sheets(name: str, content: bytes) -> Iterator[tuple[str, list[Row]]]:
    """Yield title and rows of each sheet, from its first row on."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            if sheet.start is not None:
                rows = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
                _fill_merged(rows, sheet.merged_cell_ranges or [], left=sheet.start[1])
                yield title, rows
    except (CalamineError, OSError, ValueError):
        raise UnreadableError(
            f"{name} is a damaged or encrypted Excel workbook, or another document. Save its sheet as CSV."
        ) from None


def _fill_merged(rows: list[Row], ranges: Sequence[_Range], *, left: int) -> None:
    """Write the value of each merged cell into all rows that it spans: it is said of every one of them."""
    done: dict[int, int] = {}  # column → rows written, so that ranges that lie over each other cost nothing
    for (first, column), (last, _) in sorted(ranges):
        at = column - left
        if first >= len(rows) or not 0 <= at < len(rows[first]):
            continue
        value, below = rows[first][at], max(first + 1, done.get(at, 0))
        for row in rows[below : last + 1]:
            row[at] = row[at] or value
        done[at] = max(below, last + 1)


def _table(name: str, title: str, rows: list[Row]) -> _Sheet | None:
    start = start_of([_trimmed(row) for row in rows[:_HEAD]])
    if start is None:
        return None
    width = max(len(_trimmed(row)) for row in rows[start.first :])
    if width > MAX_COLUMNS:
        raise UnreadableError(f"{name} has {width:,} columns, which is not a log. Export one row per call.")
    names = [*start.names, *(f"column_{n}" for n in range(len(start.names) + 1, width + 1))]
    first = start.first + (start.header is not None)
    below = [row[: len(names)] + [None] * (len(names) - len(row)) for row in rows[first:]]
    frame = pl.DataFrame(below, schema=dict.fromkeys(names, pl.String), orient="row")
    lines = pl.Series("line", range(first + 1, len(rows) + 1), dtype=pl.Int64)
    header = [] if start.header is None else [cell or "" for cell in rows[start.header]]
    rejects = Rejects()
    frame, lines = table_rows(tidy(frame), lines, header, rejects)
    return _Sheet(name=title, frame=frame, lines=lines, rejects=rejects, telling=telling_ends(names)) if len(frame) else None  # fmt: skip


def _trimmed(row: Sequence[str | None]) -> list[str]:
    """Return a row without the empty cells at its end."""
    cells = [cell or "" for cell in row]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(cell: Any) -> str | None:
    """Return a cell as text: times in ISO form to the millisecond, durations in seconds, whole numbers as such."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, datetime):
        near = (cell + timedelta(microseconds=500)).replace(tzinfo=None)
        return near.isoformat(timespec="milliseconds").removesuffix(".000")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return f"{cell.total_seconds()}s"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else str(cell)
