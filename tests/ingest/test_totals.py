"""Tables whose rows stand for many calls: never one call a row, and no more said than sums can say."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from techhealth.errors import MissingFieldError, UnreadableError
from techhealth.ingest import inspect, read
from techhealth.ingest.documents.summaries import as_rows
from techhealth.ingest.fields.tallies import Tally, tally_of
from tests.ingest.logs import as_csv, as_lines, call, calls, column_of

LOCUST = b"""Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,95%,Requests/s
GET,/orders,700,7,90,101.5,240,1.2
POST,/orders,300,0,80,88.25,180,0.5
,Aggregated,1000,7,85,97.5,230,1.7
"""
JMETER = b"""Label,# Samples,Average,Median,90% Line,95% Line,Min,Max,Error %,Throughput,Received KB/sec
Home,200,150,120,300,350,10,900,1.50%,12.1,9.4
Pay,100,250,220,400,450,10,900,4.00%,6.0,3.3
TOTAL,300,183,150,350,380,10,900,2.33%,18.1,12.7
"""
K6 = {"metrics": {"http_reqs": {"count": 400, "rate": 8.1}, "http_req_duration": {"avg": 120.5, "p(95)": 300.5},
                  "http_req_failed": {"passes": 4, "fails": 396, "value": 0.01}, "checks": {"passes": 7, "fails": 0}},
      "root_group": {"name": "", "groups": [], "checks": [{"name": "ok", "path": "::ok", "passes": 7, "fails": 0}]}}  # fmt: skip


ARTILLERY = {
    "aggregate": {"counters": {"http.requests": 50, "http.codes.200": 45, "http.codes.503": 5}, "summaries": {}},
    "intermediate": [
        {"period": "1767571200000", "counters": {"http.requests": 30, "http.codes.200": 30}, "summaries": {"http.response_time": {"mean": 60.5, "p95": 99.5}}},
        {"period": "1767571210000", "counters": {"http.requests": 20, "http.codes.200": 15, "http.codes.503": 5}, "summaries": {}},
    ],
}  # fmt: skip
_PERIODS = [
    {"timestamp": f"2026-01-05T00:00:{at}0Z", "requestsCompleted": done, "latency": {"min": 5.5, "median": 60.5, "p95": 99.5}, "codes": codes, "errors": {}}
    for at, done, codes in ((1, 30, {"200": 30}), (2, 20, {"200": 15, "503": 5}))
]  # fmt: skip
OLD_ARTILLERY = {
    "aggregate": {**_PERIODS[0], "requestsCompleted": 50, "codes": {"200": 45, "503": 5}},
    "intermediate": _PERIODS,
}
CUT_ARTILLERY = {**OLD_ARTILLERY, "intermediate": _PERIODS[:1]}
VEGETA = {"latencies": {"total": 8_520_000_000, "mean": 71_000_000, "50th": 70_000_000, "95th": 90_000_000}, "earliest": "2026-01-05T00:00:00Z", "requests": 120, "rate": 4.0,
          "success": 0.95, "status_codes": {"200": 114, "500": 6}, "errors": ["500 Internal Server Error"]}  # fmt: skip
APIM = b"name,callCountSuccess,callCountBlocked,callCountFailed,callCountOther,callCountTotal,apiTimeAvg\nEcho,90,0,10,0,100,55.5\n"
APIGEE = b"apiproxy,day,sum(message_count),sum(is_error),avg(total_response_time)\nshop,2026-01-05,500,5,81.5\nshop,2026-01-06,400,0,82\n"
CLASSES = b"day,service,hits,2xx,4xx,5xx\n2026-01-05,Shop,100,90,6,4\n2026-01-06,Shop,100,99,1,0\n"
BY_STATUS = b"day,service,status,count\n2026-01-05,Shop,200,900\n2026-01-05,Shop,503,20\n2026-01-06,Shop,200,880\n"
SUCCESS_RATE = b"date,api,requests,success_rate\n2026-01-05,Shop,200,98.5%\n2026-01-06,Shop,100,100%\n"

#: Export → (content, rows, calls, failures, first mean latency in ms).
TABLES: dict[str, tuple[bytes, int, int, int, float | None]] = {
    "Locust": (LOCUST, 3, 1000, 7, 101.5),
    "JMeter": (JMETER, 3, 300, 7, 150.0),
    "k6": (json.dumps(K6).encode(), 1, 400, 4, 120.5),
    "Artillery": (json.dumps(ARTILLERY).encode(), 2, 50, 5, 60.5),
    "Artillery, before version 2": (json.dumps(OLD_ARTILLERY).encode(), 2, 50, 5, 60.5),
    "Artillery, not all periods": (json.dumps(CUT_ARTILLERY).encode(), 1, 50, 5, 60.5),
    "vegeta": (json.dumps(VEGETA).encode(), 1, 120, 6, 71.0),
    "API Management": (APIM, 1, 100, 10, 55.5),
    "Apigee": (APIGEE, 2, 900, 5, 81.5),
    "status classes": (CLASSES, 2, 200, 11, None),
    "grouped by status": (BY_STATUS, 3, 1800, 20, None),
    "success rates": (SUCCESS_RATE, 2, 300, 3, None),
}


@pytest.mark.parametrize("name", TABLES)
def test_totals_are_read_as_the_calls_they_stand_for(name: str) -> None:
    """Whatever the tool, a row of totals counts as many calls and failures as it says, and never as one call."""
    content, rows, total, failures, first_ms = TABLES[name]

    receipt = inspect(content).files[0]

    assert (receipt.kind, receipt.records, receipt.events, receipt.failures) == ("metrics", rows, total, failures)
    assert receipt.first_latency_ms == (first_ms and pytest.approx(first_ms))


def test_totals_last_until_their_rows_end() -> None:
    """Where rows of totals name their end beside their beginning, the last instant is the last end."""
    file = inspect(json.dumps({**VEGETA, "latest": "2026-01-05T00:00:30Z"}).encode()).files[0]

    assert file.first == datetime(2026, 1, 5, tzinfo=UTC)
    assert file.last == datetime(2026, 1, 5, 0, 0, 30, tzinfo=UTC)


def test_a_row_that_adds_up_the_others_is_left_out_by_name() -> None:
    """The last row of a report is named in the rejects, and every row is accounted for."""
    receipt = inspect(LOCUST).files[0]

    (reject,) = receipt.rejects
    assert (reject.reason, reject.count) == ("a total of the other rows", 1)
    assert receipt.rows == receipt.rejected + 2


def test_a_nameless_row_equal_to_the_sum_of_the_others_is_left_out() -> None:
    """A total without a name is known by its number; a named row that happens to be the sum is not."""
    nameless = inspect(b"Name,Requests,Failures\n/a,10,1\n/b,20,2\n,30,3\n").files[0]
    named = inspect(b"Name,Requests,Failures\n/a,10,1\n/b,20,2\n/c,30,3\n").files[0]

    assert (nameless.events, named.events) == (30, 60)


def test_a_total_that_contradicts_its_parts_is_a_doubt() -> None:
    """Where the last row does not add up, the rows count and the receipt says so."""
    receipt = inspect(LOCUST.replace(b",1000,7,", b",1000,900,"))

    assert receipt.files[0].failures == 7
    assert "the row of totals names 900 failures, the rows it adds up 7; the rows count" in receipt.trust.reasons


def test_totals_without_a_time_are_shown_but_not_assessed() -> None:
    """Without a time there is no trend: `inspect` says what the rows hold, `read` what to export instead."""
    receipt = inspect(LOCUST).files[0]

    assert (receipt.first, receipt.last) == (None, None)
    assert "no time: no trend can be computed" in receipt.notes
    assert any("95th percentile (95%) 240 in the first row" in note for note in receipt.notes)
    with pytest.raises(UnreadableError, match=r"1,000 calls, 7 failed.*Export one row per call, or totals by day"):
        read(LOCUST)


def test_daily_totals_are_calls_of_their_day() -> None:
    """Totals with times become events that stand for many calls; a mean is the latency of none of them."""
    usage = read(APIGEE)

    assert usage.receipt.api_calls == 900
    assert usage.events.select("at", "ok", "calls", "latency_ms").rows() == [
        (usage.receipt.first, False, 5, None),
        (usage.receipt.first, True, 495, None),
        (usage.receipt.last, True, 400, None),
    ]
    assert any("rows are totals" in reason for reason in usage.receipt.trust.reasons)


def test_totals_and_calls_of_two_files_add_up() -> None:
    """An analysis may hold a table of totals beside a log of calls."""
    usage = read(("usage.csv", APIGEE), ("log.json", as_lines(calls(10))))

    assert (usage.receipt.api_calls, usage.events["calls"].fill_null(1).sum()) == (910, 910)


def test_running_totals_are_subtracted() -> None:
    """A history whose counts never fall counts each call once."""
    lines = [f"{1767571200 + n},GET,/a,{n * 10},{n},{n * 10 / 60}" for n in range(1, 21)]
    content = "\n".join(["Timestamp,Type,Name,Total Request Count,Total Failure Count,Requests/s", *lines]).encode()

    receipt = inspect(content).files[0]

    assert (receipt.records, receipt.events, receipt.failures) == (20, 200, 20)
    assert any("running totals" in said for said in receipt.assumptions)


def test_growing_totals_are_no_running_totals() -> None:
    """Traffic that grows from week to week is not subtracted from itself."""
    lines = [f"2026-{1 + n // 4:02d}-{1 + n % 4 * 7:02d},Shop,{1000 + n * 50},{n}" for n in range(12)]

    receipt = inspect("\n".join(["week_of,service,requests,errors", *lines]).encode(), mapping={"timestamp": "week_of"})

    assert receipt.files[0].events == sum(1000 + n * 50 for n in range(12))


@pytest.mark.parametrize(
    "extra",
    [
        {"total": 49, "status": 200},
        {"requests": 12, "errors": 2, "request_id": "r"},
        {"count": 3, "errors": 0, "status": 200, "latency_ms": 80},
        {"hits": 5, "success": "true"},
    ],
)
def test_a_log_of_calls_with_a_count_in_it_stays_a_log_of_calls(extra: dict[str, object]) -> None:
    """A status with a duration, an id or an outcome of its own makes a row one call, whatever is counted beside it."""
    rows = [{**call(n), **extra, **({"request_id": f"r{n}"} if "request_id" in extra else {})} for n in range(30)]

    assert read(as_csv(rows)).receipt.api_calls == 30


def test_the_caller_can_say_that_rows_are_calls() -> None:
    """A column named as the latency of a call speaks against totals."""
    content = b"time,path,requests,errors,spent_ms\n2026-01-05T00:00:00Z,/a,3,0,12\n2026-01-05T00:01:00Z,/a,2,1,15\n"

    assert inspect(content).files[0].events == 5
    assert inspect(content, mapping={"latency": "spent_ms"}).files[0].events == 2


def test_an_object_named_after_calls_is_no_count() -> None:
    """Records below a key such as "calls" are records, not a number of calls."""
    document = {"export": {"calls": {"a": call(0), "b": call(1)}}}

    assert as_rows(document) is document


@pytest.mark.parametrize(
    ("name", "tally"),
    [
        ("Failures/s", Tally.OTHER), ("Error %", Tally.SHARE_FAILED), ("4XXError", Tally.FAILED_CLASS), ("num_requests", Tally.CALLS),
        ("Average Content Size", Tally.OTHER), ("error_code", None), ("retry_count", None), ("latency_ms", None), ("status", None),
    ],
)  # fmt: skip
def test_names_of_statistics_are_told_from_names_of_single_calls(name: str, tally: Tally | None) -> None:
    """A name says a count, a share, a percentile, or nothing about many calls."""
    assert tally_of(name) == tally


@pytest.mark.parametrize(
    ("calls_", "failed", "mean"),
    [
        ("Nombre d'appels", "Nb d'échecs", "Temps de réponse moyen (ms)"), ("Anfragen gesamt", "Anzahl Fehler", "Ø Antwortzeit (ms)"),
        ("Número de llamadas", "Fallos", "Tiempo medio (ms)"), ("Chamadas", "Total de erros", "Tempo médio (ms)"),
        ("Numero chiamate", "Chiamate fallite", "Tempo medio (ms)"), ("Aantal verzoeken", "Fouten", "gemiddelde duur (ms)"),
        ("リクエスト数", "エラー数", "平均応答時間"), ("件数", "失敗", "平均"), ("요청 수", "오류 수", "평균"),
    ],
)  # fmt: skip
def test_totals_are_read_in_any_language(calls_: str, failed: str, mean: str) -> None:
    """A word for many with one for calls or errors counts them, in any order; small and grouped numbers stand side by side."""
    rows = "\n".join(f"2026-01-{day:02d};{'1.200' if day % 2 else '990'};{day};120,5" for day in range(5, 9))

    receipt = inspect(f"Datum;{calls_};{failed};{mean}\n{rows}\n".encode()).files[0]

    assert (receipt.kind, receipt.events, receipt.failures) == ("metrics", 4380, 26)
    assert column_of(receipt, "latency").column == mean


def test_counts_that_agree_with_their_share_need_no_names() -> None:
    """Where one count over another is the share in every row, one name tells what the other two are."""
    rows = "\n".join(
        f"2026-01-{day:02d},{day * 100},{day - 4},{100 * (day - 4) / (day * 100):.2f}%" for day in range(5, 9)
    )

    named, nameless = (f"day,volumen,x,{share}\n{rows}\n".encode() for share in ("error rate", "ctr"))

    receipt = inspect(named).files[0]
    assert (receipt.kind, receipt.events, receipt.failures) == ("metrics", 2600, 10)
    with pytest.raises(MissingFieldError):
        inspect(nameless)


def test_a_column_may_be_named_by_the_status_it_counts() -> None:
    """A table over statuses has their numbers in its header; those from 400 on count failures."""
    table = b"_time,200,204,404,503\n" + b"".join(b"2026-01-05 %02d:00,%d,3,2,1\n" % (n, 20 + n) for n in range(9))
    receipt = inspect(table)

    assert (receipt.files[0].events, receipt.files[0].failures) == (sum(26 + n for n in range(9)), 27)


def test_answers_counted_apart_from_errors_are_failures_as_well() -> None:
    """A tool that calls only broken connections errors counts the answers that failed beside them."""
    run = {"url": "http://x.example/a", "start": "2026-01-05T10:00:00Z", "errors": 0, "non2xx": 12, "2xx": 1000, "requests": {"total": 1012}}  # fmt: skip

    assert inspect(json.dumps(run).encode()).files[0].failures == 12


def test_a_receipt_of_totals_has_its_columns() -> None:
    """The mapping names what counts the calls and what counts the failures."""
    receipt = inspect(LOCUST).files[0]

    assert [column_of(receipt, field).column for field in ("calls", "failed", "latency")] == ["Request Count", "Failure Count", "Average Response Time"]  # fmt: skip


#: What load tools print → the text, calls, failures and mean latency in milliseconds.
PRINTED = {
    "wrk": (
        ("Running 2s test @ http://shop.example/v1/orders\n  2 threads and 8 connections\n  Thread Stats   Avg      Stdev     Max   +/- Stdev\n"
        "    Latency   640.50us    0.89ms  12.92ms   93.69%\n    Req/Sec    56.20k     8.07k   62.00k    86.54%\n  200 requests in 2.00s, 17.76MB read\n"
        "  Socket errors: connect 1, read 4, write 0, timeout 2\n  Non-2xx or 3xx responses: 12\nRequests/sec:    100.00\n"),
        205, 19, 0.6405,
    ),
    "ApacheBench": (
        ("Server Hostname:        shop.example\n\nDocument Path:          /v1/orders\n\nComplete requests:      90\nFailed requests:        31\n"
        "   (Connect: 0, Receive: 2, Length: 28, Exceptions: 1)\nNon-2xx responses:      5\nTime per request:       2.945 [ms] (mean)\n"
        "Time per request:       0.294 [ms] (mean, across all concurrent requests)\n"),
        90, 8, 2.945,
    ),
    "hey": (
        ("\nSummary:\n  Total:\t0.02 secs\n  Average:\t0.005 secs\n  Requests/sec:\t75.4\n\nResponse time histogram:\n  0.010 [1]\t|==\n\n"
        "Status code distribution:\n  [200]\t60 responses\n  [503]\t7 responses\n\nError distribution:\n  [3]\tGet \"http://shop.example\": EOF\n"),
        70, 10, 5.0,
    ),
    "siege": (
        ("Transactions:\t\t         400 hits\nAvailability:\t\t       99.01 %\nResponse time:\t\t        0.02 secs\n"
        "Successful transactions:         400\nFailed transactions:\t           4\nLongest transaction:\t        0.30\n"),
        404, 4, 20.0,
    ),
    "autocannon": (
        ("Running 5s test @ http://shop.example/v1/orders\n10 connections\n\n\x1b[36m│ Latency │ 0 ms │ 1 ms │ 2 ms │ 3 ms │ 0.5 ms │ 0.3 ms │ 28 ms │\x1b[39m\n"
        "900 2xx responses, 80 non 2xx responses\n1k requests in 5.02s, 2.1 MB read\n20 errors (20 timeouts)\n"),
        1000, 100, 0.5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("tool", PRINTED)
def test_what_a_load_tool_prints_is_a_total_without_a_time(tool: str) -> None:
    """Calls, failures and the mean are known, and declined by name where a trend is asked for."""
    text, calls_, failed, mean = PRINTED[tool]
    file = inspect(("run.txt", text.encode())).files[0]

    assert (file.kind, file.records, file.failures, file.first) == ("metrics", 1, failed, None)
    assert file.first_latency_ms == pytest.approx(mean)
    assert any(f"stands for {calls_:,} calls; {failed} of them failed" in note for note in file.notes)
    with pytest.raises(
        UnreadableError, match=rf"run\.txt holds totals \({calls_:,} calls, {failed} failed\) without a time"
    ):
        read(("run.txt", text.encode()))


def test_a_class_beside_failures_is_added_where_the_calls_leave_room_for_it() -> None:
    """What was blocked is no failure yet where successes, failures and blocked calls are no more than all; timeouts may be."""
    rows = [{"operation": f"op{n}", "total calls": 113 + n, "successful calls": 100, "failed calls": 10, "blocked calls": n} for n in range(9)]  # fmt: skip
    within = [{"operation": f"op{n}", "total calls": 110, "successful calls": 100, "failed calls": 10, "timeouts": n} for n in range(9)]  # fmt: skip

    found = [inspect(as_csv(table)).files[0].failures for table in (rows, within)]
    assert found == [126, 90]


def test_of_two_means_the_longer_is_that_of_the_whole_call() -> None:
    """A mean of what stands behind a gateway is shorter than that of the gateway in every row."""
    rows = [
        {"operation": f"op{n}", "calls": 100, "serviceTimeAvg": 80.5 + n, "apiTimeAvg": 90.25 + n} for n in range(5)
    ]

    assert column_of(inspect(as_csv(rows)).files[0], "latency").column == "apiTimeAvg"
