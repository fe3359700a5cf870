"""A board is read in the order of a question."""

from datetime import timedelta

import pytest

from techhealth.portfolio.order import Order, ordered
from tests.portfolio.boards import LAST, board, known, summary

ROWS = board([
    known("Globex", summary(95, change=-3), revenue=10, renewal=LAST + timedelta(days=9)),
    known("hooli", summary(50, change=4), revenue=90, renewal=LAST - timedelta(days=9), last=LAST - timedelta(days=2)),
    known("Acme"),
]).rows  # fmt: skip


@pytest.mark.parametrize(
    ("by", "first"),
    [
        (Order.SCORE, ["hooli", "Globex", "Acme"]),
        (Order.TREND, ["Globex", "hooli", "Acme"]),
        (Order.RENEWAL, ["Globex"]),
        (Order.REVENUE, ["hooli", "Globex", "Acme"]),
        (Order.LAST_DATA, ["hooli", "Globex", "Acme"]),
        (Order.NAME, ["Acme", "Globex", "hooli"]),
    ],
)
def test_what_a_question_asks_for_stands_first(by, first):
    """The lowest score, who fell most, the next renewal, the most revenue, the oldest data come first; what is not known last."""
    assert first == [row.account.name for row in ordered(ROWS, by)][: len(first)]


def test_the_riskiest_first_is_how_a_board_comes():
    """Ordered by risk nothing moves, and nobody is lost by any order."""
    assert list(ROWS) == list(ordered(ROWS, Order.RISK))
    assert all(set(ordered(ROWS, by)) == set(ROWS) for by in Order)
