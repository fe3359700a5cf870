"""Uploads: the usage of a customer as Parquet, each event counted once, and what is known by the day of one of them.

An upload is one analysis of one or several files. The same files again are the same upload, unless they were read in
another way, which then takes its place; so does an upload that holds all files of an earlier one. Of events that earlier
uploads hold, only the first copy is kept, so that the sums of all uploads are the sums of the whole.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import polars as pl
from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, select, update

from techhealth.errors import StoreError, UsageError
from techhealth.model import Receipt
from techhealth.store import tables
from techhealth.store.customers import identity, whose
from techhealth.store.database import Store
from techhealth.store.folders import FOLDER, make, place, present, remove
from techhealth.usage.events import EVENT_SCHEMA, Usage
from techhealth.usage.overlap import SAME_CALLS, repeated

_TABLE = tables.uploads.c
_EVENTS = "events.parquet"
#: Begins the name of an upload to which events are added, where others have the SHA-256 of their files.
RUNNING = "events sent, "


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One stored analysis; `first` and `last` are instants of its events, `repeated` of them were known before."""

    id: str
    customer_id: int
    customer: str
    added_at: datetime
    files: tuple[str, ...]
    first: datetime
    last: datetime
    events: int
    repeated: int
    receipt: Receipt

    @property
    def is_running(self) -> bool:
        """Whether events are added to it, so that it says of no period that it is whole."""
        return self.files[0].startswith(RUNNING)


def keep(store: Store, usage: Usage, *, customer: str, instead_of: str | None = None) -> Upload:
    """Store a usage for its customer, and return its upload: the one there is when nothing is new.

    Args:
        store: where to.
        usage: events of one customer with their receipt.
        customer: whose; written down when new.
        instead_of: an upload that this one corrects, maybe of another customer.

    Raises:
        UsageError: if there is no event whose time is known.
        OSError: if the workspace cannot be written.
    """
    if usage.events.is_empty():
        raise UsageError("nothing can be stored of a log without a readable time; name its column with --map.")
    shas, reading = sorted({file.sha256 for file in usage.receipt.files}), _reading(usage)
    with store.writing() as connection:
        number = identity(connection, customer)
        mine = connection.execute(select(tables.uploads).where(_TABLE.customer_id == number)).mappings().all()
        twin = next((row for row in mine if row["files"] == shas and row["reading"] == reading), None)
        gone = [row["id"] for row in mine if set(row["files"]) <= set(shas) and row is not twin]
        gone += [instead_of] if instead_of and instead_of not in (*gone, twin and twin["id"]) else []
        upload = twin["id"] if twin else secrets.token_hex(8)
        if twin is None:
            fresh = _fresh(store, usage.events, [row for row in mine if row["id"] not in gone], shas)
            make(store.folder, upload, _writing(pl.concat([fresh, usage.undated], how="diagonal")))
            connection.execute(insert(tables.uploads).values(_row(upload, number, usage, fresh, shas, reading)))
            store.note(connection, f"stored upload {upload} with {fresh.height} new events", customer_id=number)
        for one in gone:
            connection.execute(delete(tables.uploads).where(_TABLE.id == one))
            store.note(connection, f"upload {upload} took the place of {one}", customer_id=number)
    remove(store.folder, gone)
    found = upload_of(store, upload)
    if found is None:
        raise UsageError("the upload was replaced meanwhile by somebody else's; open it again.")
    return found


def withdraw(store: Store, upload: str) -> None:
    """Take an upload out of the store, with all that was found about it."""
    with store.writing() as connection:
        connection.execute(delete(tables.uploads).where(_TABLE.id == upload))
        store.note(connection, f"withdrew upload {upload}")
    remove(store.folder, [upload])


def append(
    store: Store, events: pl.DataFrame, *, customer: str, name: str, told: Callable[[pl.DataFrame], Receipt]
) -> tuple[int, int]:
    """Add events to the running upload of a customer that has a name; return the customer's number and how many were new.

    An event is known by its key, else by all it says. The upload gets another id; what was last found about it stays.

    Args:
        store: where to.
        events: of the customer, dated.
        customer: whose; written down when new.
        name: of the running upload, beginning with `RUNNING`.
        told: makes the receipt of all its events.

    Raises:
        OSError: if the workspace cannot be written.
    """
    with store.writing() as connection:
        number = identity(connection, customer)
        mine = connection.execute(select(tables.uploads).where(_TABLE.customer_id == number)).mappings().all()
        before = next((row for row in mine if row["files"] == [name]), None)
        fresh = _fresh(store, events, mine, [name], enough=0)
        if fresh.is_empty():
            return number, 0
        held = _read(store, [before["id"]] if before else [], pl.lit(True))
        whole = pl.concat([held, fresh], how="diagonal").sort("at", maintain_order=True)
        upload = secrets.token_hex(8)
        make(store.folder, upload, _writing(whole))
        row = _row(upload, number, Usage(events=whole, receipt=told(whole)), whole, [name], upload)
        repeats = events.height - fresh.height + (before["repeated"] if before else 0)
        row |= {"events": whole.height + repeats, "repeated": repeats}
        connection.execute(insert(tables.uploads).values(row))
        if before:
            moved = update(tables.assessments).where(tables.assessments.c.upload_id == before["id"])
            connection.execute(moved.values(upload_id=upload))
            connection.execute(delete(tables.uploads).where(_TABLE.id == before["id"]))
        store.note(connection, f"added {fresh.height} events to upload {upload}", customer_id=number)
    remove(store.folder, [before["id"]] if before else [])
    return number, fresh.height


def upload_of(store: Store, upload: str) -> Upload | None:
    """Return one upload, None if there is none of this id."""
    return next(iter(_uploads(store, _TABLE.id == upload)), None)


def uploads_of(store: Store, customer: str | None = None) -> tuple[Upload, ...]:
    """Return the uploads of a customer, or of all, in the order in which they were stored."""
    return _uploads(store, whose(customer))


def last_of(store: Store, customer: str) -> datetime | None:
    """Return the last instant of all that is stored of a customer."""
    found: datetime | None = store.value(select(func.max(_TABLE.last)).join(tables.customers).where(whose(customer)))
    return found


def others_of(store: Store, upload: Upload, *, first: datetime, last: datetime) -> Sequence[RowMapping]:
    """Return when the other uploads of a customer that reach between two instants begin, end, and were added."""
    near = (_TABLE.customer_id == upload.customer_id) & (_TABLE.first <= last) & (_TABLE.last >= first)
    wanted = select(_TABLE.first, _TABLE.last, _TABLE.added_at).where(near & (_TABLE.id != upload.id))
    return store.rows(wanted.order_by(_TABLE.first, _TABLE.added_at))


def events_of(store: Store, customer: str, *, first: datetime, last: datetime) -> pl.DataFrame:
    """Return the dated events of a customer between two instants, both included, each once and in order of time."""
    try:
        return _events(store, customer, first, last)
    except StoreError:  # perhaps an upload was replaced between its row and its file; what took its place is there
        return _events(store, customer, first, last)


def undated_of(store: Store, upload: str) -> pl.DataFrame:
    """Return the events of an upload whose time is not known."""
    return _read(store, [upload], pl.col("at").is_null())


def sweep(store: Store) -> int:
    """Remove folders that no upload speaks of, as a crash leaves them; return how many."""
    if not present(store.folder) - _known(store):
        return 0
    with store.writing():  # nobody is making one now
        orphans = present(store.folder) - _known(store)
        remove(store.folder, orphans)
    return len(orphans)


def _events(store: Store, customer: str, first: datetime, last: datetime) -> pl.DataFrame:
    near = whose(customer) & (_TABLE.first <= last) & (_TABLE.last >= first)
    found = store.rows(select(_TABLE.id).join(tables.customers).where(near).order_by(_TABLE.added_at))
    held = _read(store, [row["id"] for row in found], pl.col("at").is_between(first, last))
    return held.sort("at", maintain_order=True)


def _known(store: Store) -> set[str]:
    return {row["id"] for row in store.rows(select(_TABLE.id))}


def _fresh(
    store: Store, events: pl.DataFrame, others: Iterable[RowMapping], shas: Sequence[str], *, enough: float = SAME_CALLS
) -> pl.DataFrame:
    """Return the events that no other upload holds."""
    near = [row for row in others if row["first"] <= events["at"].max() and row["last"] >= events["at"].min()]
    if any(set(shas) < set(row["files"]) for row in near):
        return events.clear()
    if not near:
        return events
    before = _read(store, [row["id"] for row in near], pl.col("at").is_not_null())
    return events.filter(~repeated(events, before, enough=enough))


def _read(store: Store, uploads: Sequence[str], wanted: pl.Expr) -> pl.DataFrame:
    """Return the rows of some uploads, the columns of events; `calls` besides where some are totals."""
    schema = EVENT_SCHEMA | {"calls": pl.Int64()}
    if not uploads:
        return pl.DataFrame(schema=EVENT_SCHEMA)
    paths = [place(store.folder, one) / _EVENTS for one in uploads]
    try:
        found = pl.scan_parquet(paths, schema=schema, missing_columns="insert").filter(wanted).collect()
    except (pl.exceptions.PolarsError, OSError):
        raise StoreError(
            f"usage in {store.folder / FOLDER} is damaged or missing; bring the folder back from a copy, or name another workspace."
        ) from None
    return found if found["calls"].null_count() < found.height else found.drop("calls")


def _writing(events: pl.DataFrame) -> Callable[[Path], None]:
    return lambda folder: events.write_parquet(folder / _EVENTS, compression="zstd")


def _reading(usage: Usage) -> str:
    """Return what two readings share when the same files were read in the same way."""
    rows = pl.concat([usage.events, usage.undated], how="diagonal").hash_rows(seed=0).sum()
    return hashlib.sha256(msgspec.json.encode((usage.receipt, rows))).hexdigest()


def _row(upload: str, customer: int, usage: Usage, fresh: pl.DataFrame, shas: Sequence[str], reading: str) -> dict[str, object]:  # fmt: skip
    return {
        "id": upload, "customer_id": customer, "added_at": datetime.now(UTC), "files": list(shas), "reading": reading,
        "first": usage.events["at"].min(), "last": usage.events["at"].max(), "events": usage.events.height,
        "repeated": usage.events.height - fresh.height, "receipt": msgspec.json.encode(usage.receipt),
    }  # fmt: skip


def _uploads(store: Store, which: ColumnElement[bool]) -> tuple[Upload, ...]:
    stored = (column for column in _TABLE if column.name != "reading")
    wanted = select(*stored, tables.customers.c.name.label("customer")).join(tables.customers).where(which)
    return tuple(
        Upload(**{**row, "files": tuple(row["files"]), "receipt": msgspec.json.decode(row["receipt"], type=Receipt)})
        for row in store.rows(wanted.order_by(_TABLE.added_at))
    )
