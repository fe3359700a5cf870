"""The same failure at the same hour at several customers: told when chance does not explain it, and then only."""

import os
import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.model import Owner
from techhealth.portfolio import Rules, links
from techhealth.portfolio.links import expected_by_chance
from tests.portfolio.boards import LAST, NINE, finding

SOAK = bool(os.environ.get("TECHHEALTH_SOAK"))
#: Portfolios of independent customers, and customers of each.
PORTFOLIOS, CUSTOMERS = (20_000 if SOAK else 2_000), 60
CODES = ("500", "503", "429", "401", "timeout")
#: The office hours of the four weeks that beginnings are looked at.
OFFICE = [
    NINE - timedelta(days=days, hours=hours) for days in range(28) for hours in range(8) if (NINE - timedelta(days=days)).weekday() < 5
]  # fmt: skip


def linked(findings):
    """Return the links of customers with issues, as of the last day."""
    return links(findings, as_of=dict.fromkeys(findings, LAST))


def test_a_shared_incident_links_its_customers_and_is_ours():
    """Three customers with the same code within two hours are one group; others with another code or day are not in it."""
    (link,) = linked(
        {
            "Globex": [finding(), finding(NINE, integration="CRM Sync")],
            "Initech": [finding(NINE + timedelta(hours=1))],
            "Hooli": [finding(NINE + timedelta(hours=2))],
            "Umbrella": [finding(code="401")],
            "Wayne": [finding(NINE - timedelta(days=5))],
        }
    )

    assert link.customers == ("Globex", "Initech", "Hooli")
    assert (link.code, link.first, link.last) == ("503", NINE, NINE + timedelta(hours=2))
    assert link.owner is Owner.US
    assert link.by_chance < 0.01


def test_two_customers_alone_are_only_maybe_ours():
    """A pair is told where few begin at all, without saying whose it is."""
    (link,) = linked({"Globex": [finding()], "Initech": [finding()]})

    assert link.owner is Owner.UNKNOWN


@pytest.mark.parametrize(
    "findings",
    [
        {"Globex": [finding(), finding(integration="CRM Sync")]},
        {"Globex": [finding()], "Initech": [finding(NINE + timedelta(hours=3))]},
        {"Globex": [finding(None)], "Initech": [finding(None)]},
        {name: [finding(NINE - timedelta(days=30))] for name in ("Globex", "Initech", "Hooli")},
        {},
    ],
    ids=["one customer", "hours apart", "no hour known", "long ago", "nobody"],
)
def test_what_is_no_coincidence_is_no_link(findings):
    """One customer alone, beginnings hours apart or of unknown hour, and those of last month make no group."""
    assert linked(findings) == ()


def test_a_pair_among_many_is_chance():
    """Where many customers begin to fail with a code in the month, two of them meet anyway."""
    scattered = {f"Customer {n}": [finding(NINE - timedelta(days=n))] for n in range(1, 20)}

    assert linked(scattered | {"Globex": [finding()], "Initech": [finding()]}) == ()


def test_independent_customers_rarely_link(record_property):
    """With beginnings in office hours of their own, no more portfolios show a link than the rules allow."""
    chance, shown = random.Random(7), 0
    for _ in range(PORTFOLIOS):
        failing = chance.sample(range(CUSTOMERS), chance.randint(0, 20))
        shown += bool(
            linked({f"Customer {n}": [finding(chance.choice(OFFICE), code=chance.choice(CODES))] for n in failing})
        )
    record_property("links among independent customers", f"{shown} of {PORTFOLIOS} portfolios")

    assert shown <= Rules().most_by_chance * PORTFOLIOS


@given(st.permutations(range(6)))
def test_the_order_of_customers_does_not_matter(order):
    """The same customers give the same groups, however they are listed."""
    every = [(f"Customer {n}", [finding(NINE + timedelta(hours=n // 2))]) for n in range(6)]
    found = linked(dict(every[n] for n in order))

    assert found == linked(dict(every))


@given(st.lists(st.integers(0, 40), max_size=6), st.integers(2, 6))
def test_larger_groups_are_less_often_chance(sizes, group):
    """Of independent beginnings fewer larger groups are expected, as long as meeting is rare."""
    rare = 1e-3

    assert expected_by_chance(sizes, group=group + 1, meeting=rare) <= expected_by_chance(
        sizes, group=group, meeting=rare
    )
