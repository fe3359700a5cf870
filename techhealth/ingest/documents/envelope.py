"""A JSON document → its list of records, wherever it stands, with what stands once around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from techhealth.ingest.documents.documents import decoded
from techhealth.ingest.documents.flatten import is_said, text_of
from techhealth.ingest.documents.pairs import is_pairs, pairs_of
from techhealth.ingest.documents.summaries import as_rows
from techhealth.ingest.documents.tables import TELLING, TIMES, as_records, by_id, telling
from techhealth.ingest.fields.fits import kind_of
from techhealth.ingest.records import MAX_COLUMNS, folded
from techhealth.ingest.rejects import NOT_AN_OBJECT, Rejects, wanted

_USUAL = frozenset(
    {"data", "records", "calls", "items", "events", "logs", "entries", "results", "rows", "hits", "models"}
)
#: Lists nested in what was tried: they say more of how it went than the record around them.
_TRIES = frozenset({"attempts", "deliveryattempts", "tries", "attempthistory", "transmissions"})
_DEPTH = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The records of a document, the scalars around them, and lists that were left alone.

    `path` is the place of the list that the records are, None where they were put together or made from another shape;
    `nested`: they stand in lists inside of others.
    """

    records: list[dict[str, Any]]
    format: str
    rejects: Rejects
    envelope: dict[str, str]
    notes: tuple[str, ...]
    path: tuple[str, ...] | None
    nested: bool = False


@dataclass(slots=True)
class _Group:
    """All lists at one place of the document (list positions left out)."""

    path: tuple[str, ...]
    records: list[dict[str, Any]] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    made: bool = False
    inside: bool = False

    @property
    def telling(self) -> int:
        return telling(end for record in self.records[:5] for end in _ends(record, 3))

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        usual = bool(self.path) and folded(self.path[-1]) in _USUAL
        tried = bool(self.path) and folded(self.path[-1]) in _TRIES and self.telling > 0
        return self.telling + 2 * tried, usual, -len(self.path), len(self.records)


def find_records(document: Any) -> Found | None:
    """Return the records of a document: the list whose objects look most like calls; None if there is none."""
    document = as_rows(document)
    groups: dict[tuple[str, ...], _Group] = {}
    _collect(document, (), None, groups, _DEPTH)
    if isinstance(document, dict) and () not in groups:
        groups[()] = _Group((), [document])
    filled = [group for group in groups.values() if group.records]
    if not filled:
        return None
    best = max(filled, key=lambda group: group.rank)
    if best.telling == 0:
        best = max(filled, key=lambda group: len(group.records))
    chosen = [best, *(group for group in filled if _is_sibling(group, best))]
    return _found(document, chosen, filled)


def _found(document: Any, chosen: list[_Group], filled: list[_Group]) -> Found:
    single = chosen[0].path == () and isinstance(document, dict) and not chosen[0].made
    rejects = Rejects()
    for group in chosen:
        rejects.add(
            NOT_AN_OBJECT, len(group.others), ((0, str(v)[:200]) for v in group.others[: wanted(len(group.others))])
        )
    names = [".".join(group.path) for group in chosen]
    records = chosen[0].records if len(chosen) == 1 else [
        {"list": group.path[-1], **record} for group in chosen for record in group.records
    ]  # fmt: skip
    left = [
        g
        for g in filled
        if g not in chosen
        and g.path
        and len(g.path) <= len(chosen[0].path)
        and chosen[0].path[: len(g.path)] != g.path
        and len(g.records) > 1
    ]
    notes = tuple(
        f"the list {'.'.join(g.path)!r} ({len(g.records):,} objects) does not look like calls and was not read"
        for g in left[:5]
    )
    where = f" ({', '.join(names)})" if names[0] else ""
    shape = (
        "JSON object"
        if single
        else "JSON array"
        if not where and isinstance(document, list)
        else "JSON table"
        if not where
        else "JSON envelope" + where
    )
    plain = len(chosen) == 1 and not single and not chosen[0].made
    return Found(
        records=records, format=shape, rejects=rejects, envelope={} if single else _around(document, chosen), notes=notes,
        path=chosen[0].path if plain else None, nested=chosen[0].inside,
    )  # fmt: skip


def _is_sibling(group: _Group, best: _Group) -> bool:
    """Return whether another list beside the best one holds calls as well (calls and deliveries in one export)."""
    beside = (
        group is not best
        and bool(best.path)
        and len(group.path) == len(best.path)
        and group.path[:-1] == best.path[:-1]
    )
    named = beside and kind_of(group.path[-1]) is not None
    return beside and group.telling >= max(2 if named else 3, best.telling - 2)


def _collect(
    value: Any, path: tuple[str, ...], context: dict[str, str] | None, groups: dict[tuple[str, ...], _Group], depth: int
) -> None:
    """Gather every list of objects by its place; `context` is what stands around a list nested in a record."""
    if depth == 0 or is_pairs(value):
        return
    made = as_records(value)
    if made is not None:
        value = made
    if isinstance(value, list):
        group = groups.setdefault(path, _Group(path))
        group.made |= made is not None or context is not None
        group.inside |= context is not None
        objects = [item for item in value if isinstance(item, dict)]
        around = _around_each(context, objects)
        group.records += [{**around, **item} for item in objects] if around else objects
        group.others += [item for item in value if not isinstance(item, dict)]
        if any(_holds_lists(item, 4) for item in objects[:50]):
            for item in objects:
                _descend(item, path, {**(context or {}), **_scalars_of(item, path)}, groups, depth)
    elif isinstance(value, dict):
        _descend(value, path, context, groups, depth)


def _descend(
    value: dict[str, Any],
    path: tuple[str, ...],
    context: dict[str, str] | None,
    groups: dict[tuple[str, ...], _Group],
    depth: int,
) -> None:
    for key, part in value.items():
        if context is not None and _is_one_said(key, part):
            continue
        if isinstance(part, dict) or _is_lists(part):
            _collect(part, (*path, str(key)), context, groups, depth - 1)


def _is_one_said(key: str, part: Any) -> bool:
    return isinstance(part, list) and len(part) <= 1 and is_said(key)


def _holds_lists(value: dict[str, Any], depth: int) -> bool:
    nested = value.values()
    return any(
        _is_objects(part) or (isinstance(part, dict) and depth > 0 and _holds_lists(part, depth - 1)) for part in nested
    )


def _around_each(context: dict[str, str] | None, objects: list[dict[str, Any]]) -> dict[str, str]:
    """Return what is said around nested records; its times only where they have none of their own."""
    if not context or not any(TIMES & set(_ends(item, 3)) for item in objects[:5]):
        return context or {}
    return {name: text for name, text in context.items() if folded(name.rsplit(".", 1)[-1]) not in TIMES}


def _scalars_of(item: dict[str, Any], path: tuple[str, ...]) -> dict[str, str]:
    """Return what a record says of the records nested in it: its names and times, not its own outcomes."""
    own = {name for group in TELLING[1:3] for name in group}
    parent = path[-1] if path else "parent"
    said = _outside(f"{parent}.", item, 2)
    return {name: text for name, text in said if folded(name.rsplit(".", 1)[-1]) not in own}


def _is_lists(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value[:3])


def _is_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value[:3])


def _around(document: Any, chosen: list[_Group]) -> dict[str, str]:
    """Return the scalars of a document outside its lists, by dotted path, and the name of its list where that tells a kind."""
    if not isinstance(document, dict):
        return {}
    first = chosen[0].path[0] if len(chosen) == 1 and chosen[0].path else ""
    named = {"record_type": first} if kind_of(first) in ("webhook", "auth") else {}
    return {**named, **dict(islice(_outside("", document, 4), MAX_COLUMNS))}


def _outside(prefix: str, value: dict[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    """Yield the scalars of an object by dotted path, but not those of records that stand under their ids."""
    if by_id(value):
        return
    for key, part in value.items():
        if isinstance(part, dict) and depth:
            yield from _outside(f"{prefix}{key}.", part, depth - 1)
        elif not isinstance(part, dict | list):
            text = text_of(part)
            if text:
                yield f"{prefix}{key}", text


def _ends(record: dict[str, Any], depth: int) -> Iterator[str]:
    """Yield the folded last parts of a record's names, nested objects included."""
    for key, value in record.items():
        if isinstance(value, str) and value.startswith("{"):
            value = decoded(value)
        if _is_one_said(key, value) and value and isinstance(value[0], dict):
            value = value[0]
        if not _is_objects(value) or is_pairs(value):
            yield folded(str(key))
        if isinstance(value, dict) and depth:
            yield from _ends(value, depth - 1)
        elif is_pairs(value):
            yield from (folded(name.rsplit(".", 1)[-1]) for name, _ in pairs_of(str(key), value))
