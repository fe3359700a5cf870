"""The one table every reader produces: a row is a call, a delivery (attempts folded) or an auth event."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from techhealth.model import Receipt

#: Column → dtype. Unknown is null, never zero.
EVENT_SCHEMA: dict[str, pl.DataType] = {
    "at": pl.Datetime("us", "UTC"),  # instant
    "customer": pl.String(),
    "integration": pl.String(),  # never null: "(unnamed)" when nothing names it
    "kind": pl.String(),  # api | webhook | auth, never null
    "method": pl.String(),
    "endpoint": pl.String(),  # templated: ids → {id}, no query string
    "status": pl.Int64(),  # HTTP status of the answer
    "ok": pl.Boolean(),  # null: the outcome is not known
    "latency_ms": pl.Float64(),
    "error": pl.String(),  # of a failure: HTTP status as text, else an error class; null when ok
    "reason": pl.String(),  # of a failed webhook: timeout, connection_refused, invalid_response, ...
    "request_bytes": pl.Int64(),
    "client": pl.String(),  # SDK or version
    "region": pl.String(),
    "rate_limit": pl.Int64(),  # limit named by a header, calls per minute
    "event_key": pl.String(),  # id of the intent, for retries
    "attempts": pl.Int64(),  # 1 for a call; tries of a delivery after folding
    "first_ok": pl.Boolean(),  # whether the first try succeeded
    "first_error": pl.String(),  # of a delivery whose first try failed: why, as far as it is known
    "is_retry": pl.Boolean(),  # a call that repeats an earlier failed one
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Normalised events with the receipt that says where they come from.

    Attributes:
        events: frame with the columns of `EVENT_SCHEMA`, sorted by `at` (file order on ties); where a log held totals, with
            a column `calls` (Int64) besides: how many calls an event stands for, null for one.
        receipt: what was read and what was not.
        undated: events whose time could not be read (`at` is null); they count in totals, on no day.
    """

    events: pl.DataFrame
    receipt: Receipt
    undated: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=EVENT_SCHEMA))
