"""Times as people and machines write them: forms, order of day and month, zones, clock changes, times that cannot be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from techhealth.ingest import inspect, read
from techhealth.ingest.values.times import instants
from tests.ingest.logs import as_csv, call, calls

NOON = datetime(2026, 1, 25, 12, 0, 0, tzinfo=UTC)


def at(*texts: str, timezone: str = "UTC") -> list[datetime | None]:
    """Return the instants of one column."""
    return instants(pl.Series(texts), timezone=timezone).at.to_list()


@pytest.mark.parametrize(
    "text",
    [
        "/Date(1769342400000)/", "/Date(1769342400000+0100)/", "1.7693424E9", "20260125T120000Z", "20260125120000000", "2026-01-25-12.00.00.000000",
        "25. Januar 2026 12:00", "25 janvier 2026 à 12:00", "25 de enero de 2026 12:00:00", "25 de janeiro de 2026 12:00", "25 gennaio 2026 12:00",
        "Sun Jan 25 12:00:00 UTC 2026", "Sun Jan 25 2026 13:00:00 GMT+0100 (Central European Standard Time)", "January 25, 2026 at 12:00:00 PM UTC",
        "25-JAN-26 12.00.00.000000 PM +00:00", "1/25/26 12:00 PM", "25.01.26, 12:00", "01-25-2026 12:00", "25-01-2026 12:00", "2026-01-25 12:00 p.m.",
        "2026-01-25 13:00:00 +0100 CET", "2026-01-25 07:00:00 EST", "2026-01-25 17:30:00 Asia/Kolkata", "2026-01-25T13:00:00+01:00[Europe/Berlin]",
        "2026年01月25日 12:00:00", "2026-01-25 12:00:00 +0000 UTC m=+0.1", "2026-01-25T12:00:00.000Z[UTC]", "2026-01-25 오후 12:00:00",
        "2026/1/25 下午 12:00:00", "2026年1月25日 午後12時00分", "12:00:00 25/01/2026", "12:00 PM, 1/25/2026",
    ],
)  # fmt: skip
def test_everyday_forms_of_many_countries_are_read(text: str) -> None:
    """Month names of six languages, spreadsheet, database and program forms give the same instant as ISO 8601."""
    assert at(text) == [NOON]


def test_spreadsheet_days_are_times_in_a_column_of_times_only() -> None:
    """A time column of day counts is read; the same numbers in a column of durations stay durations."""
    rows = [call(n, timestamp=46027.5 + n / 1440, latency_ms=46027.5 + n) for n in range(20)]

    usage = read(as_csv(rows))

    assert usage.events["at"][0] == datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert usage.events["latency_ms"][0] == 46027.5
    with_commas = [{**row, "timestamp": str(row["timestamp"]).replace(".", ",")} for row in rows]
    assert_frame_equal(usage.events.select("at"), read(as_csv(with_commas, ";")).events.select("at"))


@pytest.mark.parametrize(
    ("texts", "first", "doubtful"),
    [
        (["05-01-2026 10:00", "25-01-2026 10:00"], (1, 5), False),
        (["01-05-2026 10:00", "01-25-2026 10:00"], (1, 5), False),
        (["03/01/2026 10:00", "08/01/2026 10:00", "02/02/2026 10:00"], (1, 3), False),
        (["03.01.2026 10:00"], (1, 3), False),
        (["03/01/26 10:00"], (1, 3), True),
        (["26/01/03 10:00", "26/01/31 10:00"], (1, 3), False),
    ],
)
def test_the_whole_column_tells_day_from_month(texts: list[str], first: tuple[int, int], doubtful: bool) -> None:
    """A number above 12, or the direction of the file, settles the order; a dot speaks for day first; else it is a doubt."""
    found = instants(pl.Series(texts), timezone="UTC")

    assert (found.at[0].month, found.at[0].day) == first
    assert bool(found.doubts) is doubtful


def test_another_date_of_the_row_tells_day_from_month() -> None:
    """Where the column itself leaves the order open, a clear date beside it settles it, and the receipt says so."""
    open_ = [call(n, timestamp=f"05/01/2026 10:{n:02d}") for n in range(20)]
    told = [{**row, "exported": "2026-05-02T00:00:00Z"} for row in open_]

    assert read(as_csv(open_)).receipt.trust.grade == "B"
    assert read(as_csv(told)).events["at"].dt.month().unique().to_list() == [5]
    assert any("another date of the same row" in said for said in inspect(as_csv(told)).files[0].assumptions)


@pytest.mark.parametrize(
    ("column", "value"), [("timezone", "Asia/Kolkata"), ("tz", "+05:30"), ("utc_offset", "330"), ("zone", "IST")]
)
def test_a_column_may_name_the_zone(column: str, value: str) -> None:
    """Times without a zone are read in the zone that stands beside them, by name or as an offset."""
    rows = [call(n, **{"timestamp": f"2026-01-25 17:{30 + n}:00", column: value}) for n in range(12)]

    assert read(as_csv(rows)).events["at"][0] == NOON


def test_a_time_of_day_needs_a_day() -> None:
    """Clock times are joined with the one day that stands around the records; without it they are rejected."""
    rows = [call(n, timestamp=f"10:{n:02d}:00") for n in range(12)]

    dated = read(json.dumps({"report_date": "2026-01-25", "calls": rows}).encode())
    assert dated.events["at"][0] == datetime(2026, 1, 25, 10, tzinfo=UTC)
    assert inspect(json.dumps({"calls": rows}).encode()).files[0].rejected == 12


def test_the_doubled_hour_is_divided_by_the_order_of_the_rows() -> None:
    """Where clocks go back, the second pass begins where the time jumps back; newest-first files are read likewise."""
    texts = ["2026-10-25 01:30:00", "2026-10-25 02:30:00", "2026-10-25 02:05:00", "2026-10-25 03:05:00"]

    found = instants(pl.Series(texts), timezone="Europe/Berlin")
    back = instants(pl.Series(texts[::-1]), timezone="Europe/Berlin")

    assert found.at.dt.hour().to_list() == [23, 0, 1, 2]
    assert back.at.to_list() == found.at.to_list()[::-1]
    assert "order of the rows" in found.assumed[0]


def test_an_open_or_skipped_hour_is_a_doubt() -> None:
    """A doubled hour that nothing divides is its first; a skipped time is an hour later; both are said as doubts."""
    twice = instants(pl.Series(["2026-10-25 02:30:00"]), timezone="Europe/Berlin")
    never = instants(pl.Series(["2026-03-29 02:30:00"]), timezone="Europe/Berlin")

    assert twice.at.to_list() == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    assert "nothing tells which" in twice.doubts[0]
    assert never.at.to_list() == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
    assert "do not exist" in never.doubts[0]


def test_years_without_calls_are_not_believed() -> None:
    """1970, 9999 and a lone row years away are rejected with a reason, and do not stretch the period."""
    odd = ["1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "2031-01-05T00:00:00Z"]
    rows = [*calls(400), *(call(n, timestamp=text) for n, text in enumerate(odd))]

    usage = read(as_csv(rows))

    assert usage.events["at"].max() - usage.events["at"].min() < timedelta(days=1)
    assert (usage.receipt.files[0].events, usage.receipt.files[0].rejected) == (400, 3)
    assert usage.receipt.trust.grade == "B"
