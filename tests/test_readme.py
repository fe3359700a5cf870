"""If the README says it, it is so."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from techhealth.assess.score import COMPONENTS, delivery_knots
from techhealth.cli import main
from techhealth.policy import Policy
from techhealth.portfolio import Rules
from techhealth.present.page.knobs import Keys, groups, leading
from techhealth.sample.neighbours import INCIDENT, NEIGHBOURS
from techhealth.server.api import routes
from techhealth.today import LATE_DAYS, MOST_DAYS
from tests.journeys.served import started

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: Component → what is measured, the rule it follows, and the unit of the rule's points.
_MEASURED = {
    "success": ("calls that succeed", "success", "%"),
    "latency": ("P95 of successful calls ÷ SLA", "latency", ""),
    "trend": ("points of error rate gained a week", "trend", ""),
    "webhook": ("deliveries that arrive, from their target on nothing is lost", "webhook", "%"),
    "auth": ("calls that fail for authentication", "auth", "%"),
}


def weights_table(policy):
    """Return the README's table of components from the policy."""
    rows = ["| Component | Weight | What is measured | Score |", "|---|---|---|---|"]
    for item in fields(policy.weights):
        measured, rule, unit = _MEASURED[item.name]
        points = delivery_knots(policy) if rule == "webhook" else getattr(policy.rules, rule)
        knots = ", ".join(f"{x * 100:g} % → {y:g}" if unit else f"{x:g} → {y:g}" for x, y in points)
        weight = getattr(policy.weights, item.name)
        rows.append(f"| {COMPONENTS[item.name]} | {weight * 100:g} % | {measured} | {knots} |")
    return "\n".join(rows)


def _blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_weights_are_those_of_the_policy():
    """The table of components is what the default policy says."""
    assert f"<!-- weights -->\n{weights_table(Policy())}\n<!-- end of weights -->" in README


def test_the_settings_that_matter_most_are_those_of_the_policy():
    """The list of the tuning page's first controls is generated from the policy."""
    first = leading(groups(Policy(), Keys())).knobs

    assert f"<!-- knobs -->\n{', '.join(knob.label for knob in first)}.\n<!-- end of knobs -->" in README


def test_the_numbers_in_the_rules_are_those_of_the_policy():
    """Windows, minimum counts and the assumed SLA in the prose are the policy's."""
    policy = Policy()
    said = " ".join(README.split())

    assert f"the last {policy.windows.current_days} days with data" in said
    assert f"fewer than {policy.windows.minimum_calls} calls" in said
    assert f"Below {policy.evidence.grade_rate} calls" in said
    assert f"below {policy.evidence.show_rate} there is none" in said
    assert f"{policy.targets.default_sla_ms:,.0f} ms is assumed" in said
    assert f"the technical one weighs {policy.overall.technical_weight * 100:g} %" in said
    assert f"at most {policy.overall.red_cap:g} while the technical score is below {policy.overall.red_below:g}" in said


def test_the_numbers_of_the_portfolio_are_those_of_its_rules():
    """Weeks, hours, days and counts in the prose are what the portfolio judges by."""
    rules, said = Rules(), " ".join(README.split())

    assert f"each of the last {rules.weeks} weeks" in said
    assert f"at most {MOST_DAYS}. When it is {LATE_DAYS} days late" in said
    assert f"within {rules.linked_hours} hours, in the last {rules.linked_days} days" in said
    assert f"from {rules.ours_from} customers on it looks like ours" in said
    assert f"in more than {rules.most_by_chance:.0%} of portfolios".replace("%", " %") in said
    assert f"told from {rules.enough} tickets on" in said


def test_what_is_planted_in_the_customers_of_the_demo_is_told():
    """The table beside the sample names each of them with its story."""
    told = (ROOT / "data" / "README.md").read_text(encoding="utf-8")

    assert "\n".join(f"| {one.name} | {one.told} |" for one in NEIGHBOURS) in told
    assert f"at {INCIDENT:%H:%M} UTC on {INCIDENT.day} {INCIDENT:%B}" in told


def test_the_policy_example_is_a_policy(tmp_path):
    """The TOML of the README can be read as it stands."""
    (text,) = _blocks("toml")
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")

    assert Policy.from_toml(tmp_path / "policy.toml").sla_ms == tomllib.loads(text)["sla_ms"]


def test_the_python_examples_run():
    """The Python blocks run in order from the top of the repository, and print the score."""
    code = "\n".join(_blocks("python"))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert re.match(r"\d+ of 100\n", done.stdout)
    assert done.stdout.endswith(f"\n{re.search(r'change_points.*# (.*)', code)[1]}\n")


@pytest.mark.parametrize(("command", "shown"), re.findall(r"<!-- session: (.*?) -->\n```console\n(.*?)```", README, flags=re.DOTALL))  # fmt: skip
def test_a_session_shows_what_the_command_prints(command, shown, monkeypatch):
    """Each run of lines of a session stands in the real output, in order; … stands for lines left out."""
    monkeypatch.chdir(ROOT)
    prompt, _, session = shown.partition("\n")
    real = CliRunner(env={"COLUMNS": "80"}).invoke(main, shlex.split(command)[1:])
    place = 0
    for part in session.split("…\n"):
        place = real.output.find(part, place)
        assert place >= 0, part

    assert prompt == f"$ {command}"
    assert real.exit_code == 0, real.output


@pytest.mark.parametrize("part", ["history", "tickets", "calls"])
def test_commands_in_a_workspace(part, tmp_path, monkeypatch):
    """The commands of the history, of a ticket and of a call, run in order, print what stands below them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    (shown,) = re.findall(rf"<!-- {part} -->\n```console\n(.*?)```", README, flags=re.DOTALL)
    for command, session in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", shown, flags=re.MULTILINE):
        name, *arguments = shlex.split(command)
        if name == "cp":
            shutil.copy(*arguments)
            continue
        real = CliRunner(env={"COLUMNS": "80"}).invoke(main, arguments)
        parts = session.split("…\n")

        assert real.exit_code == 0, real.output
        assert [part for part in parts if part not in real.output] == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here: apt install curl")
def test_the_http_session(tmp_path):
    """The commands by curl, against a real server, answer as shown; … stands for what is left out."""
    (shown,) = re.findall(r"<!-- http -->\n```console\n(.*?)```", README, flags=re.DOTALL)
    (tmp_path / "data").symlink_to(ROOT / "data")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    with started("serve", workspace=tmp_path / "workspace") as link:
        commands = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", shown, flags=re.MULTILINE)
        script = [f"{command}; echo; echo ==" if "serve" not in command else f"echo '{link}'; echo ==" for command, _ in commands]  # fmt: skip
        here = "\n".join(script).replace("127.0.0.1:8000", urlsplit(link).netloc)
        done = subprocess.run(["bash", "-c", here], check=True, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
    for (command, session), real in zip(commands, done.stdout.split("==\n"), strict=False):
        wanted = session.replace("Technical health: ", "").replace("127.0.0.1:8000", urlsplit(link).netloc)
        place = 0
        for part in wanted.partition("  (")[0].strip().split("…"):
            place = real.find(part, place)
            assert place >= 0, (command, part, real[:500])


def test_the_routes_are_those_of_the_api():
    """The table names every request that the OpenAPI describes, and no other."""
    (table,) = re.findall(r"<!-- routes -->\n(.*?)<!-- end of routes -->", README, flags=re.DOTALL)
    described = routes().openapi()["paths"]

    assert {f"{verb.upper()} /api{path}" for path, verbs in described.items() for verb in verbs} == set(
        re.findall(r"^\| `(.*?)` \|", table, flags=re.MULTILINE)
    )


def test_every_command_and_option_is_documented():
    """Each command has its line, each option that it shares with others is named."""
    for name, command in main.commands.items():
        assert f"`techhealth {name}" in README
        for option in command.params:
            if name in ("inspect", "analyze", "report") and option.opts[0].startswith("--"):
                assert option.opts[0] in README, (name, option.opts[0])


def test_the_make_targets_of_the_readme_exist():
    """Every `make something` in the README is a target."""
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert set(re.findall(r"make (\w+)(?=[`\n])", README)) <= set(targets)
