"""Dating a rise: the day, its interval, and silence where nothing rose."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from techhealth.assess.onset import _segment_costs, dispersion, find_onset, segments
from techhealth.policy import Policy

FIRST = date(2026, 1, 1)


def days(count: int) -> list[date]:
    """Return consecutive days."""
    return [FIRST + timedelta(days=index) for index in range(count)]


def levels(*parts: tuple[int, float], calls: int = 253) -> tuple[np.ndarray, np.ndarray]:
    """Return failures and calls of parts (days, rate), failures spread evenly."""
    rates = np.concatenate([np.full(length, rate) for length, rate in parts])
    failures = np.diff(np.floor(np.concatenate([[0], np.cumsum(rates * calls)]) + 0.5))
    return failures, np.full(len(rates), calls)


def test_a_gradual_rise_is_dated_to_its_first_step():
    """Failures that rise week by week began with the first rise, not with the largest."""
    k, n = levels((8, 0.021), (7, 0.054), (7, 0.089), (7, 0.127))

    onset = find_onset(days(29), k, n, Policy())

    assert onset is not None
    assert abs((onset.on - date(2026, 1, 9)).days) <= 1
    assert onset.earliest <= date(2026, 1, 9) <= onset.latest


def test_a_mild_first_step_is_dated_even_before_a_sharp_one():
    """A ramp whose first step is small, beside days that are always worse, still began with that step."""
    k = [3, 5, 3, 15, 3, 5, 3, 5, 9, 10, 19, 10, 9, 10, 29, 20, 11, 20, 22, 25, 29, 31, 20, 10, 23, 23, 28, 110, 11]

    onset = find_onset(days(29), k, [253] * 29, Policy())

    assert onset is not None
    assert onset.on == date(2026, 1, 9)


@pytest.mark.parametrize("seed", range(10))
def test_a_burst_long_before_the_rise_does_not_move_the_date(seed: int):
    """Three bad days two weeks before are an incident of their own."""
    random = np.random.default_rng(seed)
    rates = np.full(40, 0.02)
    rates[12:15], rates[30:] = 0.08, 0.10
    onset = find_onset(days(40), random.binomial(250, rates), np.full(40, 250), Policy())

    assert onset is not None
    assert abs((onset.on - days(40)[30]).days) <= 2


def test_a_code_never_seen_before_is_dated_to_its_first_day():
    """Failures after a baseline of none began on the first day that has any, weekends off notwithstanding."""
    k = np.array([0] * 14 + [20, 10, 0, 0, 12, 15, 18, 20, 10, 0, 0, 12, 17, 100, 0])

    onset = find_onset(days(29), k, np.full(29, 253), Policy())

    assert onset is not None
    assert (date(2026, 1, 15),) * 3 == (onset.on, onset.earliest, onset.latest)


def test_a_new_code_that_begins_slowly_is_dated_to_its_first_failures():
    """A few failures after weeks of none are the beginning, even when many more follow two days later."""
    k = [0] * 18 + [7, 0, 14, 12, 16, 20, 18, 22, 19, 25, 23]

    onset = find_onset(days(29), k, [170] * 29, Policy())

    assert onset is not None
    assert onset.on == onset.earliest == date(2026, 1, 19)
    assert onset.latest >= date(2026, 1, 19)


def test_a_stray_failure_long_before_is_not_the_beginning():
    """One failure in three weeks is no onset of the many that follow."""
    k = [0] * 9 + [1] + [0] * 15 + [9, 12, 10, 11]

    onset = find_onset(days(29), k, [170] * 29, Policy())

    assert onset is not None
    assert onset.on == date(2026, 1, 26)


def test_ordinary_failures_before_the_rise_are_not_the_beginning():
    """Eight failures over the three weeks before, after eleven clean days, are background that began late by chance."""
    k = [0] * 11 + [1, 2, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1] + [0] * 5 + [4, 6, 3, 5, 9, 5, 4, 3, 6, 5, 7, 5]

    onset = find_onset(days(len(k)), k, [100] * len(k), Policy())

    assert onset is not None
    assert onset.on == days(32)[31]
    assert onset.earliest >= days(30)[29]


def test_a_step_over_ordinary_background_is_dated_right_nearly_always():
    """0.3 % until a day, 5 % from it on: over 100 logs at most two dates are more than two days off."""
    errors = []
    for seed in range(100):
        rates = np.r_[np.full(31, 0.003), np.full(28, 0.05)]
        onset = find_onset(days(59), np.random.default_rng(seed).binomial(100, rates), np.full(59, 100), Policy())
        assert onset is not None
        errors.append(abs((onset.on - days(59)[31]).days))

    assert sum(error > 2 for error in errors) <= 2
    assert np.percentile(errors, 90) <= 1


@pytest.mark.parametrize("seed", range(40))
def test_a_planted_step_is_found_within_two_days(seed: int):
    """A rise from 2 % to 8 % of 200 calls a day is dated within two days, and its interval is honest about it."""
    random = np.random.default_rng(seed)
    k = random.binomial(200, np.r_[np.full(20, 0.02), np.full(10, 0.08)])

    onset = find_onset(days(30), k, np.full(30, 200), Policy())

    assert onset is not None
    assert abs((onset.on - days(30)[20]).days) <= 2
    assert onset.earliest <= onset.on <= onset.latest


def test_noise_has_no_onset():
    """Days that differ by chance and by luck of the day are not cut (at most 2 of 100 series)."""
    random = np.random.default_rng(7)
    found = 0
    for _ in range(100):
        rate = np.clip(0.03 * random.gamma(8, 1 / 8, size=60), 0, 1)
        found += find_onset(days(60), random.binomial(300, rate), np.full(60, 300), Policy()) is not None

    assert found <= 2


def test_a_fall_is_no_onset():
    """Failures that become fewer did not begin."""
    k, n = levels((15, 0.10), (15, 0.01))

    assert find_onset(days(30), k, n, Policy()) is None


def test_one_bad_day_is_no_onset():
    """A rise that rests on its worst day alone is not dated."""
    k, n = levels((30, 0.01))
    k[20] = 120

    assert find_onset(days(30), k, n, Policy()) is None


def test_a_dip_before_the_rise_does_not_move_the_date():
    """Two unusually quiet days well before the rise are not its beginning."""
    k, n = levels((12, 0.04), (3, 0.0), (8, 0.04), (7, 0.20))

    onset = find_onset(days(30), k, n, Policy())

    assert onset is not None
    assert days(30)[23] == onset.on


def test_days_without_calls_are_left_out_but_keep_their_date():
    """A gap in the log shifts no date."""
    k, n = levels((20, 0.01), (10, 0.10))
    k[5:9], n[5:9] = 0, 0

    onset = find_onset(days(30), k, n, Policy())

    assert onset is not None
    assert days(30)[20] == onset.on


def test_a_year_is_dated_to_the_day():
    """A long series is cut in blocks, then dated by the day."""
    k, n = levels((301, 0.01), (64, 0.06))

    onset = find_onset(days(365), k, n, Policy())

    assert onset is not None
    assert abs((onset.on - days(365)[301]).days) <= 1


@pytest.mark.parametrize(
    ("k", "n"),
    [([], []), ([1], [1]), ([0] * 30, [50] * 30), ([0] * 30, [0] * 30), ([50] * 30, [50] * 30), ([9, 9], [10, 10])],
)
def test_series_that_cannot_have_an_onset_have_none(k: list[int], n: list[int]):
    """Empty, short, silent, perfect and hopeless series have no onset."""
    assert find_onset(days(len(k)), k, n, Policy()) is None


def test_a_rise_in_the_first_week_has_too_little_before_it():
    """Without seven days of baseline nothing is dated."""
    k, n = levels((4, 0.01), (20, 0.10))

    assert find_onset(days(24), k, n, Policy()) is None


def test_segments_start_where_levels_change():
    """Three levels give two starts."""
    k, n = levels((10, 0.02), (10, 0.20), (10, 0.02))

    assert segments(k, n.astype(float), penalty_factor=5.0) == (10, 20)


@pytest.mark.parametrize("seed", range(20))
def test_cuts_are_those_of_pelt(seed: int):
    """The best cuts are those that ruptures finds with the same costs, or cost no more than they."""
    from ruptures.base import BaseCost
    from ruptures.detection.pelt import Pelt

    random = np.random.default_rng(seed)
    rates = np.repeat(random.choice([0.01, 0.04, 0.1], size=6), 8)
    n = random.integers(100, 300, size=48).astype(float)
    k = random.binomial(n.astype(int), rates).astype(float)
    costs = _segment_costs(k, n)

    class Looked(BaseCost):
        model, min_size = "looked up", 1

        def fit(self, signal):
            self.signal = signal
            return self

        def error(self, start, end):
            return float(costs[start, end])

    penalty = 5.0 * np.log(48)
    theirs = Pelt(custom_cost=Looked(), min_size=2, jump=1).fit(k[:, None]).predict(pen=penalty)[:-1]
    ours = segments(k, n, penalty_factor=5.0, phi=1.0)

    def cost(cuts):
        ends = [0, *cuts, 48]
        return sum(costs[start, end] for start, end in pairwise(ends)) + penalty * len(cuts)

    assert list(ours) == theirs or cost(ours) <= cost(theirs)


def test_dispersion_is_one_for_binomial_days_and_larger_for_unequal_ones():
    """Binomial days have phi near 1; days with luck of their own a larger one; a change of level does not count."""
    random = np.random.default_rng(1)
    n = np.full(200, 400.0)
    plain = random.binomial(400, np.r_[np.full(100, 0.05), np.full(100, 0.15)]).astype(float)
    lucky = random.binomial(400, np.clip(0.05 * random.gamma(4, 0.25, size=200), 0, 1)).astype(float)

    assert 1.0 <= dispersion(plain, n) < 1.6
    assert dispersion(lucky, n) > 3


def test_the_interval_of_a_step_holds_its_day_as_often_as_it_says():
    """Of 200 steps from 1 % to 3 % of 100 calls a day, eight in ten or a few more lie within their 80 % interval."""
    held = []
    for seed in range(200):
        rates = np.r_[np.full(30, 0.01), np.full(25, 0.03)]
        onset = find_onset(days(55), np.random.default_rng(seed).binomial(100, rates), np.full(55, 100), Policy())
        held += [onset.earliest <= days(55)[30] <= onset.latest] if onset else []

    assert len(held) > 100
    assert 0.76 <= sum(held) / len(held) <= 0.95
