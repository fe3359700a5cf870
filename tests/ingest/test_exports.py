"""Exports of many tools by their meaning: each is read as a careful person reads it, or declined by name."""

from __future__ import annotations

import pytest

from techhealth.errors import UnreadableError
from techhealth.ingest import inspect, read
from tests.ingest.exports import CALLS, DELIVERIES, SIGN_INS, TOTALS, Said
from tests.ingest.logs import Row, as_csv, call
from tests.ingest.products import MAILS, PRODUCTS

EXPORTS = SIGN_INS | CALLS | DELIVERIES | TOTALS | MAILS | PRODUCTS


def said_of(content: str) -> Said:
    """Return what the receipt says of an export."""
    file = inspect(content.encode()).files[0]
    return file.kind, file.events, file.failures, file.first_latency_ms


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_read_by_its_meaning(name: str) -> None:
    """Kind, calls, failures and the first latency are those of the format, whatever its names are."""
    content, (kind, calls, failures, latency) = EXPORTS[name]

    assert (kind, calls, failures, latency and pytest.approx(latency)) == said_of(content)


@pytest.mark.parametrize(
    "text",
    ["1.2s", "00:00:01.200", "PT1.2S", "P0DT0H0M1.2S", "1200 ms", "1,2 s", "~1200ms", "1200ms (cached)", "1200000 µs"],
)
def test_a_duration_is_read_as_it_is_written(text: str) -> None:
    """A duration names its unit in many ways, and all of them mean the same."""
    rows = [f"2026-01-05T10:0{n}:00Z;/o;200;{text}" for n in range(3)]

    assert said_of("\n".join(["time;path;status;duration", *rows]))[3] == pytest.approx(1200.0)


@pytest.mark.parametrize(
    ("words", "failures"),
    [
        ("200 OK|HTTP/1.1 503|HTTP/2 200", 1),
        ("2xx|5xx|HTTP 2xx|4xx", 2),
        ("OK|E_TIMEOUT|OK|E_CONN_RESET", 2),
        ("success|rate_limited|success|not found", 2),
        ("succeeded|failed|dead_letter|discarded|retrying", 3),
        ("completed|completed_with_errors|not delivered", 2),
        ("wahr|falsch|wahr", 1),
        ("vrai|faux|vrai", 1),
        ("да|нет|да", 1),
        ("成功|失敗|成功", 1),
        ("✓|✗|✓", 1),
    ],
)
def test_an_outcome_is_read_in_words(words: str, failures: int) -> None:
    """Statuses, classes of them, states and answers in several languages tell which calls failed."""
    rows = [f"2026-01-05T10:0{n}:00Z,/o,{word},12" for n, word in enumerate(words.split("|"))]

    assert said_of("\n".join(["time,path,status,duration_ms", *rows]))[2] == failures


def test_a_percentile_is_no_latency_and_said_to_be_none() -> None:
    """The receipt names the column that was not taken, and why."""
    notes = inspect(CALLS["a percentile alone"][0].encode()).files[0].notes

    assert any("p95_latency_ms is a percentile or a mean of many calls" in note for note in notes)


def test_a_table_that_counts_no_calls_is_declined_by_name() -> None:
    """A rate or a percentile of an unknown number of calls can weigh nothing."""
    content = b"day,integration,error_rate,p95_ms\n2026-01-05,Shop,0.02,340\n2026-01-06,Shop,0.01,350\n"

    assert inspect(content).files[0].events == 0
    with pytest.raises(UnreadableError, match="error_rate for many calls at once"):
        read(content)


def _rows(surplus: str, *, of: int = 12) -> list[str]:
    return [f"2026-01-05T10:{n:02d}:00Z,/o,{surplus if n == 5 else 'curl/8.1'},{500 if n == 5 else 200},{80 + n}" for n in range(of)]  # fmt: skip


@pytest.mark.parametrize("text", ["Mozilla/5.0 (KHTML, like Gecko)", "slow,tried again,gave up", "a, b, c, 200"])
def test_an_unquoted_text_with_separators_is_put_together_again(text: str) -> None:
    """A row that is wider than its header for a text is kept, with its status and latency, and it is said."""
    usage = read("\n".join(["time,path,agent,status,ms", *_rows(text)]).encode())
    wide = usage.events.row(5, named=True)

    assert (wide["status"], wide["latency_ms"], usage.events.height) == (500, 85.0, 12)
    assert any("1 row with more values than columns" in reason for reason in usage.receipt.trust.reasons)


def test_a_surplus_value_that_may_belong_anywhere_costs_its_row() -> None:
    """Where several readings of a row are as good, none is taken."""
    rows = [f"2026-01-05T10:{n:02d}:00Z,200,1,2,{80 + n}" + (",7" if n == 5 else "") for n in range(12)]

    file = read("\n".join(["time,status,a,b,ms", *rows]).encode()).receipt.files[0]

    assert (file.events, [reject.count for reject in file.rejects]) == (11, [1])


@pytest.mark.parametrize("form", ["{row},x,1", "{n},{row}"])
def test_values_without_a_name_at_either_end_are_left_out(form: str) -> None:
    """Where every row has more values than the header, the names tell which of them are meant."""
    rows = [form.format(n=n, row=f"2026-01-05T10:{n:02d}:00Z,/o,200,{80 + n}") for n in range(12)]

    usage = read("\n".join(["time,path,status,ms", *rows]).encode())

    assert usage.events["latency_ms"].to_list() == [80.0 + n for n in range(12)]


def _graded(rows: list[Row]) -> str:
    return str(read(as_csv(rows)).receipt.trust.grade)


def test_a_handful_of_rows_is_never_the_best_grade() -> None:
    """Fewer than 20 calls are grade C at best, fewer than 50 grade B, whatever else is right with them."""
    assert [_graded([call(n) for n in range(count)]) for count in (1, 19, 20, 49, 50)] == ["C", "C", "B", "B", "A"]


def test_what_a_firewall_let_pass_is_doubted() -> None:
    """Where the only outcome is a firewall's, the receipt says that the service behind may have failed the call."""
    trust = inspect(PRODUCTS["AWS WAF, passed and blocked"][0].encode()).trust

    assert any("firewall or gateway decided" in reason for reason in trust.reasons)


def test_deliveries_to_somebody_are_no_mail() -> None:
    """An event called delivered or failed beside a recipient keeps its status: only words and names of mail make it one."""
    rows = [f"2026-01-05T10:0{n}:00Z,{word},a@shop.example,{code},12" for n, (word, code) in enumerate((("delivered", 200), ("failed", 503)))]  # fmt: skip

    file = inspect("\n".join(["time,event,recipient,status,duration_ms", *rows]).encode()).files[0]

    assert "status" in {item.field for item in file.mapping}
    assert file.first_latency_ms == pytest.approx(12.0)
