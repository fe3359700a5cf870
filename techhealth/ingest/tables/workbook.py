"""How large a workbook is, before a library that takes it whole is let near it: unpacked bytes, and cells."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from techhealth.errors import UnreadableError
from techhealth.ingest.files.archives import zip_directory
from techhealth.ingest.files.unpack import Budget, too_large

#: Bytes a cell takes while it is read; a sheet takes them for every cell up to its last row and column.
_CELL = 40
_CHUNK = 1 << 20
#: Member that gives a document away that is no workbook of the usual kind.
_OTHERS = {
    "xl/workbook.bin": "a binary Excel workbook",
    "content.xml": "an OpenDocument file",
    "word/document.xml": "a Word document, not a log",
    "ppt/presentation.xml": "a PowerPoint document, not a log",
}
_OVERLAP = 40
#: Cells far to the right, and cells far below: (letters of the column, number of the row).
_WIDE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{2,3})\d")
_DEEP = re.compile(rb"\br\s*=\s*[\"'][A-Z]{1,3}(\d{6,})")
_NEAR_ROWS = 99_999
_MOST_ROWS = 1 << 20


def check_size(name: str, content: bytes, max_bytes: int) -> None:
    """Refuse a workbook that unpacks to more than the limit, or whose last cell is too far from its first.

    Raises:
        UnreadableError: if it is too large, damaged, or of a kind that is not read.
    """
    if not content.startswith(b"PK"):  # the old format has 65,536 rows of 256 columns at most
        return
    budget = Budget(name, max_bytes)
    for info in zip_directory(name, content).infolist():
        if info.filename in _OTHERS:
            raise UnreadableError(f"{name} is {_OTHERS[info.filename]}. Save it as xlsx or CSV.")
        try:
            cells = _cells(_pieces(content, info), budget)
        except (zlib.error, struct.error):
            raise UnreadableError(f"{name} is a damaged Excel workbook. Download or export it again.") from None
        if "worksheets/" in info.filename and cells * _CELL > max_bytes:
            raise too_large(name, max_bytes)


def _cells(pieces: Iterator[bytes], budget: Budget) -> int:
    """Return how many cells a sheet has up to its last row and column, counted generously."""
    columns, rows = {b"Z"}, _NEAR_ROWS
    tail = b""
    for piece in pieces:
        budget.spend(len(piece))
        part = tail + piece
        columns.update(_WIDE.findall(part))
        rows = max([rows, *(min(int(row), _MOST_ROWS) for row in _DEEP.findall(part))])
        tail = part[-_OVERLAP:]
    return rows * max(map(_column, columns))


def _column(letters: bytes) -> int:
    """Return the number of a column: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _pieces(stored: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of a member by its packed bytes alone: the size that the directory claims may be a lie."""
    name, extra = struct.unpack_from("<HH", stored, info.header_offset + 26)
    at = info.header_offset + 30 + name + extra
    packed = stored[at : at + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    stream = zlib.decompressobj(wbits=-15)
    while not stream.eof:
        piece = stream.decompress(packed, _CHUNK)
        packed = stream.unconsumed_tail
        if not piece and not packed and not stream.eof:
            return
        yield piece
