"""Calls that repeat one that has just failed."""

import pytest

from tests.ingest.logs import call, of


def test_a_retry_is_a_call_that_repeats_a_failed_one_within_an_hour() -> None:
    """Same key, method and endpoint after a failure: a retry; after a success or a longer while: none."""
    times = ("10:00", "10:05", "10:06", "11:30")
    rows = [
        call(0, timestamp=f"2026-01-05T{t}:00Z", request_id="r1", status=s)
        for t, s in zip(times, (500, 500, 200, 200), strict=True)
    ]
    other = [call(n, request_id=f"k{n}") for n in range(8)]

    events = of(*rows, *other).events.filter(event_key="r1")

    assert events["is_retry"].to_list() == [False, True, True, False]


@pytest.mark.parametrize(("usual", "told"), [(60, [False, True, True, True, False]), (5, [False] * 5)])
def test_without_a_key_a_retry_is_a_call_just_like_one_that_failed_seconds_before(usual: int, told: list[bool]) -> None:
    """Same client, target and size within seconds of a failure: a retry, but not where such calls come so close anyway."""
    before = [
        call(0, timestamp=f"2026-01-05T09:{n * usual // 60:02}:{n * usual % 60:02}Z", request_bytes=700)
        for n in range(20)
    ]
    storm = [
        call(0, timestamp=f"2026-01-05T10:00:{second:02}Z", request_bytes=700, status=status)
        for second, status in ((0, 503), (3, 503), (7, 503), (8, 200), (30, 200))
    ]

    events = of(*before, *storm).events

    assert events["is_retry"].to_list() == [False] * 20 + told
