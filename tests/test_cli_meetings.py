"""`techhealth meetings`: a call is previewed, planned, seen and cancelled, and its files are written."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from tests.actions.servers import mail_server
from tests.logs import csv_log
from tests.test_cli import run

PEOPLE = "name,zone,contacts\nGlobex,Europe/Berlin,Ada Byron <ada@example.com> (Technical Lead)\n"
CSM = "Dana Reyes <dana.reyes@example.com>"
_SOON = datetime.now(UTC).date() + timedelta(days=100)
THURSDAY = _SOON + timedelta(days=(3 - _SOON.weekday()) % 7)
TUESDAY, NEXT_THURSDAY = THURSDAY + timedelta(days=5), THURSDAY + timedelta(days=7)


def shown(day):
    """Return a day as a call shows it."""
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """Return a workspace with a customer, its people, and the analysis of a log with a problem."""
    for name in ("SMTP", "MAIL_FROM", "CSM", "CALDAV", "DESK_ADDRESS", "CALLBACK", "CALLBACK_SECRET"):
        monkeypatch.delenv(f"TECHHEALTH_{name}", raising=False)
    folder = tmp_path / "workspace"
    folder.mkdir()
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "globex.csv").write_bytes(csv_log(failing=lambda at: at.day > 20 and at.minute == 0))
    assert run("customers", "import", tmp_path / "people.csv", "--workspace", folder).exit_code == 0
    assert run("analyze", tmp_path / "globex.csv", "--workspace", folder).exit_code == 0
    return folder


def planned(workspace, *options):
    """Plan a call with Globex as on a Thursday after now, and return what was said."""
    done = run("meetings", "plan", "Globex", "--on", THURSDAY, "--workspace", workspace, *options)
    assert done.exit_code == 0, done.output
    return done


def test_a_preview_plans_nothing(workspace):
    """It shows when, with whom and about what, and what is not known; nothing is stored."""
    lines = planned(workspace, "--preview").stdout.splitlines()

    assert lines[:5] == [
        "Call: preview, nothing is planned",
        "Meeting: Globex - Technical Health Review",
        f"Date: {shown(TUESDAY)}, 14:00–14:45 (Europe/Berlin)",
        "Duration: 45 minutes",
        "Invitations: No mail server is set up, or no address is known: hand the file out yourself",
    ]
    assert lines[6:11] == [
        "Attendees:",
        "- You (CSM)",
        "- Ada Byron (Globex - Technical Lead)",
        "- [IT Director TBD]",
        "- [Technical Support Rep TBD]",
    ]
    assert "- Public holidays are not known here: check the day." in lines
    assert "No call yet" in run("meetings", "list", "--workspace", workspace).stdout


def test_a_call_is_planned_seen_and_cancelled(workspace, tmp_path):
    """The same command again changes nothing; the file is an invitation, the briefing a page, the list names the call."""
    files = ("-o", tmp_path / "call.ics", "--briefing", tmp_path / "briefing.html")
    first = planned(workspace, *files)
    again = planned(workspace, *files, "--json")
    uid = json.loads(again.stdout)["uid"]
    (event,) = Calendar.from_ical((tmp_path / "call.ics").read_bytes()).walk("VEVENT")

    assert first.stdout.startswith(f"Call: {uid} (planned, new)\n")
    assert (json.loads(again.stdout)["sequence"], str(event["uid"])) == (0, uid)
    assert "Globex - Technical Health Review: briefing" in (tmp_path / "briefing.html").read_text(encoding="utf-8")
    moved = planned(workspace, "--at", f"{NEXT_THURSDAY} 10:00").stdout
    assert moved.splitlines()[0] == f"Call: {uid} (planned, change 1)"
    assert f"Date: {shown(NEXT_THURSDAY)}, 10:00–10:45 (Europe/Berlin)" in moved
    listed = run("meetings", "list", "--customer", "globex", "--workspace", workspace).stdout
    assert listed.splitlines()[0] == uid
    assert f"planned: Globex - Technical Health Review, {shown(NEXT_THURSDAY)}" in listed
    assert f"{uid} (cancelled, change 2)" in run("meetings", "cancel", uid, "--workspace", workspace).stdout
    assert json.loads(run("meetings", "list", "--json", "--workspace", workspace).stdout)[0]["state"] == "cancelled"


def test_invitations_leave_at_once(workspace, monkeypatch):
    """Where a mail server and the CSM are set, everybody who has an address is invited, and it is said."""
    with mail_server() as (address, mails):
        for name, value in (("SMTP", address), ("MAIL_FROM", "care@example.com"), ("CSM", CSM)):
            monkeypatch.setenv(f"TECHHEALTH_{name}", value)
        done = planned(workspace)

    assert "Invitations: by mail to everybody whose address is known\n" in done.stdout
    assert [one.rcpt_tos for one in mails.taken] == [["dana.reyes@example.com"], ["ada@example.com"]]
    assert done.stderr.count("mail: sent (") == 2


def test_what_cannot_be_done_is_one_sentence(workspace, tmp_path):
    """A customer without an analysis, a time that is over, a call that is not there, a place for a file that is not ours."""
    (tmp_path / "mine.ics").write_text("BEGIN:VCALENDAR\nmine")
    wrong = (
        (("plan", "Initech"), "No customer is called 'Initech' here; there is Globex"),
        (("plan", "Globex", "--at", "2020-01-02 10:00"), "which is over; choose a later time"),
        (("cancel", "none"), "there is no call 'none'"),
        (("plan", "Globex", "-o", tmp_path / "mine.ics"), "was not written by techhealth"),
        (("plan", "Globex", "--briefing", tmp_path / "nowhere" / "x.html"), "name a file in a folder that exists"),
    )
    for arguments, why in wrong:
        done = run("meetings", *arguments, "--workspace", workspace)
        assert done.exit_code == 2
        assert why in done.stderr
    assert "No call yet" in run("meetings", "list", "--workspace", workspace).stdout


def test_a_time_that_cannot_be_meant_plans_nothing(workspace):
    """Years ahead, before there were zones, or in an hour that the clock skips: one sentence, and nothing is stored."""
    wrong = (
        (("plan", "Globex", "--on", "tomorrow"), "'tomorrow' is no day; write it as 2026-01-29"),
        (("plan", "Globex", "--at", "9999-12-31 23:59"), "9999-12-31 is no day for a call"),
        (("plan", "Globex", "--at", "0001-01-01 00:00"), "is no day for a call"),
        (("plan", "Globex", "--preview", "--on", "9999-12-31"), "9999-12-31 is no day for a call"),
        (("plan", "Globex", "--at", "2026-03-29 02:30"), "the clock of Europe/Berlin skips 02:30 on 2026-03-29"),
    )
    for arguments, why in wrong:
        done = run("meetings", *arguments, "--workspace", workspace)
        assert done.exit_code == 2
        assert why in done.stderr
    assert "No call yet" in run("meetings", "list", "--workspace", workspace).stdout
