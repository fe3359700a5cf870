"""What is dropped and analysed has a history: stored for its customer, compared with the month before, still there later."""

import io
import os
import pty
import subprocess
import sys

import pytest
from sqlalchemy import select

import techhealth as th
from techhealth.sample import write_sample
from techhealth.server.demo import prepare
from techhealth.server.desk import Desk
from techhealth.server.kept import forgotten
from techhealth.store import connect, listed, save_policy, tables, uploads_of
from tests.logs import PNG, csv_log
from tests.test_cli import run

LOG = csv_log(latency_ms=120)


def sample(tmp_path, month):
    """Write a month of the sample and return its path."""
    path = tmp_path / f"acme-{month}.json.gz"
    write_sample("acme", out=path, month=month)
    return path


@pytest.fixture
def desk(tmp_path):
    """Return a desk in an empty workspace."""
    return Desk(tmp_path)


def look(desk, *files, customer=None):
    """Drop files and look at a customer, the first one if none is named."""
    shown = desk.open(list(files))
    return desk.of(customer or next(iter(shown.customers), None))


def stored(tmp_path):
    """Return the customers of a workspace with the calls stored for each."""
    store = connect(tmp_path)
    return {one.customer: one.events - one.repeated for one in uploads_of(store)}


def test_the_next_month_is_compared_with_the_one_before(tmp_path):
    """In a workspace December scores 80, January says what it lost since, and since when reports are slow."""
    options = ("--policy", "data/acme.toml", "--workspace", tmp_path / "new", "--json")
    before, after = (sample(tmp_path, month) for month in ("2025-12", "2026-01"))
    december, january, again = (
        th.assessment_from_json(run("analyze", log, *options).stdout_bytes) for log in (before, after, after)
    )
    (slow,) = [one for one in january.issues if one.id == "custom-api-reports-latency"]

    assert round(december.score.value) == 80
    assert (january.score.trend.change, january.score.trend.compared_to) == (-7, "December (80)")
    assert slow.onset.on == january.period.first
    assert january.receipt.api_calls == sum(one.whole_period.calls for one in january.integrations if one.latency)
    assert again == january
    assert "down 7 since the end of December" in _page(january)


def _page(assessment):
    from techhealth.present import page

    return str(page.first_screen(assessment, draw=lambda _: "", upload=page.Html(""), customer=None, customers=1, problem=None, sample=False))  # fmt: skip


def test_the_demo_knows_the_month_before(tmp_path):
    """A prepared workspace shows January with its change since December, which is stored once."""
    prepare(tmp_path)
    prepare(tmp_path)
    found = look(Desk(tmp_path))

    assert found.sample
    assert found.assessment.score.trend.change == -7
    assert {one.customer.name: one.uploads for one in listed(connect(tmp_path))}["Acme Corp"] == 2


def test_what_was_found_survives_a_reload_and_the_files_are_not_kept(desk, tmp_path):
    """Another visit with the id of the upload shows what was found; no byte of a secret in the file lies in the workspace."""
    shown = look(desk, ("a.csv", LOG + b"soon,Globex,A,GET,/v1?key=Zx81QqPlm2Vt,200,5\n"))
    later, another = Desk(tmp_path), Desk(tmp_path)
    later.back(desk.upload)
    another.back("0123")

    assert look(later).assessment == shown.assessment
    assert later.upload == desk.upload
    assert another.upload is None
    assert not any(b"Zx81QqPlm2Vt" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_correction_replaces_what_was_stored(desk, tmp_path):
    """What is stored follows the last reading of the files, and is taken back where nobody is named any more."""
    look(desk, ("a.csv", LOG))
    assert stored(tmp_path) == {"Globex": 2688}
    header = desk.shown.sheets[0].header
    desk.corrected({f"{header}.customer": "-"})
    desk.of(None)

    assert stored(tmp_path) == {}
    assert desk.nameless


def test_a_refused_correction_stores_nothing(desk, tmp_path):
    """A reading that does not fit is not stored."""
    look(desk, ("a.csv", LOG))
    before = desk.upload
    desk.corrected({f"{desk.shown.sheets[0].header}.status": "path"})
    desk.of("Globex")

    assert desk.upload == before


def test_of_files_with_several_customers_each_has_its_own(desk, tmp_path):
    """Each customer that was looked at is stored apart, and what was found is shown again until other files come."""
    both = [("a.csv", LOG), ("b.csv", csv_log(customer="Initech"))]
    look(desk, *both)
    desk.of("Initech")

    assert stored(tmp_path) == {"Globex": 2688, "Initech": 2688}
    later = Desk(tmp_path)
    later.back(desk.upload)
    assert look(later).assessment.generated_for.customer == "Initech"
    assert later.upload == desk.upload
    assert look(later, ("c.csv", csv_log(customer="Hooli"))).assessment.generated_for.customer == "Hooli"


@pytest.mark.parametrize("asked", ["Globex", "glo", " GLOBEX "])
def test_a_customer_that_is_asked_for_is_shown_as_last_found(desk, tmp_path, asked):
    """By name or by its beginning, with the policy of the workspace, until other files come."""
    (tmp_path / "globex.toml").write_text('customer = "Globex"\n[sla_ms]\nA = 300\n')
    shown = look(desk, ("a.csv", LOG)).assessment
    look(desk, ("b.csv", csv_log(customer="Initech")))
    later = Desk(tmp_path)
    later.back(None, customer=asked)

    assert look(later).assessment == shown
    assert later.shown.policy.sla_ms == {"A": 300}
    assert later.views(later.shown)("A") == "?customer=Globex&integration=A"
    assert look(later, ("c.csv", csv_log(customer="Hooli"))).assessment.generated_for.customer == "Hooli"


def test_a_customer_nobody_knows_is_told_so_and_not_taken_for_another(tmp_path):
    """A name that is no or several customers' shows nothing of anybody, though the workspace has a log of its own."""
    prepare(tmp_path)
    for name in ("Globex", "Global Foods"):
        look(Desk(tmp_path), ("a.csv", csv_log(customer=name)))
    for asked in ("Nobody", "Glo", "<script>"):
        desk = Desk(tmp_path)
        desk.back(None, customer=asked)
        found = look(desk)

        assert (found.assessment, found.missing) == (None, asked)
        assert look(desk, ("a.csv", LOG)).assessment.generated_for.customer == "Globex"


def test_what_is_no_log_is_not_stored(desk, tmp_path):
    """An image leaves nothing in the store."""
    look(desk, ("chart.png", PNG))

    assert (stored(tmp_path), desk.upload) == ({}, None)


def test_where_nothing_can_be_written_the_answer_is_there(tmp_path):
    """Without a workspace of one's own nothing is stored, and the page shows the same."""
    desk = Desk(tmp_path, lasting=False)

    assert look(desk, ("a.csv", LOG)).assessment is not None
    assert desk.upload is None
    assert list(tmp_path.iterdir()) == []


def test_customers_of_a_workspace(tmp_path):
    """They are imported, listed, shown and forgotten by name; an SLA of the store judges the next analysis."""
    (tmp_path / "c.csv").write_text("name,segment,sla_ms\nGlobex,enterprise,Billing API=100\nHooli\x1b[31m,,\n")
    log, within = tmp_path / "globex.csv", ("--workspace", tmp_path / "w")
    log.write_bytes(LOG)

    assert run("customers", "list", *within).stdout.startswith("No customer is stored here yet")
    assert run("customers", "import", tmp_path / "c.csv", *within).stdout == "2 new, 0 updated.\n"
    assert "SLA of 100 ms" in run("analyze", log, *within).stdout
    assert "\x1b" not in run("customers", "list", *within).stdout
    shown = run("customers", "show", "GLOBEX", *within).stdout
    assert "Billing API 100 ms" in shown
    assert "2,688" in shown
    assert run("customers", "forget", "globex", "--yes", *within).stdout == "Forgotten.\n"
    assert "Globex" not in run("customers", "list", *within).stdout
    for verb in ("show", "forget"):
        assert run("customers", verb, "globex", *within).exit_code == 2


def test_a_customer_is_not_forgotten_by_a_slip(tmp_path):
    """Without a terminal it takes --yes; at one the answer counts, and anything but yes erases nothing."""
    (tmp_path / "c.csv").write_text("name\nGlobex\n")
    within = ("--workspace", str(tmp_path / "w"))
    run("customers", "import", tmp_path / "c.csv", *within)
    refused = run("customers", "forget", "Globex", *within)

    assert (refused.exit_code, "say --yes" in refused.stderr) == (2, True)
    assert _at_a_terminal("customers", "forget", "Globex", *within, answer=b"n\n") == 1
    assert "Globex" in run("customers", "list", *within).stdout
    assert _at_a_terminal("customers", "forget", "Globex", *within, answer=b"y\n") == 0
    assert "Globex" not in run("customers", "list", *within).stdout


def _at_a_terminal(*arguments, answer):
    """Return the exit status of a command whose questions a terminal answers."""
    ours, theirs = pty.openpty()
    os.write(ours, answer)
    command = [sys.executable, "-m", "techhealth", *arguments]
    status = subprocess.run(command, stdin=theirs, capture_output=True, timeout=60, check=False).returncode
    os.close(ours)
    os.close(theirs)
    return status


def test_a_forgotten_customer_leaves_the_folder_too(tmp_path):
    """Logs and policies of the customer that lie in the workspace are deleted, those of others stay."""
    (tmp_path / "globex.csv").write_bytes(LOG)
    (tmp_path / "globex.toml").write_text('customer = "Globex"\n')
    (tmp_path / "all.toml").write_text('timezone = "UTC"\n')
    look(Desk(tmp_path))
    store = connect(tmp_path)

    assert forgotten(store, "globex") == 2
    store.engine.dispose()
    held = [path for path in tmp_path.rglob("*") if path.is_file() and b"Globex" in path.read_bytes()]
    assert held == []
    assert (tmp_path / "all.toml").exists()
    with connect(tmp_path).reading() as connection:
        assert connection.execute(select(tables.audit.c.what)).scalars().all()[-1] == "forgot a customer"


def test_an_analysis_stores_only_within_a_workspace(tmp_path, monkeypatch):
    """A database without a folder for the usage is wrong usage; without both nothing is stored."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_bytes(LOG)

    assert run("analyze", "a.csv").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_the_command_line_judges_by_the_policy_of_the_workspace(tmp_path):
    """Without --policy the customer's policy in the workspace holds, as in the page; one that is named goes before it."""
    (tmp_path / "globex.toml").write_text('customer = "Globex"\n[sla_ms]\n"Billing API" = 100\n')
    (tmp_path / "named.txt").write_text('[sla_ms]\n"Billing API" = 90\n')
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "a.csv").write_bytes(LOG)

    log, within = tmp_path / "log" / "a.csv", ("--workspace", tmp_path)
    assert "SLA of 100 ms" in run("analyze", log, *within).stdout
    assert "SLA of 90 ms" in run("analyze", log, *within, "--policy", tmp_path / "named.txt").stdout
    assert look(Desk(tmp_path), ("a.csv", LOG)).assessment.integrations[0].latency.sla_ms == 100


def test_a_policy_of_the_store_is_used(tmp_path):
    """A policy that was saved judges its customer in the page, until a file in the folder says otherwise."""
    store = connect(tmp_path)
    save_policy(store, "globex", th.Policy(customer="Globex", sla_ms={"Billing API": 70}))

    assert look(Desk(tmp_path), ("a.csv", LOG)).assessment.integrations[0].latency.sla_ms == 70


def test_standard_input_is_stored_too(tmp_path):
    """What comes through a pipe is an upload like any other, read once."""
    (tmp_path / "c.csv").write_text("name,zone\nGlobex,Europe/Berlin\n")
    run("customers", "import", tmp_path / "c.csv", "--workspace", tmp_path)
    done = run("analyze", "-", "--workspace", tmp_path, "--json", stdin=LOG)

    assert done.exit_code == 0, done.output
    assert stored(tmp_path) == {"Globex": 2688}
    assert th.assessment_from_json(done.stdout_bytes).generated_for.timezone == "Europe/Berlin"


def test_a_log_without_times_is_judged_but_not_stored(tmp_path):
    """Nothing can be compared with calls of no known day; the analysis is there all the same."""
    undated = io.BytesIO()
    undated.write(
        b"timestamp,service,status\n" + b"".join(b"soon,A,%d\n" % (500 if n % 9 == 0 else 200) for n in range(99))
    )
    done = run("analyze", "-", "--workspace", tmp_path, stdin=undated.getvalue())

    assert done.exit_code == 1
    assert stored(tmp_path) == {}


def test_logs_that_name_no_customer_are_kept_apart(desk):
    """Two logs without a customer are judged each by itself: nobody knows whether they are of the same one."""
    nameless = csv_log(latency_ms=120).replace(b"Globex", b"")
    alone = look(desk, ("a.csv", nameless)).assessment
    look(desk, ("b.csv", csv_log(failing=lambda at: at.hour < 6).replace(b"Globex", b"").replace(b"Billing", b"Other")))

    assert look(desk, ("a.csv", nameless)).assessment == alone


def test_failures_alone_are_not_stored(desk, tmp_path):
    """An export of failures gets no score, and is no part of what another log of the customer is judged by."""
    look(desk, ("errors.csv", csv_log(failing=lambda at: True)))

    assert stored(tmp_path) == {}
    assert look(desk, ("a.csv", LOG)).assessment.integrations[0].success.rate == 1.0
