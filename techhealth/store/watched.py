"""What a watch has seen, so that a restart reads and tells nothing again; a file's name stands in it as a hash alone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path

from sqlalchemy import delete, insert, select

from techhealth.store import tables
from techhealth.store.database import Store

_TABLE = tables.watched.c


def seen(store: Store, path: Path) -> str | None:
    """Return the stamp with which a file was last seen, None if it never was."""
    stamp: str | None = store.value(select(_TABLE.stamp).where(_TABLE.place == _place(path)))
    return stamp


def saw(store: Store, path: Path, stamp: str) -> None:
    """Write down with which stamp a file was seen."""
    with store.writing() as connection:
        connection.execute(delete(tables.watched).where(_TABLE.place == _place(path)))
        connection.execute(insert(tables.watched).values(place=_place(path), stamp=stamp))


def upload_ids(store: Store) -> dict[str, frozenset[str]]:
    """Return customer → the ids of its uploads, which change whenever something new is stored."""
    owners, uploads = tables.customers.c, tables.uploads.c
    found: dict[str, set[str]] = defaultdict(set)
    for row in store.rows(select(owners.name, uploads.id).join(tables.uploads)):
        found[row["name"]].add(row["id"])
    return {name: frozenset(ids) for name, ids in found.items()}


def _place(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
