"""What the questions are answered from: one integration's rows as arrays, counted once and then looked at as of any day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from techhealth.assess.causes.tally import Counts, Indices, Rows, numbered, sums
from techhealth.assess.counted import Counted
from techhealth.model import Days, Kind
from techhealth.usage.rollup import Rollup

_METHOD = pl.col("method").fill_null("")
#: Minutes of a day.
_DAY = 24 * 60
_ENDPOINT = pl.col("endpoint").fill_null("(unknown)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Minutes with calls in order, one element each: day (counted from the first), minute of the local day, and sums."""

    day: Indices
    clock: Indices
    accepted: Counts
    throttled: Counts
    failed: Counts
    retries: Counts

    def __len__(self) -> int:
        return len(self.day)

    def between(self, start: int, end: int) -> Minutes:
        """Return those of some days, `start` then being the first."""
        part = slice(*np.searchsorted(self.day, (start, end)))
        return replace(self._taken(part), day=self.day[part] - start)

    def windows(self, width: int) -> Minutes:
        """Return the sums of windows of so many minutes, counted from midnight; `clock` is where a window begins."""
        if width == 1:
            return self
        key = (self.day * _DAY + self.clock) // width
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        accepted, throttled, failed, retries = (
            np.add.reduceat(values, starts) if len(starts) else values
            for values in (self.accepted, self.throttled, self.failed, self.retries)
        )
        return Minutes(
            day=self.day[starts], clock=key[starts] * width % _DAY, accepted=accepted,
            throttled=throttled, failed=failed, retries=retries,
        )  # fmt: skip

    def met(self) -> Minutes:
        """Return those in which a call was rejected as one too many."""
        return self._taken(self.throttled > 0)

    def _taken(self, part: slice | np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Minutes:
        return Minutes(
            day=self.day[part], clock=self.clock[part], accepted=self.accepted[part],
            throttled=self.throttled[part], failed=self.failed[part], retries=self.retries[part],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One integration's calls, deliveries, first tries or auth events; grids hold a row per local calendar day, a column per hour.

    Attributes:
        days: what is counted.
        calls: those with a known outcome, shape (days, 24).
        fine: those that succeeded, same shape.
        by_code: error code, class or reason → failures, shape (days, 24).
        retries: error code, class or reason → failed calls that repeat an earlier failed one, shape (days,).
        endpoints, clients, regions: rows by day.
        sizes: rows by day, named by their endpoint.
        minutes: None where those of the failures in question are not known.
        named_limit: the limit that most answers name, calls a minute.
        is_part: whether only the failures of a few codes are in question.
    """

    counted: Counted
    timezone: str
    days: Days
    calls: Counts
    fine: Counts
    by_code: Mapping[str, Counts]
    retries: Mapping[str, Counts]
    endpoints: Rows
    clients: Rows
    regions: Rows
    sizes: Rows
    minutes: Minutes | None
    named_limit: int | None
    is_part: bool = False

    @classmethod
    def of(cls, rollup: Rollup, *, integration: str, counted: Counted, days: Days) -> Evidence:
        """Return an integration's part of a rollup; tables that a log cannot fill may be empty."""
        rollup = counted.told(rollup)
        tables = _Tables(rollup=rollup, integration=integration, kind=counted.kind, days=days)
        hourly = tables.indexed(rollup.hourly.filter(pl.col("ok").is_not_null()), tables.local("at").dt.date())
        hourly = hourly.with_columns(cell=pl.col("index") * 24 + tables.local("at").dt.hour())
        failed = hourly.filter(~pl.col("ok")).with_columns(pl.col("error").fill_null("unknown"))
        names, numbers = numbered(failed["error"])
        by_code, retries = (
            sums(numbers * width + failed[cell].to_numpy(), failed[what], size=len(names) * width)
            for cell, what, width in (("cell", "calls", days.days * 24), ("index", "retries", days.days))
        )
        return cls(
            counted=counted,
            timezone=rollup.timezone,
            days=days,
            calls=sums(hourly["cell"], hourly["calls"], size=days.days * 24).reshape(-1, 24),
            fine=sums(hourly["cell"], hourly["calls"] * hourly["ok"], size=days.days * 24).reshape(-1, 24),
            by_code=dict(zip(names, by_code.reshape(-1, days.days, 24), strict=True)),
            retries=dict(zip(names, retries.reshape(-1, days.days), strict=True)),
            endpoints=tables.rows(
                tables.by_day(rollup.endpoints), pl.concat_str(_METHOD, _ENDPOINT, separator=" ").str.strip_chars()
            ),
            clients=tables.rows(tables.by_day(rollup.clients), pl.col("client")),
            regions=tables.rows(tables.by_day(rollup.regions), pl.col("region")),
            sizes=tables.rows(tables.by_day(rollup.sizes), _ENDPOINT),
            minutes=tables.minutes(),
            named_limit=tables.named_limit(),
        )

    def part_of(self, codes: Collection[str], *, period: Days, since: date) -> float:
        """Return which part of the failures beyond the level before a day has one of some codes, 0-1."""
        first, start, end = (
            max(0, (day - self.days.first).days) for day in (period.first, since, period.last + timedelta(days=1))
        )
        before, after = slice(first, start), slice(start, end)
        growth = self.calls[after].sum() / max(self.calls[before].sum(), 1.0)
        beyond = {code: grid[after].sum() - grid[before].sum() * growth for code, grid in self.by_code.items()}
        total = sum(beyond.values())
        return sum(beyond.get(code, 0.0) for code in codes) / total if total > 0 else 0.0

    def about(self, codes: Collection[str]) -> Evidence:
        """Return the evidence of some codes' failures alone; all other calls count as none of them."""
        statuses = np.array([int(code) for code in codes if code.isdecimal()], dtype=np.int64)
        endpoints, clients, regions, sizes = (
            replace(rows, ok=rows.ok | ~np.isin(rows.status, statuses))
            for rows in (self.endpoints, self.clients, self.regions, self.sizes)
        )
        return replace(
            self,
            by_code={code: grid for code, grid in self.by_code.items() if code in codes},
            retries={code: repeats for code, repeats in self.retries.items() if code in codes},
            endpoints=endpoints,
            clients=clients,
            regions=regions,
            sizes=sizes,
            minutes=None,
            is_part=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    """One integration's part of a rollup."""

    rollup: Rollup
    integration: str
    kind: Kind
    days: Days

    def local(self, column: str) -> pl.Expr:
        """Return the local time of an instant."""
        return pl.col(column).dt.convert_time_zone(self.rollup.timezone)

    def mine(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return the integration's rows, of this kind where the table tells kinds apart."""
        own = pl.col("integration") == self.integration
        return table.filter(own & (pl.col("kind") == self.kind.value) if "kind" in table.columns else own)

    def indexed(self, table: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
        """Return the integration's rows of the days with their `index` among them, in order."""
        index = (day - pl.lit(self.days.first)).dt.total_days().alias("index")
        rows = self.mine(table).with_columns(index)
        return rows.filter(pl.col("index").is_between(0, self.days.days - 1)).sort("index", maintain_order=True)

    def by_day(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return rows of known outcome by day."""
        return self.indexed(table.filter(pl.col("ok").is_not_null()), pl.col("day"))

    def rows(self, frame: pl.DataFrame, name: pl.Expr) -> Rows:
        """Return a frame's rows by what they are called."""
        names, numbers = numbered(frame.select(name.alias("name"))["name"])
        buckets = frame["bucket"].to_numpy() if "bucket" in frame.columns else np.zeros(len(frame))
        return Rows(
            names=names,
            number=numbers,
            day=frame["index"].to_numpy(),
            bucket=buckets.astype(np.int64),
            status=frame["status"].fill_null(-1).to_numpy().astype(np.int64),
            ok=frame["ok"].to_numpy().astype(np.bool_),
            calls=frame["calls"].to_numpy().astype(np.float64),
        )

    def minutes(self) -> Minutes:
        """Return the minutes of calls."""
        local = self.local("at").dt
        rows = self.indexed(self.rollup.minutes, local.date()).with_columns(
            clock=local.hour().cast(pl.Int64) * 60 + local.minute().cast(pl.Int64)
        )
        accepted, throttled, failed, retries = (
            rows[name].to_numpy().astype(np.float64) for name in ("accepted", "throttled", "failed", "retries")
        )
        return Minutes(
            day=rows["index"].to_numpy(), clock=rows["clock"].to_numpy(), accepted=accepted,
            throttled=throttled, failed=failed, retries=retries,
        )  # fmt: skip

    def named_limit(self) -> int | None:
        """Return the limit that most answers name in a header."""
        named = self.mine(self.rollup.limits).sort(["calls", "rate_limit"], descending=[True, False])
        return int(named["rate_limit"][0]) if named.height else None
