"""One small log in every shape that is read, for tests that damage it or look for what must not come out of it."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl

from tests.ingest.logs import Row, as_csv, as_lines, calls, zipped

#: Calls in each log.
COUNT = 30


def _stamp(n: int, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return (datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=n)).strftime(form)


def _lines(line: Callable[[int], str]) -> bytes:
    return "\n".join(line(n) for n in range(COUNT)).encode()


def _status(n: int) -> int:
    return 500 if n % 10 == 9 else 200


def _combined(n: int) -> str:
    return f'198.51.100.7 - ann [{_stamp(n, "%d/%b/%Y:%H:%M:%S +0000")}] "GET /v1/orders/{n}?page=2 HTTP/1.1" {_status(n)} 512 "https://shop.example/" "curl/8.1"'


def _w3c() -> bytes:
    head = "#Version: 1.0\n#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status time-taken\n"
    rows = (f"{_stamp(n, '%Y-%m-%d %H:%M:%S')} GET /v1/orders - {_status(n)} {80 + n}" for n in range(COUNT))
    return (head + "\n".join(rows)).encode()


def _router(n: int) -> str:
    return f'{_stamp(n)} heroku[router]: at=info method=GET path="/v1/orders/{n}" host=shop.example fwd="198.51.100.7" dyno=web.1 connect=1ms service={80 + n}ms status={_status(n)} bytes=512'


def _logfmt(n: int) -> str:
    return f'ts={_stamp(n)} level=info msg="request done" method=GET path=/v1/orders/{n} status={_status(n)} duration={80 + n}ms'


def _balancer(n: int) -> str:
    return (
        f"https {_stamp(n, '%Y-%m-%dT%H:%M:%S.000000Z')} app/shop/50dc6c495c0c9188 198.51.100.7:4000 10.0.0.1:80 0.001 0.080 0.001 "
        f'{_status(n)} {_status(n)} 34 366 "GET https://shop.example:443/v1/orders HTTP/1.1" "curl/8.1" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 '
        'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-5" "-" "-" 0 '
        f'{_stamp(n)} "forward" "-" "-" "10.0.0.1:80" "{_status(n)}" "-" "-"'
    )


def _har() -> bytes:
    entries = [
        {"startedDateTime": _stamp(n), "time": 80.5 + n, "request": {"method": "GET", "url": f"https://shop.example/v1/orders/{n}?page=1", "headers": [{"name": "Accept", "value": "*/*"}]}, "response": {"status": _status(n), "content": {"size": 5}}}
        for n in range(COUNT)
    ]  # fmt: skip
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": entries}}).encode()


def _attempts() -> bytes:
    rows = [
        {"id": f"atm_{n}", "delivery_id": f"dlv_{n // 2}", "attempt_number": n % 2 + 1, "event_type": "order.paid", "url": "https://hooks.example/in", "status_code": 503 if n % 2 == 0 else 200, "duration_ms": 90 + n, "sent_at": _stamp(n)}
        for n in range(COUNT)
    ]  # fmt: skip
    return json.dumps({"object": "list", "data": rows, "has_more": False}).encode()


def _sign_ins(n: int) -> Row:
    failed = n % 10 == 9
    return {"published": _stamp(n), "eventType": "user.session.start", "outcome": {"result": "FAILURE" if failed else "SUCCESS", "reason": "INVALID_CREDENTIALS" if failed else None}, "actor": {"alternateId": f"user{n}@shop.example"}}  # fmt: skip


def _samples_of_a_measure() -> bytes:
    rows = [
        {"metric_name": name, "timestamp": 1767571200 + n, "metric_value": value, "method": "GET", "name": "orders", "status": _status(n), "url": "https://shop.example/v1/orders"}
        for n in range(COUNT)
        for name, value in (("http_reqs", 1), ("http_req_duration", 80.5 + n), ("http_req_blocked", 0.1))
    ]  # fmt: skip
    return as_csv(rows)


def _totals() -> bytes:
    head = "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Requests/s"
    rows = [f"GET,/v1/orders/{n},{100 + n},{n % 3},80,{90 + n}.5,1.5" for n in range(5)]
    return "\n".join([head, *rows, ",Aggregated,510,4,80,92.5,7.5"]).encode()


def _xml() -> bytes:
    samples = (
        f'<httpSample t="{80 + n}" lt="7" ts="{1767571200000 + 60_000 * n}" s="{str(_status(n) < 400).lower()}" lb="/v1/orders" rc="{_status(n)}" rm="OK"/>'
        for n in range(COUNT)
    )
    return f'<?xml version="1.0"?>\n<testResults version="1.2">{chr(10).join(samples)}</testResults>'.encode()


def _block(n: int) -> str:
    return f"-[ RECORD {n + 1} ]---\nsent   | {_stamp(n)}\npath   | /v1/orders/{n}\nstatus | {_status(n)}\nerror  | one +\n       | two"


def _entry(n: int) -> str:
    return (
        f"{_stamp(n)} info: Shop.Client[1]\n      GET https://shop.example/v1/orders/{n} -> {_status(n)} in {80 + n}ms"
    )


def _error(n: int) -> str:
    return f'{_stamp(n)} [error] 7#7: *{n} connect() failed (111: Connection refused), client: 198.51.100.7, request: "GET /v1/orders/{n} HTTP/1.1", host: "shop.example"'


def _by_hand(n: int) -> str:
    day = f"{_stamp(n, '%d.%m.%Y')};;\n" if n % 10 == 0 else ""
    return f"{'Time;Path;Status' + chr(10) if n == 0 else ''}{day}{_stamp(n, '%H:%M')};/v1/orders/{n};{_status(n)}"


def _parquet(rows: list[dict[str, object]]) -> bytes:
    stored = io.BytesIO()
    pl.DataFrame(rows).write_parquet(stored)
    return stored.getvalue()


_CALLS = calls(COUNT)
_NESTED = [{"http": {"request": {"method": "GET", "path": row["endpoint"]}, "response": {"status": row["status"], "duration_ms": row["latency_ms"]}}, "@timestamp": row["timestamp"], "service": {"name": row["integration"]}} for row in _CALLS]  # fmt: skip

#: File name → content; each holds `COUNT` records of calls, deliveries, sign-ins or totals.
SAMPLES: dict[str, bytes] = {
    "comma.csv": as_csv(_CALLS),
    "semicolon.csv": as_csv(_CALLS, ";"),
    "tab.tsv": as_csv(_CALLS, "\t"),
    "pipe.txt": as_csv(_CALLS, "|"),
    "utf16.csv": as_csv(_CALLS, ";").decode().encode("utf-16"),
    "lines.ndjson": as_lines(_CALLS),
    "array.json": json.dumps(_CALLS).encode(),
    "pretty.json": json.dumps(_CALLS, indent=2).encode(),
    "envelope.json": json.dumps({"meta": {"customer": "Acme"}, "data": {"calls": _CALLS}}).encode(),
    "nested.ndjson": as_lines(_NESTED),
    "concatenated.json": b"".join(json.dumps(row, indent=1).encode() for row in _CALLS),
    "shipped.log": _lines(lambda n: f"{_stamp(n)} host app[1]: {json.dumps(_CALLS[n])}"),
    "text-inside.ndjson": as_lines([{"log": json.dumps(row), "stream": "stdout"} for row in _CALLS]),
    "lines.ndjson.gz": gzip.compress(as_lines(_CALLS)),
    "two.zip": zipped({"a.csv": as_csv(_CALLS[:15]), "b/c.ndjson": as_lines(_CALLS[15:])}),
    "calls.parquet": _parquet(_CALLS),
    "combined.log": _lines(_combined),
    "w3c.log": _w3c(),
    "router.log": _lines(_router),
    "logfmt.log": _lines(_logfmt),
    "balancer.log": _lines(_balancer),
    "blocks.txt": _lines(_block),
    "entries.log": _lines(_entry),
    "errors.log": _lines(_error),
    "by-hand.csv": _lines(_by_hand),
    "glued.csv": as_csv(_CALLS[:15]) + b"\n" + as_csv([dict(reversed(row.items())) for row in _CALLS[15:]]),
    "capture.har": _har(),
    "attempts.json": _attempts(),
    "sign-ins.ndjson": as_lines([_sign_ins(n) for n in range(COUNT)]),
    "measures.csv": _samples_of_a_measure(),
    "totals.csv": _totals(),
    "results.xml": _xml(),
}
