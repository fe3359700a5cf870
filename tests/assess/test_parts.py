"""Parts of the failures that rise, before or below the whole."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import nbinom

from techhealth.assess.facts import all_days, facts_of
from techhealth.assess.parts import Parts, chance_of_rise, rising, sub_series
from techhealth.policy import Policy
from techhealth.usage.rollup import merge, roll_up
from tests.assess.planted import event_frame, fail, noise, traffic

RULES = Policy().detection


def parts(failures: list[list[int]], *, calls: int = 300) -> Parts:
    """Return parts with so many failures a day."""
    k = np.array(failures, dtype=float)
    return Parts(names=tuple(("endpoint", f"/{row}") for row in range(len(k))), k=k, n=np.full(k.shape, float(calls)))


def risen(many: int = 0) -> Parts:
    """Return one part that rose in the last week, and others that did not."""
    return parts([[1] * 28 + [30] * 7, *([[1, 2] * 17 + [1]] * many)])


def test_the_chance_of_a_rise_is_the_tail_of_the_negative_binomial():
    """Reference: scipy.stats.nbinom with the variance of a sum of days whose luck lingers, and an uncertain level."""
    k, n = np.array([[2.0] * 20 + [9.0] * 7]), np.full((1, 27), 100.0)
    mean = 700 * (40.5 / 2001)
    size = 1 / (RULES.rate_variation**2 * (1.4 / 0.6) * (1 / 7 + 1 / 20) + 1 / 40.5)

    chance = chance_of_rise(k, n, split=20, rules=RULES)[0]

    assert chance == pytest.approx(nbinom.sf(62, size, size / (size + mean)), rel=1e-9)


def test_a_part_that_rose_is_told_with_its_q_value():
    """One endpoint that fails thirty times as often is told, the level ones beside it are not."""
    (found,) = sub_series({"api": risen(many=10)}, pooled=(), rules=RULES)["api"]

    assert (found.axis, found.name) == ("endpoint", "/0")
    assert found.q_value < 0.01
    assert (found.recent.k, found.recent.n) == (210, 2100)


def test_more_failures_never_make_a_rise_likelier_to_be_chance():
    """The chance falls with every recent failure."""
    chances = [
        float(chance_of_rise(np.array([[2.0] * 20 + [day] * 7]), np.full((1, 27), 100.0), split=20, rules=RULES)[0])
        for day in range(2, 40)
    ]

    assert sorted(chances, reverse=True) == chances


def test_one_bad_day_is_no_rise():
    """Without its worst day nothing is left."""
    assert rising(parts([[1] * 30 + [90] + [1] * 4]), RULES)[0] == 1.0


def test_a_part_without_a_failure_before_needs_more_than_a_handful():
    """The level of a part that never failed is not known to be nothing."""
    seldom = parts([[0] * 7 + [0, 0, 1, 1, 1, 1, 1]], calls=10)

    assert rising(seldom, RULES)[0] > RULES.part_chance


def test_what_others_do_changes_no_chance():
    """Parts of other customers make the control stricter, not the chance another."""
    together = parts([*risen().k.tolist(), *([[1] * 35] * 40)])

    assert rising(together, RULES)[0] == rising(risen(), RULES)[0]


@pytest.mark.parametrize("seed", range(20))
def test_level_parts_raise_nothing(seed: int):
    """Forty parts whose days have luck of their own do not rise."""
    random = np.random.default_rng(seed)
    rates = 0.02 * random.lognormal(0, 0.3, (40, 35))
    level = parts(random.binomial(300, rates).tolist())

    assert sub_series({"api": level}, pooled=(), rules=RULES)["api"] == ()


def test_a_part_below_a_rising_whole_is_an_explanation_with_an_easier_limit():
    """Under a pooled hit the stricter limit for parts alone does not apply; the false-discovery control does."""
    strict = replace(RULES, part_chance=0.0)

    assert sub_series({"api": risen()}, pooled=(), rules=strict)["api"] == ()
    assert len(sub_series({"api": risen()}, pooled=("api",), rules=strict)["api"]) == 1


def test_parts_are_the_same_in_any_order_of_rows_and_files():
    """Rows turned round, or split into two files and added, have the same parts."""
    rows = [{**row, "client": f"sdk/{index % 3}"} for index, row in enumerate(traffic(days=20))]
    noise(rows, rate=0.1, seed=1)
    fail(rows[0], "404")
    whole = roll_up(event_frame(rows))
    rollups = (
        roll_up(event_frame(rows[::-1])),
        merge([roll_up(event_frame(rows[::2])), roll_up(event_frame(rows[1::2]))]),
    )
    days = all_days(whole)
    assert days is not None
    (expected,) = facts_of(whole, days=days)

    for rollup in rollups:
        (facts,) = facts_of(rollup, days=days)
        assert expected.parts.names == facts.parts.names
        assert np.array_equal(expected.parts.k, facts.parts.k)
        assert np.array_equal(expected.parts.n, facts.parts.n)
