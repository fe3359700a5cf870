"""A watched folder: complete files are taken once, what changed is told once, nothing is moved."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.actions.settings import Settings
from techhealth.actions.signal import signals
from techhealth.errors import UsageError
from techhealth.server.live import taken
from techhealth.server.watching import Watch, complete
from techhealth.store import connect, uploads_of
from tests.logs import PNG, csv_log

ROOT = Path(__file__).parents[2]
#: The day after the logs end.
NOW = datetime(2026, 3, 30, tzinfo=UTC)
GOOD = csv_log()
BAD = csv_log(failing=lambda at: at.day > 20 and at.hour < 6)


class Room:
    """A folder, a store and a watch whose lines are kept."""

    def __init__(self, folder):
        self.folder, self.workspace = folder / "in", folder / "workspace"
        self.folder.mkdir()
        self.lines, self.now = [], NOW
        self.restart()

    def restart(self, **options):
        """Start the watch anew on the same store."""
        self.store = connect(self.workspace)
        self.watch = Watch(self.store, self.folder, say=self.lines.append, now=lambda: self.now, settings=Settings(), **options)  # fmt: skip

    def look(self, times=2):
        """Look so often, and return what was said."""
        before = len(self.lines)
        for _ in range(times):
            self.watch.look()
        return self.lines[before:]

    def put(self, name, content):
        """Write a file into the folder."""
        (self.folder / name).write_bytes(content)


@pytest.fixture
def room(tmp_path):
    """Return an empty folder that is watched."""
    return Room(tmp_path)


def test_a_new_file_is_stored_and_its_issues_are_told(room):
    """The second look takes it: one line for the file, one for each issue, and the signal stands in the store."""
    room.put("globex.csv", BAD)

    assert room.look(1) == []
    stored, *changes = room.look(1)
    assert stored.startswith("globex.csv: stored for Globex, 2,688 events, score ")
    assert (
        [change.split(":")[:3] for change in changes] == [["Globex", " appeared", " Billing API"]] * len(changes) != []
    )
    assert len(signals(room.store, "Globex")) == 1
    assert room.look() == []


def test_data_that_are_missed_are_told_once(room):
    """The log covers four weeks: when as many have passed and a long weekend the customer is silent, also after a restart."""
    room.put("globex.csv", GOOD)
    room.look()
    room.now = NOW + timedelta(days=30)
    before = room.look()
    room.now = NOW + timedelta(days=31)

    assert before == []
    assert room.look() == ["Globex: risk low → unknown", "Globex: no data for 32 days"]
    assert room.look() == []
    room.restart()
    assert room.look() == []


def test_a_file_that_grows_waits(room):
    """It is read when its size rests, as a whole."""
    for end in (len(GOOD) // 3, len(GOOD) // 2, len(GOOD)):
        room.put("globex.csv", GOOD[:end])
        os.utime(room.folder / "globex.csv", ns=(end, end))
        assert room.look(1) == []
    room.look(1)

    assert [one.events for one in uploads_of(room.store)] == [2688]


def test_a_bad_file_is_told_once_and_left_alone(room):
    """It stays where it lies, also after a restart; changed, it is looked at again."""
    room.put("chart.png", PNG)
    room.put("globex.csv", GOOD)

    said = room.look()
    assert [line.split(":")[0] for line in said] == ["chart.png", "globex.csv"]
    assert "not used: chart.png is a PNG image" in said[0]
    assert (room.folder / "chart.png").read_bytes() == PNG
    room.restart()
    assert room.look() == []
    room.put("chart.png", PNG * 2)
    assert len(room.look()) == 1


def test_a_restart_repeats_nothing(room):
    """Neither a file nor a change of it is told again, and no signal is raised twice."""
    room.put("globex.csv", BAD)
    room.look()
    room.restart()

    assert room.look(3) == []
    assert len(signals(room.store)) == 1


def test_an_issue_that_is_over_is_told_once_it_stays_away(room):
    """One day without it is not enough; with the second it has ended."""
    room.put("globex.csv", BAD)
    appeared = room.look()[1:]
    months = (GOOD.replace(b"2026-03", f"2026-{month:02d}".encode()) for month in (4, 5))
    said = []
    for number, month in enumerate(months):
        room.put(f"{number}.csv", month)
        said.append([line for line in room.look() if "ended" in line])

    assert said[0] == []
    assert len(said[1]) == len(appeared)


def test_each_customer_of_a_file_is_stored(room):
    """A file of several is an upload of each; one of nobody is refused, unless it is said whose they are."""
    room.put("two.csv", GOOD + csv_log(customer="Initech").split(b"\n", 1)[1])
    room.put("nobody.csv", GOOD.replace(b"Globex", b""))
    said = room.look()

    assert sorted(one.customer for one in uploads_of(room.store)) == ["Globex", "Initech"]
    assert "nobody.csv: not used" in said[0]
    room.restart(customer="Hooli")
    room.put("nobody.csv", csv_log(days=20).replace(b"Globex", b""))
    room.look()
    assert "Hooli" in {one.customer for one in uploads_of(room.store)}


def test_what_others_store_is_judged_too(room):
    """Events that were sent to the server raise a signal at the next look."""
    start = datetime(2026, 3, 2, tzinfo=UTC)
    rows = [
        {"at": (start + timedelta(minutes=30 * n)).isoformat(), "customer": "Globex", "integration": "Billing API", "status": 500 if n % 4 == 0 else 200}
        for n in range(28 * 48)
    ]  # fmt: skip
    room.look()
    taken(room.store, rows, customer=None, now=NOW)

    assert all(line.startswith("Globex: ") for line in room.look(1))
    assert len(signals(room.store, "Globex")) == 1


def test_hidden_empty_and_deeper_files_are_left_out(room):
    """They are not told of; a folder that is gone is."""
    room.put(".globex.csv", GOOD)
    room.put("empty.csv", b"")
    (room.folder / "old").mkdir()
    (room.folder / "old" / "globex.csv").write_bytes(GOOD)

    assert room.look(3) == []
    with pytest.raises(UsageError, match="cannot look into"):
        Watch(room.store, room.folder / "no", say=print, now=lambda: NOW, settings=Settings()).look()


_FILES = st.dictionaries(st.sampled_from([Path(name) for name in "abcd"]), st.sampled_from(["1 1", "2 1", "2 2"]))


@given(before=_FILES, now=_FILES)
def test_only_what_rests_is_complete(before, now):
    """A file is complete when both looks saw it with the same size and time, and then always."""
    assert {path for path in now if before.get(path) == now[path]} == set(complete(before, now))
    assert complete(now, now) == tuple(now)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_stops_cleanly(tmp_path, how):
    """Interrupted or terminated, the command ends with status 0 and no traceback, and has told what it took."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "globex.csv").write_bytes(GOOD)
    command = [sys.executable, "-m", "techhealth", "watch", "in", "--every", "0.1", "--workspace", "w"]
    with subprocess.Popen(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
        told = process.stdout.readline()
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)

    assert "globex.csv: stored for Globex" in told
    assert (process.returncode, "Traceback" in errors) == (0, False)
