"""Auth events and deliveries from many vendors: what a record is follows from its names, whoever wrote it."""

from __future__ import annotations

import json

import pytest

from techhealth.ingest import read
from tests.ingest.logs import Row, as_csv, as_lines, column_of


def _at(n: int) -> str:
    return f"2026-01-05T10:00:0{n}Z"


#: Export → (rows, outcomes in time order).
SIGN_INS: dict[str, tuple[list[Row], list[bool | None]]] = {
    "Auth0": (
        [{"date": _at(n), "type": code, "log_id": f"l{n}", "connection": "db", "client_name": "Portal", "description": text} for n, (code, text) in enumerate((("s", ""), ("fp", "Wrong email or password."), ("seacft", "")))],
        [True, False, True],
    ),
    "Entra": (
        [{"createdDateTime": _at(n), "id": f"s{n}", "appDisplayName": "Portal", "status": {"errorCode": code, "failureReason": why}} for n, (code, why) in enumerate(((0, "Other."), (50126, "Invalid username or password.")))],
        [True, False],
    ),
    "a portal's download": (
        [{"Date (UTC)": _at(n), "Request ID": f"r{n}", "Username": "a", "Application": "Portal", "Resource": "Graph", "Status": state, "Sign-in error code": code} for n, (state, code) in enumerate((("Success", None), ("Failure", "50126")))],
        [True, False],
    ),
    "Keycloak": (
        [{"time": 1767607200000 + n, "type": kind, "realmId": "r", "clientId": "portal", "error": error} for n, (kind, error) in enumerate((("LOGIN", None), ("LOGIN_ERROR", "invalid_user_credentials"), ("REFRESH_TOKEN", None)))],
        [True, False, True],
    ),
    "Cognito": (
        [{"EventId": f"e{n}", "EventType": "SignIn", "CreationDate": 1767607200 + n, "EventResponse": answer} for n, answer in enumerate(("Pass", "Fail"))],
        [True, False],
    ),
    "CloudTrail": (
        [{"eventTime": _at(n), "eventSource": "cognito-idp.amazonaws.com", "eventName": "InitiateAuth", "awsRegion": "eu-west-1", "errorCode": error} for n, error in enumerate((None, "NotAuthorizedException"))],
        [True, False],
    ),
    "names alone": (
        [{"timestamp": _at(n), "event": name, "app": "Portal"} for n, name in enumerate(("user.login.success", "user.login.failed", "mfa.challenge.failed", "token.refresh"))],
        [True, False, False, None],
    ),
    "names in pairs": (
        [{"timestamp": _at(n), "event": name, "app": "Portal"} for n, name in enumerate(("token_refresh", "token_refresh_failed", "session_started"))],
        [True, False, None],
    ),
}  # fmt: skip


@pytest.mark.parametrize("vendor", SIGN_INS)
def test_signing_in_is_an_auth_event_by_its_name(vendor: str) -> None:
    """Sign-ins are auth events, never calls, and what the name does not say stays unknown."""
    rows, outcomes = SIGN_INS[vendor]

    usage = read(as_lines(rows))

    assert usage.receipt.files[0].kind == "auth"
    assert usage.receipt.auth_events == len(rows)
    assert usage.events["ok"].to_list() == outcomes


@pytest.mark.parametrize(
    "row", [{"event": "POST /v1/login"}, {"endpoint": "/auth/token"}, {"event": "order.paid", "result": "ok"}]
)  # fmt: skip
def test_a_call_to_a_login_endpoint_is_a_call(row: Row) -> None:
    """A path of an application's own or another event is no sign-in, whatever words it holds."""
    usage = read(as_csv([{"timestamp": _at(n), "result": "ok", **row} for n in range(5)]))

    assert usage.receipt.auth_events == 0


def _delivery(n: int, *codes: int) -> dict[str, object]:
    tries = [{"attempted_at": f"2026-01-05T10:0{n}:0{k}Z", "status_code": code, "duration_ms": 30} for k, code in enumerate(codes)]  # fmt: skip
    return {"id": f"d{n}", "event": "order.paid", "url": "https://c.example/hook", "status": "done", "attempts": tries}


def test_attempts_inside_a_delivery_are_one_delivery() -> None:
    """Attempts listed in their delivery are folded; url and event stand once around them."""
    usage = read(json.dumps({"deliveries": [_delivery(0, 503, 200), _delivery(1, 200), _delivery(2, 500, 500, 500)]}).encode())  # fmt: skip

    assert (usage.receipt.files[0].events, usage.receipt.webhook_deliveries) == (6, 3)
    assert usage.events.select("ok", "first_ok", "attempts", "endpoint").rows() == [
        (True, False, 2, "/hook"),
        (True, True, 1, "/hook"),
        (False, False, 3, "/hook"),
    ]


def test_a_redelivery_is_an_attempt() -> None:
    """GitHub lists deliveries with a guid that a redelivery shares, and durations in seconds."""
    row = {"id": 1, "guid": "g1", "delivered_at": _at(0), "redelivery": False, "duration": 0.27, "status": "Invalid HTTP Response: 503", "status_code": 503, "event": "push"}  # fmt: skip

    usage = read(json.dumps([row, {**row, "id": 2, "delivered_at": _at(5), "redelivery": True, "status": "OK", "status_code": 200}]).encode())  # fmt: skip

    assert usage.events.select("kind", "ok", "attempts", "latency_ms").rows() == [("webhook", True, 2, 270.0)]


def test_attempts_of_an_event_are_deliveries() -> None:
    """An attempt number beside the id of an event makes a delivery, without any other name for it."""
    rows = [{"id": f"a{n}", "event_id": "e1", "attempt_number": n + 1, "response_status": code, "created_at": _at(n)} for n, code in enumerate((500, 200))]  # fmt: skip

    assert read(as_lines(rows)).events.select("kind", "ok", "attempts").rows() == [("webhook", True, 2)]


def test_runs_of_an_automation_are_named_after_their_workflow() -> None:
    """A task history has its outcome in a word and its latency between start and end."""
    rows = [{"id": n, "workflowId": "w1", "workflowName": "Sync orders", "status": word, "startedAt": _at(n), "stoppedAt": _at(n + 2)} for n, word in enumerate(("success", "error"))]  # fmt: skip

    usage = read(as_csv(rows))

    assert usage.events.select("integration", "ok", "latency_ms").rows() == [("Sync orders", True, 2000.0), ("Sync orders", False, 2000.0)]  # fmt: skip


def test_a_run_of_requests_takes_its_times_from_a_header() -> None:
    """A newman report has no time a request; the Date header of the answer stands for it."""
    execution = {
        "cursor": {"ref": "r"}, "item": {"name": "List", "request": {"url": "https://h.example/orders", "method": "GET"}}, "id": "i",
        "request": {"url": "https://h.example/orders?x=1", "method": "GET", "header": [{"key": "Accept", "value": "*/*"}]},
        "response": {"status": "OK", "code": 200, "responseTime": 65, "header": [{"key": "Connection", "value": "keep-alive"}, {"key": "Date", "value": "Mon, 05 Jan 2026 14:22:01 GMT"}]},
    }  # fmt: skip
    report = {"collection": {"item": [{"name": "List"}]}, "run": {"stats": {}, "executions": [execution]}}

    usage = read(json.dumps(report).encode())

    receipt = usage.receipt.files[0]
    assert column_of(receipt, "timestamp").column == "response.header.Date"
    assert usage.events.select("integration", "endpoint", "status", "latency_ms").rows() == [("h.example", "/orders", 200, 65.0)]  # fmt: skip
    assert usage.receipt.first is not None
    assert usage.receipt.first.isoformat() == "2026-01-05T14:22:01+00:00"
