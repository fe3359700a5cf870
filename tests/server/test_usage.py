"""Events that systems send one by one are stored, each once, beside what files hold."""

import json
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techhealth.ingest import checked
from techhealth.server.live import MOST_EVENTS, taken
from techhealth.store import connect, listed, uploads_of
from techhealth.store.uploads import events_of
from tests.logs import csv_log
from tests.server.served_api import Api, told

START, NOW = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def event(minute=0, **told_of):
    """Return one successful call of a minute in March 2026."""
    at = (START + timedelta(minutes=minute)).isoformat()
    return {"at": at, "customer": "Globex", "integration": "Billing API", "status": 200, **told_of}


@pytest.fixture
def served(tmp_path):
    """Return the API of an empty workspace."""
    return Api(tmp_path)


def send(served, *rows, query=""):
    """Return the answer to rows that are sent as a list, one alone as an object."""
    body = json.dumps(rows[0] if len(rows) == 1 else rows).encode()
    return served.ask(f"/v1/usage{query}", method="POST", body=(body,), content_type="application/json")


def held(store):
    """Return the stored events of Globex."""
    return events_of(store, "Globex", first=START, last=NOW)


def test_an_event_is_stored_as_its_words_say(served):
    """Its fields are those of the store: the endpoint without id and query, the error as its class, the secret masked."""
    sent = event(
        endpoint="/v1/invoices/8812?key=Zx81QqPlm2VtA", method="get", status=429, latency_ms=12.5, client="acme-sdk/2.1 (x86)",
        error="Too many requests", region="eu", event_key="k1", request_bytes=7, rate_limit=100,
    )  # fmt: skip
    answer = send(served, sent).json
    (one,) = held(served.store).to_dicts()

    assert answer == {"stored": 1, "repeated": 0, "refused": [], "customers": [1]}
    assert (one["endpoint"], one["method"], one["status"], one["ok"], one["error"]) == ("/v1/invoices/{id}", "GET", 429, False, "429")  # fmt: skip
    assert (one["client"], one["region"], one["event_key"], one["request_bytes"], one["rate_limit"], one["latency_ms"]) == ("acme-sdk/2.1", "eu", "k1", 7, 100, 12.5)  # fmt: skip


def test_customers_known_by_addresses_are_two_in_events_and_in_files(served):
    """What two of them send is no repeat; a file of one of them is of the same customer."""
    one, two = (event(customer=f"{name}@example.com") for name in ("ann", "bob"))
    answers = [send(served, row).json for row in (one, two, one)]
    uploaded = served.upload(csv_log(days=1, customer="BOB@example.com")).json

    assert [answer["customers"] for answer in answers] == [[1], [2], [1]]
    assert [answer["stored"] for answer in answers] == [1, 1, 0]
    assert uploaded["customer_id"] == 2


def test_a_single_failure_is_an_event_like_any_other(served):
    """Nothing is guessed from how few events there are: a failed sign-in and a failed delivery stay what they are."""
    send(served, event(integration="Login", kind="auth", status=None, ok=False, error="token expired"))
    send(served, event(1, integration="Webhook", kind="webhook", status=None, ok=False, reason="timeout", attempts=3))
    login, delivery = held(served.store).to_dicts()

    assert (login["integration"], login["kind"], login["error"]) == ("Login", "auth", "token_rejected")
    assert (delivery["kind"], delivery["reason"], delivery["attempts"], delivery["first_ok"]) == ("webhook", "timeout", 3, False)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (event(at="yesterday"), "at"),
        (event(at="2026-03-02T10:00:00"), "at"),
        (event(at="2099-01-01T00:00:00Z"), "ahead"),
        (event(at="0001-01-01T00:00:00+14:00"), "at"),
        (event(at="1999-12-31T23:00:00Z"), "before 2000"),
        (event(customer="  "), "customer"),
        (event(status=99), "status"),
        (event(status="200"), "status"),
        (event(latency_ms=-1), "latency_ms"),
        (event(kind="batch"), "batch"),
        (event(latency=12), "latency"),
        (event(integration=""), "integration"),
        (event(customer=None), "customer"),
        ({"integration": "Billing API"}, "at"),
        ("GET /v1", "object"),
        (None, "object"),
    ],
)
def test_a_row_that_is_no_event_is_told_by_its_place(served, row, why):
    """The others are stored; the reason names the field; where none is left the answer is a problem."""
    answer = send(served, event(), row, event(1)).json

    assert (answer["stored"], [one["place"] for one in answer["refused"]]) == (2, [1])
    assert why in answer["refused"][0]["reason"]
    assert "No row is an event" in told(send(served, row), 422)
    assert held(served.store).height == 2


def test_what_is_no_list_of_events_is_refused(served):
    """No JSON at all, too many events, too many bytes."""
    assert "no JSON" in told(served.ask("/v1/usage", method="POST", body=(b"at=1",)), 400)
    assert "no JSON" in told(served.ask("/v1/usage", method="POST", body=(b"[" * 100_000,)), 400)
    assert "customer" in told(send(served, event(), query="?customer=%20"), 422)
    assert f"{MOST_EVENTS:,} at once" in told(send(served, *[1] * (MOST_EVENTS + 1)), 413)
    assert told(served.ask("/v1/usage", method="POST", content_length="30000000"), 413)
    assert send(served, event(customer=None), query="?customer=Globex").status == 200
    assert served.ask("/v1/usage", method="POST", body=(b"[]",)).json["stored"] == 0


@settings(max_examples=15)
@given(cuts=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 20)), min_size=1, max_size=4), keyed=st.booleans())
def test_however_events_are_sent_each_counts_once(tmp_path_factory, cuts, keyed):
    """Batches that overlap, repeat or come out of order hold together what they hold as a set."""
    store = connect(tmp_path_factory.mktemp("w"))
    rows = [event(n, latency_ms=n, **({"event_key": f"k{n}"} if keyed else {})) for n in range(50)]
    sent = [taken(store, rows[first : first + many], customer=None, now=NOW) for first, many in cuts]
    wanted = {n for first, many in cuts for n in range(first, first + many)}

    assert [float(n) for n in sorted(wanted)] == held(store)["latency_ms"].to_list()
    assert sum(one.stored for one in sent) == len(wanted)
    assert sum(one.stored + one.repeated for one in sent) == sum(many for _, many in cuts)
    (upload,) = uploads_of(store)
    assert upload.events - upload.repeated == len(wanted)
    store.engine.dispose()


def test_two_alike_in_one_batch_are_two(served):
    """A system that says the same twice at once means two calls; sent again they are the same two."""
    first, again = (send(served, event(), event()).json for _ in range(2))

    assert (first["stored"], first["repeated"], again["stored"], again["repeated"]) == (2, 0, 0, 2)


def test_months_and_customers_are_uploads_of_their_own(served):
    """Each customer's month is one upload that grows."""
    send(served, event(), event(60 * 24 * 30), event(customer="Initech"))
    send(served, event(1))

    assert sorted(
        ((one.customer, one.events) for one in uploads_of(served.store)), key=lambda one: (one[0], -one[1])
    ) == [("Globex", 2), ("Globex", 1), ("Initech", 1)]


def test_what_a_file_holds_already_counts_once(served):
    """Events that repeat calls of an uploaded log are known; a log that repeats sent events too."""
    log = csv_log(days=2)
    served.upload(log)
    row = event(endpoint="/v1/invoices", method="GET", latency_ms=120)

    assert (send(served, row).json["stored"], send(served, row).json["repeated"]) == (0, 1)
    send(served, event(60 * 24 * 3, endpoint="/v1/invoices", method="GET", latency_ms=120))
    longer = served.upload(csv_log(days=4)).json

    assert longer["repeated"] == 2 * 96 + 1
    assert held(served.store).height == 4 * 96


def test_a_month_of_events_is_assessed_like_a_log(served):
    """The assessment is that of the month so far, its receipt counts the events, and the last score is listed until the next."""
    days = [event(n * 30, status=500 if n % 8 == 0 else 200, latency_ms=100) for n in range(28 * 48)]
    send(served, *days[:-1])
    first = served.ask("/integrations/1/health").json
    send(served, days[-1])
    (listing,) = listed(served.store)
    second = served.ask("/integrations/1/health").json

    assert (first["receipt"]["api_calls"], second["receipt"]["api_calls"]) == (28 * 48 - 1, 28 * 48)
    assert listing.score == first["score"]["value"]
    assert second["receipt"]["files"][0]["name"] == "events sent, 2026-03"
    assert second["integrations"][0]["success"]["rate"] == pytest.approx(7 / 8)


def test_the_first_event_of_a_month_does_not_hide_the_weeks_before(served):
    """Sent events are judged with what came before, from a log as well: a day alone would say nothing."""
    served.upload(csv_log())
    send(served, event(60 * 24 * 30))
    found = served.ask("/integrations/1/health").json

    assert (found["period"]["first"], found["period"]["last"], found["score"]["state"]) == (
        "2026-03-05",
        "2026-04-01",
        "scored",
    )
    assert found["receipt"]["api_calls"] == 25 * 96 + 1


def test_the_openapi_says_what_an_event_is(served):
    """A stranger's event that fits the schema is stored, one that does not is refused."""
    described = served.ask("/openapi.json").json
    body = described["paths"]["/v1/usage"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    validator = jsonschema.Draft202012Validator({**body, "components": described["components"]})

    for row, fits in ((event(), True), (event(kind="webhook", ok=True), True), (event(status=99), False), ({}, False)):
        assert fits == validator.is_valid(row)
        assert fits == (send(served, row).status == 200)


def test_the_clock_of_another_may_be_a_little_ahead():
    """An event of the next hours is taken, one of the day after tomorrow is not."""
    soon, later = (
        {"at": (NOW + timedelta(hours=h)).isoformat(), "integration": "A", "customer": "B"} for h in (23, 49)
    )
    events, refused = checked([soon, later], customer=None, now=NOW)

    assert ([*events], [one.place for one in refused]) == ([0], [1])
