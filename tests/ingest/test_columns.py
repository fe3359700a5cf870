"""Which column is what: names in other words and languages, customers told from users, columns that stay unused."""

from __future__ import annotations

import json

import pytest

from techhealth.errors import UsageError
from techhealth.ingest import read
from techhealth.model import Confidence, FileReceipt
from tests.ingest.logs import as_csv, as_lines, call, calls, column_of


def mapped(receipt: FileReceipt) -> dict[str, str]:
    """Return field → column."""
    return {item.field: item.column for item in receipt.mapping}


def test_the_last_words_of_a_name_say_what_it_is() -> None:
    """A name with words before the known ones is understood: a content network's export needs no --map."""
    rows = [
        {
            "EdgeStartTimestamp": 1767245455891761152 + n * 10**9, "ClientRequestHost": f"{('orders', 'billing')[n % 2]}.example.com",
            "ClientRequestMethod": "GET", "ClientRequestURI": f"/v1/x/{n}", "EdgeResponseStatus": 200,
            "OriginResponseDurationMs": 100 + n, "ClientRequestBytes": 1200, "ClientRequestUserAgent": "app/1.2", "RayID": f"a{n}",
        }
        for n in range(40)
    ]  # fmt: skip

    usage = read(as_lines(rows))

    receipt = usage.receipt.files[0]
    assert usage.receipt.integration_names == ("billing.example.com", "orders.example.com")
    assert usage.events["latency_ms"].to_list() == [100.0 + n for n in range(40)]
    assert (usage.events["request_bytes"][0], usage.events["client"][0]) == (1200, "app/1.2")
    assert receipt.notes == ()


@pytest.mark.parametrize(
    "header",
    ["Zeitstempel;Schnittstelle;Methode;Pfad;Antwortcode;Dauer (ms);Fehlermeldung",
     "Horodatage;Système;Méthode;Chemin;Statut;Durée (ms);Message d'erreur",
     "Fecha;Aplicación;Método;Ruta;Código;Duración (ms);Mensaje error"],
)  # fmt: skip
def test_headers_in_other_languages_are_understood(header: str) -> None:
    """German, French and Spanish column names give the same events as English ones."""
    body = "\n".join(
        f"2026-01-05T10:{n:02d}:00Z;Billing;GET;/a/{n};{500 if n == 3 else 200};{80 + n};" for n in range(20)
    )

    usage = read(f"{header}\n{body}".encode())

    assert usage.receipt.integration_names == ("Billing",)
    assert (usage.events["ok"].sum(), usage.events["latency_ms"].max()) == (19, 99.0)
    assert usage.events["endpoint"].unique().to_list() == ["/a/{id}"]


def test_a_named_webhook_makes_a_row_a_delivery() -> None:
    """Invocations of named webhooks are deliveries, not calls."""
    rows = [{"id": f"i{n}", "status": "success", "status_code": 200, "created_at": f"2026-01-05T10:{n:02d}:00Z", "webhook_name": "Orders"}
            for n in range(20)]  # fmt: skip

    assert read(json.dumps({"invocations": rows}).encode()).receipt.webhook_deliveries == 20


def test_columns_without_a_field_are_named() -> None:
    """The receipt names up to twelve unused columns, with secrets masked, and counts the rest."""
    extra = {f"note_{n:02d}": n for n in range(13)} | {"ann@example.com": "x"}
    note = read(as_csv([call(n) | extra for n in range(20)])).receipt.files[0].notes[-1]

    assert note.startswith("Columns not used: note_00, note_01")
    assert note.endswith("note_11 and 2 more")
    assert "ann@" not in note


def test_columns_that_became_one_field_together_are_used() -> None:
    """A client and its version, a day and its clock are one field each; neither part counts as unused."""
    rows = [
        {"date": "2026-01-05", "time": f"10:{n:02d}", "status": 200, "user_agent": "lib", "sdk_version": "1.2"}
        for n in range(20)
    ]

    usage = read(as_csv(rows))

    assert usage.events["client"].unique().to_list() == ["lib/1.2"]
    assert usage.receipt.files[0].notes == ("no latency in this file",)


def test_latency_is_denied_only_where_nothing_looks_like_it() -> None:
    """A column that may be a latency is named instead of saying that there is none."""
    bare = [{key: value for key, value in row.items() if key != "latency_ms"} for row in calls(20)]

    assert "no latency in this file" in read(as_csv(bare)).receipt.files[0].notes
    notes = read(as_csv([row | {"cacheLookupDuration": 5} for row in bare])).receipt.files[0].notes
    assert "perhaps cacheLookupDuration is one" in notes[0]


def test_a_column_named_by_a_unit_alone_may_be_a_latency() -> None:
    """A column "Seconds" is not taken for one, but named as what may be one; chosen, it is read in that unit."""
    rows = [{key: value for key, value in row.items() if key != "latency_ms"} | {"Seconds": 0.25} for row in calls(20)]
    file, chosen = read(as_csv(rows)).receipt.files[0], read(as_csv(rows), mapping={"latency": "Seconds"})

    assert (file.perhaps_latency, file.first_latency_ms) == ("Seconds", None)
    assert (chosen.receipt.files[0].perhaps_latency, chosen.receipt.files[0].first_latency_ms) == (None, 250.0)


def test_an_opaque_id_is_a_customer_only_for_want_of_a_name() -> None:
    """An id column names the customer with low confidence, and says so; a name beside it wins."""
    alone = read(as_lines([call(n, account="acct_1") for n in range(20)])).receipt
    named = read(as_lines([call(n, account="acct_1", company="Initech") for n in range(20)])).receipt

    assert column_of(alone.files[0], "customer").confidence is Confidence.LOW
    assert "--map customer=-" in alone.files[0].assumptions[-1]
    assert named.customers == ("Initech",)


def test_a_column_of_many_values_tells_users_not_customers() -> None:
    """Many accounts in one log are users; a column called customer is believed, or one that holds the name asked for."""
    rows = [call(n, account=f"User {n % 30}") for n in range(300)]

    receipt = read(as_lines(rows)).receipt
    assert receipt.customers == ()
    assert "taken for users" in receipt.files[0].assumptions[-1]
    assert read(as_lines(rows), customer="user 7").events.height == 10
    many = [call(n % 1000, customer=f"Shop {n % 30}", latency_ms=n) for n in range(3000)]
    assert len(read(as_lines(many)).receipt.customers) == 30


def test_the_caller_can_say_that_no_column_is_a_field() -> None:
    """FIELD=- leaves a field without a column, also without one of the envelope."""
    rows = [call(n, customer=["Initech", "Hooli"][n % 2]) for n in range(6)]

    usage = read(as_lines(rows), mapping={"customer": "-"}, customer="Umbrella")
    assert (usage.receipt.customers, usage.events.height) == (("Umbrella",), 6)
    around = json.dumps({"customer": "Initech", "calls": rows[:1] + calls(5)}).encode()
    assert read(around, mapping={"tenant": "-"}).receipt.customers == ()
    with pytest.raises(UsageError):
        read(as_lines(rows), mapping={"colour": "-"})


def test_addresses_of_machines_name_no_integration() -> None:
    """Where the hosts are IP addresses the path names the integration."""
    rows = [
        {"time": f"2026-01-05T10:{n:02d}:00Z", "url": f"http://10.0.0.{n % 3}:8080/billing/{n}", "status": 200}
        for n in range(20)
    ]

    assert read(as_lines(rows)).receipt.integration_names == ("/billing",)


@pytest.mark.parametrize(
    "mapping", [{"latency": "status"}, {"status": "latency_ms"}, {"timestamp": "integration"}, {"success": "endpoint"}, {"attempt": "endpoint"}, {"latency": "method"}]
)  # fmt: skip
def test_a_mapping_whose_values_do_not_fit_is_refused(mapping: dict[str, str]) -> None:
    """A column whose values cannot be the field is refused with a few of its values."""
    with pytest.raises(UsageError, match=r"values of \w+ \(.+\) are no"):
        read(as_csv(calls(60)), mapping=mapping)


def test_a_mapping_with_an_odd_but_possible_column_is_obeyed() -> None:
    """The caller may name a column the mapper would not choose, and one that is empty."""
    rows = [call(n, shop=n, note="") for n in range(40)]

    receipt = read(as_csv(rows), mapping={"integration": "shop", "error": "note", "attempt": "note"}).receipt

    assert receipt.integrations == 40


@pytest.mark.parametrize("name", ["サービス", "Flow"])
def test_an_integration_is_found_in_other_words(name: str) -> None:
    """A service is named in Japanese, and a flow is what an integration is called elsewhere."""
    rows = [
        {"timestamp": f"2026-01-05T10:0{n}:00Z", name: "CRM" if n % 2 else "ERP", "status": 200, "duration_ms": 12}
        for n in range(4)
    ]

    assert set(read(as_csv(rows)).receipt.integration_names) == {"CRM", "ERP"}


def test_an_id_of_messages_is_no_error() -> None:
    """A column of ids is not the text of an error because it is called after messages."""
    rows = [
        {"timestamp": f"2026-01-05T10:0{n}:00Z", "message_id": f"abc-{n}", "status": 200, "duration_ms": 12}
        for n in range(4)
    ]

    assert {item.field for item in read(as_csv(rows)).receipt.files[0].mapping}.isdisjoint({"error"})
