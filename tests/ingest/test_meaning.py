"""Which column means what: units, numbers, look-alikes, times beside times, outcomes in words and codes."""

from __future__ import annotations

import pytest

from techhealth.ingest import inspect, read
from techhealth.model import Confidence, FileReceipt
from tests.ingest.logs import Row, as_csv, call, column_of, of


def rows(count: int = 40, **columns: object) -> list[Row]:
    """Return calls without their latency, with columns that are values or functions of the row's number."""
    made = []
    for n in range(count):
        own = {name: value(n) if callable(value) else value for name, value in columns.items()}
        made.append(
            {key: value for key, value in {**call(n), "latency_ms": None, **own}.items() if key != "latency_ms"}
        )
    return made


def receipt(made: list[Row]) -> FileReceipt:
    """Return the receipt of one file."""
    return inspect(as_csv(made)).files[0]


@pytest.mark.parametrize(
    ("value", "first_ms"),
    [
        (lambda n: f"{1 + n}.25 ms", 1.25), (lambda n: f"00:00:01.{n + 100}", 1100.0), (lambda n: f"PT0.{n + 25}S", 250.0), (lambda n: f"1m2.{n % 10}s", 62_000.0),
        (lambda n: f"0,{n + 12} sec.", 120.0), (lambda n: f"1\u202f{n + 200},5 ms", 1200.5), (lambda n: f"{n + 3}µs", 0.003),
    ],
)  # fmt: skip
def test_a_value_may_name_its_unit(value: object, first_ms: float) -> None:
    """Clock forms, ISO durations, program forms and units of other countries are milliseconds in the end."""
    assert receipt(rows(duration=value)).first_latency_ms == pytest.approx(first_ms)


@pytest.mark.parametrize(
    ("value", "first_ms"),
    [(lambda n: f"1.{n + 200},5", 1200.5), (lambda n: f"1'{n + 200}.5", 1200.5), (lambda n: f"1 {n + 200},25", 1200.25), (lambda n: f"{n + 12}e1", 120.0)],
)  # fmt: skip
def test_numbers_of_other_countries_are_read(value: object, first_ms: float) -> None:
    """Points, commas, apostrophes and spaces divide thousands or decimals as the whole column has it."""
    made = rows(duration_ms=value)

    assert inspect(as_csv(made, ";")).files[0].first_latency_ms == pytest.approx(first_ms)


def test_a_column_beside_it_settles_a_unit() -> None:
    """A thousandth of a column whose name is in microseconds is milliseconds; no doubt is left."""
    made = rows(elapsed=lambda n: 3 + n % 5, total_us=lambda n: 1000 * (3 + n % 5))

    found = column_of(receipt(made), "latency")
    assert (found.column, found.unit, found.confidence) == ("elapsed", "milliseconds", Confidence.HIGH)


@pytest.mark.parametrize(
    ("column", "value", "unit", "other"),
    [("elapsed", lambda n: 2 + n % 7, "milliseconds", "s"), ("elapsed", lambda n: 250_000 + n, "microseconds", "ns"), ("took_s", lambda n: 850 + n, "milliseconds", "s")],
)  # fmt: skip
def test_a_unit_that_could_be_another_is_a_doubt(column: str, value: object, unit: str, other: str) -> None:
    """Where two units are plausible the reader is told the other and how to choose it, and the grade falls."""
    made = rows(**{column: value})

    assert column_of(receipt(made), "latency").unit == unit
    assert inspect(as_csv(made)).trust.reasons[0].endswith(f"use --map latency={column}:{other}")


@pytest.mark.parametrize(
    "alike", ["read_timeout_ms", "connect_time", "queue_time_ms", "retry_delay", "dns_lookup_ms", "upstream_latency_ms", "backend_time", "client_time_ms", "ttfb_ms"]
)  # fmt: skip
def test_look_alikes_never_beat_the_latency(alike: str) -> None:
    """Timeouts, waits and parts of a call lose against its duration, whatever order the columns have."""
    made = [{alike: 9_000 + n, **row} for n, row in enumerate(rows(handling_duration=lambda n: 100 + n))]

    assert receipt(made).first_latency_ms == 100.0


def test_a_part_of_the_call_alone_is_used_with_a_caveat_and_a_setting_never() -> None:
    """An upstream time stands in for want of a better one, which lowers the grade; a timeout is no latency at all."""
    part = inspect(as_csv(rows(upstream_latency_ms=lambda n: 100 + n)))
    setting = inspect(as_csv(rows(read_timeout_ms=30_000)))

    assert part.files[0].first_latency_ms == 100.0
    assert any("measures a part of the call" in why for why in part.trust.reasons)
    assert setting.files[0].first_latency_ms is None


def test_the_longer_of_two_durations_is_the_call() -> None:
    """A duration that holds another in every row is the whole, whichever name is better known."""
    made = rows(latency=lambda n: 50 + n, handling_duration=lambda n: 90 + 2 * n)

    assert receipt(made).first_latency_ms == 90.0


@pytest.mark.parametrize(
    "other", [{"created_at": "2024-03-01T00:00:00Z"}, {"cert_expires": "2027-01-01T00:00:00Z"}, {"route.created_at": lambda n: f"2024-03-0{1 + n % 3}T00:00:00Z"},
              {"finished_at": lambda n: f"2026-01-05T00:{n % 60:02d}:09Z"}, {"ingest_time": lambda n: f"2026-01-05T03:{n % 60:02d}:00Z"}]
)  # fmt: skip
def test_the_time_of_the_call_is_none_of_the_others(other: dict[str, object]) -> None:
    """Creation of a configuration, an expiry, an end or an import is not when the call was made."""
    made = [
        {"Anfragebeginn" if key == "timestamp" else key: value for key, value in row.items()} for row in rows(**other)
    ]
    made = [dict(reversed(row.items())) for row in made]

    assert column_of(receipt(made), "timestamp").column == "Anfragebeginn"


@pytest.mark.parametrize(
    ("values", "failures"),
    [
        (["200 OK", "HTTP/1.1 503", "HTTP 404"], 26), (["OK", "NotFound", "InternalServerError"], 26), (["Erfolgreich", "Fehlgeschlagen", "Zeitüberschreitung"], 26),
        (["Succès", "Échec", "Succès"], 13), (["entregado", "rechazado", "entregado"], 13), (["200", "499", "301"], 13), (["200", "000", "204"], 13),
    ],
)  # fmt: skip
def test_outcomes_come_in_many_words(values: list[str], failures: int) -> None:
    """Status texts, phrases, and words for success and failure in many languages are outcomes."""
    assert receipt(rows(39, status=lambda n: values[n % 3])).failures == failures


def test_grpc_codes_are_outcomes_in_a_column_of_that_name() -> None:
    """A gRPC code stands for its HTTP status, by name or number, beside an HTTP status that is always fine."""
    named = rows(39, status=200, grpc_status=lambda n: ["OK", "UNAVAILABLE", "NOT_FOUND"][n % 3])
    numbered = rows(39, status=None, **{"grpc.code": lambda n: [0, 14, 5][n % 3]})

    assert (receipt(named).failures, receipt(numbered).failures) == (26, 26)
    assert read(as_csv(named)).events["error"].drop_nulls().unique().sort().to_list() == ["404", "503"]


def test_nought_and_one_mean_what_the_rows_say() -> None:
    """1 is success by itself; 0 is where the name speaks of errors, or where rows that are fine by their status have it."""
    plain = rows(status=None, success=lambda n: int(n % 10 > 0))
    sided = rows(status=lambda n: 500 if n % 10 == 0 else 200, success=lambda n: int(n % 10 == 0))

    assert (receipt(plain).failures, receipt(sided).failures) == (4, 4)


def test_a_message_alone_makes_no_failure() -> None:
    """Text in a column called message tells of a failure only if no answer came."""
    chatty = rows(
        status=None,
        success=None,
        message=lambda n: "read: connection reset by peer" if n == 3 else "handled request for login",
    )

    found = receipt(chatty)
    assert found.failures == 1


def test_the_status_of_the_backend_is_not_the_answer() -> None:
    """A backend's status loses against a nameless column of statuses."""
    made = rows(39, status=None, backend_status=200, c7=lambda n: [200, 503, 404][n % 3])

    assert receipt(made).failures == 26


def test_columns_that_name_the_same_thing_in_different_records_become_one() -> None:
    """What one kind of record calls sentAt and statusCode and another ReceivedAt and responseStatusCode is one time and one status."""
    rows = [
        {"sentAt": "2026-01-05T10:00:00Z", "proxy": {"path": "/a", "statusCode": 200}} if n % 2 else
        {"timestampInMs": 1767607200000 + n, "requestPath": "/a", "responseStatusCode": -1} if n % 4 else
        {"ReceivedAt": "2026-01-05T12:00:00Z", "requestPath": "/a", "responseStatusCode": -1}
        for n in range(12)
    ]  # fmt: skip
    usage = of(*rows)

    assert (usage.events.height, usage.receipt.files[0].rejected) == (12, 0)
    assert usage.receipt.files[0].failures == 6


def test_an_id_is_no_time() -> None:
    """A number called an id is never taken for the seconds of an epoch."""
    rows = [{"ID": 901542550 + n, "bouncedAt": "2026-01-05T10:00:00Z", "path": "/a", "status": 200} for n in range(5)]

    assert column_of(of(*rows).receipt.files[0], "timestamp").column == "bouncedAt"


def test_records_of_another_kind_beside_calls_are_no_calls() -> None:
    """Rows whose type never names a target, a method or an outcome are set aside; calls without an answer are kept."""
    asked = [{"ts": 1767607200 + n, "type": "request", "label": "/a", "elapsed": 0.25, "code": 200 if n % 5 else None} for n in range(20)]  # fmt: skip
    summed = [{"ts": 1767607200 + n, "type": "scenario", "duration": 0.5, "exception": "AssertionError"} for n in range(9)]  # fmt: skip
    (receipt,) = of(*asked, *summed).receipt.files

    assert (receipt.events, receipt.rejected, receipt.rows) == (20, 9, 29)
    assert receipt.rejects[0].reason.startswith("another kind of record")


def test_an_exact_time_is_taken_instead_of_a_local_clock() -> None:
    """A time without a zone that is always three hours from an epoch gives way to it; one that wanders does not."""
    clock = [{"started": f"2026-01-05T13:{n:02d}:00", "seconds": 1767607200 + 60 * n, "path": "/a", "status": 200} for n in range(30)]  # fmt: skip
    other = [{**row, "seconds": 1767607200 + 100 * n} for n, row in enumerate(clock)]

    assert [column_of(of(*rows).receipt.files[0], "timestamp").column for rows in (clock, other)] == ["seconds", "started"]  # fmt: skip


def test_what_stands_in_brackets_behind_a_name_makes_no_table_a_text_log() -> None:
    """A header such as "timestamp [UTC],duration [ms]" above rows with requests in them is that of a table."""
    lines = [f'"1/{n + 13}/2026, 2:12:37.841 PM",GET Posts/index,https://api.example.com/posts,200,{40 + n},<250ms' for n in range(15)]  # fmt: skip
    usage = read(
        ("export.csv", "\n".join(["timestamp [UTC],name,url,resultCode,duration [ms],bucket", *lines]).encode())
    )

    assert usage.receipt.files[0].format.startswith("CSV")
    assert usage.events["latency_ms"].to_list() == [40.0 + n for n in range(15)]


def test_the_path_is_the_endpoint_and_not_the_kind_of_record() -> None:
    """Where a column of operations stands beside one of paths, calls are told apart by their paths."""
    rows = [{"time": f"2026-01-05T10:{n:02d}:00Z", "operationName": "Gateway/AccessLog/Write", "properties": {"requestUri": f"/v1/{'ab'[n % 2]}", "httpStatus": 200}} for n in range(20)]  # fmt: skip

    assert sorted(of(*rows).events["endpoint"].unique()) == ["/v1/a", "/v1/b"]


def test_a_sign_in_without_an_outcome_is_an_event_of_unknown_outcome() -> None:
    """What an identity provider logs is an event of authentication, also where nothing says how it ended."""
    rows = [{"time": f"2026-01-05T10:{n:02d}:00Z", "event": "user.login" if n % 2 else "user.logout", "outcome": "success" if n % 2 else None} for n in range(20)]  # fmt: skip
    (receipt,) = of(*rows).receipt.files

    assert (receipt.kind, receipt.events, receipt.rejected) == ("auth", 20, 0)
