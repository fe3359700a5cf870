"""The board: the riskiest first, old data no health of today, unknown never well."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.model import RiskLevel, State
from techhealth.portfolio import Handled, practice_of
from tests.portfolio.boards import LAST, board, finding, known, summary

HIGH, MEDIUM, UNKNOWN, LOW = RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.UNKNOWN, RiskLevel.LOW
OPENED = datetime(2026, 1, 10, 12)


def names(made):
    """Return the customers from top to bottom."""
    return [row.account.name for row in made.rows]


def test_the_riskiest_stands_first_and_the_unknown_above_the_well():
    """High, medium, unknown or without new data, low; among equals the lower score, then the larger revenue."""
    made = board(
        [
            known("low", summary(95, risk=LOW)),
            known("stale", summary(97, risk=LOW), last=LAST - timedelta(days=12)),
            known("never"),
            known("small", summary(70), revenue=10.0),
            known("large", summary(70), revenue=20.0),
            known("worse", summary(60)),
            known("medium", summary(40, risk=MEDIUM)),
        ]
    )

    assert names(made) == ["worse", "large", "small", "medium", "never", "stale", "low"]


def test_data_of_days_ago_is_a_state_of_its_own():
    """A low risk is not known any more, a high one stays; as many days as the log covers, and a long weekend, are no silence."""
    long_ago, lately = LAST - timedelta(days=12), LAST - timedelta(days=10)
    made = board([known("a", summary(95, risk=LOW), last=long_ago), known("b", summary(50), last=long_ago), known("c", summary(90, risk=LOW), last=lately)])  # fmt: skip
    found = {row.account.name: (row.days_without, row.risk) for row in made.rows}

    assert made.as_of == LAST
    assert found == {"a": (12, UNKNOWN), "b": (12, HIGH), "c": (None, LOW)}


def test_examples_live_in_their_own_time_beside_customers_of_today():
    """Beside others examples have a board of their own, as of their own day; newer data make one of them a customer like the others."""
    today = date(2026, 11, 27)
    example = known("example", summary(95, risk=LOW), example_on=LAST, renewal=LAST + timedelta(days=9))
    mine = [known(name, summary(90, risk=LOW), last=today - timedelta(days=1)) for name in ("mine", "other")]
    outgrown = known("outgrown", summary(95, risk=LOW), last=LAST + timedelta(days=1), example_on=LAST)
    made, alone = board([example, *mine, outgrown], today=today), board([example], today=today)

    assert {row.account.name: row.days_without for row in made.rows} == {"mine": None, "other": None, "outgrown": 301}
    assert made.examples == alone
    assert board([known("waiting", renewal=LAST, example_on=LAST)], today=today).rows[0].days_to_renewal == 0
    assert [(row.days_without, row.days_to_renewal) for row in alone.rows] == [(None, 9)]
    assert (made.as_of, alone.as_of) == (today, LAST)
    assert (made.is_example, alone.is_example, alone.examples) == (False, True, None)


@pytest.mark.parametrize(
    ("found", "is_well"),
    [
        (summary(95, risk=LOW), True),
        (summary(95, risk=LOW, state=State.LOW_CONFIDENCE), False),
        (summary(None, risk=UNKNOWN, state=State.NOT_ENOUGH_DATA), False),
        (summary(95, risk=LOW, findings=[finding()]), False),
    ],
)
def test_well_is_only_who_is_known_well_enough(found, is_well):
    """A score of low confidence, none at all, or an issue is not well."""
    (row,) = board([known("a", found)]).rows

    assert row.is_well is is_well


def test_weeks_end_with_the_newest_and_may_be_empty():
    """The heat map has the weeks up to the newest day with data; a week without a score has none."""
    made = board([known("a", summary(weeks=[(date(2026, 1, 26), 80.0), (date(2026, 1, 12), 70.0), (date(2025, 1, 6), 1.0)]))])  # fmt: skip

    assert made.rows[0].mondays[-3:] == (date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 26))
    assert made.rows[0].weeks[-3:] == (70.0, None, 80.0)
    assert set(made.rows[0].weeks[:-3]) == {None}


def test_an_example_has_the_weeks_up_to_its_own_today():
    """Beside a customer of today an example keeps the weeks of its time."""
    week = [(date(2026, 1, 26), 80.0)]
    made = board([known("Example", summary(weeks=week), example_on=LAST), known("Globex", summary(), last=date(2026, 11, 27))], today=date(2026, 11, 27))  # fmt: skip
    weeks = {row.account.name: (row.mondays[-1], row.weeks[-1]) for row in (*made.rows, *made.examples.rows)}

    assert {"Example": (date(2026, 1, 26), 80.0), "Globex": (date(2026, 11, 23), None)} == weeks


def test_renewals_are_counted_from_the_day_of_the_board():
    """Days to the renewal, negative when it has passed."""
    made = board([known(str(days), summary(), renewal=LAST + timedelta(days=days)) for days in (30, -3)])

    assert {row.account.name: row.days_to_renewal for row in made.rows} == {"30": 30, "-3": -3}


def test_nobody_is_a_board_too():
    """Without a customer there is no day, no week and no row."""
    made = board([])

    assert (made.as_of, made.rows, made.links) == (None, (), ())


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_in_the_store_does_not_matter(order):
    """The same customers give the same made."""
    every = {name: known(name, summary(score)) for name, score in zip("abcd", (50, 50, 70, 90), strict=True)}

    assert board([every[name] for name in order]) == board(list(every.values()))


def handled(lead, days):
    """Return a ticket flagged so many days before the customer told us, resolved so many days after it was opened."""
    flagged = date(2026, 1, 10)
    return Handled(
        flagged_on=flagged, reported_on=None if lead is None else flagged + timedelta(days=lead), opened_at=OPENED,
        resolved_at=None if days is None else OPENED + timedelta(days=days),
    )  # fmt: skip


def test_medians_stand_on_ten_tickets_or_are_not_told():
    """Nine leads are not enough and are counted; ten times to resolve are; a ticket that is open or unreported is in neither."""
    practice = practice_of(
        [*(handled(lead, 2 * lead) for lead in range(9)), handled(None, 40), handled(None, None)], enough=10
    )

    assert (practice.lead.days, practice.lead.tickets) == (None, 9)
    assert (practice.resolve.days, practice.resolve.tickets) == (9.0, 10)
