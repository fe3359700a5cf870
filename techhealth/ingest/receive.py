"""The door of the room: sources → usage with its receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from techhealth.errors import UnreadableError, UsageError
from techhealth.ingest.customers import customer_to_keep
from techhealth.ingest.delimited import read_delimited
from techhealth.ingest.flatten import flat_frame
from techhealth.ingest.fold import duplicates, fold
from techhealth.ingest.interpret import Interpreted, interpret
from techhealth.ingest.jsonish import looks_like_json, read_json
from techhealth.ingest.overlap import compared
from techhealth.ingest.receipts import file_receipt, receipt_of, repeated_receipt
from techhealth.ingest.records import Records, numbered
from techhealth.ingest.redact import masked_name
from techhealth.ingest.rejects import DUPLICATE, OTHER_CUSTOMER, UNDATED, Rejects
from techhealth.ingest.sniff import refuse_foreign, to_utf8
from techhealth.ingest.sources import MAX_BYTES, Blob, Source, load
from techhealth.model import FileReceipt, Receipt
from techhealth.usage.events import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One file between reading and judging its customers."""

    blob: Blob
    encoding: str
    records: Records
    interpreted: Interpreted


def read(
    *sources: Source,
    mapping: Mapping[str, str] | None = None,
    customer: str | None = None,
    timezone: str = "UTC",
    rename: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
    progress: Callable[[str], None] | None = None,
) -> Usage:
    """Return the events of one or several logs, which together are one analysis, with their receipt.

    Args:
        sources: paths, "-" for standard input, bytes, open binary files, polars frames of raw records, or pairs
            (name, bytes) for uploads; plain or gzip.
        mapping: field → column, where the mapper should not decide; "column:s" names the unit of a latency, "-" says
            that no column is this field.
        customer: keeps this customer (case ignored); where a file names none, the name to use.
        timezone: IANA zone in which times without a zone are read.
        rename: integration name in the log → name to use.
        max_bytes: limit for each source, also once unpacked.
        progress: is told in words what is being done.

    Returns:
        Events with webhook attempts folded into deliveries. In a `FileReceipt`, `events` counts attempts, so that
        `rows == events + rejected`; `Receipt.webhook_deliveries` counts deliveries.

    Raises:
        InputError: if a source cannot be used, or no row of any is an event.
        UsageError: if a field, column, time zone or customer does not exist.
    """
    usage = _read(sources, mapping or {}, customer, timezone, rename or {}, max_bytes, progress or _quiet)
    if usage.events.is_empty():
        first = next((reject for file in usage.receipt.files for reject in file.rejects), None)
        why = f" ({first.count:,} × {first.reason})" if first else ""
        names = ", ".join(file.name for file in usage.receipt.files)
        raise UnreadableError(
            f"{names}: no row can be used{why}. Check the columns with `techhealth inspect`, name them with --map."
        )
    return usage


def inspect(
    *sources: Source,
    mapping: Mapping[str, str] | None = None,
    customer: str | None = None,
    timezone: str = "UTC",
    rename: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
    progress: Callable[[str], None] | None = None,
) -> Receipt:
    """Return the receipt alone; other than `read`, also when no row of the files can be used. Arguments as there.

    Raises:
        InputError: if a source is not a log at all.
        UsageError: if a field, column, time zone or customer does not exist.
    """
    return _read(sources, mapping or {}, customer, timezone, rename or {}, max_bytes, progress or _quiet).receipt


def _quiet(_words: str) -> None:
    """Say nothing."""


def _read(
    sources: tuple[Source, ...], mapping: Mapping[str, str], customer: str | None, timezone: str, rename: Mapping[str, str],
    max_bytes: int, progress: Callable[[str], None],
) -> Usage:  # fmt: skip
    if not sources:
        raise UsageError("There is nothing to read. Name at least one log file, or - for standard input.")
    _check_zone(timezone)
    files: list[_File | tuple[Blob, int]] = []
    seen: dict[str, int] = {}
    for source in sources:
        blob = load(source, max_bytes=max_bytes)
        progress(f"reading {blob.name}")
        if blob.sha256 in seen:
            files.append((blob, seen[blob.sha256]))
            continue
        seen[blob.sha256] = len(files)
        files.append(_file(blob, mapping, customer, timezone))
    keep = customer_to_keep((file.interpreted.rows["customer"] for file in files if isinstance(file, _File)), customer)
    return _usage(files, customer, keep, rename, progress)


def _check_zone(timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"There is no time zone {timezone!r}. Use an IANA name such as Europe/Berlin or UTC."
        ) from None


def _file(blob: Blob, mapping: Mapping[str, str], customer: str | None, timezone: str) -> _File:
    records, encoding = _records(blob)
    interpreted = interpret(blob.name, records, mapping=mapping, customer=customer, timezone=timezone)
    return _File(blob=blob, encoding=encoding, records=records, interpreted=interpreted)


def _records(blob: Blob) -> tuple[Records, str]:
    if blob.frame is not None:
        if blob.frame.is_empty():
            raise UnreadableError("The frame has no rows. Pass one row per call.")
        frame = flat_frame(blob.frame)
        return Records(frame=frame, lines=numbered(frame, first=1), format="polars frame", rejects=Rejects()), "none"
    refuse_foreign(blob.name, blob.content)
    content, encoding = to_utf8(blob.name, blob.content)
    records = read_json(blob.name, content) if looks_like_json(content) else read_delimited(blob.name, content)
    if records.frame.is_empty():
        raise UnreadableError(f"{blob.name} has no rows that can be read. Export one row, line or object per call.")
    return records, encoding


def _usage(
    files: list[_File | tuple[Blob, int]], customer: str | None, keep: str | None, rename: Mapping[str, str], progress: Callable[[str], None]
) -> Usage:  # fmt: skip
    receipts: list[FileReceipt] = []
    frames: list[pl.DataFrame] = []
    undated: list[pl.DataFrame] = []
    names: set[str] = set()
    doubts: list[str] = []
    earlier: list[tuple[str, pl.DataFrame]] = []
    for file in files:
        if not isinstance(file, _File):
            receipts.append(repeated_receipt(file[0].name, receipts[file[1]]))
            continue
        names |= set(file.interpreted.rows["customer"].drop_nulls().unique().to_list())
        rows = compared(_finished(file.interpreted.rows, customer, keep, rename), earlier, file.interpreted.reading)
        doubts += file.interpreted.reading.doubts
        kept = rows.filter(pl.col("why").is_null())
        earlier.append((masked_name(file.blob.name), kept))
        receipts.append(file_receipt(file.blob, file.encoding, file.records, file.interpreted, rows))
        frames.append(fold(kept))
        undated.append(fold(_undated(rows, kept)))
    progress("putting the files together")
    events = frames[0] if len(frames) == 1 else pl.concat(frames).sort("at", maintain_order=True)
    found = sorted(names) if customer is None else [keep or customer]
    timeless = pl.concat(undated)
    return Usage(events=events, receipt=receipt_of(receipts, events, timeless, found, doubts), undated=timeless)


def _undated(rows: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Return the calls whose time could not be read, without attempts of deliveries that other rows tell of."""
    timeless = rows.filter(pl.col("why").is_in(UNDATED))
    keys = kept.filter(pl.col("kind") == "webhook")["event_key"].drop_nulls().unique().to_list()
    return timeless.filter((pl.col("kind") != "webhook") | ~pl.col("event_key").is_in(keys).fill_null(False))


#: Rows that are calls of somebody, whether or not their time could be read.
_A_CALL = pl.col("why").is_null() | pl.col("why").is_in(UNDATED)


def _finished(rows: pl.DataFrame, customer: str | None, keep: str | None, rename: Mapping[str, str]) -> pl.DataFrame:
    """Return the rows renamed, other customers and duplicates marked with their reason."""
    if rename:
        rows = rows.with_columns(pl.col("integration").replace(dict(rename)))
    named = rows["customer"].null_count() < rows.height
    if customer is not None and keep is not None and named:
        other = pl.col("customer").is_null() | (pl.col("customer").str.to_lowercase() != keep.lower())
        rows = rows.with_columns(why=pl.when(_A_CALL & other).then(pl.lit(OTHER_CUSTOMER)).otherwise("why"))
        rows = rows.with_columns(customer=pl.when(other).then("customer").otherwise(pl.lit(keep)))
    elif customer is not None and not named:
        rows = rows.with_columns(customer=pl.lit(keep or customer))
    repeated = duplicates(rows)
    return rows.with_columns(
        why=pl.when(pl.col("why").is_null() & pl.lit(repeated)).then(pl.lit(DUPLICATE)).otherwise("why")
    )
