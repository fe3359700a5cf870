"""Policies by name, as TOML: a customer's own, or one of nobody in particular."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from techhealth.policy import Policy
from techhealth.store import tables
from techhealth.store.customers import identity
from techhealth.store.database import Store

_TABLE = tables.policies.c


def save_policy(store: Store, name: str, policy: Policy) -> None:
    """Keep a policy under a name, in the place of the one there was."""
    with store.writing() as connection:
        owner = None if policy.customer is None else identity(connection, policy.customer)
        connection.execute(delete(tables.policies).where(_TABLE.name == name))
        row = {"name": name, "customer_id": owner, "toml": policy.to_toml(), "changed_at": datetime.now(UTC)}
        connection.execute(insert(tables.policies).values(row))
        store.note(connection, "saved a policy", customer_id=owner)


def policies_of(store: Store) -> dict[str, Policy]:
    """Return every policy by its name, the one saved last first."""
    newest_first = select(_TABLE.name, _TABLE.toml).order_by(_TABLE.changed_at.desc(), _TABLE.name)
    return {row["name"]: Policy.from_text(row["toml"], where=row["name"]) for row in store.rows(newest_first)}
