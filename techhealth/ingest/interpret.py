"""Records → rows of events: each chosen column read, cleaned and given its meaning. No row is dropped here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from techhealth.errors import MissingFieldError, UnreadableError
from techhealth.ingest import columns as read
from techhealth.ingest import outcomes
from techhealth.ingest.customers import with_customer
from techhealth.ingest.details import details
from techhealth.ingest.dialects import Dialect, recognise, totals
from techhealth.ingest.elapsed import latencies
from techhealth.ingest.kinds import kinds
from techhealth.ingest.leftover import leftover
from techhealth.ingest.mapping import choose, completed, envelope_choices, refused
from techhealth.ingest.moments import times
from techhealth.ingest.naming import Choices
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import Records, folded
from techhealth.ingest.rejects import BAD_TIME, NO_TIME, NOT_A_CALL, OTHER_MEASURE
from techhealth.ingest.results import results
from techhealth.ingest.words import REASONS
from techhealth.model import Confidence, FieldMapping

_CONTENT = ("endpoint", "method", "status", "flag", "latency_ms", "error_class")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """Rows of one file with the event columns and `line`, `attempt` and `why` (reason to reject, null: kept)."""

    rows: pl.DataFrame
    reading: Reading
    format: str
    metrics: bool


def interpret(
    name: str, records: Records, *, mapping: Mapping[str, str], customer: str | None, timezone: str
) -> Interpreted:
    """Return the rows of a file with their meaning; a column that holds the `customer` asked for names customers.

    Raises:
        MissingFieldError: if no column holds a time, or nothing in the file is a call.
        UnreadableError: if the file holds totals instead of calls.
        UsageError: if `mapping` names an unknown field or column, or one whose values do not fit.
    """
    names = frozenset(folded(column) for column in records.frame.columns)
    summed = totals(names)
    if summed:
        raise UnreadableError(f"{name} {summed}. Export the log with one row per call.")
    dialect = recognise(names)
    chosen = choose(records.frame, dialect=dialect, mapping=mapping)
    if "timestamp" not in chosen:
        raise MissingFieldError("timestamp", where=name, columns=records.frame.columns)
    if not {"endpoint", "method", "status", "grpc", "success", "failure", "latency", "error"} & set(chosen):
        raise MissingFieldError("status", where=name, columns=records.frame.columns)
    reading = Reading(notes=list(records.notes), separator=records.separator)
    chosen = with_customer(records.frame, chosen, customer, reading)
    frame, chosen = completed(records.frame, chosen)
    given = envelope_choices(records.envelope, chosen, refused=refused(mapping))
    zone = "UTC" if dialect and dialect.utc else timezone
    rows = _rows(replace(records, frame=frame), chosen, given, dialect, zone, reading)
    reading.last_notes = leftover(frame, chosen, reading)
    shown = f"{records.format}, {dialect.name}" if dialect else records.format
    return Interpreted(rows=rows, reading=reading, format=shown, metrics=bool(dialect and dialect.metrics))


def _rows(
    records: Records, chosen: Choices, given: dict[str, str], dialect: Dialect | None, timezone: str, reading: Reading
) -> pl.DataFrame:
    for name, value in given.items():
        reading.mapping.append(
            FieldMapping(
                field=name,
                column="(envelope)",
                unit=None,
                confidence=Confidence.HIGH,
                how=f"stands once around the records: {value[:60]}",
            )
        )
    source = records.frame
    at, unread = times(source, chosen, records.envelope, timezone, reading)
    method, host, endpoint = read.endpoints(source, chosen, reading)
    rows = pl.DataFrame({
        "line": records.lines, "at": at, "method": method, "endpoint": endpoint, "raw_host": host,
        **results(source, chosen, dialect, reading),
        "latency_ms": latencies(source, chosen, dialect, at, timezone, reading),
        **details(source, chosen, reading),
    })  # fmt: skip
    named = read.names(source, chosen, given, rows, dialect, reading)
    rows = rows.drop("raw_host").with_columns(**named)
    rows = rows.with_columns(kinds(source, rows, chosen, given, dialect, reading))
    rows = rows.with_columns(outcomes.outcome()).with_columns(outcomes.error(), _reason(source, chosen, reading))
    rows = _renamed_failures(rows, dialect)
    return rows.with_columns(_why(source, rows, unread, dialect))


def _reason(source: pl.DataFrame, chosen: Choices, reading: Reading) -> pl.Expr:
    """Return the webhook reason, from its own column where there is one."""
    if "reason" not in chosen:
        return outcomes.reason()
    reading.chose("reason", chosen["reason"])
    own = outcomes.error_classes(source[chosen["reason"].column])
    known = pl.lit(own).is_in(sorted(REASONS))
    failed = (pl.col("kind") == "webhook") & pl.col("ok").eq(False)
    return pl.when(failed).then(pl.coalesce(pl.when(known).then(pl.lit(own)), outcomes.reason())).alias("reason")


def _renamed_failures(rows: pl.DataFrame, dialect: Dialect | None) -> pl.DataFrame:
    """Return the rows with the dialect's class for failures whose status is fine."""
    if dialect is None or dialect.failed_class is None:
        return rows
    vague = pl.col("error").is_not_null() & (pl.col("status") < 400)
    return rows.with_columns(error=pl.when(vague).then(pl.lit(dialect.failed_class)).otherwise("error"))


def _why(source: pl.DataFrame, rows: pl.DataFrame, unread: pl.Series, dialect: Dialect | None) -> pl.Series:
    """Return the reason to reject each row, null for rows that are events."""
    nothing = pl.all_horizontal(pl.col(name).is_null() for name in _CONTENT)
    other = pl.lit(False)
    if dialect and dialect.only:
        column = next(c for c in source.columns if folded(c) == dialect.only[0])
        other = pl.lit(source[column]) != dialect.only[1]
    return rows.select(
        pl.when(other).then(pl.lit(OTHER_MEASURE))
        .when(nothing).then(pl.lit(NOT_A_CALL))
        .when(pl.lit(unread)).then(pl.lit(BAD_TIME))
        .when(pl.col("at").is_null()).then(pl.lit(NO_TIME))
        .alias("why")
    )["why"]  # fmt: skip
