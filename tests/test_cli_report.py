"""`techhealth report`: a whole file or none, and a word about what its reader is not told."""

import json
from email import message_from_bytes, policy

import pytest
from click.testing import CliRunner

from techhealth.cli import main
from techhealth.errors import MissingToolError
from techhealth.server import reports
from techhealth.server.browser import browser
from tests.logs import csv_log


def run(*arguments):
    """Run the command line in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def log(tmp_path):
    """Return the path of a log with a problem."""
    path = tmp_path / "globex.csv"
    path.write_bytes(csv_log(failing=lambda at: at.day > 20 and at.minute == 0))
    return path


@pytest.fixture
def workspace(tmp_path):
    """Return a workspace whose chart library is a stub, so that it need not be built."""
    folder = tmp_path / "workspace" / reports.FOLDER
    folder.mkdir(parents=True)
    (folder / reports.library_name()).write_text("window.vegaEmbed = () => Promise.reject()")
    return folder.parent


def test_it_writes_one_html_file(log, workspace, tmp_path):
    """The file is there as a whole, begins like ours, and standard output stays empty; it may be written again."""
    out = tmp_path / "globex.html"
    done = run("report", log, "-o", out, "--workspace", workspace)

    assert done.exit_code == 0, done.output
    assert out.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="en" data-techhealth="report">')
    assert "Globex" in out.read_text(encoding="utf-8")
    assert done.stdout == ""
    assert "Wrote" in done.stderr
    assert "Withheld" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["globex.csv", "globex.html", "workspace"]
    assert run("report", log, "-o", out, "--workspace", workspace).exit_code == 0


def test_what_the_customer_is_not_told_is_printed(log, workspace, tmp_path):
    """For the customer the kinds of what was withheld stand on standard error; JSON is the same assessment as ever."""
    out, document = tmp_path / "globex.html", tmp_path / "globex.json"
    done = run("report", log, "-o", out, "--audience", "customer", "--workspace", workspace, "--json", document)

    assert done.exit_code == 0, done.output
    assert (
        "Withheld from the customer:\n  - Whose fault an issue or an error code is; who takes the next step is told (1)\n"
        in done.stderr
    )
    assert "globex.csv" not in out.read_text(encoding="utf-8")
    assert json.loads(document.read_bytes())["receipt"]["files"][0]["name"] == "globex.csv"


def test_it_writes_the_mail_it_goes_with(log, workspace, tmp_path, monkeypatch):
    """The mail holds the report for its reader and may be written again; its text stands on standard output, what is withheld beside it."""
    monkeypatch.setenv("TECHHEALTH_CSM", "Dana Reyes <dana@example.com>")
    monkeypatch.setenv("PATH", str(tmp_path))  # no browser: the report is attached as HTML
    out = tmp_path / "globex.eml"
    done = run("report", log, "-o", out, "--audience", "customer", "--workspace", workspace)
    mail = message_from_bytes(out.read_bytes(), policy=policy.SMTP.clone(raise_on_defect=True))
    text, report = mail.iter_parts()

    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"Subject: {mail['subject']}\n\nHello,\n")
    assert text.get_content().replace("\r\n", "\n") in done.stdout
    assert mail["from"] == "Dana Reyes <dana@example.com>"
    assert report.get_filename().startswith("globex-technical-health-")
    assert report.get_content().startswith("<!doctype html>")
    assert "Withheld from the customer:" in done.stderr
    assert run("report", log, "-o", out, "--workspace", workspace).exit_code == 0


def test_a_file_that_is_not_ours_is_left_alone(log, workspace, tmp_path):
    """A page of somebody else is never overwritten."""
    out = tmp_path / "mine.html"
    out.write_text("<!doctype html><p>mine")
    done = run("report", log, "-o", out, "--workspace", workspace)

    assert done.exit_code == 2
    assert "was not written by techhealth" in done.stderr
    assert out.read_text() == "<!doctype html><p>mine"


def test_another_ending_is_wrong_usage(log):
    """Only .html, .pdf and .eml are known."""
    done = run("report", log, "-o", "report.docx")

    assert done.exit_code == 2
    assert "ends neither in .html nor in .pdf nor in .eml" in done.stderr


def test_a_pdf_without_a_browser_is_one_sentence(log, tmp_path, monkeypatch):
    """Exit status 1, one line that names what to install, and no file."""
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("report", log, "-o", tmp_path / "globex.pdf")

    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "install Chromium" in done.stderr
    assert not (tmp_path / "globex.pdf").exists()


def _can_print():
    try:
        return bool(browser())
    except MissingToolError:
        return False


@pytest.mark.browser
@pytest.mark.skipif(not _can_print(), reason="no Chromium here: apt install chromium")
def test_a_pdf_is_tagged_and_has_an_outline(log, tmp_path):
    """The printed file names its structure, its headings and its language."""
    out = tmp_path / "globex.pdf"
    done = run("report", log, "-o", out)
    content = out.read_bytes()

    assert done.exit_code == 0, done.output
    assert content.startswith(b"%PDF-")
    assert all(mark in content for mark in (b"/StructTreeRoot", b"/Marked true", b"/Outlines", b"/Lang (en)"))
