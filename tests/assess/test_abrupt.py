"""What breaks within a day is told on that day by its hours; what passed, or one hour, is not."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, norm

from techhealth.assess import assess
from techhealth.assess.abrupt import Hours, broke, last_hours
from techhealth.model import Days, Kind, Severity, Shape
from techhealth.policy import Policy
from techhealth.usage.events import Usage
from tests.assess.test_assess import receipt
from tests.planted import T0, events, rolled

RULES = Policy().detection
DAY = timedelta(days=1)
EARLIER = np.array([3] * 30), np.array([300] * 30)


def day(failures, *, calls=12, usual=0.01):
    """Return hours with so many calls each, of which a part fails as a rule."""
    k = np.array(failures, dtype=float)
    return Hours(k=k, n=np.full(len(k), float(calls)), usual=np.full(len(k), calls * usual))


def test_the_chance_is_that_of_the_clearest_run_times_the_runs():
    """The standard errors are those of a negative binomial tail, multiplied by the runs of hours that were looked at."""
    hours, (k, _) = day([0] * 12 + [1, 3, 0, 4, 2]), EARLIER
    variation = RULES.rate_variation**2  # days as calm as these vary by what is taken for granted
    size = 1 / (variation + 1 / (k.sum() + 0.5))
    runs = [(hours.k[at:].sum(), hours.usual[at:].sum()) for at in range(len(hours.k))]
    chances = [nbinom.sf(failed - 1, size, size / (size + mean)) for failed, mean in runs[:14]]  # three hours that fail

    assert norm.isf(len(runs) * min(chances)) == pytest.approx(broke(hours, *EARLIER, RULES))


@pytest.mark.parametrize(
    "failures",
    [
        [0] * 6 + [12, 12, 12] + [0] * 9,
        [0] * 16 + [9, 9],
        [0] * 14 + [1, 0, 12, 1],
        [0, 0, 1] * 6,
        [1, 1] + [0] * 14 + [1, 1],
    ],
    ids=["three hours that passed", "two hours", "most in one hour", "a few here and there", "two ends"],
)
def test_what_passed_or_is_short_or_little_is_no_break(failures):
    """An outage in the morning, a single hour, or a bad day as days are, says nothing of today."""
    assert broke(day(failures), *EARLIER, RULES) is None


@pytest.mark.parametrize(("share", "told"), [(0.03, False), (0.2, True)])
def test_one_bad_day_that_is_not_critical_is_waited_for(share, told):
    """Three in a hundred calls through one day are plain to see and yet a bad day; one in five are told at once."""
    hours = day([round(400 * share)] * 10, calls=400, usual=0.001)

    assert told == (broke(hours, *EARLIER, RULES) is not None)


def test_hours_are_compared_with_the_same_hours_of_the_days_before():
    """What an hour usually loses is its own rate, drawn by one failure to that of all; a later day is not looked at."""
    log = events([24, 24, 24, 24, 200], calls=240)
    kept = log.filter((pl.col("at").dt.hour() < 2) & (pl.col("ok") | (pl.col("at").dt.hour() == 1)))
    n, k = (np.array(of) for of in zip(*((9 + (h == 1), h == 1) for h in (0, 1)), strict=True))
    hours = last_hours(
        rolled(kept), integration="Orders", kind=Kind.API, days=Days(first=T0, last=T0 + DAY * 3, days=4)
    )
    rate = (3 * k.sum() + 0.5) / (3 * n.sum() + 1)

    assert hours.k.tolist() == [0, 1]
    assert n.tolist() == hours.n.tolist()
    assert (n * (3 * k + 1) / (3 * n + 1 / rate)).tolist() == pytest.approx(hours.usual.tolist())


def test_a_part_that_fails_since_noon_is_flagged_the_same_day():
    """Of 240 calls a day one in six fails since noon: an issue the same day, critical, dated by that day."""
    log = events([2] * 20 + [40], calls=240)
    afternoon = (log["at"].dt.date() < log["at"].dt.date().max()) | log["ok"] | (log["at"].dt.hour() >= 12)
    (issue,) = assess(Usage(events=log.filter(afternoon), receipt=receipt("Globex"))).issues

    assert (issue.shape, issue.severity) == (Shape.STEP, Severity.CRITICAL)
    assert (issue.onset.on - T0).days == 20


@pytest.mark.parametrize("usual", [0.002, 0.03])
def test_days_with_their_own_luck_hardly_ever_break(usual):
    """Of 3,000 days whose rates vary as days do, at most three are told from the others: the price of the looks is paid."""
    random = np.random.default_rng(7)
    lucky = usual * random.gamma(1 / RULES.rate_variation**2, RULES.rate_variation**2, 3_000)
    k, n = random.binomial(480, usual, 30), np.full(30, 480)
    alarms = [broke(day(random.binomial(20, min(rate, 1.0), 24), calls=20, usual=usual), k, n, RULES) for rate in lucky]

    assert sum(alarm is not None for alarm in alarms) <= 3


@given(failures=st.lists(st.integers(0, 12), min_size=1, max_size=24), times=st.floats(1, 50))
def test_the_more_is_usual_the_less_is_a_break(failures, times):
    """What these hours lose anyway only lowers how sure a break is, and no more than usual is never one."""
    found, rarer = broke(day(failures), *EARLIER, RULES), broke(day(failures, usual=0.01 * times), *EARLIER, RULES)

    assert found is None or rarer is None or rarer <= found
    assert broke(day(failures, usual=1.0), *EARLIER, RULES) is None
