"""The command line: exit statuses, one line per error, JSON and nothing else, and no trust in what a file says."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from techhealth.cli import main
from techhealth.present.document import SCHEMA_FOLDER

ROOT = Path(__file__).parent.parent


def log_rows(*, days=21, calls=60, name="Orders API"):
    """Return CSV lines of level traffic; every 20th call fails."""
    start = datetime(2026, 3, 2)
    lines = ["timestamp,integration,endpoint,status,latency_ms"]
    for number in range(days * calls):
        at = start + timedelta(days=number // calls, minutes=7 * (number % calls))
        status = 500 if number % 20 == 7 else 200
        lines.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{name},/v1/orders/{number},{status},{100 + number % 50}")
    return lines


@pytest.fixture
def log(tmp_path):
    """Return the path of a small log."""
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(log_rows()) + "\n")
    return path


def run(*arguments, stdin=None):
    """Run the command line in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def _valid(document, schema):
    jsonschema.Draft202012Validator(json.loads((SCHEMA_FOLDER / schema).read_bytes())).validate(document)
    return document


def test_analyze_shows_the_card(log):
    """A readable card without escape codes, exit status 0; standard error says that the log ended long ago, the risk is as of then."""
    done = run("analyze", log)

    assert done.exit_code == 0, done.output
    assert "1,260 API calls" in done.stdout
    assert "Orders API" in done.stdout
    assert "\x1b" not in done.stdout
    assert "No data for" not in done.stdout
    assert re.fullmatch(
        r"Note: the data go until 20\d\d-\d\d-\d\d, which is [\d,]+ days ago; what has come since is not known\.\n",
        done.stderr,
    )


@pytest.mark.parametrize("place", [[], ["-"]])
def test_json_goes_to_standard_output_alone(log, place):
    """With --json there is one valid document on standard output and nothing else."""
    done = run("analyze", log, "--json", *place)

    assert done.exit_code == 0, done.output
    assert _valid(json.loads(done.stdout), "assessment-1.json")["receipt"]["api_calls"] == 1_260
    assert done.stderr == ""


def test_json_goes_to_a_file_as_a_whole(log, tmp_path):
    """With a path the document is in the file, no partial file stays, and it can be written again."""
    out = tmp_path / "out.json"
    for _ in range(2):
        done = run("analyze", log, "--json", out)
        assert (done.exit_code, done.output) == (0, "")

    assert _valid(json.loads(out.read_bytes()), "assessment-1.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.csv", "out.json"]


def test_json_never_overwrites_a_log(log):
    """A log named behind --json by mistake is not taken for the place to write to."""
    before = log.read_bytes()
    for arguments in (["analyze", "--json", log], ["analyze", "-", "--json", log]):
        done = run(*arguments, stdin="\n".join(log_rows()))
        assert done.exit_code == 2
        assert "put --json last" in done.stderr

    assert before == log.read_bytes()


def test_json_into_a_missing_folder_is_wrong_usage(log, tmp_path):
    """A place that cannot be written is named with the reason."""
    done = run("analyze", log, "--json", tmp_path / "nowhere" / "out.json")

    assert done.exit_code == 2
    assert "cannot write" in done.stderr


def test_a_link_is_followed_and_a_pipe_is_written_to(log, tmp_path):
    """Only plain files are replaced: the link stays a link, the pipe a pipe, and both receive the document."""
    link, pipe, target = tmp_path / "link.json", tmp_path / "pipe", tmp_path / "real.json"
    link.symlink_to(target)
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        for place in (link, pipe):
            assert run("inspect", log, "--json", place).exit_code == 0
        assert os.read(reader, 1 << 16) == target.read_bytes()
    finally:
        os.close(reader)

    assert link.is_symlink()
    assert pipe.is_fifo()


def test_inspect_says_what_became_what(log):
    """The receipt shows each field with its column; its JSON validates."""
    shown = run("inspect", log)
    document = _valid(json.loads(run("inspect", log, "--json").stdout), "receipt-1.json")

    assert shown.exit_code == 0, shown.output
    assert "Found: 1,260 API calls for 1 integration" in shown.stdout
    assert "latency_ms" in shown.stdout
    assert document["files"][0]["events"] == 1_260


def test_standard_input_is_a_file_like_any_other(log):
    """A dash reads standard input."""
    done = run("inspect", "-", "--json", stdin=log.read_bytes())

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["api_calls"] == 1_260


def test_several_files_are_one_analysis(tmp_path):
    """Two halves of a log give the counts of the whole."""
    head, *rows = log_rows()
    for name, part in (("a.csv", rows[:500]), ("b.csv", rows[500:])):
        (tmp_path / name).write_text("\n".join([head, *part]))
    done = run("analyze", tmp_path / "a.csv", tmp_path / "b.csv", "--json")

    assert json.loads(done.stdout)["receipt"]["api_calls"] == 1_260


def test_a_mapping_overrides_what_was_found(tmp_path):
    """--map names the column of a field, and the receipt says so."""
    path = tmp_path / "odd.csv"
    path.write_text("\n".join(log_rows()).replace("latency_ms", "zz", 1))
    mapping = json.loads(run("inspect", path, "--map", "latency=zz", "--json").stdout)["files"][0]["mapping"]

    assert "zz" in [one["column"] for one in mapping if one["field"].startswith("latency")]


def test_a_unit_that_is_none_is_named_with_those_that_are(log):
    """A column that is there with a unit that is not is told as such, not as a missing column."""
    done = run("inspect", log, "--map", "latency=latency_ms:fortnights")

    assert done.exit_code == 2
    assert "there is no unit 'fortnights'; the units are s, ms, us, ns, min, h." in done.stderr


def test_customer_zone_and_day_come_from_the_command_line(log):
    """--customer, --timezone and --as-of end up in the document."""
    done = run("analyze", log, "--customer", "Globex", "--timezone", "Europe/Berlin", "--as-of", "2026-03-15", "--json")
    found = json.loads(done.stdout)["generated_for"]

    assert {"customer": "Globex", "timezone": "Europe/Berlin", "as_of": "2026-03-15"}.items() <= found.items()


def test_a_day_after_the_end_of_the_log_is_said(log):
    """--as-of beyond the last day says that nothing came until then: all is silent, and one line says so."""
    done = run("analyze", log, "--as-of", "2026-04-30", "--json")
    found = json.loads(done.stdout)

    assert "that nothing came until 2026-04-30 counts as no traffic" in done.stderr
    assert (found["generated_for"]["as_of"], found["score"]["state"]) == ("2026-04-30", "silent")


def test_a_policy_file_sets_the_sla(log, tmp_path):
    """--policy changes the SLA that latency is held against."""
    (tmp_path / "p.toml").write_text('[sla_ms]\n"Orders API" = 120\n')
    document = json.loads(run("analyze", log, "--policy", tmp_path / "p.toml", "--json").stdout)

    assert document["integrations"][0]["latency"]["sla_ms"] == 120


def _bad_files(folder):
    contents = {
        "empty.csv": b"",
        "image.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        "no-time.csv": b"status,size\n200,1\n500,2\n",
        "header.csv": log_rows()[0].encode() + b"\n",
        "cut.csv.gz": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b",
        "rubbish.json": b"{[}]" * 50,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [*contents, "missing.csv"]


def test_an_unusable_file_is_one_line_and_status_1(tmp_path):
    """Every kind of bad file gives one sentence that names it, on standard error only, and no traceback."""
    for name in _bad_files(tmp_path):
        for command in ("inspect", "analyze"):
            done = run(command, tmp_path / name)

            assert done.exit_code == 1, (command, name, done.output)
            assert done.stdout == "", (command, name)
            assert done.stderr.startswith("Error: "), (command, name)
            assert name in done.stderr, (command, name)
            assert done.stderr.count("\n") == 1, (command, name)


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze"],
        ["frobnicate"],
        ["analyze", "x.csv", "--map", "latency"],
        ["analyze", "x.csv", "--map", "latency=took", "--map", "latency=elapsed"],
        ["analyze", "x.csv", "--as-of", "yesterday"],
        ["sample"],
        ["sample", "nothing", "-o", "x.csv"],
        ["sample", "-o", "x.csv", "--hours", "11-9"],
    ],
)
def test_wrong_usage_is_status_2(arguments, tmp_path, monkeypatch):
    """What the caller got wrong is said on standard error, with status 2."""
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)

    assert done.exit_code == 2
    assert "Error: " in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("option", [["--policy", "none.toml"], ["--timezone", "Mars/Base"]])
def test_an_impossible_policy_is_status_1(log, option):
    """A missing policy file or an unknown zone is one clear line."""
    done = run("analyze", log, *option)

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1


def test_hostile_names_do_nothing(tmp_path):
    """Escape codes and markup in a log, and in a file's name, reach the terminal as harmless text."""
    evil = "\x1b]0;owned\x07[red]x[/red]\u202e"
    path = tmp_path / "a\x1b[2Jb.csv"
    path.write_text("\n".join(log_rows(name=evil)))
    for command in ("analyze", "inspect"):
        done = run(command, path)
        assert done.exit_code == 0, done.output
        assert not {"\x1b", "\x07", "\u202e"} & set(done.output)
        assert "[red]x[/red]" in done.stdout
    missing = run("analyze", tmp_path / "no\x1b[2J\nsuch.csv")
    assert "\x1b" not in missing.stderr
    assert missing.stderr.count("\n") == 1


def test_a_sample_can_be_written_and_analyzed(tmp_path):
    """The sample command writes a log and its truth, and the log holds as many calls as the truth says."""
    out, truth = tmp_path / "s.csv", tmp_path / "truth.json"
    done = run("sample", "quiet", "-o", out, "--seed", "3", "--truth", truth)
    receipt = json.loads(run("inspect", out, "--json").stdout)

    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert json.loads(truth.read_bytes())["api_calls"] == receipt["api_calls"]


@pytest.mark.parametrize("command", [[], ["inspect"], ["analyze"], ["sample"], ["demo"]])
def test_every_command_explains_itself(command):
    """--help has a sentence, and an example of each command."""
    done = run(*command, "--help")

    assert done.exit_code == 0
    assert f"techhealth {' '.join(command)}".strip() in done.stdout
    assert "Options:" in done.stdout


def _process(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "techhealth", *map(str, arguments)], cwd=ROOT, capture_output=True, timeout=60, check=False, **options
    )  # fmt: skip


def test_the_real_command_reads_a_pipe_and_keeps_its_promises(log):
    """As a process of its own: a pipe in, JSON out, quiet otherwise, and status 1 with one line for rubbish."""
    good = _process("analyze", "-", "--json", input=log.read_bytes())
    bad = _process("analyze", "-", input=b"\x00\x01\x02" * 100)

    assert (good.returncode, good.stderr) == (0, b"")
    assert _valid(json.loads(good.stdout), "assessment-1.json")
    assert bad.returncode == 1
    assert bad.stderr.startswith(b"Error: ")
    assert b"Traceback" not in bad.stderr


def test_analyze_as_json_loads_no_library_it_does_not_need(log):
    """The machine's door needs neither terminal, chart, page nor statistics library."""
    code = (
        f"import sys; from techhealth.cli import main\n"
        f"main(['analyze', {str(log)!r}, '--json', {str(log.with_name('o.json'))!r}], standalone_mode=False)\n"
        f"print(*{{name.split('.')[0] for name in sys.modules}})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert not set(done.stdout.split()) & {"rich", "altair", "marimo", "statsmodels"}


def test_a_reader_who_leaves_early_hears_no_complaint(log):
    """A closed pipe ends the command without a traceback."""
    with subprocess.Popen(
        [sys.executable, "-m", "techhealth", "inspect", str(log), "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        complaint = process.stderr.read()

    assert complaint == b""


def test_replay_shows_when_each_issue_would_have_been_known(log, tmp_path):
    """The card lists issues with their days, and the JSON is valid; another policy is compared beside the first."""
    (tmp_path / "strict.toml").write_text("[targets]\nsuccess = 0.9\n")
    shown = run("replay", log, "--against", tmp_path / "strict.toml")
    document = json.loads(run("replay", log, "--days", "3", "--json").stdout)

    assert shown.exit_code == 0
    assert "each day judged as if it were today" in shown.stdout
    assert "Policies compared" in shown.stdout
    assert len(_valid(document, "replay-1.json")["days"]) == 3
    assert run("replay", log, "--reported", "orders").exit_code == 2
