"""The sample's other customers in the store of a demo: what is known of them, and their logs, read as any log is."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from techhealth.ingest import read
from techhealth.policy import Policy
from techhealth.sample.neighbours import NEIGHBOURS, exports_of
from techhealth.sample.roles import slug
from techhealth.sample.write import write_records
from techhealth.server.kept import kept
from techhealth.server.shipped import shipped
from techhealth.store import Store, customer_of, import_customers, judged_by, listed, uploads_of

#: What is known of the sample's customers beside their logs.
_CUSTOMERS = "customers.csv"
#: What the first visitor's first page needs, before others share the machine with it.
_FIRST_PAGE_SECONDS = 3.0


def introduce(store: Store) -> None:
    """Write the sample's customers into a store that knows none yet."""
    if not listed(store):
        import_customers(store, (shipped("data") / _CUSTOMERS).read_bytes())


@contextmanager
def settling(store: Store) -> Iterator[None]:
    """Let the sample's other customers settle beside what is done meanwhile; who has not begun by then waits for next time."""
    over = Event()

    def beside() -> None:
        if not over.wait(_FIRST_PAGE_SECONDS):
            settle(store, stop=over.is_set)

    thread = Thread(target=beside, name="settling")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def settle(store: Store, *, stop: Callable[[], bool] = lambda: False) -> None:
    """Store the logs of the sample's other customers: of those the store knows and has no log of, until told to stop."""
    for neighbour in NEIGHBOURS:
        if stop():
            return
        if customer_of(store, neighbour.name) is None or uploads_of(store, neighbour.name):
            continue
        policy = judged_by(store, Policy(), neighbour.name)
        for records in exports_of(neighbour, zone=policy.timezone):
            log = io.BytesIO()
            write_records(records, log, format="ndjson")
            name = f"{slug(neighbour.name)}_api_logs_{records.last}.ndjson"
            kept(store, read((name, log.getvalue()), timezone=policy.timezone), policy)
