"""The orders in which a board can be read; what is not known of a customer stands last, and ties stay the riskiest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from math import inf

from techhealth.portfolio.board import Row


class Order(StrEnum):
    """What customers are ordered by."""

    RISK = "risk"
    SCORE = "score"
    TREND = "trend"
    RENEWAL = "renewal"
    REVENUE = "revenue"
    LAST_DATA = "last data"
    NAME = "name"


#: What is sorted by, the smallest first: the lowest score, who fell most, the next renewal, the most revenue, the oldest data.
_KEYS: dict[Order, Callable[[Row], float | None]] = {
    Order.SCORE: lambda row: row.summary.score if row.summary else None,
    Order.TREND: lambda row: row.summary.trend.change if row.summary else None,
    Order.RENEWAL: lambda row: None if (row.days_to_renewal or 0) < 0 else row.days_to_renewal,
    Order.REVENUE: lambda row: None if row.account.annual_revenue is None else -row.account.annual_revenue,
    Order.LAST_DATA: lambda row: row.last.toordinal() if row.last else None,
}


def ordered(rows: Sequence[Row], by: Order) -> Sequence[Row]:
    """Return the rows of a board, which come riskiest first, in an order; a renewal that has passed is none to come."""
    if by is Order.RISK:
        return rows
    if by is Order.NAME:
        return sorted(rows, key=lambda row: row.account.name.casefold())
    return sorted(rows, key=lambda row: inf if (value := _KEYS[by](row)) is None else value)
