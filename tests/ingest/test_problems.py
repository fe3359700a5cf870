"""Exports that hold only failures: all of them are counted, none of them becomes a rate."""

from __future__ import annotations

import pytest

from techhealth.ingest import inspect, read
from techhealth.model import Grade
from tests.ingest.logs import Row, as_csv, as_lines, call, calls


def _alert(n: int, **changes: object) -> dict[str, object]:
    return {
        "sid": f"NO{n}", "date_generated": f"2026-01-0{n + 1}T10:00:00Z", "log_level": ["error", "warning"][n % 2], "error_code": "11200",
        "request_method": "POST", "request_url": "https://c.example/hook", **changes,
    }  # fmt: skip


ALERTS = as_lines([_alert(n) for n in range(5)])
EXCEPTIONS = as_lines([{"timestamp": f"2026-01-05T10:0{n}:00Z", "culprit": "orders.views", "title": "KeyError: x", "project": "Shop"} for n in range(5)])  # fmt: skip
DEAD_LETTERS = as_csv([{"failed_at": f"2026-01-05T10:0{n}:00Z", "queue": "orders", "failure_reason": "timeout"} for n in range(5)])  # fmt: skip


@pytest.mark.parametrize("content", [ALERTS, EXCEPTIONS, DEAD_LETTERS], ids=["alerts", "exceptions", "dead letters"])
def test_every_record_of_an_export_of_problems_is_a_failure(content: bytes) -> None:
    """Where each record says it is a problem, each is a failure, few as they are, and no rate can be computed."""
    receipt = inspect(content)

    assert (receipt.files[0].events, receipt.files[0].failures) == (5, 5)
    assert receipt.trust.grade is Grade.D
    assert "no success rate, error rate or score can be computed from it" in receipt.trust.reasons[0]
    assert receipt.failures_only == receipt.integration_names


def test_an_error_code_of_five_digits_is_no_status() -> None:
    """A vendor's code is an error, not an HTTP status."""
    assert read(ALERTS).events["status"].null_count() == 5


def test_an_alert_that_names_no_call_is_kept() -> None:
    """A problem without endpoint, method or status counts; what the file holds is then mixed."""
    receipt = inspect(as_lines([_alert(0), _alert(1, request_method=None, request_url=None)])).files[0]

    assert (receipt.kind, receipt.events, receipt.failures) == ("mixed", 2, 2)


@pytest.mark.parametrize(
    ("rows", "only"),
    [
        ([call(n, status=503) for n in range(20)], True),
        ([call(n, status=503) for n in range(19)], False),
        ([call(n, status=503, level="error") for n in range(3)], True),
        ([call(n, status=200, level="error") for n in range(3)], False),
        ([call(n, status=503, level=["error", "info"][n % 2]) for n in range(6)], False),
        ([*(call(n, status=503) for n in range(30)), call(31, status=200)], False),
    ],
)
def test_failures_alone_are_an_export_if_a_level_says_so_or_there_are_many(rows: list[Row], only: bool) -> None:
    """A few failures without a word may be bad luck; a success proves that the log holds more than failures."""
    assert bool(inspect(as_lines(rows)).failures_only) == only


def test_few_successes_are_a_doubt_only() -> None:
    """A log with both keeps its rates, and says that they may be too low."""
    receipt = inspect(as_lines([call(n, status=200 if n == 0 else 503) for n in range(40)]))

    assert receipt.failures_only == ()
    assert any("only 1 of 40 succeeded" in reason for reason in receipt.trust.reasons)


def test_a_full_log_beside_the_alerts_keeps_its_rates() -> None:
    """An integration with a success in any file is judged; the others of the export are not."""
    full = as_lines(calls(30))
    failing = as_lines([call(n, integration=["Billing", "Mail"][n % 2], status=500, level="error") for n in range(9)])

    assert read(("full.json", full), ("errors.json", failing)).receipt.failures_only == ("Mail",)
