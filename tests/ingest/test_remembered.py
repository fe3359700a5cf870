"""Corrections for a header: laid over what the mapper chooses, said in the receipt, and never fatal."""

from __future__ import annotations

import pytest

from techhealth.errors import UsageError
from techhealth.ingest import Correction, Recalled, columns_of, inspect, read
from tests.ingest.logs import as_csv, as_lines, call, calls, column_of

SAID = "as corrected on 2026-01-29 in this workspace"
#: Two columns could be the latency; the second one is nobody's guess.
LOG = as_csv([call(n, zz=n + 1) for n in range(40)])
ZONELESS = as_csv([call(n, timestamp=f"2026-01-05 10:{n:02d}:00") for n in range(40)])


def recall(*, problems=(), asked=False, **values):
    """Return a memory of some corrections that asks for no particular header."""
    made = {name: Correction(value=value, said=SAID, asked=asked) for name, value in values.items()}
    return lambda _names: Recalled(corrections=made, problems=problems)


def test_a_remembered_column_is_read_and_said():
    """The column that was corrected becomes the field, and the receipt says since when."""
    usage = read(("a.csv", LOG), recall=recall(latency="zz", latency_unit="s"))
    found = column_of(usage.receipt.files[0], "latency")

    assert usage.events["latency_ms"].to_list()[:2] == [1000.0, 2000.0]
    assert (found.column, found.unit) == ("zz", "seconds")
    assert SAID in found.how


def test_a_unit_alone_keeps_the_column_that_was_found():
    """A corrected unit leaves the choice of the column to the mapper."""
    usage = read(("a.csv", LOG), recall=recall(latency_unit="s"))
    found = column_of(usage.receipt.files[0], "latency")

    assert usage.events["latency_ms"][0] == 80_000.0
    assert (found.column, found.how) == ("latency_ms", f"unit {SAID}")


def test_a_field_that_no_column_is_stays_unknown():
    """A field corrected to nothing is read from nothing, and the receipt says so."""
    usage = read(("a.csv", LOG), recall=recall(latency="-"))

    assert usage.events["latency_ms"].null_count() == usage.events.height
    assert f"no column is the latency, {SAID}" in usage.receipt.files[0].assumptions


def test_a_zone_is_for_times_that_name_none():
    """Times without a zone are read in the corrected one; a format that is in UTC by definition refuses it."""
    usage = read(("a.csv", ZONELESS), recall=recall(timezone="Europe/Berlin"))

    assert f"{usage.events['at'][0]:%H:%M}" == "09:00"
    assert f"the zone Europe/Berlin is used {SAID}" in usage.receipt.files[0].assumptions


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("status", "endpoint", "the values of endpoint (/v1/orders/0, /v1/orders/1, /v1/orders/2 …) are no HTTP statuses."),
        ("status", "gone", "no such column"),
        ("speed", "zz", "there is no field 'speed'"),
        ("latency_unit", "weeks", "there is no unit 'weeks'"),
        ("timezone", "Mars/Olympus", "there is no time zone 'Mars/Olympus'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_left_out(field, value, why):
    """A correction that this file cannot take becomes a note, and the file is read as without it."""
    file = inspect(("a.csv", LOG), recall=recall(**{field: value})).files[0]
    note = next(text for text in file.notes if text.startswith(f"{field} = {value}, {SAID}, is not used: "))

    assert why in note
    assert file.mapping == inspect(("a.csv", LOG)).files[0].mapping


def test_what_was_just_asked_for_is_refused_instead():
    """The one who asks for a column that does not fit gets the reason as an error, in words that need no terminal."""
    with pytest.raises(UsageError, match=r"^the values of endpoint .* are no HTTP statuses\.$"):
        read(("a.csv", LOG), recall=recall(status="endpoint", asked=True))


def test_the_caller_goes_before_what_is_remembered():
    """`mapping` wins over a correction of the same field, whatever it calls it."""
    usage = read(("a.csv", LOG), mapping={"duration": "latency_ms"}, recall=recall(latency="zz", latency_unit="s"))

    assert usage.events["latency_ms"][0] == 80.0


def test_each_file_is_asked_for_on_its_own():
    """A correction for one header touches no file with another."""
    other = as_lines([call(n, timestamp=f"2026-01-06T10:{n:02d}:00Z") for n in range(40)])

    def known(names):
        return recall(latency="zz")(names) if "zz" in names else Recalled()

    files = read(("a.csv", LOG), ("b.json", other), recall=known).receipt.files
    assert [column_of(file, "latency").column for file in files] == ["zz", "latency_ms"]


def test_a_broken_memory_is_a_note():
    """What cannot be read of the memory stands in the receipt of the file it is about."""
    file = inspect(("a.csv", LOG), recall=recall(problems=("x.toml cannot be read",))).files[0]

    assert "x.toml cannot be read" in file.notes


def test_every_column_is_described():
    """The receipt names each column with sample values and what it became, the unused ones too."""
    columns = {column.name: column for column in inspect(("a.csv", LOG)).files[0].columns}

    assert list(columns) == ["timestamp", "integration", "method", "endpoint", "status", "latency_ms", "zz"]
    assert columns["integration"].samples == ("Billing", "Custom API (Reports)")
    assert columns["latency_ms"].fields == ("latency",)
    assert columns["zz"].fields == ()


def test_names_and_samples_are_masked_and_stay_apart():
    """Neither a column's name nor a value shows an address; a correction still finds the column behind the mask."""
    log = as_csv([call(n, **{"ann@example.com": n + 7, "bob@example.com": "kim@example.com"}) for n in range(40)])
    columns = inspect(("a.csv", log)).files[0].columns

    assert [column.name for column in columns[-2:]] == ["[masked]", "[masked] (2)"]
    assert columns[-1].samples == ("[masked]",)
    usage = read(("a.csv", log), recall=recall(latency="[masked]", latency_unit="ms"))
    assert usage.events["latency_ms"][0] == 7.0


def test_samples_come_from_the_customer_asked_for():
    """Values of another customer's rows are not shown."""
    log = as_csv([call(n, customer="Acme" if n % 2 else "Initech") for n in range(40)])
    columns = {column.name: column for column in read(("a.csv", log), customer="Acme").receipt.files[0].columns}

    assert columns["customer"].samples == ("Acme",)


def test_columns_of_a_file_that_cannot_be_read():
    """A file that lacks a field still tells its columns, and which fields were found."""
    columns = columns_of(("a.csv", as_csv([{"timestamp": one["timestamp"], "qq": 1} for one in calls(9)])))

    assert [(column.name, column.fields) for column in columns] == [("timestamp", ("timestamp",)), ("qq", ())]
