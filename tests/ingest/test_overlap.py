"""Several files of one analysis: what stands in two of them is one call."""

from __future__ import annotations

from techhealth.ingest import read
from techhealth.usage.events import Usage
from tests.ingest.logs import Row, as_csv, as_lines, call


def both(first: list[dict[str, object]], second: list[dict[str, object]]) -> Usage:
    """Return the usage of two exports of one customer."""
    return read(("a.json", as_lines(first)), ("b.csv", as_csv(second)))


def keyed(n: int) -> dict[str, object]:
    """Return the n-th call with its request id."""
    return call(n, request_id=f"r{n}")


def coarse(n: int) -> Row:
    """Return a call that differs from its neighbours by its minute only."""
    return call(n // 7, latency_ms=None, endpoint="/v1/orders", status=200, integration="Billing")


def test_calls_with_a_key_in_two_exports_are_counted_once() -> None:
    """Same key, integration and instant in two files is one call; the later file's row names the earlier file."""
    usage = both([keyed(n) for n in range(40)], [keyed(n) for n in range(30, 60)])

    assert usage.events.height == 60
    assert usage.receipt.duplicates == 10
    assert [(r.reason, r.count) for r in usage.receipt.files[1].rejects] == [("duplicate of a row in a.json", 10)]
    assert usage.receipt.files[1].events == 20
    assert usage.receipt.trust.grade == "A"


def test_one_key_for_many_calls_takes_away_no_more_than_there_are() -> None:
    """Two calls with one key and instant in the first file cover two in the second, not three."""
    twin = call(5, request_id="same")
    first = [*(keyed(n) for n in range(20)), twin | {"status": 201}, twin | {"status": 202}]
    second = [*(keyed(n) for n in range(20)), *(twin | {"status": 200 + k} for k in (1, 2, 3))]

    assert both(first, second).events.height == 23


def test_calls_without_key_in_the_overlap_of_two_exports_are_counted_once_and_said() -> None:
    """Where nearly all rows of an overlap are the same in both files they are the same calls; the grade is lowered."""
    usage = both([call(n) for n in range(60)], [call(n) for n in range(30, 90)])

    assert usage.events.height == 90
    assert usage.receipt.duplicates == 30
    assert usage.receipt.trust.grade == "B"
    assert "a.json" in usage.receipt.trust.reasons[0]


def test_rows_too_alike_to_tell_apart_are_kept_and_said() -> None:
    """Rows that repeat within one file are no proof of an overlap: they are counted, and the grade is lowered."""
    usage = both([dict(coarse(n)) for n in range(300)], [dict(coarse(n)) for n in range(100, 400)])

    assert usage.events.height == 600
    assert usage.receipt.trust.grade == "B"
    assert "calls of their own" in usage.receipt.trust.reasons[0]


def test_two_logs_of_the_same_days_with_different_calls_are_no_overlap() -> None:
    """Two servers' logs of one period are added up without a word."""
    usage = both([call(n) for n in range(60)], [call(n, latency_ms=500 + n) for n in range(60)])

    assert usage.events.height == 120
    assert usage.receipt.trust.grade == "A"


def test_a_file_that_holds_every_row_twice_is_distrusted() -> None:
    """Without a key every row twice is counted twice, but never with the best grade."""
    usage = read(as_csv([call(n) for n in (*range(40), *range(40))]))

    assert usage.events.height == 80
    assert usage.receipt.trust.grade == "B"
    assert "every row stands twice" in usage.receipt.trust.reasons[0]


def test_three_exports_that_overlap_add_up_to_the_calls_there_are() -> None:
    """Each call of several overlapping exports is counted once, and rows are kept or rejected in every file."""
    spans = [range(50), range(30, 80), range(20, 100)]
    usage = read(*((f"{n}.csv", as_csv([keyed(k) for k in span])) for n, span in enumerate(spans)))

    assert usage.events.height == 100
    assert usage.receipt.duplicates == 80
    assert all(file.rows == file.events + file.rejected for file in usage.receipt.files)
