"""Explanations of where failures fall, weighed on one scale."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techhealth.assess.causes.concentration import clearest, strongest
from techhealth.policy import CauseRules


def counts(rates: list[float], *, calls: int = 200, days: int = 10, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return failures and calls of cells with given rates, shape (cells, days)."""
    n = np.full((len(rates), days), float(calls))
    return np.random.default_rng(seed).binomial(calls, np.array(rates)[:, None], size=n.shape).astype(float), n


def test_the_gain_of_one_day_is_that_of_the_binomial():
    """Nine of ten failures in a tenth of the calls win 10 x KL(0.9, 0.1) nats, less ln 2 for choosing between two."""
    k, n = np.array([[9.0], [1.0]]), np.array([[100.0], [900.0]])

    found = strongest(k, n)

    assert found.index == 0
    assert found.gain == pytest.approx(9 * np.log(0.9 / 0.1) + np.log(0.1 / 0.9) - np.log(2), abs=0.01)
    assert found.excess == pytest.approx((9 - 0.1 * 10) / 0.9, abs=0.01)


@pytest.mark.parametrize("seed", range(20))
def test_failures_that_fall_like_calls_are_explained_by_no_slice(seed: int):
    """Twenty-to-one odds are not reached by chance."""
    k, n = counts([0.02] * 6, seed=seed)

    assert strongest(k, n).gain < np.log(20)


@pytest.mark.parametrize("seed", range(10))
def test_a_rise_that_keeps_the_slices_apart_as_they_were_blames_none(seed: int):
    """Where every slice fails three times as often as before, the one that always failed most is not to blame."""
    before, n = counts([0.06, 0.01, 0.01], days=60, seed=seed)
    after, _ = counts([0.18, 0.03, 0.03], days=5, seed=seed + 200)

    found = strongest(np.hstack([before, after]), np.hstack([n, n[:, :5]]), start=60)

    assert found.gain < np.log(20)


@pytest.mark.parametrize("seed", range(10))
def test_a_rise_that_is_even_blames_none(seed: int):
    """Where every slice fails by two points more, those that hardly failed before are not to blame."""
    before, n = counts([0.06, 0.01, 0.001], days=20, seed=seed)
    after, _ = counts([0.08, 0.03, 0.021], days=5, seed=seed + 200)

    found = strongest(np.hstack([before, after]), np.hstack([n, n[:, :5]]), start=20)

    assert found.gain < np.log(20) or found.share < 0.25


def test_the_share_of_the_excess_is_that_of_the_slice():
    """A slice that takes all of what is new takes all of the excess, however much failed elsewhere before."""
    before, n = counts([0.2, 0.01, 0.01], calls=2000, days=20)
    after, _ = counts([0.2, 0.20, 0.01], calls=2000, days=5, seed=1)

    found = strongest(np.hstack([before, after]), np.hstack([n, n[:, :5]]), start=20)

    assert found.index == 1
    assert found.share == pytest.approx(1.0, abs=0.05)


@settings(max_examples=40)
@given(extra=st.integers(1, 30), day=st.integers(0, 9))
def test_more_failures_of_the_slice_never_speak_against_it(extra: int, day: int):
    """The likeliest slice stays so when it fails more often, and takes more of the excess."""
    k, n = counts([0.2, 0.01, 0.01])
    more = k.copy()
    more[0, day] += extra

    found, then = strongest(k, n), strongest(more, n)

    assert (found.index, then.index) == (0, 0)
    assert then.excess > found.excess


@given(order=st.permutations(range(10)))
def test_the_order_of_the_days_does_not_matter(order: list[int]):
    """Days are strata: what happened first makes no difference."""
    k, n = counts([0.1, 0.02, 0.01])

    assert strongest(k[:, order], n[:, order]).gain == pytest.approx(strongest(k, n).gain)


def test_the_luck_of_the_day_has_no_part_in_it():
    """A day on which everything fails ten times as often blames no slice."""
    quiet, n = counts([0.01] * 4, days=9)
    bad, _ = counts([0.1] * 4, days=1, seed=3)

    assert strongest(np.hstack([quiet, bad]), np.hstack([n, n[:, :1]])).gain < np.log(20)


@settings(max_examples=150, deadline=None)
@given(
    rates=st.lists(st.floats(0.0, 0.4), min_size=2, max_size=7),
    worse=st.floats(0.0, 0.5),
    start=st.sampled_from([0, 12]),
    calls=st.integers(2, 300),
    seed=st.integers(0, 1_000),
)
def test_what_is_left_out_early_would_not_have_been_clear(
    rates: list[float], worse: float, start: int, calls: int, seed: int
):
    """Sets that hold too little, or can win too little, are not fitted: the answer is that of fitting all of them."""
    rules = CauseRules()
    before, n = counts(rates, calls=calls, days=12, seed=seed)
    after, more = counts([min(1.0, rates[0] + worse), *rates[1:]], calls=calls, days=6, seed=seed + 1)
    k, n = np.hstack([before, after]), np.hstack([n, more])
    found = strongest(k, n, start=start)
    is_clear = found.gain > np.log(rules.clear_odds) and found.share >= rules.slice_share

    assert clearest(k, n, start=start, rules=rules) == (found if is_clear else None)
