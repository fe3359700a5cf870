"""Nested records → flat text columns named by dotted paths."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from techhealth.ingest.documents.pairs import opened_pairs, pair_fields, pair_keys, pairs_of
from techhealth.ingest.records import MAX_COLUMNS, TooWideError, check_cells, tidy

_DEPTH = 8
_ITEMS = 20
#: Cells that parts may become together for each cell that they have on their own.
_CELLS = 16
#: Lists of objects whose first one is said of the record: what went wrong, what happened, what was asked and answered.
_SAID = frozenset(("errors", "exceptions", "problems", "events", "request", "response"))
#: Names of types at the end of a path.
_TYPES = re.compile(
    r"(?:\.(?:S|N|B|BOOL|\$date|\$oid|\$number\w+|(?:string|int|double|bool|timestamp|float|long)Value))+$"
)
#: A number that its type stands before (["Long", 2867]), as the items of a list are joined.
_TYPED = re.compile(
    r"^(?:java\.(?:lang|math)\.)?(?:Byte|Short|Int|Integer|Long|Float|Double|Decimal|BigInteger|BigDecimal|Number), (-?\d[\d.]*(?:[eE][+-]?\d+)?)$"
)
#: Objects that one record is wrapped in by the tool that exported it (Elasticsearch, Splunk, Datadog).
_WRAPPERS = ("_source", "result", "attributes", "record", "doc")


def flat_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame of structs, lists and scalars as text columns; names that differ by case only are merged."""
    for _ in range(_DEPTH):
        if not any(_opens(name, dtype) for name, dtype in frame.schema.items()):
            break
        frame = pl.DataFrame([part for column in frame for part in _opened(column)])
    return tidy(_merged(frame.select(_text(name, dtype) for name, dtype in frame.schema.items())))


def flat_records(records: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Return parsed records of any shape as text columns; slower than `flat_frame`, stops at nothing."""
    columns: dict[str, list[str | None]] = {}
    height = 0
    for height, record in enumerate(records, start=1):
        for name, value in _scalars("", record, _DEPTH):
            if name not in columns and len(columns) == MAX_COLUMNS:
                raise TooWideError
            cells = columns.setdefault(name, [])
            if len(cells) < height:
                cells.extend([None] * (height - 1 - len(cells)))
                cells.append(value)
    for cells in columns.values():
        cells.extend([None] * (height - len(cells)))
    return tidy(_merged(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))))


def stacked(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return flat frames after each other, columns in the order in which they appear; a wrapper's name is cut off."""
    columns = len({name for frame in frames for name in frame.columns})
    if columns > MAX_COLUMNS:
        raise TooWideError
    check_cells(sum(map(len, frames)), columns, _CELLS * sum(frame.height * frame.width for frame in frames))
    whole = frames[0] if len(frames) == 1 else _merged(pl.concat(frames, how="diagonal"))
    for wrapper in _WRAPPERS:
        inside = [name for name in whole.columns if name.startswith(f"{wrapper}.")]
        short = {name: name.removeprefix(f"{wrapper}.") for name in inside}
        if 3 * len(inside) > whole.width and not set(short.values()) & set(whole.columns):
            whole = whole.rename(short)
            break
    return _untyped(whole)


def _untyped(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame without the names of types that some databases wrap each value in ({"status": {"N": "200"}})."""
    bare = {name: _TYPES.sub("", name) for name in frame.columns if _TYPES.search(name)}
    whole = len(set(bare.values())) == len(bare) and not set(bare.values()) & set(frame.columns)
    return frame.rename(bare) if bare and whole else frame


def text_of(value: Any) -> str | None:
    """Return a JSON scalar as text; booleans as true and false, whole numbers without a fraction, null as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and abs(value) < 1e15 and value.is_integer() else str(value)


def _scalars(prefix: str, record: Mapping[str, Any], depth: int) -> Iterable[tuple[str, str | None]]:
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            if depth:
                yield from _scalars(f"{name}.", value, depth - 1)
        elif isinstance(value, list):
            yield from _items(name, value)
        else:
            yield name, text_of(value)


def _items(name: str, value: list[Any]) -> Iterable[tuple[str, str | None]]:
    """Yield a list of pairs as columns, a list of scalars as one text; a list of objects is left out."""
    if value and all(isinstance(item, dict) for item in value):
        if is_said(name) and not pair_keys(value[0]):
            yield from _scalars(f"{name}.", value[0], 2)
        else:
            yield from ((f"{name}.{key}", text_of(part)) for key, part in pairs_of(name, value))
    elif value:
        parts = [json.dumps(item) if isinstance(item, dict | list) else text_of(item) for item in value[:_ITEMS]]
        yield name, _TYPED.sub(r"\1", ", ".join(part for part in parts if part is not None))


def _opens(name: str, dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Struct) or pair_fields(name, dtype) is not None or _is_list_said(name, dtype)


def is_said(name: str) -> bool:
    """Return whether a list of objects of this name tells more of the record around it, and holds no records."""
    return name.rsplit(".", 1)[-1].casefold() in _SAID


def _is_list_said(name: str, dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct) and is_said(name)


def _opened(column: pl.Series) -> list[pl.Series]:
    if isinstance(column.dtype, pl.Struct):
        return [column.struct.field(part.name).alias(f"{column.name}.{part.name}") for part in column.dtype.fields]
    if _is_list_said(column.name, column.dtype) and pair_fields(column.name, column.dtype) is None:
        return [column.list.first()]
    return opened_pairs(column) if _opens(column.name, column.dtype) else [column]


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Return a column as text; instants in ISO form, lists of scalars joined, other nesting dropped to null."""
    column = pl.col(name)
    if isinstance(dtype, pl.List | pl.Array):
        if isinstance(dtype.inner, pl.List | pl.Array | pl.Struct | pl.Null):
            return pl.lit(None, dtype=pl.String).alias(name)
        joined = column.cast(pl.List(pl.String)).list.head(_ITEMS).list.join(", ", ignore_nulls=True)
        return joined.str.replace(_TYPED.pattern, "$1")
    if isinstance(dtype, pl.Datetime):
        zoned = column.dt.convert_time_zone("UTC") if dtype.time_zone else column
        return zoned.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f" + ("Z" if dtype.time_zone else ""))
    if isinstance(dtype, pl.Duration):
        return (column.dt.total_nanoseconds().cast(pl.String) + "ns").alias(name)
    if isinstance(dtype, pl.Struct | pl.Object):
        return pl.lit(None, dtype=pl.String).alias(name)
    return column.cast(pl.String, strict=False)


def _merged(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with columns coalesced whose names differ by case only (httpRequest, httprequest)."""
    groups: dict[str, list[str]] = {}
    for name in frame.columns:
        groups.setdefault(name.casefold(), []).append(name)
    if len(groups) == frame.width:
        return frame
    return frame.select(pl.coalesce(names).alias(names[0]) for names in groups.values())
