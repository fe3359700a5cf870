"""The laws of the small tools that stories are planted with."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techhealth.errors import UsageError
from techhealth.sample.curve import placed
from techhealth.sample.draws import Draws, split
from techhealth.sample.spread import instants, level, varied, weekly_above
from techhealth.sample.story import Latency, weeks_of


@settings(max_examples=60, deadline=None)
@given(scale=st.floats(5, 5_000), spread=st.floats(1.2, 4), tail=st.floats(1.2, 4), share=st.floats(0.02, 0.98))
def test_a_curve_goes_through_its_mean_and_quantiles(scale: float, spread: float, tail: float, share: float) -> None:
    """Any mean between the least and the most that the quantiles allow is met together with them."""
    p50, p95, p99 = scale, scale * spread, scale * spread * tail
    least = 0.5 * 0.42 * p50 + 0.45 * 1.03 * p50 + 0.04 * 1.06 * p95 + 0.01 * 1.06 * p99
    most = 0.5 * 0.98 * p50 + 0.45 * 0.97 * p95 + 0.04 * 0.97 * p99 + 0.01 * 1.9 * p99
    mean = least + share * (most - least)

    try:
        values = placed(Latency(mean_ms=mean, p50_ms=p50, p95_ms=p95, p99_ms=p99), 2_000)
    except UsageError:
        assert share < 0.2 or share > 0.8  # the rough bounds above are a little wider than what a curve can do
        return
    found = [values.mean(), *np.quantile(values, [0.5, 0.95, 0.99], method="lower")]
    assert found == pytest.approx([mean, p50, p95, p99], rel=0.015)
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize("latency", [(5, 10, 20, 30), (100, 10, 20, 30), (15, 10, 30, 20), (15, 0, 20, 30)])
def test_an_impossible_latency_is_said(latency: tuple[float, float, float, float]) -> None:
    """A mean or quantiles that no latencies can have end in a sentence with the possible ones."""
    mean, p50, p95, p99 = latency

    with pytest.raises(UsageError, match=r"a mean from|must rise"):
        placed(Latency(mean_ms=mean, p50_ms=p50, p95_ms=p95, p99_ms=p99), 100)


@given(total=st.integers(0, 10**6), weights=st.lists(st.integers(1, 1_000), min_size=1, max_size=20))
def test_shares_add_up_and_are_fair(total: int, weights: list[int]) -> None:
    """Split numbers add up to the total and are off by less than one."""
    parts = split(total, weights)

    assert sum(parts) == total
    assert all(
        abs(part - total * weight / sum(weights)) < 1 + 1e-6 for part, weight in zip(parts, weights, strict=True)
    )


@given(total=st.integers(0, 10**6), days=st.integers(1, 60), phase=st.integers(0, 60))
def test_level_counts_add_up_and_differ_by_one(total: int, days: int, phase: int) -> None:
    """Level counts add up to the total and differ by at most one."""
    counts = level(total, days, phase=phase)

    assert counts.sum() == total
    assert np.ptp(counts) <= 1


@given(floors=st.lists(st.integers(0, 50), min_size=7, max_size=7), spare=st.integers(0, 300))
def test_counts_never_fall_below_their_floors(floors: list[int], spare: int) -> None:
    """Counts with floors add up to the total and lie nowhere below."""
    counts = weekly_above((sum(floors) + spare,), (7,), np.array(floors))

    assert counts.sum() == sum(floors) + spare
    assert (counts >= floors).all()


def test_floors_above_the_total_are_said() -> None:
    """More planted calls than there are calls ends in a sentence that asks for more rows."""
    with pytest.raises(UsageError, match="ask for more rows"):
        weekly_above((10,), (7,), np.full(7, 2))


@given(week=st.integers(0, 400), seed=st.integers(0, 10**6))
def test_varied_counts_have_neither_trend_nor_weekday(week: int, seed: int) -> None:
    """Natural variation leaves the sum of each week, each weekday and the slope as they were."""
    counts = varied((week,) * 4, (7,) * 4, Draws(seed, "any"))
    even = np.tile(level(week, 7, phase=3), 4)
    days = np.arange(28)

    assert counts.min() >= 0
    assert counts.reshape(4, 7).sum(axis=1).tolist() == [week] * 4
    assert counts.reshape(4, 7).sum(axis=0).tolist() == even.reshape(4, 7).sum(axis=0).tolist()
    assert ((counts - even) * days).sum() == 0


@given(counts=st.lists(st.integers(0, 30), min_size=1, max_size=20), seed=st.integers(0, 10**6))
def test_instants_lie_in_their_days_and_hours(counts: list[int], seed: int) -> None:
    """Each day gets its count of instants, all within the hours that have a weight."""
    hours = [float(9 <= hour < 11) for hour in range(24)]
    day, ms = instants(np.array(counts), Draws(seed, "any"), hours=hours)

    assert np.bincount(day, minlength=len(counts)).tolist() == counts
    assert ((ms >= 9 * 3_600_000) & (ms < 11 * 3_600_000)).all()


@given(days=st.integers(1, 100))
def test_weeks_cover_the_period_and_end_with_whole_ones(days: int) -> None:
    """Weeks add up to the days; all but the first have seven days, and the first at most ten."""
    weeks = weeks_of(days)

    assert sum(weeks) == days
    assert set(weeks[1:]) <= {7}
    assert weeks[0] <= 10


def test_draws_stay_as_they_are() -> None:
    """Draws of one seed and name are these numbers, whatever the versions of the libraries."""
    draws = Draws(1, "fixed")

    assert np.round(draws.uniform(3), 6).tolist() == [0.312813, 0.988294, 0.739696]
    assert draws.dealt((2, 1), 6).tolist() == [1, 0, 1, 0, 0, 0]
