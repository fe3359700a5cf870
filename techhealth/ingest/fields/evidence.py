"""What values tell that names do not: which time is the call's, which duration is the whole one, what a nameless column is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from techhealth.ingest.fields.fields import BY_NAME, BY_VALUE
from techhealth.ingest.fields.fits import (
    is_decision,
    is_numbered,
    is_route,
    is_status_class,
    is_target,
    is_time,
    is_topic,
)
from techhealth.ingest.fields.naming import NAMED, Choice, Samples
from techhealth.ingest.fields.signins import is_scheme
from techhealth.ingest.fields.vocabulary import Part, part_of, speaks_of, words_of
from techhealth.ingest.records import word_set
from techhealth.ingest.series import middle_of, share_of
from techhealth.ingest.values.days import with_clock
from techhealth.ingest.values.decimals import numbers
from techhealth.ingest.values.latency import unit_of_name
from techhealth.ingest.values.statuses import statuses
from techhealth.ingest.values.times import instants

_OF_EVERY_CALL = frozenset(("timestamp", "endpoint", "method", "status", "success", "latency"))
#: How a column was found that holds text where a call failed and nowhere else; such a text, and the statuses of failures.
OF_FAILURES = "only rows that failed or have no status fill it"
_SENTENCE, _FAILING = r"^[^{\[<\d/]*[^\W\d_]{2,}[^/\w]+[^\W\d_]{2,}", 400
#: How an outcome was found whose words are learnt from the rows with an error; columns that hold errors and nothing else
#: ("message" and "reason" may hold anything); and how many words there may be.
AGREES = "rows with an error have other words than all others"
SAYS_ERROR = re.compile(r"(?i)err|exception|fault|fail|fehl|fallo|falha|fout|problem")
_FEW = 8
#: A column with less than this share of the values of another is not the one that every call has.
_FILLED = 0.5
#: A time that few of the rows differ in belongs to what they share (a configuration, an export), not to the call.
_STILL, _ENOUGH = 0.02, 20
#: Shares of rows in which one duration must hold the other and be longer, and by how much it may be at the middle.
_HOLDS, _SOME, _LONGER = 0.98, 0.2, 50.0
_ROWS, _FEWEST = 2_000, 3
#: Last words of columns that call by name what another holds the id of.
_NAMES = frozenset(("name", "label", "title"))
#: Words for all of it.
_ALL = frozenset(("total", "overall", "whole", "full", "gesamt", "totale"))
#: Rows in which two times are compared, and by how much they may differ to be the same.
_HEAD, _SAME_MS = 200, 2_000
#: A store takes a record within so long at the middle.
_SOON_MS = 600_000
#: Words of columns whose numbers may look like statuses and are none.
_NO_STATUS = word_set(
    "limit max size timeout count rows records items entries bytes length port page id ms sec seconds amount price weight user"
)  # fmt: skip
#: Words of columns that hold what a program returned.
_OF_PROGRAMS = frozenset(("return", "exit", "ret", "returncode", "exitcode", "retcode"))
#: Last words of columns whose numbers stand for states.
_STATES = word_set("status state result outcome resultat ergebnis resultado risultato estado stato statut")
#: Names of columns that may hold what happened, of which "charge.failed" gives account.
_TOPICS = frozenset(("type", "event", "topic", "eventtype"))
#: Field → words of columns whose numbers may look like it and are something else.
_LOOK_ALIKES = {"status": _NO_STATUS, "timestamp": frozenset(("id",)), "endpoint": frozenset(("metadata",))}


def by_value(samples: Samples, name: str, taken: set[str]) -> list[Choice]:
    """Return the columns whose values alone give them away as the field, the thing itself before a part of it."""
    fits = BY_VALUE.get(name)
    if fits is None:
        return []
    found = [
        Choice(column, how="its values look like it")
        for column, _, _ in samples.names
        if column not in taken and len(samples[column]) and _may_be(name, column) and fits(samples[column])
    ]
    return sorted(found, key=lambda choice: (part_of(name, choice.column), *_vague(samples, choice.column)))


def by_failures(samples: Samples, status: str, taken: set[str]) -> Choice | None:
    """Return the column of sentences that rows without a good status alone have, several of them with a failing one."""
    code = statuses(samples.frame[status])
    good, bad = (code < _FAILING).fill_null(False), (code >= _FAILING).fill_null(False)
    for column, _, _ in samples.names:
        told = samples.frame[column].is_not_null()
        if (
            column not in taken and int((told & bad).sum()) >= _FEWEST and not (told & good).any()
            and samples[column].str.contains(_SENTENCE).all() and not is_time(samples[column])
        ):  # fmt: skip
            return Choice(column, how=OF_FAILURES)
    return None


def by_agreement(samples: Samples, error: str, taken: set[str]) -> Choice | None:
    """Return the column named for outcomes whose few words, whatever they are, differ between the rows with an error and all others."""
    told = samples.frame[error].is_not_null()
    for column, full, _ in samples.names:
        named = full in BY_NAME["success"].names or speaks_of("success", column)
        if (
            column not in taken
            and named
            and part_of("success", column) is Part.WHOLE
            and samples[column].n_unique() <= _FEW
        ):
            bad, good = (set(samples.frame[column].filter(rows).drop_nulls().unique()) for rows in (told, ~told))
            if bad and good and not bad & good:
                return Choice(column, how=AGREES)
    return None


def by_topic(samples: Samples) -> Choice | None:
    """Return the column that names what happened, for records of which nothing else tells what they are about."""
    topics = (column for column, full, _ in samples.names if full in _TOPICS and is_topic(samples[column]))
    return next((Choice(name, how="its values name events") for name in topics), None)


def _vague(samples: Samples, column: str) -> tuple[bool, bool]:
    """Return whether rows lack a value of the column, and whether all that have one share it: others tell more."""
    return samples.frame[column].null_count() > 0, samples[column].n_unique() == 1


def filled(samples: Samples, name: str, choices: list[Choice]) -> list[Choice]:
    """Return the columns in their order, those that far fewer rows have than another behind the rest.

    What every call has is meant: a time, a target, a status. An error stands in few rows by its nature.
    """
    if name not in _OF_EVERY_CALL or not choices:
        return choices
    share = {choice.column: 1 - samples.frame[choice.column].null_count() / samples.frame.height for choice in choices}
    enough = max(share.values()) * _FILLED
    sparse = {column: filled_ < enough for column, filled_ in share.items()}
    if name == "timestamp":  # any time of a row is nearer to the call than none
        return sorted(choices, key=lambda choice: (sparse[choice.column], part_of(name, choice.column)))
    return sorted(choices, key=lambda choice: (part_of(name, choice.column), sparse[choice.column]))


def _may_be(name: str, column: str) -> bool:
    return (
        part_of(name, column) is not Part.OTHER
        and not _LOOK_ALIKES.get(name, frozenset()) & set(words_of(column))
        and not is_scheme(column)
    )


def time_of_call(samples: Samples, named: Sequence[Choice], taken: set[str]) -> Choice | None:
    """Return the column of the call's own time: one that moves with the rows, begins the call, and is named best."""
    pool = _moving(samples, named)
    rows = samples.frame.height
    if not any(
        _is_whole(choice) and samples.frame[choice.column].null_count() < (1 - _FILLED) * rows for choice in pool
    ):
        seen = {choice.column for choice in named}
        valued = [choice for choice in by_value(samples, "timestamp", taken) if choice.column not in seen]
        pool = [*pool, *sorted(_moving(samples, valued), key=lambda choice: _middle(samples[choice.column]))]
        pool = pool or [*named, *valued]
    ranked = filled(samples, "timestamp", pool)
    if not any(_is_whole(choice) for choice in ranked):  # created, received, finished: the first of them began it
        ranked = sorted(ranked, key=lambda choice: (not _in_order(samples, choice), _middle(samples[choice.column])))
    better = (
        other for other in ranked[1:] if _is_finer(samples, other, ranked[0]) or _came_before(samples, other, ranked[0])
    )
    return next(better, next(iter(ranked), None))


def _is_finer(samples: Samples, other: Choice, best: Choice) -> bool:
    """Return whether a column gives the same times as the best one, with fractions of a second that it lacks."""
    if not _is_whole(other) or other.column.startswith("prefix."):  # a shipper's time is when it got the line
        return False
    head = samples.frame.select(other.column, best.column).drop_nulls().head(_HEAD)
    fine, coarse = (instants(head[choice.column], timezone="UTC").at for choice in (other, best))
    if fine.count() < _FEWEST or (coarse.dt.microsecond() > 0).any() or not (fine.dt.microsecond() > 0).any():
        return False
    same = (fine - coarse).dt.total_milliseconds().abs() <= _SAME_MS
    return int(same.sum()) >= _FILLED * len(same)


def _came_before(samples: Samples, other: Choice, best: Choice) -> bool:
    """Return whether the best column is when a store took each record, as `@timestamp` may be, and another is a little earlier."""
    if not (_is_whole(other) and other.how in NAMED and best.column.rsplit(".", 1)[-1].startswith("@")):
        return False
    head = samples.frame.select(other.column, best.column).drop_nulls().head(_HEAD)
    made, stored = (instants(head[choice.column], timezone="UTC").at for choice in (other, best))
    late = (stored - made).dt.total_milliseconds()
    return len(late) >= _FEWEST and share_of(late > 0) >= _HOLDS and middle_of(late) <= _SOON_MS


def _is_whole(choice: Choice) -> bool:
    return part_of("timestamp", choice.column) is Part.WHOLE


def _moving(samples: Samples, choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if not _is_still(samples, choice.column)]


def _is_still(samples: Samples, column: str) -> bool:
    """Return whether hardly any rows differ in a column, a day with its clock in another column aside."""
    sample = samples[column]
    still = len(sample) >= _ENOUGH and sample.n_unique() <= max(1, _STILL * len(sample))
    return still and with_clock(samples.frame.head(_HEAD), column, taken=()) is None


def _in_order(samples: Samples, choice: Choice) -> bool:
    """Return whether the rows stand in the order of a time, as a log is written: that of something else has none."""
    at = instants(samples.frame[choice.column].drop_nulls().head(_HEAD), timezone="UTC").at.drop_nulls()
    return at.is_sorted() or at.is_sorted(descending=True)


def _middle(sample: pl.Series) -> float:
    at = instants(sample, timezone="UTC").at.dt.epoch("ms")
    return middle_of(at)


def whole_duration(samples: Samples, named: Sequence[Choice]) -> Choice | None:
    """Return the best named duration, or one of the same unit beside it that holds it in nearly every row."""
    if not named:
        return None
    best = named[0]
    for other in named[1:]:
        both = part_of("latency", other.column) == Part.WHOLE and unit_of_name(best.column) == unit_of_name(
            other.column
        )
        whole = bool(_ALL & set(words_of(other.column))) and not _ALL & set(words_of(best.column))
        if both and _holds(samples.frame, other.column, best.column, sure=whole):
            how = f"{other.how}; it is longer than {best.column} in nearly every row"
            best = Choice(other.column, how=how)
    return best


def _holds(frame: pl.DataFrame, longer: str, shorter: str, *, sure: bool) -> bool:
    """Return whether one duration holds another in nearly every row, by not too much unless its name is `sure` to mean all."""
    head = frame.select(longer, shorter).head(_ROWS)
    rows = pl.DataFrame({"a": numbers(head[longer]).values, "b": numbers(head[shorter]).values}).drop_nulls()
    rows = rows.filter(pl.col("b") > 0)
    if rows.height < _FEWEST or share_of(rows["a"] >= rows["b"]) < _HOLDS:
        return False
    if sure:
        return True
    longer_in = share_of(rows["a"] > rows["b"])
    return longer_in >= _SOME and middle_of(rows["a"] / rows["b"]) <= _LONGER


def with_statuses(samples: Samples, named: Sequence[Choice]) -> Choice | None:
    """Return the first named column that holds a real status, one with numbers before one with their phrases alone; else the
    first that is no return code of a program."""
    named = sorted(named, key=lambda choice: not samples[choice.column].str.contains(r"^[1-5]\d\d\b").any())
    real = [choice for choice in named if samples[choice.column].str.contains(r"[1-5]\d\d|[A-Za-z]").any()]
    others = (choice for choice in named if not _OF_PROGRAMS & set(words_of(choice.column)))
    return next(iter(real), None) or next(others, None)


def with_outcomes(samples: Samples, named: Sequence[Choice]) -> Choice | None:
    """Return the first named column, or where it says the same of every row the next that does not (completed; conclusion)."""
    told = [one for one in named if words_of(one.column)[-1:] != ("action",) or is_decision(samples[one.column])]
    numbered = {one.column for one in told if is_numbered(samples[one.column])}
    told = [one for one in told if one.column not in numbered or _STATES & set(words_of(one.column)[-1:])]
    told.sort(key=lambda one: (one.column in numbered, not is_status_class(samples[one.column])))
    moving = [choice for choice in told if samples[choice.column].n_unique() > 1]
    return next(iter(moving or told), None)


def with_routes(samples: Samples, named: Sequence[Choice]) -> Choice | None:
    """Return the first column; if its values are no routes, the first whose values are: the path, not the kind of record; and
    where they are hosts, the addresses on them. A route that is the same in every record tells no more than a name that is not."""
    first = next(iter(named), None)
    called = first and _by_its_name(samples, first)
    if first is None or called != first or is_target(samples[first.column]):
        return called
    most, moving = _FILLED * samples.frame.height, samples[first.column].n_unique() > 1
    whole = (one for one in named if part_of("endpoint", one.column) is Part.WHOLE)
    routes = (
        one
        for one in whole
        if samples.frame[one.column].null_count() < most
        and is_route(samples[one.column])
        and not (moving and samples[one.column].n_unique() == 1)
    )
    urls = (one for one in by_value(samples, "endpoint", set()) if _is_on(samples.frame, one.column, first.column))
    return next(routes, None) or next(urls, first)


def _by_its_name(samples: Samples, choice: Choice) -> Choice:
    """Return the column of names of what a column of ids stands for, if each id has one and hardly any two share it; else the ids."""
    *of, last = words_of(choice.column) or ("",)
    for column in samples.frame.columns if last == "id" else ():
        *other, noun = words_of(column) or ("",)
        if noun not in _NAMES or other not in ([], of):
            continue
        pairs = samples.frame.select(choice.column, column).drop_nulls().unique()
        if 1 < pairs.height == pairs[choice.column].n_unique() and pairs[column].n_unique() >= _FILLED * pairs.height:
            return replace(choice, column=column)
    return choice


def _is_on(frame: pl.DataFrame, urls: str, hosts: str) -> bool:
    """Return whether one column holds the host of the addresses in another, in nearly every row."""
    head = frame.select(urls, hosts).drop_nulls().head(_HEAD)
    on = head[urls].str.extract(r"^https?://([^/?#:]+)").str.to_lowercase() == head[hosts].str.to_lowercase()
    return len(head) > 0 and share_of(on.fill_null(False)) >= _HOLDS


#: Field → how to choose among the columns whose names are known for it.
AMONG: dict[str, Callable[[Samples, Sequence[Choice]], Choice | None]] = {
    "endpoint": with_routes,
    "latency": whole_duration,
    "status": with_statuses,
    "success": with_outcomes,
}
