"""Lines of text that name a request and its failure, and no status."""

from __future__ import annotations

import pytest

from techhealth.errors import UnreadableError
from techhealth.ingest import inspect
from tests.ingest.logs import column_of


def _log(*lines: str) -> bytes:
    return "\n".join(f"2026-01-05 10:{n // 60:02d}:{n % 60:02d} {line}" for n, line in enumerate(lines)).encode()


ERRORS = {
    "nginx": '[error] 21#21: *{n} connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: api.example, request: "POST /v1/orders HTTP/1.1", host: "api.example"',
    "Python": "ERROR client.http POST https://api.example/v1/orders failed: Read timed out",
    "Java": "[pool-1] SEVERE c.a.Client - could not POST https://api.example/v1/orders: connection reset by peer",
}  # fmt: skip


@pytest.mark.parametrize("form", ERRORS)
def test_a_log_of_errors_alone_tells_failures_and_no_rate(form: str) -> None:
    """Lines without a request and warnings are no calls; numbers of the system's errors are no statuses."""
    lines = [ERRORS[form].format(n=n) for n in range(30)]
    receipt = inspect(_log("[notice] 1#1: started", *lines, "[warn] 1#1: low on files")).files[0]

    assert (receipt.events, receipt.failures, receipt.rejected) == (30, 30, 2)
    assert column_of(receipt, "endpoint").column == "path"
    assert any("only failures" in note for note in receipt.assumptions + receipt.notes)


def test_errors_beside_other_requests_without_a_status_are_no_log_of_errors_alone() -> None:
    """How the other requests ended is not known, so that the share of those that failed would be a guess."""
    lines = [ERRORS["Python"] if n % 2 else "INFO client.http POST https://api.example/v1/orders" for n in range(30)]

    with pytest.raises(UnreadableError, match="no status"):
        inspect(_log(*lines))


def test_a_request_that_failed_without_a_status_counts_beside_those_with_one() -> None:
    """Not so where a line beside it tells the status of the same call: that failure would count twice."""
    answered = "INFO GET https://api.example/v1/a/{n} -> 200 in {n}ms"
    lost = 'ERROR Failed to GET: Get "https://api.example/v1/a/{n}": connect: connection refused'
    twice = "WARN GET https://api.example/v1/a/{n} failed: gateway\n2026-01-05 11:00:00 INFO GET https://api.example/v1/a/{n} -> 502 in {n}ms"
    forms = [lost, *[answered] * 8, twice]
    receipt = inspect(_log(*(forms[n % 10].format(n=n) for n in range(40)))).files[0]

    assert (receipt.events, receipt.failures) == (40, 8)


def test_words_of_an_address_say_nothing_of_how_a_call_ended() -> None:
    """A line without a status is no failed call because its path is called so."""
    lines = ["GET /errors/timeout cut" if n % 5 == 0 else f"GET /errors/timeout 200 {n}ms" for n in range(40)]
    receipt = inspect(_log(*lines)).files[0]

    assert (receipt.events, receipt.failures) == (32, 0)


def test_the_line_below_a_request_may_say_that_it_failed() -> None:
    """It names no request of its own, and no answer comes behind it."""
    asked, answered = "--> POST https://api.example/v1/{n} (42-byte body)", "<-- {status} https://api.example/v1/{n} ({n}ms, 3-byte body)"  # fmt: skip
    ends = [answered.format(n=n, status=500 if n % 5 == 0 else 200) if n % 7 else "<-- HTTP FAILED: java.net.SocketTimeoutException" for n in range(40)]  # fmt: skip
    receipt = inspect(_log(*(line for n in range(40) for line in (asked.format(n=n), ends[n])))).files[0]

    assert (receipt.events, receipt.failures) == (40, 12)


def test_a_target_that_is_quoted_before_its_protocol_is_that_of_the_request() -> None:
    """Between method and target a proxy names the server that it asked, if it asked one."""
    form = '10.0.0.1 - ann gw.example PUT {server} "/api/{n}/x" HTTP/1.1 "curl/8 (x)" {status} 17 0.0{n}'
    lines = [
        form.format(server="-" if n % 4 == 0 else "http://10.0.3.14:8080", n=n + 10, status=403 if n % 4 == 0 else 200)
        for n in range(20)
    ]
    receipt = inspect(_log(*lines)).files[0]

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (20, 5, 10)


def test_calls_that_all_post_to_hooks_are_deliveries() -> None:
    """The path says what the address takes."""
    lines = [f"POST https://api.example/webhooks/in {500 if n % 5 == 0 else 200} {n}ms" for n in range(20)]

    assert inspect(_log(*lines)).files[0].kind == "webhook"
