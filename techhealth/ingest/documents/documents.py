"""Columns whose texts are JSON objects of their own → their members as columns, wherever the text came from."""

from __future__ import annotations

from typing import Any

import msgspec
import polars as pl

from techhealth.ingest.documents.flatten import flat_records
from techhealth.ingest.documents.jsonrows import from_lines
from techhealth.ingest.records import folded
from techhealth.ingest.series import constant

#: What was sent or answered is not what is said of the call: names in it are anybody's.
_PAYLOAD = ("body", "query", "cookie", "param", "form", "variables", "input", "output")
#: Objects in texts in objects in texts, opened this often.
_DEPTH = 3


def opened(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with columns of JSON objects opened: `message` → `message.status`; other texts stay."""
    for _ in range(_DEPTH):
        begins = frame.select(pl.col(pl.String).str.starts_with("{").any())
        holding = {name for name in begins.columns if begins[name].item() and not _is_payload(name)}
        columns = frame.get_columns()
        parts = [_parts(column) if column.name in holding else [column] for column in columns]
        if all(part[0] is column for part, column in zip(parts, columns, strict=True)):
            return frame
        made: dict[str, pl.Series] = {}
        for found in (found for part in parts for found in part):
            made.setdefault(found.name, found)
        frame = pl.DataFrame(list(made.values()))
    return frame


def _is_payload(name: str) -> bool:
    last = folded(name.rsplit(".", 1)[-1])
    return any(word in last for word in _PAYLOAD)


def _parts(column: pl.Series) -> list[pl.Series]:
    """Return the members of the objects as columns, and the column itself with the texts that are none."""
    rows = (column.str.starts_with("{") & column.str.ends_with("}")).fill_null(False).arg_true()
    if rows.is_empty():
        return [column]
    texts = column.gather(rows).str.replace_all(r"[\r\n]", " ")
    found = from_lines("\n".join(texts.to_list()).encode(), len(texts))
    if found is None:
        values = [decoded(text) for text in texts.to_list()]
        read = pl.Series([value is not None for value in values], dtype=pl.Boolean)
        rows, found = rows.filter(read), flat_records(value for value in values if value is not None)
    if found.is_empty():
        return [column]
    rest = column.clone().scatter(rows, None)
    nothing = constant(None, len(column), pl.String())
    members = [nothing.clone().scatter(rows, part).alias(f"{column.name}.{part.name}") for part in found]
    return members if rest.null_count() == len(rest) else [rest, *members]


def decoded(text: str) -> dict[str, Any] | None:
    """Return the object a text is, quotes escaped once more if need be."""
    return first_object(text, text.replace('\\"', '"'))


def first_object(*attempts: str | bytes | None) -> dict[str, Any] | None:
    """Return what the first text that is JSON holds, if that is an object."""
    for attempt in attempts:
        try:
            value = msgspec.json.decode(attempt or b"")
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
        return value if isinstance(value, dict) else None
    return None
