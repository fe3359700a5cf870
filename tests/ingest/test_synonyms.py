"""A file tells the same in other words: columns renamed, shuffled and divided otherwise give the same reading."""

from __future__ import annotations

import random
from functools import cache

import pytest

from techhealth.errors import MissingFieldError
from techhealth.ingest import inspect, read
from techhealth.ingest.values.latency import unit_of_name
from tests.ingest.logs import as_csv
from tests.ingest.synonyms import FIRST_MS, FORMATS, SYNONYMS, Row

ROWS = 240
#: Names that say what the columns are, without any doubt.
PLAIN = {
    "time": "timestamp",
    "verb": "method",
    "code": "status_code",
    "took": "latency",
    "service": "integration",
    "flag": "outcome",
}
UNITS = {"gateway": "ms", "worded": None, "proxied": "us", "jobs": None}
#: Every name that can stand in a format, for the formats that have the column.
ALL = [
    (kind, key, name)
    for kind, make in FORMATS.items()
    for key, names in SYNONYMS.items()
    for name in names
    if key in make(0) and (key != "took" or unit_of_name(name) in (None, UNITS[kind]))
]
#: Each name once, the formats in turn; the shuffled files below mix them all.
CASES = [case for n, case in enumerate(sorted(ALL, key=lambda case: case[1:])) if n % 3 == 0 or case[0] == "jobs"]


def told(rows: list[Row], separator: str = ",") -> tuple[object, ...]:
    """Return what the receipt says of a file, whatever its columns are called."""
    receipt = inspect(as_csv(rows, separator))
    file = receipt.files[0]
    return (
        file.records,
        file.events,
        file.first,
        file.last,
        file.failures,
        file.first_latency_ms,
        receipt.integration_names,
    )


def renamed(kind: str, names: dict[str, str]) -> list[Row]:
    """Return the rows of a format with some columns called otherwise."""
    return [{names.get(key, key): value for key, value in FORMATS[kind](n).items()} for n in range(ROWS)]


@cache
def plainly(kind: str) -> tuple[object, ...]:
    """Return what the receipt says of a format under plain names."""
    return told(renamed(kind, PLAIN))


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_is_read_under_plain_names(kind: str) -> None:
    """The formats have 240 records, a failure in each twelve, and the latency their rows give."""
    found = plainly(kind)

    assert (found[0], found[1], found[4], found[5]) == (ROWS, ROWS, 20, FIRST_MS[kind])


@pytest.mark.parametrize(("kind", "key", "name"), CASES)
def test_another_word_for_a_column_tells_the_same(kind: str, key: str, name: str) -> None:
    """One column under any of its names leaves records, period, failures, latency and integrations as they were."""
    assert told(renamed(kind, {**PLAIN, key: name})) == plainly(kind)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", FORMATS)
def test_all_columns_renamed_shuffled_and_divided_otherwise_tell_the_same(kind: str, seed: int) -> None:
    """Other words for all columns at once, in another order and with another separator, change nothing."""
    draw = random.Random(seed)
    cases = {key: [n for k, field, n in ALL if (k, field) == (kind, key)] for key in FORMATS[kind](0)}
    names = {key: draw.choice(options) for key, options in cases.items() if options}
    order = draw.sample(list(FORMATS[kind](0)), len(FORMATS[kind](0)))
    rows = [{names.get(key, key): FORMATS[kind](n)[key] for key in order} for n in range(ROWS)]

    assert told(rows, draw.choice(",;\t|")) == plainly(kind)


def test_values_speak_for_columns_without_a_name() -> None:
    """Times, addresses, verbs and statuses are known by their values; a nameless number is said, not taken for latency."""
    names = {key: f"c{n}" for n, key in enumerate(FORMATS["gateway"](0))}

    usage = read(as_csv(renamed("gateway", names)))

    assert (usage.events.height, usage.events["ok"].eq(False).sum()) == (ROWS, 20)
    assert usage.events["method"].unique().sort().to_list() == ["GET", "POST", "PUT"]
    assert usage.events["endpoint"].unique().sort().to_list() == ["/v2/orders/{id}", "/v2/stock/{id}"]
    assert usage.events["latency_ms"].null_count() == ROWS
    assert "no latency in this file" in usage.receipt.files[0].notes


@pytest.mark.parametrize(("gone", "field"), [({"time"}, "timestamp"), ({"flag", "took", "path"}, "status")])
def test_a_missing_field_is_named(gone: set[str], field: str) -> None:
    """Without a time, or without anything a call has, the file is declined by a sentence that names the field."""
    rows = [{key: value for key, value in FORMATS["worded"](n).items() if key not in gone} for n in range(ROWS)]

    with pytest.raises(MissingFieldError, match=field):
        read(as_csv(rows))
