"""A workspace answers with an assessment, or with one sentence."""

import gzip

import pytest

from techhealth.server import opened, workspace
from techhealth.server.demo import prepare
from tests.logs import PNG, csv_log


def test_a_workspace_shows_its_own_log_until_something_is_dropped(tmp_path):
    """Without a dropped file the log of the workspace is assessed under the policy of its customer."""
    (tmp_path / "globex.csv").write_bytes(csv_log())
    (tmp_path / "globex.toml").write_text('customer = "Globex"\n[sla_ms]\n"Billing API" = 100\n', encoding="utf-8")

    found = workspace.answer([], within=tmp_path)
    assert found.sample
    assert found.assessment.generated_for.customer == "Globex"
    assert [one.latency.sla_ms for one in found.assessment.integrations] == [100.0]


def test_the_same_log_is_assessed_once(tmp_path):
    """The answer is kept while neither the log nor the policy changes."""
    log = tmp_path / "globex.csv"
    log.write_bytes(csv_log(days=14))

    first = workspace.answer([], within=tmp_path)
    assert first is workspace.answer([], within=tmp_path)
    log.write_bytes(csv_log(days=15))
    assert workspace.answer([], within=tmp_path).assessment.period.days == 15


def test_an_empty_workspace_shows_nothing(tmp_path):
    """Without any log there is neither an assessment nor a problem."""
    assert workspace.Answer(assessment=None) == workspace.answer([], within=tmp_path)


@pytest.mark.parametrize("content", [PNG, b"", b"%PDF-1.7\n", csv_log()[:60], gzip.compress(csv_log())[:200]])
def test_what_cannot_be_used_is_one_sentence(tmp_path, content):
    """A file that is not a log gives one clear message that names it, and no assessment."""
    found = workspace.answer([("dropped.bin", content)], within=tmp_path)

    assert found.assessment is None
    assert "dropped.bin" in found.problem
    assert "Traceback" not in found.problem


def test_good_files_are_assessed_beside_bad_ones(tmp_path):
    """A file that is not a log is named with its reason, and the others are assessed without it."""
    files = [("chart.png", PNG), ("a.csv", csv_log()), ("b.csv", csv_log(customer="Initech"))]
    found = workspace.answer(files, within=tmp_path)

    assert [one.name for one in found.assessment.receipt.files] == ["a.csv", "b.csv"]
    assert "chart.png is a PNG image" in found.problem
    assert "a.csv" not in found.problem
    again = workspace.answer(files, within=tmp_path, customer="Initech")
    assert again.assessment.generated_for.customer == "Initech"


def test_several_bad_files_are_all_named(tmp_path):
    """Where no file can be used, each is named with its reason."""
    found = workspace.answer([("chart.png", PNG), ("none.csv", b"")], within=tmp_path)

    assert found.assessment is None
    assert "chart.png" in found.problem
    assert "none.csv" in found.problem


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"a,b,status\n1,2,200\n1,2,200\n", "Choose the time column below, or ask for an export that names it."),
        (b"timestamp,status\nsoon,200\nlater,500\n", "Ask for an export"),
    ],
)
def test_advice_can_be_followed_on_a_page(tmp_path, content, advice):
    """A page names no option and no command of the terminal."""
    problem = workspace.answer([("a.csv", content)], within=tmp_path).problem

    assert advice in problem
    assert "--" not in problem
    assert "`" not in problem


def test_a_broken_policy_is_said(tmp_path):
    """A policy with an unknown key is named instead of being left out."""
    (tmp_path / "policy.toml").write_text("speed = 3\n", encoding="utf-8")

    assert "policy.toml" in workspace.answer([("a.csv", csv_log())], within=tmp_path).problem


def test_a_policy_without_customer_is_for_everybody(tmp_path):
    """A customer without a policy of its own is judged by the one that names nobody, in its time zone."""
    (tmp_path / "policy.toml").write_text('timezone = "Europe/Berlin"\n', encoding="utf-8")
    (tmp_path / "acme.toml").write_text('customer = "Acme"\n', encoding="utf-8")

    assert (
        workspace.answer([("a.csv", csv_log())], within=tmp_path).assessment.generated_for.timezone == "Europe/Berlin"
    )


def test_one_of_several_customers_is_shown(tmp_path):
    """Files of several customers show the first until another is chosen; all names are offered."""
    two = [("a.csv", csv_log()), ("b.csv", csv_log(customer="Initech", latency_ms=90))]

    first = workspace.answer(two, within=tmp_path)
    assert first.customers == ("Globex", "Initech")
    assert first.assessment.generated_for.customer == "Globex"
    second = workspace.answer(two, within=tmp_path, customer="Initech")
    assert second.assessment.generated_for.customer == "Initech"
    assert len(second.assessment.integrations) == 1


def test_each_step_of_the_work_is_told(tmp_path):
    """While files are read and judged the page is told what is being done."""
    steps = []
    workspace.answer([("a.csv", csv_log())], within=tmp_path, progress=steps.append)

    assert len(steps) > 1
    assert steps[-1] == "Calculating technical health"


def test_a_too_large_file_is_refused(tmp_path, monkeypatch):
    """A dropped file over the limit is refused by the server too."""
    monkeypatch.setattr(opened, "LARGEST", 100)

    assert "larger than" in workspace.answer([("a.csv", csv_log())], within=tmp_path).problem


def test_a_prepared_workspace_holds_a_log_and_its_policy(tmp_path):
    """The demo copies the sample and its policy, and keeps what somebody changed."""
    prepare(tmp_path / "new")
    policies = list((tmp_path / "new").glob("*.toml"))
    policies[0].write_text('timezone = "UTC"\n', encoding="utf-8")
    prepare(tmp_path / "new")

    assert policies[0].read_text(encoding="utf-8") == 'timezone = "UTC"\n'
    assert workspace.answer([], within=tmp_path / "new").assessment is not None
