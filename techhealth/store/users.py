"""Users: who may use a server, each by a token of his own that is shown once and kept as its hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from techhealth.errors import UsageError
from techhealth.store import tables
from techhealth.store.database import Store

_TABLE = tables.users.c
#: Begins every token, so that whoever finds one knows what it opens.
_BEGINNING = "techhealth_"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody with a token, and since when."""

    name: str
    added_at: datetime


def add_user(store: Store, name: str, *, now: datetime) -> str:
    """Write a user down and return the token, which cannot be read again.

    Raises:
        UsageError: if there is one of this name, or the name is empty.
    """
    token, name = _BEGINNING + secrets.token_urlsafe(32), name.replace("\0", "").strip()
    if not name:
        raise UsageError("a user needs a name; for example: techhealth users add mara.")
    with store.writing() as connection:
        if connection.execute(select(_TABLE.id).where(_TABLE.name == name)).first():
            raise UsageError(f"there is a user {name!r} already; remove it first, and its token no longer holds.")
        row = {"name": name, "token_sha256": fingerprint(token), "added_at": now}
        connection.execute(insert(tables.users).values(row))
        store.note(connection, "added a user")
    return token


def users_of(store: Store) -> tuple[User, ...]:
    """Return every user in alphabetical order."""
    return tuple(User(**row) for row in store.rows(select(_TABLE.name, _TABLE.added_at).order_by(_TABLE.name)))


def remove_user(store: Store, name: str) -> None:
    """Remove a user, whose token holds no longer.

    Raises:
        UsageError: if there is none of this name.
    """
    with store.writing() as connection:
        if not connection.execute(delete(tables.users).where(_TABLE.name == name)).rowcount:
            raise UsageError(f"there is no user {name!r}; `techhealth users list` names them all.")
        store.note(connection, "removed a user")


def user_with(store: Store, token_sha256: str) -> str | None:
    """Return the name of the user whose token has this fingerprint, None if there is none."""
    found: str | None = store.value(select(_TABLE.name).where(_TABLE.token_sha256 == token_sha256))
    return found


def fingerprint(token: str) -> str:
    """Return what is kept of a token: it has 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
