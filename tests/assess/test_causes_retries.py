"""Repeats of failed calls."""

from datetime import timedelta

import pytest

from techhealth.model import CauseKind, Owner
from tests.assess.planted import causes_of, fail, of_kind, on, traffic


@pytest.mark.parametrize(("code", "owner"), [("500", Owner.SHARED), ("422", Owner.CUSTOMER)])
def test_failures_that_repeat_earlier_ones_are_counted_as_such(code: str, owner: Owner):
    """Three repeats of every failed call are three quarters of the failures: the pace is theirs, what they repeat may be ours."""
    rows = traffic()
    for row in traffic()[::120]:
        for tries in range(4):
            again = {**row, "at": row["at"] + timedelta(seconds=5 * tries), "is_retry": tries > 0}  # type: ignore[operator]
            fail(again, code)
            rows.append(again)

    (found,) = of_kind(causes_of(rows), CauseKind.RETRIES)

    assert found.cause.evidence["repeats"] == 3 * 58
    assert found.owner is owner
    assert ("failed first, mostly with 500s" in found.cause.statement) is (owner is Owner.SHARED)


def test_repeats_since_the_onset_are_found_under_a_long_ordinary_background():
    """Where the whole period holds mostly other failures, the days since the onset are asked, and the answer says so."""
    rows = traffic()
    for row in rows[: 26 * 240 : 20]:
        fail(row, "500")
    for row in traffic()[26 * 240 :: 60]:
        for tries in range(4):
            again = {**row, "at": row["at"] + timedelta(seconds=5 * tries), "is_retry": tries > 0}  # type: ignore[operator]
            fail(again, "503")
            rows.append(again)

    found = causes_of(rows, onset=on(26))

    assert found[0].cause.kind is CauseKind.RETRIES
    assert found[0].cause.statement.startswith("Since 27 January, 36 of 48 failed calls seem to repeat")
    assert found[0].cause.share_of_issue == pytest.approx(36 / (312 + 48), abs=0.01)
    assert set(found[0].removable) == {on(day) for day in (26, 27, 28)}


def test_a_few_repeats_are_no_pattern():
    """Three of six failures since the onset that repeat one another are a share of too few to speak of."""
    rows = traffic()
    for row in rows[: 26 * 240 : 40]:
        fail(row, "500")
    for at, row in enumerate(traffic()[26 * 240 :: 240]):
        for tries in (0, 1):
            again = {**row, "at": row["at"] + timedelta(seconds=5 * tries, hours=at), "is_retry": tries > 0}  # type: ignore[operator]
            fail(again, "503")
            rows.append(again)

    assert CauseKind.RETRIES not in {one.cause.kind for one in causes_of(rows, onset=on(26))}
