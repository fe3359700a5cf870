"""Tables whose rows stand for many calls each: which columns count what, and what the calls of a row came to.

A row of such a table is never one call. It is read as the calls and failures it counts; what it averages (latency) is
no latency of a call and stays out of the events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations

import polars as pl

from techhealth.ingest.fields.fields import BY_NAME, latency_base
from techhealth.ingest.fields.fits import is_flag, is_key, is_number, is_status, is_time
from techhealth.ingest.fields.tallies import Tally, counts, plain_words, shares, tally_of
from techhealth.ingest.fields.vocabulary import MEANS, Part, part_of, speaks_of, words_of
from techhealth.ingest.records import folded
from techhealth.ingest.series import constant, middle_of, sample_of
from techhealth.ingest.values.decimals import numbers
from techhealth.ingest.values.latency import unit_of_name

#: Names of ids that only a single call has.
_KEYS = frozenset(BY_NAME["event_key"].names) - {"id", "guid", "uuid"}
#: Columns that add up to the calls of a row, alone if both are there and else with those of single classes; the name of their sum.
_HALVES = frozenset((Tally.SUCCEEDED, Tally.FAILED))
_PARTS = _HALVES | {Tally.CODE, Tally.FAILED_CLASS}
_ADDED_UP = "all calls"
#: What is said of many calls at once.
_OF_MANY = frozenset((Tally.SHARE_FAILED, Tally.SHARE_SUCCEEDED, Tally.AVERAGE, Tally.P95))
#: Names too plain to count calls beside a status: an order has a total, too.
_PLAIN = frozenset(
    ("volume", "occurrences", "total", "totals", "n", "numero", "nombre", "cantidad", "件数", "回数", "次数")
)

#: Ends of names of what a histogram counts and sums.
_OF_HISTOGRAM = r"_(?:bucket|count|sum)$"
#: Words of a statistic that do not say what it is of.
_SUMMED = frozenset(("med", "total", "value", "values", "p", "th"))
#: States of a server, which are no outcomes of calls.
_UP = r"(?i)^(?:up|down|open|closed?|maint|drain|nolb|no check|active|stopped)\b"
#: Names of what asks whether a server is there.
_CHECK = r"(?i)(?:^|[^a-z])(?:check|chk|health|healthcheck|probe)(?:[^a-z]|$)"
#: Columns and rows among which shares are looked for, different shares that must agree, and how exactly they are written (0.1 %).
_COMPARED, _ROWS, _SEVERAL, _ROUNDED = 12, 2_000, 3, 0.00051


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How a table of totals is read.

    Attributes:
        calls: calls of each row.
        failed: those that failed; null where the table does not say.
        sources: calls and failed → the columns they come from.
        labels: columns that say what a row is about, its time and status among them.
        average: column of a mean or median latency.
        p95: column of a 95th percentile.
    """

    calls: pl.Series
    failed: pl.Series
    sources: dict[str, str]
    labels: list[str]
    average: str | None
    p95: str | None


def find_totals(frame: pl.DataFrame, *, sure: bool = False, separator: str = "") -> Totals | None:
    """Return how the rows of a table count calls, None for a log of single calls.

    It takes a column that counts calls, some rows more than one (or beside it a share or a mean of them), and nothing
    that only a single call has: an id, an outcome in words, a status with a duration. `sure`: the table is known to
    count; only its columns are looked for. `separator` is that of the file's columns.
    """
    tallies = {column: tally for column in frame.columns if (tally := tally_of(column))}
    tallies |= _agreeing(frame, tallies)
    if Tally.CALLS not in tallies.values():
        return _of_outcomes(frame, tallies)
    shared = [name for name, tally in tallies.items() if tally in _OF_MANY]
    frame = _in_points(frame, shared) if separator == ";" else frame
    column, calls = _counted(frame, tallies)
    several = calls is not None and (calls > 1).any()
    if calls is None or not (several or (set(tallies.values()) & _OF_MANY and not _has_statuses(frame))):
        return None
    tallies = {name: tally for name, tally in tallies.items() if name != column and _is_numeric(frame[name])}
    others = [name for name in frame.columns if name != column and name not in tallies]
    timed = [name for name in others if _is_latency(name) and is_number(sample_of(frame[name]))]
    failed, source = _failed(frame, calls, tallies)
    if not sure and _is_single(frame, column, others, timed, counted=bool(source)):
        return None
    averages = [*timed, *(name for name, tally in tallies.items() if tally is Tally.AVERAGE and _is_of_calls(name))]
    averages.sort(key=lambda name: (not _is_latency(name), _far_from_mean(name), -_size(frame[name])))
    return Totals(
        calls=calls, failed=failed, sources={"calls": column} | ({"failed": source} if source else {}),
        labels=[name for name in others if name not in timed and _is_label(frame, name)],
        average=next(iter(averages), None),
        p95=next((name for name, tally in tallies.items() if tally is Tally.P95), None),
    )  # fmt: skip


def _agreeing(frame: pl.DataFrame, tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """Return what three columns say, one of which is named, if a count over another is the share in every row (7 of 2,146 is
    0.33 %): calls, failures (or successes, where most calls are) and their share.

    Without any name they may be anything that is counted in parts: clicks among views.
    """
    frame = frame.head(_ROWS)
    if {Tally.CALLS, Tally.FAILED} <= set(tallies.values()) or not any(_is_numeric(frame[name]) for name in tallies):
        return {}
    numeric = [name for name in frame.columns if _is_numeric(frame[name])][:_COMPARED]
    counted = {name: values for name in numeric if (values := counts(frame[name])) is not None}
    for name in (name for name in numeric if name not in counted or tallies.get(name) in _OF_MANY):
        share = shares(frame[name], column=name)
        if share is None:
            continue
        for part, whole in permutations(counted, 2):
            if {name, part, whole} & tallies.keys() and _is_share(share, counted[part], counted[whole]):
                good = tallies.get(part) is Tally.SUCCEEDED or middle_of(share) > 1 / 2
                return {whole: Tally.CALLS, part: Tally.SUCCEEDED if good else Tally.FAILED, name: Tally.SHARE_SUCCEEDED if good else Tally.SHARE_FAILED}  # fmt: skip
    return {}


def _is_share(share: pl.Series, part: pl.Series, whole: pl.Series) -> bool:
    """Return whether a share, as exact as it is written, is that of one count in another, in several rows."""
    rows = pl.DataFrame({"share": share, "part": part, "whole": whole}).drop_nulls().filter(pl.col("whole") > 0)
    if rows.filter(pl.col("part") > 0)["share"].n_unique() < _SEVERAL or (rows["part"] > rows["whole"]).any():
        return False
    return bool(((rows["part"] / rows["whole"] - rows["share"]).abs() <= _ROUNDED).all())


def _of_outcomes(frame: pl.DataFrame, tallies: dict[str, Tally]) -> Totals | None:
    """Return the totals of a table that counts successes and failures apart, several in some rows, and not all calls."""
    made = {name: counts(frame[name]) for name, tally in tallies.items() if tally in _PARTS}
    counted = {name: values for name, values in made.items() if values is not None}
    parts = _HALVES if {tallies[name] for name in counted} >= _HALVES else _PARTS
    found = {name: values for name, values in counted.items() if tallies[name] in parts}
    kinds = {tallies[name] for name in found}
    good, bad = kinds & {Tally.SUCCEEDED, Tally.CODE}, kinds & {Tally.FAILED, Tally.FAILED_CLASS}
    if not good or not bad or not any((values > 1).any() for values in found.values()):
        return None
    total = pl.DataFrame(list(found.values())).sum_horizontal()
    totals = find_totals(frame.with_columns(total.cast(pl.String).alias(_ADDED_UP)))
    if totals is None or any(is_status(sample_of(frame[name])) for name in totals.labels):
        return None  # a call that reports on many items
    return replace(totals, sources={**totals.sources, "calls": " + ".join(found)})


def uncounted(frame: pl.DataFrame) -> str | None:
    """Return the column that gives a share, mean or percentile of calls in a table that does not count them."""
    tallies = ((column, tally_of(column)) for column in frame.columns)
    return next((column for column, tally in tallies if tally in _OF_MANY and _is_numeric(frame[column])), None)


def _in_points(frame: pl.DataFrame, tallies: Iterable[str]) -> pl.DataFrame:
    """Return the frame with the numbers of these columns written with decimal points, as in a file whose columns a ; divides."""
    plain = {
        name: numbers(frame[name], separator=";").values.cast(pl.String) for name in tallies if _is_numeric(frame[name])
    }
    return frame.with_columns(values.alias(name) for name, values in plain.items())


def _is_numeric(values: pl.Series) -> bool:
    return is_number(sample_of(values).str.strip_chars(" %"))


def _counted(frame: pl.DataFrame, tallies: dict[str, Tally]) -> tuple[str, pl.Series | None]:
    """Return the column that counts the calls: a plain "count" or "total" only where none names calls."""
    named = [name for name, tally in tallies.items() if tally is Tally.CALLS]
    named.sort(key=lambda name: folded(name) in _PLAIN or folded(name) == "count")
    found = ((name, counts(frame[name])) for name in named)
    return next(((name, values) for name, values in found if values is not None), ("", None))


def _is_single(frame: pl.DataFrame, column: str, others: list[str], timed: list[str], *, counted: bool) -> bool:
    """Return whether rows are single calls after all, whatever one of their columns is called."""
    if _is_grouped(frame, others):
        return False
    has_status = False
    for name in others:
        last, sample = folded(name.rsplit(".", 1)[-1]), sample_of(frame[name])
        if sample.is_empty():
            continue
        if last in _KEYS and is_key(sample) and sample.n_unique() > len(sample) / 2:
            return True
        if last in BY_NAME["success"].names and is_flag(sample) and not sample.str.contains(_UP).all():
            return True
        has_status |= _is_status_name(name) and is_number(sample) and is_status(sample)
    return bool(timed and not counted) or (has_status and (bool(timed) or folded(column) in _PLAIN))


def _is_grouped(frame: pl.DataFrame, others: list[str]) -> bool:
    """Return whether rows are counted by something: several have the same time, and no two are about the same."""
    labels = [name for name in others if _is_label(frame, name)]
    times = [name for name in labels if is_time(sample_of(frame[name]))]
    shared = any(2 * frame[name].n_unique() <= frame.height for name in times)
    return shared and frame.select(labels).n_unique() == frame.height


def _is_latency(column: str) -> bool:
    """Return whether a name, without the words for statistics in it, names a latency; that of a health check is none of calls."""
    if re.search(_CHECK, column) or re.search(_OF_HISTOGRAM, column):
        return False
    plain = re.sub(r"(?i)average|avg|mean|median|med\b|total|values?", "", column)
    spoken = speaks_of("latency", plain) and part_of("latency", plain) is Part.WHOLE
    return (
        spoken
        or any(latency_base(name) in BY_NAME["latency"].names for name in (plain, plain.split("(")[0]))
        or bool(re.search(r"(?i)latenc|duration|res(ponse)?[ _.]?time|elapsed", column))
    )


def _is_of_calls(column: str) -> bool:
    """Return whether a mean is that of a latency, or its name says of nothing else what it is of."""
    words = [word for word in words_of(column) if word not in MEANS and word not in _SUMMED]
    said = " ".join(words)
    spoken = speaks_of("latency", said) and part_of("latency", said) is Part.WHOLE
    return _is_latency(column) or spoken or not any(unit_of_name(f"time {word}") is None for word in words)


def _size(values: pl.Series) -> float:
    """Return the middle of numbers: of several means of the same unit the longest is that of the whole call."""
    return middle_of(numbers(values).values.drop_nulls()) if _is_numeric(values) else 0.0


def _far_from_mean(column: str) -> int:
    """Return how far a statistic is from the mean of a row: the mean, the median, one that is not named, another."""
    words = f" {plain_words(column)} "
    kinds = (r" (?:avg|average|mean|moyenne|mittelwert|durchschnitt|promedio|media) ", r" (?:med|median|p ?50|50th) ")
    other = re.search(r" (?:total|sum|min|max|minimum|maximum|std ?dev|stddev) ", words)
    return next((n for n, kind in enumerate(kinds) if re.search(kind, words)), 3 if other else 2)


def _has_statuses(frame: pl.DataFrame) -> bool:
    return any(_is_status_name(name) and is_status(sample_of(frame[name])) for name in frame.columns)


def _is_label(frame: pl.DataFrame, name: str) -> bool:
    """Return whether a column says what a row is about: text, a time or a status, but no other number."""
    sample = sample_of(frame[name])
    if sample.is_empty() or not is_number(sample):
        return True
    return is_time(sample) or (_is_status_name(name) and is_status(sample))


def _is_status_name(column: str) -> bool:
    named = folded(column.rsplit(".", 1)[-1]) in BY_NAME["status"].names or speaks_of("status", column)
    return named and not re.search(_CHECK, column)


def _failed(frame: pl.DataFrame, calls: pl.Series, tallies: dict[str, Tally]) -> tuple[pl.Series, str]:
    """Return the failures of each row and the columns they come from: counted, added up, or worked out from a share."""
    by_tally = {tally: [name for name, other in tallies.items() if other is tally] for tally in Tally}
    classes = by_tally[Tally.FAILED_CLASS]
    added = _added(frame, classes)
    for name in by_tally[Tally.FAILED]:
        values = counts(frame[name])
        if values is None or not (values <= calls).all():
            continue
        told, source = _with_classes(frame, calls, (name, values), by_tally)
        if source != name or not ((added > values) & (added <= calls)).any():
            return told, source
    if classes or by_tally[Tally.CODE]:
        return added.alias("failed"), " + ".join(classes) or by_tally[Tally.CODE][0]
    for name in by_tally[Tally.SUCCEEDED]:
        values = counts(frame[name])
        if values is not None and (values <= calls).all() and (values > 1).any():
            return (calls - values).alias("failed"), name
    shared = (*by_tally[Tally.SHARE_FAILED], *by_tally[Tally.SHARE_SUCCEEDED], *by_tally[Tally.SUCCEEDED])
    for name in shared:
        share = shares(frame[name], column=name)
        if share is not None:
            lost = share if tallies[name] is Tally.SHARE_FAILED else 1 - share
            return (lost * calls).round().cast(pl.Int64).alias("failed"), name
    return constant(None, frame.height, pl.Int64()), ""


def _with_classes(
    frame: pl.DataFrame, calls: pl.Series, failed: tuple[str, pl.Series], by_tally: Mapping[Tally, list[str]]
) -> tuple[pl.Series, str]:
    """Return failures with the classes counted beside them (blocked, throttled) for which successes and failures leave room in
    every row; a class that they leave none for is counted among the failures."""
    name, total = failed
    for good in (counts(frame[column]) for column in by_tally[Tally.SUCCEEDED]):
        if good is None or not (good + total < calls).any():
            continue
        for column in by_tally[Tally.FAILED_CLASS]:
            some = counts(frame[column])
            outside = some is not None and ((some > total).any() or int((some > 0).sum()) >= _SEVERAL)
            if some is not None and outside and (good + total + some <= calls).all():
                name, total = f"{name} + {column}", total + some
        break
    return total.alias("failed"), name


def _added(frame: pl.DataFrame, names: list[str]) -> pl.Series:
    """Return the failures of all classes together; a class that a row does not name did not occur."""
    classes = [name for name in names if re.search(r"[45]xx", name.lower())]
    within = [name for name in names if classes and re.search(r"(^|\D)[45]\d\d(\D|$)", name)]
    columns = [counts(frame[name]) for name in names if name not in within]
    total = constant(0, frame.height, pl.Int64())
    for column in columns:
        total = total + (column.fill_null(0) if column is not None else 0)
    return total
