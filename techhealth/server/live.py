"""Events that come one by one: checked, then added to what was sent of their customer and month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import polars as pl

from techhealth.ingest import Refused, checked, receipt_of_sent, sent
from techhealth.store import RUNNING, Store, append

#: Events of one request.
MOST_EVENTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the rows of a request.

    `stored` of them are new events, `repeated` were known before (by their key, else by all they say) or are attempts of the
    same delivery, `refused` are none. `customers` are the numbers of those they belong to.
    """

    stored: int
    repeated: int
    refused: tuple[Refused, ...]
    customers: tuple[int, ...]


def taken(store: Store, rows: Sequence[object], *, customer: str | None, now: datetime) -> Taken:
    """Store the events among rows, each once, and tell of every other row why it is none.

    Raises:
        OSError: if the workspace cannot be written.
    """
    events, refused = checked(rows, customer=customer, now=now)
    frame = sent(events)
    stored, owners = 0, frozenset[int]()
    for (owner, month), part in frame.group_by("customer", pl.col("at").dt.strftime("%Y-%m"), maintain_order=True):
        whose, name = str(owner), f"{RUNNING}{month}"
        told = partial(receipt_of_sent, customer=whose, name=name)
        number, new = append(store, part, customer=whose, name=name, told=told)
        stored, owners = stored + new, owners | {number}
    return Taken(stored=stored, repeated=len(events) - stored, refused=refused, customers=tuple(sorted(owners)))
