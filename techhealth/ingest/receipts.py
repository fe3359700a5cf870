"""What was read and what was not, for one file and for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from techhealth.ingest.interpret import Interpreted
from techhealth.ingest.records import Records
from techhealth.ingest.redact import masked_name
from techhealth.ingest.rejects import (
    DUPLICATE,
    EXAMPLES,
    NOT_A_CALL,
    OTHER_CUSTOMER,
    OTHER_MEASURE,
    REPEATED,
    SAME_FILE,
    Rejects,
    is_duplicate,
)
from techhealth.ingest.sources import Blob
from techhealth.ingest.trust import trust
from techhealth.model import FileReceipt, Receipt, Reject

#: Rows rejected for these reasons are no calls of this file, so they count in no figure.
_NOT_COUNTED = (NOT_A_CALL, OTHER_MEASURE, DUPLICATE, OTHER_CUSTOMER)


def file_receipt(
    blob: Blob, encoding: str, records: Records, interpreted: Interpreted, rows: pl.DataFrame
) -> FileReceipt:
    """Return the receipt of one file; `events` counts attempts, `failures` also calls whose time could not be read."""
    rejects = _rejects(records, rows)
    kept = rows.filter(pl.col("why").is_null())
    uncounted = pl.col("why").is_in(_NOT_COUNTED) | pl.col("why").str.starts_with(REPEATED)
    calls = rows.filter(pl.col("why").is_null() | ~uncounted)
    reading = interpreted.reading
    latency = calls["latency_ms"].drop_nulls()
    known = calls["ok"].null_count() < calls.height
    return FileReceipt(
        name=masked_name(blob.name),
        sha256=blob.sha256,
        format=interpreted.format + (", gzip" if blob.gzipped else ""),
        encoding=encoding,
        kind="metrics" if interpreted.metrics else _kind(calls),
        rows=rows.height + records.rejects.total,
        records=rows.height,
        events=kept.height,
        first=_instant(kept, last=False),
        last=_instant(kept, last=True),
        failures=int(calls["ok"].eq(False).sum()) if known else None,
        first_latency_ms=float(latency[0]) if len(latency) else None,
        rejected=rejects.total,
        rejects=rejects.listed(),
        mapping=tuple(reading.mapping),
        assumptions=tuple(dict.fromkeys(reading.assumptions)),
        notes=(*reading.notes, *_notes(kept, calls, reading.masked), *reading.last_notes),
    )


def repeated_receipt(name: str, first: FileReceipt) -> FileReceipt:
    """Return the receipt of a file whose bytes were read before: all its rows are rejected for that."""
    note = f"the same bytes as {first.name}; counted once"
    return replace(
        first, name=masked_name(name), events=0, rejected=first.rows, first=None, last=None, failures=None, first_latency_ms=None,
        rejects=(Reject(reason=SAME_FILE, count=first.rows, examples=()),), notes=(note,),
    )  # fmt: skip


def receipt_of(
    files: Sequence[FileReceipt], events: pl.DataFrame, undated: pl.DataFrame, customers: Sequence[str], doubts: Sequence[str]
) -> Receipt:  # fmt: skip
    """Return the receipt over all files; `doubts` are assumptions that lower the grade.

    Its counts are those of dated events; an integration that only has `undated` ones is named all the same.
    """
    kinds = dict(events["kind"].value_counts().iter_rows())
    integrations = pl.concat([events["integration"], undated["integration"]]).unique().sort().to_list()
    repeated = sum(r.count for file in files for r in file.rejects if is_duplicate(r.reason))
    noted = _chain_note(list(files), events)
    return Receipt(
        files=tuple(noted),
        events=events.height,
        api_calls=kinds.get("api", 0),
        webhook_deliveries=kinds.get("webhook", 0),
        auth_events=kinds.get("auth", 0),
        integrations=len(integrations),
        duplicates=repeated,
        trust=trust(files, events, undated, doubts),
        customers=tuple(customers),
        integration_names=tuple(integrations),
        first=_instant(events, last=False),
        last=_instant(events, last=True),
    )


def _rejects(records: Records, rows: pl.DataFrame) -> Rejects:
    """Return the rows rejected in parsing and in reading, with examples from the raw rows."""
    listed = Rejects(dict(records.rejects.counts), {why: list(some) for why, some in records.rejects.examples.items()})
    rejected = rows.with_row_index("row").filter(pl.col("why").is_not_null()).select("row", "line", "why")
    for (why,), group in rejected.group_by("why", maintain_order=True):
        some = group.head(EXAMPLES)
        texts = [_raw(records.frame, row) for row in some["row"].to_list()]
        listed.add(str(why), group.height, zip(some["line"].to_list(), texts, strict=True))
    return listed


def _raw(frame: pl.DataFrame, row: int) -> str:
    cells = frame.row(row)
    return ", ".join(f"{name}={text}" for name, text in zip(frame.columns, cells, strict=True) if text is not None)


def _kind(calls: pl.DataFrame) -> str:
    found = calls["kind"].unique().to_list()
    return str(found[0]) if len(found) == 1 else "mixed" if found else "api"


def _instant(events: pl.DataFrame, *, last: bool) -> datetime | None:
    at = events["at"].max() if last else events["at"].min()
    return at if isinstance(at, datetime) else None


def _notes(kept: pl.DataFrame, calls: pl.DataFrame, masked: int) -> list[str]:
    notes = []
    unknown = kept["ok"].null_count()
    if unknown:
        notes.append(f"{unknown:,} rows name no status, outcome or error; their outcome is unknown")
    lost = int(calls["ok"].eq(False).sum()) - int(kept["ok"].eq(False).sum())
    if lost:
        of = int(calls["ok"].eq(False).sum())
        notes.append(f"{lost:,} of {of:,} failures have no readable time; they count in the totals, not in the trend")
    keyed = kept.filter((pl.col("kind") == "webhook") & pl.col("event_key").is_not_null())
    if keyed.height and keyed["event_key"].is_duplicated().any():
        notes.append("attempts of one delivery are folded into it; this file's events count attempts")
    if masked:
        notes.append(
            f"{masked:,} values were masked (secrets, addresses, account and telephone numbers, query strings)"
        )
    return notes


def _chain_note(files: list[FileReceipt], events: pl.DataFrame) -> list[FileReceipt]:
    """Return the receipts, with the note that chains across files are not folded where that can matter."""
    if len(files) < 2 or events["event_key"].null_count() == events.height:
        return files
    note = "retries and attempts that continue in another file are not folded across files"
    return [replace(file, notes=(*file.notes, note)) if file.events else file for file in files]
