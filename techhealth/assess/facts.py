"""Rollup → what one integration did, day by day, as plain arrays that scoring and detection slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from techhealth.assess.outcomes import AUTH_CODES, UNSAID
from techhealth.assess.parts import Parts, parts_of
from techhealth.assess.period import span
from techhealth.assess.rates import Counts
from techhealth.model import Days, Kind, Receipt
from techhealth.usage.local import local_day
from techhealth.usage.rollup import Rollup
from techhealth.usage.tries import by_first_try


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Calls, deliveries or auth events of one integration, one element a day: all, those of known outcome, the failed."""

    calls: Counts
    known: Counts
    failures: Counts

    def until(self, cut: int) -> Stream:
        """Return the first `cut` days."""
        return Stream(calls=self.calls[:cut], known=self.known[:cut], failures=self.failures[:cut])


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One integration, one element a calendar day of `days`; counts of the whole period are those of `period`.

    `days` reach before the period where earlier uploads are known: they are baseline, never counted in it.
    `kind` is what it is judged by: API calls where it has any, else deliveries, else auth events; `calls`, `known` and
    `failures` are those of that kind. `auth_failures` of `auth_known` failed for authentication: calls and auth events;
    `unnamed_failures` may have, for the log does not say why. Of the `undated` ones no day is known.
    `first_tries` are the same deliveries by their first try, None where no later one ever delivered what the first did not.
    `parts` are those of its kind by code, endpoint, client and hours. `latency` is days x buckets of calls that did not fail, the first column being bucket `first_bucket`.
    """

    name: str
    kind: Kind
    days: Days
    period: Days
    streams: Mapping[Kind, Stream]
    auth_failures: Counts
    auth_known: Counts
    unnamed_failures: Counts
    undated_known: int
    undated_failures: int
    open_auth_failures: int  # failed auth events since the last successful one
    latency: NDArray[np.int64]
    latency_us: NDArray[np.int64]
    first_bucket: int
    parts: Parts
    first_tries: Facts | None = None

    @property
    def calls(self) -> Counts:
        """What the integration is judged by, a day."""
        return self.streams[self.kind].calls

    @property
    def known(self) -> Counts:
        """Those of known outcome, a day."""
        return self.streams[self.kind].known

    @property
    def failures(self) -> Counts:
        """Those that failed, a day."""
        return self.streams[self.kind].failures

    def stream(self, kind: Kind) -> Stream:
        """Return what the integration has of one kind, nothing but zeros where it has none."""
        none = np.zeros(self.days.days, dtype=np.int64)
        return self.streams.get(kind, Stream(calls=none, known=none, failures=none))

    def on(self, position: int) -> date:
        """Return the day at a position."""
        return self.days.first + timedelta(days=position)

    def between(self, days: Days) -> slice:
        """Return the positions of `days` (cut to what the facts cover)."""
        start = max(0, (days.first - self.days.first).days)
        return slice(start, max(start, (days.last - self.days.first).days + 1))

    def until(self, last: date) -> Facts:
        """Return the facts as they stood at the end of a day."""
        cut, whole = (last - self.days.first).days + 1, last >= self.days.last
        return replace(
            self,
            days=span(self.days.first, last),
            period=span(min(self.period.first, last), last),
            streams={kind: stream.until(cut) for kind, stream in self.streams.items()},
            undated_known=self.undated_known if whole else 0,  # not known of earlier days
            undated_failures=self.undated_failures if whole else 0,
            parts=self.parts.until(cut),
            open_auth_failures=self.open_auth_failures if whole else 0,
            first_tries=self._tries_until(last),
            **{name: getattr(self, name)[:cut] for name in _DAILY},
        )

    def _tries_until(self, last: date) -> Facts | None:
        """Return the first tries up to a day, None where they ended as the deliveries did."""
        if self.first_tries is None:
            return None
        tries = self.first_tries.until(last)
        late = tries.failures != self.stream(Kind.WEBHOOK).failures[: len(tries.failures)]
        return tries if late.any() else None

    def repaired(self, removed: Mapping[date, int], *, kind: Kind, auth: bool) -> Facts:
        """Return the facts with failures of some days turned into successes, never below none.

        Args:
            removed: failures a day that no longer happen.
            kind: calls, deliveries or auth events.
            auth: whether these were authentication failures.
        """
        fewer = np.zeros(self.days.days, dtype=np.int64)
        for day, count in removed.items():
            position = (day - self.days.first).days
            if 0 <= position < len(fewer):
                fewer[position] = count
        stream = self.stream(kind)
        better = replace(stream, failures=np.maximum(stream.failures - fewer, 0))
        fixed = replace(self, streams={**self.streams, kind: better})
        if not (auth or kind is Kind.AUTH):
            return fixed
        still_open = max(0, self.open_auth_failures - int(fewer.sum()))
        return replace(fixed, auth_failures=np.maximum(self.auth_failures - fewer, 0), open_auth_failures=still_open)


_DAILY = ("auth_failures", "auth_known", "unnamed_failures", "latency", "latency_us")


def local_days(rollup: Rollup) -> pl.Expr:
    """Return the calendar day of a column `at`, in the rollup's zone."""
    return local_day(rollup.timezone)


def is_known(rollup: Rollup) -> pl.Expr:
    """Return whether an outcome counts: it is known, and not exported for being a failure."""
    chosen = rollup.receipt.failures_only if rollup.receipt else ()
    return pl.col("ok").is_not_null() & ~pl.col("integration").is_in(list(chosen))


def facts_of(rollup: Rollup, *, days: Days, period: Days | None = None) -> tuple[Facts, ...]:
    """Return the facts of every integration of a rollup, in alphabetical order; without a dated row it has zeros.

    The period is all of `days` when not given.
    """
    every, tries = (_each(rows, days=days, period=period or days) for rows in (rollup, by_first_try(rollup)))
    return tuple(replace(one, first_tries=tries.get(name)) for name, one in every.items())


def _each(rollup: Rollup, *, days: Days, period: Days) -> dict[str, Facts]:
    """Return the facts of every integration by name."""
    daily = _daily(rollup)
    names = pl.concat([daily["integration"], rollup.undated["integration"]]).unique().sort()
    return {
        name: _facts(name, daily.filter(pl.col("integration") == name), rollup=rollup, days=days, period=period)
        for name in names.to_list()
    }


def _daily(rollup: Rollup) -> pl.DataFrame:
    """Return counts by integration, kind and day."""
    known, failed = is_known(rollup), is_known(rollup) & pl.col("ok").eq_missing(False)
    auth = failed & (pl.col("status").is_in([401, 403]) | pl.col("error").is_in(AUTH_CODES)).fill_null(False)
    unnamed = failed & pl.col("status").is_null() & pl.col("error").fill_null("").is_in(list(UNSAID))
    calls = pl.col("calls")
    return (
        rollup.hourly.with_columns(day=local_days(rollup))
        .group_by("integration", "kind", "day")
        .agg(
            calls=calls.sum(),
            known=calls.filter(known).sum(),
            failures=calls.filter(failed).sum(),
            unnamed=calls.filter(unnamed).sum(),
            auth=calls.filter(auth).sum(),
        )
        .sort("integration", "kind", "day")
    )


def _facts(name: str, counts: pl.DataFrame, *, rollup: Rollup, days: Days, period: Days) -> Facts:
    """Return one integration's arrays."""
    present = set(counts["kind"]) or set(rollup.undated.filter(pl.col("integration") == name)["kind"])
    kinds = [kind for kind in (Kind.API, Kind.WEBHOOK, Kind.AUTH) if kind.value in present]

    def column(of: Kind, field: str) -> Counts:
        rows = counts.filter(pl.col("kind") == of.value)
        return _dense(rows["day"].to_list(), rows[field].to_numpy(), days)

    streams = {
        kind: Stream(calls=column(kind, "calls"), known=column(kind, "known"), failures=column(kind, "failures"))
        for kind in kinds
    }
    main = kinds[0]
    unnamed = column(main, "unnamed") * (main is not Kind.AUTH)
    events, failed_events = column(Kind.AUTH, "known"), column(Kind.AUTH, "failures")
    latency, micros, first_bucket = _latency(rollup, name, days)
    undated = rollup.undated.filter((pl.col("integration") == name) & (pl.col("kind") == main.value) & is_known(rollup))
    return Facts(
        name=name,
        kind=main,
        days=days,
        period=period,
        streams=streams,
        auth_failures=failed_events if main is Kind.AUTH else column(main, "auth") + failed_events,
        auth_known=events if main is Kind.AUTH else column(main, "known") - unnamed + events,
        unnamed_failures=unnamed,
        undated_known=int(undated["calls"].sum()),
        undated_failures=int(undated.filter(~pl.col("ok"))["calls"].sum()),
        open_auth_failures=_open_failures(rollup, name),
        latency=latency,
        latency_us=micros,
        first_bucket=first_bucket,
        parts=parts_of(rollup, integration=name, kind=main, days=days),
    )


def _dense(days: list[date], values: NDArray[np.int64], span_: Days) -> Counts:
    """Return one value a calendar day, 0 where there is none."""
    dense = np.zeros(span_.days, dtype=np.int64)
    for day, value in zip(days, values, strict=True):
        if span_.first <= day <= span_.last:
            dense[(day - span_.first).days] += int(value)
    return dense


def _latency(rollup: Rollup, name: str, days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return bucket counts (days x buckets), summed microseconds a day, and the first bucket, of calls that did not fail."""
    rows = rollup.latency.filter(
        (pl.col("integration") == name)
        & (pl.col("kind") == Kind.API.value)
        & pl.col("ok").fill_null(True)  # of unknown outcome: not known to have failed
        & pl.col("day").is_between(days.first, days.last)
    )
    if rows.is_empty():
        return np.zeros((days.days, 1), dtype=np.int64), np.zeros(days.days, dtype=np.int64), 0
    first = int(rows["bucket"].min())  # type: ignore[arg-type]
    width = int(rows["bucket"].max()) - first + 1  # type: ignore[arg-type]
    position = (rows["day"] - days.first).dt.total_days().to_numpy()
    counts = np.zeros((days.days, width), dtype=np.int64)
    np.add.at(counts, (position, rows["bucket"].to_numpy() - first), rows["calls"].to_numpy())
    micros = np.zeros(days.days, dtype=np.int64)
    np.add.at(micros, position, rows["sum_us"].to_numpy())
    return counts, micros, first


def _open_failures(rollup: Rollup, name: str) -> int:
    """Return how many auth events failed in the hours after the last hour with a successful one."""
    auth = rollup.hourly.filter((pl.col("integration") == name) & (pl.col("kind") == Kind.AUTH.value))
    recovered = auth.filter(pl.col("ok"))["at"].max()
    later = auth if recovered is None else auth.filter(pl.col("at") > recovered)
    return int(later.filter(pl.col("ok").eq_missing(False))["calls"].sum())


def all_days(rollup: Rollup) -> Days | None:
    """Return the first to the last day with data, None for an empty rollup."""
    seen = rollup.hourly.select(day=local_days(rollup))["day"]
    first, last = seen.min(), seen.max()
    return span(first, last) if isinstance(first, date) and isinstance(last, date) else None


def as_of(rollup: Rollup, last: date) -> Rollup:
    """Return the rollup as it stood at the end of a day: nothing later is kept.

    The receipt keeps what it says of the files; its counts are those up to that day.
    """
    days = all_days(rollup)
    if days is None or days.last <= last:
        return rollup
    tables = {name: getattr(rollup, name).filter(day <= last) for name, day in days_of(rollup).items()}
    past = replace(rollup, **tables, undated=rollup.undated.clear())  # of these nobody knows whether they came before
    return past if rollup.receipt is None else replace(past, receipt=_counted(rollup.receipt, past.hourly))


def days_of(rollup: Rollup) -> dict[str, pl.Expr]:
    """Return for each table the day of which its rows speak."""
    by_day = {name: pl.col("day") for name in ("endpoints", "latency", "sizes", "clients", "regions")}
    by_instant = {name: local_days(rollup) for name in ("hourly", "saved", "minutes", "samples")}
    return {**by_day, **by_instant}


def since(rollup: Rollup, first: date) -> Rollup:
    """Return the sums from a day on; those of which no day is known are left out."""
    tables = {name: getattr(rollup, name).filter(day >= first) for name, day in days_of(rollup).items()}
    return replace(rollup, **tables, undated=rollup.undated.clear())


def _counted(receipt: Receipt, hourly: pl.DataFrame) -> Receipt:
    """Return a receipt with the counts of some hours; its last instant is the beginning of the last hour."""
    trust = receipt.trust
    if receipt.last is not None:
        whole = f"of the whole log, which goes on until {receipt.last:%Y-%m-%d}"
        trust = replace(trust, reasons=(whole, *trust.reasons))
    calls = {kind: int(hourly.filter(pl.col("kind") == kind.value)["calls"].sum()) for kind in Kind}
    last = hourly["at"].max()
    return replace(
        receipt,
        events=sum(calls.values()),
        api_calls=calls[Kind.API],
        webhook_deliveries=calls[Kind.WEBHOOK],
        auth_events=calls[Kind.AUTH],
        trust=trust,
        last=last if isinstance(last, datetime) else None,
    )
