"""The bytes of one file → its records: who reads what, told from the bytes alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from techhealth.errors import UnreadableError
from techhealth.ingest.documents.documents import opened
from techhealth.ingest.documents.flatten import flat_frame
from techhealth.ingest.documents.jsonish import looks_like_json, read_json
from techhealth.ingest.documents.markup import is_xml, read_xml
from techhealth.ingest.fields.dialects import unwrapped
from techhealth.ingest.files.encodings import to_utf8
from techhealth.ingest.files.sniff import refuse_foreign
from techhealth.ingest.files.sources import Blob
from techhealth.ingest.lines.blocks import read_blocks
from techhealth.ingest.lines.consoles import read_console, read_exposition
from techhealth.ingest.lines.mixed import is_mixed, read_mixed
from techhealth.ingest.lines.textlogs import read_text_log
from techhealth.ingest.records import MAX_COLUMNS, Records, TooWideError, numbered
from techhealth.ingest.rejects import Rejects
from techhealth.ingest.tables.columnar import read_parquet
from techhealth.ingest.tables.delimited import read_delimited
from techhealth.ingest.tables.sheets import read_sheets

#: First bytes of files that are logs and no text → what returns the records of (name, content, limit in bytes).
_BINARY: tuple[tuple[bytes, Callable[[str, bytes, int], Records]], ...] = (
    (b"PAR1", read_parquet),
    (b"PK\x03\x04", read_sheets),
    (b"\xd0\xcf\x11\xe0", read_sheets),
)
#: A time or a name in brackets, not a list of numbers or texts.
_STAMPED = re.compile(rb"\s*\[(?:\d+[-/:]|[A-Za-z][\w/.-]*[\]: ])")
#: Text that is looked at to tell a text log from a table: so much at its beginning, middle and end.
_EXCERPT = 100_000


def records_of(blob: Blob) -> tuple[Records, str]:
    """Return the records of a file with the JSON in their texts opened, and the encoding; its content is let go of.

    Raises:
        UnreadableError: if it is no log, or has no rows.
    """
    try:
        records, encoding = _read(blob)
        if records.frame.is_empty():
            raise UnreadableError(f"{blob.name} has no rows that can be read. Export one row, line or object per call.")
        frame = opened(records.frame)
        if frame.width > MAX_COLUMNS:
            raise TooWideError
    except TooWideError as problem:
        raise UnreadableError(f"{blob.name} has {problem}, which is not a log. Export one object per call.") from None
    return replace(records, frame=unwrapped(frame).rechunk()), encoding


def _read(blob: Blob) -> tuple[Records, str]:
    if blob.frame is not None:
        if blob.frame.is_empty():
            raise UnreadableError("The frame has no rows. Pass one row per call.")
        frame = flat_frame(blob.frame)
        return Records(frame=frame, lines=numbered(frame, first=1), format="polars frame", rejects=Rejects()), "none"
    refuse_foreign(blob.name, blob.content)
    binary = next((reader for magic, reader in _BINARY if blob.content.startswith(magic)), None)
    if binary:
        return binary(blob.name, blob.take(), blob.limit), "none"
    content, encoding = to_utf8(blob.name, blob.take())
    return _reader(content)(blob.name, content), encoding


def _reader(content: bytes) -> Callable[[str, bytes], Records]:
    if is_xml(content):
        return read_xml
    if is_mixed(content):
        return read_mixed
    stamped = _STAMPED.match(content)  # objects may stand at the ends of such lines all the same
    return read_json if looks_like_json(content[: 3 * _EXCERPT].lstrip()[1:] if stamped else content) else _text


def _text(name: str, content: bytes) -> Records:
    printed = read_console(content) or read_exposition(content) or read_blocks(content)
    if printed:
        return printed
    is_log = len(content) <= 4 * _EXCERPT or read_text_log(name, _excerpt(content)) is not None
    return (read_text_log(name, content) if is_log else None) or read_delimited(name, content)


def _excerpt(content: bytes) -> bytes:
    """Return whole lines of the beginning, middle and end of a long text."""
    starts = (0, len(content) // 2, len(content) - _EXCERPT)
    parts = [content[at : at + _EXCERPT].split(b"\n") for at in starts]
    return b"\n".join(line for at, part in zip(starts, parts, strict=True) for line in part[bool(at) : -1])
