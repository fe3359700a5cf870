"""JSON in the shapes that tools write it in: whatever the shape, the same events come out."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from techhealth.errors import InputError
from techhealth.ingest import read
from techhealth.ingest.documents import jsonish, jsonrows
from techhealth.ingest.documents.flatten import flat_records
from techhealth.ingest.documents.jsonrows import from_lines
from tests.ingest.logs import as_csv, as_lines, call, calls, of

ROWS = calls(20)
NAMES = list(ROWS[0])
VALUES = [list(row.values()) for row in ROWS]
COLUMNS = list(map(list, zip(*VALUES, strict=True)))
EXPECTED = read(as_csv(ROWS)).events


def _text(document: object) -> bytes:
    return json.dumps(document).encode()


def _open_ended(row: object) -> bytes:
    """Return an object with a comma behind its last member."""
    return _text(row)[:-1] + b",}"


SHAPES = {
    "text sequence": b"".join(b"\x1e" + _text(row) + b"\n" for row in ROWS),
    "pretty text sequence": b"".join(b"\x1e" + json.dumps(row, indent=1).encode() + b"\n" for row in ROWS),
    "lines encoded twice": b"\n".join(_text(json.dumps(row)) for row in ROWS),
    "document encoded twice": _text(json.dumps(ROWS)),
    "objects by id": _text({f"req-{n}": row for n, row in enumerate(ROWS)}),
    "objects by id, deep": _text({"export": {"calls": {f"req-{n}": row for n, row in enumerate(ROWS)}}}),
    "columns and rows": _text({"columns": NAMES, "rows": VALUES}),
    "described columns": _text({"schema": {"fields": [{"name": name} for name in NAMES]}, "data": VALUES}),
    "pandas, split": _text({"columns": NAMES, "index": list(range(20)), "data": VALUES}),
    "pandas, columns": _text({name: dict(enumerate(part)) for name, part in zip(NAMES, COLUMNS, strict=True)}),
    "a list for each column": _text(dict(zip(NAMES, COLUMNS, strict=True))),
    "frames": _text({"frames": [{"schema": {"fields": [{"name": n} for n in NAMES]}, "data": {"values": COLUMNS}}]}),
    "tables": _text({"tables": [{"name": "T", "columns": [{"name": n, "type": "x"} for n in NAMES], "rows": VALUES}]}),
    "rows below a header": _text([NAMES, *VALUES]),
    "rows of pairs": _text({"results": [[{"field": k, "value": str(v)} for k, v in row.items()] for row in ROWS]}),
    "hits": _text({"took": 3, "hits": {"total": {"value": 20}, "hits": [{"_index": "a", "_source": r} for r in ROWS]}}),
    "wrapped lines": as_lines([{"preview": False, "result": row} for row in ROWS]),
    "lines in a text": as_lines([{"n": n, "raw": json.dumps(row)} for n, row in enumerate(ROWS)]),
    "lines in a text in a text": as_lines([{"m": json.dumps({"n": json.dumps(row)})} for row in ROWS]),
    "comments and commas": b"// export\n[" + b",".join(map(_open_ended, ROWS)) + b",] // end",
    "lines with commas": b"\n".join(map(_open_ended, ROWS)),
    "objects without a gap": b"".join(map(_text, ROWS)),
    "only column of a table": as_csv([{"message": json.dumps(row)} for row in ROWS]).removeprefix(b"message\n"),
    "stray lines": b"started\n" + as_lines(ROWS) + b"\nstopped",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_json_gives_the_same_events(shape: str) -> None:
    """Tables, ids, streams, texts in texts and what is nearly JSON hold the same calls."""
    usage = read(("log.json", SHAPES[shape]))

    assert_frame_equal(EXPECTED, usage.events)
    assert usage.receipt.files[0].rejected == (2 if shape == "stray lines" else 0)


def test_streams_give_their_labels_to_each_line() -> None:
    """A line of a stream has the labels of its stream, its instant, and what stands in it as JSON."""
    lines = [["1767571200000000000", json.dumps({"path": "/a", "status": 500})], ["1767571260000000000", "ready"]]

    usage = read(
        _text({"data": {"resultType": "streams", "result": [{"stream": {"app": "billing"}, "values": lines}]}})
    )

    assert usage.events.select("integration", "endpoint", "status").rows() == [("billing", "/a", 500)]
    assert usage.events["at"].dt.to_string("%Y-%m-%d %H:%M").to_list() == ["2026-01-05 00:00"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "undefined"])
@pytest.mark.parametrize("wrapping", [as_lines, _text])
def test_what_is_no_number_is_missing(value: str, wrapping: Any) -> None:
    """NaN and its kin count as missing, and only outside of texts."""
    content = wrapping(calls(3)).replace(b"81", value.encode()).replace(b"/v1", b"/NaN")

    events = read(content).events

    assert events["latency_ms"].to_list() == [80.0, None, 82.0]
    assert events["endpoint"].to_list() == ["/NaN/orders/{id}"] * 3


def test_pairs_in_a_record_become_columns_named_by_their_keys() -> None:
    """A list of headers or attributes is read by the names in it, whatever type their values carry."""
    attributes = [
        {"key": "http.path", "value": {"stringValue": "/a"}}, {"key": "http.status_code", "value": {"intValue": 503}}
    ]  # fmt: skip
    headers = [{"name": "Date", "value": "Mon, 05 Jan 2026 10:00:00 GMT"}, {"name": "Date", "value": "later"}]

    for rows in ([{"attributes": attributes, "headers": headers}], [{"attributes": attributes, "headers": headers}, 1]):
        events = read(_text(rows)).events

        assert events.select("endpoint", "status").rows() == [("/a", 503)]
        assert events["at"].dt.hour().to_list() == [10]


def test_the_names_of_what_was_sent_name_nothing() -> None:
    """Query parameters, cookies and bodies are the caller's words: they become no column."""
    sent = {"queryString": [{"name": "status", "value": "500"}], "request_body": '{"status": 500}'}

    receipt = read(as_lines([{"time": "2026-01-05T10:00:00Z", "path": "/a", **sent}])).receipt.files[0]

    assert [item.field for item in receipt.mapping if item.field == "status"] == []


def test_a_time_before_the_object_is_kept() -> None:
    """Where a shipper wrote the time before the object and not into it, it is the time of the call."""
    rows = [{name: value for name, value in row.items() if name != "timestamp"} for row in ROWS]
    lines = [f"{row['timestamp']} INFO {json.dumps(bare)}" for row, bare in zip(ROWS, rows, strict=True)]

    usage = read("\n".join(lines).encode())

    assert_frame_equal(EXPECTED, usage.events)


def test_numbers_keep_all_their_digits() -> None:
    """A number of any length is read as it was written; a whole one has no fraction."""
    usage = of(call(0, request_id=12345678901234567890123), call(1, request_id="b"), call(2, request_id=7.0))

    assert usage.events["event_key"].to_list() == ["12345678901234567890123", "b", "7"]


@pytest.mark.parametrize("wrapping", ["array", "pretty", "envelope", "lines"])
def test_a_long_list_is_read_in_parts_without_a_seam(wrapping: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a file may have other fields and types than those before: nothing is lost between them."""
    monkeypatch.setattr(jsonrows, "_OBJECTS", 50)
    monkeypatch.setattr(jsonrows, "_BYTES", 5_000)
    rows = [call(n, **({"late": n} if n > 400 else {}), region=n if n < 300 else "eu") for n in range(450)]
    content = {
        "array": _text(rows), "pretty": json.dumps(rows, indent=2).encode(), "lines": as_lines(rows),
        "envelope": _text({"a": {"customer": "Initech", "calls": rows}}),
    }[wrapping]  # fmt: skip

    usage = read(content)

    assert_frame_equal(read(as_csv(rows)).events.drop("customer"), usage.events.drop("customer"))
    assert usage.receipt.files[0].rows == 450
    assert any("late" in note for note in usage.receipt.files[0].notes)


def test_a_bad_line_costs_only_itself_and_keeps_the_numbers_of_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are counted through blank and bad ones, in the part they stand in and in all after it."""
    monkeypatch.setattr(jsonrows, "_BYTES", 500)
    lines = as_lines([*calls(40), call(40, timestamp="soon")]).split(b"\n")

    receipt = read(b"\n".join([*lines[:10], b"", b"oops", *lines[10:]])).receipt.files[0]

    assert [(r.count, r.examples[0].line) for r in receipt.rejects] == [(1, 12), (1, 43)]


def test_the_outline_of_a_large_document_keeps_all_but_the_long_list() -> None:
    """Only the long list is cut; what stands around it, and shorter lists, are whole."""
    document = {"meta": {"customer": "Initech"}, "page": {"calls": calls(300)}, "tags": [1, 2]}

    drawn = jsonish.outline(_text(document))

    assert drawn is not None
    assert (drawn.path, len(drawn.items)) == (("page", "calls"), 300)
    assert drawn.document == {**document, "page": {"calls": calls(jsonish.SHOWN)}}


@pytest.mark.parametrize("wrapping", [as_lines, _text, lambda rows: as_csv([{"a": json.dumps(row)} for row in rows])])
def test_objects_that_share_no_names_are_refused_before_room_is_made_for_them(wrapping: Any) -> None:
    """Ten thousand objects of ten thousand fields are no log, however they are wrapped."""
    rows = [{f"field-{n}": n} for n in range(10_000)]

    with pytest.raises(InputError, match="more than 2,000 different fields"):
        read(wrapping(rows))


@pytest.mark.parametrize("wrapping", [as_lines, _text, lambda rows: as_csv([{"a": json.dumps(row)} for row in rows])])
def test_a_new_field_in_each_object_is_refused_in_a_time_that_does_not_grow_with_its_square(wrapping: Any) -> None:
    """Thirty thousand objects, each with a name of its own beside the usual ones, take no longer than a few seconds."""
    content = wrapping([call(n % 60, **{f"field-{n}": n}) for n in range(30_000)])
    started = time.process_time()

    with pytest.raises(InputError, match="more than 2,000 different fields"):
        read(content)

    assert time.process_time() - started < 10


@pytest.mark.parametrize("wide_at", [0, 400_000])
def test_one_wide_object_among_many_narrow_ones_gets_no_room_for_all_its_fields(wide_at: int) -> None:
    """Names that one object alone has cost no cell in every other."""
    rows = [b'{"status":200}\n'] * 400_001
    rows[wide_at] = as_lines([{f"field-{n}": n for n in range(1_900)}]) + b"\n"

    with pytest.raises(InputError, match="1,901 different fields, of which most objects have hardly any"):
        read(b"".join(rows))


def test_records_by_their_ids_are_not_what_stands_around_them() -> None:
    """The customer of one record is not the customer of those that name none."""
    document = {"page": {"calls": {"a": call(0, customer="Initech"), "b": call(1, customer=None)}, "host": "x"}}

    usage = read(_text(document))

    assert usage.events["customer"].to_list() == ["Initech", None]


@pytest.mark.parametrize("depth", [500, 5_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_what_is_nested_too_deeply_costs_its_own_row_at_most(opening: str, depth: int) -> None:
    """Brackets in brackets without end neither stop the reading nor end it."""
    nested = opening * depth + "1" + {"[": "]", '{"a":': "}"}[opening] * depth
    line = json.dumps(call(60, x=0)).replace('"x": 0', f'"x": {nested}')

    receipt = read(as_lines(calls(60)) + b"\n" + line.encode()).receipt.files[0]

    assert (receipt.rows, receipt.rejected) == (61, int(depth == 5_000))


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.sampled_from([0.5, 100.0, "x", "y z", "200"]))  # fmt: skip
RECORDS = st.fixed_dictionaries(
    {"a": SCALARS, "b": st.lists(SCALARS, max_size=3), "c": st.fixed_dictionaries({"d": SCALARS, "e": SCALARS}),
     "f": st.lists(st.fixed_dictionaries({"name": st.sampled_from("PQr"), "value": SCALARS}), max_size=3)},
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=4))
def test_records_are_flattened_alike_one_by_one_and_all_at_once(records: list[dict[str, Any]]) -> None:
    """The fast reader and the patient one make the same columns of the same records."""
    fast = from_lines(as_lines(records), len(records))

    assert fast is not None
    assert _filled(fast.to_dicts()) == _filled(flat_records(records).to_dicts())


@pytest.mark.parametrize("rows", [
    [{"a": None}, {"a": {"b": [None]}}, {"a": {"b": [{"c": 1}]}}], [{"a": "x"}, {"a": {"b": 2}}], [{"a": 1}, {"a": 2.5}, {"a": True}],
    [{"a": []}, {"a": [1, 2]}, {"a": ["x"]}], [{"a": {}}, {"a": {"b": 1}}, {"c": {"d": 1}}], [{"a": 1}, {"a": {"b": 1}}],
])  # fmt: skip
def test_fields_are_found_alike_some_lines_at_a_time_and_all_at_once(
    rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the lines of a part are divided to look for their fields changes no column."""
    whole = from_lines(as_lines(rows), len(rows))
    monkeypatch.setattr(jsonrows, "_LOOKED_AT", 1)
    divided = from_lines(as_lines(rows), len(rows))

    assert (whole is None) == (divided is None)
    assert whole is None or whole.to_dicts() == divided.to_dicts()  # type: ignore[union-attr]


def _filled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in sorted(row) if row[name] is not None} for row in rows]
