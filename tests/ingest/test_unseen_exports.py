"""More rules of meaning for exports nobody has seen: tables whose first rows mislead, typed values, open and withdrawn calls."""

from __future__ import annotations

import polars as pl
import pytest

from techhealth.ingest import inspect
from techhealth.ingest.values.endpoints import split_request, templates
from tests.ingest.logs import column_of
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


@pytest.mark.parametrize(
    ("texts", "endpoints"),
    [
        (["api/v1/orders/81939", "api/v1/orders/7?page=2", "health"], ["/api/v1/orders/{id}"] * 2 + ["/health"]),
        (["orders/17", "/orders/18", "orders"], ["/orders/{id}"] * 2 + ["/orders"]),
        (["orders/create", "products/update", "orders/paid"], ["orders/create", "products/update", "orders/paid"]),
        (["api.example.com/v1/a", "GET /v1/a", "Login page"], ["api.example.com/v1/a", "/v1/a", "Login page"]),
    ],
)
def test_a_path_without_its_first_slash_is_a_path(texts: list[str], endpoints: list[str]) -> None:
    """Its ids are folded; names of topics and hosts that only hold a slash stay what they are."""
    assert templates(split_request(pl.Series(texts))[2])[0].to_list() == endpoints


def test_a_stated_duration_goes_before_a_difference_of_two_times() -> None:
    """A gateway that says how long the whole took is believed, though the times around it say a little else."""
    moments = "client_received_start_timestamp client_sent_end_timestamp"
    row = "2026-03-02 12:21:{n:02d}.472 UTC,2026-03-02 12:21:{n:02d}.692 UTC,/a,200,{took},{part}"
    rows = [row.format(n=n, took=215 + n, part=2 + n) for n in range(20)]
    header = (
        f"{moments.replace(' ', ',')},request_uri,response_status_code,total_response_time,request_processing_latency"
    )
    receipt = inspect("\n".join([header, *rows]).encode()).files[0]

    assert (column_of(receipt, "latency").column, receipt.first_latency_ms) == ("total_response_time", 215.0)
