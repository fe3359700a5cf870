"""Corrections and rejected rows on the command line."""

import json
from datetime import date

import pytest

from techhealth.server import workspace
from techhealth.server.corrections import fingerprint, remember
from tests.logs import csv_log
from tests.test_cli import run

NAMES = ["timestamp", "customer", "service", "method", "path", "status", "latency_ms"]


@pytest.fixture
def log(tmp_path):
    """Return the path of a log with one row that cannot be used."""
    path = tmp_path / "globex.csv"
    path.write_bytes(csv_log() + b"soon,Globex,=1+1,GET,/v1,200,5\n")
    return path


@pytest.fixture
def corrected(tmp_path):
    """Return a workspace in which the unit of such logs was corrected."""
    folder = tmp_path / "workspace"
    remember(folder, fingerprint(NAMES), "latency_unit", "s", on=date(2026, 1, 29), names=NAMES)
    return folder


@pytest.mark.parametrize("named", ["option", "environment"])
def test_a_workspace_brings_its_corrections(log, corrected, monkeypatch, named):
    """--workspace, or its variable, applies what was corrected in the page, and the receipt says so."""
    if named == "environment":
        monkeypatch.setenv(workspace.VARIABLE, str(corrected))
    option = ["--workspace", corrected] if named == "option" else []
    mapping = json.loads(run("inspect", log, *option, "--json").stdout)["files"][0]["mapping"]

    (latency,) = [one for one in mapping if one["field"] == "latency"]
    assert latency["unit"] == "seconds"
    assert latency["how"] == "unit as corrected on 2026-01-29 in this workspace"


def test_the_score_follows_a_correction(log, corrected):
    """An analysis in the workspace is one with the corrected column."""
    without, within = (
        json.loads(run("analyze", log, *options, "--json").stdout)["integrations"][0]["latency"]["mean_ms"]
        for options in ([], ["--workspace", corrected])
    )

    assert within == pytest.approx(1000 * without, rel=0.01)


def test_a_workspace_must_exist(log, tmp_path):
    """A mistyped folder is wrong usage, not an analysis without corrections."""
    done = run("inspect", log, "--workspace", tmp_path / "nowhere")

    assert done.exit_code == 2
    assert "there is no workspace" in done.stderr


def test_rejected_rows_are_written(log, tmp_path):
    """--rejects writes the rows that the page hands out, byte for byte, beside the card."""
    out = tmp_path / "out.csv"
    done = run("inspect", log, "--rejects", out)

    assert done.exit_code == 0, done.output
    assert "1 row: time could not be read" in done.stdout
    assert out.read_bytes() == workspace.answer([("globex.csv", log.read_bytes())], within=tmp_path / "none").rejects()
    assert run("inspect", log, "--rejects", out).exit_code == 0


def test_standard_input_is_read_once(log, tmp_path):
    """Rejected rows of standard input are written too."""
    run("inspect", "-", "--rejects", tmp_path / "out.csv", stdin=log.read_bytes())

    assert b"standard input,2690,time could not be read" in (tmp_path / "out.csv").read_bytes()


@pytest.mark.parametrize(("place", "said"), [("log", "was not written by techhealth"), ("-", "needs a file")])
def test_rejected_rows_overwrite_nothing_of_yours(log, place, said):
    """A file that is not ours stays as it is, and standard output belongs to the card."""
    before = log.read_bytes()
    done = run("inspect", log, "--rejects", log if place == "log" else place)

    assert done.exit_code == 2
    assert said in done.stderr
    assert log.read_bytes() == before


@pytest.mark.parametrize("asked", [("analyze", "--json", "mine.json"), ("report", "-o", "mine.html")], ids=" ".join)
def test_a_file_that_is_not_ours_is_refused_before_anything_is_stored(log, tmp_path, monkeypatch, asked):
    """What could not be written down is not analysed either."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.chdir(tmp_path)
    command, option, name = asked
    (tmp_path / name).write_text("mine")
    done = run(command, log, option, name, "--workspace", workspace)

    assert (done.exit_code, "was not written by techhealth" in done.stderr) == (2, True)
    assert "No customer is stored here yet" in run("customers", "list", "--workspace", workspace).stdout


def test_a_setting_that_is_incomplete_stores_nothing(log, tmp_path, monkeypatch):
    """What is set wrong in the environment is one sentence before anything is stored."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.setenv("TECHHEALTH_CALLBACK", "https://desk.example/hooks")
    monkeypatch.delenv("TECHHEALTH_CALLBACK_SECRET", raising=False)
    done = run("analyze", log, "--workspace", workspace)

    assert (done.exit_code, "TECHHEALTH_CALLBACK_SECRET" in done.stderr) == (2, True)
    assert "No customer is stored here yet" in run("customers", "list", "--workspace", workspace).stdout
