"""The API answers with what the package computes, and says of every error what to do."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest
from fastapi.routing import APIRoute

import techhealth as th
from techhealth.actions.settings import Settings
from techhealth.present.document import SCHEMA_FOLDER
from techhealth.server.api import api, routes
from techhealth.server.application import application
from techhealth.server.uploaded import uploaded
from techhealth.store import connect, save_policy
from tests.asgi import HOST, ask
from tests.logs import PNG, csv_log
from tests.server.served_api import Api, told
from tests.test_cli import run

LOG = csv_log(failing=lambda at: at.day > 20 and at.hour < 6)


@pytest.fixture
def served(tmp_path):
    """Return the API of an empty workspace."""
    return Api(tmp_path)


def valid(document, schema):
    """Check a document against a published schema."""
    jsonschema.Draft202012Validator(json.loads((SCHEMA_FOLDER / schema).read_bytes())).validate(document)


def test_an_upload_is_stored_and_its_assessment_is_at_its_location(served):
    """The answer names customer and upload and holds the receipt; the address it names gives the assessment, which fits its schema."""
    done = served.form(("globex.csv", LOG))
    found = served.ask(done.headers["location"].removeprefix("/api"))

    assert (done.status, done.json["customer"], done.json["events"]) == (201, "Globex", 2688)
    assert done.headers["location"] == f"/api/integrations/{done.json['customer_id']}/health"
    assert [file["name"] for file in done.json["receipt"]["files"]] == ["globex.csv"]
    valid(done.json["receipt"], "receipt-1.json")
    valid(found.json, "assessment-1.json")
    assert found.json["receipt"] == done.json["receipt"]


def test_the_api_says_what_the_command_line_says(served, tmp_path):
    """As of the last day of a log the assessment is the one of `techhealth analyze`, to the byte, by the same policy."""
    save_policy(served.store, "globex", th.Policy(customer="Globex", sla_ms={"Billing API": 100}))
    served.upload(LOG, query="?name=globex.csv")
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "globex.csv").write_bytes(LOG)
    said = run("analyze", tmp_path / "log" / "globex.csv", "--workspace", tmp_path, "--json").stdout_bytes

    assert served.ask("/integrations/1/health?as_of=2026-03-29").body == said


def test_a_customer_of_long_ago_is_told_as_silent_at_every_address(served):
    """Health, issues, signals and the ticket say for how many days there have been no data; as of the last day none do."""
    served.upload(LOG)
    days = (datetime.now(UTC).date() - date(2026, 3, 29)).days
    health, then = (served.ask(f"/integrations/1/health{asked}").json["risk"] for asked in ("", "?as_of=2026-03-29"))
    signals = served.ask("/integrations/1/signals").json
    draft = served.ask("/integrations/1/ticket?preview=true", method="POST").json

    assert health["factors"][0]["factor"] == f"No data for {days:,} days"
    assert health["days_without"] == served.ask("/integrations/1/issues").json["days_without"] == days
    assert signals["risk"] == health
    assert signals["signals"][0]["signal"]["days_without"] == days
    assert f"No data for {days:,} days: what has failed since is not known" in draft["description"]
    assert then["days_without"] is None


def test_a_raw_body_in_pieces_is_the_same_upload(served):
    """A body that comes in chunks is the file that a form sends whole."""
    whole = served.form(("a.csv", LOG))
    pieces = served.upload(LOG[:70], LOG[70:], query="?name=a.csv", content_type="text/csv")

    assert (201, whole.json["upload"]) == (pieces.status, pieces.json["upload"])
    assert len(served.ask("/customers").json["customers"]) == 1


def test_the_issues_are_those_of_the_assessment(served):
    """They stand alone at their own address, with the day they are of."""
    served.upload(LOG)
    health, issues = served.ask("/integrations/1/health").json, served.ask("/integrations/1/issues").json

    assert issues["issues"] == health["issues"] != []
    assert issues["as_of"] == health["generated_for"]["as_of"]


def test_a_day_in_the_past_is_judged_without_what_came_later(served):
    """As of a day before the failures began there is no issue; before all data there is nothing."""
    served.upload(LOG)
    served.upload(csv_log(days=3).replace(b"2026-03", b"2026-05"))
    before = served.ask("/integrations/1/issues?as_of=2026-03-18")

    assert (before.json["as_of"], before.json["issues"]) == ("2026-03-18", [])
    assert "on or before 2025-01-01" in told(served.ask("/integrations/1/health?as_of=2025-01-01"), 404)
    assert "query.as_of" in told(served.ask("/integrations/1/health?as_of=soon"), 422)


def test_what_a_client_holds_is_not_sent_again(served):
    """With the tag of the last answer there is none but that nothing changed, until something does."""
    served.upload(LOG)
    first = served.ask("/integrations/1/health")
    tag = first.headers["etag"]
    again = [served.ask("/integrations/1/health", if_none_match=held) for held in (tag, f'"x", {tag[2:]}')]
    save_policy(served.store, "globex", th.Policy(customer="Globex", sla_ms={"Billing API": 100}))

    assert [(one.status, one.body) for one in again] == [(304, b"")] * 2
    assert served.ask("/integrations/1/health", if_none_match=tag).status == 200


def test_an_upload_raises_the_signal_of_its_customer(served):
    """What appeared is told with the first upload; the same one again raises none."""
    served.upload(LOG)
    served.upload(LOG)
    (one,) = served.ask("/integrations/1/signals").json["signals"]

    assert (one["signal"]["customer"], one["changes"][0].startswith("appeared: Billing API")) == ("Globex", True)


def test_customers_are_listed_with_the_numbers_of_their_addresses(served):
    """Name, days, uploads and newest score of each."""
    number = served.upload(LOG).json["customer_id"]
    (one,) = served.ask("/customers").json["customers"]

    assert (number, "Globex", 1, "2026-03-02") == (one["customer_id"], one["name"], one["uploads"], one["first"])
    assert one["technical_score"] == served.ask(f"/integrations/{number}/health").json["score"]["value"]


@pytest.mark.parametrize("size", [2_000, 3_000_000])
def test_a_body_beyond_the_limit_is_refused(tmp_path, size):
    """Whether it says its size or not, and however it is sent; nothing is stored."""
    served, body = Api(tmp_path, limit=1000), b"x" * size

    for answer in (
        served.upload(body[:500], body[500:]),
        served.upload(content_length=str(size)),
        served.form(("a", body)),
    ):
        assert "send fewer days" in told(answer, 413)
    assert served.ask("/customers").json == {"customers": []}


def test_no_place_takes_more_than_it_needs(tmp_path):
    """Pages, which send files as base64, events and the way to sign in: told by its length, or counted as it comes."""
    served, page = Api(tmp_path, limit=150_000), "/health/api/kernel/set_ui_element_value"

    for path in (page, "/api/v1/usage", "/sign-in"):
        assert "The body has more than 0." in told(served.at(path, content_length=str(1_500_000)), 413)
    for path in (page, "/api/v1/usage"):
        assert served.at(path, body=[b"x" * 100_000] * 15, content_type="application/json").status == 413


def test_an_upload_that_cannot_be_used_says_why(served):
    """An image, an empty body, a log without times, one of nobody, one of two customers, a form without a file."""
    two = LOG + csv_log(customer="Initech").split(b"\n", 1)[1]

    assert "PNG image" in told(served.upload(PNG, query="?name=chart.png"), 422)
    assert "empty" in told(served.upload(b""), 422)
    assert "Send a log that names the time" in told(served.upload(b"a,b\n1,2\n"), 422)
    assert "whose they are" in told(served.upload(LOG.replace(b"Globex", b"")), 422)
    assert "Globex, Initech" in told(served.upload(two), 422)
    assert "holds no file" in told(served.form(), 422)
    assert "boundary" in told(served.upload(b"", content_type="multipart/form-data"), 400)
    assert "failures alone" in told(served.upload(csv_log(failing=lambda at: True)), 422)


def test_a_customer_can_be_named(served):
    """Of a log that names nobody it is the owner, of one with several it is the one to take; one that is not there is told."""
    two = LOG + csv_log(customer="Initech").split(b"\n", 1)[1]

    assert served.upload(LOG.replace(b"Globex", b""), query="?customer=Hooli").json["customer"] == "Hooli"
    assert served.upload(two, query="?customer=initech").json["customer"] == "Initech"
    assert "Umbrella" in told(served.upload(two, query="?customer=Umbrella"), 422)


def test_a_file_that_cannot_be_used_is_named_beside_those_that_can(served):
    """Of two files one is stored, and the other is left out with the reason."""
    done = served.form(("a.csv", LOG), ("chart.png", PNG))

    assert done.status == 201
    assert done.json["left_out"] == ["chart.png is a PNG image, not a log. Export the log as CSV or JSON."]


def test_what_is_not_there_is_told(served):
    """An unknown address, method, customer and number."""
    assert "/api/openapi.json" in told(served.ask("/nothing"), 404)
    assert "GET /api/customers" in told(served.ask("/integrations/7/health"), 404)
    assert "path.customer_id" in told(served.ask("/integrations/acme/health"), 422)
    refused = served.ask("/customers", method="DELETE")
    assert "DELETE" in told(refused, 405)
    assert refused.headers["allow"] == "GET"


def test_a_number_no_customer_can_have_is_told(served):
    """A number beyond those of a database is refused, and so is a customer without or with an endless name."""
    assert "customer_id" in told(served.ask(f"/integrations/{'9' * 26}/health"), 422)
    assert "customer" in told(served.upload(LOG, query="?customer=%20%20"), 422)
    assert "customer" in told(served.upload(LOG, query=f"?customer={'x' * 201}"), 422)


def test_an_open_server_asks_for_no_token(tmp_path):
    """As the demo is: whoever is on this machine is answered, under no other name and to no other site's scripts."""
    app = application(connect(tmp_path), hosts=(HOST,), keys=None)

    assert ask(app, "/api/customers").json == {"customers": []}
    assert ask(app, "/api/customers", host="evil.example").status == 403
    assert ask(app, "/api/customers", origin="http://evil.example").status == 403
    assert ask(app, "/sign-in").status == 404


def test_a_policy_of_the_workspace_that_is_wrong_is_the_servers_fault(served, tmp_path):
    """The caller is told which file it is."""
    (tmp_path / "broken.toml").write_text("weights = 7\n")

    assert "broken.toml" in told(served.upload(LOG), 500)


def test_a_mistake_of_ours_shows_no_traceback(tmp_path, monkeypatch):
    """An error nobody foresaw is told as such, and no word of it."""
    app, sent = api(connect(tmp_path), settings=Settings()), []
    monkeypatch.setattr(routes().router, "routes", [*routes().routes, APIRoute("/broken", lambda: {}["secret"])])

    async def outer(scope, receive, send):
        async def keeping(message):
            sent.append(message)

        try:
            await app(scope, receive, keeping)
        except KeyError:
            for message in sent:
                await send(message)

    answer = ask(outer, "/broken")
    assert "wrote it to its log" in told(answer, 500)
    assert b"secret" not in answer.body


def test_the_openapi_describes_what_is_answered(served):
    """Every answer fits the schema that the OpenAPI gives for it, every route says what it does and asks for a token."""
    served.upload(LOG)
    described = served.ask("/openapi.json").json
    about = ("/integrations/{customer_id}/" + what for what in ("health", "issues", "signals"))
    for path in (*about, "/customers", "/problems"):
        schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = served.ask(path.format(customer_id=1))
        jsonschema.Draft202012Validator({**schema, "components": described["components"]}).validate(answer.json)

    assert described["servers"] == [{"url": "/api"}]
    for path, methods in described["paths"].items():
        for one in methods.values():
            assert one["summary"], path
            assert one["security"] == [{"HTTPBearer": []}]
            assert "application/problem+json" in one["responses"]["422"]["content"]


def test_an_upload_without_a_door_is_the_same(served, tmp_path):
    """Paths are taken as well as bytes, for whoever watches a folder."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "globex.csv").write_bytes(LOG)
    done = uploaded(served.store, [Path(tmp_path / "in" / "globex.csv")])

    assert done.upload.id == served.form(("globex.csv", LOG)).json["upload"]
