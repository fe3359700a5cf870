"""By which policy a customer is judged in a workspace: its own, else the one of nobody in particular, else the defaults.

Policies lie in the store, where the one saved last goes first, or in the folder as TOML files. What either leaves open (an
SLA, the zone, the contacts) is filled with what the store knows of the customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from techhealth.policy import Policy
from techhealth.store import Store, judged_by, policies_of
from techhealth.store.customers import key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A policy and what it is called: the name it was saved under, or its file's; None for the defaults."""

    name: str | None
    policy: Policy


def policy_files(within: Path) -> list[Path]:
    """Return the policies that lie in a folder."""
    return sorted(within.glob("*.toml"))


def policies_in(files: Sequence[Path], store: Store | None) -> tuple[Named, ...]:
    """Return the policies of a store, the one saved last first, then those of files.

    Raises:
        PolicyError: if one of them says something impossible.
    """
    stored = policies_of(store) if store is not None else {}
    return (
        *(Named(name=name, policy=policy) for name, policy in stored.items()),
        *(Named(name=file.name, policy=Policy.from_toml(file)) for file in files),
    )


def in_use(policies: Sequence[Named], customer: str | None) -> Named:
    """Return the policy of one customer, of everybody where none is its own."""
    own = (one for one in policies if customer and key_of(one.policy.customer or "") == key_of(customer))
    general = (one for one in policies if one.policy.customer is None)
    return next(own, None) or next(general, Named(name=None, policy=Policy()))


def for_customer(policies: Sequence[Named], customer: str | None, store: Store | None) -> Policy:
    """Return the policy of one customer with what the store knows of it, of everybody where none is named."""
    own = in_use(policies, customer).policy
    return own if customer is None else completed(own, customer, store)


def completed(policy: Policy, customer: str, store: Store | None) -> Policy:
    """Return a policy as one of a customer, what it leaves open filled with what the store knows."""
    own = replace(policy, customer=customer)
    return own if store is None else judged_by(store, own, customer)
