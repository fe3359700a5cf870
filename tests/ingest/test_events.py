"""What rows mean: fields, outcomes, kinds, folding, duplicates, customers."""

from __future__ import annotations

import json

import polars as pl
import pytest

from techhealth.errors import UsageError
from techhealth.ingest import read
from techhealth.usage.events import EVENT_SCHEMA
from tests.ingest.logs import as_csv, as_lines, call, calls, column_of, of


def attempt(number: int, status: object, **changes: object) -> dict[str, object]:
    """Return one try to deliver event e1."""
    return {
        "time": f"2026-01-05T10:0{number}:00Z", "event_id": "e1", "event_type": "order.paid", "webhook": "Hooks",
        "destination_url": "https://c.example/hook", "attempt": number, "response_status": status, **changes,
    }  # fmt: skip


def test_events_have_the_promised_columns_in_time_order() -> None:
    """Whatever the file holds, events have one schema and are sorted by time."""
    events = of(*reversed(calls(5))).events

    assert dict(events.schema) == EVENT_SCHEMA
    assert events["at"].is_sorted()


@pytest.mark.parametrize(
    ("changes", "ok", "error"),
    [
        ({"status": 200}, True, None), ({"status": 304}, True, None), ({"status": 404}, False, "404"), ({"status": 200, "success": "false"}, False, "unknown"),
        ({"status": 503, "success": "true"}, False, "503"), ({"status": 0, "error": "i/o timeout"}, False, "timeout"), ({"status": None, "error": "ECONNREFUSED"}, False, "connection_refused"),
        ({"status": None, "success": "true"}, True, None), ({"status": None, "error": "-"}, None, None), ({"status": "200 OK"}, True, None),
        ({"status": 200, "success": "false", "error": "Assertion failed: x"}, False, "assertion_failed"),
    ],
)  # fmt: skip
def test_outcomes_follow_status_flag_and_error(changes: dict[str, object], ok: bool | None, error: str | None) -> None:
    """A failure status or an explicit failure beats all; without status, flag and error the outcome is unknown."""
    defaults = {"success": None, "error": None}
    several = [call(n, success="true", error=None) for n in range(20)]

    events = of(call(59, **{**defaults, **changes}), *several).events

    assert events.filter(pl.col("at").dt.minute() == 59).select("ok", "error").rows() == [(ok, error)]


def test_unknown_outcomes_are_counted_and_missing_numbers_stay_null() -> None:
    """A row without any outcome is kept as unknown and counted; "-" is missing, never zero."""
    usage = of(*calls(10), call(11, status="-", latency_ms="-"))

    assert usage.events["ok"].null_count() == 1
    assert usage.events["latency_ms"].null_count() == 1
    assert "1 rows name no status" in usage.receipt.files[0].notes[0]


def test_names_choose_columns_only_if_their_values_fit() -> None:
    """A clock called requestTime is no latency, a number called status no HTTP status, an address no client."""
    row = {
        "requestTime": "10/Jun/2023:15:36:28 +0000",
        "path": "/a",
        "code": 12345,
        "responseStatus": 200,
        "client": "10.0.0.1",
    }

    usage = of(row, row)

    fields = {item.field: item.column for item in usage.receipt.files[0].mapping}
    assert fields["timestamp"] == "requestTime"
    assert fields["status"] == "responseStatus"
    assert "latency" not in fields
    assert "client" not in fields


def test_columns_that_never_meet_in_a_row_are_one() -> None:
    """Calls and deliveries of one file may name time, status and key differently."""
    api = [
        {"timestamp": f"2026-01-05T10:0{n}:00Z", "request_id": f"r{n}", "path": "/a", "status_code": 200}
        for n in range(3)
    ]
    hook = {
        "sent_at": "2026-01-05T11:00:00Z",
        "event_id": "e1",
        "destination_url": "https://h.example/hook",
        "response_status": 503,
        "event_type": "x",
    }

    usage = of(*api, hook)

    assert usage.events["event_key"].to_list() == ["r0", "r1", "r2", "e1"]
    assert usage.events["status"].to_list() == [200, 200, 200, 503]
    assert usage.events["kind"].to_list() == ["api", "api", "api", "webhook"]
    assert column_of(usage.receipt.files[0], "timestamp").column == "timestamp or sent_at"


def test_the_caller_decides_column_and_unit() -> None:
    """A mapping given by the caller wins over names, and may name the unit."""
    rows = [call(n, took=2, latency_ms=1) for n in range(3)]

    usage = read(as_lines(rows), mapping={"latency": "took:s", "service": "method"})

    assert usage.events["latency_ms"].to_list() == [2000.0] * 3
    assert usage.receipt.integration_names == ("GET",)
    assert column_of(usage.receipt.files[0], "latency").how.startswith("named by the caller")


@pytest.mark.parametrize("mapping", [{"colour": "status"}, {"status": "nothing"}])
def test_a_mapping_to_nothing_is_refused(mapping: dict[str, str]) -> None:
    """An unknown field or column is a usage error that lists what exists."""
    with pytest.raises(UsageError, match=r"the (fields are|file has)"):
        read(as_lines(calls(2)), mapping=mapping)


def test_the_integration_comes_from_column_then_host_then_path() -> None:
    """Without a column the host names the integration, then the first part of the path, then nothing; never null."""
    bare = {"time": "2026-01-05T10:00:00Z", "status": 200}

    def named(**changes: object) -> str:
        return of({**bare, **changes}, {**bare, **changes}).receipt.integration_names[0]

    assert named(service="Ledger", url="https://a.example/v1/x") == "Ledger"
    assert named(url="https://a.example/v1/x") == "a.example"
    assert named(path="/api/v1/orders/5") == "/api/v1/orders"
    assert named() == "(unnamed)"


def test_integrations_can_be_renamed() -> None:
    """The policy's names replace those of the log."""
    usage = read(as_lines(calls(2)), rename={"Billing": "Billing API"})

    assert usage.receipt.integration_names == ("Billing API", "Custom API (Reports)")


def test_attempts_fold_into_one_delivery_with_its_final_outcome() -> None:
    """Three tries of one event are one delivery at the first try's time, with the last outcome."""
    usage = of(attempt(3, 200), attempt(1, 503), attempt(2, None, error="timeout"))

    (event,) = usage.events.to_dicts()
    assert (event["kind"], event["attempts"], event["ok"], event["first_ok"], event["status"]) == (
        "webhook",
        3,
        True,
        False,
        200,
    )
    assert event["at"].minute == 1
    assert (usage.receipt.webhook_deliveries, usage.receipt.files[0].events) == (1, 3)


def test_a_delivery_seen_only_from_its_third_try_was_not_right_first() -> None:
    """Attempt numbers count tries that the file does not show."""
    (event,) = of(attempt(3, 200)).events.to_dicts()

    assert (event["attempts"], event["first_ok"], event["ok"]) == (3, False, True)


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [(503, None, "http_5xx"), (410, None, "http_4xx"), (429, None, "http_429"), (302, None, "http_3xx"), (None, "connection refused", "connection_refused"),
     (None, "something odd", "unknown"), (200, None, None)],
)  # fmt: skip
def test_failed_deliveries_have_a_reason(status: int | None, error: str | None, reason: str | None) -> None:
    """A webhook succeeds with 2xx only; its failure is put under one of few reasons."""
    rows = [attempt(1, 200, event_id=f"x{n}", error=None) for n in range(5)]

    events = of(*rows, attempt(1, status, error=error)).events

    (event,) = events.filter(event_key="e1").to_dicts()
    assert event["reason"] == reason
    assert event["ok"] is (reason is None)


def test_the_kind_comes_from_a_column_before_anything_else() -> None:
    """A type column tells calls, deliveries and auth events apart."""
    rows = [call(n, type=kind) for n, kind in enumerate(["api_call", "webhook_delivery", "auth", "api_call"])]

    usage = of(*rows)

    assert usage.events["kind"].to_list() == ["api", "webhook", "auth", "api"]
    assert usage.receipt.files[0].kind == "mixed"


def test_an_integration_called_webhook_is_the_last_resort_and_is_said() -> None:
    """Only where nothing else tells, the integration's name makes deliveries, stated as an assumption."""
    usage = of(call(0), call(1, integration="Webhook (Orders)"))

    assert usage.events["kind"].to_list() == ["api", "webhook"]
    assert "webhook" in usage.receipt.files[0].assumptions[0]


def test_duplicates_need_a_key_and_the_same_instant() -> None:
    """The same key, instant and outcome is a duplicate, kept once and counted; repeats without key are separate."""
    keyed = of(call(0, request_id="a"), call(0, request_id="a"), call(1, request_id="a"))
    plain = of(call(0), call(0))

    assert (keyed.receipt.duplicates, keyed.events.height) == (1, 2)
    assert keyed.receipt.files[0].rejects[0].reason.startswith("duplicate")
    assert (plain.receipt.duplicates, plain.events.height) == (0, 2)


def test_the_same_file_twice_is_counted_once() -> None:
    """Two sources with the same bytes are one; the second receipt says so."""
    usage = read(("a.csv", as_csv(calls(3))), ("b.csv", as_csv(calls(3))), ("c.csv", as_csv([call(7)])))

    assert usage.events.height == 4
    assert [file.events for file in usage.receipt.files] == [3, 0, 1]
    assert all(file.rows == file.events + file.rejected for file in usage.receipt.files)


def test_one_customer_of_several_is_kept_whatever_the_case() -> None:
    """The named customer is kept, the others are counted as rejected; all names stand in the receipt."""
    rows = [call(n, customer=["Initech", "Hooli"][n % 2]) for n in range(6)]

    usage = read(as_lines(rows), customer="initech")

    assert usage.events["customer"].unique().to_list() == ["Initech"]
    assert usage.receipt.customers == ("Initech",)
    assert [(r.reason, r.count) for r in usage.receipt.files[0].rejects] == [("another customer", 3)]


def test_an_unknown_customer_is_refused_with_those_there_are() -> None:
    """Asking for a customer the files do not name lists the ones they do, with counts."""
    with pytest.raises(UsageError, match=r"Initech \(2 rows\)"):
        read(as_lines([call(n, customer="Initech") for n in range(2)]), customer="Umbrella")


def test_where_no_file_names_a_customer_the_given_name_is_used() -> None:
    """A name given for nameless files is theirs."""
    assert read(as_lines(calls(2)), customer="Initech").events["customer"].to_list() == ["Initech"] * 2


def test_limits_and_sizes_are_read_in_calls_per_minute_and_bytes() -> None:
    """A limit header may name its window, a size its unit."""
    rows = [
        call(n, request_kb=2, **{"x-ratelimit-limit": "50;w=30", "user_agent": "sdk/1.2 (linux)"}) for n in range(2)
    ]

    (event, _) = of(*rows).events.to_dicts()

    assert (event["rate_limit"], event["request_bytes"], event["client"]) == (100, 2048, "sdk/1.2")


@pytest.mark.parametrize(
    ("rows", "grade"),
    [
        (calls(100), "A"),
        ([*calls(100), *[call(n, timestamp="soon") for n in range(3)]], "B"),
        ([*calls(100), *[call(n, timestamp="soon") for n in range(40)]], "D"),
        ([call(n, status=500) for n in range(30)], "D"),
        ([*calls(100), *[call(n, status=None) for n in range(10)]], "B"),
    ],
)
def test_the_data_is_graded_with_reasons(rows: list[dict[str, object]], grade: str) -> None:
    """Lost rows, unknown outcomes and errors-only exports lower the grade, each with its reason."""
    trust = of(*rows).receipt.trust

    assert trust.grade == grade
    assert trust.reasons


def test_secrets_in_any_field_reach_neither_events_nor_receipt() -> None:
    """A secret planted in every field, also in rejected rows, is nowhere in what is kept, except the raw key."""
    secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
    rows = [{**{name: f"{value} {secret} ann@example.com" for name, value in call(n).items()}, "timestamp": call(n)["timestamp"], "status": 500,
             "error": f"boom {secret}", "user_agent": f"x {secret}", "customer": f"C {secret}", "region": f"r {secret}"} for n in range(5)]  # fmt: skip
    lines = as_lines([*rows, {**rows[0], "timestamp": f"not a time {secret}"}]) + f"\nbroken {secret}\n".encode()

    usage = read((f"log-{secret}.json", lines))

    shown = repr(usage.receipt) + json.dumps(usage.events.drop("at").to_dicts(), default=str)
    assert secret not in shown
    assert "ann@example.com" not in shown
    assert usage.receipt.files[0].rejected == 2


def test_german_seconds_are_not_a_thousand_times_longer() -> None:
    """A semicolon file with decimal commas gives the latencies it means, and an open comma lowers the grade."""
    rows = [call(n, latency_ms=None) | {"Dauer (s)": f"0,{148 + n}"} for n in range(20)]
    unsettled = [row | {"Dauer (s)": f"1,{148 + n}"} for n, row in enumerate(rows)]

    assert read(as_csv(rows, ";")).events["latency_ms"].to_list() == [148.0 + n for n in range(20)]
    open_ = read(as_csv(unsettled, ";")).receipt
    assert open_.trust.grade == "B"
    assert any("decimal" in reason for reason in open_.trust.reasons)


@pytest.mark.parametrize(
    ("day", "clock"),
    [("Datum", "Uhrzeit"), ("date", "hour"), ("day", "time"), ("jour", "heure"), ("fecha", "hora"), ("data", "ora"), ("datum", "tijd"), ("logged", "moment")],
)  # fmt: skip
def test_a_day_column_is_joined_with_its_clock(day: str, clock: str) -> None:
    """A day and a time of day in two columns are one instant, by their names in many languages or by their values."""
    rows = [
        {day: "05.01.2026", clock: f"{8 + n // 60:02d}:{n % 60:02d}:10", "status": 200, "latency_ms": 5}
        for n in range(90)
    ]

    usage = read(as_csv(rows, ";"))

    assert usage.events["at"].dt.minute().to_list() == [n % 60 for n in range(90)]
    assert usage.events["at"].dt.hour().unique().to_list() == [8, 9]
    assert column_of(usage.receipt.files[0], "timestamp").column == f"{day} + {clock}"
    assert usage.receipt.trust.grade == "A"


def test_an_open_date_lowers_the_grade() -> None:
    """Where nothing tells day from month, or no row has a time of day, the grade is B at best and says why."""
    order = read(as_csv([call(n, timestamp=f"01/05/2026 10:{n:02d}") for n in range(20)])).receipt.trust
    timeless = read(as_csv([call(n, timestamp=f"2026-01-{n + 1:02d}") for n in range(20)])).receipt.trust

    assert (order.grade, timeless.grade) == ("B", "B")
    assert "day/month/year" in order.reasons[0]
    assert "20 of 20 times name a day only" in timeless.reasons[0]


@pytest.mark.parametrize(("key", "kept"), [("event_id", 1), ("request_id", 2)])
def test_rows_of_one_request_that_differ_are_no_duplicates(key: str, kept: int) -> None:
    """A key of events is believed; rows with the key of a request repeat each other only if all that is known is equal."""
    rows = [call(0, **{key: "k1"}, latency_ms=ms) for ms in (120, 340)]

    assert read(as_csv(rows)).events.height == kept
    assert read(as_csv([rows[0], rows[0]])).events.height == 1
