"""Which log somebody looks at: one of the store by its address, or one that was dropped; and its sums, read once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from techhealth.assess import Ground, lay_out
from techhealth.policy import Policy
from techhealth.server.desk import Desk
from techhealth.server.opened import Upload as Dropped
from techhealth.store import Store, Upload, known, looked_at, upload_of, uploads_of
from techhealth.store.customers import key_of
from techhealth.store.known import Looked
from techhealth.usage.local import day_of

#: How many layouts of a log are kept: that of the policy in use and that of the tried one.
_KEPT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One customer's log; `upload` is its id where it is stored, `read` lays it out for a policy, of which it depends on `needs` alone."""

    customer: str
    upload: str | None
    read: Callable[[Policy], Ground]
    needs: Callable[[Policy], Hashable]
    _known: dict[Hashable, Ground] = field(default_factory=dict)

    def ground(self, policy: Policy) -> Ground:
        """Return it laid out in the zone of a policy, with the days before that it may look at; once for policies alike in these."""
        wanted = self.needs(policy)
        if wanted not in self._known:
            found = self.read(policy)
            while len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[wanted] = found
        return self._known[wanted]


def choices(store: Store | None) -> dict[str, Upload]:
    """Return what can be chosen from a store: customer and days → upload, the newest of each customer first."""
    stored = uploads_of(store) if store is not None else ()
    mine = list(reversed(stored))
    mine.sort(key=lambda one: one.last, reverse=True)
    mine.sort(key=lambda one: one.customer.casefold())
    told: dict[str, Upload] = {}
    for one in mine:
        days = f"{one.customer}, {one.first:%Y-%m-%d} to {one.last:%Y-%m-%d}"
        told[days if days not in told else f"{days} ({one.id})"] = one
    return told


def asked(every: Mapping[str, Upload], *, customer: str | None, upload: str | None) -> tuple[str | None, str | None]:
    """Return the choice that an address asks for, the first one where it asks for none, and what is wrong with the address;
    then none."""
    if not (customer or upload):
        return next(iter(every), None), None
    for label, one in every.items():
        if one.id == upload if upload else key_of(one.customer) == key_of(customer or ""):
            return label, None
    return None, f"Nothing is stored of {f'the log {upload}' if upload else customer}; choose a log, or drop one."


def stored(store: Store, upload: Upload) -> Log:
    """Return a log of a store; it is read once for all policies that look at the same of the days there are."""
    oldest = min((one.first for one in uploads_of(store, upload.customer)), default=upload.first)

    def looked(policy: Policy) -> Looked:
        days = looked_at(upload, policy)
        return replace(days, back=max(days.back, min(days.first, day_of(oldest, days.timezone))))

    def read(policy: Policy) -> Ground:
        usage, history = known(store, upload, looked(policy))
        return lay_out(usage, policy=policy, history=history)

    return Log(customer=upload.customer, upload=upload.id, read=read, needs=looked)


def opened(desk: Desk, dropped: Sequence[Dropped], *, customer: str | None = None) -> tuple[Log | None, str | None]:
    """Return the first customer's log of dropped files (of `customer` where they name none), or of what the workspace shows
    without any, and what is wrong with the files or was asked for in vain; it is stored where it can be."""
    first = desk.open(dropped)
    answer = desk.of(next(iter(first.customers), customer))
    if answer.missing:
        return None, f"Nothing is stored of {answer.missing}; drop a log."
    kept = upload_of(desk.store, desk.upload) if desk.store is not None and desk.upload else None
    if kept is not None and desk.store is not None:
        return stored(desk.store, kept), answer.problem
    if answer.read is None or answer.assessment is None:
        return None, answer.problem
    usage = answer.read[0]
    customer = answer.assessment.generated_for.customer
    return Log(
        customer=customer,
        upload=None,
        read=lambda policy: lay_out(usage, policy=policy),
        needs=lambda policy: policy.timezone,
    ), answer.problem
