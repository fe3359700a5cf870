"""Repeats and bursts."""

from datetime import timedelta

from techhealth.model import CauseKind, Owner
from tests.assess.planted import FIRST, causes_of, fail, noise, of_kind, traffic


def test_failures_that_repeat_earlier_ones_are_counted_as_such():
    """Three repeats of every failed call are three quarters of the failures, and theirs to slow down."""
    rows = traffic()
    for row in traffic()[::120]:
        for tries in range(4):
            again = {**row, "at": row["at"] + timedelta(seconds=5 * tries), "is_retry": tries > 0}  # type: ignore[operator]
            fail(again, "500")
            rows.append(again)

    (found,) = of_kind(causes_of(rows), CauseKind.RETRIES)

    assert found.cause.evidence["repeats"] == 3 * 58
    assert found.owner is Owner.CUSTOMER


def test_short_outages_hold_most_failures_in_little_traffic():
    """Failures of four short spans on two days are called bursts."""
    rows = traffic()
    for day, hour in ((8, 3), (8, 9), (15, 11), (15, 20)):
        for second in range(0, 500, 20):
            row: dict[str, object] = {"at": FIRST + timedelta(days=day, hours=hour, seconds=second)}
            fail(row, "503")
            rows.append(row)
    noise(rows, rate=0.002, seed=0)

    (found,) = of_kind(causes_of(rows), CauseKind.BURSTS)

    assert found.cause.evidence["days"] == 2
    assert found.cause.evidence["bursts"] == 4


def test_an_integration_that_always_fails_has_no_bursts():
    """Where every span fails, none stands out."""
    rows = traffic()
    for row in rows:
        fail(row, "500")

    assert of_kind(causes_of(rows), CauseKind.BURSTS) == []
