"""Records in JSON that are no list of objects (rows under named columns, objects by id, streams, pairs), and the names that tell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from techhealth.ingest.documents.pairs import pairs_of
from techhealth.ingest.records import folded

Made = list[dict[str, Any]] | None
#: Folded names under which the names of the columns stand, and their rows.
_NAMES = ("columns", "fields", "header", "headers", "columnnames", "columninfo", "schema")
_ROWS = ("rows", "values", "data", "datarows", "records", "results")
#: Kinds of telling names from which on something is taken for records.
_ENOUGH = 2


def as_records(value: Any) -> Made:
    """Return the records that a JSON value holds in another shape than a list of objects, None if it holds none."""
    if isinstance(value, dict):
        return _named_rows(value) or _named_columns(value) or by_id(value)
    if isinstance(value, list) and value:
        value = _unwrapped(value)
        return _headed_rows(value) or _pair_rows(value) or _streams(value) or _tables(value)
    return None


def _named_rows(value: Mapping[str, Any]) -> Made:
    """{"columns": ["time", …], "rows": [["…", …], …]}, also with {"name": …} for each column."""
    by_name = {folded(str(name)): part for name, part in value.items()}
    names = next((found for name in _NAMES if (found := _names(by_name.get(name)))), None)
    rows = next((part for name in _ROWS if (part := _rows(by_name.get(name)))), None)
    if not names or not rows:
        return None
    if len(rows[0]) != len(names) and len(rows) == len(names):  # a list for each column
        rows = [list(row) for row in zip_longest(*rows)]
    return _under(names, rows)


def _named_columns(value: Mapping[str, Any]) -> Made:
    """{"time": ["…", …], "status": [200, …]}, or with the number of the row before each value."""
    if len(value) < _ENOUGH or telling_ends(value) < _ENOUGH:
        return None
    columns = [list(part.values()) if isinstance(part, dict) else part for part in value.values()]
    if not all(isinstance(part, list) and len(part) == len(columns[0]) > 0 for part in columns):
        return None
    if any(isinstance(cell, dict | list) for part in columns for cell in part[:3]):
        return None
    return _under(list(value), list(zip(*columns, strict=True)))


def by_id(value: Mapping[str, Any]) -> Made:
    """{"id1": {"time": …}, "id2": {"time": …}}: each object gets its id as `key`."""
    parts = list(value.values())
    if len(parts) < 2 or not all(isinstance(part, dict) for part in parts):
        return None
    every: set[str] = set().union(*parts[:50])
    common = [name for name in every if all(name in part for part in parts[:50])]
    if 2 * len(common) < len(every) or telling_ends(common) < _ENOUGH:
        return None
    return [{"key": key, **part} for key, part in value.items()]


def _headed_rows(value: Sequence[Any]) -> Made:
    """[["time", "status"], ["…", 200], …]: rows below their header."""
    if len(value) < 2 or not _is_rows(value) or not all(isinstance(name, str) for name in value[0]):
        return None
    names = [str(name) for name in value[0]]
    return _under(names, value[1:]) if len(set(names)) == len(names) and telling_ends(names) >= _ENOUGH else None


def _pair_rows(value: Sequence[Any]) -> Made:
    """[[{"field": "@timestamp", "value": "…"}, …], …]: each row a list of pairs."""
    if not _is_rows(value) or not all(isinstance(item, dict) for item in value[0]):
        return None
    made = [dict(pairs_of("", [item for item in row if isinstance(item, dict)])) for row in value if _is_row(row)]
    return made if made and made[0] else None


def _streams(value: Sequence[Any]) -> Made:
    """[{"stream": {labels}, "values": [["nanoseconds", "line"], …]}, …]: each line gets the labels of its stream."""
    streams = [item for item in value if isinstance(item, dict) and isinstance(item.get("stream"), dict)]
    if len(streams) < len(value) or not all(_is_rows(item.get("values")) for item in streams):
        return None
    return [
        {**item["stream"], "timestamp": row[0], "line": row[1]} for item in streams for row in item["values"] if len(row) > 1
    ]  # fmt: skip


def _tables(value: Sequence[Any]) -> Made:
    """[{"name": "…", "columns": […], "rows": [[…], …]}, …]: the rows of all tables."""
    if len(value) > 50 or not all(isinstance(item, dict) for item in value):
        return None
    made = [_named_rows(item) for item in value]
    return [record for records in made for record in records or ()] or None


def _under(names: Sequence[str], rows: Iterable[Any]) -> Made:
    """Return rows as records; a value beyond the last name is kept under the number of its column."""
    made = []
    for row in rows:
        if _is_row(row):
            wide = [*names, *(f"column_{n}" for n in range(len(names) + 1, len(row) + 1))]
            made.append(dict(zip(wide, row, strict=False)))
    return made


def _names(value: Any) -> list[str] | None:
    """Return the names of columns: texts, or the names of objects that describe them."""
    if isinstance(value, dict):
        return _names(value.get("fields"))
    if not isinstance(value, list) or not value:
        return None
    names = [item.get("name", item.get("label")) if isinstance(item, dict) else item for item in value]
    texts = [name for name in names if isinstance(name, str)]
    return texts if len(texts) == len(names) else None


def _rows(value: Any) -> list[Any] | None:
    """Return rows, also from inside an object that holds nothing else of them."""
    inner = value.get("values") if isinstance(value, dict) else value
    inner = _unwrapped(inner) if isinstance(inner, list) else inner
    return inner if _is_rows(inner) else None


def _unwrapped(rows: list[Any]) -> list[Any]:
    """Return rows that are objects around one list, of cells that are objects around one value, as plain lists."""
    if not all(isinstance(row, dict) and len(row) == 1 and isinstance(_only(row), list) for row in rows[:3]):
        return rows
    if not all(_is_cell(cell) for row in rows[:3] for cell in _only(row)):
        return rows
    return [
        [_only(cell) if isinstance(cell, dict) else cell for cell in _only(row)]
        for row in rows
        if isinstance(row, dict) and row
    ]


def _only(value: Mapping[str, Any]) -> Any:
    return next(iter(value.values()), None)


def _is_cell(value: Any) -> bool:
    plain = _only(value) if isinstance(value, dict) and len(value) == 1 else value
    return not isinstance(plain, dict | list)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_row(row) and row for row in value[:3])


def _is_row(value: Any) -> bool:
    return isinstance(value, list | tuple)


#: Ends of folded names that records of calls have; the list whose objects have most of them wins.
TELLING: tuple[tuple[str, ...], ...] = (
    ("time", "timestamp", "ts", "date", "at", "published", "datetime", "startutc", "timegenerated", "createdat", "startedat", "starttime", "sentat", "deliveredat", "requestedat", "executiontime", "eventtime"),
    ("status", "statuscode", "httpstatus", "httpstatuscode", "responsestatus", "responsestatuscode", "code", "responsecode", "success", "result", "ok", "outcome"),
    ("latency", "latencyms", "duration", "durationms", "elapsed", "responsetime", "responsetimems", "timetaken", "ms"),
    ("endpoint", "path", "url", "uri", "route", "request", "resource", "requesturl", "eventtype", "event"),
    ("method", "httpmethod", "requestmethod", "attempt", "attemptnumber", "deliveryid", "eventid", "requestid"),
    ("integration", "service", "servicename", "app", "appname", "error", "errormessage", "errordescription", "reason"),
)  # fmt: skip
#: Names of times.
TIMES = frozenset(TELLING[0])


def telling(names: Iterable[str]) -> int:
    """Return how many kinds of telling names are among folded names."""
    known = set(names)
    return sum(any(name in known for name in group) for group in TELLING)


def telling_ends(names: Iterable[object]) -> int:
    """Return how many kinds of telling names are among names as written, by their last part."""
    return telling(folded(str(name).rsplit(".", 1)[-1]) for name in names)
