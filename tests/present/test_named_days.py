"""Days are taken from plain words for what they mean, by the log's own last day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.model import Days
from techhealth.present.named_days import days_named

LOG = Days(first=date(2026, 1, 1), last=date(2026, 1, 29), days=29)  # a Thursday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("what happened on 12 January?", "2026-01-12", "2026-01-12"),
        ("January 12th, 2025", "2025-01-12", "2025-01-12"),
        ("how was it on 2026-01-15", "2026-01-15", "2026-01-15"),
        ("errors between 10 and 14 January", "2026-01-10", "2026-01-14"),
        ("from 10 Jan to the 14th", "2026-01-10", "2026-01-14"),
        ("Jan 12-14", "2026-01-12", "2026-01-14"),
        ("14 to 12 January", "2026-01-12", "2026-01-14"),
        ("since the 20th", "2026-01-20", "2026-01-29"),
        ("until 10 January", "2026-01-01", "2026-01-10"),
        ("the 31st", "2025-12-31", "2025-12-31"),
        ("1 February", "2026-02-01", "2026-02-01"),
        ("30 December", "2025-12-30", "2025-12-30"),
        ("in December", "2025-12-01", "2025-12-31"),
        ("what about March?", "2025-03-01", "2025-03-31"),
        ("errors last week", "2026-01-23", "2026-01-29"),
        ("the past two weeks", "2026-01-16", "2026-01-29"),
        ("last month", "2025-12-01", "2025-12-31"),
        ("this month", "2026-01-01", "2026-01-31"),
        ("yesterday", "2026-01-28", "2026-01-28"),
        ("last 24 hours", "2026-01-29", "2026-01-29"),
        ("did it start last Tuesday?", "2026-01-27", "2026-01-27"),
    ],
)
def test_days_are_named_in_many_ways(text, first, last):
    """With a month or without, one day or several, counted back from the last day of the log."""
    days = days_named(text, period=LOG)

    assert (str(days.first), str(days.last), days.days) == (first, last, (days.last - days.first).days + 1)


@pytest.mark.parametrize(
    "text", ["issue 12", "why 429?", "what may happen", "on Sundays", "next Tuesday", "31 February", "since last month"]
)
def test_what_names_no_day_is_none(text):
    """A number, a verb, a day that always comes back and one that no calendar has are no days of a log."""
    assert days_named(text, period=LOG) is None


@given(
    st.lists(st.sampled_from(["the", "31st", "30", "february", "-", "to", "last", "999", "weeks", "2026-02-30", "may"]))
)
def test_no_words_of_days_break_it(words):
    """Whatever stands together, it is no day or days in their order."""
    days = days_named(" ".join(words), period=LOG)

    assert days is None or days.first <= days.last
