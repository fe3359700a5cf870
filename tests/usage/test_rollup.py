"""The rollup: sums that add up, buckets that keep their word, days of the right zone."""

from __future__ import annotations

import math
import os
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from techhealth.errors import UsageError
from techhealth.usage.events import EVENT_SCHEMA
from techhealth.usage.rollup import TABLES, bucket_ms, bucket_of, merge, roll_up, size_edge
from tests.planted import events

EXAMPLES = 1000 if os.environ.get("TECHHEALTH_SOAK") else 100


def event(minute: int, choice: int) -> dict[str, object]:
    """Return one event of a small but varied world."""
    ok = [True, False, None][choice % 3]
    kind = ["api", "webhook", "auth"][choice % 7 % 3]
    return {
        "at": datetime(2026, 3, 28, tzinfo=UTC) + timedelta(minutes=minute),
        "integration": ["Orders", "Slack"][choice % 2],
        "kind": kind,
        "endpoint": [None, "/a", "/b/{id}"][choice % 5 % 3],
        "status": [None, 200, 429, 500][choice % 4],
        "ok": ok,
        "latency_ms": [None, 0.0, 12.5, 9_000.0][choice % 11 % 4],
        "error": "500" if ok is False else None,
        "reason": "timeout" if ok is False and kind == "webhook" else None,
        "request_bytes": [None, 0, 10_000_000][choice % 13 % 3],
        "client": [None, "sdk/1"][choice % 2],
        "rate_limit": [None, 100][choice % 17 % 2],
        "event_key": f"evt_{choice:09d}",
        "attempts": 1 + choice % 3,
        "first_ok": ok is True,
        "is_retry": choice % 19 == 0,
    }


LOG = st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 10_000)), max_size=60)


@settings(max_examples=EXAMPLES, deadline=None)
@given(log=LOG, cut=st.integers(0, 60), zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]))
def test_rollups_of_parts_add_up_to_the_rollup_of_the_whole(log, cut, zone):
    """Cutting a log anywhere leaves every sum and every kept sample unchanged, in any time zone."""
    frame = pl.DataFrame([event(*row) for row in log], schema=EVENT_SCHEMA)
    whole = roll_up(frame, timezone=zone)
    parts = [roll_up(part, timezone=zone) for part in (frame[:cut], frame[cut:])]
    added = merge(parts)

    for table in (*TABLES, "samples"):
        assert_frame_equal(getattr(whole, table), getattr(added, table))
    assert len(frame) == whole.hourly["calls"].sum()
    assert len(frame) == whole.endpoints["calls"].sum()


@settings(max_examples=EXAMPLES, deadline=None)
@given(latency_ms=st.floats(0.002, 1e9))
def test_a_bucket_stands_for_its_latencies_within_one_percent(latency_ms):
    """The latency a bucket stands for is at most 1 % off every latency in it."""
    error = abs(bucket_ms(bucket_of(latency_ms)) / latency_ms - 1)

    assert error <= 0.01 + 1e-9


def test_the_frame_and_the_single_value_agree_on_buckets():
    """The bucket a rollup gives a latency is the bucket of that latency alone."""
    rolled = roll_up(events([0], calls=1, latency_ms=123.456))

    assert [bucket_of(123.456)] == rolled.latency["bucket"].to_list()


def test_days_belong_to_the_zone_asked_for():
    """An event late in the evening UTC falls on the next day in a zone further east."""
    frame = events([0], calls=24)
    east = roll_up(frame, timezone="Asia/Kolkata")

    assert east.endpoints["day"].n_unique() == 2
    assert {0, 15, 30, 45} >= set(east.hourly["at"].dt.minute())


def test_rollups_of_different_zones_do_not_add():
    """Sums over different days are refused instead of mixed."""
    frame = events([0], calls=2)

    with pytest.raises(UsageError, match="one time zone"):
        merge([roll_up(frame), roll_up(frame, timezone="Europe/Berlin")])


def test_minutes_tell_accepted_from_throttled_calls():
    """A 429 counts as throttled, everything else as accepted, in its minute."""
    rolled = roll_up(events([3], calls=10, code=429))

    assert (rolled.minutes["accepted"].sum(), rolled.minutes["throttled"].sum()) == (7, 3)


def test_an_empty_log_has_empty_sums():
    """No events give tables without rows, not an error."""
    rolled = roll_up(pl.DataFrame(schema=EVENT_SCHEMA))

    assert all(getattr(rolled, table).is_empty() for table in TABLES)


def test_whole_powers_of_two_are_size_edges():
    """8 MB (2**23 bytes) is the lower edge of its bucket."""
    assert size_edge(4 * int(math.log2(2**23))) == 2**23
