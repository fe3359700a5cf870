"""Customers: what is known of them beside their logs, and how one is forgotten as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, text, true, update

from techhealth.errors import UsageError
from techhealth.ingest.masking.redact import name_apart
from techhealth.policy import Contact, Policy
from techhealth.store import tables
from techhealth.store.database import Store
from techhealth.store.folders import remove
from techhealth.usage.local import day_of

_TABLE = tables.customers.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer; None is not known.

    `annual_revenue` is in the currency of all of them, `health_score` the general one of 0 to 100, `sla_ms` the P95 limit
    by integration; `example_on` makes it an example: the day that is today for it, as long as its data do not go beyond.
    """

    name: str
    zone: str | None = None
    segment: str | None = None
    annual_revenue: float | None = None
    renewal_on: date | None = None
    health_score: float | None = None
    contacts: tuple[Contact, ...] = ()
    sla_ms: Mapping[str, float] = field(default_factory=dict)
    example_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A customer with what the store holds of it: its number, uploads, first and last day of usage, the newest score."""

    id: int
    customer: Customer
    uploads: int
    first: date | None
    last: date | None
    score: float | None


def key_of(name: str) -> str:
    """Return what a customer is found by: its name as it is stored, without case."""
    return stored_name(name).casefold()


def whose(name: str | None) -> ColumnElement[bool]:
    """Return what holds for rows of a customer; None: of all."""
    return true() if name is None else _TABLE.key == key_of(name)


def customer_of(store: Store, name: str) -> Customer | None:
    """Return one customer, None if the store does not know it."""
    return _one(store, _TABLE.key == key_of(name))


def customer_with(store: Store, number: int) -> Customer | None:
    """Return the customer with a number, None if there is none."""
    return _one(store, _TABLE.id == number)


def judged_by(store: Store, policy: Policy, name: str) -> Policy:
    """Return a policy with what the store knows of its customer: zone, SLAs and contacts the policy itself leaves open."""
    return known_of(policy, customer_of(store, name) or Customer(name=stored_name(name)))


def known_of(policy: Policy, known: Customer) -> Policy:
    """Return a policy with what is known of a customer where the policy itself leaves it open."""
    zone = policy.timezone if policy.timezone != Policy().timezone else known.zone or policy.timezone
    return replace(
        policy, customer=known.name, timezone=zone, sla_ms={**known.sla_ms, **policy.sla_ms},
        contacts=policy.contacts or known.contacts,
    )  # fmt: skip


def day_there(instant: datetime | None, zone: str | None) -> date | None:
    """Return the day of an instant where a customer is; in UTC where nobody said where that is."""
    return instant and day_of(instant, zone or "UTC")


def listed(store: Store) -> tuple[Listed, ...]:
    """Return every customer in alphabetical order."""
    uploads, newest = tables.uploads.c, tables.assessments.c
    score = (
        select(newest.score).where(newest.customer_id == _TABLE.id).order_by(newest.as_of.desc(), newest.id.desc())
    ).limit(1)  # fmt: skip
    wanted = (
        select(*tables.customers.c, func.count(uploads.id).label("uploads"), func.min(uploads.first).label("first"),
               func.max(uploads.last).label("last"), score.scalar_subquery().label("score"))
        .join(tables.uploads, uploads.customer_id == _TABLE.id, isouter=True).group_by(_TABLE.id).order_by(_TABLE.key)
    )  # fmt: skip
    return tuple(
        Listed(
            id=row["id"], customer=_customer(row), uploads=row["uploads"], score=row["score"],
            first=day_there(row["first"], row["zone"]), last=day_there(row["last"], row["zone"]),
        )
        for row in store.rows(wanted)
    )  # fmt: skip


def identity(connection: Connection, name: str) -> int:
    """Return the number of a customer, which is written down when it is new."""
    found = row_of(connection, name)
    if found is not None:
        return int(found["id"])
    row = {**asdict(Customer(name=stored_name(name))), "key": key_of(name)}
    return int(connection.execute(insert(tables.customers).values(row)).inserted_primary_key[0])  # type: ignore[index]


def forget(store: Store, name: str) -> tuple[str, ...]:
    """Erase a customer: rows, usage and the pages of the database that held them; return the SHA-256 of its files.

    Its tickets keep their numbers, and nothing else.

    Raises:
        UsageError: if the store does not know the customer.
    """
    with store.writing() as connection:
        number = number_of(connection, name)
        mine = tables.uploads.c.customer_id == number
        uploads = connection.execute(select(tables.uploads.c.id, tables.uploads.c.files).where(mine)).all()
        blank = {
            **dict.fromkeys(("customer_id", "customer_reported_on", "fixed_on", "document", "outcome", "report")),
            "state": "forgotten",
        }
        connection.execute(update(tables.tickets).where(tables.tickets.c.customer_id == number).values(blank))
        connection.execute(delete(tables.customers).where(_TABLE.id == number))
        store.note(connection, "forgot a customer", customer_id=number)
    remove(store.folder, [upload for upload, _ in uploads])
    _clean(store)
    return tuple(sorted({sha for _, files in uploads for sha in files}))


def stored_name(name: str) -> str:
    """Return a name as it is stored: a secret as logs show it, without nulls, which PostgreSQL does not take."""
    return name_apart(name.replace("\0", "").strip())


def _clean(store: Store) -> None:
    """Let the database give up the pages that held what was deleted."""
    sqlite = store.engine.dialect.name == "sqlite"
    alone = {"begin": ""} if sqlite else {"isolation_level": "AUTOCOMMIT"}  # neither cleans within a transaction
    with store.engine.connect().execution_options(**alone) as connection:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)") if sqlite else ("VACUUM",):
            connection.execute(text(statement))


def row_of(connection: Connection, name: str) -> RowMapping | None:
    """Return the row of a customer, None if the store does not know it."""
    return connection.execute(select(tables.customers).where(_TABLE.key == key_of(name))).mappings().one_or_none()


def _one(store: Store, which: ColumnElement[bool]) -> Customer | None:
    found = store.rows(select(tables.customers).where(which))
    return _customer(found[0]) if found else None


def number_of(connection: Connection, name: str) -> int:
    """Return the number of a customer.

    Raises:
        UsageError: if the store does not know it.
    """
    found = row_of(connection, name)
    if found is None:
        raise UsageError(f"the store knows no customer {name!r}; `techhealth customers list` names them all.")
    return int(found["id"])


def _customer(row: RowMapping) -> Customer:
    values = {item.name: row[item.name] for item in fields(Customer)}
    return Customer(**{**values, "contacts": tuple(Contact(**one) for one in row["contacts"])})
