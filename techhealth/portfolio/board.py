"""The board: a row a customer, the riskiest first, with its weeks, and what several of them share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from techhealth.model import RiskLevel, State, level_today
from techhealth.portfolio.links import Link, links
from techhealth.portfolio.practice import Handled, Practice, practice_of
from techhealth.portfolio.rules import RULES
from techhealth.portfolio.summary import Summary, WeekScore, monday

_WEEK = timedelta(days=7)
#: Customers up to which the newest day of any of them counts, and what is far ahead of all others: customers who export monthly
#: are a month apart.
_FEW, _FAR_AHEAD = 2, timedelta(days=35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of a customer beside its logs; None is not known."""

    name: str
    segment: str | None = None
    annual_revenue: float | None = None
    renewal_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a store holds of a customer: its last day with data, its newest summary, and the scores of its weeks."""

    account: Account
    last: date | None
    summary: Summary | None
    weeks: tuple[WeekScore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One customer on the board.

    Attributes:
        account: name, segment, revenue and renewal.
        summary: its newest assessment in short, None before the first.
        last: its last day with data.
        days_without: days since then, None where they are too few to be told, or where there never was any.
        days_to_renewal: negative when it has passed.
        weeks: the scores of the board's weeks, None where there is none.
    """

    account: Account
    summary: Summary | None
    last: date | None
    days_without: int | None
    days_to_renewal: int | None
    weeks: tuple[float | None, ...]

    @property
    def risk(self) -> RiskLevel:
        """The technical risk as of today."""
        return level_today(self.summary.risk if self.summary else RiskLevel.UNKNOWN, days_without=self.days_without)

    @property
    def is_well(self) -> bool:
        """Whether enough is known, as of today, and nothing is wrong."""
        found = self.summary
        return found is not None and found.state is State.SCORED and self.risk is RiskLevel.LOW and not found.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All customers as of the newest day with data of any of them; `weeks` are the Mondays of the heat map."""

    as_of: date | None
    rows: tuple[Row, ...]
    weeks: tuple[date, ...]
    links: tuple[Link, ...]
    practice: Practice


def present_day(lasts: Iterable[date]) -> date | None:
    """Return the day by which customers are judged: the newest of their last days with data.

    One that lies far ahead of all others, a trial or a wrong year, makes nobody else stale.

    Examples:
        >>> present_day([date(2026, 1, 29), date(2026, 1, 17), date(2031, 1, 1)])
        datetime.date(2026, 1, 29)
    """
    newest = sorted(lasts, reverse=True)
    alone = len(newest) > _FEW and newest[0] - newest[1] > _FAR_AHEAD
    return newest[1] if alone else next(iter(newest), None)


def board_of(known: Sequence[Known], *, tickets: Iterable[Handled] = (), as_of: date | None = None) -> Board:
    """Return the board of customers, with the tickets of all of them, by the day of `present_day` where none is given."""
    as_of = as_of or present_day([one.last for one in known if one.last])
    weeks = () if as_of is None else tuple(monday(as_of) - n * _WEEK for n in reversed(range(RULES.weeks)))
    findings = {one.account.name: one.summary.findings for one in known if one.summary}
    return Board(
        as_of=as_of,
        rows=tuple(sorted((_row(one, as_of, weeks) for one in known), key=_order)),
        weeks=weeks,
        links=() if as_of is None else links(findings, as_of=as_of),
        practice=practice_of(tickets, enough=RULES.enough),
    )


def _row(one: Known, as_of: date | None, weeks: Sequence[date]) -> Row:
    without = (as_of - one.last).days if as_of and one.last else None
    renewal = one.account.renewal_on
    scores = {week.monday: week.score for week in one.weeks}
    return Row(
        account=one.account, summary=one.summary, last=one.last,
        days_without=without if without is not None and without >= RULES.stale_days else None,
        days_to_renewal=(renewal - as_of).days if renewal and as_of else None,
        weeks=tuple(scores.get(week) for week in weeks),
    )  # fmt: skip


def _order(row: Row) -> tuple[int, float, float, str]:
    """Sort by risk, then score, then revenue."""
    score = row.summary.score if row.summary else None
    return (
        -list(RiskLevel).index(row.risk),
        -1.0 if score is None else score,
        -(row.account.annual_revenue or 0.0),
        row.account.name.casefold(),
    )
