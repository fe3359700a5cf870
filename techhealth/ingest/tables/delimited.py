"""CSV and its cousins → records: where the table begins, what divides it, damaged rows told apart from good ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise

import polars as pl

from techhealth.errors import UnreadableError
from techhealth.figures import count
from techhealth.ingest.masking.redact import masked
from techhealth.ingest.records import MAX_COLUMNS, Records, numbered, tidy
from techhealth.ingest.rejects import OPEN_QUOTE, SURPLUS, Rejects
from techhealth.ingest.tables.header import Start, is_rule, other_headers, start_of
from techhealth.ingest.tables.quoting import doubled, quote_of, rows_of, without_formulas
from techhealth.ingest.tables.strays import table_rows
from techhealth.ingest.tables.surplus import columns_of, settled

#: What may divide columns, and its name.
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", "^": "caret", "\x01": "control character 1"}
#: The table must begin among so many rows, and within so many bytes.
_HEAD_ROWS, _HEAD = 60, 200_000
#: Blanks between columns that are lined up for the eye.
_GAP = re.compile(rb"(?<=\S) {2,}(?=\S)")


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file is laid out: what divides and quotes its cells, and where its table begins.

    Attributes:
        separator: what divides the columns.
        quote: what a cell with a separator in it stands in.
        start: the table in terms of `rows`.
        rows: the first rows: the number of the line, and the cells.
        skipped: the text of lines before the table, blank ones left out.
        before: how many lines of the file stand above its content.
    """

    separator: str
    quote: str
    start: Start
    rows: tuple[tuple[int, list[str]], ...]
    skipped: tuple[str, ...]
    before: int = 0

    @property
    def above(self) -> int:
        """Return how many lines stand before the table."""
        return self.rows[self.start.first][0] - 1

    @property
    def is_named(self) -> bool:
        """Return whether the table has a header, none of whose names another separator divides into several."""
        others = [mark for mark in SEPARATORS if mark != self.separator]
        return bool(self.header) and not any(name.count(mark) > 1 for name in self.header for mark in others)

    @property
    def header(self) -> list[str]:
        """Return the cells of the header as they are written, none if it has none."""
        return [] if self.start.header is None else [cell.strip(" \t\"'") for cell in self.rows[self.start.header][1]]


def read_delimited(name: str, content: bytes) -> Records:
    """Return the records of a delimited file.

    Raises:
        UnreadableError: if it is another kind of text, or has no rows below the header.
    """
    content, hint = _hinted(content.lstrip(b"\r\n \t"))
    content = doubled(without_formulas(content))
    layout, aligned = _layout(content, hint), False
    if layout is None:
        content, aligned = _GAP.sub(b"\t", content), True
        layout = _layout(content, "\t")
    if layout is None:
        raise UnreadableError(
            f"{name} is text, but neither CSV nor JSON. Export the log as CSV with a header, or as JSON."
        )
    if len(layout.start.names) > MAX_COLUMNS:
        raise UnreadableError(
            f"{name} has {len(layout.start.names):,} columns, which is not a log. Export one row per call."
        )
    shown = "columns lined up with blanks" if aligned else f"CSV ({SEPARATORS[layout.separator]})"
    own = len(b"\n".join(content.split(b"\n", layout.above)[: layout.above])) + bool(layout.above)
    starts = sorted({own, *other_headers(content, layout.header, layout.separator)})
    parts = []
    for start, end in pairwise((*starts, len(content))):
        if start == own == starts[0]:
            parts.append(_table(content[:end], layout, shown))
        elif below := _layout(content[start:end], layout.separator):
            parts.append(_table(content[start:end], replace(below, before=content.count(b"\n", 0, start)), shown))
    found = _joined(parts or [_table(content, layout, shown)])
    if found.frame.is_empty() and not found.rejects.total:
        raise UnreadableError(f"{name} has a header and no rows. Export it again for a period with calls.")
    return found


def _table(content: bytes, layout: _Layout, shown: str) -> Records:
    """Return the records below one header."""
    rejects, told = Rejects(), Counter[str]()
    fast = _fast(content, layout)
    frame, lines = fast or _tolerant(content, layout, rejects, told)
    frame = tidy(frame)
    if fast:
        frame, lines = _without_empty_lines(frame, lines, content, before=layout.before)
    frame, lines = table_rows(frame, lines, layout.header, rejects)
    return Records(
        frame=frame, lines=lines, format=shown, rejects=rejects, notes=_notes(layout), separator=layout.separator,
        doubts=tuple(f"{count(n, 'row')} with more values than columns: {how}" for how, n in sorted(told.items())),
    )  # fmt: skip


def _joined(parts: Sequence[Records]) -> Records:
    """Return the records of tables with other columns below each other, those of the same name in one."""
    if len(parts) == 1:
        return parts[0]
    rejects = reduce(Rejects.joined, (part.rejects for part in parts))
    said = f"{len(parts)} tables with other columns stand below each other; each was read by its own header"
    return replace(
        parts[0], frame=pl.concat([part.frame for part in parts], how="diagonal"), lines=pl.concat([part.lines for part in parts]),
        rejects=rejects, notes=(*parts[0].notes, said), doubts=tuple(doubt for part in parts for doubt in part.doubts),
    )  # fmt: skip


def _hinted(content: bytes) -> tuple[bytes, str]:
    """Return the content behind a line such as "sep=;", and the separator it names."""
    hint = re.match(rb'(?i)"?sep=(.)"?\r?\n', content)
    return (content[hint.end() :], hint.group(1).decode("latin-1")) if hint else (content, "")


def _layout(content: bytes, hint: str) -> _Layout | None:
    """Return the layout whose header has most columns, None if no separator divides the first rows."""
    end = content.find(b"\n", _HEAD)
    head = content[: end + 1 if end > 0 else None].decode("utf-8", errors="replace")
    quote = quote_of(head[:20_000])
    found = [_laid_out(head, sep, quote) for sep in ([hint] if hint in SEPARATORS else SEPARATORS)]
    return max(
        (layout for layout in found if layout),
        key=lambda layout: (layout.is_named, len(layout.start.names)),
        default=None,
    )


def _laid_out(head: str, separator: str, quote: str) -> _Layout | None:
    """Return the layout if a separator divides the first rows into a table of rows that are mostly alike."""
    rows: list[tuple[int, list[str]]] = []
    for line, raw, cells in rows_of(head, separator, quote):
        rows.append((line, cells if cells is not None else raw.split(separator)))
        if len(rows) == _HEAD_ROWS:
            break
    start = start_of([cells for _, cells in rows])
    if start is None:
        return None
    below = [cells for _, cells in rows[start.first :] if not is_rule(cells)]
    if sum(2 * len(cells) > len(start.names) for cells in below) < len(below) / 3:
        return None
    skipped = tuple(text for _, cells in rows[: start.first] if (text := separator.join(cells).strip()))
    return _Layout(separator, quote, start, tuple(rows), skipped)


def _fast(content: bytes, layout: _Layout) -> tuple[pl.DataFrame, pl.Series] | None:
    """Return the rows polars reads and their lines, None if it cannot or if a quote may have swallowed lines."""
    names, has_header = layout.start.names, layout.start.header is not None
    try:
        frame = pl.read_csv(
            content, separator=layout.separator, infer_schema=False, has_header=False, skip_lines=layout.above,
            quote_char=layout.quote, raise_if_empty=False, encoding="utf8-lossy",
        )  # fmt: skip
    except (pl.exceptions.PolarsError, ValueError):
        return None
    if frame.width != len(names):
        return None
    physical = content.count(b"\n") + (not content.endswith(b"\n")) - layout.above
    if layout.quote.encode() in content and frame.height != physical:
        return None
    frame.columns = list(names)
    return frame[has_header:], numbered(frame, first=layout.before + layout.above + 1)[has_header:]


def _without_empty_lines(
    frame: pl.DataFrame, lines: pl.Series, content: bytes, *, before: int
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the tidy rows that a line with more than blanks in it made: an empty line is none, a row of empty cells is one."""
    if not all(column.null_count() for column in frame):
        return frame, lines
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    texts = dict(enumerate(content.split(b"\n"), start=before + 1))
    empty = [line for line in lines.filter(blank) if not texts.get(line, b"").strip(b" \r")]
    kept = ~lines.is_in(empty)
    return frame.filter(kept), lines.filter(kept)


def _tolerant(content: bytes, layout: _Layout, rejects: Rejects, told: Counter[str]) -> tuple[pl.DataFrame, pl.Series]:
    """Return the good rows and their line numbers; bad ones go to the rejects, `told` counts how others were mended."""
    names = layout.start.names
    below = layout.rows[layout.start.first][0] - (layout.start.header is None)
    rows: list[list[str | None]] = []
    lines: list[int] = []
    wide: list[tuple[int, str, list[str]]] = []
    for line, text, cells in rows_of(content.decode("utf-8", errors="replace"), layout.separator, layout.quote):
        if line <= below or not text.strip():
            continue
        if cells is None:
            rejects.add(OPEN_QUOTE, 1, [(layout.before + line, text)])
        elif len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            wide.append((line, text, cells))
        else:
            rows.append([*cells[: len(names)], *[None] * (len(names) - len(cells))])
            lines.append(layout.before + line)
    columns, whole = columns_of(names, rows), bool(rows)
    for line, text, cells in wide:
        found = settled(cells, columns, separator=layout.separator, whole=whole)
        if found is None:
            rejects.add(SURPLUS, 1, [(layout.before + line, text)])
        else:
            rows.append([*found[0]])
            lines.append(layout.before + line)
            told[found[1]] += 1
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    order = pl.Series("line", lines, dtype=pl.Int64)
    return (frame[order.arg_sort()], order.sort()) if wide else (frame, order)


def _notes(layout: _Layout) -> tuple[str, ...]:
    notes = []
    if layout.skipped:
        count, first = len(layout.skipped), masked(layout.skipped[0])[:60]
        notes.append(f"{count:,} lines before the table were skipped, the first of them: {first}")
    if layout.start.header is None:
        notes.append("the file has no header; columns are named column_1, column_2 and so on")
    return tuple(notes)
