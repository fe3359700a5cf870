"""Input that cannot be used, or not all of it: one clear sentence, or a right answer with its limits."""

from __future__ import annotations

import gzip
import json
import os
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from techhealth.errors import InputError, TechHealthError, UsageError
from techhealth.ingest import inspect, read
from tests.ingest.logs import as_csv, as_lines, call, calls

EXAMPLES = 600 if os.environ.get("TECHHEALTH_SOAK") else 60
GOOD = as_csv(calls(20))
TWELVE = read(as_csv(calls(12))).events
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n ", "is empty"),
    "image": (b"\x89PNG\r\n\x1a\n", "PNG image"),
    "document": (b"%PDF-1.7", "PDF document"),
    "archive": (b"PK\x03\x04abc", "zip archive"),
    "workbook": (b"PK\x03\x04 xl/workbook.xml", "Excel workbook"),
    "parquet": (b"PAR1\x00", "Parquet"),
    "web page": (b"<!DOCTYPE html><html>", "web page"),
    "cut gzip": (gzip.compress(GOOD)[:80], "middle of its gzip"),
    "damaged gzip": (b"\x1f\x8b\x08" + b"x" * 50, "damaged gzip"),
    "header only": (GOOD.split(b"\n", 1)[0], "no rows"),
    "no time": (b"path,status\n/a,200\n", "holds the timestamp"),
    "200 columns": (as_csv([{f"c{n}": "x" for n in range(200)}]), "holds the timestamp"),
    "too wide": (as_csv([{f"c{n}": "x" for n in range(3000)}]), "3,000 columns"),
    "nothing of a call": (b"timestamp,colour\n2026-01-05T10:00:00Z,red\n", "holds the status"),
    "rubbish": (random.Random(1).randbytes(5000), "binary"),
    "prose": (b"Dear customer,\nthank you.\n", "neither CSV nor JSON|holds the timestamp"),
    "no objects": (b"[1, 2, 3]", "without a list of records"),
    "cut at once": (b'{"calls": [', "may be cut"),
    "all times unreadable": (as_csv([call(timestamp="yesterday")]), "time could not be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_log_is_refused_in_one_sentence(name: str) -> None:
    """Each unusable file gets a message that names it, says what it is and what to do."""
    content, words = REFUSED[name]

    with pytest.raises(InputError, match=words) as caught:
        read(("export.dat", content))

    assert "export.dat" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_files_folders_and_odd_names_are_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A path that is no readable file is named in the message."""
    for path, words in (
        (tmp_path / "no.csv", "does not exist"),
        (tmp_path, "is a folder"),
        ("a\0b", "cannot be opened"),
    ):
        with pytest.raises(InputError, match=words):
            read(path)


def test_what_is_no_source_is_refused_and_a_list_is_its_sources(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Another type is named in the message, with what to pass; a list is read as if its members were passed."""
    (tmp_path / "a.csv").write_bytes(GOOD)
    with (tmp_path / "a.csv").open(encoding="utf-8") as text:
        for no_source in (None, {"a": 1}, 7, text, pl.LazyFrame()):
            with pytest.raises(UsageError, match=f"{type(no_source).__name__} is no log. Pass a path"):
                read(no_source)  # type: ignore[arg-type]

    assert read([tmp_path / "a.csv"]).events.equals(read(tmp_path / "a.csv").events)


@pytest.mark.parametrize("content", [GOOD, gzip.compress(b"0" * 1_000_000)], ids=["plain", "gzip bomb"])
def test_the_size_limit_holds_stored_and_unpacked(content: bytes) -> None:
    """A source over the limit is refused, also when it only unpacks to more."""
    with pytest.raises(InputError, match="larger than the limit"):
        read(content, max_bytes=max(500, len(content) // 2 if content is GOOD else 2_000))


def test_damaged_rows_are_rejected_alone() -> None:
    """An open quote, surplus values and unreadable times cost their own row, with line number and reason."""
    good = GOOD.decode().splitlines()
    broken = ['2026-01-05T10:00:00Z,"Bill,GET,/x,200,1', f"{good[1]},7", good[2].replace("2026", "soon")]
    content = "\n".join([good[0], good[1], *broken, *good[3:]]).encode()

    receipt = read(content).receipt.files[0]

    assert receipt.events == 20 - 1
    assert {(reject.reason.split(" ")[0], reject.examples[0].line) for reject in receipt.rejects} == {
        ("a", 3),
        ("row", 4),
        ("time", 5),
    }


def test_lines_that_are_not_json_are_rejected_with_their_number() -> None:
    """A stray line in a JSON log is rejected, counted and shown; the rest is kept."""
    lines = as_lines(calls(5)).split(b"\n")

    receipt = read(b"\n".join([*lines[:2], b"DEBUG: flush", *lines[2:]])).receipt.files[0]

    assert (receipt.rows, receipt.events) == (6, 5)
    assert [(e.line, e.text) for e in receipt.rejects[0].examples] == [(3, "DEBUG: flush")]


def test_a_cut_json_array_keeps_its_whole_records_and_says_so() -> None:
    """What stands before the cut is read; the broken record is rejected."""
    receipt = read(json.dumps(calls(5)).encode()[:-30]).receipt.files[0]

    assert (receipt.events, receipt.rejected) == (4, 1)
    assert "cut" in receipt.notes[0]


def test_zones_may_be_mixed_and_that_is_said() -> None:
    """Rows with and without zone are all read; the assumption names the zone and how many."""
    rows = [call(0), call(1, timestamp="2026-01-05T02:01:00+02:00"), call(2, timestamp="2026-01-05 00:02:00")]

    usage = read(as_csv(rows))

    assert usage.events["at"].dt.minute().to_list() == [0, 1, 2]
    assert usage.events["at"].dt.hour().unique().to_list() == [0]
    assert any("1 times name no zone" in said for said in usage.receipt.files[0].assumptions)


def test_all_failures_are_read_and_distrusted() -> None:
    """A file of failures only is read, with the suspicion that it is an errors-only export."""
    usage = read(as_csv([call(n, status=500) for n in range(30)]))

    assert usage.events["ok"].sum() == 0
    assert "errors only" in usage.receipt.trust.reasons[0]
    assert usage.receipt.failures_only == ("Billing", "Custom API (Reports)")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=8),
    st.sampled_from(["2026-01-05T10:00:00Z", "/a/1", "GET", "200", "0.5s", "{", '{"a": 1}', "failed", "https://h.example/x", "-", "1e400", "5/1/2026 1:00 PM"]),
)  # fmt: skip
NAMES = st.sampled_from(
    [
        *call(),
        "time",
        "ts",
        "error",
        "success",
        "kind",
        "customer",
        "attempt",
        "event_id",
        "Status",
        "properties",
        "a.b",
        "",
        "date",
        "end_time",
        "x-ratelimit-limit",
    ]
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    document=st.recursive(
        st.dictionaries(NAMES, VALUES, max_size=6),
        lambda inner: st.one_of(
            st.lists(st.one_of(inner, VALUES), max_size=5), st.dictionaries(NAMES, inner, max_size=4)
        ),
        max_leaves=12,
    ),
    wrapping=st.sampled_from(["document", "lines", "csv"]),
)
def test_any_document_gives_a_result_or_a_sentence(document: object, wrapping: str) -> None:
    """Whatever stands in familiar columns, however nested, there is a receipt that adds up, or an error of ours."""
    rows = [row for row in document if isinstance(row, dict)] if isinstance(document, list) else [document]
    content = json.dumps(document).encode()
    if wrapping == "lines":
        content = "\n".join(json.dumps(row) for row in rows).encode()
    elif wrapping == "csv":
        content = as_csv([{**call(), **row} for row in rows if isinstance(row, dict)] or calls(1))
    try:
        (receipt,) = inspect(content).files
    except TechHealthError:
        return

    assert receipt.rows == receipt.events + receipt.rejected or receipt.kind == "metrics"


@settings(max_examples=EXAMPLES, deadline=None)
@given(order=st.permutations(list(call())), separator=st.sampled_from(",;\t|"), rows=st.permutations(range(12)))
def test_separator_and_column_order_do_not_matter(order: list[str], separator: str, rows: list[int]) -> None:
    """Columns, rows and separators may come in any order: the events are the same."""
    mixed = [{name: call(n)[name] for name in order} for n in rows]

    usage = read(as_csv(mixed, separator))

    assert_frame_equal(TWELVE, usage.events)
