"""The board: a row a customer, the riskiest first, with its weeks, and what several of them share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from techhealth.model import RiskLevel, State
from techhealth.portfolio.links import Link, links
from techhealth.portfolio.practice import Handled, Practice, practice_of
from techhealth.portfolio.rules import RULES
from techhealth.portfolio.summary import Summary, WeekScore, monday
from techhealth.today import days_without, level_today

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of a customer beside its logs; None is not known. An example has a day that is today for it."""

    name: str
    segment: str | None = None
    annual_revenue: float | None = None
    renewal_on: date | None = None
    example_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a store holds of a customer: its last day with data, its newest summary, and the scores of its weeks."""

    account: Account
    last: date | None
    summary: Summary | None
    weeks: tuple[WeekScore, ...] = ()

    @property
    def is_example(self) -> bool:
        """Whether it is an example, as it is until its data go beyond the day on which it lives."""
        lives_on = self.account.example_on
        return lives_on is not None and (self.last is None or self.last <= lives_on)

    def today(self, today: date) -> date:
        """Return the day that is today for this customer."""
        return self.account.example_on if self.account.example_on and self.is_example else today


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One customer on the board.

    Attributes:
        account: name, segment, revenue and renewal.
        summary: its newest assessment in short, None before the first.
        last: its last day with data.
        days_without: days since then, None where no newer data are missed, or where there never were any.
        days_to_renewal: negative when it has passed.
        mondays: the weeks of its row of the heat map, up to its own today.
        weeks: their scores, None where there is none.
        is_example: whether it is an example, of a today of its own.
    """

    account: Account
    summary: Summary | None
    last: date | None
    days_without: int | None
    days_to_renewal: int | None
    mondays: tuple[date, ...]
    weeks: tuple[float | None, ...]
    is_example: bool = False

    @property
    def risk(self) -> RiskLevel:
        """The technical risk as of today."""
        return level_today(self.summary.risk if self.summary else RiskLevel.UNKNOWN, self.days_without)

    @property
    def is_well(self) -> bool:
        """Whether enough is known, as of today, and nothing is wrong."""
        found = self.summary
        return found is not None and found.state is State.SCORED and self.risk is RiskLevel.LOW and not found.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All customers as of today; examples alone as of theirs, and beside others on a board of their own."""

    as_of: date | None
    rows: tuple[Row, ...]
    links: tuple[Link, ...]
    practice: Practice
    examples: Board | None = None

    def shared_by(self, customer: str) -> dict[tuple[str, datetime], Link]:
        """Return which issues of a customer, by their ids and the hour they began, others have as well."""
        mine = {
            (found.id, found.began_at): one
            for one in self.links
            for name, found in one.members
            if name == customer and found.began_at
        }
        return mine or (self.examples.shared_by(customer) if self.examples else {})

    @property
    def is_example(self) -> bool:
        """Whether it is of examples alone."""
        return bool(self.rows) and all(row.is_example for row in self.rows)


def board_of(known: Sequence[Known], *, today: date, tickets: Iterable[Handled] = ()) -> Board:
    """Return the board of customers as of a day (of examples alone as of theirs, without any data of none), with all their tickets."""
    examples = [one for one in known if one.is_example]
    if examples and len(examples) < len(known):
        mine = board_of([one for one in known if not one.is_example], today=today, tickets=tickets)
        return replace(mine, examples=board_of(examples, today=today))
    return Board(
        as_of=max((one.today(today) for one in known if one.last), default=None),
        rows=tuple(sorted((_row(one, one.today(today)) for one in known), key=_order)),
        links=links({one.account.name: one.summary.findings for one in known if one.summary}, as_of={one.account.name: one.today(today) for one in known}),
        practice=practice_of(tickets, enough=RULES.enough),
    )  # fmt: skip


def _row(one: Known, today: date) -> Row:
    found, renewal = one.summary, one.account.renewal_on
    mondays = tuple(monday(today) - n * _WEEK for n in reversed(range(RULES.weeks)))
    scores = {week.monday: week.score for week in one.weeks}
    return Row(
        account=one.account, summary=found, last=one.last,
        days_without=days_without(one.last, covers=found.covers, today=today) if one.last and found else None,
        days_to_renewal=(renewal - today).days if renewal else None,
        mondays=mondays, weeks=tuple(map(scores.get, mondays)), is_example=one.is_example,
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
