"""Hours of the day, and one bad afternoon."""

import numpy as np
import pytest

from techhealth.model import CauseKind, Owner
from tests.assess.planted import causes_of, fail, of_kind, on, traffic


def deliveries(
    *, inside: float, outside: float, seed: int, hours: tuple[int, ...] = (14, 15)
) -> list[dict[str, object]]:
    """Return 96 deliveries a day that fail more often in some hours."""
    random = np.random.default_rng(seed)
    rows = traffic(daily=96, kind="webhook", method=None)
    for row in rows:
        if random.random() < (inside if row["at"].hour in hours else outside):  # type: ignore[union-attr]
            fail(row, "timeout")
    return rows


@pytest.mark.parametrize("seed", range(5))
def test_failures_of_two_hours_a_day_are_named(seed: int):
    """Deliveries that fail between 14 and 16 h on most days are said to, and the receiver owns them."""
    (found,) = of_kind(causes_of(deliveries(inside=0.35, outside=0.01, seed=seed), kind="webhook"), CauseKind.HOURS)

    assert "fall in the hours 14:00–16:00 UTC, with 8 % of deliveries" in found.cause.statement
    assert found.owner is Owner.CUSTOMER


def test_a_few_outages_in_the_busy_hours_are_no_pattern_of_the_day():
    """Where half the calls come in some hours, half the outages do: each of them counts once, not by its calls."""
    rows = [row for row in traffic(daily=2_400) if row["at"].hour in range(8, 14) or row["at"].minute % 3 == 0]  # type: ignore[union-attr]
    outages = {24: (9, 12), 26: (8, 13), 27: (10,), 28: (11,)}
    for row in rows:
        at = row["at"]
        if at.hour in outages.get((at.date() - on(0)).days, ()) and at.minute < 6:  # type: ignore[union-attr]
            fail(row, "503")

    assert of_kind(causes_of(rows, onset=on(24)), CauseKind.HOURS) == []


def test_a_window_may_cross_midnight():
    """The hours 23 and 0 are neighbours."""
    rows = deliveries(inside=0.4, outside=0.01, seed=3, hours=(23, 0))

    (found,) = of_kind(causes_of(rows, kind="webhook"), CauseKind.HOURS)

    assert (found.cause.evidence["from_hour"], found.cause.evidence["to_hour"]) == (23, 1)


def test_hours_of_a_zone_between_hours_are_about_right():
    """Failures of 14 to 16 h UTC fall at 19:30 to 21:30 in Kolkata: whole local hours cannot say so exactly."""
    rows = deliveries(inside=0.4, outside=0.01, seed=3)

    (found,) = of_kind(causes_of(rows, kind="webhook", timezone="Asia/Kolkata"), CauseKind.HOURS)

    assert "fall in the hours about 19:00–22:00 Asia/Kolkata" in found.cause.statement


def test_three_hours_are_found_where_three_fail():
    """A third hour that fails as often joins the window."""
    rows = deliveries(inside=0.4, outside=0.01, seed=4, hours=(9, 10, 11))

    (found,) = of_kind(causes_of(rows, kind="webhook"), CauseKind.HOURS)

    assert (found.cause.evidence["from_hour"], found.cause.evidence["to_hour"]) == (9, 12)


@pytest.mark.parametrize("seed", range(5))
def test_one_bad_afternoon_is_no_hour_pattern(seed: int):
    """All failures of one afternoon, beside a few on other days, are not a daily pattern."""
    rows = deliveries(inside=0.02, outside=0.02, seed=seed)
    for row in rows:
        if row["at"].date() == on(12) and row["at"].hour in (14, 15, 16):  # type: ignore[union-attr]
            fail(row, "timeout")

    assert of_kind(causes_of(rows, kind="webhook"), CauseKind.HOURS) == []


def test_busy_hours_are_no_failing_hours():
    """Hours with most of the traffic have most of the failures: no pattern."""
    busy = [row for row in traffic(daily=480, kind="webhook", method=None) if row["at"].hour in (14, 15)]  # type: ignore[union-attr]
    rows = busy + traffic(daily=24, kind="webhook", method=None)
    for row in rows[::15]:
        fail(row, "timeout")

    assert of_kind(causes_of(rows, kind="webhook"), CauseKind.HOURS) == []


def test_outages_at_the_same_hours_day_after_day_are_hours():
    """A receiver that is down for two hours every night has no string of outages, it has hours."""
    rows = traffic(daily=240, kind="webhook", method=None)
    for row in rows:
        if row["at"].date() >= on(14) and row["at"].hour in (2, 3):  # type: ignore[union-attr]
            fail(row, "timeout")

    found = causes_of(rows, kind="webhook", onset=on(14))

    assert found[0].cause.kind is CauseKind.HOURS
    assert of_kind(found, CauseKind.BURSTS) == []


@pytest.mark.parametrize("seed", range(2))
def test_outages_that_are_but_the_worst_of_some_hours_are_hours(seed: int):
    """A receiver that is overloaded in the busy hours has hours, though two of one day were as bad as an outage."""
    random = np.random.default_rng(seed)
    every = traffic(daily=1500, kind="webhook", method=None)
    rows = [row for row in every if 13 <= row["at"].hour < 19 or random.random() < 0.2]  # type: ignore[union-attr]
    for row in rows:
        day, hour = row["at"].date(), row["at"].hour  # type: ignore[union-attr]
        loaded = day >= on(26) and 13 <= hour < 19
        worst = day == on(27) and hour in (14, 15)
        if random.random() < 0.03 or (loaded and (worst or random.random() < 0.15)):
            fail(row, "timeout")

    assert causes_of(rows, kind="webhook", onset=on(26))[0].cause.kind is CauseKind.HOURS


def test_three_days_of_the_same_hour_are_hours_though_each_could_be_an_outage():
    """What fails for one hour on three days running is told by its hour, a busy day among them or not."""
    rows = traffic(daily=480, kind="webhook", method=None)
    for row in rows:
        minutes = {on(26): 30, on(27): 30, on(28): 60}.get(row["at"].date(), 0)  # type: ignore[union-attr]
        if row["at"].hour == 9 and row["at"].minute < minutes:  # type: ignore[union-attr]
            fail(row, "http_5xx")

    found = causes_of(rows, kind="webhook", onset=on(26))

    assert found[0].cause.kind is CauseKind.HOURS


def test_deliveries_refused_until_the_end_of_the_log_are_told_by_the_reason():
    """One outage that goes on says no more than since when; that the receiver rejects them does."""
    rows = traffic(daily=96, kind="webhook", method=None)
    for row in rows:
        if row["at"].date() == on(28) and row["at"].hour >= 12:  # type: ignore[union-attr]
            fail(row, "http_4xx")

    found = causes_of(rows, kind="webhook", onset=on(28))

    assert found[0].cause.kind is CauseKind.DELIVERY_REASON
