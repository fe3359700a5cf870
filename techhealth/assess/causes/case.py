"""What the questions are asked of: one integration's failures over a period, by day and hour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from techhealth.assess.causes.concentration import Concentration
from techhealth.assess.causes.tally import Counts, Tally, numbered, sums, tally
from techhealth.assess.onset import find_onset
from techhealth.model import CauseKind, Change, Days, Kind, Onset, Owner
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

#: Codes looked at, most frequent first.
_MOST_CODES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One integration over one period; arrays hold a row per local calendar day.

    Attributes:
        timezone: zone of the days and hours.
        calls: calls, deliveries or auth events with a known outcome, shape (days, 24 local hours).
        failures: failures, same shape.
        retries: failed calls that repeat an earlier failed one, shape (days,).
        by_code: error code, class or reason → failures, shape (days, 24), most frequent first.
        endpoints: endpoints by day.
        clients: client versions by day.
        sizes: endpoints by size bucket, whole weeks that touch the period: first of the weeks before that of the issue's
            first day, then once more of those from it on.
        weekly_sizes: weeks (named by their Monday) by size bucket.
        first_bucket: the smallest size bucket.
        minutes: minutes of the period with their day's `index`.
        named_limit: the limit that most answers name, calls a minute.
        recent: the days of the current window.
        start: index of the first day of the issue; 0 when it has no onset.
        target: tolerated failure rate, the baseline of an issue without onset.
    """

    kind: Kind
    timezone: str
    days: tuple[date, ...]
    calls: Counts
    failures: Counts
    retries: Counts
    by_code: Mapping[str, Counts]
    endpoints: Tally
    clients: Tally
    sizes: Tally
    weekly_sizes: Tally
    first_bucket: int
    minutes: pl.DataFrame
    named_limit: int | None
    recent: slice
    start: int
    target: float
    policy: Policy


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The failures one question is about: all of the issue (`code` None) or one code class, from a day on.

    Attributes:
        grid: the failures of that class over the whole period, shape (days, 24).
        start: index of the first day in question; the days before tell what was usual.
    """

    case: Case
    code: str | None
    grid: Counts
    start: int = 0

    @property
    def hours(self) -> Counts:
        """The failures in question, shape (days, 24)."""
        return self.grid[self.start :]

    @property
    def k(self) -> Counts:
        """The failures in question by day."""
        total: Counts = self.hours.sum(axis=1)
        return total

    @property
    def n(self) -> Counts:
        """Calls by day."""
        total: Counts = self.case.calls[self.start :].sum(axis=1)
        return total

    @property
    def excess(self) -> float:
        """The failures in question beyond the level of the days before; all where there are none."""
        before, calls = self.grid[: self.start].sum(), self.case.calls[: self.start].sum()
        return float(self.k.sum() - self.n.sum() * before / max(calls, 1))

    @cached_property
    def onset(self) -> Onset | None:
        """Since when they are more frequent; several questions ask."""
        case = self.case
        return find_onset(case.days, self.grid.sum(axis=1), case.calls.sum(axis=1), case.policy)

    def is_clear(self, found: Concentration) -> bool:
        """Return whether a slice explains where failures fall clearly better than chance, and enough of them."""
        rules = self.case.policy.causes
        return found.gain > math.log(rules.clear_odds) and found.share >= rules.slice_share


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An answer to one question, before its shares are worked out.

    Attributes:
        key: what was found (a weekday, an endpoint), so that the same answer is not given twice.
        explained: failures that the finding covers, shape (days,), from the scope's first day on.
        removable: failures its fix would remove, same shape, not yet whole numbers.
        excess: failures that a slice takes beyond those that chance lays there; None when no slice is spoken of.
        gain: log likelihood won by the slice, by which slices are compared.
        owner: who has to act, when the finding itself tells.
    """

    kind: CauseKind
    key: str
    statement: str
    evidence: Mapping[str, float | int | str | None]
    explained: Counts
    removable: Counts
    excess: float | None = None
    gain: float = 0.0
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
    """Return the failures of an integration over a period, counted along every axis that is asked about."""
    tables = _Tables(rollup=rollup, integration=integration, kind=kind, first=period.first, last=period.last)
    hourly = tables.indexed(rollup.hourly.filter(pl.col("ok").is_not_null()), tables.local("at").dt.date())
    hourly = hourly.with_columns(cell=pl.col("index") * 24 + tables.local("at").dt.hour())
    failed = hourly.filter(~pl.col("ok")).with_columns(pl.col("error").fill_null("unknown"))
    count = tables.count
    start = (onset - period.first).days if onset and period.first < onset <= period.last else 0
    weekly = tables.weekly_sizes()
    first_bucket = int(str(weekly["bucket"].min())) if weekly.height else 0
    return Case(
        kind=kind,
        timezone=rollup.timezone,
        days=tuple(period.first + timedelta(days=index) for index in range(count)),
        calls=sums(hourly["cell"], hourly["calls"], size=count * 24).reshape(count, 24),
        failures=sums(failed["cell"], failed["calls"], size=count * 24).reshape(count, 24),
        retries=sums(failed["index"], failed["retries"], size=count),
        by_code=_by_code(failed, count),
        endpoints=tables.by_day(rollup.endpoints, pl.concat_str(_METHOD, _ENDPOINT, separator=" ").str.strip_chars()),
        clients=tables.by_day(rollup.clients, pl.col("client")),
        sizes=_by_bucket(
            weekly,
            weekly["endpoint"].fill_null("(unknown)"),
            first=first_bucket,
            late=weekly["week"] > period.first + timedelta(days=start - 7),
        ),
        weekly_sizes=_by_bucket(weekly, weekly["week"].cast(pl.String), first=first_bucket),
        first_bucket=first_bucket,
        minutes=tables.indexed(rollup.minutes, tables.local("at").dt.date()),
        named_limit=tables.named_limit(),
        recent=slice(max(0, (window.first - period.first).days), max(0, (window.last - period.first).days + 1)),
        start=start,
        target=target,
        policy=policy,
    )


_METHOD = pl.col("method").fill_null("")
_ENDPOINT = pl.col("endpoint").fill_null("(unknown)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    """One integration's part of a rollup."""

    rollup: Rollup
    integration: str
    kind: Kind
    first: date
    last: date

    @property
    def count(self) -> int:
        """Calendar days of the period."""
        return (self.last - self.first).days + 1

    def local(self, column: str) -> pl.Expr:
        """Return the local time of an instant."""
        return pl.col(column).dt.convert_time_zone(self.rollup.timezone)

    def mine(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return the integration's rows, of this kind where the table tells kinds apart."""
        own = pl.col("integration") == self.integration
        return table.filter(own & (pl.col("kind") == self.kind.value) if "kind" in table.columns else own)

    def indexed(self, table: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
        """Return the integration's rows of the period with their `index` among its days."""
        index = (day - pl.lit(self.first)).dt.total_days().alias("index")
        return self.mine(table).with_columns(index).filter(pl.col("index").is_between(0, self.count - 1))

    def by_day(self, table: pl.DataFrame, name: pl.Expr) -> Tally:
        """Return slices by day."""
        rows = self.indexed(table, pl.col("day")).filter(pl.col("ok").is_not_null())
        names, numbers = numbered(rows.select(name.alias("name"))["name"])
        return tally(rows, names=names, rows=numbers, columns=rows["index"].to_numpy(), width=self.count)

    def weekly_sizes(self) -> pl.DataFrame:
        """Return sizes of the weeks that touch the period."""
        weeks = pl.col("week").is_between(self.first - timedelta(days=6), self.last)
        return self.mine(self.rollup.sizes).filter(weeks & pl.col("ok").is_not_null())

    def named_limit(self) -> int | None:
        """Return the limit that most answers name in a header."""
        named = self.mine(self.rollup.limits).sort(["calls", "rate_limit"], descending=[True, False])
        return int(named["rate_limit"][0]) if named.height else None


def _by_code(failed: pl.DataFrame, count: int) -> dict[str, Counts]:
    """Return failures by day and hour of the most frequent codes, most frequent first, then by code."""
    names, numbers = numbered(failed["error"])
    cells = numbers * count * 24 + failed["cell"].to_numpy()
    grids = sums(cells, failed["calls"], size=len(names) * count * 24).reshape(len(names), count, 24)
    order = sorted(range(len(names)), key=lambda index: (-grids[index].sum(), names[index]))
    return {names[index]: grids[index] for index in order[:_MOST_CODES]}


def _by_bucket(frame: pl.DataFrame, axis: pl.Series, *, first: int, late: pl.Series | None = None) -> Tally:
    """Return one axis by size bucket, counted from the first bucket; where some rows are late, all early ones first."""
    names, numbers = numbered(axis)
    if late is not None:
        names, numbers = names + names, numbers + len(names) * late.to_numpy()
    columns = frame["bucket"].to_numpy().astype(np.int64) - first
    return tally(frame, names=names, rows=numbers, columns=columns, width=int(columns.max()) + 1 if len(columns) else 0)
