"""Small logs for the tests of this room: one world of calls, written in every shape."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence

from techhealth.ingest import read
from techhealth.model import FieldMapping, FileReceipt
from techhealth.usage.events import Usage

Row = Mapping[str, object]


def call(n: int = 0, **changes: object) -> dict[str, object]:
    """Return the n-th call of a small world: one a minute, each tenth fails."""
    return {
        "timestamp": f"2026-01-05T{n // 60 % 24:02d}:{n % 60:02d}:00Z",
        "integration": ["Billing", "Custom API (Reports)"][n % 2],
        "method": "GET",
        "endpoint": f"/v1/orders/{n}",
        "status": 500 if n % 10 == 9 else 200,
        "latency_ms": 80 + n,
        **changes,
    }


def calls(count: int) -> list[dict[str, object]]:
    """Return the first calls of the small world."""
    return [call(n) for n in range(count)]


def as_csv(rows: Sequence[Row], separator: str = ",") -> bytes:
    """Return rows as a delimited file with a header."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_lines(rows: Sequence[Row]) -> bytes:
    """Return rows as JSON lines."""
    return "\n".join(json.dumps(row) for row in rows).encode()


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def of(*rows: Row) -> Usage:
    """Return the usage of rows written as JSON lines."""
    return read(("log.json", as_lines(rows)))


def column_of(receipt: FileReceipt, field: str) -> FieldMapping:
    """Return how a field was mapped."""
    return next(item for item in receipt.mapping if item.field == field)
