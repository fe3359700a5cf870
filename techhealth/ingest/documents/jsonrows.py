"""JSON objects → flat text columns, a bounded part of the bytes at a time: polars where it agrees, one by one elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import polars as pl
from polars.datatypes import DataTypeClass

from techhealth.ingest.documents.flatten import flat_frame, flat_records, stacked
from techhealth.ingest.records import MAX_COLUMNS, TooWideError, check_cells

#: Objects, and bytes of lines, that are made columns at a time.
_OBJECTS, _BYTES = 20_000, 1 << 23
#: Bytes of lines whose fields are looked for at once: the time that takes grows with the square of the different names.
_LOOKED_AT = 1 << 16
#: Cells that a byte of lines may become; an object names its fields, so that more of them are nearly all empty.
_CELLS = 4
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
        fields = _fields(lines)
        check_cells(count, _leaves(fields), _CELLS * len(lines))
        texts = {name: _texts(dtype) for name, dtype in fields.items()}
        frame = pl.read_ndjson(io.BytesIO(lines), schema=texts)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, RecursionError):
        return None
    return flat_frame(frame) if frame.height == count and frame.width else None


def parts_of(content: bytes, size: int | None = None) -> Iterator[tuple[int, bytes, int]]:
    """Yield (number of the first line, whole lines of about `size` bytes, how many) until all lines are told."""
    size = size or _BYTES
    at, line = 0, 1
    while at < len(content):
        end = content.find(b"\n", at + size) + 1 or len(content)
        part = content[at:end]
        count = part.count(b"\n") + (not part.endswith(b"\n"))
        yield line, part, count
        at = end
        line += count


def _fields(lines: bytes) -> dict[str, Any]:
    """Return name → type of the fields that objects have together.

    Raises:
        TooWideError: if they are too many; told as soon as they are.
        ValueError: if a field is nested in one object and something else in another.
    """
    whole: dict[str, Any] = {}
    for _, part, _ in parts_of(lines, _LOOKED_AT):
        found = pl.scan_ndjson(io.BytesIO(part), infer_schema_length=None).collect_schema()
        new = {name: dtype for name, dtype in found.items() if whole.get(name) != dtype}
        whole |= {name: _joined(whole.get(name, dtype), dtype) for name, dtype in new.items()}
        if new and _leaves(whole) > MAX_COLUMNS:
            raise TooWideError
    return whole


def _joined(one: Any, other: Any) -> Any:
    """Return a type that holds the values of two; of scalars, which are read as text, either does."""
    if isinstance(one, pl.Struct) and isinstance(other, pl.Struct):
        parts = {part.name: part.dtype for part in one.fields}
        for part in other.fields:
            parts[part.name] = _joined(parts.get(part.name, part.dtype), part.dtype)
        return pl.Struct(parts)
    if isinstance(one, pl.List) and isinstance(other, pl.List):
        return pl.List(_joined(one.inner, other.inner))
    if pl.Null in (one, other):
        return one if other == pl.Null else other
    if pl.String in (one, other):
        return pl.String()
    if one.is_nested() or other.is_nested():
        raise ValueError("a field is nested in some objects alone")
    return one


def _leaves(fields: Mapping[str, Any]) -> int:
    """Return how many columns fields become."""
    inner = [_leaves(dict(dtype)) if isinstance(dtype, pl.Struct) else 1 for dtype in fields.values()]
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
