"""Lists of pairs inside a record ({"key": "Date", "value": "…"}) → columns named by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from techhealth.ingest.records import folded
from techhealth.ingest.series import constant

#: Folded names of the member that names a pair, in the order in which they count; its value is called "value".
_KEYS = ("key", "name", "field", "header")
#: Lists of pairs that are what was sent, not what is said of the call: their names are anybody's.
_PAYLOAD = ("query", "cookie", "param", "form")
#: Columns one list of pairs may become, the most frequent keys first.
_COLUMNS = 60
_WIDTH = 100
#: Members an object has at most if it is a pair: key, value, and perhaps a description and a type.
_MEMBERS = 4


def is_pairs(value: Any) -> bool:
    """Return whether a JSON value is a list of names with values and little else, which is no list of records."""
    some = value[:3] if isinstance(value, list) else []
    return bool(some) and all(isinstance(item, dict) and len(item) <= _MEMBERS and pair_keys(item) for item in some)


def pairs_of(name: str, items: Sequence[Mapping[str, Any]]) -> Iterable[tuple[str, Any]]:
    """Yield key and scalar value of each item that is a pair; `name` is that of the list."""
    if is_payload(name):
        return
    for item in items[:_COLUMNS]:
        fields = pair_keys(item)
        key = item[fields[0]] if fields else None
        if fields and isinstance(key, str) and key:
            yield key[:_WIDTH], _scalar(item[fields[1]])


def pair_fields(name: str, dtype: pl.DataType) -> tuple[str, str] | None:
    """Return the names of key and value in a column that is a list of pairs, None if it is none."""
    if not isinstance(dtype, pl.List) or not isinstance(dtype.inner, pl.Struct) or is_payload(name):
        return None
    return pair_keys([part.name for part in dtype.inner.fields])


def opened_pairs(column: pl.Series) -> list[pl.Series]:
    """Return a list-of-pairs column as one text column for each key; the first value of a key counts."""
    fields = pair_fields(column.name, column.dtype)
    if fields is None:
        return [column]
    one = pl.col("pair").struct
    pairs = (
        pl.DataFrame({"row": pl.int_range(len(column), eager=True), "pair": column})
        .explode("pair", empty_as_null=True, keep_nulls=True)
        .select("row", key=one.field(fields[0]).cast(pl.String).str.slice(0, _WIDTH), value=one.field(fields[1]))
        .filter(pl.col("key").str.len_chars() > 0)
        .unique(["row", "key"], keep="first", maintain_order=True)
    )
    found = pairs.group_by("key", maintain_order=True).len().sort("len", descending=True, maintain_order=True)
    values = pairs.with_columns(_scalar_text(pairs.schema["value"]))
    made = []
    for key in found["key"].head(_COLUMNS).to_list():
        own = values.filter(pl.col("key") == key)
        cells = constant(None, len(column), pl.String()).alias(f"{column.name}.{key}")
        made.append(cells.scatter(own["row"], own["value"]))
    return made


def pair_keys(members: Iterable[str]) -> tuple[str, str] | None:
    """Return the names of key and value among the members of an object, None if it is no pair."""
    names = {folded(str(name)): name for name in reversed(list(members))}
    key = next((names[known] for known in _KEYS if known in names), None)
    return (key, names["value"]) if key is not None and "value" in names else None


def _scalar(value: Any) -> Any:
    """Return a scalar; of an object that names its type ({"stringValue": "x"}) the first scalar in it."""
    if isinstance(value, dict):
        return next((part for part in value.values() if part is not None and not isinstance(part, dict | list)), None)
    return None if isinstance(value, list) else value


def _scalar_text(dtype: pl.DataType) -> pl.Expr:
    """Return the column `value` as text, like `_scalar`."""
    value = pl.col("value")
    if isinstance(dtype, pl.Struct):
        parts = [p for p in dtype.fields if not isinstance(p.dtype, pl.Struct | pl.List)]
        texts = [value.struct.field(part.name).cast(pl.String) for part in parts]
        return pl.coalesce(*texts, pl.lit(None, dtype=pl.String)).alias("value")
    if isinstance(dtype, pl.List | pl.Null):
        return pl.lit(None, dtype=pl.String).alias("value")
    return value.cast(pl.String)


def is_payload(name: str) -> bool:
    """Return whether a column of this name holds what was sent, not what is said of the call."""
    last = folded(name.rsplit(".", 1)[-1])
    return any(word in last for word in _PAYLOAD)
