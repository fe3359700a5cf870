"""Events that another system sends one by one or in batches, in the words of an event: checked, cleaned, masked, folded.

Nothing is guessed here: a field has its name and its unit, and one that is not known is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import polars as pl
from msgspec import Meta, Struct

from techhealth.ingest.masking.redact import mask_column
from techhealth.ingest.receipts import receipt_of
from techhealth.ingest.rows.details import product
from techhealth.ingest.rows.fold import duplicates, fold
from techhealth.ingest.series import per_distinct
from techhealth.ingest.values import outcomes
from techhealth.ingest.values.endpoints import split_request, templates
from techhealth.model import SENT, FileReceipt, Kind, Receipt
from techhealth.usage.events import EVENT_SCHEMA

_Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S", description="A name, not blanks alone.")]
_Text = Annotated[str, Meta(max_length=4000)]
#: How far ahead of ours another clock may be.
_AHEAD = timedelta(days=1)
#: No log is older, so that the instant of an event that is cannot be meant; files refuse it too.
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


class SentEvent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One API call, webhook delivery or sign-in, as it ended; what is not known is left out.

    `ok` need not be said where `status` tells; `error` is a text or class of which the class is kept, `reason` that of a
    delivery; `event_key` is an id by which the same event is known again.
    """

    at: Annotated[datetime, Meta(tz=True, description="Instant with its zone, ISO 8601.")]
    integration: _Name
    customer: _Name | None = None
    kind: Kind = Kind.API
    method: Annotated[str, Meta(pattern="^[A-Za-z]{3,10}$")] | None = None
    endpoint: _Text | None = None
    status: Annotated[int, Meta(ge=100, le=599)] | None = None
    ok: bool | None = None
    latency_ms: Annotated[float, Meta(ge=0, lt=1e9)] | None = None
    error: _Text | None = None
    reason: _Text | None = None
    request_bytes: Annotated[int, Meta(ge=0, lt=10**15)] | None = None
    client: _Text | None = None
    region: _Name | None = None
    rate_limit: Annotated[int, Meta(ge=0, lt=10**12, description="Calls a minute.")] | None = None
    event_key: _Name | None = None
    attempts: Annotated[int, Meta(ge=1, le=1000, description="Tries of a delivery.")] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that is no event: its place in what was sent, from 0, and why."""

    place: int
    reason: str


def checked(
    rows: Sequence[object], *, customer: str | None, now: datetime
) -> tuple[dict[int, SentEvent], tuple[Refused, ...]]:
    """Return the events among rows by their place, and why the other rows are none; `customer` is whose they are otherwise."""
    events, refused = {}, []
    for place, row in enumerate(rows):
        try:
            one = msgspec.convert(row, SentEvent)
        except msgspec.ValidationError as error:
            refused.append(Refused(place=place, reason=str(error)))
            continue
        if one.customer is None and customer is None:
            refused.append(Refused(place=place, reason="It does not say whose it is; name its `customer`."))
        elif one.at < _OLDEST:
            refused.append(Refused(place=place, reason="It is of a year before 2000; check `at`."))
        elif one.at > now + _AHEAD:
            refused.append(
                Refused(place=place, reason="It is more than a day ahead of the server's clock; check `at`.")
            )
        else:
            events[place] = one if one.customer else msgspec.structs.replace(one, customer=customer)
    return events, tuple(refused)


def sent(events: Mapping[int, SentEvent]) -> pl.DataFrame:
    """Return events by their place as a frame of `EVENT_SCHEMA`: endpoints as templates, secrets masked, attempts folded."""
    rows = _rows(events)
    return fold(rows.filter(~duplicates(rows, key="event_id")))


def receipt_of_sent(events: pl.DataFrame, *, customer: str, name: str) -> Receipt:
    """Return the receipt of all events that were sent for a customer under one name."""
    failed, first, last = events.select(pl.col("ok").eq(False).sum(), pl.col("at").min(), pl.col("at").max().alias("last")).row(0)  # fmt: skip
    kinds = events["kind"].unique().to_list()
    file = FileReceipt(
        name=name, sha256="", format=SENT, encoding="utf-8", kind=kinds[0] if len(kinds) == 1 else "mixed",
        rows=events.height, records=events.height, events=events.height, first=first, last=last, failures=failed,
        first_latency_ms=next(iter(events["latency_ms"].drop_nulls()), None), rejected=0, rejects=(), mapping=(), assumptions=(),
        notes=("rows that were refused were told to their sender and are not counted here",),
    )  # fmt: skip
    return receipt_of([file], events, events.clear(), [customer], [], failing={})


def _rows(events: Mapping[int, SentEvent]) -> pl.DataFrame:
    """Return events as the rows of a file: what folding needs, each text column cleaned."""
    table = [[getattr(one, name) for name in SentEvent.__struct_fields__] for one in events.values()]
    told = pl.DataFrame(table, schema=_SCHEMA, orient="row")
    endpoint, _ = templates(split_request(told["endpoint"])[2])
    client = per_distinct(told["client"], product, pl.String())
    masked = {
        name: mask_column(told[name], apart=name != "region")[0] for name in ("customer", "integration", "region")
    }
    classes = [outcomes.error_classes(told[name]).alias(name) for name in ("reason", "error")]
    rows = told.with_columns(
        line=pl.Series(list(events), dtype=pl.Int64), method=pl.col("method").str.to_uppercase(), endpoint=endpoint,
        client=mask_column(client)[0], flag="ok", attempt="attempts", error_class=pl.coalesce(*classes), **masked,
        calls=pl.lit(None, dtype=pl.Int64),
    )  # fmt: skip
    return rows.with_columns(outcomes.outcome()).with_columns(outcomes.error(), outcomes.reason())


_SCHEMA = {name: EVENT_SCHEMA[name] for name in SentEvent.__struct_fields__}
