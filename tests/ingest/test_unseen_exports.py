"""More rules of meaning for exports nobody has seen: tables whose first rows mislead, typed values, open and withdrawn calls."""

from __future__ import annotations

import polars as pl
import pytest

from techhealth.errors import MissingFieldError
from techhealth.ingest import inspect, read
from techhealth.ingest.values.endpoints import split_request, templates
from tests.ingest.logs import as_lines, call, column_of
from tests.ingest.workbooks import Cell, workbook


@pytest.mark.parametrize(
    "moment", ["3/10/2026, 7:{:02d}:41 PM", "10-MAR-26 06.{:02d}.28.754 PM", "Tue, Mar 10, 2026 19:{:02d}:05"]
)
def test_a_row_that_holds_a_moment_is_no_header(moment: str) -> None:
    """Calls that still run have no duration: their rows hold a time alone, and stay below the header."""
    rows = [f'orders,"{moment.format(n)}",{"" if n < 2 else 100 + n},Succeeded' for n in range(20)]
    receipt = inspect("\n".join(["Name,Run start,Duration ms,Status", *rows]).encode()).files[0]

    assert (receipt.events, receipt.mapping[1].column) == (20, "Status")


def test_a_merged_cell_is_said_of_every_row_it_spans() -> None:
    """One date stands for all calls of a day; the rows below it have none of their own, and keep their place in the file."""
    table: list[list[Cell]] = [
        [], [None, "Date", "Time", "Path", "Status"],
        [None, "2026-01-05", "10:00", "/a", 200], [None, None, "10:05", "/a", 500], [None, None, "10:06", "/a", 200],
        [None, "2026-01-06", "10:00", "/a", 200], [None, None, "later", "/a", 200],
    ]  # fmt: skip
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="B3:B5"/></mergeCells><sheetData>'
    receipt = inspect(workbook({"Log": table}, extra=merged)).files[0]

    assert (receipt.events, receipt.failures) == (4, 1)
    assert receipt.rejects[0].examples[0].line == 7


@pytest.mark.parametrize(
    ("texts", "endpoints"),
    [
        (["api/v1/orders/81939", "api/v1/orders/7?page=2", "health"], ["/api/v1/orders/{id}"] * 2 + ["/health"]),
        (["orders/17", "/orders/18", "orders"], ["/orders/{id}"] * 2 + ["/orders"]),
        (["orders/create", "products/update", "orders/paid"], ["orders/create", "products/update", "orders/paid"]),
        (["api.example.com/v1/a", "GET /v1/a", "Login page"], ["api.example.com/v1/a", "/v1/a", "Login page"]),
    ],
)
def test_a_path_without_its_first_slash_is_a_path(texts: list[str], endpoints: list[str]) -> None:
    """Its ids are folded; names of topics and hosts that only hold a slash stay what they are."""
    assert templates(split_request(pl.Series(texts))[2])[0].to_list() == endpoints


def test_a_stated_duration_goes_before_a_difference_of_two_times() -> None:
    """A gateway that says how long the whole took is believed, though the times around it say a little else."""
    moments = "client_received_start_timestamp client_sent_end_timestamp"
    row = "2026-03-02 12:21:{n:02d}.472 UTC,2026-03-02 12:21:{n:02d}.692 UTC,/a,200,{took},{part}"
    rows = [row.format(n=n, took=215 + n, part=2 + n) for n in range(20)]
    header = (
        f"{moments.replace(' ', ',')},request_uri,response_status_code,total_response_time,request_processing_latency"
    )
    receipt = inspect("\n".join([header, *rows]).encode()).files[0]

    assert (column_of(receipt, "latency").column, receipt.first_latency_ms) == ("total_response_time", 215.0)


@pytest.mark.parametrize("errors", ["Connection timed out", ["Connection timed out", "no answer"]])
def test_errors_without_a_status_are_failures(errors: object) -> None:
    """Nobody answered: the status is empty, and what is listed says why."""
    rows = [call(n, status=None, errors=errors) if n % 4 == 0 else call(n, status=200, errors=[]) for n in range(40)]

    assert inspect(as_lines(rows)).files[0].failures == 10


@pytest.mark.parametrize(
    ("column", "failures"), [("ERR_TXT", 8), ("Anmerkungen", 8), ("note", 8), ("seen_at", 4), ("also_good", 4)]
)
def test_a_text_that_only_failures_have_is_their_error(column: str, failures: int) -> None:
    """A text beside empty and failing statuses alone is what went wrong, whatever its column is called."""
    text = "2026-01-05 10:00:00 UTC" if column == "seen_at" else "ORA-12170: no listener found" if column == "ERR_TXT" else "no listener found"  # fmt: skip
    status = [200, 200, 200, 500, 200, 200, 200, 200, 200, None]
    rows = [call(n, status=status[n % 10], **{column: text if status[n % 10] != 200 or column == "also_good" else None}) for n in range(40)]  # fmt: skip

    assert inspect(as_lines(rows)).files[0].failures == failures


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("CUST_CD", "customer"), ("CUSTOMER_CODE", "customer"), ("Klient", "customer"), ("INTF_NM", "integration"),
        ("INTERFACE_NAME", "integration"), ("processName", "integration"), ("Pipeline name", "integration"), ("Usługa", "integration"),
    ],
)  # fmt: skip
def test_short_and_polish_names_of_columns_are_known(column: str, field: str) -> None:
    """Abbreviations of databases and the words of another language name customers and integrations."""
    rows = [{name: value for name, value in call(n).items() if name != "integration"} | {column: f"name {'abc'[n % 3]}"} for n in range(40)]  # fmt: skip

    assert column_of(inspect(as_lines(rows)).files[0], field).column == column


@pytest.mark.parametrize("odd", [None, "x"])
def test_a_number_that_its_type_stands_before_is_one(odd: str | None) -> None:
    """Some services write each long number as a pair of its type and itself."""
    rows = [{"time": f"2026-01-05T10:{n:02d}:00Z", "path": "/a", "status": 200, "durationMs": ["Long", 2867 + n], "items": ["Long", "Short"]} for n in range(20)]  # fmt: skip
    rows += [{"time": "2026-01-05T11:00:00Z", "path": "/a", "status": 200, "durationMs": 5, "items": odd}]
    receipt = inspect(as_lines(rows)).files[0]

    assert (column_of(receipt, "latency").column, receipt.first_latency_ms) == ("durationMs", 2867.0)


@pytest.mark.parametrize("word", ["INPROCESS", "In progress", "Running"])
def test_a_call_that_still_runs_is_counted_and_its_outcome_is_unknown(word: str) -> None:
    """It has neither duration nor error yet, and is no entry of a debug log."""
    rows = [{"started": f"2026-01-05T10:{n:02d}:00Z", "flow": "a", "state": word if n < 3 else ["done", "failed"][n % 2], "ms": None if n < 3 else 80 + n} for n in range(40)]  # fmt: skip
    usage = read(as_lines(rows))

    assert (usage.events.height, usage.events["ok"].null_count()) == (40, 3)


def test_a_row_whose_only_word_is_not_understood_is_counted_and_its_outcome_is_unknown() -> None:
    """Nothing else in it tells of a call, but it was not left out of those that others tell of."""
    rows = [{"started": f"2026-01-05T10:{n:02d}:00Z", "run": f"r{n}", "state": ["done", "failed", "wobbly"][n % 3]} for n in range(30)]  # fmt: skip
    usage = read(as_lines(rows))

    assert (usage.events.height, usage.events["ok"].null_count()) == (30, 10)


@pytest.mark.parametrize("word", ["Cancelled", "canceled_by_user", "halted"])
def test_a_cancelled_call_fails_only_if_it_names_an_error(word: str) -> None:
    """Calling a run off is neither success nor failure: it is counted, and said."""
    states = ["Succeeded", "Failed", word, word]
    rows = [{"started": f"2026-01-05T10:{n:02d}:00Z", "flow": "a", "state": states[n % 4], "ms": 80 + n, "error": "quota exceeded" if n % 4 == 3 else None} for n in range(40)]  # fmt: skip
    receipt = inspect(as_lines(rows)).files[0]

    assert (receipt.events, receipt.failures) == (40, 20)
    assert any(said.startswith("10 cancelled calls without an error") for said in receipt.assumptions)


@pytest.mark.parametrize(("types", "kind"), [(["WebhookCall"], "webhook"), (["WebhookCall", "Login"], "api")])
def test_records_whose_type_is_named_after_deliveries_are_some(types: list[str], kind: str) -> None:
    """A list of records of one type says in that what they are; where types differ, the others are none."""
    rows = [{"sys": {"id": f"r{n}", "type": types[n % len(types)]}, "url": "https://a.example/hooks", "statusCode": 200, "requestAt": f"2026-01-05T10:{n:02d}:00Z"} for n in range(40)]  # fmt: skip

    assert inspect(as_lines(rows)).files[0].kind == kind


@pytest.mark.parametrize("column", ["deploy_state", "account_status", "Node status"])
def test_the_state_of_something_else_is_no_outcome_of_a_call(column: str) -> None:
    """A deployment, an account or a machine may have failed while the call succeeded."""
    rows = [call(n, status=200, **{column: ["ok", "error", "blocked"][n % 3]}) for n in range(30)]

    assert inspect(as_lines(rows)).files[0].failures == 0


def test_a_run_that_completed_with_errors_failed() -> None:
    """A count of errors beside a word for the end of it tells how it went."""
    rows = [{"started": f"2026-01-05T10:{n:02d}:00Z", "flow": "a", "state": "Completed", "errors": 3 * (n % 4 == 0), "ms": 80 + n} for n in range(40)]  # fmt: skip

    assert inspect(as_lines(rows)).files[0].failures == 10


def test_a_duration_is_known_by_its_written_unit() -> None:
    """Values such as 12.5ms need no name; a setting that never changes is none of them."""
    rows = [{"T": f"2026-01-05T10:{n:02d}:00Z", "route": "/a", "rc": 200, "lat": f"{80.5 + n}ms", "patience": "30s"} for n in range(40)]  # fmt: skip
    receipt = inspect(as_lines(rows)).files[0]

    assert (column_of(receipt, "latency").column, receipt.first_latency_ms) == ("lat", 80.5)


@pytest.mark.parametrize(
    ("column", "value", "milliseconds"),
    [("Duration (in mins.)", 5, 300_000), ("duration_hours", 2, 7_200_000), ("Duration", "0 hrs, 5 mins", 300_000)],
)
def test_minutes_and_hours_are_units(column: str, value: object, milliseconds: int) -> None:
    """A name or a value that counts minutes or hours is never read as milliseconds."""
    rows = [{"started": f"2026-01-05T10:{n:02d}:00Z", "flow": "a", "state": "done", column: value} for n in range(30)]

    assert inspect(as_lines(rows)).files[0].first_latency_ms == milliseconds


def test_of_two_times_that_are_not_named_for_the_call_its_own_stands_in_order() -> None:
    """Rows are written as they happen; when somebody signed up, years before, has no order in them."""
    rows = [{"user_created": f"20{10 + n * 7 % 13}-01-05T10:00:00Z", "received": f"2026-01-05T10:{n:02d}:00Z", "path": "/a", "rc": 200} for n in range(40)]  # fmt: skip

    assert column_of(inspect(as_lines(rows)).files[0], "timestamp").column == "received"


def test_a_mean_beside_a_status_makes_no_total_of_a_call() -> None:
    """Each row stands for one call by its own count, and has the status that only a call has."""
    rows = [call(n, status=[200, 500][n % 4 == 0], requests=1, avg_5m=101.5) for n in range(40)]
    receipt = inspect(as_lines(rows)).files[0]

    assert (receipt.kind, column_of(receipt, "latency").column) == ("api", "latency_ms")


@pytest.mark.parametrize(
    "header",
    [
        "Zeitpunkt;Ereignis;Ziel-URL;HTTP-Code;Versuch", "Horodatage;Événement;URL cible;Code HTTP;Tentative",
        "Fecha;Evento;URL destino;Código;Intento", "Data;Evento;URL di destinazione;Codice;Tentativo",
    ],
)  # fmt: skip
def test_deliveries_are_known_by_event_destination_and_attempt_in_any_language(header: str) -> None:
    """What was sent where, and for the how manyth time, is said of deliveries alone."""
    rows = [f"14.09.2026 08:{n:02d}:00;order.paid;https://a.example/hooks;{200 if n % 4 else 500};1" for n in range(20)]
    receipt = inspect("\n".join([header, *rows]).encode()).files[0]

    assert (receipt.kind, receipt.events, receipt.failures) == ("webhook", 20, 5)


def test_what_was_done_within_a_call_of_the_same_trace_is_no_call() -> None:
    """A part has a parent and no target; a call that came from outside has a parent too, and is one."""
    rows = [
        part
        for n in range(20)
        for part in (
            {
                "traceId": f"t{n}",
                "id": f"a{n}",
                "parentId": "x",
                "url": "/a",
                "status": 500 if n % 4 == 0 else 200,
                "time": n,
            },
            {"traceId": f"t{n}", "id": f"b{n}", "parentId": f"a{n}", "name": "SELECT", "status": 200, "time": n},
        )
    ]
    receipt = inspect(as_lines([{**row, "time": f"2026-01-05T10:00:{row['time']:02d}Z"} for row in rows])).files[0]

    assert (receipt.events, receipt.failures, receipt.rejected) == (20, 5, 20)


def test_what_a_timer_started_is_no_call_beside_calls() -> None:
    """It succeeds without method, status and target; a request that failed before its answer has a target, and counts."""
    call = {"eventType": "fetch", "outcome": "ok", "url": "/a", "method": "GET", "status": 200}
    lost = {"eventType": "fetch", "outcome": "exception", "url": "/a", "method": "GET"}
    timer = {"eventType": "scheduled", "outcome": "ok", "durationMs": 7}
    rows = [lost if n == 3 else timer if n % 5 == 0 else call for n in range(40)]
    receipt = inspect(as_lines([{"time": f"2026-01-05T10:00:{n:02d}Z", **row} for n, row in enumerate(rows)])).files[0]

    assert (receipt.events, receipt.failures) == (32, 1)


@pytest.mark.parametrize("time", ["datetime", "ts", "event.start", "requestedAt"])
def test_the_time_of_a_call_goes_before_when_a_store_took_its_record(time: str) -> None:
    """`@timestamp` is the call's own only where no other time comes a little before it in every record."""
    rows = [
        {
            "@timestamp": f"2026-01-05T10:{n:02d}:02.5Z",
            "uri_path": "/a",
            "status": 200,
            time: f"2026-01-05T10:{n:02d}:00.1Z",
        }
        for n in range(20)
    ]
    receipt = inspect(as_lines(rows)).files[0]

    assert column_of(receipt, "timestamp").column == time


@pytest.mark.parametrize(
    "term", ["Délai de règlement (j)", "Zahlungsdauer (Tage)", "Payment duration [days]", "Tempo pagamento (giorni)"]
)
def test_a_list_of_bills_is_no_log(term: str) -> None:
    """How many days a payment took is no latency, so that nothing in the file is said of a call."""
    rows = [f"F-{n},2026-01-{n + 1:02d},{100 + n}.50,{20 + n}" for n in range(20)]

    with pytest.raises(MissingFieldError):
        inspect("\n".join([f"Number,Date,Amount,{term}", *rows]).encode())


@pytest.mark.parametrize(
    ("header", "day", "row"),
    [
        ("Uhrzeit;System;Vorgang;Status", "{n}.01.2026;;;", "08:{n:02d};SAP;Bestellung;{status}"),
        ("Time,Path,Code", '"Monday, {n} January 2026"', "08:{n:02d}:00,/a,{status}"),
        ("Ruta,Hora,Código", "2026-01-{n:02d},,", "/a,8:{n:02d},{status}"),
    ],
)
def test_a_row_that_only_gives_a_date_dates_the_rows_below_it(header: str, day: str, row: str) -> None:
    """Tables kept by hand name the day once; such a row is no call, and the header above it is the header."""
    rows = [
        day.format(n=n) if n % 10 == 1 else row.format(n=n, status=500 if n % 5 == 0 else 200) for n in range(1, 31)
    ]
    usage = read("\n".join([header, *rows]).encode())

    assert (usage.receipt.events, usage.events["ok"].eq(False).sum()) == (27, 6)
    assert usage.events["at"].dt.day().unique().to_list() == [1, 11, 21]


def test_a_line_divided_by_two_marks_is_no_header_of_names() -> None:
    """Commas in one cell divide some lines of a table without a header, too; what divides all of them divides the cells."""
    agents = ["Mozilla/5.0 (Windows, like Gecko)", "curl/8"]
    rows = [
        f"HIT|{500 if n % 5 == 0 else 200}|17895166{n:02d}981|{agents[n % 2]}|https://a.example/v1/x|DE"
        for n in range(20)
    ]
    receipt = inspect("\n".join(rows).encode()).files[0]

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (20, 4, None)


@pytest.mark.parametrize(("good", "bad"), [("C", "F"), ("Weiter", "Halt"), ("green", "red")])
def test_words_of_an_outcome_are_learnt_from_the_rows_with_an_error(good: str, bad: str) -> None:
    """Nobody knows the words of every system; where only rows with an error have one of them, it means failure."""
    rows = [{"started": f"2026-01-05T10:{n:02d}:00Z", "flow": "a", "outcome": bad if n % 4 == 0 else good, "error_text": "no listener" if n % 4 == 0 else None} for n in range(40)]  # fmt: skip
    receipt = inspect(as_lines(rows))

    assert (receipt.files[0].events, receipt.files[0].failures) == (40, 10)
    assert column_of(receipt.files[0], "success").column == "outcome"


def test_words_that_errors_do_not_tell_apart_stay_unknown() -> None:
    """A word that rows with and without an error share means neither."""
    rows = [{"started": f"2026-01-05T10:{n:02d}:00Z", "path": "/a", "outcome": "CF"[n % 2], "error_text": "no listener" if n % 4 == 0 else None} for n in range(40)]  # fmt: skip

    assert all(item.column != "outcome" for item in inspect(as_lines(rows)).files[0].mapping)


def test_a_list_by_day_with_a_term_alone_is_no_log() -> None:
    """How long a delivery takes stands in price lists, too; a log tells of the moment, the target or the end of a call."""
    rows = "\n".join(f"A-{n},Gateway {n},Active,{100 + n}.50,{1 + n % 5},2026-{1 + n % 9:02d}-01" for n in range(40))

    with pytest.raises(MissingFieldError, match="does not look like a log"):
        inspect(f"Code,Item,Status,Price,Delivery time,Valid from\n{rows}".encode())


def test_a_share_is_no_time_of_day() -> None:
    """A rate such as 2.29% beside a day is no clock."""
    rows = "\n".join(f'2026-09-{n:02d},"14,3{n:02d}",{n},1.{n:02d}%' for n in range(1, 25))
    receipt = inspect(f"Day,Total calls,Server errors (5xx),Error rate\n{rows}".encode()).files[0]

    assert (str(receipt.first), column_of(receipt, "timestamp").column) == ("2026-09-01 00:00:00+00:00", "Day")
