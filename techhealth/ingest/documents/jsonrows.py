"""JSON objects → flat text columns, a bounded part of the bytes at a time: polars where it agrees, one by one elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import polars as pl
from polars.datatypes import DataTypeClass

from techhealth.ingest.documents.flatten import flat_frame, flat_records, stacked
from techhealth.ingest.records import MAX_COLUMNS, TooWideError

#: Objects, and bytes of lines, that are made columns at a time.
_OBJECTS, _BYTES = 20_000, 1 << 23
#: Lists in lists that are read all at once; hundreds would take seconds.
_LISTS = 16
_ENCODER = msgspec.json.Encoder()
#: No JSON text has this byte, so it can stand between objects while line breaks inside them become blanks.
_BETWEEN = b"\x1e"
_ONE_LINE_EACH = bytes.maketrans(b"\n\r" + _BETWEEN, b"  \n")


def from_raws(records: Sequence[msgspec.Raw]) -> pl.DataFrame | None:
    """Return objects, still as the bytes they were written in, as flat text columns; None if one of them is no object."""
    frames = []
    for at in range(0, len(records), _OBJECTS):
        some = records[at : at + _OBJECTS]
        joined = _BETWEEN.join([b"", *some])
        if joined.count(_BETWEEN + b"{") < len(some):
            return None
        frame = from_lines(joined[1:].translate(_ONE_LINE_EACH), len(some))
        frames.append(flat_records(map(msgspec.json.decode, some)) if frame is None else frame)
    return stacked(frames)


def from_values(records: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return parsed objects as flat text columns."""
    frames = []
    for at in range(0, len(records), _OBJECTS):
        some = records[at : at + _OBJECTS]
        try:
            frame = from_lines(_ENCODER.encode_lines(some), len(some))
        except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
            frame = None
        frames.append(flat_records(some) if frame is None else frame)
    return stacked(frames)


def from_lines(lines: bytes, count: int) -> pl.DataFrame | None:
    """Return `count` objects, one a line, as flat text columns; None where polars cannot tell them apart.

    Every scalar is read as text: no number loses a digit, and a field may be a number here and a word there.
    """
    try:
        schema = pl.scan_ndjson(io.BytesIO(lines), infer_schema_length=None).collect_schema()
        if sum(map(_leaves, schema.values())) > MAX_COLUMNS:
            raise TooWideError
        texts = {name: _texts(dtype) for name, dtype in schema.items()}
        frame = pl.read_ndjson(io.BytesIO(lines), schema=texts)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, RecursionError):
        return None
    return flat_frame(frame) if frame.height == count and frame.width else None


def parts_of(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield (number of the first line, some whole lines, how many) until all lines are told."""
    at, line = 0, 1
    while at < len(content):
        end = content.find(b"\n", at + _BYTES) + 1 or len(content)
        part = content[at:end]
        count = part.count(b"\n") + (not part.endswith(b"\n"))
        yield line, part, count
        at = end
        line += count


def _leaves(dtype: pl.DataType) -> int:
    """Return how many columns a type becomes."""
    inner = [_leaves(part.dtype) for part in dtype.fields] if isinstance(dtype, pl.Struct) else []  # type: ignore[arg-type]
    return sum(inner) or 1


def _texts(dtype: DataTypeClass | pl.DataType, *, lists: int = 0) -> pl.DataType:
    """Return the type with text for every scalar in it, which lies in so many lists."""
    if lists > _LISTS:
        raise ValueError("too many lists in lists")
    if isinstance(dtype, pl.Struct):
        return pl.Struct({part.name: _texts(part.dtype, lists=lists) for part in dtype.fields})
    if isinstance(dtype, pl.List):
        return pl.List(_texts(dtype.inner, lists=lists + 1))
    return pl.String()
