"""The slices a cause is read from: a handful of rates side by side, which a reader compares with his own eyes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from techhealth.assess.causes.slices import TOGETHER
from techhealth.assess.causes.words import WEEKDAYS, size
from techhealth.model import Cause, CauseKind, Days, Kind, Slice
from techhealth.usage.rollup import SIZE_STEPS, Rollup, size_edge

_MOST = 8
#: Calls a minute are counted in quarters of the limit.
_QUARTERS = 4


def proven(cause: Cause, rollup: Rollup, *, integration: str, kind: Kind, period: Days) -> Cause:
    """Return a cause with the slices it is read from, over the days that it is told of; a cause without an axis has none.

    Args:
        cause: as it was found.
        rollup: the sums in which it was looked for.
        integration: whose failures it explains.
        kind: calls, deliveries or auth events.
        period: local days, both ends included.
    """
    axis = _AXES.get(cause.kind)
    if axis is None:
        return cause
    asked = _Asked(rollup=rollup, integration=integration, kind=kind, period=period, evidence=cause.evidence)
    return replace(cause, slices=axis(asked))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Which failures are counted: of one integration, over some days, of one code where the cause names one."""

    rollup: Rollup
    integration: str
    kind: Kind
    period: Days
    evidence: Mapping[str, float | int | str | None]

    def rows(self, table: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
        """Return the rows of a table that count: since the day from which on a cause is told, if it is."""
        since = self.evidence.get("since")
        days = day.is_between(date.fromisoformat(str(since)) if since else self.period.first, self.period.last)
        mine = (pl.col("integration") == self.integration) & days
        return table.filter(mine & (pl.col("kind") == self.kind.value) if "kind" in table.columns else mine)

    def local(self) -> pl.Expr:
        """Return the local time of an hour or a minute."""
        return pl.col("at").dt.convert_time_zone(self.rollup.timezone)

    def counted(self, rows: pl.DataFrame, slice_: pl.Expr) -> pl.DataFrame:
        """Return slice, failures k and calls n, in the order of the slices."""
        code = str(self.evidence.get("code"))
        failed = ~pl.col("ok") & (pl.col("status") == int(code)) if code.isdecimal() else ~pl.col("ok")
        k = pl.col("calls").filter(failed.fill_null(False)).sum().alias("k")
        known = rows.filter(pl.col("ok").is_not_null())
        return known.group_by(slice_.alias("slice")).agg(k, pl.col("calls").sum().alias("n")).sort("slice")


def _sizes(asked: _Asked) -> tuple[Slice, ...]:
    """Return doublings of the request size; the smallest ones, which are many, together."""
    octave = pl.col("bucket") // SIZE_STEPS
    edge = _number(asked, "threshold_bytes")
    table = asked.counted(asked.rows(asked.rollup.sizes, pl.col("day")), octave)
    if table.is_empty() or edge is None:
        return ()
    lowest = max(int(str(table["slice"].max())) - _MOST + 1, int(str(table["slice"].min())))
    table = table.group_by(pl.col("slice").clip(lower_bound=lowest)).agg(pl.col("k", "n").sum()).sort("slice")
    found = []
    for place, k, n in table.iter_rows():
        low, high = size_edge(place * SIZE_STEPS), size_edge((place + 1) * SIZE_STEPS)
        name = f"below {size(high)}" if place == lowest else f"{size(low)} to {size(high)}"
        found.append(Slice(name=name, k=k, n=n, named=high > edge))
    return tuple(found)


def _minutes(asked: _Asked) -> tuple[Slice, ...]:
    """Return the calls of a minute in quarters of the limit; k are those rejected with 429, n all of them."""
    limit = _number(asked, "limit_per_minute")
    rows = asked.rows(asked.rollup.minutes, asked.local().dt.date())
    if limit is None or limit < _QUARTERS or rows.is_empty():
        return ()
    step = limit / _QUARTERS
    tried = pl.col("accepted") + pl.col("throttled")  # what failed otherwise was accepted
    part = ((tried - 1) / step).floor().cast(pl.Int64).clip(upper_bound=_MOST - 1).alias("slice")
    table = rows.group_by(part).agg(pl.col("throttled").sum().alias("k"), tried.sum().alias("n")).sort("slice")
    found = []
    for place, k, n in table.iter_rows():
        low, high = int(place * step) + 1, int((place + 1) * step)
        name = f"{low:,} or more a minute" if place == _MOST - 1 else f"{low:,} to {high:,} a minute"
        found.append(Slice(name=name, k=k, n=n, named=place >= _QUARTERS))
    return tuple(found)


def _weekdays(asked: _Asked) -> tuple[Slice, ...]:
    """Return the days of the week, Monday first."""
    rows = asked.rows(asked.rollup.hourly, asked.local().dt.date())
    table = asked.counted(rows, asked.local().dt.weekday())
    days = ((WEEKDAYS[number - 1], k, n) for number, k, n in table.iter_rows())
    return tuple(Slice(name=name, k=k, n=n, named=name == asked.evidence.get("weekday")) for name, k, n in days)


def _endpoints(asked: _Asked) -> tuple[Slice, ...]:
    """Return the endpoint that is named and those that are called most."""
    method, endpoint = pl.col("method").fill_null(""), pl.col("endpoint").fill_null("(unknown)")
    return _named_first(asked, asked.rollup.endpoints, pl.concat_str(method, endpoint, separator=" ").str.strip_chars())


def _clients(asked: _Asked) -> tuple[Slice, ...]:
    """Return the client that is named and those that call most; none where the credential is that of all."""
    if "slice" not in asked.evidence:
        return ()
    return _named_first(asked, asked.rollup.clients, pl.col("client").fill_null("(unknown)"))


def _named_first(asked: _Asked, table: pl.DataFrame, name: pl.Expr) -> tuple[Slice, ...]:
    counted = asked.counted(asked.rows(table, pl.col("day")), name).sort("n", "slice", descending=[True, False])
    chosen = str(asked.evidence.get("slice"))
    paths = chosen.split(TOGETHER)
    every = [
        Slice(name=name, k=k, n=n, named=name == chosen or name.partition(" ")[2] in paths)
        for name, k, n in counted.iter_rows()
    ]
    return tuple(sorted(every, key=lambda one: not one.named)[:_MOST])


def _number(asked: _Asked, name: str) -> float | None:
    value = asked.evidence.get(name)
    return float(value) if isinstance(value, (int, float)) else None


_AXES: dict[CauseKind, Callable[[_Asked], tuple[Slice, ...]]] = {
    CauseKind.REQUEST_SIZE: _sizes,
    CauseKind.RATE_LIMIT: _minutes,
    CauseKind.WEEKDAY: _weekdays,
    CauseKind.ENDPOINT: _endpoints,
    CauseKind.CLIENT_VERSION: _clients,
    CauseKind.EXPIRED_CREDENTIAL: _clients,
}
