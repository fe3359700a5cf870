"""More rules of meaning for exports nobody has seen: tables whose first rows mislead, typed values, open and withdrawn calls."""

from __future__ import annotations

import pytest

from techhealth.ingest import inspect
from tests.ingest.workbooks import Cell, workbook


@pytest.mark.parametrize(
    "moment", ["3/10/2026, 7:{:02d}:41 PM", "10-MAR-26 06.{:02d}.28.754 PM", "Tue, Mar 10, 2026 19:{:02d}:05"]
)
def test_a_row_that_holds_a_moment_is_no_header(moment: str) -> None:
    """Calls that still run have no duration: their rows hold a time alone, and stay below the header."""
    rows = [f'orders,"{moment.format(n)}",{"" if n < 2 else 100 + n},Succeeded' for n in range(20)]
    receipt = inspect("\n".join(["Name,Run start,Duration ms,Status", *rows]).encode()).files[0]

    assert (receipt.events, receipt.mapping[1].column) == (20, "Status")


def test_a_merged_cell_is_said_of_every_row_it_spans() -> None:
    """One date stands for all calls of a day; the rows below it have none of their own, and keep their place in the file."""
    table: list[list[Cell]] = [
        [], [None, "Date", "Time", "Path", "Status"],
        [None, "2026-01-05", "10:00", "/a", 200], [None, None, "10:05", "/a", 500], [None, None, "10:06", "/a", 200],
        [None, "2026-01-06", "10:00", "/a", 200], [None, None, "later", "/a", 200],
    ]  # fmt: skip
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="B3:B5"/></mergeCells><sheetData>'
    receipt = inspect(workbook({"Log": table}, extra=merged)).files[0]

    assert (receipt.events, receipt.failures) == (4, 1)
    assert receipt.rejects[0].examples[0].line == 7
