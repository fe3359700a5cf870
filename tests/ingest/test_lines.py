"""Logs whose lines name their own columns, say in words what happened, or are of several kinds."""

from __future__ import annotations

import pytest

from techhealth.errors import UnreadableError
from techhealth.ingest import inspect, read
from tests.ingest.logs import as_csv, as_lines, column_of

W3C = """#Software: x
#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status sc-win32-status time-taken
2026-01-05 09:00:00 GET /v1/orders a=1 200 0 1250
#Fields: date time cs-method cs-uri-stem sc-status time-taken s-sitename
2026-01-05 09:00:01 GET /v1/orders 500 90 W3SVC1
2026-01-05 09:00:02 GET /v1/orders 200 90 W3SVC1 surplus
"""


def test_a_w3c_log_names_its_columns_wherever_it_likes() -> None:
    """Each #Fields line holds for the rows below it; a row with more values than columns is rejected with its line."""
    file = inspect(("iis.log", W3C.encode())).files[0]

    assert (file.rows, file.events, file.failures, file.first_latency_ms) == (3, 2, 1, 1250.0)
    assert [(reject.count, reject.examples[0].line) for reject in file.rejects] == [(1, 6)]
    assert column_of(file, "timestamp").column == "date + time"


def test_a_w3c_log_in_local_time_keeps_its_clock_and_its_quotes() -> None:
    """Day and time of day are one instant in the zone that is told; quotes inside a quoted text divide no columns."""
    head = "#Software: IIS Advanced Logging Module\n#Fields:  date-local time-local  cs-method cs-uri-stem cs(Referer) sc-status sc-substatus TimeTakenMS\n"
    rows = '2026-01-05 10:00:00.363 GET /v1/orders - 200 0 109\n2026-01-05 10:00:00.675 GET /v1/orders "-" 404 " ""none"" at all " 359'
    usage = read(("iis.log", (head + rows).encode()), timezone="Europe/Berlin")
    file = usage.receipt.files[0]

    assert (file.events, file.rejected, file.failures, file.first_latency_ms) == (2, 0, 1, 109.0)
    assert f"{usage.receipt.last:%H:%M:%S.%f}" == "09:00:00.675000"


def test_the_same_name_is_seconds_in_one_format_and_milliseconds_in_the_other() -> None:
    """time-taken is in seconds where a CDN wrote it, and 000 there means that the client left without an answer."""
    head = "#Fields: date time x-edge-location cs-method cs(Host) cs-uri-stem sc-status time-taken x-host-header\n"
    rows = "2026-01-05\t09:00:00\tLAX1\tGET\td1.example\t/a\t200\t0.103\tshop.example\n2026-01-05\t09:00:01\tLAX1\tGET\td1.example\t/a\t000\t0.2\tshop.example"
    file = inspect(("cdn.log", (head + rows).encode())).files[0]

    assert (file.first_latency_ms, file.failures) == (103.0, 1)


def test_events_of_signing_in_are_read_from_their_pairs() -> None:
    """The address that a sign-in returns to makes no request of it: its type and its error tell what happened."""
    head = "2026-01-05 09:00:0{n},250 {level}  [org.keycloak.events] (executor-thread-1) "
    good = head + 'type="LOGIN", realmId="shop", clientId="till", userId="7", redirect_uri="https://till.example/back"'
    bad = (
        head
        + "type=LOGIN_ERROR, realmId=shop, clientId=till, userId=null, error=user_not_found, auth_type=code, redirect_uri=https://till.example/back"
    )
    lines = [form.format(n=n, level="INFO") for n, form in enumerate((good, bad, bad))]
    usage = read(
        ("server.log", "\n".join([*lines, "2026-01-05 09:00:09,000 INFO  [io.quarkus] started in 4s"]).encode())
    )
    file = usage.receipt.files[0]

    assert (file.kind, file.events, file.failures, file.rejected) == ("auth", 3, 2, 1)
    assert usage.receipt.integration_names == ("till",)
    assert usage.events["endpoint"].to_list() == ["LOGIN", "LOGIN_ERROR", "LOGIN_ERROR"]
    assert f"{usage.receipt.first:%S.%f}" == "00.250000"


def test_each_line_is_read_by_what_it_is() -> None:
    """A proxy that writes objects and text behind one container's prefix has one log, in the order of its lines."""
    good = '[2026-01-05T09:00:00.310Z] "GET /v1/orders HTTP/2" 200 - 0 154 226 100 "198.51.100.7" "grpc-go/1.9" "cc21d9b0" "orders.example" "10.0.35.28:80"'
    bad = '[2026-01-05T09:00:01.310Z] "GET /v1/orders HTTP/2" 503 UF - - "-" 0 91 12 - "198.51.100.7" "grpc-go/1.9" "cc21d9b1" "orders.example" "-"'
    parts = {
        "start_time": "2026-01-05T09:00:02.5Z", "method": "PUT", "x-envoy-origin-path": "/v1/orders?x=1", "response_code": 404, "response_flags": "-",
        "duration": 0, "bytes_received": 3, ":authority": "orders.example", "upstream_cluster": None,
    }  # fmt: skip
    lines = [good, as_lines([parts]).decode().strip(), "starting main dispatch loop", bad]
    usage = read(
        ("proxy.log", "\n".join(f"2026-01-05T10:00:09.518608527+01:00 stdout F {line}" for line in lines).encode())
    )
    file = usage.receipt.files[0]

    assert (file.events, file.failures, file.rejected, file.rejects[0].examples[0].line) == (3, 2, 1, 3)
    assert usage.events["method"].to_list() == ["GET", "GET", "PUT"]
    assert usage.events["latency_ms"].to_list() == [226.0, 12.0, 0.0]
    assert set(usage.events["endpoint"]) == {"/v1/orders"}
    assert usage.receipt.integration_names == ("orders.example",)


def test_sentences_tell_how_signing_in_ended() -> None:
    """The first word counts, not what a user calls himself; a request without such a sentence stays a call."""
    said = (
        "Unsuccessful 1FA authentication attempt by user 'ann': login succeeded",
        "Successful TOTP authentication attempt made by user 'login failed'",
        "Login failed for 'successful'", "Authentication attempt was rejected", "User signed in", "Page was rendered",
    )  # fmt: skip
    lines = [
        f'time="2026-01-05T09:00:0{n}+01:00" level=info msg="{one}" method=POST path=/api/first'
        for n, one in enumerate((*said[:4], *said))
    ]
    usage = read(("auth.log", "\n".join(lines).encode()))

    told = [False, True, False, False]
    assert usage.events["ok"].to_list() == [*told, *told, None, None]
    assert usage.events["kind"].to_list() == ["auth"] * 8 + ["api"] * 2


def test_events_beside_attempts_to_sign_in_are_of_their_kind() -> None:
    """Where records are named after signing in, those between the attempts are no calls either."""
    said = ("User login failed for ann", "User login succeeded for ann", "User login failed for bob", "Password of ann was changed")  # fmt: skip
    rows = [{"time": f"2026-01-05T09:00:0{n}Z", "action": one} for n, one in enumerate(said)]
    usage = read(("audit.csv", as_csv(rows)))

    assert usage.events["kind"].to_list() == ["auth"] * 4
    assert usage.events["ok"].to_list() == [False, True, False, None]


def _entry(n: int, name: str, said: str) -> str:
    return f"2026-01-05 10:{n:02d}:00 info: {name}\n      {said}\n"


def _layered(n: int) -> str:
    """Return what two layers of a client tell of one call; the outer one begins and ends."""
    if n % 10 == 3:
        ends = [f"HTTP request failed after 3000{n}.5ms", f"HTTP request failed after 3000{n}.6ms"]
    else:
        status = 500 if n % 10 == 5 else 200
        ends = [f"Received HTTP response headers after {n}.5ms - {status}", f"End processing HTTP request after {n}.6ms - {status}"]  # fmt: skip
    url = f"https://api.example/v1/a/{n}"
    names = ("Client.Outer[100]", "Client.Inner[100]", "Client.Inner[101]", "Client.Outer[101]")
    said = (f"Start processing HTTP request GET {url}", f"Sending HTTP request GET {url}", *ends)
    return "".join(_entry(n, name, text) for name, text in zip(names, said, strict=True))


def test_what_two_layers_tell_of_a_call_is_one_call() -> None:
    """The outermost lines count: they hold the whole duration, and the failure of a call that got no answer."""
    text = "".join(_layered(n) + (_entry(n, "Worker[0]", "Order 404 lines skipped") if n % 4 == 0 else "") for n in range(30))  # fmt: skip
    receipt = inspect(text.encode()).files[0]

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (30, 6, 0.6)


def test_an_entry_of_two_lines_is_read_as_one() -> None:
    """The time and a name stand first, the request below them; its line number is that of the first."""
    text = "".join(
        f"Jan 5, 2026 10:{n:02d}:00 AM com.acme.Client call\nINFO: GET https://api.example/a -> {500 if n % 5 == 0 else 200} in {n}ms\n"
        for n in range(20)
    )
    receipt = inspect(text.encode()).files[0]

    assert (receipt.events, receipt.failures) == (20, 4)


def test_answers_of_calls_at_the_same_time_are_not_given_to_any() -> None:
    """Two requests and then two answers, without ids, are no two layers of one call."""
    text = "".join(
        f"2026-01-05 10:{n:02d}:00 GET https://api.example/a\n2026-01-05 10:{n:02d}:00 GET https://api.example/b\n"
        f"2026-01-05 10:{n:02d}:01 response 200 in 7ms\n2026-01-05 10:{n:02d}:02 response 500 in 9ms\n"
        for n in range(20)
    )

    with pytest.raises(UnreadableError, match="no status"):
        inspect(text.encode())
