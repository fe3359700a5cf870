"""Records → the bytes of an export: JSON with an envelope, NDJSON or CSV, each plain or gzip."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

import polars as pl

from techhealth.errors import UsageError
from techhealth.sample.records import CALL_KEYS, DELIVERY_KEYS, Records

#: Suffix → format; each may be followed by .gz.
SUFFIXES = {".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv"}
FORMATS = ("json", "ndjson", "csv")
#: One flat header for calls and deliveries.
CSV_HEADER = (*CALL_KEYS[:2], "customer", *CALL_KEYS[2:], *(key for key in DELIVERY_KEYS if key not in CALL_KEYS))
_CHUNK = 50_000


def write_records(records: Records, out: Path | BinaryIO, *, format: str | None = None) -> None:
    """Write records; the same records give the same bytes.

    Args:
        records: what to write.
        out: a path, whose suffix names the format, or a binary stream.
        format: json, ndjson or csv; by default the suffix of the path, json for a stream.

    Raises:
        UsageError: if the suffix or the format is not known, or the path cannot be written.
    """
    kind, packed = _format(out) if format is None else (format, isinstance(out, Path) and out.suffix == ".gz")
    if kind not in _PIECES:
        raise UsageError(f"{kind!r} is no format of a sample; use one of {', '.join(_PIECES)}.")
    pieces = _PIECES[kind](records)
    first = next(pieces)
    with ExitStack() as stack:
        try:
            stream: BinaryIO = stack.enter_context(out.open("wb")) if isinstance(out, Path) else out
        except OSError as error:
            raise UsageError(f"{out}: cannot be written ({error.strerror}); name another file with -o.") from None
        if packed:
            stream = cast(BinaryIO, stack.enter_context(gzip.GzipFile("", "wb", 9, stream, mtime=0)))
        for piece in chain((first,), pieces):
            stream.write(piece.encode())


def _format(out: Path | BinaryIO) -> tuple[str, bool]:
    if not isinstance(out, Path):
        return "json", False
    packed = out.suffix.lower() == ".gz"
    suffix = (out.with_suffix("") if packed else out).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise UsageError(f"{out.name}: the suffix names the format; use one of {known}, plain or followed by .gz.")
    return SUFFIXES[suffix], packed


def _json(records: Records) -> Iterator[str]:
    """Yield one JSON object with the records in a list, one a line."""
    lines = _merged(_encoded(records.calls, CALL_KEYS), _encoded(records.deliveries, DELIVERY_KEYS))
    export = {
        "source": "api-gateway", "format_version": 1,
        "from": f"{records.first}T00:00:00Z", "to": f"{records.last}T23:59:59Z", "records": len(lines),
    }  # fmt: skip
    yield f'{{"export": {json.dumps(export)},\n"customer": {json.dumps(records.customer)},\n"records": [\n'
    for start in range(0, len(lines), _CHUNK):
        end = start + _CHUNK
        yield ",\n".join(lines[start:end].to_list()) + ("\n" if end >= len(lines) else ",\n")
    yield "]}\n"


def _ndjson(records: Records) -> Iterator[str]:
    """Yield one JSON object a line, each naming the customer."""
    customer = pl.lit(records.customer).alias("customer")
    parts = ((records.calls, CALL_KEYS), (records.deliveries, DELIVERY_KEYS))
    lines = _merged(*(_encoded(frame.with_columns(customer), (*keys, "customer")) for frame, keys in parts))
    for start in range(0, len(lines), _CHUNK):
        yield "\n".join(lines[start : start + _CHUNK].to_list()) + "\n"


def _csv(records: Records) -> Iterator[str]:
    """Yield a header and one row per record; what a kind of record does not have stays empty."""
    parts = [records.calls.with_columns(pl.col("status").cast(pl.String)), records.deliveries]
    frame = pl.concat(parts, how="diagonal").sort("at_ms", maintain_order=True)
    named = frame.with_columns(customer=pl.lit(records.customer)).select(CSV_HEADER)
    for start in range(0, max(len(named), 1), _CHUNK):
        yield named[start : start + _CHUNK].write_csv(include_header=start == 0)


_PIECES = {"json": _json, "ndjson": _ndjson, "csv": _csv}


def _encoded(frame: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    return frame.select("at_ms", line=pl.struct(keys).struct.json_encode())


def _merged(*parts: pl.DataFrame) -> pl.Series:
    return pl.concat(parts).sort("at_ms", maintain_order=True)["line"]
