"""Weeks and windows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from techhealth.assess.period import current_window, span, weeks
from techhealth.policy import Windows

FIRST = date(2026, 1, 1)


@given(length=st.integers(1, 400))
def test_weeks_cover_the_period_without_gap_or_overlap(length):
    """Every day of a period lies in exactly one week, and the last week has seven days when there are seven."""
    blocks = weeks(span(FIRST, FIRST + timedelta(days=length - 1)))

    assert length == sum(block.days for block in blocks)
    assert min(7, length) == blocks[-1].days or len(blocks) == 1
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(blocks))


def test_four_left_over_days_are_a_block_of_their_own():
    """Three left-over days join the first week, four stand alone."""
    assert [week.days for week in weeks(span(FIRST, FIRST + timedelta(days=16)))] == [10, 7]
    assert [week.days for week in weeks(span(FIRST, FIRST + timedelta(days=17)))] == [4, 7, 7]


def window(calls: list[int]):
    """Return the current window of a customer with these calls a day."""
    counts = np.array(calls)
    period = span(FIRST, FIRST + timedelta(days=len(calls) - 1))
    return current_window(period, active=counts > 0, calls=counts, windows=Windows())


def test_the_window_is_the_last_seven_days_with_data():
    """Days without any data do not count towards the seven."""
    found = window([100] * 10 + [0, 0] + [100] * 4)

    assert (FIRST + timedelta(days=7), 9) == (found.first, found.days)


def test_a_quiet_integration_is_looked_at_for_longer():
    """Under fifty calls in seven days the window widens to fourteen, then to all."""
    assert window([5] * 30).days == 14
    assert window([1] * 30).days == 30
