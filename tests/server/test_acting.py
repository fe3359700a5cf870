"""Ticket, technical call and report by the API: previewed, edited, done once."""

from datetime import UTC, datetime, timedelta

import jsonschema
import pytest
from icalendar import Calendar

from techhealth.actions.outbox import pending
from techhealth.actions.settings import Settings
from techhealth.actions.ticket import tickets
from tests.logs import csv_log
from tests.server.served_api import Api, told

LOG = csv_log(failing=lambda at: at.day > 20 and at.hour < 6)
TICKET, CALL = "/integrations/1/ticket", "/integrations/1/meeting"


@pytest.fixture
def served(stocked, tmp_path):
    """Return the API of a workspace with one customer that has an issue, and a mail server that nobody reaches."""
    ways = Settings(smtp="smtp://localhost:1", mail_from="care@example.com", desk_address="desk@example.com")
    return Api(stocked(LOG, tmp_path), settings=ways)


def test_a_ticket_is_opened_once_and_says_what_the_assessment_says(served):
    """The first request opens it with the issue and its report, the second finds it as it is; the desk is told once."""
    first, again = served.ask(TICKET, method="POST"), served.ask(TICKET, method="POST")
    (issue, *_) = served.ask("/integrations/1/issues").json["issues"]

    assert (first.status, again.status) == (201, 200)
    assert first.json["name"] == again.json["name"] == f"TECH-{datetime.now(UTC).year}-0001"
    assert (issue["id"], True) == (first.json["draft"]["issues"][0]["id"], first.json["has_report"])
    assert len(pending(served.store)) == 1


def test_a_ticket_can_be_seen_and_changed_before(served):
    """A preview opens nothing; what is wished stands instead of what was drafted; an unknown issue is told."""
    draft = served.post(f"{TICKET}?preview=true", subject="Seen").json
    assert (draft["subject"], tickets(served.store)) == ("Seen", ())
    made = served.post(TICKET, subject="Calls fail at night", priority="urgent", customer_reported_on="2026-03-25").json

    assert (made["draft"]["subject"], made["draft"]["priority"], made["customer_reported_on"]) == ("Calls fail at night", "urgent", "2026-03-25")  # fmt: skip
    assert "there is no issue 'x'" in told(served.post(TICKET, issues=["x"]), 422)
    assert "priority" in told(served.post(TICKET, priority="soon"), 422)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"prioritty": "low"}, "prioritty"),
        ({"issues": []}, "issues"),
        ({"subject": " "}, "subject"),
        ({"\x1b[1m": 1}, "[1m"),
    ],
)
def test_a_wish_that_may_be_meant_otherwise_is_refused(served, wish, why):
    """A field that is not known, no issue and an empty subject are told in one printable line; nothing is opened."""
    detail = told(served.post(TICKET, **wish), 422)

    assert why in detail
    assert detail.isprintable()
    assert tickets(served.store) == ()


def test_a_wish_is_no_longer_than_a_person_writes(served):
    """The body is not read to its end, whether or not its length is told."""
    assert "MB" in told(
        served.ask(TICKET, method="POST", body=(b"{", b" " * 300_000), content_type="application/json"), 413
    )
    assert told(served.post(CALL, title="x" * 300), 422)


def test_a_call_is_planned_once_and_its_invitation_can_be_downloaded(served):
    """The invitation is the call as a calendar takes it; asked again it is the same call; another time moves it."""
    first, again = served.ask(CALL, method="POST"), served.ask(CALL, method="POST")
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=100)
    moved = served.post(CALL, starts_at=later.isoformat(), minutes=30)
    file = served.ask(first.headers["location"].removeprefix("/api"))
    (event,) = Calendar.from_ical(file.body).walk("VEVENT")

    assert (first.status, again.status, moved.status) == (201, 200, 200)
    assert first.json["uid"] == again.json["uid"] == moved.json["uid"] == str(event["uid"])
    assert later == event.decoded("dtstart").astimezone(UTC)
    assert file.headers["content-type"].startswith("text/calendar")
    assert "No call x" in told(served.ask(f"{CALL}/x"), 404)


def test_a_call_cannot_be_in_the_past_years_ahead_without_a_zone_or_about_nothing(served):
    """Each is told, and nothing is planned; a preview plans nothing either."""
    for path in (CALL, f"{CALL}?preview=true"):
        assert "is over" in told(served.post(path, starts_at="2020-02-03T14:00:00Z"), 422)
        assert "there is no issue 'x'; there are billing-api-" in told(served.post(path, issues=["x"]), 422)
    assert "starts_at" in told(served.post(CALL, starts_at="2026-02-03T14:00:00"), 422)
    for far in ("2099-02-03T14:00:00Z", "9999-12-31T23:59:00-12:00", "0001-01-01T00:00:00+12:00"):
        assert "is no day for a call" in told(served.post(CALL, starts_at=far), 422)
    assert served.post(f"{CALL}?preview=true").json["title"] == "Globex - Technical Health Review"


def test_a_body_that_is_no_wish_says_what_to_send(served):
    """Bytes that are no text, and a body that is not called JSON."""
    sent = {"method": "POST", "body": (b'{"subject": "\xff"}',)}

    assert "no JSON in UTF-8" in told(served.ask(TICKET, content_type="application/json", **sent), 400)
    assert "Content-Type: application/json" in told(served.ask(TICKET, content_type="text/plain", **sent), 422)
    assert tickets(served.store) == ()


def test_a_report_is_a_file_for_its_reader(served):
    """For the customer it says less, and neither is shown in place."""
    ours, theirs = (served.ask(f"/integrations/1/report?audience={one}") for one in ("internal", "customer"))

    assert (
        ours.headers["content-disposition"] == 'attachment; filename="globex-technical-health-2026-03-29-internal.html"'
    )
    assert b"<!doctype html>" in theirs.body[:100].lower()
    assert len(theirs.body) < len(ours.body)
    assert "query.format" in told(served.ask("/integrations/1/report?format=docx"), 422)


def test_a_report_on_paper_needs_a_browser(served, monkeypatch):
    """Where none is installed the answer says so."""
    monkeypatch.setenv("PATH", "")

    assert "install Chromium" in told(served.ask("/integrations/1/report?format=pdf"), 501)


def test_who_acts_stands_in_the_audit_log(served):
    """The user whose token it was."""
    served.ask(TICKET, method="POST")
    with served.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT who FROM audit WHERE what LIKE 'ticket%'").scalars().all()

    assert rows == ["mara"]


def test_what_is_answered_is_what_the_openapi_says(served):
    """Ticket and call fit their schemas, also where they stood already."""
    described = served.ask("/openapi.json").json
    for path in ("ticket", "meeting"):
        answers = described["paths"][f"/integrations/{{customer_id}}/{path}"]["post"]["responses"]
        schema = answers["201"]["content"]["application/json"]["schema"]
        validator = jsonschema.Draft202012Validator({**schema, "components": described["components"]})

        validator.validate(served.ask(f"/integrations/1/{path}", method="POST").json)
        validator.validate(served.ask(f"/integrations/1/{path}?preview=true", method="POST").json)
        assert schema["anyOf"] == answers["200"]["content"]["application/json"]["schema"]["anyOf"]
