"""`techhealth report`: a whole file or none, and a word about what its reader is not told."""

import json

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
    assert "Withheld from the customer:\n  - Whose fault an issue or an error code is (1)\n" in done.stderr
    assert "globex.csv" not in out.read_text(encoding="utf-8")
    assert json.loads(document.read_bytes())["receipt"]["files"][0]["name"] == "globex.csv"


def test_a_file_that_is_not_ours_is_left_alone(log, workspace, tmp_path):
    """A page of somebody else is never overwritten."""
    out = tmp_path / "mine.html"
    out.write_text("<!doctype html><p>mine")
    done = run("report", log, "-o", out, "--workspace", workspace)

    assert done.exit_code == 2
    assert "was not written by techhealth" in done.stderr
    assert out.read_text() == "<!doctype html><p>mine"


def test_another_ending_is_wrong_usage(log):
    """Only .html and .pdf are known."""
    done = run("report", log, "-o", "report.docx")

    assert done.exit_code == 2
    assert "ends neither in .html nor in .pdf" in done.stderr


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
