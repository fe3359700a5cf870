"""Rows whose time cannot be read: they count where no time is needed, nowhere else, and the reader is told."""

from __future__ import annotations

import pytest

from techhealth.assess import assess
from techhealth.errors import MissingFieldError
from techhealth.ingest import inspect, read
from techhealth.model import Assessment
from techhealth.present.unknown import unknown
from techhealth.usage.rollup import TABLES, merge, roll_up
from tests.ingest.logs import as_csv, call


def _row(n: int, **changes: object) -> dict[str, object]:
    stamp = f"2026-01-{1 + n // 40:02d}T{n % 24:02d}:00:00Z"
    return call(n, **{"timestamp": stamp, "integration": "Billing", "status": 200, **changes})


def _assessed(rows: list[dict[str, object]]) -> Assessment:
    return assess(read(as_csv(rows)))


GOOD = [_row(n) for n in range(800)]
LOST = [_row(n, timestamp="soon", status=500) for n in range(4)]
ONE = _row(799, status=500)


def test_undated_calls_count_in_the_whole_period_alone() -> None:
    """Totals hold rows without a readable time; windows, days and score are what they would be without them."""
    with_, without = _assessed([*GOOD, ONE, *LOST]), _assessed([*GOOD, ONE])
    (billing,), (plain,) = with_.integrations, without.integrations

    assert (billing.whole_period.calls, billing.whole_period.undated) == (805, 4)
    assert billing.whole_period.success.n - billing.whole_period.success.k == 5
    assert (billing.calls, billing.success, billing.score) == (plain.calls, plain.success, plain.score)
    assert with_.timeline == without.timeline
    assert with_.period == without.period


def test_the_reader_is_told_of_failures_without_time() -> None:
    """The grade and the receipt name how many of the failures are in the totals only."""
    receipt = _assessed([*GOOD, ONE, *LOST]).receipt

    words = "4 of 5 failures have no readable time; they count in the totals, not in the trend"
    assert words in receipt.trust.reasons
    assert words in receipt.files[0].notes
    assert receipt.files[0].failures == 5
    assert receipt.files[0].rows == receipt.files[0].events + receipt.files[0].rejected


def test_failures_that_no_window_shows_leave_no_score() -> None:
    """Where failures without a readable time alone miss the target, a score would hide them: there is none, and why is said."""
    found = _assessed([*GOOD, *(_row(n, timestamp="soon", status=500) for n in range(20))])

    assert (found.integrations[0].state, found.score.value) == ("not_enough_data", None)
    assert "too many failures have no readable time" in unknown(found).why


def test_an_integration_without_any_time_is_named_and_not_judged() -> None:
    """Calls of an integration none of whose times can be read appear with their totals and without a score."""
    found = _assessed([*GOOD, *(_row(n, timestamp="soon", integration="Slack") for n in range(9))])
    slack = next(one for one in found.integrations if one.name == "Slack")

    assert (slack.state, slack.score, slack.calls, slack.whole_period.calls) == ("no_data", None, 0, 9)
    assert "Slack" in found.receipt.integration_names


def test_undated_rows_of_others_and_counted_deliveries_do_not_count() -> None:
    """Another customer's rows and attempts of deliveries that are counted already stay out of the totals."""
    mine = [_row(n, customer="Initech", event_id=f"e{n}") for n in range(40)]
    lost = [
        _row(n, customer=name, event_id=f"x{n}", timestamp="soon") for n in range(3) for name in ("Initech", "Hooli")
    ]
    hook = [
        _row(n, customer="Initech", event_id="h", kind="webhook", attempt=1 + n, timestamp=t)
        for n, t in enumerate(("2026-01-02", "soon"))
    ]

    usage = read(as_csv([*mine, *lost, *hook]), customer="Initech")

    assert (usage.events.height, usage.undated.height) == (41, 3)


def test_undated_sums_add_up() -> None:
    """The sums of two logs without times are the sums of both together, and stand in no table of days."""
    parts = [read(as_csv([*GOOD[:50], *LOST[:cut]])) for cut in (1, 3)]
    whole = merge(roll_up(part) for part in parts)

    assert int(whole.undated["calls"].sum()) == 4
    assert int(whole.hourly["calls"].sum()) == 100
    assert "undated" in TABLES


def test_a_log_without_any_time_is_counted_and_not_assessed() -> None:
    """Inspecting tells how many calls there are and failed; an assessment says which column it lacks."""
    content = as_csv([{name: value for name, value in row.items() if name != "timestamp"} for row in GOOD[:9] + LOST])
    (receipt,) = inspect(content).files

    assert (receipt.rows, receipt.failures, receipt.first) == (13, 4, None)
    assert any("no column holds a time" in note for note in receipt.notes)
    with pytest.raises(MissingFieldError, match="timestamp"):
        read(content)
