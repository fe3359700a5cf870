"""Logs that are no text: Parquet files, and workbooks as people keep them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from techhealth.errors import InputError
from techhealth.ingest import read
from tests.ingest.logs import as_csv, call, calls
from tests.ingest.workbooks import Cell, workbook

ROWS = calls(20)
EXPECTED = read(as_csv(ROWS)).events
TABLE: list[list[Cell]] = [list(ROWS[0]), *([*row.values()] for row in ROWS)]  # type: ignore[list-item]


def parquet(frame: pl.DataFrame) -> bytes:
    """Return a frame as a Parquet file."""
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


def test_a_parquet_file_is_read_with_its_nested_columns() -> None:
    """Instants, bytes, objects and lists of pairs in columns become the same fields as in JSON."""
    frame = pl.DataFrame(
        {
            "at": [datetime(2026, 1, 5, 10), datetime(2026, 1, 5, 11)],
            "service": pl.Series([b"Billing", b"Reports"], dtype=pl.Binary),
            "request": [{"path": "/a", "method": "GET"}, {"path": "/b", "method": "PUT"}],
            "attributes": [
                [{"key": "http.status_code", "value": "200"}],
                [{"key": "http.status_code", "value": "503"}],
            ],
        }
    )

    usage = read(("log.parquet", parquet(frame)))

    found = usage.events.select("integration", "method", "endpoint", "status").rows()
    assert found == [("Billing", "GET", "/a", 200), ("Reports", "PUT", "/b", 503)]
    assert usage.receipt.files[0].format == "Parquet"
    assert usage.events["at"].dt.hour().to_list() == [10, 11]


def test_the_rows_of_a_parquet_file_are_limited_before_they_are_read() -> None:
    """A small file that stands for very many rows is refused by what its footer says."""
    content = parquet(pl.DataFrame({"time": ["2026-01-05T10:00:00Z"] * 200_000, "status": [200] * 200_000}))

    assert len(content) < 10_000
    with pytest.raises(InputError, match="larger than the limit"):
        read(content, max_bytes=1_000_000)


def test_a_damaged_parquet_file_is_refused() -> None:
    """Half a file gets a sentence."""
    with pytest.raises(InputError, match="damaged Parquet file"):
        read(parquet(pl.DataFrame(ROWS))[:-40])


def test_a_workbook_is_read_like_the_csv_of_its_sheet() -> None:
    """Numbers, texts and truth values in cells are what they are in text."""
    usage = read(("log.xlsx", workbook({"Calls": TABLE})))

    assert_frame_equal(EXPECTED, usage.events)
    assert usage.receipt.files[0].format == "Excel workbook"


def test_the_sheet_of_calls_is_found_below_its_title_and_among_others() -> None:
    """Titles above and totals below the table are left out; sheets that were not read are named."""
    rows: list[list[Cell]] = [["Calls in January"], [], *TABLE, ["Total", None, None, None, None, 20]]
    notes: list[list[Cell]] = [["topic", "remark"], *([f"t{n}", "x"] for n in range(90))]

    usage = read(workbook({"Notes": notes, "Calls": rows, "Empty": []}))

    assert_frame_equal(EXPECTED, usage.events)
    assert (
        usage.receipt.files[0].notes[0]
        == "other sheets than Calls were not read: Notes (90 rows); save them as files of their own if they hold calls"
    )
    (reject,) = usage.receipt.files[0].rejects
    assert (reject.count, reject.examples[0].line) == (1, 24)


def test_dates_in_cells_are_instants() -> None:
    """A cell formatted as a date and time is read to the millisecond."""
    start = datetime(2026, 1, 5, 10, 0, 0, 120_000)
    rows = [call(n, timestamp=start + timedelta(minutes=7 * n)) for n in range(50)]

    events = read(workbook({"S": [list(rows[0]), *([*row.values()] for row in rows)]})).events  # type: ignore[list-item]

    assert events["at"].dt.replace_time_zone(None).to_list() == [start + timedelta(minutes=7 * n) for n in range(50)]


@pytest.mark.parametrize("far", ['<c r="XFD1048576"><v>1</v></c>', "<c r = 'A900000'><v>1</v></c>"])
def test_a_cell_far_away_is_refused_before_the_sheet_is_laid_out(far: str) -> None:
    """One stray cell in the last corner would make a sheet of billions of cells."""
    content = workbook({"S": TABLE}, extra=f"<row>{far}</row>")

    with pytest.raises(InputError, match="larger than the limit"):
        read(content, max_bytes=20_000_000)


def test_a_workbook_that_unpacks_to_too_much_is_refused_whatever_its_directory_says() -> None:
    """What counts is what comes out of the packed bytes, not the size that the file claims."""
    content = bytearray(workbook({"S": TABLE}, extra=" " * 5_000_000))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = bytes(content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))

    for book in (bytes(content), lying):
        with pytest.raises(InputError, match="larger than the limit"):
            read(book, max_bytes=4_500_000)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (workbook({"S": TABLE})[:-50], "damaged Excel workbook"),
        (workbook({"S": []}), "no sheet with a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "Excel workbook"),
        (b"ARROW1\0\0", "Arrow file"),
    ],
    ids=["cut", "empty", "old", "arrow"],
)
def test_documents_that_are_no_log_are_refused_in_one_sentence(content: bytes, words: str) -> None:
    """Damaged, empty and foreign documents are named for what they are."""
    with pytest.raises(InputError, match=words):
        read(("log.xlsx", content))


def test_a_workbook_in_an_archive_is_a_member_like_others() -> None:
    """A zip file of workbooks and text logs is an archive, a workbook alone is none."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.xlsx", workbook({"S": TABLE}))
        archive.writestr("b.json", json.dumps([call(30)]))

    usage = read(("logs.zip", stream.getvalue()))

    assert [file.format for file in usage.receipt.files] == ["Excel workbook, zip", "JSON array, zip"]
    assert usage.events.height == 21


def test_sheets_with_the_same_columns_are_one_log() -> None:
    """Calls that go on in a second sheet are read as well; a sheet of another kind is named with its rows, and doubted."""
    header, rows = TABLE[0], TABLE[1:]
    limits: list[list[Cell]] = [["time", "status"], ["2026-01-05", 200], ["2026-01-06", 200]]

    usage = read(workbook({"January": [header, *rows[:12]], "February": [header, *rows[12:]], "Checks": limits}))

    assert_frame_equal(EXPECTED, usage.events)
    (file,) = usage.receipt.files
    assert file.notes[0] == "2 sheets with the same columns were read: January (12 rows), February (8 rows)"
    said = (
        "other sheets than January were not read: Checks (2 rows); save them as files of their own if they hold calls"
    )
    assert said in usage.receipt.trust.reasons
