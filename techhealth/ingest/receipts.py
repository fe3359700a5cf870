"""What was read and what was not, for one file and for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from techhealth.ingest.described import described
from techhealth.ingest.files.sources import Blob
from techhealth.ingest.interpret import Interpreted
from techhealth.ingest.masking.redact import MASK, is_secret_name, masked, masked_name
from techhealth.ingest.records import Records
from techhealth.ingest.rejects import (
    NOT_A_CALL,
    NOT_COUNTED,
    OTHER_MEASURE,
    REPEATED,
    SAME_FILE,
    Rejects,
    begin,
    is_duplicate,
    tell,
    wanted,
)
from techhealth.ingest.trust import trust
from techhealth.model import FileReceipt, Receipt, Reject

#: Rejected rows turned to text at a time.
_SLICE = 10_000

#: Share of records that are no calls from which on a file is mixed; its first and last instant are then those of all.
_OF_ANOTHER_KIND, _FEWEST = 0.25, 20


def file_receipt(
    blob: Blob, encoding: str, records: Records, interpreted: Interpreted, rows: pl.DataFrame
) -> FileReceipt:
    """Return the receipt of one file; `events` counts attempts, `failures` also calls whose time could not be read."""
    begin(masked_name(blob.name))
    rejects = _rejects(records, rows)
    kept = rows.filter(pl.col("why").is_null())
    uncounted = pl.col("why").is_in(NOT_COUNTED) | pl.col("why").str.starts_with(REPEATED)
    calls = rows.filter(pl.col("why").is_null() | ~uncounted)
    reading = interpreted.reading
    latency = calls["latency_ms"].drop_nulls()
    mixed = rows["why"].is_in([NOT_A_CALL, OTHER_MEASURE]).sum() > _OF_ANOTHER_KIND * max(rows.height, _FEWEST)
    covered = rows if mixed or kept.is_empty() else kept
    return FileReceipt(
        name=masked_name(blob.name),
        sha256=blob.sha256,
        format=", ".join((interpreted.format, *blob.packing)),
        encoding=encoding,
        kind=interpreted.kind or ("mixed" if mixed else _kind(calls)),
        rows=rows.height + records.rejects.total,
        records=rows.height,
        events=_calls(kept),
        first=_instant(covered, last=False),
        last=_last(covered, rows, interpreted.ended),
        failures=_failures(calls, unsure=reading.open_outcomes),
        first_latency_ms=float(latency[0]) if len(latency) else None,
        rejected=rejects.total,
        rejects=rejects.listed(),
        mapping=tuple(replace(one, column=masked_name(one.column), how=masked(one.how)) for one in reading.mapping),
        assumptions=tuple(dict.fromkeys(reading.assumptions)),
        notes=(*reading.notes, *_notes(kept, calls, reading.masked), *reading.last_notes),
        columns=described(records.frame, rows["why"].is_null(), ((one.field, one.column) for one in reading.mapping)),
        masked=reading.masked,
        perhaps_latency=reading.perhaps_latency,
    )


def repeated_receipt(name: str, first: FileReceipt) -> FileReceipt:
    """Return the receipt of a file whose bytes were read before: all its rows are rejected for that."""
    note = f"the same bytes as {first.name}; counted once"
    begin(masked_name(name))
    tell(0, SAME_FILE, f"all {first.rows:,} rows")
    return replace(
        first, name=masked_name(name), events=0, rejected=first.rows, first=None, last=None, failures=None, first_latency_ms=None,
        rejects=(Reject(reason=SAME_FILE, count=first.rows, examples=()),), notes=(note,),
    )  # fmt: skip


def receipt_of(
    files: Sequence[FileReceipt],
    events: pl.DataFrame,
    undated: pl.DataFrame,
    customers: Sequence[str],
    doubts: Sequence[str],
    *,
    failing: Mapping[str, set[str]],
) -> Receipt:
    """Return the receipt over all files; `doubts` are assumptions that lower the grade.

    Its counts are those of dated events; an integration that only has `undated` ones is named all the same. `failing`
    holds what is said of each file that has only failures → its integrations.
    """
    counted = pl.col("calls").fill_null(1).sum() if "calls" in events.columns else pl.len()
    kinds = dict(events.group_by("kind").agg(counted).iter_rows())
    integrations = pl.concat([events["integration"], undated["integration"]]).unique().sort().to_list()
    repeated = sum(r.count for file in files for r in file.rejects if is_duplicate(r.reason))
    succeeded = set(events["integration"].filter(events["ok"].fill_null(False)).unique())
    noted = _chain_note(list(files), events)
    return Receipt(
        files=tuple(noted),
        events=_calls(events),
        api_calls=kinds.get("api", 0),
        webhook_deliveries=kinds.get("webhook", 0),
        auth_events=kinds.get("auth", 0),
        integrations=len(integrations),
        duplicates=repeated,
        trust=trust(files, events, undated, doubts, grave=tuple(failing)),
        customers=tuple(customers),
        integration_names=tuple(integrations),
        failures_only=tuple(sorted(set().union(*failing.values()) - succeeded)),
        first=_instant(events, last=False),
        last=_instant(events, last=True),
    )


def _rejects(records: Records, rows: pl.DataFrame) -> Rejects:
    """Return the rows rejected in parsing and in reading, with examples from the raw rows."""
    listed = Rejects(dict(records.rejects.counts), {why: list(some) for why, some in records.rejects.examples.items()})
    rejected = rows.with_row_index("row").filter(pl.col("why").is_not_null()).select("row", "line", "why")
    for (why,), group in rejected.group_by("why", maintain_order=True):
        some = group.head(wanted(group.height))
        listed.add(str(why), group.height, zip(some["line"], _raw(records.frame, some["row"]), strict=True))
    return listed


def _raw(frame: pl.DataFrame, rows: pl.Series) -> Iterator[str]:
    """Yield the text of rows, a slice of them at a time; of columns whose names say that they are secret, the name."""
    hidden = {name for name in frame.columns if is_secret_name(name)}
    for part in rows.to_frame().iter_slices(_SLICE):
        for cells in frame[part.to_series()].iter_rows():
            pairs = zip(frame.columns, cells, strict=True)
            yield ", ".join(f"{name}={MASK if name in hidden else text}" for name, text in pairs if text is not None)


def _calls(rows: pl.DataFrame) -> int:
    """Return how many calls rows stand for: one each, more where a row is a total."""
    return int(rows["calls"].fill_null(1).sum()) if "calls" in rows.columns else rows.height


def _failures(calls: pl.DataFrame, *, unsure: bool) -> int | None:
    """Return how many calls failed, None where no row tells, or where none is known to have failed and some are `unsure`."""
    failed = calls.select(pl.when(pl.col("calls").is_null()).then(pl.col("ok").eq(False)).otherwise("failed").alias("failed"))["failed"]  # fmt: skip
    known = failed.null_count() < len(failed) and (bool(failed.sum()) or not unsure)
    return int(failed.sum()) if known else None


def _kind(calls: pl.DataFrame) -> str:
    found = calls["kind"].unique().to_list()
    return str(found[0]) if len(found) == 1 else "mixed" if found else "api"


def _instant(events: pl.DataFrame, *, last: bool) -> datetime | None:
    at = events["at"].max() if last else events["at"].min()
    return at if isinstance(at, datetime) else None


def _last(covered: pl.DataFrame, rows: pl.DataFrame, ended: pl.Series | None) -> datetime | None:
    """Return the last instant of a file: of rows of totals the last one at which one of them ended."""
    end = None if ended is None else ended.filter(rows["why"].is_null()).max()
    last = _instant(covered, last=True)
    return max(last, end) if last and isinstance(end, datetime) else last


def _notes(kept: pl.DataFrame, calls: pl.DataFrame, masked: int) -> list[str]:
    notes = []
    unknown = kept.filter(pl.col("calls").is_null())["ok"].null_count()
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
