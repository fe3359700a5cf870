"""Records → rows of events: each chosen column read, cleaned and given its meaning. No row is dropped here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from techhealth.errors import MissingFieldError, UnreadableError
from techhealth.ingest.described import leftover
from techhealth.ingest.fields.dialect import UNKNOWN
from techhealth.ingest.fields.dialects import recognise
from techhealth.ingest.fields.fields import ALIASES, BY_NAME
from techhealth.ingest.fields.fits import is_route
from techhealth.ingest.fields.mapping import NAMED_ONLY, choose, completed, envelope_choices, refused
from techhealth.ingest.fields.naming import Choice, Choices, named_best
from techhealth.ingest.fields.signins import signed_in
from techhealth.ingest.lines.inside import opened
from techhealth.ingest.lines.refusals import YEARLESS
from techhealth.ingest.masking.redact import masked, masked_name
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import Records
from techhealth.ingest.rejects import BAD_TIME, COMPANION, NO_TIME, NO_YEAR, NOT_A_CALL, OTHER_MEASURE
from techhealth.ingest.rows import columns as read
from techhealth.ingest.rows.companions import companions
from techhealth.ingest.rows.customers import with_customer
from techhealth.ingest.rows.details import details
from techhealth.ingest.rows.elapsed import latencies
from techhealth.ingest.rows.kinds import kinds
from techhealth.ingest.rows.moments import ends, times
from techhealth.ingest.rows.problems import LISTED, listed_problems, problem_column, problems
from techhealth.ingest.rows.results import results, rows_that_say
from techhealth.ingest.rows.shapes import Shaped, shaped
from techhealth.ingest.rows.totalled import declined, totalled
from techhealth.ingest.rows.totals import Totals, find_totals, uncounted
from techhealth.ingest.values import outcomes
from techhealth.ingest.values.days import is_day
from techhealth.ingest.values.decimals import comma_taken
from techhealth.ingest.values.stamps import clocks_only
from techhealth.ingest.values.statuses import statuses
from techhealth.ingest.values.words import REASONS, is_called_off, is_open
from techhealth.model import Confidence, FieldMapping

#: Fields that only a single call has: a caller who names one says that rows are calls.
_SINGLE = frozenset(("latency", "status", "success", "failure"))
#: Fields that say how a call ended, and what was called.
_ENDED = frozenset(("status", "grpc", "success", "failure"))
_CALLED = frozenset(("endpoint", "method", "latency"))
_NO_LOG = "does not look like a log of calls, which tells when each call was, to what, and how it ended"
_NO_CALL = " of a call (such as 200, 503, ok or failed), an endpoint, a method or a latency"
UNCOUNTED = (
    "gives {column} for many calls at once and no column that counts them, so nothing can be weighed. "
    "Export one row per call, or the number of calls and of failures beside it."
)
_NOT_COUNTED = pl.lit(None, dtype=pl.Int64)
_CONTENT = ("endpoint", "method", "status", "flag", "latency_ms", "error_class")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """Rows of one file with the event columns and `line`, `attempt`, `why` (reason to reject, null: kept), `calls` (how
    many a row of totals stands for, null: itself) and `failed` of those.

    `kind` is what the file holds where its rows do not say it; `declined` says why it cannot be assessed,
    `ended` when rows of totals ended.
    """

    rows: pl.DataFrame
    reading: Reading
    format: str
    kind: str | None
    declined: str | None = None
    ended: pl.Series | None = None


def interpret(
    name: str, records: Records, *, mapping: Mapping[str, str], customer: str | None, timezone: str, strict: bool
) -> Interpreted:
    """Return the rows of a file with their meaning; a column that holds the `customer` asked for names customers.

    Calls of a file without any time can be counted where not `strict`, which asks for what an assessment needs.

    Raises:
        MissingFieldError: if no column holds a time, or nothing in the file is a call.
        UnreadableError: if the reader saw that the lines of a text log hold no time.
        UsageError: if `mapping` names an unknown field or column, or one whose values do not fit.
    """
    reading = Reading(notes=list(records.notes), separator=comma_taken(records.frame, records.separator))
    for sentence in records.doubts:
        reading.doubt(sentence)
    reading.dialect = recognise(records.frame.columns)
    shape = shaped(records.frame, reading)
    dialect, records = reading.dialect, replace(records, frame=shape.frame)
    as_calls = _SINGLE & {ALIASES.get(field, field) for field in mapping}
    tickets = [] if as_calls or dialect.name else _tickets(records.frame)
    totals = None if as_calls or tickets else find_totals(records.frame, sure=shape.totals, separator=reading.separator)
    chosen, records = _chosen(records, totals, shape, mapping, reading)
    chosen |= {field: choice for field, choice in shape.known.items() if field not in as_calls}
    summed = (
        uncounted(records.frame)
        if totals is None and not (_ENDED | {"error", "latency", "method"}) & set(chosen)
        else None
    )
    if summed:
        reading.doubt(f"{summed} is of many calls, and no column counts them")
    elif totals is None:
        chosen, records = _with_time_around(chosen, records, reading)
        if not tickets:
            _demand(chosen, name, records, reading, strict=strict)
    elif totals.average:
        chosen["latency"] = Choice(totals.average, how="a mean of each row", unit=dialect.unit)
    if totals and "failed" in totals.sources:
        chosen.pop("success", None)  # the state of a server, perhaps
    chosen = with_customer(records.frame, chosen, customer, reading)
    frame, chosen = completed(records.frame, chosen)
    given = envelope_choices(records.envelope, chosen, refused=refused(mapping))
    zone = "UTC" if dialect.utc else timezone
    rows = _rows(replace(records, frame=frame), chosen, given, zone, reading, totals, shape)
    reading.last_notes = leftover(frame, chosen, reading)
    shown = f"{records.format}, {dialect.name}" if dialect.name else records.format
    kind = "metrics" if totals or shape.metrics or summed else _mixed(rows, reading)
    if summed:
        rows = rows.with_columns(why=pl.lit(OTHER_MEASURE))
    why_not = declined(rows) if totals else UNCOUNTED.format(column=masked_name(summed)) if summed else None
    if tickets:
        why_not = LISTED.format(columns=", ".join(map(masked_name, tickets)))
        reading.doubt(f"the file {why_not}")
        rows = rows.with_columns(why=pl.lit(NOT_A_CALL), ok=pl.lit(None, dtype=pl.Boolean))
    ended = ends(frame, chosen["timestamp"].column, zone) if totals and "timestamp" in chosen else None
    return Interpreted(rows=rows, reading=reading, format=shown, kind=kind, declined=why_not, ended=ended)


def _chosen(
    records: Records, totals: Totals | None, shape: Shaped, mapping: Mapping[str, str], reading: Reading
) -> tuple[Choices, Records]:
    """Return the column of each field, and the records with texts opened where no column tells how a call ended."""
    labels = records.frame.select(totals.labels) if totals else records.frame
    chosen = choose(labels, dialect=reading.dialect, mapping=mapping)
    if totals is not None or {"status", "success", "grpc"} & {*chosen, *shape.known, *refused(mapping)}:
        return chosen, records
    frame, inside = opened(records.frame)
    if not inside:
        return chosen, records
    reading.notes += inside
    return choose(frame, dialect=reading.dialect, mapping=mapping), replace(records, frame=frame)


def _tickets(frame: pl.DataFrame) -> list[str]:
    """Return the columns by which a file is a list of problems, none if a record names a method, a path or a status."""
    found = listed_problems(frame.columns)
    if not found:
        return []
    chosen = choose(frame, dialect=UNKNOWN, mapping={})
    path = "endpoint" in chosen and is_route(frame[chosen["endpoint"].column].drop_nulls())
    return [] if path or {"method", "grpc"} & set(chosen) or _has_statuses(frame, chosen) else found


def _has_statuses(frame: pl.DataFrame, chosen: Choices) -> bool:
    return "status" in chosen and statuses(frame[chosen["status"].column]).is_not_null().any()


def _with_time_around(chosen: Choices, records: Records, reading: Reading) -> tuple[Choices, Records]:
    """Return the choices with the one time around the records, where no record has one of its own."""
    own = chosen.get("timestamp")
    if own and (own.how != NAMED_ONLY or clocks_only(records.frame[own.column])):
        return chosen, records
    around = pl.DataFrame(
        {name: [text] for name, text in records.envelope.items() if name not in records.frame.columns}
    )
    choice = named_best(around, BY_NAME["timestamp"])
    if choice is None:
        return chosen, records
    column = choice.column
    reading.doubt(f"no record has a time of its own; all are dated by {column}, which stands once around them")
    frame = records.frame.with_columns(pl.lit(records.envelope[column]).alias(column))
    return {**chosen, "timestamp": choice}, replace(records, frame=frame)


def _mixed(rows: pl.DataFrame, reading: Reading) -> str | None:
    """Return that an export of failures holds more than calls: records that name neither endpoint, method nor status."""
    nameless = pl.all_horizontal(pl.col(name).is_null() for name in ("endpoint", "method", "status"))
    return "mixed" if reading.failures_only and rows.select(nameless.any()).item() else None


def _demand(chosen: Choices, name: str, records: Records, reading: Reading, *, strict: bool) -> None:
    """Refuse a file without times, or without anything that calls have."""
    columns = [masked_name(column) for column in records.frame.columns]
    if "timestamp" not in chosen:
        if strict or not (_ENDED & chosen.keys() and _CALLED & chosen.keys()):
            if records.undated:
                raise UnreadableError(f"{name}: {records.undated}")
            raise MissingFieldError("timestamp", where=name, columns=columns)
        reading.notes.append(
            "no column holds a time: the calls can be counted, but nothing can be said of when or since when"
        )
        reading.notes += [records.undated] if records.undated else []
    told = (_ENDED | _CALLED | {"error"}) & chosen.keys()
    by_day = "timestamp" in chosen and is_day(records.frame[chosen["timestamp"].column])
    if (
        told <= ({"latency"} if by_day else set()) and problem_column(records.frame) is None
    ):  # a term of delivery, perhaps
        raise MissingFieldError("status", where=f"{name} {_NO_LOG}", columns=columns, beside=_NO_CALL)


def _rows(
    records: Records, chosen: Choices, given: dict[str, str], timezone: str, reading: Reading,
    totals: Totals | None, shape: Shaped,
) -> pl.DataFrame:  # fmt: skip
    for name, value in given.items():
        reading.mapping.append(
            FieldMapping(
                field=name,
                column="(envelope)",
                unit=None,
                confidence=Confidence.HIGH,
                how=f"stands once around the records: {masked(value)[:60]}",
            )
        )
    source = records.frame
    at, unread = times(source, chosen, records.envelope, timezone, reading)
    method, host, endpoint = read.endpoints(source, chosen, reading)
    rows = pl.DataFrame({
        "line": records.lines, "at": at, "method": method, "endpoint": endpoint, "raw_host": host,
        **results(source, chosen, reading),
        "latency_ms": latencies(source, chosen, at, timezone, reading),
        **details(source, chosen, reading),
    })  # fmt: skip
    named = read.names(source, chosen, given, rows, reading)
    rows = rows.drop("raw_host").with_columns(**named)
    rows = rows.with_columns(kind=kinds(source, rows, chosen, given, reading))
    if reading.dialect.unsaid_ok:
        rows = rows.with_columns(pl.coalesce("flag", pl.when(pl.col("error_class").is_null()).then(pl.lit(True))))
    rows = _signed_in(rows, source, chosen, reading)
    rows = rows.with_columns(outcomes.outcome()).with_columns(outcomes.error(), _reason(source, chosen, reading))
    rows = _renamed_failures(rows, reading.dialect.failed_class)
    rows = rows if totals else problems(source, rows, reading)
    rows = rows.with_columns(
        _why(shape.aside, rows, unread, _said(source, rows, chosen), companions(source, rows), records),
        calls=_NOT_COUNTED,
        failed=_NOT_COUNTED,
    )
    return totalled(rows, source, totals, reading) if totals else rows


def _signed_in(rows: pl.DataFrame, source: pl.DataFrame, chosen: Choices, reading: Reading) -> pl.DataFrame:
    """Return the rows with the outcomes that the names of sign-ins tell; that they do is noted."""
    if "endpoint" not in chosen:
        return rows
    told = signed_in(rows, source[chosen["endpoint"].column])
    if told["flag"].null_count() < rows["flag"].null_count() and not {"success", "status"} & set(chosen):
        reading.chose("success", replace(chosen["endpoint"], how="the names of the events tell how they ended"))
    return told


def _reason(source: pl.DataFrame, chosen: Choices, reading: Reading) -> pl.Expr:
    """Return the webhook reason, from its own column where there is one."""
    if "reason" not in chosen:
        return outcomes.reason()
    reading.chose("reason", chosen["reason"])
    own = outcomes.error_classes(source[chosen["reason"].column])
    known = pl.lit(own).is_in(sorted(REASONS))
    failed = (pl.col("kind") == "webhook") & pl.col("ok").eq(False)
    return pl.when(failed).then(pl.coalesce(pl.when(known).then(pl.lit(own)), outcomes.reason())).alias("reason")


def _renamed_failures(rows: pl.DataFrame, failed_class: str | None) -> pl.DataFrame:
    """Return the rows with the dialect's class for failures whose status is fine."""
    if failed_class is None:
        return rows
    vague = pl.col("error").is_not_null() & (pl.col("status") < 400)
    return rows.with_columns(error=pl.when(vague).then(pl.lit(failed_class)).otherwise("error"))


def _said(source: pl.DataFrame, rows: pl.DataFrame, chosen: Choices) -> pl.Series:
    """Return which rows have a status of any kind: 0 where others have a real one (no answer came), a word for a call that
    still runs or was cancelled, or one for an outcome that is not known."""
    said = rows_that_say(
        lambda text: text in ("0", "000", "-1") or is_open(text) or is_called_off(text), source, chosen
    )
    return (
        said | source[chosen["success"].column].is_not_null() & rows["flag"].is_null() if "success" in chosen else said
    )


def _why(
    aside: pl.Series, rows: pl.DataFrame, unread: pl.Series, said: pl.Series, beside: pl.Series, records: Records
) -> pl.Series:
    """Return the reason to reject each row, null for rows that are events; `said` tells which hold a status of any kind,
    `beside` which are of another kind."""
    nothing = (
        pl.all_horizontal(pl.col(name).is_null() for name in _CONTENT) & ~pl.lit(said) & (pl.col("kind") != "auth")
    )
    timeless = NO_YEAR if records.undated == YEARLESS else NO_TIME
    return rows.select(
        pl.when(pl.lit(aside).is_not_null()).then(pl.lit(aside))
        .when(nothing).then(pl.lit(NOT_A_CALL))
        .when(pl.lit(beside) & ~pl.lit(said)).then(pl.lit(COMPANION))
        .when(pl.lit(unread)).then(pl.lit(BAD_TIME))
        .when(pl.col("at").is_null()).then(pl.lit(timeless))
        .alias("why")
    )["why"]  # fmt: skip
