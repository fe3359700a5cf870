"""No secret that stands anywhere in a log comes out anywhere: not in a document, a card, a page, a list of rejects, an error."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence

import pytest

from techhealth.assess import assess, replay
from techhealth.errors import TechHealthError
from techhealth.ingest import inspect, read, rejects_to
from techhealth.present import page
from techhealth.present.card import render
from techhealth.present.document import to_json
from techhealth.present.receipt_card import render_receipt
from techhealth.present.replay_card import render_replay
from tests.ingest.logs import as_csv, as_lines, call

_JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
#: What is planted → how it is written, and the part of it that must not be seen again.
SECRETS: dict[str, tuple[str, str]] = {
    "bearer token": ("Authorization: Bearer q7Zr9TtPfLw2XcVbN8mKs4Jd", "q7Zr9TtPfLw2XcVbN8mKs4Jd"),
    "JWT": (_JWT, "dozjgNryP4J3jVmNHl0w5N"),
    "payment key": ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqLyjWDarjtT1zdp7dc"),
    "cloud key": ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    "repository token": ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e42F292c6912E7710c838347Ae178B4a"),
    "chat token": ("xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx", "AbCdEfGhIjKlMnOpQrStUvWx"),
    "e-mail address": ("ann.smith@shop.example", "ann.smith@"),
    "card number": ("4242 4242 4242 4242", "4242 4242 4242"),
    "password in an address": ("https://ann:hunter2secret@shop.example/v1", "hunter2secret"),
    "query string": ("https://shop.example/v1/orders?api_key=Zx81QqPlm2&page=1", "Zx81QqPlm2"),
    "hash": ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "9f86d081884c7d659a2feaa0c55ad015"),
}
SOAK = bool(os.environ.get("TECHHEALTH_SOAK"))
FIELDS = ("integration", "endpoint", "error", "user_agent", "region", "comment", "customer")
#: Which fields hold the secret in one file: all of them in turn, on the long run also each alone.
PLANTED = [FIELDS, *((field,) for field in FIELDS if SOAK)]


def _everything(name: str, content: bytes) -> str:
    """Return all that is said of a log, wherever it is said."""
    listed = io.BytesIO()
    said: list[str] = []
    try:
        with rejects_to(listed):
            receipt = inspect((name, content))
        said += [
            to_json(receipt).decode(),
            render_receipt(receipt, width=120, color=False),
            str(page.understood(receipt)),
        ]
        usage = read((name, content))
        assessment = assess(usage)
        said += [to_json(assessment).decode(), render(assessment, width=120, color=False)]
        said += [str(part(assessment)) for part in (page.breakdown_card, page.risk_card, page.recommendations_card)]
        found = replay(usage)
        said += [to_json(found).decode(), render_replay(found, width=120, color=False)]
    except TechHealthError as error:
        said.append(str(error))
    return "\n".join([*said, listed.getvalue().decode("utf-8-sig")])


def _rows(secret: str, fields: Sequence[str]) -> list[dict[str, object]]:
    """Return thirty calls a field, each of which names a secret in that field; some of them cannot be read."""
    plain = {field: "" for field in FIELDS}
    return [
        {**plain, **call(n), field: f"{call(n).get(field, '')} {secret}".strip(), "status": 500 if n % 3 else 200, "timestamp": call(n)["timestamp"] if n % 7 else "soon"}
        for field in fields for n in range(30)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_in_any_field_of_any_format_comes_out(kind: str) -> None:
    """Planted in each text field of three formats, in rows that are kept and rows that are not, it is seen nowhere."""
    secret, part = SECRETS[kind]
    for fields in PLANTED:
        rows = _rows(secret, fields)
        for name, content in (
            ("log.csv", as_csv(rows)),
            ("log.ndjson", as_lines(rows)),
            ("log.json", json.dumps({"data": rows}).encode()),
        ):
            assert part not in _everything(name, content), (fields, name)


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_in_a_text_log_comes_out(kind: str) -> None:
    """Planted in request, referrer and agent of an access log, and in a line that is none, it is seen nowhere."""
    secret, part = SECRETS[kind]
    bare = secret.replace(" ", "+")
    lines = [
        f'198.51.100.7 - - [05/Jan/2026:10:00:{n:02d} +0000] "GET /v1/orders/{bare}?x={bare} HTTP/1.1" 200 5 "https://shop.example/?t={bare}" "agent/1 {secret}"'
        for n in range(30)
    ]
    said = _everything("access.log", "\n".join([*lines, f"note to self: {secret}"]).encode())

    assert part not in said
    assert part.replace(" ", "+") not in said


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_in_a_header_or_an_error_comes_out(kind: str) -> None:
    """A file whose first line holds data, not names, and one that is no log, are refused without saying it."""
    secret, part = SECRETS[kind]
    table = io.StringIO()
    csv.writer(table).writerows([[secret, "colour", "shape"], *[["a", "red", "round"]] * 3])
    for name, text in (
        ("odd.csv", table.getvalue()),
        ("note.txt", f"note to self:\n{secret}\n"),
        (f"{secret}.csv", "a,b\n1,2\n"),
    ):
        said = _everything(name, text.encode())

        assert part not in said, name
