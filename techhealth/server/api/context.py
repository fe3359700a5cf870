"""What a route is given: the store in the name of whoever asks, the customer an address names, and where long work is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, TypeVar

import anyio.to_thread
from fastapi import Depends, HTTPException, Path, Query, Request

from techhealth.actions.settings import Settings
from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.server.kept import as_it_stands, newest
from techhealth.server.uploaded import policy_for
from techhealth.store import Customer, Store, Upload, customer_with

T = TypeVar("T")


def _store(request: Request) -> Store:
    store: Store = request.state.store
    return replace(store, who=request.state.who)


StoreHere = Annotated[Store, Depends(_store)]


def _settings(request: Request) -> Settings:
    settings: Settings = request.state.settings
    return settings


SettingsHere = Annotated[Settings, Depends(_settings)]
#: Whose a body is, where that is asked in an address: a name, not blanks alone.
Whose = Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"\S", description="Whose the rows are that do not say it, or which of the customers of a log to take.")]  # fmt: skip
AsOf = Annotated[date | None, Query(description="Judge as on that day, with nothing later; when not given, by the newest data as they read today.")]  # fmt: skip


#: Largest number that a database gives to a row.
_MOST_ROWS = 2**31 - 1


def _customer(customer_id: Annotated[int, Path(ge=0, le=_MOST_ROWS)], store: StoreHere) -> Customer:
    found = customer_with(store, customer_id)
    if found is None:
        raise HTTPException(
            404, f"There is no customer {customer_id}; GET /api/customers lists them with their numbers."
        )
    return found


CustomerHere = Annotated[Customer, Depends(_customer)]


class Judged:
    """The newest upload of the customer that an address names, its assessment as it reads today, and the policy of that."""

    def __init__(self, customer: CustomerHere, store: StoreHere, as_of: AsOf = None) -> None:
        self.policy: Policy = policy_for(store, customer.name)
        found = newest(store, customer.name, self.policy, as_of=as_of)
        if found is None:
            when = f" on or before {as_of}" if as_of else ""
            raise HTTPException(404, f"Nothing is stored of {customer.name}{when}; upload a log of it first.")
        self.upload: Upload = found[0]
        today = datetime.now(UTC).date()
        self.assessment: Assessment = found[1] if as_of else as_it_stands(store, found[1], today=today)


JudgedHere = Annotated[Judged, Depends()]


async def at_work(request: Request, step: Callable[..., T], *given: object, **options: object) -> T:
    """Return what a long step gives, off the event loop; no more of them at once than there are cores."""
    return await anyio.to_thread.run_sync(partial(step, *given, **options), limiter=request.state.work)
