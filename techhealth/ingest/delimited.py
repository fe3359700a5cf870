"""CSV and its cousins → records: separator sniffed on the header, damaged rows told apart from good ones."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import polars as pl

from techhealth.errors import UnreadableError
from techhealth.ingest.records import MAX_COLUMNS, Records, numbered, tidy
from techhealth.ingest.rejects import OPEN_QUOTE, SURPLUS, Rejects

SEPARATORS = (",", ";", "\t", "|")
_SHOWN = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
#: Physical lines one quoted value may span before its quote counts as never closed.
_SPAN = 50
_VALUE_LIKE = re.compile(r"^-?\d[\d.,:/TZ+ -]*$|^https?://|^/|^(GET|POST|PUT|PATCH|DELETE)$")


def read_delimited(name: str, content: bytes) -> Records:
    """Return the records of a delimited file.

    Raises:
        UnreadableError: if it is another kind of text, or has no rows below the header.
    """
    content, separator = _separator(name, content)
    header, has_header = _header(content, separator)
    if len(header) > MAX_COLUMNS:
        raise UnreadableError(f"{name} has {len(header):,} columns, which is not a log. Export one row per call.")
    rejects = Rejects()
    frame = _fast(content, separator, header, has_header)
    if frame is None:
        frame, lines = _tolerant(content, separator, header, has_header, rejects)
    else:
        lines = numbered(frame, first=2 if has_header else 1)
    blank = pl.all_horizontal(pl.all().is_null())
    cleaned = tidy(frame).with_columns(lines.alias("\0line")).filter(~blank)
    if cleaned.is_empty() and not rejects.total:
        raise UnreadableError(f"{name} has a header and no rows. Export it again for a period with calls.")
    notes = () if has_header else ("the file has no header; columns are named column_1, column_2 and so on",)
    lines = cleaned["\0line"].alias("line")
    return Records(
        frame=cleaned.drop("\0line"), lines=lines, format=f"CSV ({_SHOWN[separator]})", rejects=rejects, notes=notes,
        separator=separator,
    )  # fmt: skip


def _separator(name: str, content: bytes) -> tuple[bytes, str]:
    """Return the content from its header on, and the separator that divides header and first rows best."""
    content = content.lstrip(b"\r\n \t")
    hint = re.match(rb"(?i)sep=(.)\r?\n", content)
    if hint:
        content = content[hint.end() :]
    head = content[:20_000].decode("utf-8", errors="replace").splitlines()[:20]
    counts = {sep: _outside_quotes(head[0], sep) for sep in SEPARATORS} if head else {}
    best = max(counts, key=lambda sep: counts[sep], default="")
    if hint and hint.group(1).decode("latin-1") in SEPARATORS:
        best = hint.group(1).decode("latin-1")
    elif not best or counts[best] == 0 or not _looks_tabular(head, best):
        raise UnreadableError(
            f"{name} is text, but neither CSV nor JSON. Export the log as CSV with a header, or as JSON."
        )
    return content, best


def _looks_tabular(head: list[str], separator: str) -> bool:
    """Return whether the header's cells are short and a fair share of rows has about as many cells."""
    cells = head[0].split(separator)
    if max(len(cell) for cell in cells) > 200:
        return False
    like = sum(line.count(separator) >= (len(cells) - 1) / 2 for line in head[1:])
    return like >= (len(head) - 1) / 4


def _outside_quotes(line: str, separator: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(separator)


def _header(content: bytes, separator: str) -> tuple[list[str], bool]:
    """Return unique column names, and whether they stand in the file."""
    first = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").strip("\r")
    cells = _cells(first.replace("\r", " "), separator) or first.split(separator)
    if any(_VALUE_LIKE.match(cell.strip()) for cell in cells):
        return [f"column_{n}" for n in range(1, len(cells) + 1)], False
    names: list[str] = []
    for n, cell in enumerate(cells, start=1):
        plain = cell.strip(" \t\"'\0") or f"column_{n}"
        names.append(plain if plain not in names else f"{plain}_{n}")
    return names, True


def _fast(content: bytes, separator: str, header: list[str], has_header: bool) -> pl.DataFrame | None:
    """Return the frame polars reads, None if it cannot or if a quote may have swallowed lines."""
    try:
        frame = pl.read_csv(
            content, separator=separator, infer_schema=False, has_header=False, new_columns=header,
            skip_rows=1 if has_header else 0, quote_char='"', raise_if_empty=False, encoding="utf8-lossy",
        )  # fmt: skip
    except (pl.exceptions.PolarsError, ValueError):
        return None
    if frame.width != len(header):
        return None if frame.height else pl.DataFrame(schema=dict.fromkeys(header, pl.String))
    physical = content.count(b"\n") + (not content.endswith(b"\n")) - has_header
    return frame if b'"' not in content or frame.height == physical else None


def _tolerant(
    content: bytes, separator: str, header: list[str], has_header: bool, rejects: Rejects
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the rows that can be read one by one; the others are rejected with their reason."""
    csv.field_size_limit(1 << 30)
    rows: list[list[str | None]] = []
    lines: list[int] = []
    width = len(header)
    for line, text, cells in _logical_rows(content.decode("utf-8", errors="replace"), separator, has_header):
        if cells is None:
            rejects.add(OPEN_QUOTE, 1, [(line, text)])
        elif any(cell.strip() for cell in cells[width:]):
            rejects.add(SURPLUS, 1, [(line, text)])
        else:
            rows.append([*cells[:width], *[None] * (width - len(cells))])
            lines.append(line)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    return frame, pl.Series("line", lines, dtype=pl.Int64)


def _logical_rows(text: str, separator: str, has_header: bool) -> Iterator[tuple[int, str, list[str] | None]]:
    """Yield (line number, raw text, cells); cells is None for a line whose quote is never closed."""
    physical = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 1 if has_header else 0
    while at < len(physical):
        line = physical[at]
        taken = _closed_after(physical, at)
        raw = "\n".join(physical[at : at + taken]) if taken else line
        if line.strip():
            yield at + 1, raw, _cells(raw, separator) if taken else None
        at += max(taken, 1)


def _closed_after(physical: list[str], at: int) -> int:
    """Return how many lines the row at this line spans, 0 if its quote is never closed."""
    quotes = 0
    for taken, line in enumerate(physical[at : at + _SPAN], start=1):
        if taken > 1 and quotes % 2 and line.count('"') == 0 and taken == _SPAN:
            return 0
        quotes += line.count('"')
        if quotes % 2 == 0:
            return taken
    return 0


def _cells(raw: str, separator: str) -> list[str] | None:
    try:
        return next(csv.reader(io.StringIO(raw), delimiter=separator), [])
    except csv.Error:
        return None
