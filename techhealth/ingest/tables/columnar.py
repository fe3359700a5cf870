"""Parquet files → records; their size is known from their footer before anything is read."""

from __future__ import annotations

import io

import polars as pl

from techhealth.errors import UnreadableError
from techhealth.ingest.documents.flatten import flat_frame, stacked
from techhealth.ingest.files.unpack import too_large
from techhealth.ingest.records import MAX_COLUMNS, Records, numbered
from techhealth.ingest.rejects import Rejects

#: Bytes that a value takes at least once it is read.
_VALUE = 8
_DAMAGE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError)


def read_parquet(name: str, content: bytes, max_bytes: int) -> Records:
    """Return the records of a Parquet file.

    Raises:
        UnreadableError: if it is damaged, or holds more than the limit.
    """
    scan = pl.scan_parquet(io.BytesIO(content))
    try:
        width = len(scan.collect_schema())
        if width > MAX_COLUMNS:
            raise UnreadableError(f"{name} has {width:,} columns, which is not a log. Export one row per call.")
        if scan.select(pl.len()).collect().item() * width * _VALUE > max_bytes:
            raise too_large(name, max_bytes)
        frame = scan.collect()
        if frame.estimated_size() > max_bytes:
            raise too_large(name, max_bytes)
    except _DAMAGE:
        raise UnreadableError(f"{name} is a damaged Parquet file. Download or export it again.") from None
    if frame.is_empty():
        raise UnreadableError(f"{name} has columns and no rows. Export it again for a period with calls.")
    flat = stacked([flat_frame(frame)])
    return Records(frame=flat, lines=numbered(flat, first=1), format="Parquet", rejects=Rejects())
