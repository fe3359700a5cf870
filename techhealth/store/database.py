"""One database for all that persists: SQLite in the workspace folder, or PostgreSQL by its URL. One writer at a time.

Whoever writes holds the store alone until he commits: with that, numbers have no gap, no event is counted twice and no
upload is swept while it is being made, on either database and without a retry.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, insert, inspect, select, text, update
from sqlalchemy.engine import RowMapping, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.sql import Select

from techhealth.errors import TechHealthError, UsageError
from techhealth.store import tables

#: Names the database of a workspace, where it is not the one in its folder.
VARIABLE = "TECHHEALTH_STORE"
_FILE = "store.sqlite"
_WAIT_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What persists of a workspace.

    Attributes:
        engine: its database.
        folder: the workspace; usage lies in it as Parquet.
        who: who acts, for the audit log; the same store, whoever it is.
    """

    engine: Engine
    folder: Path
    who: str = field(default="techhealth", compare=False)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the store."""
        with self.engine.connect() as connection:
            yield connection

    def rows(self, wanted: Select[Any]) -> Sequence[RowMapping]:
        """Return the rows of one question."""
        with self.reading() as connection:
            return connection.execute(wanted).mappings().all()

    def value(self, wanted: Select[Any]) -> Any:
        """Return the first value of one question, None if it has no row."""
        with self.reading() as connection:
            return connection.execute(wanted).scalar()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are there as a whole or not at all, the only one that writes meanwhile."""
        with self.engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
            if connection.dialect.name == "postgresql":  # SQLite keeps others out since the transaction began
                connection.execute(text("LOCK TABLE version IN EXCLUSIVE MODE"))
            yield connection

    def note(self, connection: Connection, what: str, *, customer_id: int | None = None) -> None:
        """Write one line of the audit log; `what` holds a verb and numbers, never a name."""
        row = {"at": datetime.now(UTC), "who": self.who, "what": what, "customer_id": customer_id}
        connection.execute(insert(tables.audit).values(row))


def connect(folder: Path, url: str | None = None, *, who: str = "techhealth", changes: tuple[str, ...] = tables.CHANGES) -> Store:  # fmt: skip
    """Return the store of a workspace, made or brought to the newest version where needed.

    Args:
        folder: the workspace; made when missing.
        url: a database such as `postgresql+psycopg://user@host/name`; the one `TECHHEALTH_STORE` names, else SQLite in
            the folder.
        who: who acts, for the audit log.
        changes: SQL that leads from each version to the next.

    Raises:
        UsageError: if the database cannot be reached or is newer than this program.
    """
    named = url or os.environ.get(VARIABLE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        engine = _engine(named or f"sqlite:///{folder.resolve() / _FILE}")
        store = Store(engine=engine, folder=folder, who=who)
        with ExitStack() as undone:
            undone.callback(engine.dispose)
            _bring_up(store, changes)
            undone.pop_all()
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError):  # their words may quote a password
        raise UsageError(
            "this is no database techhealth can use; name one such as postgresql+psycopg://user@host/name, "
            "for which `pip install techhealth[postgres]` brings the driver."
        ) from None
    except (OSError, SQLAlchemyError) as error:
        raise UsageError(
            f"the store of {folder} cannot be opened ({why(error)}); check --workspace and --store."
        ) from None
    return store


def why(error: Exception) -> str:
    """Return what a driver or the system says of an error, on one line and without the statement or its values."""
    own = error if isinstance(error, TechHealthError) else type(error).__name__
    told = str(getattr(error, "orig", None) or getattr(error, "strerror", None) or own)
    return next(iter(told.strip().splitlines()), type(error).__name__)


def _engine(url: str) -> Engine:
    """Return the engine of a database; a SQLite file is closed after each use, so that nothing is left open."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address)
    if address.database in (None, "", ":memory:"):
        raise ArgumentError("a database in memory forgets everything between two connections")
    engine = create_engine(address, poolclass=NullPool)
    _tune_sqlite(engine)
    return engine


def _bring_up(store: Store, changes: tuple[str, ...]) -> None:
    """Create the tables, or lead them from their version to the newest."""
    newest = len(changes) + 1
    if _version(store) == newest:
        return
    with store.engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7314)"))  # there may be no table yet to lock
        if not inspect(connection).has_table(tables.version.name):
            tables.create(connection)
            connection.execute(insert(tables.version).values(number=newest))
            return
        now = connection.execute(select(tables.version.c.number)).scalar_one()
        if now > newest:
            raise UsageError(f"the store has version {now}, this program knows {newest}; install a newer techhealth.")
        for change in changes[now - 1 :]:
            connection.execute(text(change))
        connection.execute(update(tables.version).values(number=newest))


def _version(store: Store) -> int | None:
    with store.reading() as connection:
        if not inspect(connection).has_table(tables.version.name):
            return None
        return connection.execute(select(tables.version.c.number)).scalar()


def _tune_sqlite(engine: Engine) -> None:
    """Let readers go on while one writes, keep foreign keys, overwrite what is deleted, and begin as we say."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout={_WAIT_SECONDS * 1000}", "journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON", "synchronous=FULL"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if begin := connection.get_execution_options().get("begin", "BEGIN"):
            connection.exec_driver_sql(begin)
