"""Nested records → flat text columns named by dotted paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import polars as pl

from techhealth.ingest.records import folded, tidy

#: Keys whose text may be a whole JSON document of its own (diagnostic exports, container logs).
_DOCUMENTS = frozenset({"properties", "message", "msg", "log", "event", "line", "jsonpayload"})
_DEPTH = 8
_ITEMS = 20


def flat_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame of structs, lists and scalars as text columns; names that differ by case only are merged."""
    for _ in range(_DEPTH):
        structs = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Struct)]
        if not structs:
            break
        frame = frame.select(part for name in frame.columns for part in _opened(frame, name))
    return tidy(_merged(frame.select(_text(name, dtype) for name, dtype in frame.schema.items())))


def flat_records(records: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Return parsed records of any shape as text columns; slower than `flat_frame`, stops at nothing."""
    columns: dict[str, list[str | None]] = {}
    height = 0
    for height, record in enumerate(records, start=1):
        for name, value in _scalars("", record, _DEPTH):
            cells = columns.setdefault(name, [])
            if len(cells) < height:
                cells.extend([None] * (height - 1 - len(cells)))
                cells.append(value)
    for cells in columns.values():
        cells.extend([None] * (height - len(cells)))
    return tidy(_merged(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))))


def holds_documents(frame: pl.DataFrame) -> bool:
    """Return whether a text column carries JSON documents, or a list names with values, that must be opened too."""
    inner = (dtype.inner for dtype in frame.schema.values() if isinstance(dtype, pl.List))
    if any(isinstance(i, pl.Struct) and {"key", "value"} <= {part.name for part in i.fields} for i in inner):
        return True
    structs = [part for part in frame.schema.values() if isinstance(part, pl.Struct)]
    if any(holds_documents(pl.DataFrame(schema=dict(part.to_schema()))) for part in structs):
        return True
    texts = [n for n, dtype in frame.schema.items() if dtype == pl.String and folded(n) in _DOCUMENTS]
    return any(frame[name].str.starts_with("{").any() for name in texts)


def text_of(value: Any) -> str | None:
    """Return a JSON scalar as text; booleans as true and false, null as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _scalars(prefix: str, record: Mapping[str, Any], depth: int) -> Iterable[tuple[str, str | None]]:
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, str) and value.startswith("{") and folded(key) in _DOCUMENTS:
            value = _document(value)
        if isinstance(value, dict):
            if depth:
                yield from _scalars(f"{name}.", value, depth - 1)
        elif (
            isinstance(value, list) and value and all(isinstance(v, dict) and {"key", "value"} <= set(v) for v in value)
        ):
            yield from _scalars(f"{name}.", {str(pair["key"]): pair["value"] for pair in value}, depth and depth - 1)
        elif isinstance(value, list):
            parts = [text_of(item) for item in value[:_ITEMS] if not isinstance(item, dict | list)]
            if parts:
                yield name, ", ".join(part for part in parts if part is not None)
        else:
            yield name, text_of(value)


def _document(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return text


def _opened(frame: pl.DataFrame, name: str) -> list[pl.Expr]:
    dtype = frame.schema[name]
    if not isinstance(dtype, pl.Struct):
        return [pl.col(name)]
    return [pl.col(name).struct.field(part.name).alias(f"{name}.{part.name}") for part in dtype.fields]


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Return a column as text; instants in ISO form, lists of scalars joined, other nesting dropped to null."""
    column = pl.col(name)
    if isinstance(dtype, pl.List):
        inner = dtype.inner
        if isinstance(inner, pl.List | pl.Struct | pl.Null):
            return pl.lit(None, dtype=pl.String).alias(name)
        return column.cast(pl.List(pl.String)).list.head(_ITEMS).list.join(", ", ignore_nulls=True)
    if isinstance(dtype, pl.Datetime):
        zoned = column.dt.convert_time_zone("UTC") if dtype.time_zone else column
        return zoned.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f" + ("Z" if dtype.time_zone else ""))
    if isinstance(dtype, pl.Duration):
        return (column.dt.total_nanoseconds().cast(pl.String) + "ns").alias(name)
    if isinstance(dtype, pl.Struct | pl.Object | pl.Binary):
        return pl.lit(None, dtype=pl.String).alias(name)
    return column.cast(pl.String)


def _merged(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with columns coalesced whose names differ by case only (httpRequest, httprequest)."""
    groups: dict[str, list[str]] = {}
    for name in frame.columns:
        groups.setdefault(name.casefold(), []).append(name)
    if len(groups) == frame.width:
        return frame
    return frame.select(pl.coalesce(names).alias(names[0]) for names in groups.values())
