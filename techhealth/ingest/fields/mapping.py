"""Columns → fields: what the caller says, then the dialect, then names checked against values, then values alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from techhealth.errors import UsageError
from techhealth.ingest.fields.dialect import Dialect
from techhealth.ingest.fields.evidence import (
    AMONG,
    SAYS_ERROR,
    by_agreement,
    by_failures,
    by_topic,
    by_value,
    filled,
    time_of_call,
)
from techhealth.ingest.fields.fields import ALIASES, BY_NAME, FIELDS, MUST_FIT, Field
from techhealth.ingest.fields.fits import any_value
from techhealth.ingest.fields.naming import CALLER, NAMED, Choice, Choices, Samples, by_name, candidates, named_best
from techhealth.ingest.fields.vocabulary import Part, is_french, part_of, sent_in, words_of
from techhealth.ingest.masking.redact import MASK, is_secret_name, masked
from techhealth.ingest.records import folded, names_of
from techhealth.ingest.values.days import with_clock
from techhealth.ingest.values.latency import MILLISECONDS, unit_of_name
from techhealth.model import Confidence

#: Fields that may be spread over several columns.
_COMPLETED = names_of("timestamp endpoint status success latency integration customer event_key request_bytes")
#: Fields that two different meanings must not share a column.
_EXCLUSIVE = ("timestamp", "endpoint", "status", "latency", "integration", "customer", "request_bytes", "client")
#: Fields that may be told once, outside the records.
ENVELOPED = ("customer", "integration", "kind", "region", "client")


#: Fields that tell how a call ended.
_ENDED = frozenset(("status", "grpc", "success", "failure"))
#: Fields that tell what a record is about or how it ended.
_TOLD = frozenset(("endpoint", "method", "status", "grpc", "success", "failure", "latency"))
#: Words of columns that hold the host of what was called, not that of the machine that wrote the log.
_OF_TARGETS = frozenset(("url", "target", "destination", "remote", "endpoint"))
#: How a time was found whose values cannot be read.
NAMED_ONLY = "its name alone"
#: Rows with a status, and the share of them that must have what was asked for, for it to be theirs.
_FEWEST, _HARDLY = 10, 0.05
#: Rows looked at to tell times of day from durations.
_LOOKED_AT = 200


def choose(frame: pl.DataFrame, *, dialect: Dialect, mapping: Mapping[str, str]) -> Choices:
    """Return the column of each field that has one.

    Raises:
        UsageError: if `mapping` names an unknown field or column, or one whose values do not fit.
    """
    samples = Samples(frame)
    chosen = _from_caller(samples, mapping)
    without = refused(mapping)
    sent = sent_in(frame.columns)
    for field in FIELDS:
        if field.name in chosen or field.name in without:
            continue
        taken = {chosen[name].column for name in _EXCLUSIVE if name in chosen and field.name in _EXCLUSIVE}
        if field.name == "latency":
            taken |= _clock_of(frame, chosen)
        taken |= sent.get(field.name, set())
        choice = _from_dialect(frame, dialect, field.name)
        if choice is None and field.name not in dialect.absent:
            choice = _found(samples, field, taken)
        if choice:
            chosen[field.name] = choice
    if (
        "integration" in chosen
        and folded(chosen["integration"].column) == "source"
        and _OF_TARGETS & _words(chosen, "host")
    ):
        del chosen["integration"]  # the host that was called says more than who called it
    for name in ("endpoint", "host"):
        if "status" in chosen and name in chosen and chosen[name].how in NAMED and _is_of_others(frame, chosen, name):
            del chosen[name]
    if "client" in chosen and "customer" not in {*chosen, *without} and is_french(frame.columns):
        chosen["customer"] = replace(
            chosen.pop("client"), how="a client is a customer in French", confidence=Confidence.HIGH
        )
    if "status" in chosen and "error" not in {*chosen, *without, *dialect.absent}:
        said = by_failures(samples, chosen["status"].column, {choice.column for choice in chosen.values()})
        chosen |= {"error": said} if said else {}
    if "error" in chosen and SAYS_ERROR.search(chosen["error"].column) and not _ENDED & {*chosen, *without}:
        learnt = by_agreement(samples, chosen["error"].column, {choice.column for choice in chosen.values()})
        chosen |= {"success": learnt} if learnt else {}
    topic = None if _TOLD & {*chosen, *without} else by_topic(samples)
    if topic:
        chosen["endpoint"] = topic
    if "kind" in chosen and "integration" in chosen and chosen["kind"].column == chosen["integration"].column:
        del chosen["integration"]  # the name of a list tells what its records are, or whose they are
    if "timestamp" not in {*chosen, *without}:
        chosen |= _named_only(frame)
    return chosen


def _is_of_others(frame: pl.DataFrame, chosen: Choices, name: str) -> bool:
    """Return whether hardly any row with a status has the field: it is told where no answer came, say, and nowhere else."""
    answered = frame.filter(pl.col(chosen["status"].column).is_not_null())
    told = answered.height - answered[chosen[name].column].null_count()
    return answered.height >= _FEWEST and told < _HARDLY * answered.height


def _words(chosen: Choices, field: str) -> set[str]:
    return set(words_of(chosen[field].column)) if field in chosen else set()


def _clock_of(frame: pl.DataFrame, chosen: Choices) -> set[str]:
    """Return the column of times of day that completes a column of days, if there is one: it is no duration."""
    if "timestamp" not in chosen:
        return set()
    joined = with_clock(frame.head(_LOOKED_AT), chosen["timestamp"].column, taken=())
    return {joined[1]} if joined else set()


def check(frame: pl.DataFrame, mapping: Mapping[str, str]) -> None:
    """Refuse what `choose` would not take from the caller.

    Raises:
        UsageError: if `mapping` names an unknown field or column, or one whose values do not fit.
    """
    _from_caller(Samples(frame), mapping)


def refused(mapping: Mapping[str, str]) -> frozenset[str]:
    """Return the fields of which the caller says that no column is one (`--map FIELD=-`)."""
    return frozenset(ALIASES.get(wanted, wanted) for wanted, target in mapping.items() if target == "-")


def completed(frame: pl.DataFrame, chosen: Choices) -> tuple[pl.DataFrame, Choices]:
    """Return frame and choices where columns that never stand in the same row have become one.

    Exports that put calls and deliveries into one file name the same thing twice: `timestamp` here, `sent_at` there.
    """
    samples = Samples(frame)
    used = {choice.column for choice in chosen.values()}
    sent = sent_in(frame.columns)
    called = [chosen[name].column for name in ("endpoint", "method", "status", "success") if name in chosen]
    for name in _COMPLETED:
        choice = chosen.get(name)
        found = choice is not None and (choice.how in NAMED or (name == "timestamp" and choice.how != CALLER))
        if choice is None or not found or frame[choice.column].null_count() == 0:
            continue
        for other, _ in candidates(samples, BY_NAME[name]):
            if (
                other not in used | sent.get(name, set())
                and (name == "timestamp" or part_of(name, other) is Part.WHOLE)
                and _complements(frame, choice.column, other, name, called)
                and BY_NAME[name].fits(samples[other])
            ):
                joined = f"{choice.column} or {other}"
                frame = frame.with_columns(pl.coalesce(choice.column, other).alias(joined))
                choice = replace(choice, column=joined)
                used.add(other)
        chosen = {**chosen, name: choice}
    return frame, chosen


def _complements(frame: pl.DataFrame, column: str, other: str, name: str, called: Sequence[str]) -> bool:
    """Return whether one column may fill the gaps of another: no row has both, and durations name the same unit and stand in calls."""
    if name == "timestamp" and other.count(".") <= column.count("."):  # any time of the record is nearer than none
        return True
    both = frame.select((pl.col(column).is_not_null() & pl.col(other).is_not_null()).any()).item()
    if (
        name == "latency"
        and called
        and not frame.filter(pl.col(other).is_not_null())
        .select(pl.any_horizontal(pl.col(called).is_not_null()).all())
        .item()
    ):
        return False  # a duration of something else than a call
    return not both and (name != "latency" or unit_of_name(column) == unit_of_name(other))


def envelope_choices(envelope: Mapping[str, str], chosen: Choices, *, refused: frozenset[str]) -> dict[str, str]:
    """Return field → value for what stands once around the records and has no column of its own."""
    found: dict[str, str] = {}
    for name in ENVELOPED:
        if name in chosen or name in refused:
            continue
        frame = pl.DataFrame({key: [text] for key, text in envelope.items()})
        choice = named_best(frame, BY_NAME[name])
        if choice:
            found[name] = envelope[choice.column]
    return found


def _from_caller(samples: Samples, mapping: Mapping[str, str]) -> Choices:
    chosen: Choices = {}
    frame = samples.frame
    by_fold = {folded(column): column for column in reversed(frame.columns)}
    for wanted, target in mapping.items():
        field = ALIASES.get(wanted, wanted)
        if field not in BY_NAME:
            raise UsageError(f"--map {wanted}=…: there is no field {wanted!r}; the fields are {', '.join(BY_NAME)}.")
        if target == "-":  # no column is this field
            continue
        column, _, unit = (
            target.rpartition(":")
            if target not in frame.columns and target.rpartition(":")[2] in MILLISECONDS
            else (target, "", "")
        )
        found = column if column in frame.columns else by_fold.get(folded(column))
        if found is None:
            raise UsageError(f"--map {wanted}={target}: {_missing(target, frame)}.")
        _check_values(samples[found], field, said=f"--map {wanted}={target}", column=found)
        chosen[field] = Choice(found, how=CALLER, confidence=Confidence.HIGH, unit=unit or None)
    return chosen


def _missing(target: str, frame: pl.DataFrame) -> str:
    """Return why a column or its unit cannot be taken, and what could be."""
    column, _, unit = target.rpartition(":")
    if folded(column) in {folded(name) for name in frame.columns}:
        return f"there is no unit {unit!r}; the units are {', '.join(MILLISECONDS)}"
    shown = ", ".join(masked(name)[:60] for name in frame.columns[:12]) + (" …" if frame.width > 12 else "")
    return f"no such column; the file has {shown}"


def _check_values(sample: pl.Series, field: str, *, said: str, column: str) -> None:
    """Refuse a column whose values cannot be the field.

    Raises:
        UsageError: naming a few of the values.
    """
    fits, meant = MUST_FIT.get(field, (any_value, ""))
    if len(sample) and not fits(sample):
        few = sample.unique(maintain_order=True).head(3).to_list()
        some = MASK if is_secret_name(column) else ", ".join(masked(text)[:30] for text in few)
        raise UsageError(f"{said}: the values of {column} ({some} …) are no {meant}.")


def _from_dialect(frame: pl.DataFrame, dialect: Dialect, name: str) -> Choice | None:
    if name not in dialect.fields:
        return None
    by_fold = {folded(column): column for column in reversed(frame.columns)}
    column = next((by_fold[want] for want in dialect.fields[name].split("|") if want in by_fold), None)
    unit = dialect.unit if name == "latency" else None
    return (
        Choice(column, how=f"known format: {dialect.name}", confidence=Confidence.HIGH, unit=unit) if column else None
    )


def _found(samples: Samples, field: Field, taken: set[str]) -> Choice | None:
    """Return the column of a field by its name, checked against its values, else by its values alone."""
    named = filled(samples, field.name, list(by_name(samples, field, taken)))
    if field.name == "timestamp":
        return time_of_call(samples, named, taken)
    among = AMONG.get(field.name)
    choice = among(samples, named) if among else next(iter(named), None)
    if choice and part_of(field.name, choice.column) is Part.WHOLE:
        return choice
    valued = next(iter(by_value(samples, field.name, taken)), None)
    whole = valued is not None and part_of(field.name, valued.column) is Part.WHOLE
    return valued if whole or choice is None else choice


def _named_only(frame: pl.DataFrame) -> Choices:
    """Return a column called like a time whose values cannot be read, so that each row is rejected for it."""
    names = ("timestamp", "time", "ts", "datetime", "eventtime", "requesttime")
    column = next((column for column in frame.columns if folded(column) in names), None)
    return {"timestamp": Choice(column, how=NAMED_ONLY, confidence=Confidence.LOW)} if column else {}
