"""One world in every wrapping: the same events come out."""

from __future__ import annotations

import gzip
import io
import json
import sys

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from techhealth.ingest import read
from tests.ingest.logs import as_csv, as_lines, call, calls, of

ROWS = calls(20)
SHAPES = {
    "comma": as_csv(ROWS),
    "semicolon": as_csv(ROWS, ";"),
    "tab": as_csv(ROWS, "\t"),
    "pipe": as_csv(ROWS, "|"),
    "sep line": b"sep=;\r\n" + as_csv(ROWS, ";"),
    "carriage returns": as_csv(ROWS).replace(b"\n", b"\r"),
    "crlf": as_csv(ROWS).replace(b"\n", b"\r\n"),
    "array": json.dumps(ROWS).encode(),
    "pretty array": json.dumps(ROWS, indent=2).encode(),
    "envelope": json.dumps({"generated_at": "2026-02-01T00:00:00Z", "status": "ok", "data": ROWS}).encode(),
    "deep envelope": json.dumps({"a": {"b": {"hits": ROWS}}, "tags": [{"x": 1}] * 30}).encode(),
    "lines": as_lines(ROWS),
    "lines behind a prefix": b"\n".join(b"<14>1 host app: " + line for line in as_lines(ROWS).split(b"\n")),
    "objects after each other": "\n".join(json.dumps(row, indent=1) for row in ROWS).encode(),
    "utf-8 with mark": b"\xef\xbb\xbf" + as_csv(ROWS),
    "utf-16": as_csv(ROWS).decode().encode("utf-16"),
    "utf-16 without mark": as_lines(ROWS).decode().encode("utf-16-le"),
    "blank lines": as_csv(ROWS).replace(b"\n", b"\n\n"),
    "spaces around": as_csv(ROWS).replace(b",", b" , "),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_wrapping_gives_the_same_events(shape: str, packed: bool) -> None:
    """Separator, wrapping, encoding and packing do not change what is read."""
    content = gzip.compress(SHAPES[shape]) if packed else SHAPES[shape]

    usage = read(("log", content))

    assert_frame_equal(read(("log", SHAPES["comma"])).events, usage.events)
    assert usage.receipt.files[0].rows == 20
    assert ("gzip" in usage.receipt.files[0].format) == packed


def test_every_kind_of_source_is_read(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Paths, bytes, streams, standard input and frames are the same log."""
    content = as_csv(ROWS)
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    found = [read(source).events for source in (str(path), path, content, io.BytesIO(content), "-", pl.DataFrame(ROWS))]

    assert all(events.equals(found[0]) for events in found)


def test_a_single_object_is_one_record() -> None:
    """A file with one pretty-printed object is a log of one call."""
    usage = read(json.dumps(call(), indent=2).encode())

    assert usage.events.height == 1


def test_names_around_the_records_apply_to_all_of_them() -> None:
    """An envelope's customer and integration stand for every record, its status and times for none."""
    rows = [{name: value for name, value in row.items() if name != "integration"} for row in ROWS]
    document = {"customer": {"name": "Initech"}, "integration": "Ledger", "status": "failed", "calls": rows}

    usage = read(json.dumps(document).encode())

    assert usage.events["customer"].unique().to_list() == ["Initech"]
    assert usage.receipt.integration_names == ("Ledger",)
    assert usage.events["ok"].sum() == 18


def test_lists_beside_and_inside_each_other_are_read_together() -> None:
    """Calls and deliveries side by side, and calls nested below their integration, are all read."""
    delivery = {
        "timestamp": "2026-01-05T10:00:00Z",
        "event_id": "e1",
        "status": "failed",
        "error": "timeout",
        "attempt": 1,
    }
    beside = read(json.dumps({"api_calls": ROWS, "webhook_deliveries": [delivery]}).encode())
    bare = [{key: row[key] for key in ("timestamp", "endpoint", "status")} for row in ROWS]
    inside = read(
        json.dumps({"integrations": [{"name": "A", "calls": bare}, {"name": "B", "calls": bare[:5]}]}).encode()
    )

    assert (beside.receipt.api_calls, beside.receipt.webhook_deliveries) == (20, 1)
    assert beside.events.filter(kind="webhook")["reason"].to_list() == ["timeout"]
    assert dict(inside.events["integration"].value_counts().iter_rows()) == {"A": 20, "B": 5}


def test_nested_keys_become_dotted_columns_and_documents_in_text_are_opened() -> None:
    """Nested objects, and JSON inside a text, are read under their dotted names."""
    nested = {
        "time": "2026-01-05T10:00:00Z",
        "request": {"uri": "/a/1?x=2", "method": "PUT"},
        "response": {"status": 404},
    }
    inside = {"time": "2026-01-05T10:00:00Z", "properties": json.dumps({"path": "/b", "statusCode": 503})}

    assert of(nested).events.select("endpoint", "method", "status").rows() == [("/a/{id}", "PUT", 404)]
    assert of(inside).events.select("endpoint", "status").rows() == [("/b", 503)]


def test_a_csv_without_header_is_mapped_by_its_values() -> None:
    """Without a header, times, paths, methods and statuses are found by looking at the values."""
    content = as_csv(ROWS).split(b"\n", 1)[1]

    usage = read(content)

    assert usage.events["status"].to_list() == [row["status"] for row in ROWS]
    assert usage.events["endpoint"].unique().to_list() == ["/v1/orders/{id}"]
    assert "no header" in usage.receipt.files[0].notes[0]


def test_quoted_line_breaks_and_separators_stay_inside_their_value() -> None:
    """A quoted value may hold separators and line breaks."""
    rows = [call(n, integration="Billing, and\nmore") for n in range(3)]

    usage = read(as_csv(rows))

    assert usage.receipt.files[0].rejected == 0
    assert usage.receipt.integration_names == ("Billing, and more",)


def test_text_that_is_not_utf8_is_read_as_western_european() -> None:
    """A latin-1 file keeps its names."""
    usage = read(as_csv([call(integration="Zahlungsübersicht")]).decode().encode("latin-1"))

    assert usage.receipt.integration_names == ("Zahlungsübersicht",)
    assert usage.receipt.files[0].encoding == "latin-1"
