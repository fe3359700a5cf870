"""Repeats of failed calls."""

from datetime import timedelta

from techhealth.model import CauseKind, Owner
from tests.assess.planted import causes_of, fail, of_kind, traffic


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
