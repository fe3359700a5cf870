"""What the API answers: its nouns, and how each becomes JSON that a client may keep while it stays the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from fastapi import Request, Response

from techhealth.actions.signal import RaisedSignal
from techhealth.model import Issue, Receipt, Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An upload as it was stored; of its `events` the `repeated` ones were known before.

    `upload` is its id, `first` and `last` are instants of its events, `left_out` says of each file that could not be used
    why.
    """

    customer_id: int
    customer: str
    upload: str
    first: datetime
    last: datetime
    events: int
    repeated: int
    left_out: tuple[str, ...]
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    """The issues of a customer as of a day, those of the assessment of the same upload; `days_without` data since, where newer
    ones are missed."""

    customer_id: int
    customer: str
    upload: str
    as_of: date
    days_without: int | None
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The risk signals of a customer, the newest first, and the risk as of today; null where nothing was assessed yet."""

    customer: str
    risk: Risk | None
    signals: tuple[RaisedSignal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """A customer with what is stored of it: uploads, first and last day, newest score (0 to 100); null is not known."""

    customer_id: int
    name: str
    segment: str | None
    renewal_on: date | None
    health_score: float | None
    uploads: int
    first: date | None
    last: date | None
    technical_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """Every customer in alphabetical order."""

    customers: tuple[CustomerRow, ...]


def answered(answer: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a noun as JSON."""
    return Response(msgspec.json.encode(answer), status, headers=headers, media_type="application/json")


#: What the OpenAPI says of an answer that the client holds.
HELD: dict[int | str, dict[str, Any]] = {304: {"description": "It is as the client holds it (If-None-Match)"}}


def kept_by(request: Request, content: bytes) -> Response:
    """Return JSON with its `ETag`; nothing but that where the client holds it already (304)."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    head = {"etag": f"W/{tag}", "cache-control": "private, no-cache"}
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in held or "*" in held:
        return Response(status_code=304, headers=head)
    return Response(content, headers=head, media_type="application/json")
