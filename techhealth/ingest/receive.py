"""The door of the room: sources → usage with its receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from techhealth.errors import InputError, MissingFieldError, UnreadableError, UsageError
from techhealth.ingest.described import described
from techhealth.ingest.fields.dialects import recognise
from techhealth.ingest.fields.mapping import choose
from techhealth.ingest.files.sources import MAX_BYTES, Blob, Source, load
from techhealth.ingest.interpret import Interpreted, interpret
from techhealth.ingest.masking.redact import masked, masked_name, name_apart
from techhealth.ingest.readers import records_of
from techhealth.ingest.receipts import file_receipt, receipt_of, repeated_receipt
from techhealth.ingest.records import Records
from techhealth.ingest.rejects import DUPLICATE, UNDATED, begin
from techhealth.ingest.remembered import Recall, remembered
from techhealth.ingest.rows.customers import customer_to_keep
from techhealth.ingest.rows.fold import duplicates, fold
from techhealth.ingest.rows.overlap import compared
from techhealth.ingest.series import constant
from techhealth.model import OTHER_CUSTOMER, Column, FileReceipt, Receipt
from techhealth.usage.events import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One file between reading and judging its customers."""

    blob: Blob
    encoding: str
    records: Records
    interpreted: Interpreted


def read(
    *sources: Source | list[Source],
    mapping: Mapping[str, str] | None = None,
    customer: str | None = None,
    timezone: str = "UTC",
    rename: Mapping[str, str] | None = None,
    recall: Recall | None = None,
    max_bytes: int = MAX_BYTES,
    progress: Callable[[str], None] | None = None,
) -> Usage:
    """Return the events of one or several logs, which together are one analysis, with their receipt.

    Args:
        sources: each one or a list of paths, "-" for standard input, bytes, open binary files, polars frames of raw records, or pairs
            (name, bytes) for uploads; plain, packed, or archives of several logs.
        mapping: field → column, where the mapper should not decide; "column:s" names the unit of a latency, "-" says
            that no column is this field.
        customer: keeps this customer (case ignored); where a file names none, the name to use.
        timezone: IANA zone in which times without a zone are read.
        rename: integration name in the log → name to use.
        recall: is asked, for the columns of each file, what is remembered about them; `mapping` goes before it.
        max_bytes: limit for each source, also once unpacked.
        progress: is told in words what is being done.

    Returns:
        Events with webhook attempts folded into deliveries. In a `FileReceipt`, `events` counts attempts, so that
        `rows == events + rejected`; `Receipt.webhook_deliveries` counts deliveries.

    Raises:
        InputError: if a source cannot be used, or no row of any is an event.
        UsageError: if a field, column, time zone or customer does not exist.
    """
    usage = _read(
        sources, mapping or {}, customer, timezone, rename or {}, recall, max_bytes, progress or _quiet, strict=True
    )
    if usage.events.is_empty():
        first = next((reject for file in usage.receipt.files for reject in file.rejects), None)
        why = f" ({first.count:,} × {first.reason})" if first else ""
        names = ", ".join(file.name for file in usage.receipt.files)
        raise UnreadableError(
            f"{names}: no row can be used{why}. Check the columns with `techhealth inspect`, name them with --map."
        )
    return usage


def inspect(
    *sources: Source | list[Source],
    mapping: Mapping[str, str] | None = None,
    customer: str | None = None,
    timezone: str = "UTC",
    rename: Mapping[str, str] | None = None,
    recall: Recall | None = None,
    max_bytes: int = MAX_BYTES,
    progress: Callable[[str], None] | None = None,
) -> Receipt:
    """Return the receipt alone; other than `read`, also when no row of the files can be used. Arguments as there.

    Raises:
        InputError: if a source is not a log at all.
        UsageError: if a field, column, time zone or customer does not exist.
    """
    return _read(
        sources, mapping or {}, customer, timezone, rename or {}, recall, max_bytes, progress or _quiet
    ).receipt


def columns_of(source: Source, *, recall: Recall | None = None, max_bytes: int = MAX_BYTES) -> tuple[Column, ...]:
    """Return the columns of one file with sample values and the fields they would become, also when it cannot be read.

    Raises:
        InputError: if it is not a log at all.
    """
    frame = records_of(next(load(source, max_bytes=max_bytes)))[0].frame
    dialect = recognise(frame.columns)
    chosen = choose(frame, dialect=dialect, mapping=remembered(frame, recall, {}, "UTC").mapping)
    every = constant(True, frame.height)
    return described(frame, every, ((name, choice.column) for name, choice in chosen.items()))


def _quiet(_words: str) -> None:
    """Say nothing."""


def _read(
    sources: Sequence[Source | list[Source]], mapping: Mapping[str, str], customer: str | None, timezone: str, rename: Mapping[str, str],
    recall: Recall | None, max_bytes: int, progress: Callable[[str], None], *, strict: bool = False,
) -> Usage:  # fmt: skip
    if not sources:
        raise UsageError("There is nothing to read. Name at least one log file, or - for standard input.")
    _check_zone(timezone)
    files: list[_File | tuple[Blob, int]] = []
    seen: dict[str, int] = {}
    read_one = partial(
        _file, mapping=mapping, customer=customer, timezone=timezone, recall=recall, strict=strict, progress=progress
    )
    for source in (one for given in sources for one in (given if isinstance(given, list) else [given])):
        _add(files, seen, load(source, max_bytes=max_bytes), read_one)
    customer = None if customer is None else name_apart(customer)
    keep = customer_to_keep((file.interpreted.rows["customer"] for file in files if isinstance(file, _File)), customer)
    return _usage(files, customer, keep, rename, progress)


def _add(
    files: list[_File | tuple[Blob, int]],
    seen: dict[str, int],
    blobs: Iterable[Blob],
    read_one: Callable[[Blob], _File],
) -> None:
    """Add the files of one source; a blob seen before is added with the place of the first one with its bytes.

    Raises:
        InputError: if a file cannot be read, and it is no member of an archive that holds others.
    """
    before = len(files)
    unread: list[InputError] = []
    left_out: list[str] = []
    for blob in blobs:
        left_out = blob.left_out
        if blob.sha256 in seen:
            files.append((blob, seen[blob.sha256]))
            continue
        try:
            files.append(read_one(blob))
        except (UnreadableError, MissingFieldError) as problem:
            if not blob.member:
                raise
            unread.append(problem)
        else:
            seen[blob.sha256] = len(files) - 1
    _say_of_archive(files[before:], unread, left_out)


def _say_of_archive(
    files: Sequence[_File | tuple[Blob, int]], unread: Sequence[InputError], left_out: Sequence[str]
) -> None:
    """Note in the first file of an archive which of its members were not read.

    Raises:
        InputError: if none of them is a log: what is wrong with the first.
    """
    if unread and not files:
        raise unread[0]
    said = [f"not read: {masked(str(problem))}" for problem in unread]
    if left_out:
        shown = ", ".join(masked_name(name) for name in left_out[:3])
        said.append(f"folders and hidden files of the archive are left out ({len(left_out):,}: {shown})")
    for file in files[:1]:
        if isinstance(file, _File):
            file.interpreted.reading.notes += said


def _check_zone(timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"There is no time zone {timezone!r}. Use an IANA name such as Europe/Berlin or UTC."
        ) from None


def _file(
    blob: Blob, *, mapping: Mapping[str, str], customer: str | None, timezone: str, recall: Recall | None, strict: bool,
    progress: Callable[[str], None],
) -> _File:  # fmt: skip
    progress(f"reading {blob.name}")
    begin(masked_name(blob.name))
    records, encoding = records_of(blob)
    known = remembered(records.frame, recall, mapping, timezone)
    interpreted = interpret(
        blob.name, records, mapping=known.mapping, customer=customer, timezone=known.timezone, strict=strict
    )
    known.say(interpreted.reading)
    if strict and interpreted.declined:
        raise UnreadableError(f"{blob.name} {interpreted.declined}")
    return _File(blob=blob, encoding=encoding, records=records, interpreted=interpreted)


def _usage(
    files: list[_File | tuple[Blob, int]], customer: str | None, keep: str | None, rename: Mapping[str, str], progress: Callable[[str], None]
) -> Usage:  # fmt: skip
    receipts: list[FileReceipt] = []
    frames: list[pl.DataFrame] = []
    undated: list[pl.DataFrame] = []
    names: set[str] = set()
    doubts: list[str] = []
    failing: dict[str, set[str]] = {}
    earlier: list[tuple[str, pl.DataFrame]] = []
    files.reverse()
    while files:  # the rows of a file are let go of as soon as they are events
        file = files.pop()
        if not isinstance(file, _File):
            receipts.append(repeated_receipt(file[0].name, receipts[file[1]]))
            continue
        names |= set(file.interpreted.rows["customer"].drop_nulls().unique().to_list())
        rows = compared(_finished(file.interpreted, customer, keep, rename), earlier, file.interpreted.reading)
        doubts += file.interpreted.reading.doubts
        kept = rows if rows["why"].null_count() == rows.height else rows.filter(pl.col("why").is_null())
        if file.interpreted.reading.failures_only:
            failing.setdefault(file.interpreted.reading.failures_only, set()).update(kept["integration"])
        if files:
            earlier.append((masked_name(file.blob.name), kept))
        receipts.append(file_receipt(file.blob, file.encoding, file.records, file.interpreted, rows))
        undated.append(fold(_undated(rows, kept)))
        frames.append(kept)
        del file, rows, kept
        frames.append(fold(frames.pop()))
    progress("putting the files together")
    events = frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal").sort("at", maintain_order=True)
    found = sorted(names) if customer is None else [keep or customer]
    timeless = pl.concat(undated, how="diagonal")
    receipt = receipt_of(receipts, events, timeless, found, doubts, failing=failing)
    return Usage(events=events, receipt=receipt, undated=timeless)


def _undated(rows: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Return the calls whose time could not be read, without attempts of deliveries that other rows tell of."""
    timeless = rows.filter(pl.col("why").is_in(UNDATED))
    keys = kept.filter(pl.col("kind") == "webhook")["event_key"].drop_nulls().unique().to_list()
    return timeless.filter((pl.col("kind") != "webhook") | ~pl.col("event_key").is_in(keys).fill_null(False))


#: Rows that are calls of somebody, whether or not their time could be read.
_A_CALL = pl.col("why").is_null() | pl.col("why").is_in(UNDATED)


def _finished(
    interpreted: Interpreted, customer: str | None, keep: str | None, rename: Mapping[str, str]
) -> pl.DataFrame:
    """Return the rows renamed, other customers and duplicates marked with their reason."""
    rows = interpreted.rows
    if rename:
        rows = rows.with_columns(pl.col("integration").replace(dict(rename)))
    named = rows["customer"].null_count() < rows.height
    if customer is not None and keep is not None and named:
        other = pl.col("customer").is_null() | (pl.col("customer").str.to_lowercase() != keep.lower())
        rows = rows.with_columns(why=pl.when(_A_CALL & other).then(pl.lit(OTHER_CUSTOMER)).otherwise("why"))
        rows = rows.with_columns(customer=pl.when(other).then("customer").otherwise(pl.lit(keep)))
    elif customer is not None and not named:
        rows = rows.with_columns(customer=pl.lit(keep or customer))
    key = next((item.column for item in interpreted.reading.mapping if item.field == "event_key"), "")
    repeated = duplicates(rows, key=key)
    return rows.with_columns(
        why=pl.when(pl.col("why").is_null() & pl.lit(repeated)).then(pl.lit(DUPLICATE)).otherwise("why")
    )
