"""The calls or deliveries of one integration as arrays, and those arrays as events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from techhealth.model import Kind
from techhealth.sample.draws import Draws, Floats, Ints
from techhealth.usage.events import EVENT_SCHEMA

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
OK = 200
#: Reasons of failed deliveries; a delivery's `code` counts them from 1.
REASONS = ("timeout", "connection_reset", "connection_refused", "invalid_response")
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Calls or deliveries of one integration, one element each, in no order.

    Attributes:
        ms: milliseconds since the midnight (UTC) at which the period begins.
        endpoint, client: positions among the integration's endpoints and clients.
        code: 200, the HTTP status of a failed call, or the number of a failed delivery's reason.
        latency_ms, size: of the call; deliveries have neither.
        chain: number of the intent; a repeat has the number of what it repeats.
        attempt: the try that ended a delivery, 1 for a call.
        first: the code of the first try of a delivery.
    """

    ms: Ints
    endpoint: Ints
    client: Ints
    code: Ints
    latency_ms: Floats
    size: Ints
    chain: Ints
    attempt: Ints
    first: Ints

    def __len__(self) -> int:
        return len(self.ms)

    @property
    def day(self) -> Ints:
        """The day of each, counted from the first."""
        return self.ms // DAY_MS

    @property
    def hour(self) -> Ints:
        """The hour of the day (UTC) of each."""
        return self.ms % DAY_MS // HOUR_MS

    def taken(self, which: Mask | Ints) -> Log:
        """Return some of the elements."""
        return Log(**{item.name: getattr(self, item.name)[which] for item in fields(self)})

    def plus(self, other: Log) -> Log:
        """Return the elements of both."""
        pairs = {item.name: (getattr(self, item.name), getattr(other, item.name)) for item in fields(self)}
        return Log(**{name: np.concatenate(pair) for name, pair in pairs.items()})

    def saved(self, which: Mask, code: int, draws: Draws) -> Log:
        """Return the log with some elements failed at the first try, and delivered by one of the next three."""
        late = which & (self.code == OK)
        tries = 2 + (draws.uniform(len(self)) * 3).astype(np.int64)
        return replace(self, attempt=np.where(late, tries, self.attempt), first=np.where(late, code, self.first))

    def failing(self, which: Mask, code: int | Ints, *, latency_ms: float | None = None) -> Log:
        """Return the log with some elements failed for good with a code (or one code each)."""
        first = np.where(which, code, self.first)
        took = self.latency_ms if latency_ms is None else np.where(which, latency_ms, self.latency_ms)
        return replace(self, code=np.where(which, code, self.code), first=first, latency_ms=took)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the numbers of a log stand for."""

    name: str
    kind: Kind
    endpoints: Sequence[str]
    clients: Sequence[str]


def events_of(log: Log, named: Named, *, customer: str, first: date) -> pl.DataFrame:
    """Return a log as events sorted by time, with the columns of `EVENT_SCHEMA`."""
    log = log.taken(np.argsort(log.ms, kind="stable"))
    api, ok = named.kind is Kind.API, log.code == OK
    endpoints = pl.Series(list(named.endpoints), dtype=pl.String).gather(log.endpoint)
    split = endpoints.str.split_exact(" ", 1)
    midnight = (first - date(1970, 1, 1)).days * DAY_MS
    seen = pl.DataFrame(
        {"ms": log.ms + midnight, "code": log.code, "latency_ms": log.latency_ms, "size": log.size, "ok": ok,
         "chain": log.chain, "attempt": log.attempt, "first": log.first, "again": _repeats(log.chain)}
    )  # fmt: skip
    reason, first_reason = (
        pl.col(of).replace_strict(dict(enumerate(REASONS, 1)), default=None, return_dtype=pl.String)
        for of in ("code", "first")
    )
    made = seen.select(
        at=pl.from_epoch("ms", time_unit="ms").dt.cast_time_unit("us").dt.replace_time_zone("UTC"),
        customer=pl.lit(customer),
        integration=pl.lit(named.name),
        kind=pl.lit(named.kind.value),
        method=split.struct.field("field_0") if api else pl.lit(None),
        endpoint=split.struct.field("field_1") if api else endpoints,
        status=pl.col("code") if api else pl.lit(None),
        ok="ok",
        latency_ms=pl.col("latency_ms").round(1) if api else pl.lit(None),
        error=pl.when(~pl.col("ok")).then(pl.col("code").cast(pl.String) if api else reason),
        reason=pl.lit(None) if api else pl.when(~pl.col("ok")).then(reason),
        request_bytes=pl.col("size") if api else pl.lit(None),
        client=pl.Series(list(named.clients), dtype=pl.String).gather(log.client) if api else pl.lit(None),
        region=pl.lit(None),
        rate_limit=pl.lit(None),
        event_key=pl.lit("req_" if api else "dlv_") + pl.col("chain").cast(pl.String).str.zfill(12),
        attempts="attempt",
        first_ok="ok" if api else pl.col("first") == OK,
        first_error=pl.lit(None) if api else first_reason,
        is_retry="again",
    )
    return made.select(pl.col(name).cast(dtype) for name, dtype in EVENT_SCHEMA.items())


def _repeats(chain: Ints) -> Mask:
    """Return which elements have the chain of an earlier one."""
    again = np.ones(len(chain), dtype=bool)
    again[np.unique(chain, return_index=True)[1]] = False
    return again
