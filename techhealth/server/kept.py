"""From a usage to its place in the history of its customer: stored, judged with what was before, and what was found kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from techhealth.actions.recovery import judge
from techhealth.actions.settings import Settings
from techhealth.assess import assess
from techhealth.errors import PolicyError
from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.server.once import Once
from techhealth.store import (
    Customer,
    Store,
    Upload,
    assessment_of,
    customer_of,
    forget,
    keep,
    known,
    last_of,
    looked_at,
    save_assessment,
    upload_of,
    uploads_of,
)
from techhealth.store.customers import key_of
from techhealth.today import as_of_today, present_day
from techhealth.usage.events import Usage
from techhealth.usage.local import day_of

UNNAMED = "Unnamed customer"


#: What was found, by what it depends on: an upload, the other uploads of its customer, the policy and the day.
_FOUND: Once[Assessment] = Once(most=32)


def owner(usage: Usage, policy: Policy) -> str:
    """Return the customer a usage is stored for: the one its files name, else the policy's."""
    named = usage.receipt.customers
    return named[0] if len(named) == 1 else policy.customer or UNNAMED


def kept(
    store: Store, usage: Usage, policy: Policy, *, instead_of: str | None = None, as_of: date | None = None
) -> tuple[Upload | None, Assessment]:
    """Return the upload of a usage of one customer and its assessment, which knows the customer's earlier uploads.

    Without a readable time nothing can be stored, failures alone would pass for all calls beside other uploads, and nobody
    knows whether two logs that name no customer are of the same one; then there is no upload. Other arguments are those of `keep`.

    Raises:
        InputError: if there are several customers, or no data on or before `as_of`.
        UsageError: if the environment names a way out that cannot be meant; nothing is stored then.
        OSError: if the workspace cannot be written.
    """
    name = owner(usage, policy)
    if usage.events.is_empty() or len(usage.receipt.customers) > 1 or usage.receipt.failures_only or name == UNNAMED:
        return None, assess(usage, policy=policy, as_of=as_of)
    Settings.from_environment()  # read before anything is stored, for a ticket that is judged by it may have to be told
    upload = keep(store, usage, customer=name, instead_of=instead_of)
    policy = replace(policy, customer=name)
    uploads = uploads_of(store, name)
    found = _within(store, upload, uploads, policy, None)
    return upload, found if as_of is None else _within(store, upload, uploads, policy, as_of)


def newest(store: Store, name: str, policy: Policy, *, as_of: date | None = None) -> tuple[Upload, Assessment] | None:
    """Return the upload of a customer that tells of the last days, and its assessment by a policy of this customer.

    With `as_of` it is judged as on that day, within the last upload that had begun by then. None if there is no such upload.
    """
    uploads = uploads_of(store, name)
    begun = [one for one in uploads if as_of is None or day_of(one.first, policy.timezone) <= as_of]
    upload = max(begun, key=lambda one: (one.last, one.added_at), default=None)
    return None if upload is None else (upload, _within(store, upload, uploads, policy, as_of))


def _within(store: Store, upload: Upload, uploads: Sequence[Upload], policy: Policy, as_of: date | None) -> Assessment:
    """Return what is found about an upload beside the others of its customer."""
    depends = (store.engine, upload.id, tuple(one.id for one in uploads), policy.sha256, as_of)
    return _FOUND(depends, lambda: _judged(store, upload, policy, as_of))


def _judged(store: Store, upload: Upload, policy: Policy, as_of: date | None) -> Assessment:
    """Return what is found about an upload; as of its last day it is kept, and its customer's resolved tickets learn whether
    they are."""
    usage, history = known(store, upload, looked_at(upload, policy))
    found = assess(usage, policy=policy, history=history, as_of=as_of)
    if as_of is None:
        save_assessment(store, upload, found)
        judge(store, upload, policy, now=datetime.now(UTC), settings=Settings.from_environment())
    return found


def as_it_stands(store: Store, found: Assessment, *, today: date) -> Assessment:
    """Return an assessment of what is stored as it reads today; one of days that a later upload follows stays as it was."""
    made = found.generated_for
    last = last_of(store, made.customer)
    known_of = customer_of(store, made.customer) or Customer(name=made.customer)
    if last is not None and day_of(last, made.timezone) > made.as_of:
        return found
    return as_of_today(found, present_day(made.as_of, today=today, example_on=known_of.example_on))


def found_again(store: Store, upload: str, policy_of: Callable[[str], Policy]) -> Assessment | None:
    """Return what is found about an upload by the policy its customer has now; None if it was never assessed."""
    before, there = assessment_of(store, upload), upload_of(store, upload)
    if before is None or there is None:
        return before
    policy = policy_of(there.customer)
    same = before.generated_for.policy_sha256 == policy.sha256
    return before if same else _within(store, there, uploads_of(store, there.customer), policy, None)


def forgotten(store: Store, name: str) -> int:
    """Erase a customer from the store and the folder of the workspace; return how many files of the folder held it.

    Raises:
        UsageError: if the store does not know the customer.
    """
    shas = set(forget(store, name))
    _FOUND.clear()
    lying = [path for path in store.folder.iterdir() if path.suffix in (".toml", ".json", ".ndjson", ".csv", ".gz")]
    mine = [path for path in lying if _sha256(path) in shas or _is_policy_of(path, name)]
    for path in mine:
        path.unlink()
    return len(mine)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_policy_of(path: Path, name: str) -> bool:
    try:
        return path.suffix == ".toml" and key_of(Policy.from_toml(path).customer or "") == key_of(name)
    except PolicyError:
        return False
