"""Rules of meaning for logs of programs: what wraps a line, what an empty place says, and whose a name or a number is."""

from __future__ import annotations

import json

import polars as pl
import pytest

from techhealth.errors import UnreadableError
from techhealth.ingest import inspect, read
from techhealth.model import FileReceipt
from tests.ingest.logs import as_csv, as_lines, column_of

_ROWS = 40


def _clock(n: int) -> str:
    return f"2026-01-05T10:{n:02d}:00"


def _receipt(lines: list[str]) -> FileReceipt:
    return inspect("\n".join(lines).encode()).files[0]


def test_colours_of_a_terminal_are_no_part_of_a_text_inside_json() -> None:
    """A container's log keeps the colours that a server writes around the status; the call is read without them."""
    line = "\x1b[0mGET /api/orders \x1b[32m{}\x1b[0m {}.5 ms - 27\x1b[0m\n"
    rows = [{"log": line.format(500 if n % 10 == 0 else 200, 20 + n), "stream": "stdout", "time": f"{_clock(n)}.123456789Z"} for n in range(_ROWS)]  # fmt: skip
    receipt = inspect(as_lines(rows)).files[0]

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (_ROWS, 4, 20.5)


def test_a_dash_in_the_place_of_the_status_is_no_answer() -> None:
    """A server that could send nothing writes a dash where other lines have their status: the call failed, after no time."""
    receipt = _receipt(
        [f"{_clock(n)}Z GET /api/orders {'- - ms' if n % 20 == 0 else f'200 {20 + n}.5 ms'} - 27" for n in range(_ROWS)]
    )

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (_ROWS, 2, 21.5)


def test_a_table_whose_last_cells_are_mostly_empty_is_one() -> None:
    """A row is divided as often as its header, also where nothing stands behind the last marks."""
    rows = [f"{_clock(n)}Z\tBilling\t200\t{30 + n}\t" for n in range(_ROWS)]
    receipt = _receipt(["Calls of January\t\t\t\t", "time\tservice\tstatus\tduration_ms\tmessage", *rows])

    assert (receipt.format, receipt.events, receipt.failures) == ("CSV (tab)", _ROWS, 0)


def test_a_run_of_a_worker_is_told_by_how_it_ended() -> None:
    """Of a task's lines the one that says how it ended is the call, with its seconds; a retry is an attempt that failed."""
    ended = (
        "succeeded in 0.25s: None",
        "raised unexpected: ConnectionError('refused')",
        "retry: Retry in 60s: Timeout()",
    )
    lines = [
        line.format(f"2026-01-05 10:{n:02d}:00,123", f"Task shop.push_order[{n:08x}-aaaa]", ended[n % 3 if n < 6 else 0])
        for n in range(_ROWS)
        for line in ("[{0}: INFO/MainProcess] {1} received", "[{0}: INFO/ForkPoolWorker-2] {1} {2}")
    ]  # fmt: skip
    receipt = _receipt(lines)

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (_ROWS, 4, 250.0)
    assert column_of(receipt, "endpoint").column == "operation"


def test_a_line_of_an_object_store_has_its_time_by_place() -> None:
    """The sixth value of a line of Azure's storage log is the whole time of the call, the seventh the server's part of it."""
    line = '1.0;{}.1234567Z;GetBlob;{};{};{};4;sas;;acme;blob;"https://acme.blob.core.windows.net:443/a/b.pdf";"/acme/a/b.pdf";x;0'
    lines = [
        line.format(_clock(n), *(("ThrottlingError", 503) if n % 10 == 0 else ("Success", 200)), 20 + n)
        for n in range(_ROWS)
    ]
    receipt = _receipt(lines)

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (_ROWS, 4, 20.0)


def test_what_a_framework_puts_before_an_access_log_is_cut_off() -> None:
    """An access log inside a program's log is read by its form; an error that names the same request again is no call."""
    lines = []
    for n in range(_ROWS):
        status = 500 if n % 10 == 0 else 200
        head = f"{_clock(n)}.123Z  INFO 1 --- [gateway] [or-http-epoll-3] r.netty.http.server.AccessLog      : "
        lines.append(
            f'{head}10.0.0.3 - - [05/Jan/2026:10:{n:02d}:00 +0000] "GET /orders HTTP/1.1" {status} 1{n:02d} {50 + n % 7}'
        )
        if status == 500:
            lines.append(f'{_clock(n)}.124Z ERROR 1 --- [gateway] [or-http-epoll-3] a.w.ErrorHandler : Server Error for HTTP GET "/orders"')  # fmt: skip
    receipt = _receipt(lines)

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (_ROWS, 4, 50.0)


@pytest.mark.parametrize("name", ["dwellTimeMs", "delivery.dwell_time_ms"])
def test_how_long_something_waited_is_no_latency(name: str) -> None:
    """The time a message dwells before it is handed over says nothing of how long the receiver took."""
    rows = [{"time": f"{_clock(n)}Z", "url": "https://a.example/in", "status": 200, name: 20 + n} for n in range(_ROWS)]

    assert inspect(as_lines(rows)).files[0].first_latency_ms is None


@pytest.mark.parametrize(
    ("name", "latency"),
    [
        ("avg.sampleInterval", False),
        ("avg_batch_size", False),
        ("Average", True),
        ("Temps de réponse moyen (ms)", True),
    ],
)
def test_a_mean_of_something_else_is_no_latency(name: str, latency: bool) -> None:
    """In a table of totals a mean counts as latency if its name says so, or says of nothing else what it is of."""
    rows = [{"hour": f"2026-01-05T{n:02d}:00:00Z", "path": "/a", "requests": 100 + n, "errors": n % 3, name: 40 + n} for n in range(20)]  # fmt: skip
    fields = {one.field: one.column for one in inspect(as_csv(rows)).files[0].mapping}

    assert (name if latency else None) == fields.get("latency")


def test_a_client_is_a_customer_in_french_and_a_program_elsewhere() -> None:
    """The names of the other columns tell the language in which "client" is meant."""
    names = ("Boulangerie Nord", "Lumen SA")
    french = [{"Date et heure": f"{_clock(n)}Z", "Client": names[n % 2], "Code retour": 200, "Durée (s)": "0.2"} for n in range(_ROWS)]  # fmt: skip
    english = [{"date": f"{_clock(n)}Z", "client": names[n % 2], "status": 200, "duration_s": "0.2"} for n in range(_ROWS)]  # fmt: skip

    assert names == inspect(as_csv(french)).customers
    assert inspect(as_csv(english)).customers == ()


def test_what_only_failures_tell_is_not_what_was_asked_for() -> None:
    """A host and path that stand in the errors of unanswered calls alone make no integration that always fails."""
    failed = {"message": "timeout", "request": {"host": "hooks.example", "path": "/in/orders"}}
    rows = [
        {"id": n, "trigger_name": "order_created", "created_at": f"{_clock(n)}Z", "status": "" if n % 10 == 0 else 200, "response": json.dumps(failed if n % 10 == 0 else {"body": "ok"})}
        for n in range(_ROWS)
    ]  # fmt: skip
    events = read(as_csv(rows)).events

    assert events["integration"].unique().to_list() == ["(unnamed)"]
    assert events["endpoint"].unique().to_list() == ["order_created"]


def test_a_class_of_statuses_goes_before_what_a_tracer_makes_of_it() -> None:
    """A tracer calls a refused request a success of the server; for the caller "HTTP 4xx" is a failure."""
    rows = [
        {"@timestamp": f"{_clock(n)}Z", "transaction.name": "GET /orders", "event.outcome": "failure" if n == 0 else "success", "transaction.result": "HTTP 5xx" if n == 0 else f"HTTP {2 + 2 * (n % 4 == 0)}xx"}
        for n in range(_ROWS)
    ]  # fmt: skip

    assert inspect(as_csv(rows)).files[0].failures == _ROWS // 4


def test_a_unit_may_be_the_last_part_of_a_name() -> None:
    """A name such as "duration.us" counts microseconds, also with marks between the thousands."""
    rows = [{"time": f"{_clock(n)}Z", "name": "GET /orders", "status": 200, "transaction.duration.us": f"{120 + n},500"} for n in range(_ROWS)]  # fmt: skip
    receipt = inspect(as_csv(rows)).files[0]

    assert (column_of(receipt, "latency").unit, receipt.first_latency_ms) == ("microseconds", 120.5)


def test_the_id_of_a_user_is_no_id_of_a_call() -> None:
    """What tells people apart does not tell calls apart."""
    rows = [{"time": f"{_clock(n)}Z", "path": "/a", "status": 200, "user.id": f"u{n}"} for n in range(_ROWS)]

    assert "event_key" not in {one.field for one in inspect(as_csv(rows)).files[0].mapping}


def test_what_lasts_for_days_is_no_latency() -> None:
    """How long something was down is no time that a call took; that it is left out is said."""
    rows = [{"time": f"{_clock(n)}Z", "path": "/a", "status": 200, "duration": f"{30 + n} hrs, 5 mins"} for n in range(_ROWS)]  # fmt: skip
    receipt = inspect(as_csv(rows)).files[0]

    assert receipt.first_latency_ms is None
    assert any("no call takes as long" in note for note in receipt.notes)


def test_what_an_answer_holds_does_not_tell_how_the_call_ended() -> None:
    """Members of the body that came back are about something else: an order may be not ok while the call is."""
    rows = [{"time": f"{_clock(n)}Z", "url": "https://a.example/b", "response": {"status": 200, "data": {"ok": n % 2 == 0, "duration": 9}}} for n in range(_ROWS)]  # fmt: skip
    receipt = inspect(as_lines(rows)).files[0]

    assert (receipt.failures, receipt.first_latency_ms) == (0, None)


def test_each_record_of_an_error_id_is_a_failure() -> None:
    """A list of errors is kept whole, whatever their messages say, and gives no rate."""
    rows = [{"Error ID": 5000 + n, "Integration": "Orders", "Occurred at": f"{_clock(n)}Z", "Message": ("Invalid item", "socket hang up")[n % 2]} for n in range(_ROWS)]  # fmt: skip
    receipt = inspect(as_csv(rows)).files[0]

    assert (receipt.events, receipt.failures) == (_ROWS, _ROWS)
    assert any("holds only failures" in said for said in receipt.assumptions)


@pytest.mark.parametrize("column", ["failure_reason", "reason"])
def test_the_reason_of_a_delivery_without_a_status_is_a_failure(column: str) -> None:
    """Calls have their errors in one column and deliveries theirs in another; what has a reason and no status failed."""
    rows = [
        {"type": ("api", "webhook")[n % 2], "timestamp": f"{_clock(n)}Z", "service": ("Orders", "Events")[n % 2],
         "endpoint": "/v1", "status_code": "" if n % 8 == 1 else "500" if n % 8 == 2 else "200",
         "error_message": "boom" if n % 8 == 2 else "", column: "timeout" if n % 8 == 1 else ""}
        for n in range(_ROWS)
    ]  # fmt: skip
    receipt = inspect(as_csv(rows)).files[0]
    deliveries = read(as_csv(rows)).events.filter(kind="webhook")

    assert (receipt.events, receipt.failures) == (_ROWS, 10)
    assert deliveries["ok"].null_count() == 0
    assert deliveries.filter(~pl.col("ok"))["reason"].to_list() == ["timeout"] * 5


def test_requests_among_many_other_lines_lack_only_their_time() -> None:
    """What a test tool prints on a screen is refused for the time it does not have, not for being no log."""
    lines = [line for n in range(_ROWS) for line in (f"Step {n}", f"  GET https://a.example/b [200 OK, 1kB, {20 + n}ms]", "  ok", "  checked the answer")]  # fmt: skip

    with pytest.raises(UnreadableError, match="no date with year"):
        read("\n".join(lines).encode())
