"""Known exports whose names mislead: small fixtures of the same shapes, written for these tests."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from techhealth.errors import UnreadableError
from techhealth.ingest import inspect, read
from tests.ingest.logs import as_lines, column_of, of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A small export and what a careful person says of it."""

    content: bytes
    kind: str = "api"
    events: int
    failures: int
    first_ms: float | None
    columns: dict[str, str]
    endpoint: str | None
    integration: str


def _nginx(**changes: object) -> dict[str, object]:
    row = {
        "time": "2026-01-05T09:00:00+09:00",
        "method": "GET",
        "uri": "/a/1?token=x",
        "status": 200,
        "body_bytes": 9,
        "response_time": 0.057,
    }
    return {**row, **changes}


def _traefik(**changes: object) -> dict[str, object]:
    row = {
        "DownstreamStatus": 404, "OriginStatus": 200, "Duration": 215563, "OriginDuration": 204708, "Overhead": 10855, "RequestMethod": "GET",
        "RequestPath": "/x", "RequestHost": "h", "ServiceName": "shop@docker", "StartUTC": "2026-01-05T00:00:00.464763557Z",
        "time": "2026-01-05T00:00:09Z", "RetryAttempts": 0, "ServiceURL": {"Host": "h"}, "level": "info", "msg": "",
    }  # fmt: skip
    return {**row, **changes}


def _caddy(**changes: object) -> dict[str, object]:
    request = {
        "remote_ip": "10.0.0.1",
        "method": "GET",
        "host": "h:80",
        "uri": "/",
        "headers": {"User-Agent": ["curl/7.74.0"]},
    }
    row = {"level": "info", "ts": 1767571200.25, "logger": "http.log", "msg": "handled request", "request": request, "bytes_read": 0, "duration": 0.000002701, "size": 0, "status": 0}  # fmt: skip
    return {**row, **changes}


JMETER = """timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,bytes,Latency,Hostname,Connect
1767571200000,139,Login page,200,"Assertion: no, none",t1,false,1,59,box,38
1767571200100,64,Home,Non HTTP response code: java.net.UnknownHostException,Non HTTP response message: x: Name or service not known,t1,false,1,0,box,63
1767571200200,50,Home,200,OK,t1,true,1,1,box,0
"""
_GCP = {"httpRequest": {"latency": "0.048180s", "requestMethod": "GET", "requestUrl": "http://h.example/a?b=1", "status": 403, "requestSize": 77},
        "insertId": "a", "resource": {"labels": {"backend_service_name": "shop"}}, "timestamp": "2026-01-05 00:00:00.712"}  # fmt: skip
_APPSERVICE = {
    "CsMethod": "POST",
    "CsUriStem": "/api/command",
    "ScStatus": 200,
    "TimeTaken": 1793,
    "Result": "Success",
    "CsBytes": 1523,
    "CsHost": "h",
}
_APIM = {
    "isRequestSuccess": True, "time": "2026-01-05T00:00:00.1234567Z", "category": "GatewayLogs", "durationMs": 152, "correlationId": "c1", "location": "East",
    "properties": {"method": "GET", "url": "https://h.example/conference/speakers", "backendResponseCode": 500, "responseCode": 200, "backendTime": 87,
                   "clientTime": 65, "apiId": "conference-api", "operationId": "GetSpeakers", "requestSize": 526},
}  # fmt: skip
_KONG = {
    "request": {"method": "GET", "uri": "/", "url": "http://h.example", "size": 174}, "response": {"status": 500, "size": 878}, "route": {"created_at": 1564823899},
    "service": {"connect_timeout": 60000, "created_at": 1563589483, "name": "shop", "read_timeout": 60000}, "latencies": {"proxy": 1836, "request": 1058},
    "started_at": 1767571200,
}  # fmt: skip
_SVIX = {"url": "https://c.example/hook/", "response": "{}", "responseStatusCode": 200, "responseDurationMs": 12, "status": 0, "triggerType": 0, "msgId": "msg_1",
         "endpointId": "ep_1", "id": "atmpt_1", "timestamp": "2026-01-05T00:00:00.514412223Z", "msg": {"eventType": "user.signup", "timestamp": "2025-01-01T00:00:00Z"}}  # fmt: skip
_OUTPOST = {
    "id": "atm_1",
    "status": "success",
    "time": "2026-01-05T00:00:05Z",
    "code": "200",
    "attempt_number": 1,
    "event_id": "evt_1",
    "destination_id": "des_1",
}
_OKTA = {"uuid": "u1", "published": "2026-01-05 00:00:00.496000000", "eventType": "user.session.start", "outcome": {"result": "FAILURE", "reason": "INVALID_CREDENTIALS"},
         "actor": {"alternateId": "ann@example.com"}, "request": {}, "debugContext": {"debugData": {"url": "/api/x"}}}  # fmt: skip
_HAR = {"startedDateTime": "2026-01-05T00:00:00.216+00:00", "time": 2.85, "request": {"method": "GET", "url": "https://h.example/a", "bodySize": 0},
        "response": {"status": 0, "statusText": ""}, "timings": {"wait": 1}}  # fmt: skip

SHAPES = {
    "nginx": Shape(
        content=as_lines([_nginx(), _nginx(status=400, response_time="-"), _nginx(response_time="-", request_time=0.321)]),
        events=3, failures=1, first_ms=57.0, columns={"latency": "response_time", "timestamp": "time"}, endpoint="/a/{id}", integration="/a",
    ),
    "Traefik": Shape(
        content=as_lines([_traefik(), _traefik(DownstreamStatus="200", OriginStatus=504, Duration=10002425284, ServiceURL="h")]),
        events=2, failures=1, first_ms=0.215563, columns={"latency": "Duration", "status": "DownstreamStatus", "timestamp": "StartUTC"}, endpoint="/x", integration="shop@docker",
    ),
    "Caddy": Shape(
        content=as_lines([_caddy(), _caddy(status=401), {"level": "debug", "ts": 1767571201.5, "logger": "http", "msg": "selected upstream", "dial": "h:1"}]),
        events=2, failures=1, first_ms=0.002701, columns={"latency": "duration", "timestamp": "ts", "endpoint": "request.uri"}, endpoint="/", integration="h:80",
    ),
    "JMeter": Shape(
        content=JMETER.encode(), events=3, failures=2, first_ms=139.0, columns={"latency": "elapsed", "status": "responseCode"}, endpoint="Login page", integration="(unnamed)",
    ),
    "JMeter, tabs": Shape(
        content=b"timeStamp\telapsed\tlabel\tresponseCode\tsuccess\tLatency\n1767571200000\t1008\thttp://localhost:8080\t200\ttrue\t132\n",
        events=1, failures=0, first_ms=1008.0, columns={"latency": "elapsed"}, endpoint="/", integration="(unnamed)",
    ),
    "Google Cloud": Shape(
        content=as_lines([_GCP, {"httprequest": {**_GCP["httpRequest"], "status": 302}, "timestamp": _GCP["timestamp"]}]),
        events=2, failures=1, first_ms=48.18, columns={"latency": "httpRequest.latency"}, endpoint="/a", integration="shop",
    ),
    "API Gateway": Shape(
        content=as_lines([{"requestId": "r1", "caller": "-", "requestTime": "05/Jan/2026:00:00:00 +0000", "httpMethod": "GET", "resourcePath": "/pets/{petId}", "status": "200", "apiId": "pets"}]),
        events=1, failures=0, first_ms=None, columns={"timestamp": "requestTime", "status": "status"}, endpoint="/pets/{petId}", integration="pets",
    ),
    "App Service": Shape(
        content=as_lines([
            {"time": "2026-01-05T00:00:00.4843064Z", "resourceId": "/SUBSCRIPTIONS/1/RESOURCEGROUPS/R/PROVIDERS/WEB/SITES/SHOP", "properties": _APPSERVICE},
            {"time": "2026-01-05T00:00:01Z", "resourceId": "/SUBSCRIPTIONS/1/RESOURCEGROUPS/R/PROVIDERS/WEB/SITES/SHOP", "properties": json.dumps(_APPSERVICE)},
        ]),
        events=2, failures=0, first_ms=1793.0, columns={"latency": "properties.TimeTaken", "status": "properties.ScStatus"}, endpoint="/api/command", integration="SHOP",
    ),
    "API Management": Shape(
        content=json.dumps(_APIM, indent=4).encode(), events=1, failures=0, first_ms=152.0,
        columns={"latency": "durationMs", "status": "properties.responseCode"}, endpoint="/conference/speakers", integration="conference-api",
    ),
    "Kong": Shape(
        content=as_lines([_KONG]), events=1, failures=1, first_ms=1058.0, columns={"latency": "latencies.request", "timestamp": "started_at"}, endpoint="/", integration="shop",
    ),
    "Svix": Shape(
        content=json.dumps({"data": [_SVIX], "iterator": "x", "done": True}).encode(), kind="webhook", events=1, failures=0, first_ms=12.0,
        columns={"status": "responseStatusCode", "timestamp": "timestamp"}, endpoint="/hook/", integration="ep_1",
    ),
    "Outpost": Shape(
        content=json.dumps({"models": [_OUTPOST, {**_OUTPOST, "event_id": "evt_2", "code": "dns_error", "status": "failed"}, {**_OUTPOST, "event": {"id": "evt_1", "topic": "t"}}]}).encode(),
        kind="webhook", events=2, failures=1, first_ms=None, columns={"status": "code"}, endpoint="des_1", integration="des_1",
    ),
    "Okta": Shape(
        content=as_lines([_OKTA, {**_OKTA, "uuid": "u2", "outcome": {"result": "SUCCESS"}}]), kind="auth", events=2, failures=1, first_ms=None,
        columns={"success": "outcome.result", "timestamp": "published"}, endpoint="user.session.start", integration="(unnamed)",
    ),
    "HAR": Shape(
        content=b"\xef\xbb\xbf" + json.dumps({"log": {"version": "1.2", "pages": [], "entries": [_HAR, {**_HAR, "response": {"status": 502}}]}}).encode(),
        events=2, failures=1, first_ms=2.85, columns={"latency": "time", "status": "response.status"}, endpoint="/a", integration="h.example",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_known_exports_are_read_as_a_careful_person_would(name: str) -> None:
    """Each known format gives the right calls, failures, columns, unit, endpoint and integration."""
    shape = SHAPES[name]

    usage = read(shape.content)

    receipt = usage.receipt.files[0]
    first = usage.events.row(0, named=True)
    assert (receipt.kind, receipt.events, receipt.failures) == (shape.kind, shape.events, shape.failures)
    assert receipt.first_latency_ms == (shape.first_ms and pytest.approx(shape.first_ms, rel=1e-12))
    assert {field: column_of(receipt, field).column for field in shape.columns} == shape.columns
    assert (first["endpoint"], first["integration"]) == (shape.endpoint, shape.integration)
    assert first["at"].date().isoformat() == "2026-01-05"


def test_one_webhook_attempt_listed_twice_is_one() -> None:
    """The same attempt in two records is a duplicate; a network failure has its reason."""
    usage = read(SHAPES["Outpost"].content)

    assert usage.receipt.duplicates == 1
    assert usage.events.filter(ok=False)["reason"].to_list() == ["dns_error"]


def test_a_failure_with_a_good_status_is_an_assertion_in_load_tests() -> None:
    """JMeter's success=false beats its code 200, and a network error has no status."""
    events = read(JMETER.encode()).events

    assert events.select("status", "ok", "error").rows() == [
        (200, False, "assertion_failed"),
        (None, False, "dns_error"),
        (200, True, None),
    ]


def test_a_unit_known_from_the_format_yields_to_impossible_values() -> None:
    """A format's seconds are not believed where calls would take hours."""
    usage = read(as_lines([_nginx(response_time=1234 + n) for n in range(5)]))

    assert column_of(usage.receipt.files[0], "latency").unit == "milliseconds"


def test_failures_without_a_readable_time_are_counted_and_said() -> None:
    """Rows whose time is masked are rejected, yet their failures are not hidden."""
    rows = [_OKTA, *({**_OKTA, "uuid": f"m{n}", "published": "redacted"} for n in range(3))]

    receipt = inspect(as_lines(rows)).files[0]

    assert (receipt.events, receipt.rejected, receipt.failures) == (1, 3, 4)
    assert any("3 of 4 failures have no readable time" in note for note in receipt.notes)


def test_a_receipt_is_given_even_where_no_row_can_be_used() -> None:
    """`inspect` explains a file that `read` refuses."""
    content = as_lines([{**_APIM, "time": "2026-01-05T17:xx:xx.xx"}])

    receipt = inspect(content).files[0]

    assert (receipt.records, receipt.events, receipt.rejected, receipt.first) == (1, 0, 1, None)
    with pytest.raises(UnreadableError, match="time could not be read"):
        read(content)


def test_measurements_and_totals_are_not_taken_for_calls() -> None:
    """Of several measures of one call one row counts; a table of totals is refused with a sentence."""
    k6 = b"metric_name,timestamp,metric_value,method,name,status\nhttp_reqs,1767571200,1,GET,/a,200\nhttp_req_duration,1767571200,245.5,GET,/a,200\n"

    receipt = read(k6).receipt.files[0]

    assert (receipt.kind, receipt.rows, receipt.events, receipt.first_latency_ms) == ("metrics", 2, 1, 245.5)
    with pytest.raises(UnreadableError, match="totals"):
        read(b"Type,Name,Request Count,Failure Count\nGET,/a,100,3\n")


def test_a_known_export_inside_a_member_of_each_record_is_known_as_well() -> None:
    """`{"_source": {…}}` around each record hides no format; what another column is called already keeps its long name."""
    inner = [{"log_id": f"l{n}", "type": "fp" if n % 2 else "s", "date": f"2026-01-05T10:{n:02d}:00Z", "client_name": "Shop"} for n in range(10)]  # fmt: skip
    (receipt,) = of(*({"type": "doc", "_source": row} for row in inner)).receipt.files
    (plain,) = of(*({"_source": row} for row in inner)).receipt.files

    assert (plain.kind, plain.failures, column_of(plain, "timestamp").column) == ("auth", 5, "date")
    assert "_source.type" in [one.name for one in receipt.columns]
