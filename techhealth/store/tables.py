"""The tables of a store, and how it grew: what is here is the newest picture, `CHANGES` lead an older one to it.

What hangs on a customer goes with it. Two things stay when a customer is forgotten, without a name: the numbers of its
tickets, so that their sequence keeps no gap, and the audit log, which never holds a name.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData()

#: SQL that leads a store from version n (counted from 1) to version n + 1, oldest first.
CHANGES: tuple[str, ...] = ()


class Instant(TypeDecorator[datetime]):
    """A UTC instant; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is written."""
        return value and value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return what was read."""
        found: datetime | None = value
        return found and (found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC))


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _of_customer() -> Column[int]:
    return Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True)


version = Table("version", metadata, Column("number", Integer, nullable=False))

#: `key` is the name without case, by which a customer is found; the number of a forgotten one is never given again.
customers = Table(
    "customers", metadata, _id(), Column("key", String, nullable=False, unique=True), Column("name", String, nullable=False),
    Column("zone", String), Column("segment", String), Column("annual_revenue", Float), Column("renewal_on", Date),
    Column("health_score", Float), Column("contacts", JSON, nullable=False), Column("sla_ms", JSON, nullable=False),
    Column("example_on", Date),
    sqlite_autoincrement=True,
)  # fmt: skip

#: One analysis of one or several files (`files`: their SHA-256); `reading` tells apart two readings of the same files.
uploads = Table(
    "uploads", metadata, Column("id", String, primary_key=True), _of_customer(), Column("added_at", Instant, nullable=False),
    Column("files", JSON, nullable=False), Column("reading", String, nullable=False), Column("first", Instant, nullable=False),
    Column("last", Instant, nullable=False), Column("events", Integer, nullable=False), Column("repeated", Integer, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
)  # fmt: skip

#: `summary` is the document in short, so that a list of customers need not open hundreds of documents.
assessments = Table(
    "assessments", metadata, _id(), _of_customer(),
    Column("upload_id", ForeignKey("uploads.id", ondelete="CASCADE"), nullable=False), Column("as_of", Date, nullable=False),
    Column("policy_sha256", String, nullable=False), Column("score", Float), Column("summary", LargeBinary, nullable=False),
    Column("document", LargeBinary, nullable=False), UniqueConstraint("upload_id", "as_of", "policy_sha256"),
)  # fmt: skip

#: A policy of a customer, or one of nobody in particular, as TOML.
policies = Table(
    "policies", metadata, Column("name", String, primary_key=True),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), index=True),
    Column("toml", String, nullable=False), Column("changed_at", Instant, nullable=False),
)  # fmt: skip

#: `document` is what the ticket says, `outcome` what became of its issues, `report` the file that belongs to it.
tickets = Table(
    "tickets", metadata, _id(), Column("customer_id", ForeignKey("customers.id", ondelete="SET NULL"), index=True),
    Column("year", Integer, nullable=False), Column("number", Integer, nullable=False), Column("state", String, nullable=False),
    Column("revision", Integer, nullable=False), Column("opened_at", Instant, nullable=False), Column("acknowledged_at", Instant),
    Column("resolved_at", Instant), Column("fixed_on", Date), Column("customer_reported_on", Date),
    Column("document", JSON), Column("outcome", JSON), Column("report", LargeBinary), UniqueConstraint("year", "number"),
)  # fmt: skip

#: Which ticket is open for an issue; one that is resolved lets go of its issues.
open_issues = Table(
    "open_issues", metadata, Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("issue", String, primary_key=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
)  # fmt: skip

#: What is to leave the house, once each by its key; `payload` is emptied when it has left.
outbox = Table(
    "outbox", metadata, _id(), Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), index=True),
    Column("key", String, nullable=False, unique=True), Column("channel", String, nullable=False),
    Column("payload", String, nullable=False), Column("state", String, nullable=False, index=True),
    Column("attempts", Integer, nullable=False), Column("put_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False), Column("said", String),
)  # fmt: skip

#: `issues` is what a call is about, `sequence` counts what was changed since it was planned, as calendars do.
meetings = Table(
    "meetings", metadata, _id(), _of_customer(), Column("uid", String, nullable=False, unique=True),
    Column("issues", String, nullable=False), Column("starts_at", Instant, nullable=False),
    Column("sequence", Integer, nullable=False), Column("state", String, nullable=False), Column("document", JSON, nullable=False),
)  # fmt: skip

signals = Table(
    "signals", metadata, _id(), _of_customer(), Column("raised_at", Instant, nullable=False),
    Column("kind", String, nullable=False), Column("document", JSON, nullable=False),
)  # fmt: skip

#: Files that a watch has seen: the hash of the path, and size and time of change.
watched = Table(
    "watched", metadata, Column("place", String, primary_key=True), Column("stamp", String, nullable=False),
)  # fmt: skip

#: Who may use a server; of a token only its hash is kept.
users = Table(
    "users", metadata, _id(), Column("name", String, nullable=False, unique=True),
    Column("token_sha256", String, nullable=False, unique=True), Column("added_at", Instant, nullable=False),
)  # fmt: skip

#: Who did what when: `what` names a verb and numbers, never a name. Nothing in it can be changed.
audit = Table(
    "audit", metadata, _id(), Column("at", Instant, nullable=False), Column("who", String, nullable=False),
    Column("what", String, nullable=False), Column("customer_id", Integer),
)  # fmt: skip

#: What keeps the audit log as it is, by database.
_APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        (
            "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        ),
    ),
}


def create(connection: Connection) -> None:
    """Create every table, as in the newest version."""
    metadata.create_all(connection)
    for statement in _APPEND_ONLY[connection.dialect.name]:
        connection.execute(text(statement))
