"""JSON in all its wrappings → records: arrays, envelopes, tables, single objects, lines, and cut files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl

from techhealth.errors import UnreadableError
from techhealth.ingest.documents.envelope import Found, find_records
from techhealth.ingest.documents.jsonlines import is_lines, lines_of, nested_lines, repaired
from techhealth.ingest.documents.jsonrows import from_raws, from_values
from techhealth.ingest.records import Records, numbered
from techhealth.ingest.rejects import CUT, Rejects

_HEAD = 20
#: What may stand before the first bracket: white space, comments, the separators of JSON text sequences.
_BEFORE = re.compile(rb"(?:[\s\x1e]+|//[^\n]*\n|/\*.{0,5000}?\*/)*", re.DOTALL)


def looks_like_json(content: bytes) -> bool:
    """Return whether the text is JSON, JSON lines, or lines that carry JSON behind a prefix."""
    head = content[_before(content) :][:4].replace(b" ", b"")
    if head.startswith((b"[", b"{", b'"{\\', b'"[{', b'"[\\')):
        return True
    lines = [line.strip() for line in content[:200_000].split(b"\n")[: _HEAD + 1] if line.strip()]
    return sum(b'":' in line and b"{" in line and _ends_with_object(line) for line in lines) > len(lines) / 2


def _ends_with_object(line: bytes) -> bool:
    """Return whether an object stands at the end of a line, or is the only cell of it."""
    alone = line.startswith(b'"{""') and line.endswith(b'}"') and b'}",' not in line
    return alone or line.endswith(b"}")


def read_json(name: str, content: bytes) -> Records:
    """Return the records of a JSON file of any wrapping.

    Raises:
        UnreadableError: if there is no list of objects in it.
    """
    if content[_before(content) - 1 : _before(content)] == b"\x1e" or b"\n\x1e" in content[:100_000]:
        content = content.translate(None, delete=b"\x1e")
    records = _whole(name, content)
    if records is None and is_lines(content):
        nested = nested_lines(content)
        records = lines_of(content) if nested is None else _from_document(name, nested)
    if records is None:
        mended = repaired(content)
        records = (_whole(name, mended) if mended else None) or _salvaged(name, mended or content)
    return records


def _before(content: bytes) -> int:
    found = _BEFORE.match(content)
    return found.end() if found else 0


def _whole(name: str, content: bytes) -> Records | None:
    """Return the records of content that is one document, None if it is not."""
    try:
        return _bulky(content) or _from_document(name, msgspec.json.decode(content))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _bulky(content: bytes) -> Records | None:
    """Return the records of a document that is one long list of objects, which are never parsed all at once."""
    drawn = outline(content)
    if drawn is None:
        return None
    found = find_records(drawn.document)
    if found is None or found.path != drawn.path:
        return None
    frame = from_raws(drawn.items)
    return None if frame is None else made(found, frame)


def _from_document(name: str, document: Any) -> Records:
    if isinstance(document, str):  # a document written into a text
        return read_json(name, document.encode())
    found = find_records(document)
    if found is None:
        raise UnreadableError(f"{name} is JSON without a list of records. Export the calls as a list of objects.")
    return made(found)


def made(found: Found, frame: pl.DataFrame | None = None) -> Records:
    """Return what was found in a document as records; `frame` holds them where they are made columns already."""
    frame = from_values(found.records) if frame is None else frame
    return Records(
        frame=frame, lines=numbered(frame, first=1), format=found.format, rejects=found.rejects,
        envelope=found.envelope, notes=found.notes,
    )  # fmt: skip


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
    frame = from_values(records)
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
    decoder = json.JSONDecoder(parse_constant=lambda _constant: None)
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


#: Objects of the long list that stand in the outline; a list that is no longer is not left out.
SHOWN = 200
_DEPTH = 8
_RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_RAW_DICT = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Outline:
    """A document with its long list cut to the first objects, the place of that list, and all its items as bytes."""

    document: Any
    path: tuple[str, ...]
    items: Sequence[msgspec.Raw]


def outline(content: bytes | msgspec.Raw, depth: int = _DEPTH) -> Outline | None:
    """Return the outline of a document, None if most of it is not one long list of objects.

    Raises:
        msgspec.DecodeError: if the content is not one JSON document.
    """
    first = bytes(memoryview(content)[:200]).lstrip()[:1]
    if first == b"[":
        items = _RAW_LIST.decode(content)
        long = len(items) > SHOWN and all(bytes(memoryview(item)[:1]) == b"{" for item in items[:SHOWN])
        return Outline([msgspec.json.decode(item) for item in items[:SHOWN]], (), items) if long else None
    if first != b"{" or not depth:
        return None
    parts = _RAW_DICT.decode(content)
    key = max(parts, key=lambda name: len(parts[name]), default=None)
    inner = outline(parts[key], depth - 1) if key is not None and 2 * len(parts[key]) > len(content) else None
    if key is None or inner is None:
        return None
    document = {name: inner.document if name == key else msgspec.json.decode(part) for name, part in parts.items()}
    return Outline(document, (key, *inner.path), inner.items)
