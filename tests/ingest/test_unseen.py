"""Rules of meaning for exports nobody has seen: what a record is, how it ended, when it was, and what stays unknown."""

from __future__ import annotations

import pytest

from techhealth.errors import UnreadableError
from techhealth.ingest import inspect, read
from techhealth.model import FileReceipt, Grade
from tests.ingest.logs import as_csv, as_lines, call, column_of


def _ended(*values: object, name: str = "status") -> FileReceipt:
    """Return the receipt of 60 calls whose outcomes are these values in turn."""
    rows = [{"timestamp": f"2026-01-05T10:{n:02d}:00Z", "flow": "a", name: values[n % len(values)], "duration_ms": 80 + n} for n in range(60)]  # fmt: skip
    return inspect(as_lines(rows)).files[0]


@pytest.mark.parametrize("values", [(1, 1, 2, 3), (0, 1, 2), (1, 1, 1, 2)])
def test_numbered_outcomes_are_unknown_and_asked_for(values: tuple[int, ...]) -> None:
    """More outcomes than yes and no have a meaning only their format tells: nothing is counted as success or failure."""
    receipt = _ended(*values)

    assert (receipt.events, receipt.failures) == (60, None)
    assert any("numbers the outcomes" in said for said in receipt.assumptions)


def test_a_known_format_tells_what_its_numbers_mean() -> None:
    """Make counts 1 as success, 2 as a warning and 3 as an error."""
    rows = [{"imtId": f"i{n}", "timestamp": f"2026-01-05T10:{n:02d}:00Z", "duration": 900, "operations": 4, "transfer": 12, "status": (1, 1, 2, 3)[n % 4]} for n in range(40)]  # fmt: skip

    assert inspect(as_lines(rows)).files[0].failures == 10


@pytest.mark.parametrize(
    ("words", "failures"), [(("success", "success", "wobbly"), None), (("success", "failed", "wobbly"), 20)]
)
def test_a_word_that_is_not_understood_is_no_success(words: tuple[str, ...], failures: int | None) -> None:
    """Unknown words are named with their count, lower the grade, and never leave a file that looks healthy."""
    rows = [{"timestamp": f"2026-01-05T10:{n:02d}:00Z", "path": "/a", "result": words[n % 3]} for n in range(60)]
    receipt = inspect(as_lines(rows))

    assert receipt.files[0].failures == failures
    assert receipt.trust.grade > Grade.A
    assert any('result also says "wobbly" (20): not understood' in reason for reason in receipt.trust.reasons)


def test_the_words_of_grpc_are_outcomes_wherever_they_stand() -> None:
    """The list of gRPC codes is closed: each but OK is a failure, with or without its underscores."""
    words = (
        "ok",
        "ok",
        "ok",
        "unauthenticated",
        "AlreadyExists",
        "OUT_OF_RANGE",
        "unimplemented",
        "data_loss",
        "ok",
        "ok",
    )

    assert _ended(*words).failures == 30


@pytest.mark.parametrize(
    ("good", "bad"),
    [("正常", "異常"), ("○", "×"), ("성공", "실패"), ("i.O.", "n.i.O."), ("sukces", "błąd"), ("completado", "fallido")],
)
def test_outcomes_are_read_in_other_languages(good: str, bad: str) -> None:
    """Words and signs for success and failure are known beyond English."""
    assert _ended(good, good, bad, name="result").failures == 20


@pytest.mark.parametrize(
    "hour", ["{y}年{m}月{d}日 {h}時{n}分{s}秒", "{y}年{m}月{d}日{h}時{n}分{s}秒", "{y}년 {m}월 {d}일 {h}시 {n}분 {s}초"]
)
def test_times_are_read_as_chinese_japanese_and_korean_write_them(hour: str) -> None:
    """Year, month, day, hour, minute and second each carry their sign, and no zero is put before a digit."""
    rows = "\n".join(f"{hour.format(y=2026, m=3, d=1 + n, h=8, n=5, s=n)},注文,正常" for n in range(9))
    receipt = inspect(f"受付日時,処理,結果\n{rows}\n合計,9件,\n".encode()).files[0]

    assert str(receipt.first) == "2026-03-01 08:05:00+00:00"
    assert (receipt.events, receipt.failures, column_of(receipt, "endpoint").column) == (9, 0, "処理")


@pytest.mark.parametrize(
    ("name", "hour"),
    [("Data/Hora (BRT)", 8), ("Time (UTC-3)", 8), ("Zeit (MEZ)", 4), ("timestamp_pst", 13), ("Time (America/Sao_Paulo)", 8), ("Time [PT]", 13), ("Datum Ist", 5)],
)  # fmt: skip
def test_a_zone_in_the_name_of_a_time_is_its_zone(name: str, hour: int) -> None:
    """What the header says of the zone holds for every time below it."""
    rows = "\n".join(f"02/01/2026 05:{n:02d}:27;/a;200" for n in range(30))

    first = inspect(f"{name};path;status\n{rows}\n".encode()).files[0].first

    assert first is not None
    assert (first.hour, first.minute) == (hour, 0)


def test_a_zone_name_that_countries_share_is_a_doubt() -> None:
    """CST is Chicago or Shanghai: one is taken, and said."""
    rows = "\n".join(f"2026-01-05 05:{n:02d}:27;/a;200" for n in range(30))
    receipt = inspect(f"Time (CST);path;status\n{rows}\n".encode())

    assert any("CST is read as US Central time" in reason for reason in receipt.trust.reasons)


@pytest.mark.parametrize(
    "extra",
    [
        {"resolved_at": "2026-01-06T00:00:00Z", "assignee": "Lee", "status": "resolved"}, {"Resolution": "Done", "Issue key": "A-1", "Status": "Done"},
        {"closeTime": 5303, "priority": "P2", "status": "closed"}, {"seconds_to_resolve": 1500, "urgency": "high", "status": "resolved"},
    ],
)  # fmt: skip
def test_a_list_of_incidents_is_declined_by_name(extra: dict[str, object]) -> None:
    """Resolved is the state of a problem; records that people work on are no calls, and begin when they were created."""
    content = as_lines(
        [{"created_at": f"2026-01-05T10:{n:02d}:00Z", "title": "API returns 500", **extra} for n in range(30)]
    )
    receipt = inspect(content).files[0]

    assert (receipt.events, receipt.failures, str(receipt.first)) == (0, None, "2026-01-05 10:00:00+00:00")
    assert any("is a list of incidents or tickets" in said for said in receipt.assumptions)
    with pytest.raises(UnreadableError, match="a list of incidents or tickets"):
        read(content)


def test_calls_with_a_ticket_beside_them_stay_calls() -> None:
    """A status and a path make a record a call, whoever resolved what."""
    rows = [call(n, resolved_at="2026-01-06T00:00:00Z", assignee="Lee") for n in range(30)]

    assert read(as_lines(rows)).receipt.api_calls == 30


def test_what_was_sent_does_not_tell_how_the_delivery_ended() -> None:
    """The status of a build in the payload is that of the build; the answer is that of the delivery."""
    rows = [
        {"created_at": f"2026-01-05T10:{n:02d}:00Z", "trigger": "push_hooks", "url": "https://h.example/a", "execution_duration": 0.07,
         "request_data": {"status": "failed", "duration": 90}, "response_status": "internal error" if n % 10 == 9 else "200"}
        for n in range(30)
    ]  # fmt: skip
    receipt = inspect(as_lines(rows)).files[0]

    assert (receipt.kind, receipt.failures, receipt.first_latency_ms) == ("webhook", 3, 70.0)


def test_events_that_tell_no_outcome_have_none() -> None:
    """The state of a payment is no outcome of the event that tells of it, nor of its delivery."""
    rows = [{"id": f"e{n}", "type": "charge.failed", "created": 1772440000 + n * 60, "pending_webhooks": 0, "data": {"object": {"id": f"c{n}", "status": "failed"}}} for n in range(30)]  # fmt: skip
    receipt = inspect(as_lines(rows)).files[0]

    assert (receipt.kind, receipt.events, receipt.failures, column_of(receipt, "endpoint").column) == (
        "webhook",
        30,
        None,
        "type",
    )


def test_a_call_inside_a_payload_is_a_call() -> None:
    """Where the member holds method and path, it is the record, whatever it is called."""
    rows = [
        {"id": n, "payload": call(n, status=None, result="failed" if n % 10 == 9 else "success")} for n in range(30)
    ]

    assert inspect(as_lines(rows)).files[0].failures == 3


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
