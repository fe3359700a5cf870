"""Rules of meaning for exports nobody has seen: how a call ended, when it was, what is no call, and what stays unknown."""

from __future__ import annotations

import pytest

from techhealth.errors import UnreadableError
from techhealth.ingest import inspect, read
from techhealth.model import FileReceipt, Grade
from tests.ingest.logs import as_lines, call, column_of


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


def test_a_state_of_nought_and_one_is_a_doubt_where_nothing_says_which_is_which() -> None:
    """One is taken for success, and that it was taken is said."""
    assert any("1 in status is taken for success" in said for said in _ended(1, 1, 0).assumptions)
    assert not any("taken for success" in said for said in _ended(1, 1, 0, name="success").assumptions)
