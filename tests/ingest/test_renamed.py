"""The same calls under other names, in another order, divided by something else, are read the same."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping

import pytest

from techhealth.ingest import inspect
from techhealth.model import FileReceipt
from tests.ingest.logs import as_csv, as_lines, calls

_CALLS = calls(60)
#: Ways in which other exporters name the same six columns.
NAMES: dict[str, tuple[str, str, str, str, str, str]] = {
    "snake": ("created_at", "service_name", "http_method", "request_path", "response_status", "response_time_ms"),
    "camel": ("eventTimestamp", "applicationName", "requestMethod", "requestUri", "httpStatusCode", "durationMs"),
    "dotted": ("@timestamp", "service.name", "http.request.method", "url.path", "http.response.status_code", "http.duration_ms"),
    "spaced": ("Date and time", "Connected app", "HTTP verb", "Called URL", "Result code", "Elapsed (ms)"),
    "German": ("Zeitstempel", "Schnittstelle", "Methode", "Pfad", "Statuscode", "Dauer (ms)"),
    "French": ("Horodatage", "Application", "Méthode", "Chemin", "Code de réponse", "Durée (ms)"),
    "Spanish": ("Fecha y hora", "Servicio", "Método", "Ruta", "Código de estado", "Duración (ms)"),
    "terse": ("ts", "svc", "verb", "uri", "sc", "elapsed_ms"),
}  # fmt: skip


def _renamed(names: tuple[str, ...], seed: int) -> list[dict[str, object]]:
    """Return the calls under other names, columns and nothing else in another order."""
    new = dict(zip(_CALLS[0], names, strict=True))
    order = random.Random(seed).sample(list(new), len(new))
    return [{new[name]: row[name] for name in order} for row in _CALLS]


def _said(file: FileReceipt) -> tuple[object, ...]:
    return file.records, file.events, file.kind, file.failures, file.first, file.last, file.first_latency_ms


PLAIN = _said(inspect(("calls.csv", as_csv(_CALLS))).files[0])


@pytest.mark.parametrize("names", NAMES)
def test_other_names_orders_and_separators_change_nothing(names: str) -> None:
    """Records, failures, first and last instant and the first latency are those of the plain export."""
    for seed, separator in enumerate(",;\t|"):
        rows = _renamed(NAMES[names], seed)

        assert _said(inspect(("calls.txt", as_csv(rows, separator))).files[0]) == PLAIN, separator
        assert _said(inspect(("calls.ndjson", as_lines(rows))).files[0]) == PLAIN


@pytest.mark.parametrize("around", ["data", "result.items", "hits.hits"])
def test_what_stands_around_the_records_changes_nothing(around: str) -> None:
    """An envelope at any depth holds the same calls."""
    document: object = _CALLS
    for part in reversed(around.split(".")):
        document = {part: document}

    assert _said(inspect(("calls.json", json.dumps(document).encode())).files[0]) == PLAIN


def test_names_that_mean_nothing_are_read_by_their_values_or_declined() -> None:
    """Time, method, path and status are known by their values; a duration without a name is left out, not guessed."""
    blank: Mapping[str, str] = {name: f"column {n}" for n, name in enumerate(_CALLS[0])}
    file = inspect(
        ("calls.csv", as_csv([{blank[name]: value for name, value in row.items()} for row in _CALLS]))
    ).files[0]

    assert (file.records, file.failures, file.first, file.last) == (PLAIN[0], PLAIN[3], PLAIN[4], PLAIN[5])
    assert file.first_latency_ms in (None, PLAIN[6])
