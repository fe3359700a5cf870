"""Uploads: each event once, whoever tells of it how often."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

import techhealth as th
from techhealth.store import (
    assessment_of,
    connect,
    keep,
    known,
    looked_at,
    save_assessment,
    sweep,
    tables,
    upload_of,
    uploads_of,
)
from techhealth.store.uploads import events_of
from tests.store.usages import FIRST, usage

ALL = {"first": datetime(2020, 1, 1, tzinfo=UTC), "last": datetime(2030, 1, 1, tzinfo=UTC)}
DAY = 24 * 60
UTC_POLICY = th.Policy(customer="Globex")


def stored(store, customer="globex"):
    """Return the minutes of all events of a customer in a store."""
    return [(at - FIRST) // timedelta(minutes=1) for at in events_of(store, customer, **ALL)["at"]]


def test_what_counts_beside_an_upload_is_named(store):
    """The receipt of what is known by the day of an upload names the others that reach into the days looked at, and no more."""
    long_ago, before, overlapping, newest = (
        keep(store, usage(minutes, name=name), customer="Globex")
        for name, minutes in (
            ("a", range(5)), ("b", range(200 * DAY, 200 * DAY + 5)), ("c", range(210 * DAY, 210 * DAY + 5)),
            ("d", range(210 * DAY + 3, 211 * DAY, 60)),
        )
    )  # fmt: skip
    keep(store, usage(range(210 * DAY, 210 * DAY + 9), name="e"), customer="Initech")
    found, _ = known(store, newest, looked_at(newest, UTC_POLICY))

    assert long_ago.last < before.first
    assert [(one.first, one.last, one.stored_on) for one in found.receipt.others] == [
        (one.first.date(), one.last.date(), one.added_at.date()) for one in (before, overlapping)
    ]


def test_the_same_file_twice_counts_once(store):
    """A file that is stored already is the upload it was, and nothing is written."""
    first = keep(store, usage(range(50), name="a"), customer="Globex")
    again = keep(store, usage(range(50), name="a"), customer=" GLOBEX ")

    assert first == again
    assert stored(store) == list(range(50))
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.audit)).scalar() == 1


def test_the_same_file_read_otherwise_takes_its_place(store):
    """A correction replaces what was stored of the file, whichever customer it was for."""
    first = keep(store, usage(range(50), name="a"), customer="Globex")
    other = keep(store, usage(range(50), name="a", failing=2), customer="Globex")
    moved = keep(store, usage(range(50), name="a"), customer="Initech", instead_of=other.id)

    assert upload_of(store, first.id) is None
    assert [(one.id, one.customer) for one in uploads_of(store)] == [(moved.id, "Initech")]
    assert stored(store) == []
    assert sweep(store) == 0


def test_files_stored_one_by_one_are_not_counted_again_together(store):
    """An upload that holds all files of an earlier one takes its place; one whose files are known adds nothing."""
    both = usage(range(100), name="a")
    both = replace(both, receipt=replace(both.receipt, files=both.receipt.files + usage([0], name="b").receipt.files))
    keep(store, usage(range(50), name="a", keyed=False), customer="Globex")
    keep(store, both, customer="Globex")
    again = keep(store, usage(range(50), name="a", keyed=False), customer="Globex")

    assert stored(store) == list(range(100))
    assert again.repeated == again.events == 50


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Give a store for many customers."""
    return connect(tmp_path_factory.mktemp("overlaps"))


@settings(max_examples=15)
@given(
    spans=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=2, max_size=4),
    keyed=st.booleans(),
)
def test_overlapping_exports_count_each_event_once(shared, spans, keyed):
    """However exports overlap and in whichever order they come, the store holds each call once."""
    customer = f"{spans} {keyed}"
    for n, (first, length) in enumerate(spans):
        keep(shared, usage(range(first, first + length), name=f"{n}", keyed=keyed), customer=customer)

    assert stored(shared, customer) == sorted({n for first, length in spans for n in range(first, first + length)})
    assert sum(one.events - one.repeated for one in uploads_of(shared, customer)) == len(stored(shared, customer))


def test_different_calls_of_the_same_days_add_up(store):
    """Calls without key of two servers are no overlap: what differs is counted."""
    keep(store, usage(range(0, 100, 2), name="a", keyed=False), customer="Globex")
    second = keep(store, usage(range(1, 100, 2), name="b", keyed=False), customer="Globex")

    assert second.repeated == 0
    assert stored(store) == list(range(100))


def test_a_later_upload_extends_the_history(store):
    """The days of an upload are its period, from whichever file they are known; what was before is history."""
    keep(store, usage(range(0, 31 * DAY, 10), name="january", failing=100), customer="Globex")
    february = keep(store, usage(range(28 * DAY, 50 * DAY, 10), name="february", failing=20), customer="Globex")
    period, before = known(store, february, looked_at(february, UTC_POLICY))
    found = th.assess(period, policy=UTC_POLICY, history=before)

    assert period.events.height == 22 * DAY // 10 == found.receipt.api_calls
    assert before.hourly["calls"].sum() == 28 * DAY // 10
    assert found.period.first == datetime(2026, 1, 29).date()
    assert found.score.trend.direction == "down"
    assert found.score.trend.compared_to.startswith("January (")


def test_a_period_begins_and_ends_with_its_local_days(store):
    """Days are those of the policy's zone: the events of its first day that an earlier file holds are the period's."""
    keep(store, usage(range(DAY + 600), name="a"), customer="Globex")
    second = keep(store, usage(range(DAY + 600, 3 * DAY), name="b", undated=3), customer="Globex")
    policy = replace(UTC_POLICY, timezone="Europe/Berlin")
    period, before = known(store, second, looked_at(second, policy))

    assert period.events["at"].min() == FIRST + timedelta(minutes=DAY - 60)
    assert before.hourly["calls"].sum() == DAY - 60
    assert (period.receipt.events, period.undated.height) == (2 * DAY + 60, 3)


def test_an_assessment_is_kept_with_its_upload(store):
    """What was found is there as it was, the newest for the same day and policy."""
    upload = keep(store, usage(range(10 * DAY), name="a"), customer="Globex")
    found = th.assess(known(store, upload, looked_at(upload, UTC_POLICY))[0], policy=UTC_POLICY)
    assert assessment_of(store, upload.id) is None
    save_assessment(store, upload, found)
    save_assessment(store, upload, found)

    assert assessment_of(store, upload.id) == found
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.assessments)).scalar() == 1


def test_a_log_without_times_cannot_be_stored(store):
    """Where no event has a time, there is nothing to extend a history with."""
    with pytest.raises(th.UsageError, match="without a readable time"):
        keep(store, usage([], name="a", undated=3), customer="Globex")


def test_folders_without_an_upload_are_swept(store):
    """What a crash left is removed, what an upload speaks of is not."""
    upload = keep(store, usage(range(5), name="a"), customer="Globex")
    for name in ("0123", "4567.partial"):
        (store.folder / "uploads" / name).mkdir()

    assert sweep(store) == 2
    assert [path.name for path in (store.folder / "uploads").iterdir()] == [upload.id]
