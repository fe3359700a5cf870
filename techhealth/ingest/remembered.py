"""What people corrected about files with the same header: asked for each file, laid over what the mapper would choose.

A correction is a field and what it is read from: a column, or `-` for none. Two more things can be said like that: the
unit of the latency, and the zone of times that name none. One that does not fit a file is left out and said, never
fatal; one that was `asked` for just now is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import polars as pl

from techhealth.errors import UsageError
from techhealth.ingest.described import shown_names
from techhealth.ingest.fields.dialect import Dialect
from techhealth.ingest.fields.dialects import recognise
from techhealth.ingest.fields.fields import ALIASES
from techhealth.ingest.fields.mapping import check, choose
from techhealth.ingest.fields.naming import CALLER
from techhealth.ingest.reading import Reading
from techhealth.ingest.values.latency import MILLISECONDS
from techhealth.model import FieldMapping

#: What can be corrected beside the fields: the unit of the latency, the zone of times that name none.
UNIT, ZONE = "latency_unit", "timezone"
#: No column of the file is the field.
NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a field is read from (a column as a receipt names it, or `-`), and who says so: "as corrected on …"."""

    value: str
    said: str
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """Corrections for one header by field, and in words those that cannot be read."""

    corrections: Mapping[str, Correction] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


#: Names of the columns, as receipts show them → what is remembered about them.
Recall = Callable[[Sequence[str]], Recalled]


@dataclass(slots=True)
class Remembered:
    """The mapping and the zone to read one file with, and what to say of them."""

    mapping: dict[str, str]
    timezone: str
    used: dict[str, Correction] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def say(self, reading: Reading) -> None:
        """Say in a receipt in the making which choices are corrections, and which corrections were left out."""
        reading.mapping[:] = [replace(one, how=_how(one, self.used)) for one in reading.mapping]
        none = [(name, one.said) for name, one in self.used.items() if one.value == NONE]
        reading.assumptions += [f"no column is the {name}, {said}" for name, said in none]
        if ZONE in self.used:
            reading.assumptions.append(f"the zone {self.timezone} is used {self.used[ZONE].said}")
        reading.notes += self.notes


def remembered(frame: pl.DataFrame, recall: Recall | None, mapping: Mapping[str, str], timezone: str) -> Remembered:
    """Return how to read one file: what the caller says, then what is remembered about its header.

    Raises:
        UsageError: if a correction that was just asked for does not fit.
    """
    made = Remembered(mapping=dict(mapping), timezone=timezone)
    if recall is None:
        return made
    names = shown_names(frame.columns)
    found = recall(names)
    made.notes += found.problems
    said = {ALIASES.get(name, name) for name in mapping}
    columns = dict(zip(names, frame.columns, strict=True))
    for name, one in sorted(found.corrections.items(), key=lambda item: item[0] == UNIT):  # the unit needs its column
        if name in said or (name == UNIT and "latency" in said):
            continue
        try:
            _apply(made, frame, columns, name, one.value)
        except UsageError as problem:
            if one.asked:
                raise
            made.notes.append(f"{name} = {one.value}, {one.said}, is not used: {problem}")
            continue
        made.used[name] = one
    return made


def _apply(made: Remembered, frame: pl.DataFrame, columns: Mapping[str, str], name: str, value: str) -> None:
    """Lay one correction over the mapping.

    Raises:
        UsageError: if it does not fit the file, in words that need no terminal.
    """
    dialect = recognise(frame.columns)
    if name == ZONE:
        made.timezone = _zone(value, dialect)
        return
    if name == UNIT:
        column = _latency(frame, made.mapping, dialect)
        made.mapping["latency"] = f"{column}:{_unit(value)}"
        return
    target = columns.get(value, value)
    try:
        check(frame, {name: target})
    except UsageError as problem:
        raise UsageError(str(problem).removeprefix(f"--map {name}={target}: ")) from None
    made.mapping[name] = target


def _latency(frame: pl.DataFrame, mapping: Mapping[str, str], dialect: Dialect) -> str:
    """Return the column the latency is read from."""
    choice = choose(frame, dialect=dialect, mapping=mapping).get("latency")
    if choice is None:
        raise UsageError("no column holds how long a call took, so there is nothing to give a unit.")
    return choice.column


def _unit(value: str) -> str:
    if value not in MILLISECONDS:
        raise UsageError(f"there is no unit {value!r}; the units are {', '.join(MILLISECONDS)}.")
    return value


def _zone(value: str, dialect: Dialect) -> str:
    if dialect.utc:
        raise UsageError(f"the times of this format ({dialect.name}) are in UTC.")
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise UsageError(f"there is no time zone {value!r}.") from None


def _how(one: FieldMapping, used: Mapping[str, Correction]) -> str:
    """Return how a field was found, with who corrected it."""
    if one.field in used:
        return one.how.replace(CALLER, used[one.field].said)
    return f"unit {used[UNIT].said}" if one.field == "latency" and UNIT in used else one.how
