"""What values tell that names do not: which time is the call's, which duration is the whole one, what a nameless column is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from techhealth.ingest.days import is_day
from techhealth.ingest.decimals import numbers
from techhealth.ingest.fields import BY_VALUE
from techhealth.ingest.latency import unit_of_name
from techhealth.ingest.naming import Choice, Samples
from techhealth.ingest.times import instants
from techhealth.ingest.vocabulary import Part, part_of, words_of
from techhealth.model import Confidence

#: A time that few of the rows differ in belongs to what they share (a configuration, an export), not to the call.
_STILL, _ENOUGH = 0.02, 20
#: Rows in which one duration must hold the other, and how many times longer it may be at the middle.
_HOLDS, _LONGER, _ROWS = 0.98, (1.02, 50.0), 2_000
#: Words of columns whose numbers may look like statuses and are none.
_NO_STATUS = frozenset(
    (
        "limit",
        "max",
        "size",
        "timeout",
        "count",
        "bytes",
        "length",
        "port",
        "page",
        "id",
        "ms",
        "sec",
        "seconds",
        "amount",
        "price",
        "weight",
        "user",
    )
)


def by_value(samples: Samples, name: str, taken: set[str]) -> list[Choice]:
    """Return the columns whose values alone give them away as the field, the thing itself before a part of it."""
    fits = BY_VALUE.get(name)
    if fits is None:
        return []
    found = [
        Choice(column=column, confidence=Confidence.MEDIUM, how="its values look like it")
        for column, _, _ in samples.names
        if column not in taken and len(samples[column]) and _may_be(name, column) and fits(samples[column])
    ]
    return sorted(found, key=lambda choice: part_of(name, choice.column))


def _may_be(name: str, column: str) -> bool:
    return name != "status" or not _NO_STATUS & set(words_of(column))


def time_of_call(samples: Samples, named: Sequence[Choice], taken: set[str]) -> Choice | None:
    """Return the column of the call's own time: one that moves with the rows, begins the call, and is named best."""
    pool = _moving(samples, named)
    if not any(part_of("timestamp", choice.column) is Part.WHOLE for choice in pool):
        seen = {choice.column for choice in named}
        valued = [choice for choice in by_value(samples, "timestamp", taken) if choice.column not in seen]
        pool = [*pool, *sorted(_moving(samples, valued), key=lambda choice: _middle(samples[choice.column]))]
        pool = pool or [*named, *valued]
    return min(pool, key=lambda choice: part_of("timestamp", choice.column), default=None)


def _moving(samples: Samples, choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if not is_still(samples[choice.column])]


def is_still(sample: pl.Series) -> bool:
    """Return whether hardly any rows differ in a column, days without a clock aside."""
    return len(sample) >= _ENOUGH and sample.n_unique() <= max(1, _STILL * len(sample)) and not is_day(sample)


def _middle(sample: pl.Series) -> float:
    at = instants(sample, timezone="UTC").at.dt.epoch("ms")
    return float(at.median() or 0)  # type: ignore[arg-type]


def whole_duration(samples: Samples, named: Sequence[Choice]) -> Choice | None:
    """Return the best named duration, or one of the same unit beside it that holds it in nearly every row."""
    if not named:
        return None
    best = named[0]
    for other in named[1:]:
        both = part_of("latency", other.column) == Part.WHOLE and unit_of_name(best.column) == unit_of_name(
            other.column
        )
        if both and _holds(samples.frame, other.column, best.column):
            how = f"{other.how}; it is longer than {best.column} in nearly every row"
            best = Choice(column=other.column, confidence=Confidence.MEDIUM, how=how)
    return best


def _holds(frame: pl.DataFrame, longer: str, shorter: str) -> bool:
    head = frame.select(longer, shorter).head(_ROWS)
    rows = pl.DataFrame({"a": numbers(head[longer]).values, "b": numbers(head[shorter]).values}).drop_nulls()
    rows = rows.filter(pl.col("b") > 0)
    if rows.height < _ENOUGH or float((rows["a"] >= rows["b"]).mean() or 0) < _HOLDS:  # type: ignore[arg-type]
        return False
    return _LONGER[0] <= float((rows["a"] / rows["b"]).median() or 0) <= _LONGER[1]  # type: ignore[arg-type]


def with_statuses(samples: Samples, named: Sequence[Choice]) -> Choice | None:
    """Return the first named column that holds a real status, else the first."""
    real = [choice for choice in named if samples[choice.column].str.contains(r"[1-5]\d\d|[A-Za-z]").any()]
    return next(iter(real or named), None)


#: Field → how to choose among the columns whose names are known for it.
AMONG: dict[str, Callable[[Samples, Sequence[Choice]], Choice | None]] = {
    "latency": whole_duration,
    "status": with_statuses,
}
