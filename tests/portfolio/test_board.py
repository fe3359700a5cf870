"""The board: the riskiest first, old data no health of today, unknown never well."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.model import RiskLevel, State
from techhealth.portfolio import Handled, board_of, practice_of
from tests.portfolio.boards import LAST, finding, known, summary

HIGH, MEDIUM, UNKNOWN, LOW = RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.UNKNOWN, RiskLevel.LOW
OPENED = datetime(2026, 1, 10, 12)


def names(board):
    """Return the customers from top to bottom."""
    return [row.account.name for row in board.rows]


def test_the_riskiest_stands_first_and_the_unknown_above_the_well():
    """High, medium, unknown or without new data, low; among equals the lower score, then the larger revenue."""
    board = board_of(
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

    assert names(board) == ["worse", "large", "small", "medium", "never", "stale", "low"]


def test_data_of_days_ago_is_a_state_of_its_own():
    """Counted from the newest day of any customer; a low risk is not known any more, a high one stays."""
    long_ago = LAST - timedelta(days=12)
    board = board_of([known("a", summary(95, risk=LOW), last=long_ago), known("b", summary(50), last=long_ago), known("c", summary(90, risk=LOW))])  # fmt: skip
    found = {row.account.name: (row.days_without, row.risk) for row in board.rows}

    assert board.as_of == LAST
    assert found == {"a": (12, UNKNOWN), "b": (12, HIGH), "c": (None, LOW)}


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
    (row,) = board_of([known("a", found)]).rows

    assert row.is_well is is_well


def test_weeks_end_with_the_newest_and_may_be_empty():
    """The heat map has the weeks up to the newest day with data; a week without a score has none."""
    board = board_of([known("a", summary(weeks=[(date(2026, 1, 26), 80.0), (date(2026, 1, 12), 70.0), (date(2025, 1, 6), 1.0)]))])  # fmt: skip

    assert board.weeks[-3:] == (date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 26))
    assert board.rows[0].weeks[-3:] == (70.0, None, 80.0)
    assert set(board.rows[0].weeks[:-3]) == {None}


def test_renewals_are_counted_from_the_day_of_the_board():
    """Days to the renewal, negative when it has passed."""
    board = board_of([known(str(days), summary(), renewal=LAST + timedelta(days=days)) for days in (30, -3)])

    assert {row.account.name: row.days_to_renewal for row in board.rows} == {"30": 30, "-3": -3}


def test_nobody_is_a_board_too():
    """Without a customer there is no day, no week and no row."""
    board = board_of([])

    assert (board.as_of, board.rows, board.weeks, board.links) == (None, (), (), ())


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_in_the_store_does_not_matter(order):
    """The same customers give the same board."""
    every = {name: known(name, summary(score)) for name, score in zip("abcd", (50, 50, 70, 90), strict=True)}

    assert board_of([every[name] for name in order]) == board_of(list(every.values()))


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
