"""Where any series changes: planted levels and lines are found, noise of many kinds is not taken for a change."""

import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from scipy.signal import lfilter

import techhealth as th
from techhealth.assess.seasons import without_furthest

#: Series of each kind of noise, and how many of all of them may show a change that is none.
SERIES, FALSE_ALARMS = (200, 0.01) if os.environ.get("TECHHEALTH_SOAK") else (8, 0.03)
POINTS = 120


def noise(seed: int, points: int = POINTS, *, alike: float = 0.0) -> np.ndarray:
    """Return noise of unit variance whose neighbours correlate by `alike`."""
    white = np.random.default_rng(seed).normal(size=points + 100)
    return lfilter([1], [1, -alike], white)[100:] * np.sqrt(1 - alike**2)


def step(at: int, height: float, points: int = POINTS) -> np.ndarray:
    """Return a level of 0 up to a point and another one from it on."""
    return np.where(np.arange(points) >= at, height, 0.0)


def climb(at: int, height: float, points: int = POINTS) -> np.ndarray:
    """Return a level of 0 up to a point and a straight line from it on, up to `height`."""
    return np.maximum(0, np.arange(points) - at) * height / (points - at)


WEEKDAYS = np.tile([0.0, 0.2, 0.1, 0.0, -0.2, -4.0, -5.0], 60)
CALM = {
    "white": lambda seed: noise(seed),
    "alike": lambda seed: noise(seed, alike=0.6),
    "very alike": lambda seed: noise(seed, 500, alike=0.85),
    "heavy-tailed": lambda seed: np.random.default_rng(seed).standard_t(3, size=POINTS),
    "skewed": lambda seed: np.random.default_rng(seed).exponential(size=POINTS),
    "counts": lambda seed: np.random.default_rng(seed).poisson(0.7, size=POINTS),
    "on a line": lambda seed: noise(seed, alike=0.3) + np.linspace(0, 9, POINTS),
    "weekly": lambda seed: noise(seed) + WEEKDAYS[:POINTS],
    "long": lambda seed: noise(seed, 3000, alike=0.5),
    "hourly": lambda seed: noise(seed, 400) + 3 * np.sin(np.arange(400) * np.pi / 12),
}


def test_noise_is_not_taken_for_a_change():
    """At most three calm series in a hundred show a change, over ten kinds of noise; one in the full count."""
    wrong = {kind: sum(bool(th.change_points(make(seed))) for seed in range(SERIES)) for kind, make in CALM.items()}
    print(f"series with a false change, of {SERIES} each: {wrong}")

    assert sum(wrong.values()) <= FALSE_ALARMS * SERIES * len(CALM), wrong


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("alike", [0.0, 0.5])
@pytest.mark.parametrize(("at", "height"), [(40, 5), (40, -5), (105, 6), (12, 6)])
def test_a_step_is_found_where_it_is(at: int, height: float, alike: float, seed: int):
    """A step clearly above the noise is dated within three points, also near an end."""
    found = th.change_points(step(at, height) + noise(seed, alike=alike))

    assert len(found) == 1
    assert abs(found[0] - at) <= 3


@pytest.mark.parametrize("seed", range(4))
def test_a_climb_is_one_change_and_not_a_staircase(seed: int):
    """A level that becomes a line has one change, where the line begins."""
    found = th.change_points(climb(50, 20) + noise(seed))

    assert len(found) == 1
    assert abs(found[0] - 50) <= 10


@pytest.mark.parametrize("seed", range(4))
def test_a_line_that_jumps_is_cut_at_the_jump(seed: int):
    """The slope is no change, the jump on it is."""
    found = th.change_points(np.linspace(0, 24, POINTS) + step(70, 6) + noise(seed))

    assert len(found) == 1
    assert abs(found[0] - 70) <= 2


@pytest.mark.parametrize("seed", range(4))
def test_a_spell_has_a_beginning_and_an_end(seed: int):
    """Three weeks at another level are two changes."""
    found = th.change_points(step(50, 5) - step(71, 5) + noise(seed))

    assert len(found) == 2
    assert max(abs(found[0] - 50), abs(found[1] - 71)) <= 2


@pytest.mark.parametrize("seed", range(4))
def test_a_step_is_found_below_a_weekly_rhythm(seed: int):
    """The rhythm is taken out before, so that a step smaller than a weekend is seen."""
    found = th.change_points(step(60, 2.5) + WEEKDAYS[:POINTS] + noise(seed))

    assert len(found) == 1
    assert abs(found[0] - 60) <= 4


@pytest.mark.parametrize("seed", range(4))
def test_spikes_are_no_change_and_hide_none(seed: int):
    """Single points far away neither count as changes nor drown a step."""
    spikes = np.zeros(POINTS)
    spikes[[10, 35, 64, 90, 108]] = 40

    assert th.change_points(spikes + noise(seed)) == []
    assert len(th.change_points(spikes + step(50, 5) + noise(seed))) == 1


@pytest.mark.parametrize("points", [2_000, 20_000, 100_000])
def test_a_long_series_is_dated_to_the_point(points: int):
    """A series that is searched in blocks is dated within a few points all the same, and not in steps of a block."""
    at = points // 3 + 1
    (found,) = th.change_points(step(at, 4, points) + noise(1, points))

    assert abs(found - at) <= 3


def test_the_unit_of_the_values_does_not_matter():
    """Another zero, another scale and the opposite sign give the same changes."""
    values = step(40, 4) + climb(80, 30) + noise(3)
    found = th.change_points(values)

    assert len(found) == 2
    for same in (
        values + 1e6,
        values - 1e6,
        values * 1e-9,
        values * 1e200,
        -values,
        values.tolist(),
        pl.Series(values),
    ):
        assert th.change_points(same) == found


def test_backwards_the_changes_are_the_same():
    """Read from its end, a series has the same segments."""
    values = step(40, 4) - step(90, 7) + noise(5)

    assert th.change_points(values[::-1]) == [POINTS - cut for cut in reversed(th.change_points(values))] != []


def test_points_without_a_value_keep_their_index():
    """NaN and None are skipped, and the indices are those of the series as given."""
    values = step(60, 5) + noise(2)
    holes = [None if index % 7 == 3 else float(value) for index, value in enumerate(values)]

    assert th.change_points(values) == [60]
    assert th.change_points(holes) == [60]
    assert th.change_points(pl.Series(holes)) == [60]
    assert th.change_points(np.where(np.arange(POINTS) % 7 == 3, np.nan, values)) == [60]
    assert th.change_points([None] * 60 + [1.0] * 60) == []


def test_a_gap_between_timestamps_is_no_change():
    """A line that goes on after a gap is one line in time; without timestamps it is two."""
    hours = np.concatenate([np.arange(60), 500 + np.arange(60)])
    values = hours / 20 + noise(4, 120) / 4
    times = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=int(hour)) for hour in hours]

    assert th.change_points(values) == [60]
    for at in (
        times,
        pl.Series(times),
        np.array([time.replace(tzinfo=None) for time in times], "datetime64[s]"),
        hours,
    ):
        assert th.change_points(values, at) == []


def test_columns_change_together():
    """Rows of several values have one set of changes, found in whichever column shows it."""
    first, second = step(30, 5) + noise(1), 100 * (step(80, 5) + noise(2))

    assert th.change_points(np.column_stack([first, second])) == [30, 80]
    assert th.change_points(pl.DataFrame({"a": first, "constant": [1] * POINTS, "b": second})) == [30, 80]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1, 9] * 4 + [5],
        [7.0] * 50,
        [0.1 + 0.2, 0.3] * 20,
        list(range(50)),
        [1, 2, 3, 4, 5] * 12,
        [0] * 40 + [1] + [0] * 40,
    ],
    ids=["empty", "under ten", "constant", "rounding", "a line", "a rhythm", "one event"],
)
def test_where_nothing_changes_nothing_is_found(values: list[float]):
    """Few points, constants, exact lines and exact rhythms have no change."""
    assert th.change_points(values) == []


def test_a_step_without_noise_is_found():
    """Two exact levels are two levels."""
    assert th.change_points([0] * 20 + [1] * 20) == [20]


RARE = {
    "rare events": lambda seed: (np.random.default_rng(seed).random(400) < 0.02) * 20.0,
    "without a mean": lambda seed: np.random.default_rng(seed).pareto(1.2, size=POINTS),
    "over magnitudes": lambda seed: np.random.default_rng(seed).lognormal(0, 1.5, size=POINTS),
}


def test_a_few_points_far_off_are_no_segment():
    """Events that happen to lie close and tails that reach far are no change: at most one series in ten shows one."""
    wrong = {kind: sum(bool(th.change_points(make(seed))) for seed in range(20)) for kind, make in RARE.items()}

    assert sum(wrong.values()) <= 6, wrong


@pytest.mark.parametrize("seed", range(4))
def test_more_events_are_a_change(seed: int):
    """Counts that are mostly zero, and eight times as frequent from a point on, have one change there."""
    random = np.random.default_rng(seed)
    (found,) = th.change_points(np.r_[random.poisson(0.05, 200), random.poisson(0.4, 200)])

    assert abs(found - 200) <= 50


@pytest.mark.parametrize("seed", range(4))
def test_without_their_furthest_points_lines_stay_what_they_are(seed: int):
    """Points far off are moved onto the line of the others, and no others are moved."""
    random = np.random.default_rng(seed)
    at = np.arange(60.0)
    line = np.c_[np.where(at < 30, at, 90 - 2 * at)]
    far = line.copy()
    far[random.choice([*range(5, 25), *range(35, 55)], 2, replace=False)] += 50

    np.testing.assert_allclose(without_furthest(far, at, [30]), line, atol=1e-9)
    np.testing.assert_allclose(without_furthest(line, at, [30]), line, atol=1e-9)


@pytest.mark.parametrize("points", [1, 3, 5, 9])
def test_few_points_tell_nothing(points: int):
    """Up to nine points are too few, however far apart they lie; ten are enough for a clear step."""
    assert th.change_points([0.0] * (points // 2) + [9.0] * (points - points // 2)) == []
    assert th.change_points([0.0] * 5 + [9.0] * 5) == [5]


def test_equal_timestamps_and_missing_ones_are_taken_as_they_are():
    """Several points of one instant are all counted, and a point without a time is left out."""
    values, days = step(60, 5) + noise(2), np.arange(POINTS)

    assert th.change_points(values, days // 4) == [60]
    assert th.change_points(values, np.zeros(POINTS)) == [60]
    assert th.change_points(values, np.where(days % 9 == 0, np.nan, days)) == [61 if 60 % 9 == 0 else 60]


def test_changes_are_few_and_apart():
    """A long walk that wanders has a handful of changes, never neighbours."""
    found = th.change_points(np.cumsum(noise(6, 5_000)))

    assert len(found) <= 25
    assert all(after - before >= 10 for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("values", "timestamps", "said"),
    [
        (["fast", "slow"] * 10, None, "numbers"),
        ([10**400] * 20, None, "numbers"),
        ([1.0, np.inf] * 10, None, "index 1 is infinite"),
        (5.0, None, "one row a point"),
        ([1.0] * 20, [1, 2, 3], "3 timestamps for 20 values"),
        (list(range(20)), list(range(20))[::-1], "go back at index 1"),
        ([1.0] * 20, ["monday"] * 20, "dates or times"),
    ],
)
def test_what_cannot_be_cut_is_refused_in_a_sentence(values: object, timestamps: object, said: str):
    """Bad input gets an InputError that says what is wrong."""
    with pytest.raises(th.InputError, match=said):
        th.change_points(values, timestamps)
