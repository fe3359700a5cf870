"""The grade of the data: each reason is one sentence with its counts, and nothing lowers it without one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from techhealth.ingest import read
from techhealth.model import Grade, Trust
from tests.ingest.logs import Row, as_csv, as_lines, call

START = datetime(2026, 1, 5, tzinfo=UTC)


def week(days: int = 14, *, minutes: int = 10) -> list[Row]:
    """Return a call each ten minutes of two weeks, a few of them failed."""
    count = days * 24 * 60 // minutes
    return [call(n, timestamp=f"{START + timedelta(minutes=n * minutes):%Y-%m-%dT%H:%M:%SZ}") for n in range(count)]


def graded(rows: list[Row]) -> Trust:
    """Return the grade of a log."""
    return read(as_csv(rows)).receipt.trust


def test_a_whole_log_has_the_best_grade() -> None:
    """Rows that are all read, with time, outcome and no gap, are grade A."""
    assert graded(week()).grade is Grade.A


def test_missing_hours_are_said_with_what_is_usual_there() -> None:
    """A night and a day without any row, where other weeks have calls, lower the grade by one."""
    rows = week()

    found = graded(rows[:600] + rows[720:])

    assert found.grade is Grade.B
    assert found.reasons == (
        "no row from 2026-01-09 04:00 to 2026-01-10 00:00 UTC, where about 120 are usual; calls may be missing from the export",
    )


def test_quiet_nights_and_weekends_are_no_gaps() -> None:
    """Hours that are always quiet are not missing."""
    rows = [
        row
        for row in week()
        if "T08" <= str(row["timestamp"])[10:13] <= "T17" and int(str(row["timestamp"])[8:10]) % 7 not in (3, 4)
    ]

    assert graded(rows).grade is Grade.A


def test_a_last_day_that_ends_early_is_said() -> None:
    """Where a third of a usual day is missing at the end, the last day is called partial."""
    found = graded(week()[: -24 * 4])

    assert found.grade is Grade.B
    assert "the last day ends at 07:50 UTC" in found.reasons[0]


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_clock_that_jumps_back_by_whole_hours_is_said(newest_first: bool) -> None:
    """Half of a sorted file that is an hour behind the rest tells of a changed clock; a file of two parts does not."""
    rows = week(4)
    behind = [
        {**row, "timestamp": f"{START + timedelta(minutes=10 * n - 60):%Y-%m-%dT%H:%M:%SZ}"}
        for n, row in enumerate(rows)
    ]
    stepped = rows[:300] + behind[300:]
    parts = rows[:300] + rows[:100]

    assert any("jump back by an hour" in why for why in graded(stepped[::-1] if newest_first else stepped).reasons)
    assert not any("jump back" in why for why in graded(parts).reasons)


def test_an_ambiguous_unit_or_order_of_dates_lowers_the_grade() -> None:
    """What could be read in two ways is a reason, with the way to settle it."""
    unit = graded([{**row, "latency_ms": None, "latency": 1 + n % 9} for n, row in enumerate(week())])
    order = graded([call(n, timestamp=f"05/01/2026 10:{n:02d}") for n in range(30)])

    assert unit.grade is Grade.B
    assert unit.reasons == ("latency is read as milliseconds; if these are seconds use --map latency=latency:s",)
    assert any("nothing in the file settles it" in why for why in order.reasons)


def test_unreadable_times_lower_the_grade_by_their_share() -> None:
    """Two rows in a hundred without a readable time cost one grade, a third of them more."""
    rows = week()
    few = [{**row, "timestamp": "soon"} if n % 50 == 0 else row for n, row in enumerate(rows)]
    many = [{**row, "timestamp": "soon"} if n % 3 == 0 else row for n, row in enumerate(rows)]

    assert graded(few).grade is Grade.B
    assert graded(many).grade is Grade.D
    assert "rows have no readable time" in graded(few).reasons[0]


def test_each_kind_of_damage_lowers_the_grade_with_its_reason() -> None:
    """Duplicates, a file that was cut, and failures alone are each said, with what they cost."""
    rows = week()
    keyed = [{**row, "request_id": f"r{n}"} for n, row in enumerate(rows)]
    whole = as_lines(rows)

    twice = read(as_csv([*keyed, *keyed[:400]])).receipt.trust
    cut = read(b"[" + b",".join(whole.strip().split(b"\n"))[:-20]).receipt.trust
    failing = graded([{**row, "status": 503} for row in rows])

    assert (twice.grade, cut.grade, failing.grade) == (Grade.C, Grade.C, Grade.D)
    assert "400 of 2,416 rows are duplicates" in twice.reasons[0]
    assert "damaged or cut" in cut.reasons[0]
    assert "holds only failures" in failing.reasons[0]


def test_rows_that_tell_of_no_call_lower_the_grade() -> None:
    """Where a sixth of the rows are left out because nothing in them is a call, the grade says so."""
    rows = [{"timestamp": row["timestamp"]} if n % 6 == 0 else row for n, row in enumerate(week())]

    found = graded(rows)

    assert found.grade is Grade.B
    assert "336 of 2,016 rows were left out, because nothing in them tells of a call (16.7%)" in found.reasons


def test_times_with_and_without_a_zone_lower_the_grade() -> None:
    """Zones that some times of a column name and others do not are a doubt, not an assumption alone."""
    rows = [
        {**row, "timestamp": str(row["timestamp"]).rstrip("Z") + "+02:00" * (n % 2)} for n, row in enumerate(week())
    ]

    assert "times with and without a zone are mixed in one column" in graded(rows).reasons
