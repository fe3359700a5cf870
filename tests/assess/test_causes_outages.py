"""Outages: runs of time in which nearly everything failed."""

from datetime import datetime, timedelta

import pytest

from techhealth.model import CauseKind, Owner
from tests.assess.planted import FIRST, causes_of, fail, noise, of_kind, on, traffic


def down(rows: list[dict[str, object]], *, day: int, hours: tuple[int, int], code: str = "503") -> int:
    """Let every row between two hours of one day fail; return how many these are."""
    first, last = (FIRST + timedelta(days=day, hours=hour) for hour in hours)
    hit = [row for row in rows if isinstance(row["at"], datetime) and first <= row["at"] < last]
    for row in hit:
        fail(row, code)
    return len(hit)


@pytest.mark.parametrize(("daily", "day"), [(40, 23), (200, 23), (200, 8), (2000, 23)])
def test_ten_hours_without_an_answer_are_one_outage(daily: int, day: int):
    """An outage of ten hours is named with its times, however thin the traffic, and whether or not it is long past."""
    rows = traffic(daily=daily)
    failed = down(rows, day=day, hours=(8, 18))

    (found,) = of_kind(causes_of(rows), CauseKind.BURSTS)

    assert found.cause.statement.startswith(
        f"{failed} of {failed} failed calls fall in ten hours of {1 + day} January, "
    )
    assert "08:00–18:00 UTC, when nearly all calls failed, mostly 503s; consistent with one outage" in (
        found.cause.statement
    )
    assert found.cause.evidence["first"] == f"2026-01-{1 + day:02d}T08:00:00Z"
    assert found.cause.evidence["last"] == f"2026-01-{1 + day:02d}T18:00:00Z"
    assert found.owner is Owner.US


def test_spans_in_which_one_client_fails_and_others_do_not_are_no_outage():
    """What is down is down for all: where all others are served, one client sends what is refused."""
    rows = traffic(daily=1000)
    for index, row in enumerate(rows):
        at = row["at"]
        mine = index % 8 == 0
        row["client"] = "batch/2.1" if mine else "web/5"
        if mine and (at.date(), at.hour) in {(on(26), 3), (on(27), 9), (on(27), 15), (on(28), 11)}:  # type: ignore[union-attr]
            fail(row, "422")
    kept = [row for row in rows if row["ok"] or row["client"] == "batch/2.1"]
    quiet = {(row["at"].date(), row["at"].hour) for row in kept if not row["ok"]}  # type: ignore[union-attr]
    hurried = [row for row in kept if not row["ok"] or (row["at"].date(), row["at"].hour) not in quiet]  # type: ignore[union-attr]

    assert [one.cause.kind for one in causes_of(hurried, onset=on(26))][:1] == [CauseKind.CLIENT_VERSION]


def test_an_outage_is_told_in_the_customers_hours_and_dated_in_utc():
    """Eight in the morning UTC is half past one in the afternoon in Kolkata; whole local hours hold the outage."""
    rows = traffic(daily=200)
    down(rows, day=23, hours=(8, 18))

    (found,) = of_kind(causes_of(rows, timezone="Asia/Kolkata"), CauseKind.BURSTS)

    assert "24 January, 13:00 – 25 January, 00:00 Asia/Kolkata" in found.cause.statement or (
        "24 January, 13:00–00:00 Asia/Kolkata" in found.cause.statement
    )
    assert found.cause.evidence["first"] == "2026-01-24T07:30:00Z"


def test_one_hour_of_an_integration_with_ordinary_failures_is_an_outage():
    """An hour in which everything failed is named beside as many ordinary failures, and not as a steady code."""
    rows = traffic(daily=1000, days=28)
    noise(rows, rate=0.002, seed=4, codes=("503",))
    down(rows, day=19, hours=(10, 11))

    found = causes_of(rows, days=28)

    assert [one.cause.kind for one in found] == [CauseKind.BURSTS]
    assert "in one hour of 20 January, 10:00–11:00 UTC, when nearly all calls failed" in found[0].cause.statement


def test_an_outage_that_goes_on_is_said_to():
    """Nothing has succeeded since, so the outage had not ended when the log did."""
    rows = traffic(daily=200)
    down(rows, day=28, hours=(10, 24))

    (found,) = of_kind(causes_of(rows), CauseKind.BURSTS)

    assert "an outage that had not ended with the log" in found.cause.statement


def test_an_outage_of_the_receiver_is_theirs():
    """Deliveries refused for a night point at the receiver."""
    rows = traffic(daily=200, kind="webhook", method=None)
    down(rows, day=23, hours=(0, 6), code="connection_refused")

    (found,) = of_kind(causes_of(rows, kind="webhook"), CauseKind.BURSTS)

    assert found.owner is Owner.CUSTOMER


def test_short_outages_hold_most_failures_in_little_traffic():
    """Failures of four short spans on two days are called outages."""
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
    assert "4 short spans on 2 days" in found.cause.statement


def test_an_integration_that_always_fails_has_no_outages():
    """Where every hour fails, none stands out."""
    rows = traffic()
    for row in rows:
        fail(row, "500")

    assert of_kind(causes_of(rows), CauseKind.BURSTS) == []


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("rate", [0.01, 0.1, 0.25])
def test_failures_by_chance_are_no_outage(seed: int, rate: float):
    """Neither few nor many failures by chance make a run that looks like an outage."""
    rows = traffic(daily=60, seed=seed)
    noise(rows, rate=rate, seed=seed)

    assert of_kind(causes_of(rows), CauseKind.BURSTS) == []


def test_what_fails_for_days_is_no_outage():
    """Most calls failing for two days without an end is a level, told by its code and not by its hours."""
    rows = traffic(daily=400)
    down(rows, day=27, hours=(0, 48))

    assert of_kind(causes_of(rows, onset=on(27)), CauseKind.BURSTS) == []


def test_many_short_outages_are_all_counted():
    """Evidence ends the search for outages, not a number: forty half hours are forty outages."""
    rows = traffic(daily=4800)
    for index in range(40):
        half = [row for row in rows if row["at"] >= FIRST + timedelta(days=9 + index // 2, hours=3 + 9 * (index % 2))]  # type: ignore[operator]
        for row in half[:100]:
            fail(row, "503")

    (found,) = of_kind(causes_of(rows), CauseKind.BURSTS)

    assert found.cause.evidence["bursts"] == 40
