"""How we do: how long before the customer we knew, and how long it took to resolve; medians with their counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """A median of days with the number of tickets behind it; None where these are too few."""

    days: float | None
    tickets: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """The lead against the customer's own report (negative: the customer was first), and the time to resolve."""

    lead: Median
    resolve: Median


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """A ticket in short: when its issue was first flagged, reported by the customer, opened and resolved; None: not (known)."""

    flagged_on: date | None
    reported_on: date | None
    opened_at: datetime
    resolved_at: datetime | None


def practice_of(tickets: Iterable[Handled], *, enough: int) -> Practice:
    """Return the medians over tickets; fewer than `enough` give none."""
    every = tuple(tickets)
    leads = [(one.reported_on - one.flagged_on) / _ONE_DAY for one in every if one.reported_on and one.flagged_on]
    spans = [(one.resolved_at - one.opened_at) / _ONE_DAY for one in every if one.resolved_at]
    return Practice(lead=_median(leads, enough), resolve=_median(spans, enough))


def _median(days: Sequence[float], enough: int) -> Median:
    return Median(days=median(days) if len(days) >= enough else None, tickets=len(days), needed=enough)
