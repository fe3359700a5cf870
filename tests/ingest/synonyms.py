"""Formats in other words: small exports of invented vendors, and what twenty others would call their columns."""

from __future__ import annotations

from collections.abc import Callable

Row = dict[str, object]

#: Field → names that vendors and their customers have for it, in several languages and ways to write a name.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "time": (
        "timestamp", "@timestamp", "_time", "Date/Time", "eventTimestamp", "TimeGenerated [UTC]", "request.startTime", "Begin", "created_utc", "Logged At",
        "ts", "occurrence", "properties.eventTime", "attributes.@timestamp", "labels.start", "Zeitpunkt", "Datum/Uhrzeit", "Horodatage", "Fecha y hora",
        "Data e ora", "Data/Hora", "Tijdstip", "when", "received", "RequestedOn", "callMoment", "Anfragezeit",
    ),
    "path": (
        "endpoint", "request_path", "http.url", "http.target", "url.path", "cs-uri", "properties.requestUri", "RequestURL", "route", "resource",
        "attributes.http.route", "labels.path", "API Path", "called_url", "Pfad", "Aufgerufene Adresse", "Chemin", "Ruta", "Percorso", "Caminho", "Pad", "link",
        "apiResource", "target", "uri_path",
    ),
    "verb": (
        "method", "http.method", "request.verb", "HTTP Verb", "properties.method", "attributes.http.request.method", "Methode", "Méthode", "Método", "Metodo",
        "operation_type", "req_method", "cs-method", "reqType", "action",
    ),
    "code": (
        "status", "status_code", "http.status_code", "responseStatus", "HTTP Result", "properties.resultCode", "attributes.http.response.status_code", "resp_code",
        "Antwortcode", "HTTP-Statuscode", "Code réponse", "Código de respuesta", "Codice di stato", "Código de status", "Statuscode", "reply", "rc", "sc",
        "answer_code", "labels.response_code",
    ),
    "took": (
        "latency_ms", "Response Time", "resp_ms", "durationMs", "elapsed", "elapsedMillis", "time_taken", "rtt", "http.server.duration", "total_time", "proc_time",
        "handleTimeMs", "wall_time", "turnaround", "service_time", "Antwortzeit (ms)", "Verarbeitungsdauer", "Durée de traitement", "Temps de réponse",
        "Tiempo de respuesta", "Tempo di risposta", "Tempo de resposta", "Doorlooptijd", "exec_ms", "properties.responseLatency", "labels.request_duration",
        "Bearbeitungszeit",
    ),
    "service": (
        "integration", "connector_name", "service", "labels.service", "appName", "application", "api_name", "provider", "partner", "Vendor", "System",
        "properties.serviceName", "Dienst", "Schnittstelle", "Anwendung", "Système", "Aplicación", "Sistema", "Koppeling", "microservice", "attributes.service.name",
    ),
    "flag": (
        "success", "ok", "is_success", "succeeded", "outcome", "result", "properties.outcome", "labels.state", "Erfolg", "Ergebnis", "Succès", "Resultado",
        "Esito", "Sucesso", "delivery_state", "disposition", "final state", "conclusion",
    ),
}  # fmt: skip


def _stamp(n: int) -> str:
    return f"2026-01-{5 + n // 96:02d}T{n // 4 % 24:02d}:{n % 4 * 15:02d}:{n % 60:02d}Z"


def _failed(n: int) -> bool:
    return n % 12 == 7


def gateway(n: int) -> Row:
    """Return a call as a gateway logs it: status and milliseconds, a far side beside them."""
    return {
        "time": _stamp(n), "verb": ["GET", "POST", "PUT"][n % 3], "path": f"/v2/{['orders', 'stock'][n % 2]}/{n}", "code": 503 if _failed(n) else 200,
        "took": 90 + n % 400, "service": ["Shop", "Ledger"][n % 2], "bytes_out": 3_000 + n * 7, "node": f"gw-{n % 3}",
    }  # fmt: skip


def worded(n: int) -> Row:
    """Return a job of an integration platform: an outcome word, seconds that name themselves, an address."""
    return {
        "time": _stamp(n).replace("T", " ").removesuffix("Z"), "service": ["CRM Sync", "Mail Out"][n % 2], "flag": "failed" if _failed(n) else "succeeded",
        "took": f"{0.2 + n % 30 / 10:.1f}s", "path": f"https://api.example.com/jobs/{n}", "env": "production",
    }  # fmt: skip


def proxied(n: int) -> Row:
    """Return a line of a proxy: epoch milliseconds, status text, microsecond latency, backend figures that are not the call's."""
    return {
        "time": 1_767_600_000_000 + n * 60_000, "path": f"/api/v1/users/{n}", "verb": "GET", "code": "502 Bad Gateway" if _failed(n) else "200 OK",
        "took": 150_000 + n * 1_000, "backend_status": 200, "read_timeout": 30_000, "retries_left": 3, "service": ["auth", "web"][n % 2],
    }  # fmt: skip


def jobs(n: int) -> Row:
    """Return a job that names its end beside its start, and no duration."""
    start = f"2026-01-{5 + n // 24:02d} {n % 24:02d}:00:00.000"
    return {
        "time": start, "finished_at": start.replace(":00:00.000", f":00:0{1 + n % 5}.500"), "service": ["Stock feed", "Price feed"][n % 2],
        "flag": "ERROR" if _failed(n) else "SUCCESS", "contract_signed": "2021-03-01", "batch": n // 10,
    }  # fmt: skip


FORMATS: dict[str, Callable[[int], Row]] = {"gateway": gateway, "worded": worded, "proxied": proxied, "jobs": jobs}
FIRST_MS = {"gateway": 90.0, "worded": 200.0, "proxied": 150.0, "jobs": 1500.0}
