"""Exports that hold only what went wrong: every record is a failure, and no rate can be computed from them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from techhealth.ingest.fields.vocabulary import words_of
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import folded, word_set
from techhealth.ingest.values import outcomes
from techhealth.ingest.values.words import UNSAID

#: Words of columns that tell what becomes of a problem; and of those that a list of problems has beside them.
_SOLVED = word_set("resolved resolve resolution solved closed close geloest gelost erledigt")
_OF_PROBLEMS = word_set(
    "urgency priority impact assignee assigned escalation incident incidents ticket tickets issue subject summary reporter requester prioritat dringlichkeit")  # fmt: skip
LISTED = (
    "is a list of incidents or tickets ({columns}): resolved or closed is the state of a problem and not how a call ended, so nothing can be said of calls. "
    "Export the calls of the integration, one a row"
)
_LEVELS = frozenset(("level", "severity", "loglevel", "logseverity", "severitytext", "alertlevel", "errorlevel", "priority", "levelname"))  # fmt: skip
_BAD_LEVELS = frozenset(
    ("error", "err", "errors", "critical", "crit", "fatal", "alert", "emergency", "emerg", "panic", "severe", "warning", "warn", "exception", "failure")
)  # fmt: skip
#: Columns that only a record of a failure fills.
_MARKS = frozenset(
    ("alerttext", "alertid", "errorid", "faultid", "exceptiontype", "exceptionclass", "exceptionmessage", "stacktrace", "culprit", "failedat", "failurereason",
     "deadletterreason", "deadletterqueue", "deadletteredat", "deadletterexchange", "dlq", "dlqreason", "dlqname", "firstfailedat", "lastfailedat")
)  # fmt: skip
#: Failures without one success from which on a file looks like an export of failures.
ONLY_FAILURES = 20
#: Share of successes below which a log with both is doubted.
_FEW = 0.05
_NO_RATES = "no success rate, error rate or score can be computed from it. Export the successes as well"


def listed_problems(columns: Sequence[str]) -> list[str]:
    """Return the columns that make records a list of problems people work on (incidents, tickets), none for other records."""
    words = {column: set(words_of(column)) for column in columns}
    solved = [column for column, said in words.items() if said & _SOLVED and not said & _LEVELS]
    others = [column for column, said in words.items() if said & _OF_PROBLEMS and column not in solved]
    return [solved[0], others[0]] if solved and others else []


def problems(source: pl.DataFrame, rows: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Return the rows with every record of an export of failures marked as one; what follows from that is a doubt.

    A file is such an export if it holds no success and a column says of every record that it is a problem, or if it
    holds nothing but failures and enough of them.
    """
    good, bad = int(rows["ok"].sum()), int(rows["ok"].eq(False).sum())
    by = None if good else problem_column(source)
    if by is None and (good or bad < ONLY_FAILURES):
        if bad + good >= ONLY_FAILURES and good < _FEW * (bad + good):
            reading.doubt(f"only {good:,} of {bad + good:,} succeeded; if mostly failures were exported, every rate here is too low")  # fmt: skip
        return rows
    said = f"{by} says so of every record" if by else "there is not one success"
    only_failures(reading, said)
    if by is None:
        return rows
    named = pl.coalesce("error_class", pl.lit(UNSAID))
    rows = rows.with_columns(flag=pl.lit(False), ok=pl.lit(False), error_class=named)
    return rows.with_columns(outcomes.error(), outcomes.reason())


def only_failures(reading: Reading, why: str) -> None:
    """Note that the file is an export of failures alone, and how that is known."""
    reading.failures_only = f"this file holds only failures ({why}), like an export of errors only: {_NO_RATES}"
    reading.doubt(reading.failures_only)


def problem_column(source: pl.DataFrame) -> str | None:
    """Return the column that says of every record that it is a problem, None if there is none."""
    return next((name for name in source.columns if _is_problem(source[name], name)), None)


def _is_problem(values: pl.Series, column: str) -> bool:
    """Return whether a column says of every record that something went wrong."""
    name = folded(column.rsplit(".", 1)[-1])
    if values.is_empty() or values.null_count():
        return False
    if name in _MARKS:
        return True
    return name in _LEVELS and set(values.str.to_lowercase().unique()) <= _BAD_LEVELS
