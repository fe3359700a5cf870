"""Tickets and the outbox on the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import techhealth.present.notes
from tests.actions.servers import free_port, mail_server
from tests.test_cli import log_rows, run


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """Give a workspace in which one log of a customer was analyzed."""
    for variable in ("TECHHEALTH_STORE", "TECHHEALTH_SMTP", "TECHHEALTH_CALLBACK"):
        monkeypatch.delenv(variable, raising=False)
    folder, log = tmp_path / "workspace", tmp_path / "orders.csv"
    folder.mkdir()
    log.write_text("\n".join(log_rows()) + "\n")
    monkeypatch.setenv("TECHHEALTH_WORKSPACE", str(folder))
    assert run("analyze", log, "--customer", "Globex").exit_code == 0
    return folder


@pytest.fixture
def by_mail(monkeypatch):
    """Name a desk that takes mail, at a port on which nobody listens yet."""

    def at(url):
        monkeypatch.setenv("TECHHEALTH_SMTP", url)

    monkeypatch.setenv("TECHHEALTH_MAIL_FROM", "care@example.com")
    monkeypatch.setenv("TECHHEALTH_DESK_ADDRESS", "desk@example.com")
    at(f"smtp://127.0.0.1:{free_port()}")
    return at


def test_a_tickets_life(workspace, tmp_path):
    """Previewed, opened, renewed with words of one's own, acknowledged, resolved, listed, shown with its report."""
    preview = run("tickets", "create", "globex", "--preview")
    empty = run("tickets", "list")
    made = run("tickets", "create", "globex", "--subject", "Look at\nthis", "--reported-on", "2026-03-10")
    name = f"TECH-{datetime.now(UTC).year}-0001"
    same = run("tickets", "create", "globex", "--subject", "Look at\nthis")
    mine = tmp_path / "mine.txt"
    mine.write_text("My words.\x1b[31m")
    own = run("tickets", "create", "globex", "--priority", "urgent", "--description", mine)

    assert preview.stdout.startswith("Ticket #: preview, nothing is opened\n")
    assert "Customer: Globex\nSubject: API Performance Degradation - Orders API Integration\n" in preview.stdout
    assert "No ticket yet" in empty.stdout
    assert made.stdout.startswith(f"{name}: open, opened\n\nTicket #: {name}\nPriority: ")
    assert "Subject: Look at this\n" in made.stdout
    assert same.stdout.startswith(f"{name}: open\n")
    assert own.stdout.startswith(f"{name}: open, renewed\n\nTicket #: {name}\nPriority: Urgent\n")
    assert "\nMy words. [31m\n" in own.stdout
    assert run("tickets", "acknowledge", name).stdout == f"{name}: acknowledged\n"
    done = run("tickets", "resolve", name, "--fixed-on", "2026-04-01")
    assert done.stdout == f"{name}: resolved, fixed from 2026-04-01\n"
    assert name in run("tickets", "list", "--customer", "GLOBEX").stdout
    (listed,) = json.loads(run("tickets", "list", "--json").stdout)
    assert (listed["name"], listed["state"], listed["customer_reported_on"]) == (name, "resolved", "2026-03-10")
    shown = run("tickets", "show", name.lower(), "--report", tmp_path / "report.html")
    assert shown.stdout.endswith("\n")
    assert (tmp_path / "report.html").read_bytes().startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tickets", "create", "Nobody"), "No customer is called 'Nobody' here; there is Globex"),
        (("tickets", "create", "Globex", "--issue", "nothing"), "there is no issue 'nothing'; there are orders-api-"),
        (("tickets", "create", "Globex", "--preview", "--reported-on", "2999-01-01"), "which is yet to come"),
        (("tickets", "show", "TECH-2026-0099"), "there is no ticket 'TECH-2026-0099'"),
        (("outbox", "send", "--again", "x"), "'x' is not there"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(workspace, arguments, said):
    """One line says what is missing and what to do; exit status 2."""
    done = run(*arguments)

    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr


def test_a_desk_that_cannot_be_reached_is_told_later(workspace, by_mail):
    """The ticket is there, the failure is said and listed, and the next sending delivers it."""
    made = run("tickets", "create", "Globex", "--json")
    listed = run("outbox", "list", "--all")
    key = f"ticket-{json.loads(made.stdout)['name']}-1-opened-mail"
    with mail_server() as (url, mails):
        by_mail(url)
        sent = run("outbox", "send", "--again", key)

    assert made.exit_code == 0
    assert "mail: waiting (127.0.0.1:" in made.stderr
    assert listed.stdout.startswith(f"{key}\n    mail, waiting: 1 try, next at ")
    assert "cannot be reached" in listed.stdout
    assert "mail: sent" in sent.stderr
    assert len(mails.taken) == 1
    assert run("outbox", "list").stdout == "Everything has left.\n"
    assert run("outbox", "send").stdout == "Nothing is due.\n"


def test_a_setting_that_cannot_be_meant_opens_no_ticket(workspace, by_mail):
    """It is refused before anything is written, without its value."""
    by_mail("hunter2")
    done = run("tickets", "create", "Globex")

    assert (done.exit_code, "hunter2" in done.stderr) == (2, False)
    assert "No ticket yet" in run("tickets", "list").stdout


def test_risk_signals(workspace, tmp_path):
    """Raised from the newest analysis, listed for all customers, shown with what changed and what it does to the whole."""
    known = tmp_path / "customers.csv"
    known.write_text("name,health_score\nGlobex,90\n")
    run("customers", "import", known)
    none = run("signals", "list")
    made = json.loads(run("signals", "update", "globex", "--json").stdout)
    shown = run("signals", "show", "glo").stdout

    assert "No signal yet" in none.stdout
    assert made["signal"]["overall"]["before"] == 90
    assert made["signal"]["overall"]["after"] < 90
    assert "Globex" in run("signals", "list").stdout
    assert made["signal"]["overall"]["reason"] in " ".join(shown.split())
    assert "No customer is called" in run("signals", "show", "Nobody").stderr
    assert "No customer is called 'Nobody' here; there is Globex" in run("signals", "update", "Nobody").stderr


def test_practice_notes():
    """Each is listed and shown as the file that ships; another name is wrong usage."""
    folder = Path(techhealth.present.notes.__file__).parent
    names = [line.split()[0] for line in run("notes").stdout.splitlines()]

    assert sorted(f"{name}.md" for name in names) == sorted(path.name for path in folder.glob("*.md"))
    assert [name for name in names if run("notes", name).stdout != (folder / f"{name}.md").read_text("utf-8")] == []
    assert "there is no practice note 'x'" in run("notes", "x").stderr
