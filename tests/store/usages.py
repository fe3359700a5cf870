"""Usages to store: calls a minute apart, each with its own latency."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl

from techhealth.usage.events import EVENT_SCHEMA, Usage
from tests.builders import file_receipt, receipt

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def usage(
    minutes: Iterable[int],
    *,
    name: str,
    keyed: bool = True,
    failing: int = 50,
    undated: int = 0,
    customer: str = "Globex",
) -> Usage:
    """Return the calls of some minutes of one file; the same minute is the same call, whichever file tells of it.

    Args:
        minutes: since the first of January 2026, UTC.
        name: of the file, and what its SHA-256 is made of.
        keyed: whether each call has a key.
        failing: every so many-th fails.
        undated: calls besides whose time is not known.
        customer: whom they name.
    """
    rows = [_call(n, failing) | {"customer": customer, "event_key": f"key{n}" if keyed else None} for n in minutes]
    lost = [_call(n, failing) | {"at": None} for n in range(undated)]
    frame, timeless = (pl.DataFrame(some, schema=EVENT_SCHEMA, orient="row") for some in (rows, lost))
    file = replace(file_receipt(name=name), sha256=name.encode().hex(), events=len(rows))
    told = replace(receipt(files=(file,)), customers=(customer,), events=frame.height, api_calls=frame.height)
    return Usage(events=frame.sort("at"), receipt=told, undated=timeless)


def _call(n: int, failing: int) -> dict[str, object]:
    ok = n % failing != 0
    return {
        "at": FIRST + timedelta(minutes=n), "integration": "Billing API", "kind": "api",
        "method": "GET", "endpoint": "/v1/invoices", "status": 200 if ok else 500, "ok": ok, "latency_ms": 100.0 + n / 1000,
        "error": None if ok else "500", "attempts": 1, "first_ok": ok, "is_retry": False,
    }  # fmt: skip
