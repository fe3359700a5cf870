"""JSON in all its wrappings → records: arrays, envelopes, single objects, lines, and cut files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import polars as pl

from techhealth.errors import UnreadableError
from techhealth.ingest.envelope import find_records
from techhealth.ingest.flatten import flat_frame, flat_records, holds_documents
from techhealth.ingest.records import MAX_COLUMNS, Records, numbered
from techhealth.ingest.rejects import CUT, NOT_JSON, Rejects

_ENCODER = msgspec.json.Encoder()
_HEAD = 20


def looks_like_json(content: bytes) -> bool:
    """Return whether the text is JSON, JSON lines, or lines that carry JSON behind a prefix."""
    if content.lstrip()[:1] in (b"[", b"{"):
        return True
    lines = [line.strip() for line in content[:200_000].split(b"\n")[: _HEAD + 1] if line.strip()]
    return sum(b"{" in line and line.endswith(b"}") and b'":' in line for line in lines) > len(lines) / 2


def read_json(name: str, content: bytes) -> Records:
    """Return the records of a JSON file of any wrapping.

    Raises:
        UnreadableError: if there is no list of objects in it.
    """
    document, parsed = _document(content)
    if parsed:
        return _from_document(name, document)
    if _is_lines(content):
        return _from_lines(name, content)
    return _salvaged(name, content)


def _document(content: bytes) -> tuple[Any, bool]:
    """Return the document and whether the whole content is one; NaN counts as null."""
    try:
        return msgspec.json.decode(content), True
    except (msgspec.DecodeError, RecursionError):
        pass
    if b"NaN" not in content and b"Infinity" not in content:
        return None, False
    try:
        return json.loads(content, parse_constant=lambda _constant: None), True
    except (ValueError, RecursionError):
        return None, False


def _from_document(name: str, document: Any) -> Records:
    found = find_records(document)
    if found is None:
        raise UnreadableError(f"{name} is JSON without a list of records. Export the calls as a list of objects.")
    frame = _frame(found.records)
    _check_width(name, frame)
    return Records(
        frame=frame, lines=numbered(frame, first=1), format=found.format, rejects=found.rejects,
        envelope=found.envelope, notes=found.notes,
    )  # fmt: skip


def _frame(records: list[dict[str, Any]]) -> pl.DataFrame:
    """Return parsed records as flat text columns: through polars when it agrees, else one by one."""
    try:
        frame = pl.read_ndjson(_ENCODER.encode_lines(records), infer_schema_length=None)
    except (pl.exceptions.PolarsError, msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return flat_records(records)
    return flat_records(records) if _needs_care(frame, len(records)) else flat_frame(frame)


def _needs_care(frame: pl.DataFrame, expected: int) -> bool:
    return frame.height != expected or holds_documents(frame)


def _check_width(name: str, frame: pl.DataFrame) -> None:
    if frame.width > MAX_COLUMNS:
        raise UnreadableError(
            f"{name} has {frame.width:,} different fields, which is not a log. Export one object per call."
        )


def _is_lines(content: bytes) -> bool:
    """Return whether a fair share of the first lines are JSON objects."""
    lines = [line.strip() for line in content[:1_000_000].split(b"\n")[: _HEAD + 1] if line.strip()]
    return sum(_object(line) is not None for line in lines) >= max(1, len(lines) / 4)


def _object(line: bytes) -> dict[str, Any] | None:
    """Return the object of one line, behind a prefix if need be; None if there is none."""
    start = line.find(b"{")
    if start < 0:
        return None
    try:
        value = msgspec.json.decode(line[start:].rstrip(b",\r\n "))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _from_lines(name: str, content: bytes) -> Records:
    try:
        frame = pl.read_ndjson(content, infer_schema_length=None)
    except (pl.exceptions.PolarsError, ValueError):
        frame = None
    lines = [n for n, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    if frame is None or _needs_care(frame, len(lines)):
        return _line_by_line(name, content)
    _check_width(name, frame)
    numbers = pl.Series("line", lines, dtype=pl.Int64)
    return Records(frame=flat_frame(frame), lines=numbers, format="JSON lines", rejects=Rejects())


def _line_by_line(name: str, content: bytes) -> Records:
    """Return the records of lines some of which are not JSON, or mix shapes."""
    rejects = Rejects()
    kept: list[dict[str, Any]] = []
    numbers: list[int] = []
    prefixed = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        text = line.strip()
        value = _object(text)
        if value is not None:
            kept.append(value)
            numbers.append(number)
            prefixed += not text.startswith(b"{")
        elif text and text not in (b"[", b"]", b","):
            rejects.add(NOT_JSON, 1, [(number, text.decode("utf-8", errors="replace"))])
    frame = flat_records(kept)
    _check_width(name, frame)
    notes = (f"{prefixed:,} lines carry a prefix before the JSON; it was cut off",) if prefixed else ()
    lines = pl.Series("line", numbers, dtype=pl.Int64)
    return Records(frame=frame, lines=lines, format="JSON lines", rejects=rejects, notes=notes)


def _salvaged(name: str, content: bytes) -> Records:
    """Return the whole records of objects that follow each other or of a file that was cut."""
    text = content.decode("utf-8", errors="replace")
    records, end = _decoded(text)
    if not records:
        raise UnreadableError(f"{name} starts like JSON but cannot be read as such. Export it again; it may be cut.")
    rejects = Rejects()
    rest = text[end:].strip(" \t\r\n,]}")
    if rest:
        rejects.add(CUT, 1, [(len(records) + 1, rest)])
    frame = flat_records(records)
    _check_width(name, frame)
    notes = ("the file is damaged or cut; only its whole records were read",) if rest else ()
    return Records(
        frame=frame, lines=numbered(frame, first=1), format="JSON objects", rejects=rejects, notes=notes
    )  # fmt: skip


def _decoded(text: str) -> tuple[list[dict[str, Any]], int]:
    """Return objects decoded one after the other, and where decoding stopped."""
    opening = re.match(r"\s*\{", text)
    found = list(_objects(text, 0)) if opening else []
    if not found:
        inner = re.search(r"\[\s*(?=\{)", text)
        found = list(_objects(text, inner.end())) if inner else []
    return [value for value, _ in found], found[-1][1] if found else 0


def _objects(text: str, at: int) -> Iterator[tuple[dict[str, Any], int]]:
    decoder = json.JSONDecoder()
    gap = re.compile(r"[\s,]*")
    while True:
        start = gap.match(text, at)
        at = start.end() if start else at
        if at >= len(text) or text[at] != "{":
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value, at
