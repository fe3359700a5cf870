"""Files that come without a page: read with what the workspace knows, stored for their one customer, and assessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from techhealth.actions import signal
from techhealth.actions.settings import Settings
from techhealth.actions.signal import RaisedSignal
from techhealth.errors import InputError, UnreadableError
from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.server.corrections import known
from techhealth.server.kept import UNNAMED, as_it_stands, kept, newest, owner
from techhealth.server.opened import Opened
from techhealth.server.opened import Upload as File
from techhealth.server.policies import for_customer, policies_in, policy_files
from techhealth.server.remedies import for_a_caller
from techhealth.server.workspace import understood
from techhealth.store import Store, Upload, customer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A stored upload with what was found about it; `left_out` says of each file that could not be used why."""

    upload: Upload
    assessment: Assessment
    left_out: tuple[str, ...]


class SeveralCustomersError(InputError):
    """The files hold several customers and none was named."""

    def __init__(self, customers: Sequence[str]) -> None:
        self.customers = tuple(customers)
        some = ", ".join(customers[:10]) + (" …" if len(customers) > 10 else "")
        super().__init__(f"the files hold {len(customers)} customers ({some}); name one of them.")


def uploaded(store: Store, files: Sequence[File | Path], *, customer: str | None = None) -> Uploaded:
    """Store files of one customer as one upload, and return it.

    The corrections and policies of the store's workspace are used. `customer` says whose the files are where they do not, or
    which one of several to take.

    Raises:
        InputError: if none of them can be used, they hold failures alone, or it is not clear whose they are.
        UsageError: if they do not hold the customer.
        OSError: if the workspace cannot be written.
    """
    policies = policies_in(policy_files(store.folder), store)
    opened = Opened(files, known(store.folder), told=for_a_caller)
    found = understood(opened, policies, customer=customer, store=store)
    if found.read is None:
        raise UnreadableError(found.problem or "there is nothing to read; send a log file.")
    usage, policy = found.read
    if customer is None and len(found.customers) > 1:
        raise SeveralCustomersError(found.customers)
    if owner(usage, policy) == UNNAMED:
        raise InputError("the files do not say whose they are; name the customer.")
    upload, assessment = kept(store, usage, policy)
    if upload is None:
        raise InputError("the files hold failures alone, of which no rate can be told; send a log of all calls.")
    return Uploaded(upload=upload, assessment=assessment, left_out=tuple(found.unread.values()))


def policy_for(store: Store, customer: str) -> Policy:
    """Return the policy by which a customer is judged in the workspace of a store.

    Raises:
        PolicyError: if a policy of the workspace says something impossible.
    """
    return for_customer(policies_in(policy_files(store.folder), store), customer, store)


def signalled(store: Store, customer: str, *, now: datetime, settings: Settings) -> RaisedSignal | None:
    """Return the risk signal of a customer as its newest upload reads today; None where nothing is stored.

    Raised again without a change it stays as it was, and nobody is told.
    """
    policy = policy_for(store, customer)
    found, known_of = newest(store, customer, policy), customer_of(store, customer)
    if found is None or known_of is None:
        return None
    told = as_it_stands(store, found[1], today=now.date())
    return signal.raise_(store, customer, signal.of(told, known_of, policy), now=now, settings=settings)
