"""What a record is in exports nobody has seen: halves, context, cells, lines, totals, and what its columns stand for."""

from __future__ import annotations

import pytest

from techhealth.ingest import inspect
from tests.ingest.logs import as_csv, as_lines, call, column_of


def _halves(count: int, *, spoken: bool, beside: bool = False) -> bytes:
    """Return calls in two lines each under an id of unheard-of name that starts again after ten; every tenth fails."""
    lines: list[dict[str, object]] = []
    for n in range(count):
        begun, own = 1_767_607_200_000 + n * 60_000, {"ticketNo": f"q-{n % 10}"}
        said = ({"msg": "incoming request"}, {"msg": "request completed"}) if spoken else ({}, {})
        lines.append({"time": begun, **own, "req": {"method": "GET", "url": f"/v1/a/{n % 3}"}, **said[0]})
        lines += [{"time": begun + 20, "msg": "cache warmed", "took": 9}] if beside and n % 5 == 0 else []
        lines.append(
            {"time": begun + 80, **own, "res": {"statusCode": 500 if n % 10 == 9 else 200}, "spentMs": 80.5, **said[1]}
        )
    return as_lines(lines)


@pytest.mark.parametrize("spoken", [True, False])
@pytest.mark.parametrize("beside", [True, False])
def test_requests_and_answers_are_joined_by_the_id_they_alternate_in(spoken: bool, beside: bool) -> None:
    """Whatever the id is called and however often it starts again; lines of neither half are no calls and time none."""
    receipt = inspect(_halves(40, spoken=spoken, beside=beside and spoken)).files[0]

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (40, 4, 80.5)


def test_what_was_done_for_a_call_is_no_call() -> None:
    """A line with the id of a request and neither method nor status is context; the id of a connection names no integration."""
    rows: list[dict[str, object]] = []
    for n in range(30):
        own = {"@t": f"2026-01-05T10:{n:02d}:00Z", "RequestPath": "/v1/orders", "RequestId": f"r{n}"}
        rows += [{**own, "@mt": "Executed command", "elapsed": 4}] if n % 5 == 0 else []
        rows.append({**own, "RequestMethod": "GET", "StatusCode": 200, "Elapsed": 80.5, "ConnectionId": "0HN"})
    receipt = inspect(as_lines(rows)).files[0]

    assert (receipt.events, column_of(receipt, "integration").column) == (30, "RequestPath")


def test_a_cell_is_read_like_a_line() -> None:
    """What a cell divides by bars is a request and its status, method and target apart."""
    cells = "\n".join(f"k{n},{1772440559 + n * 60}000000,GET | {500 if n % 10 == 9 else 200} | 203.0.113.9 | r{n} | https://x.example/v1/a | node" for n in range(40))  # fmt: skip
    receipt = inspect(f"id,timestamp,event_message\n{cells}\n".encode()).files[0]

    assert (receipt.kind, receipt.events, receipt.failures) == ("api", 40, 4)


def test_lines_that_begin_with_one_id_are_one_call() -> None:
    """The request stands in one line, the answer of the server behind in another, and that of the call last."""
    texts = (
        "Starting",
        "HTTP Method: GET, Resource Path: /v1/a",
        "Received response. Status: 200",
        "Method completed with status: {}",
    )
    rows = [
        {"timestamp": 1772440559000 + n * 60_000 + k, "message": f"(c3a8db56-{n:04d}-4529) " + text.format(502 if n % 10 == 9 else 200), "eventId": f"{n}-{k}"}
        for n in range(30) for k, text in enumerate(texts)
    ]  # fmt: skip
    receipt = inspect(as_lines(rows)).files[0]

    assert (receipt.records, receipt.events, receipt.failures) == (120, 30, 3)


def test_what_is_charged_for_is_not_how_long_it_took() -> None:
    """A billed duration is rounded up for the invoice."""
    rows = [
        {
            "time": f"2026-01-05T10:{n:02d}:00Z",
            "path": "/a",
            "status": "success",
            "billedDurationMs": 101,
            "durationMs": 100.2,
        }
        for n in range(30)
    ]

    assert inspect(as_lines(rows)).files[0].first_latency_ms == 100.2


def test_a_column_of_codes_beats_one_of_phrases() -> None:
    """Both say the same until a phrase is lost or homemade; the number is the status."""
    rows = [{"time": f"2026-01-05T10:{n:02d}:00Z", "url": "/a", "status": "OK" if n % 10 < 9 else "Sorry", "code": 200 if n % 10 < 9 else 500} for n in range(30)]  # fmt: skip
    receipt = inspect(as_lines(rows)).files[0]

    assert (column_of(receipt, "status").column, receipt.failures) == ("code", 3)


@pytest.mark.parametrize(("word", "failures"), [("drop", 10), ("dropped", 10), ("warmed_up", None)])
def test_an_unknown_word_does_not_void_events_of_mail(word: str, failures: int | None) -> None:
    """Inflections of one word are the same word; others are named, and the rest of the column keeps its meaning."""
    words = ("delivered", "open", word)
    rows = "\n".join(f"2026-01-05 10:{n:02d}:00,m{n},{words[n % 3]},a@b.example,mx.example" for n in range(30))
    receipt = inspect(f"processed,message_id,event,email,mx_host\n{rows}\n".encode()).files[0]

    assert (receipt.kind, receipt.events, receipt.failures) == ("webhook", 30, failures)
    assert any("is not known" in said for said in receipt.assumptions) is (failures is None)


@pytest.mark.parametrize("failed", ["2.74%  132 out of 4812", "2.74% ✓ 132 ✗ 4680"])
def test_the_summary_that_k6_prints_is_a_total(failed: str) -> None:
    """Requests, failures and the mean are known; checks and iterations are no calls."""
    text = (
        f"  █ TOTAL RESULTS\n\n    checks_total.......: 9000 150/s\n\n    http_req_duration..............: avg=143.21ms min=22ms med=121ms max=4.9s\n"
        f"      {{ expected_response:true }}...: avg=131.02ms min=22.1ms\n    http_req_failed................: {failed}\n    http_reqs......................: 4812 79.8/s\n"
    )  # fmt: skip
    receipt = inspect(("summary.txt", text.encode())).files[0]

    assert (receipt.kind, receipt.failures, receipt.first_latency_ms) == ("metrics", 132, 143.21)
    assert any("stands for 4,812 calls" in note for note in receipt.notes)


def test_the_longer_of_two_times_in_different_units_is_the_call() -> None:
    """Seconds to the first byte and microseconds of the whole are compared in one unit."""
    lines = "\n".join(f'203.0.113.9 - - [05/Jan/2026:10:{n:02d}:00 +0000] "GET /a HTTP/1.1" 200 {812 + n * 7} "-" "curl" hit 0.0{30 + n} {44000 + n * 1400}' for n in range(40))  # fmt: skip
    receipt = inspect(("access.log", lines.encode())).files[0]

    assert (receipt.first_latency_ms, column_of(receipt, "latency").column) == (44.0, "duration_us")


def test_an_object_that_ends_a_line_is_opened_behind_words() -> None:
    """Time and level in brackets before it make no text of it; calls that read deliver nothing."""
    lines = "\n".join(
        f'[2026-01-05 10:{n:02d}:00,982]  INFO - Metric: response, properties :{{"apiName": "Orders", "proxyResponseCode": {500 if n % 10 == 9 else 304}, "destination": "https://b.example/o", '
        f'"apiMethod": "GET", "apiResourceTemplate": "/v1/a", "eventType": "response", "backendLatency": {52 + n}, "responseLatency": {75 + n}}}' for n in range(30)
    )  # fmt: skip
    receipt = inspect(("metrics.log", lines.encode())).files[0]

    assert (receipt.kind, receipt.failures, receipt.first_latency_ms) == ("api", 3, 75.0)
    assert column_of(receipt, "endpoint").column == "apiResourceTemplate"


def test_what_prometheus_scrapes_is_a_total() -> None:
    """Counters with a status are calls and failures; a histogram counts them again, and no bucket is a latency."""
    text = "# HELP http_requests_total All.\n# TYPE http_requests_total counter\n" + "".join(
        f'http_requests_total{{handler="{path}",code="{code}"}} {n}\n' for path, code, n in (("/a", 200, "1.5e+03"), ("/a", 503, 12), ("/b", 200, 700), ("/b", 404, 8))
    ) + 'http_request_duration_seconds_bucket{handler="/a",le="0.1"} 1400\nhttp_request_duration_seconds_count{handler="/a"} 1512\ngo_goroutines 42\n'  # fmt: skip
    receipt = inspect(("scrape.txt", text.encode())).files[0]

    assert (receipt.kind, receipt.failures, receipt.first_latency_ms) == ("metrics", 20, None)
    assert any("stand for 2,220 calls" in note for note in receipt.notes)


def test_the_sides_of_a_load_balancer_count_its_servers_again() -> None:
    """Classes of statuses add up under any prefix; sums are no servers, and a health check times no call."""
    text = (
        "# px,sv,status,check_code,check_duration,hrsp_2xx,hrsp_4xx,hrsp_5xx\nin,FRONTEND,OPEN,,,50,8,3\n"
        "o,s1,UP,200,3,30,5,1\no,s2,UP,200,2,20,3,2\no,BACKEND,UP,,,50,8,3\n"
    )
    receipt = inspect(("stats.csv", text.encode())).files[0]

    assert (receipt.kind, receipt.events, receipt.failures, receipt.first_latency_ms) == ("metrics", 61, 11, None)
    assert "a total of the other rows" in {reject.reason for reject in receipt.rejects}


def test_of_free_text_no_value_is_shown() -> None:
    """People are named in sentences that no pattern knows; what machines write again and again is shown."""
    rows = [call(n, note=f"Customer number {n} Jane Roe, born 12 April, called about order {n}", message=f"upstream took too long to answer ({n % 2})") for n in range(30)]  # fmt: skip
    columns = {column.name: column.samples for column in inspect(as_lines(rows)).files[0].columns}

    assert columns["note"] == ("(free text)",)
    assert columns["message"][0] == "upstream took too long to answer (0)"


@pytest.mark.parametrize(
    ("columns", "integration"),
    [
        ({"IntegrationFlowName": "Order_Sync", "TransactionId": "x1"}, "Order_Sync"), ({"monitorName": "Checkout API"}, "Checkout API"),
        ({"properties.resource.workflowId": "w1", "properties.resource.workflowName": "sync-orders"}, "sync-orders"),
        ({"Source": "Business Rule", "URL hostname": "erp.example"}, "erp.example"),
    ],
)  # fmt: skip
def test_what_names_the_integration(columns: dict[str, str], integration: str) -> None:
    """A flow, a workflow and a monitor are integrations, by name before id; the host that was called beats who called."""
    rows = [
        {"time": f"2026-01-05T10:{n:02d}:00Z", "status": "success", "duration_ms": 80 + n, **columns} for n in range(30)
    ]

    assert inspect(as_csv(rows)).integration_names == (integration,)


@pytest.mark.parametrize("column", ["totalResponseBodySize", "response.headers.Content-Length"])
def test_the_size_of_an_answer_is_not_that_of_the_request(column: str) -> None:
    """What came back is no load of the caller's."""
    rows = [call(n, **{column: 100 + n}) for n in range(30)]

    assert all(item.field != "request_bytes" for item in inspect(as_csv(rows)).files[0].mapping)


def test_calls_without_a_time_are_counted_in_the_grade() -> None:
    """That no time can be read is said; that there are no calls is not."""
    rows = "\n".join(f"GET,/a,{200 if n % 10 < 9 else 500},12" for n in range(60))
    receipt = inspect(f"method,url,code,responseTime\n{rows}\n".encode())

    assert not any("in all" in reason for reason in receipt.trust.reasons)


def test_names_in_brackets_before_a_request_make_no_json_of_a_line() -> None:
    """Only lines that end with an object hold one."""
    lines = "\n".join(
        f' [BACKEND][2026-01-05 10:{n:02d}:00] 203.0.113.9:0 - "GET /v1/a HTTP/1.1" 200' for n in range(30)
    )

    assert inspect(("backend.log", lines.encode())).files[0].events == 30


def test_addresses_go_before_the_hosts_they_are_on() -> None:
    """A target that is a host alone names who was called and not what; no column named after an address is needed for that."""
    rows = [{"TimeGenerated": f"2026-01-05T10:{n:02d}:00Z", "Target": "sms.example", "Data": f"https://sms.example/v{n % 2}/send", "ResultCode": "200"} for n in range(20)]  # fmt: skip

    assert column_of(inspect(as_lines(rows)).files[0], "endpoint").column == "Data"


def test_a_name_that_changes_goes_before_a_route_that_never_does() -> None:
    """The folder that all runs are in tells nothing of any."""
    rows = [{"create_time": f"2026-01-05T10:{n:02d}:00Z", "path_id": "/acme/projects", "label": ["Orders", "Stock"][n % 2], "state": "Completed", "duration": 80 + n} for n in range(20)]  # fmt: skip

    assert column_of(inspect(as_lines(rows)).files[0], "endpoint").column == "label"


def test_what_has_an_id_and_a_name_is_called_by_its_name() -> None:
    """Not so where the name is that of something else, as of a user."""
    ids = [{"time": f"2026-01-05T10:{n:02d}:00Z", "operationId": f"op-{n % 3}af", "statusCode": 200} for n in range(20)]
    named = [{**row, "operationName": "ABC"[n % 3]} for n, row in enumerate(ids)]
    used = [{**row, "userName": "ABC"[n % 3]} for n, row in enumerate(ids)]

    found = [column_of(inspect(as_lines(rows)).files[0], "endpoint").column for rows in (named, used)]
    assert found == ["operationName", "operationId"]
