"""Records that are one call together: measures, requests with their answers, spans. Each call counts once."""

from __future__ import annotations

import json

import polars as pl
import pytest

from techhealth.errors import TechHealthError
from techhealth.ingest import inspect, read
from tests.ingest.logs import Row, as_csv, as_lines, column_of


def _said(rows: pl.DataFrame, *names: str) -> list[tuple[object, ...]]:
    return rows.select(*names).rows()


def half(phase: str, second: int, key: str = "r1", **changes: object) -> dict[str, object]:
    """Return the record of a request or of its answer."""
    own: dict[str, object] = {"method": "GET", "path": "/orders", "service": "Shop"} if phase == "request" else {"status": 200}  # fmt: skip
    return {"timestamp": f"2026-01-05T10:00:{second:02d}Z", "request_id": key, "type": phase, **own, **changes}


def test_a_request_and_its_response_are_one_call() -> None:
    """Time and target come from the request, the outcome from the answer, the latency from the difference."""
    usage = read(as_lines([half("request", 0), half("response", 3, status=503)]))

    receipt = usage.receipt.files[0]
    assert (receipt.rows, receipt.events, receipt.failures) == (2, 1, 1)
    assert receipt.rejects[0].reason == "the answer to a request of another row; both are one call"
    assert _said(usage.events, "endpoint", "status", "latency_ms", "integration") == [("/orders", 503, 3000.0, "Shop")]
    assert usage.events["at"].to_list() == [usage.receipt.first]


def test_a_latency_of_the_answer_beats_the_difference() -> None:
    """Where the answer names its duration, that is the latency."""
    usage = read(as_lines([half("request", 0), half("response", 3, duration_ms=2950)]))

    assert usage.events["latency_ms"].to_list() == [2950.0]


@pytest.mark.parametrize("newest_first", [False, True])
def test_each_try_has_its_own_answer(newest_first: bool) -> None:
    """An answer belongs to the last request before it with the same id, in whatever order the file lists them."""
    rows = [half("request", 0), half("response", 1, status=503), half("request", 10), half("response", 12)]

    events = read(as_lines(rows[::-1] if newest_first else rows)).events

    assert _said(events, "status", "latency_ms", "is_retry") == [(503, 1000.0, False), (200, 2000.0, True)]


def test_a_request_without_an_answer_is_unknown() -> None:
    """No answer in the file is neither success nor failure; an answer alone is a call of its own. Both are said."""
    usage = read(as_lines([half("request", 0), half("response", 1), half("request", 5, "r2"), half("response", 9, "r3", path="/x", status=500)]))  # fmt: skip

    assert usage.events["ok"].to_list() == [True, None, False]
    notes = usage.receipt.files[0].notes
    assert any("1 request without an answer" in note for note in notes)
    assert any("1 answer without a request" in note for note in notes)


@pytest.mark.parametrize(
    ("begin", "end"),
    [("REQUEST", "RESPONSE"), ("start", "end"), ("request_started", "request_finished"), ("Request started", "Request completed"), ("http.request", "http.response")],
)  # fmt: skip
def test_many_words_tell_the_halves_of_a_call(begin: str, end: str) -> None:
    """Beginning and end go by many names, with one id."""
    rows = [half("request", 0, type=begin), half("response", 1, type=end)]

    assert read(as_lines(rows)).receipt.api_calls == 1


def test_events_named_like_halves_without_a_common_id_stay_apart() -> None:
    """Records that share no id are not joined."""
    rows = [half("request", 0, "a"), half("response", 1, "b")]

    assert read(as_lines(rows)).receipt.api_calls == 2


def _sample(metric: str, value: float, **labels: object) -> dict[str, object]:
    return {"time": "2026-01-05T10:00:00Z", "metric": metric, "value": value, "status": 200, "url": "https://h.example/a", **labels}  # fmt: skip


def test_measures_of_one_call_are_one_call() -> None:
    """Of several measures of a call the one that times it as a whole is the call."""
    parts = [_sample("http_reqs", 1), _sample("http_req_duration", 245.5), _sample("http_req_waiting", 240.25), _sample("vus", 3)]  # fmt: skip

    receipt = read(as_csv(parts)).receipt.files[0]

    assert (receipt.kind, receipt.rows, receipt.events, receipt.first_latency_ms) == ("metrics", 4, 1, 245.5)
    assert column_of(receipt, "latency").column == "http_req_duration"


def test_points_of_a_load_test_are_read_from_json_lines() -> None:
    """k6 writes one object a point, with its labels as tags, between definitions of the metrics."""
    tags = {"method": "GET", "status": "503", "name": "https://h.example/a", "url": "https://h.example/a"}
    lines: list[Row] = [
        {"type": "Metric", "metric": "http_reqs", "data": {"name": "http_reqs", "type": "counter"}},
        {"type": "Point", "metric": "http_reqs", "data": {"time": "2026-01-05T10:00:00Z", "value": 1, "tags": tags}},
        {"type": "Point", "metric": "http_req_duration", "data": {"time": "2026-01-05T10:00:00Z", "value": 80.5, "tags": tags}},
    ]  # fmt: skip

    usage = read(as_lines(lines))

    assert _said(usage.events, "endpoint", "method", "status", "latency_ms") == [("/a", "GET", 503, 80.5)]


def test_the_period_of_measurements_is_that_of_the_calls() -> None:
    """First and last instant of a file of measurements are those of calls, not of a gauge beside them."""
    late = {"time": "2026-01-05T10:00:09Z"}

    receipt = inspect(as_csv([_sample("http_reqs", 1), _sample("http_req_duration", 5.5), _sample("vus", 1, **late)])).files[0]  # fmt: skip

    assert receipt.first is not None
    assert receipt.last is not None
    assert (receipt.last - receipt.first).seconds == 0


def test_counted_measures_become_totals_of_their_time() -> None:
    """Where a measure counts more than one request, the measures of one time and label are one row of totals."""
    rows = [
        {"timestamp": f"2026-01-0{day}T00:00:00Z", "api": "Shop", "metric": metric, "value": value, "unit": unit}
        for day in (5, 6)
        for metric, value, unit in (("Requests", 100 * day, "Count"), ("FailedRequests", day, "Count"), ("Latency", 80.5, "Milliseconds"))
    ]  # fmt: skip

    usage = read(as_csv(rows))

    receipt = usage.receipt.files[0]
    assert (receipt.kind, receipt.records, receipt.events, receipt.failures) == ("metrics", 6, 1100, 11)
    assert usage.receipt.integration_names == ("Shop",)


def test_samples_of_the_same_time_and_labels_are_all_counted() -> None:
    """Series that differ in nothing the file says are rows of their own; a latency beside a count stays a mean."""
    rows = [("Requests", 50), ("Latency", 80), ("Requests", 70), ("Latency", 90)]

    receipt = inspect(as_csv([{"timestamp": "2026-01-05T00:00:00Z", "metric": m, "value": v} for m, v in rows])).files[0]  # fmt: skip

    assert (receipt.events, receipt.failures, receipt.rejected) == (120, None, 2)


@pytest.mark.parametrize(
    "document",
    [
        {"data": [{"processes": {"p": 1}, "spans": [{"processID": "p", "references": 3}]}]},
        {"resourceSpans": [{"resource": [], "scopeSpans": [{"spans": [{"status": [], "attributes": {"a": 1}}]}]}]},
        {"MetricDataResults": [{"Timestamps": 5, "Values": 3}]},
        {"data": {"result": [{"metric": {}, "values": 5}]}},
        {"aggregate": {"counters": None}, "intermediate": [1]},
    ],
)
def test_documents_of_half_a_shape_are_refused_in_words(document: object) -> None:
    """What only looks like a trace or a metric export is an error of ours, not a crash."""
    with pytest.raises(TechHealthError):
        inspect(json.dumps(document).encode())


AZURE = {"value": [{"name": {"value": name}, "unit": "Count", "timeseries": [{"metadatavalues": [{"name": {"value": "ApiId"}, "value": "shop"}],
         "data": [{"timeStamp": f"2026-01-05T0{hour}:00:00Z", "total": total} for hour in (1, 2)]}]} for name, total in (("Requests", 50.0), ("FailedRequests", 2.0))]}  # fmt: skip
CLOUDWATCH = {"MetricDataResults": [{"Id": label.lower(), "Label": label, "Timestamps": ["2026-01-05T01:00:00Z", "2026-01-05T02:00:00Z"], "Values": [value, value]}
              for label, value in (("Count", 50.0), ("5XXError", 1.0), ("4XXError", 1.0), ("Latency", 81.5))]}  # fmt: skip
PROMETHEUS = {"status": "success", "data": {"resultType": "matrix", "result": [
    {"metric": {"__name__": "http_requests_total", "service": "shop", "code": code}, "values": [[1767571200 + 60 * n, str(1000 + step * n)] for n in range(12)]}
    for code, step in (("200", 8), ("500", 1))]}}  # fmt: skip


@pytest.mark.parametrize(
    ("document", "calls", "failures"), [(AZURE, 100, 4), (CLOUDWATCH, 100, 4), (PROMETHEUS, 99, 11)]
)
def test_exports_of_metric_services_are_totals(document: object, calls: int, failures: int) -> None:
    """Series of Azure, CloudWatch and Prometheus are totals at their times; counters are subtracted."""
    receipt = inspect(json.dumps(document).encode()).files[0]

    assert (receipt.kind, receipt.events, receipt.failures) == ("metrics", calls, failures)


def _otlp(kind: int, span: str, parent: str, start: int, end: int, **attributes: object) -> dict[str, object]:
    listed = [{"key": key, "value": {"stringValue": str(value)}} for key, value in attributes.items()]
    return {"traceId": "t1", "spanId": span, "parentSpanId": parent, "kind": kind, "name": "n", "attributes": listed,
            "startTimeUnixNano": str(1767571200 * 10**9 + start * 10**6), "endTimeUnixNano": str(1767571200 * 10**9 + end * 10**6), "status": {}}  # fmt: skip


def _resource(service: str, *spans: object) -> dict[str, object]:
    return {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}, "scopeSpans": [{"spans": list(spans)}]}  # fmt: skip


_GET = {"http.request.method": "GET", "url.path": "/orders", "http.response.status_code": 503}
OTLP = {"resourceSpans": [
    _resource("gateway", _otlp(2, "a", "", 0, 100, **_GET), _otlp(1, "b", "a", 5, 95), _otlp(3, "c", "b", 10, 90, **_GET), _otlp(3, "d", "b", 90, 95, **{"db.system": "x"})),
    _resource("orders", _otlp(2, "e", "c", 20, 80, **_GET)),
]}  # fmt: skip
_TAGS = [{"key": "span.kind", "type": "string", "value": "server"}, {"key": "http.method", "value": "GET"}, {"key": "http.target", "value": "/orders"}, {"key": "http.status_code", "value": 503}]  # fmt: skip
JAEGER = {"data": [{"traceID": "t1", "processes": {"p1": {"serviceName": "orders"}}, "spans": [
    {"traceID": "t1", "spanID": "a", "operationName": "GET", "references": [], "startTime": 1767571200000000, "duration": 60000, "tags": _TAGS, "processID": "p1"},
    {"traceID": "t1", "spanID": "b", "operationName": "inner", "references": [{"refType": "CHILD_OF", "spanID": "a"}], "startTime": 1767571200000100, "duration": 100, "tags": [], "processID": "p1"},
]}]}  # fmt: skip
_ZIPKIN = {"traceId": "t1", "id": "s", "timestamp": 1767571200000000, "tags": {"http.method": "GET", "http.path": "/orders", "http.status_code": "503"}}  # fmt: skip
ZIPKIN = [{**_ZIPKIN, "kind": "CLIENT", "duration": 80000, "localEndpoint": {"serviceName": "gateway"}},
          {**_ZIPKIN, "kind": "SERVER", "duration": 60000, "shared": True, "localEndpoint": {"serviceName": "orders"}}]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "calls"),
    [
        (OTLP, [("gateway", "/orders", 503, 100.0), ("orders", "/orders", 503, 80.0)]),
        (JAEGER, [("orders", "/orders", 503, 60.0)]),
        (ZIPKIN, [("orders", "/orders", 503, 80.0)]),
    ],
    ids=["OpenTelemetry", "Jaeger", "Zipkin"],
)
def test_the_spans_of_a_trace_are_its_calls(document: object, calls: list[tuple[object, ...]]) -> None:
    """Inner spans and queries are no calls; the two sides of one call are one, named after the service that answered."""
    usage = read(json.dumps(document).encode())

    assert _said(usage.events, "integration", "endpoint", "status", "latency_ms") == calls
    assert usage.receipt.files[0].rows == usage.receipt.files[0].events + usage.receipt.files[0].rejected


def test_a_span_that_failed_without_a_status_is_a_failure() -> None:
    """A span's own error counts where no HTTP status came back."""
    span = {**_otlp(3, "a", "", 0, 50, **{"http.request.method": "GET", "url.full": "https://h.example/x", "server.address": "h.example"}), "status": {"code": 2}}  # fmt: skip

    usage = read(json.dumps({"resourceSpans": [_resource("gateway", span)]}).encode())

    assert _said(usage.events, "ok", "integration") == [(False, "h.example")]
