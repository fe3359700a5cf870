"""By which policy a customer is judged in a workspace: its own, else the one of nobody in particular, else the defaults.

Policies lie in the folder as TOML files, which go first, or in the store. What either leaves open (an SLA, the zone, the
contacts) is filled with what the store knows of the customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from techhealth.policy import Policy
from techhealth.store import Store, judged_by, policies_of


def policy_files(within: Path) -> list[Path]:
    """Return the policies that lie in a folder."""
    return sorted(within.glob("*.toml"))


def policies_in(files: Sequence[Path], store: Store | None) -> tuple[Policy, ...]:
    """Return the policies of files, then those of a store.

    Raises:
        PolicyError: if one of them says something impossible.
    """
    stored = policies_of(store).values() if store is not None else ()
    return (*map(Policy.from_toml, files), *stored)


def for_everybody(policies: Sequence[Policy]) -> Policy:
    """Return the policy that names no customer."""
    return next((policy for policy in policies if policy.customer is None), Policy())


def for_customer(policies: Sequence[Policy], customer: str | None, store: Store | None) -> Policy:
    """Return the policy of one customer, of everybody where none is named."""
    if customer is None:
        return for_everybody(policies)
    own = next((policy for policy in policies if policy.customer == customer), for_everybody(policies))
    own = replace(own, customer=customer)
    return own if store is None else judged_by(store, own, customer)
