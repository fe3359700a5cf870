"""Times, durations, endpoints, outcomes and secrets: one value at a time."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.ingest.masking.redact import CUT, MASK, mask_column, masked, name_apart
from techhealth.ingest.values.endpoints import split_request, templates
from techhealth.ingest.values.latency import durations, milliseconds, unit_of_name, unit_of_values
from techhealth.ingest.values.times import instants
from techhealth.ingest.values.words import error_class, flag_of, status_of

NOON = datetime(2026, 1, 25, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-25T12:00:00Z", "2026-01-25T12:00:00.0000000Z", "2026-01-25T12:00:00.000000000Z", "2026-01-25T14:00:00+02:00",
        "2026-01-25 12:00:00", "2026-01-25 12:00:00,000", "2026-01-25 12:00:00 UTC", "2026-01-25T12:00:00+0000", "2026-01-25T12:00",
        "1769342400", "1769342400.0", "1769342400000", "1769342400000000", "1769342400000000000", "25/Jan/2026:12:00:00 +0000",
        "[25/Jan/2026:12:00:00 +0000]", "Sun, 25 Jan 2026 12:00:00 GMT", "Jan 25, 2026 12:00:00 PM", "25.01.2026 12:00:00", "20260125T120000Z",
        "1/25/2026 12:00:00", "25/01/2026 12:00", "1/25/2026 12:00 PM", "2026/01/25 12:00:00", "Sun Jan 25 12:00:00 2026", "20260125120000",
    ],
)  # fmt: skip
def test_every_common_form_of_an_instant_is_read(text: str) -> None:
    """ISO, epochs of any size, web server, mail and everyday forms give the same UTC instant."""
    assert instants(pl.Series([text]), timezone="UTC").at.to_list() == [NOON]


def test_forms_may_be_mixed_and_what_is_unreadable_is_null() -> None:
    """A column may mix forms; what cannot be read is null, never the first or current instant."""
    found = instants(
        pl.Series(["2026-01-25T12:00:00Z", "1769342400", "soon", None, "2026-01-25T1x:00:00Z"]), timezone="UTC"
    )

    assert found.at.to_list() == [NOON, NOON, None, None, None]


def test_times_without_zone_are_read_in_the_assumed_one() -> None:
    """A zone-less time is local time of the zone named; how many there were is counted."""
    found = instants(pl.Series(["2026-01-25 12:00:00", "2026-01-25T12:00:00Z"]), timezone="Europe/Berlin")

    assert found.at.dt.hour().to_list() == [11, 12]
    assert found.zoneless == 1


def test_day_and_month_are_told_apart_by_the_column_or_said_to_be_assumed() -> None:
    """One value above 12 settles the order for the column; without one the assumption is stated."""
    settled = instants(pl.Series(["01/05/2026 10:00:00", "01/25/2026 10:00:00"]), timezone="UTC")
    assumed = instants(pl.Series(["01/05/2026 10:00:00"]), timezone="UTC")

    assert settled.at.dt.day().to_list() == [5, 25]
    assert (settled.assumed, settled.doubts) == ((), ())
    assert assumed.at.dt.day().to_list() == [1]
    assert "day/month" in assumed.doubts[0]


@pytest.mark.parametrize("order", ["{d:02d}/{m:02d}/2026 10:00", "{m:02d}/{d:02d}/2026 10:00"])
def test_days_in_a_row_tell_day_from_month(order: str) -> None:
    """Ten days of January are ten days in a row, not ten months apart, whichever number comes first; that is said."""
    found = instants(pl.Series([order.format(d=d, m=1) for d in range(1, 11)]), timezone="UTC")

    assert found.at.dt.month().unique().to_list() == [1]
    assert "days in a row" in found.assumed[0]
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.123s", 123.0), ("30000ms", 30000.0), ("1500us", 1.5), ("2 min", 120_000.0), ("0:00:01.5", 1500.0), ("1,234", 1234.0), ("0,5", 0.5), ("1.085,5", 1085.5),
     ("-1", None), ("-", None), ("fast", None), ("inf", None), ("NaN", None)],
)  # fmt: skip
def test_durations_are_read_with_the_unit_they_name(text: str, expected: float | None) -> None:
    """A value may name its own unit; negative, infinite and missing ones are null, never zero."""
    assert [expected] == milliseconds(durations(pl.Series([text])), "ms").to_list()


@pytest.mark.parametrize(
    ("texts", "separator", "expected", "open_"),
    [
        (["0,276", "0,148", "1,234"], ";", [0.276, 0.148, 1.234], False),
        (["0,276", "1,234"], ",", [0.276, 1.234], False),
        (["0,98", "1,976"], "\t", [0.98, 1.976], False),
        (["1,234", "2,5", "12,3456"], ",", [1.234, 2.5, 12.3456], False),
        (["701,7", "3.047,1", "1.234"], ";", [701.7, 3047.1, 1234.0], False),
        (["1,234", "1,234.5", "85"], ",", [1234.0, 1234.5, 85.0], False),
        (["1,234,567", "1,234"], ";", [1_234_567.0, 1234.0], False),
        (["1,234", "85"], ",", [1234.0, 85.0], True),
        (["1,234", "2,345"], ";", [1.234, 2.345], True),
        (["1.234", "85", "2.500"], ";", [1234.0, 85.0, 2500.0], True),
        (["1,234", "2,001", "3,500", "4,750", "5,125", "85", "990"], ",", [1234.0, 2001.0, 3500.0, 4750.0, 5125.0, 85.0, 990.0], False),
        (["0.276", "1.234"], ";", [0.276, 1.234], False),
        (["0,276 s", "1,234 s"], ",", [276.0, 1234.0], False),
    ],
)  # fmt: skip
def test_commas_are_read_alike_in_a_whole_column(
    texts: list[str], separator: str, expected: list[float], open_: bool
) -> None:
    """One value that settles what a comma means settles it for the column; if none does, that is said."""
    found = durations(pl.Series(texts), separator=separator)

    assert milliseconds(found, "ms").to_list() == pytest.approx(expected)
    assert bool(found.assumed) is open_


@pytest.mark.parametrize(
    ("name", "unit"),
    [("latency_ms", "ms"), ("responseTimeMs", "ms"), ("duration_seconds", "s"), ("durationNs", "ns"), ("elapsed.us", "us"), ("us", None), ("Seconds", "s"), ("responsetimems", "ms"),
     ("latency", None), ("status", None), ("request_time", None), ("DURATION_MS", "ms")],
)  # fmt: skip
def test_a_name_may_end_in_its_unit(name: str, unit: str | None) -> None:
    """The last word of a name is its unit, and only then; a name that is no more than one names it written out alone."""
    assert unit == unit_of_name(name)


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        ([0.057, 0.1, 0.4], "s"),
        ([85.0, 120.0, 900.0], "ms"),
        ([215563.0, 4e5, 9e6], "us"),
        ([4e7, 8e7, 1e9], "ns"),
        ([81.5, 120.25, 900.0], "ms"),
    ],
)
def test_magnitudes_tell_the_unit_when_nothing_else_does(values: list[float], unit: str) -> None:
    """A typical call takes between a millisecond and half a minute; the unit that says so is taken."""
    assert unit == unit_of_values(pl.Series(values), column="latency").unit


def test_start_and_end_beside_a_duration_settle_its_unit() -> None:
    """End minus start beats any guess by magnitude."""
    found = unit_of_values(pl.Series([2.0, 4.0]), column="took", siblings=pl.Series([2000.0, 4000.0]))

    assert (found.unit, found.confidence) == ("s", "high")


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/v1/orders/123?token=x", "/v1/orders/{id}"), ("/users/7f9c24e5-2f4a-4a5e-9c1b-0a1b2c3d4e5f/x/", "/users/{id}/x/"),
        ("/files/5f2b6c1d9e8a7b6c5d4e3f2a", "/files/{id}"), ("https://h.example:8443/a/1/2/3#top", "/a/{id}/{id}/{id}"), ("/", "/"),
        ("http://localhost:8080", "/"), ("/pets/{petId}", "/pets/{petId}"), ("/foo/bar/5xx", "/foo/bar/5xx"), ("/v2/x", "/v2/x"),
        ("GET /a/9 HTTP/1.1", "/a/{id}"), ("/c/cus_9s6XKzkNRiz8i3", "/c/{id}"), ("/inv/INV-2026-00123", "/inv/{id}"), ("/day/2026-01-05", "/day/{id}"),
        ("/r/12345.pdf", "/r/{id}.pdf"), ("Login page", "Login page"), ("/594VAEoi.dtd", "/594VAEoi.dtd"),
        ("/reset/aB3dE5fG7hJ9kL1mN3pQ5rS7tU9v/go", "/reset/{id}/go"), ("/by/ann@example.com/x", "/by/{id}/x"),
        ("/u/+49 170 1234567/x", "/u/{id}/x"), ("/u/Ann Smith", "/u/{id}"), ("/a/DE89370400440532013000", "/a/{id}"), ("/ip/192.168.17.5/x", "/ip/{id}/x"),
        ("/u/%2B491701234567", "/u/{id}"),
    ],
)  # fmt: skip
def test_ids_and_query_strings_leave_the_endpoint(path: str, template: str) -> None:
    """UUIDs, hashes, numbers and secrets in a path become {id}; words and versions stay."""
    assert [template] == templates(split_request(pl.Series([path]))[2])[0].to_list()


def test_request_lines_and_urls_give_method_and_host() -> None:
    """A request line names the method, an absolute URL the host, without its password."""
    method, host, _ = split_request(pl.Series(["POST /a HTTP/1.1", "https://ann:secret@API.example.com:8443/x"]))

    assert method.to_list() == ["POST", None]
    assert host.to_list() == [None, "api.example.com:8443"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("200", 200),
        (" 200 OK".strip(), 200),
        ("200.0", 200),
        ("HTTP/1.1 404 Not Found", 404),
        ("0", None),
        ("000", None),
        ("11200", None),
        ("ok", None),
        ("2000", None),
    ],
)
def test_a_status_is_what_a_text_begins_with(text: str, status: int | None) -> None:
    """Statuses are read from numbers and from their texts; zero and longer numbers are none."""
    assert status == status_of(text)


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("TRUE", True),
        ("Failed", False),
        ("1", True),
        ("0", False),
        ("timed_out", False),
        ("pending", None),
        ("1.0", True),
    ],
)
def test_outcome_words_are_understood(text: str, ok: bool | None) -> None:
    """Yes, no and their many spellings are outcomes; what is still open is none."""
    assert ok is flag_of(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("dial tcp: lookup x: no such host", "dns_error"), ("connect ECONNREFUSED 1.2.3.4:443", "connection_refused"), ("read: connection reset by peer", "connection_reset"),
        ("context deadline exceeded", "timeout"), ("Request timed out", "timeout"), ("x509: certificate has expired", "tls_error"), ("too many redirects", "redirect_error"),
        ("Invalid response body", "invalid_response"), ("invalid_grant", "token_rejected"), ("AADSTS7000222: The provided client secret keys for app 'a' are expired.", "secret_expired"), ("AADSTS700082", "token_rejected"), ("Rate limit exceeded", "rate_limited"), ("network is unreachable", "network_unreachable"),
        ("Ann Smith lost her card", "other_error"), ("OK", None), ("FAILED", "unknown"), ("error", "unknown"),
    ],
)  # fmt: skip
def test_error_texts_become_classes_and_never_stay(text: str, name: str | None) -> None:
    """Free text becomes one of few classes; the text itself is not kept."""
    assert name == error_class(text)


@pytest.mark.parametrize(
    "secret",
    [
        "ann.smith@example.com", "Bearer abcdef0123456789", "eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "4111 1111 1111 1111", "4111111111111111", "password=hunter2", "xoxb-123456789-abcdefgh", "a1b2c3d4e5f6a7b8c9d0e1f2a3b4",
        "DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "+49 170 1234567", "+1 (555) 010-9999", "192.168.17.5", "2001:db8::8a2e:370:7334", "fe80:0:0:0:202:b3ff:fe1e:8329",
    ],
)  # fmt: skip
def test_secrets_are_masked_wherever_they_stand(secret: str) -> None:
    """Addresses, tokens, keys and card numbers never survive masking."""
    shown = masked(f"call by {secret} failed")

    assert secret not in shown
    assert MASK in shown or CUT in shown
    assert masked("order 1234 at 2026-01-05T10:00:00Z ok") == "order 1234 at 2026-01-05T10:00:00Z ok"


def test_the_password_in_an_address_is_masked():
    """Name and password before a host go, the rest of the address stays."""
    assert masked("postgres://u:pa55wrd@db/x") == "postgres://[masked]db/x"
    assert masked("https://h.example:8080/a") == "https://h.example:8080/a"


@pytest.mark.parametrize("number", ["4111111111111111", "5555555555554444", "378282246310005", "9999999999"])
def test_a_card_number_is_no_time(number):
    """Numbers beyond 1990 to 2080 are not epochs, whatever unit would fit them."""
    assert instants(pl.Series([number]), timezone="UTC").at.to_list() == [None]


@pytest.mark.parametrize(
    "text", ["Chrome/108.0.1.2", "at 10:00:00+00:00", "v1.2.3", "2026-01-05T10:00:00+05:30", "std::vector", "ratio 1:2:3", "AB12 CDEF 1234 5678"]
)  # fmt: skip
def test_versions_times_and_words_are_no_addresses(text: str) -> None:
    """What only resembles an address, a telephone or an account number stays."""
    assert masked(text) == text


def test_long_names_of_words_stay_and_long_tokens_stay_different() -> None:
    """Hyphenated names are no secrets; two random ids do not become the same name."""
    assert masked("k8s1-default-web-gateway-8080-2024") == "k8s1-default-web-gateway-8080-2024"
    assert masked("ep_1srOrx2ZWZBpBUvZwXKQmoEYga2") == "ep_…Yga2"


def test_control_and_direction_marks_are_stripped() -> None:
    """Escape sequences, whole, and right-to-left marks do not reach a reader."""
    assert masked("a\x1b[31mb\u202ec\x00d\u200f") == "abcd"
    assert masked("\x1b]0;title\x07\x1b[1;31mEvil\x1b[0m \x1b(Bname\x9b2J") == "Evil name"


def test_names_that_masking_makes_equal_stay_apart():
    """Two secret names are two names still, each the same beside whichever others; a plain one and a masked one stay."""
    names = [
        "ops@a.com",
        "ops@b.com",
        "[masked]",
        "0123456789abcdef0123456789abcdef",
        "é" * 150,
        "é" * 150 + "x",
        "Globex",
    ]
    shown = mask_column(pl.Series(names), apart=True)[0].to_list()

    assert len(set(shown)) == len(names)
    assert shown[2::4] == ["[masked]", "Globex"]
    assert shown == [name_apart(name) for name in names] == [name_apart(name) for name in shown]
    assert not any("@" in name or len(name) > 120 for name in shown)


@given(st.text(), st.text())
def test_a_masked_name_is_masked_once(before, after):
    """Masking what was masked changes nothing, wherever the secret stands in it."""
    shown = name_apart(f"{before} ann@example.com {after}")

    assert shown == name_apart(shown)
    assert "ann@example.com" not in shown
