"""What the questions are asked of: one integration's failures over a period, by day and hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from techhealth.model import CauseKind, Change, Days, Kind, Onset, Owner
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

Counts = npt.NDArray[np.float64]

#: Codes looked at, most frequent first.
_MOST_CODES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One integration over one period; arrays hold a row per local calendar day.

    Attributes:
        calls: calls, deliveries or auth events with a known outcome, shape (days, 24 local hours).
        failures: failures, same shape.
        retries: failed calls that repeat an earlier failed one, shape (days,).
        by_code: error code, class or reason → failures, shape (days, 24), most frequent first.
        recent: the days of the current window.
        start: index of the first day after the issue's onset; 0 when the issue has none.
        target: tolerated failure rate, the baseline of an issue without onset.
    """

    rollup: Rollup
    integration: str
    kind: Kind
    period: Days
    days: tuple[date, ...]
    calls: Counts
    failures: Counts
    retries: Counts
    by_code: Mapping[str, Counts]
    start: int
    recent: slice
    target: float
    policy: Policy

    def rows(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return the integration's rows of a rollup table, of this kind where the table tells kinds apart."""
        mine = pl.col("integration") == self.integration
        return table.filter(mine & (pl.col("kind") == self.kind.value) if "kind" in table.columns else mine)

    def indexed(self, frame: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
        """Return the rows of the period with their `index` among its days."""
        index = (day - pl.lit(self.period.first)).dt.total_days().alias("index")
        return frame.with_columns(index).filter(pl.col("index").is_between(0, len(self.days) - 1))

    def local(self, column: str = "at") -> pl.Expr:
        """Return the local time of an instant."""
        return pl.col(column).dt.convert_time_zone(self.rollup.timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The failures one question is about: all of the issue (`code` None) or one code class.

    Attributes:
        hours: the failures in question, shape (days, 24).
    """

    case: Case
    code: str | None
    hours: Counts

    @property
    def k(self) -> Counts:
        """The failures in question by day."""
        total: Counts = self.hours.sum(axis=1)
        return total

    @property
    def n(self) -> Counts:
        """Calls by day."""
        total: Counts = self.case.calls.sum(axis=1)
        return total

    @property
    def failed(self) -> pl.Expr | None:
        """The failures in question in tables that know status and outcome only; None where these cannot tell."""
        if self.code is None:
            return ~pl.col("ok")
        return ~pl.col("ok") & (pl.col("status") == int(self.code)) if self.code.isdecimal() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An answer to one question, before its shares are worked out.

    Attributes:
        key: what was found (a weekday, an endpoint), so that the same answer is not given twice.
        explained: failures that the finding covers, shape (days,).
        removable: failures its fix would remove, shape (days,), not yet whole numbers.
        exposure: calls of the slice spoken of, shape (days,); None when it is all calls.
        owner: who has to act, when the finding itself tells.
    """

    kind: CauseKind
    key: str
    statement: str
    evidence: Mapping[str, float | int | str | None]
    explained: Counts
    removable: Counts
    exposure: Counts | None = None
    onset: Onset | None = None
    change: Change | None = None
    owner: Owner | None = None


def open_case(
    rollup: Rollup,
    *,
    integration: str,
    kind: Kind,
    period: Days,
    window: Days,
    onset: date | None,
    target: float,
    policy: Policy,
) -> Case:
    """Return the failures of an integration over a period, counted by day, hour and code."""
    count = (period.last - period.first).days + 1
    local = pl.col("at").dt.convert_time_zone(rollup.timezone)
    hourly = (
        rollup.hourly.filter(
            (pl.col("integration") == integration) & (pl.col("kind") == kind.value) & pl.col("ok").is_not_null()
        )
        .with_columns(index=(local.dt.date() - pl.lit(period.first)).dt.total_days(), hour=local.dt.hour())
        .filter(pl.col("index").is_between(0, count - 1))
    )
    failed = hourly.filter(~pl.col("ok")).with_columns(pl.col("error").fill_null("unknown"))
    codes = failed.group_by("error").agg(pl.col("calls").sum()).sort(["calls", "error"], descending=[True, False])
    return Case(
        rollup=rollup,
        integration=integration,
        kind=kind,
        period=period,
        days=tuple(period.first + timedelta(days=index) for index in range(count)),
        calls=_grid(hourly, count),
        failures=_grid(failed, count),
        retries=_grid(failed, count, of="retries").sum(axis=1),
        by_code={code: _grid(failed.filter(pl.col("error") == code), count) for code in codes["error"][:_MOST_CODES]},
        start=(onset - period.first).days if onset and period.first < onset <= period.last else 0,
        recent=slice(max(0, (window.first - period.first).days), max(0, (window.last - period.first).days + 1)),
        target=target,
        policy=policy,
    )


def _grid(frame: pl.DataFrame, count: int, *, of: str = "calls") -> Counts:
    """Return sums by day and hour, shape (days, 24)."""
    cells = frame["index"].to_numpy() * 24 + frame["hour"].to_numpy()
    return sums(cells, frame[of].to_numpy(), size=count * 24).reshape(count, 24)


def sums(cells: npt.ArrayLike, amounts: npt.ArrayLike, *, size: int) -> Counts:
    """Return amounts added up by cell number, shape (size,)."""
    return np.asarray(np.bincount(cells, weights=amounts, minlength=size), dtype=np.float64)
