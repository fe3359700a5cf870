"""Every rejected row as CSV: complete, masked, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import pytest

from techhealth.ingest import inspect, rejects_to
from tests.ingest.logs import as_csv, as_lines, call, calls


def every(*sources, **options):
    """Return the rejected rows of sources as dictionaries, and their receipt."""
    out = io.BytesIO()
    with rejects_to(out):
        receipt = inspect(*sources, **options)
    return list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")))), receipt


GOOD = [call(n, requestId=f"r{n}") for n in range(30)]
LOGS = {
    "csv": as_csv([*GOOD, *[{**one, "timestamp": "soon"} for one in GOOD]]) + b"a,b,c,d,e,f,g,surplus\n" * 9,
    "lines": as_lines(GOOD) + b"\nnot json" * 9 + b"\n" + as_lines([*GOOD[:5], {"note": "debug"}]),
    "array": json.dumps([*GOOD, *range(9), *[{"timestamp": None, "status": 200}] * 9]).encode(),
    "quotes": as_csv(GOOD) + b'2026-01-05T00:00:00Z,"open,GET,/v1,200,5,r\n',
}


@pytest.mark.parametrize("shape", LOGS)
def test_every_rejected_row_is_there(shape):
    """The file holds as many rows of each reason as the receipt counts, not only its examples."""
    rows, receipt = every((f"log.{shape}", LOGS[shape]))
    counts = {reject.reason: reject.count for reject in receipt.files[0].rejects}

    assert counts
    assert {why: sum(row["reason"] == why for row in rows) for why in counts} == counts
    assert len(rows) == receipt.files[0].rejected


def test_each_row_has_its_line_reason_and_masked_text():
    """A row tells where it stands, why it was left out, and what it says without secrets, in full."""
    long = "x " * 200
    log = as_csv(calls(20)) + f"never,Billing,GET,/v1 by ann@example.com {long},200,5\n".encode()
    (row,), _ = every(("log.csv", log))

    assert (row["file"], row["line"], row["reason"]) == ("log.csv", "22", "time could not be read")
    assert "[masked]" in row["text"]
    assert "ann@" not in row["text"]
    assert len(row["text"]) > 400


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t="])
def test_no_cell_is_a_formula(start):
    """A cell that a spreadsheet would calculate begins with an apostrophe, the name of the file too."""
    log = as_lines(calls(20)) + f"\n{start}cmd|' /C calc'!A0".encode()
    (row,), _ = every(("=1+1.json", log))

    assert row["text"].startswith("'")
    assert row["file"] == "'=1+1.json"


def test_rows_of_another_customer_are_counted_but_not_shown():
    """Who passes the file on to one customer passes on nothing of another."""
    log = as_csv([call(n, customer="Acme" if n % 2 else "Initech", requestId=f"r{n}") for n in range(40)])
    rows, receipt = every(("log.csv", log), customer="Acme")

    assert len(rows) == receipt.files[0].rejected == 20
    assert {(row["reason"], row["text"]) for row in rows} == {("another customer", "")}


def test_several_files_are_told_apart():
    """Each row names its file; a file that was read before is one row."""
    log = as_csv(calls(20)) + b"never,Billing,GET,/v1,200,5\n"
    other = as_csv([call(n, timestamp=f"2026-02-05T10:{n:02d}:00Z") for n in range(20)]) + b"never,B,GET,/v1,200,5\n"
    rows, _ = every(("a.csv", log), ("b.csv", other), ("c.csv", log))

    assert [(row["file"], row["line"]) for row in rows] == [("a.csv", "22"), ("b.csv", "22"), ("c.csv", "0")]
    assert rows[2]["text"] == "all 21 rows"


def test_nothing_is_told_to_nobody():
    """Outside, receipts keep their three examples, also after somebody asked for every row."""
    every(("log.csv", LOGS["csv"]))

    assert {len(reject.examples) for reject in inspect(("log.csv", LOGS["csv"])).files[0].rejects} == {3}
