"""Files that are logs and no text: the first bytes tell who reads them."""

from __future__ import annotations

from collections.abc import Callable

from techhealth.ingest.columnar import read_parquet
from techhealth.ingest.records import Records
from techhealth.ingest.sheets import read_sheets

#: Returns the records of (name, content, limit in bytes).
Reader = Callable[[str, bytes, int], Records]
_READERS: tuple[tuple[bytes, Reader], ...] = (
    (b"PAR1", read_parquet),
    (b"PK\x03\x04", read_sheets),
    (b"\xd0\xcf\x11\xe0", read_sheets),
)


def reader_of(content: bytes) -> Reader | None:
    """Return what reads a file that is no text, None for text and for what is no log."""
    return next((reader for magic, reader in _READERS if content.startswith(magic)), None)
