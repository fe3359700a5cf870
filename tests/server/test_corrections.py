"""The corrections of a workspace: small files for people, safe against each other and against being broken."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from techhealth.ingest import Correction
from techhealth.server.corrections import FOLDER, Known, fingerprint, forget, known, remember

NAMES = ["at", "state", "took"]
HEADER = fingerprint(NAMES)
DAY = date(2026, 1, 29)
ROOT = Path(__file__).parents[2]


def keep(workspace, field="latency", value="took", names=NAMES):
    """Remember one correction."""
    remember(workspace, fingerprint(names), field, value, on=DAY, names=names)


def test_a_correction_is_remembered_for_the_same_header(tmp_path):
    """What was corrected is known again for the same columns in any order and case, and for no others."""
    keep(tmp_path)
    found = known(tmp_path)

    said = "as corrected on 2026-01-29 in this workspace"
    assert found.recall(["Took", "STATE", "at"]).corrections == {"latency": Correction(value="took", said=said)}
    assert found.recall([*NAMES, "more"]).corrections == {}


def test_a_file_of_a_correction_is_for_people(tmp_path):
    """It says in words what it is, names field, column, day and header, and holds nothing else."""
    keep(tmp_path)
    (file,) = (tmp_path / FOLDER).rglob("*.*")

    assert file.name == "latency.toml"
    assert file.read_text(encoding="utf-8") == (
        "# Files with this header: what latency is read from (- is nothing). Delete to forget it.\n"
        'value = "took"\ncorrected = 2026-01-29\nheader = ["at", "state", "took"]\n'
    )


@pytest.mark.parametrize("value", ["x\ny", 'a"b', "=1", "µ → 漢字", "\\", "a = 1\n[b]"])
def test_any_name_of_a_column_survives(tmp_path, value):
    """A hostile name comes back letter for letter."""
    keep(tmp_path, value=value)

    assert known(tmp_path).of(HEADER)["latency"].value == value


def test_what_is_forgotten_is_gone(tmp_path):
    """Forgetting removes one correction and leaves the others; forgetting twice is no error."""
    keep(tmp_path)
    keep(tmp_path, "status", "state")
    for _ in range(2):
        forget(tmp_path, HEADER, "latency")

    assert list(known(tmp_path).of(HEADER)) == ["status"]


@pytest.mark.parametrize(
    "content",
    [b"", b"value = ", b"\xff\xfe", b'value = "took"', b"value = 3\ncorrected = 2026-01-29", b'value = ""\ncorrected = 2026-01-29',
     b'value = "took"\ncorrected = "x"'],
)  # fmt: skip
def test_a_broken_file_is_told_and_never_fatal(tmp_path, content):
    """A file that cannot be read is named to who reads such a header; the other corrections hold."""
    keep(tmp_path)
    keep(tmp_path, "status", "state")
    (tmp_path / FOLDER / HEADER / "latency.toml").write_bytes(content)
    found = known(tmp_path).recall(NAMES)

    assert list(found.corrections) == ["status"]
    assert found.problems == (
        f"the correction corrections/{HEADER}/latency.toml cannot be read and is not used; delete it, or correct it again",
    )
    assert known(tmp_path).recall(["other"]).problems == ()


def test_a_workspace_without_corrections_knows_nothing(tmp_path):
    """A workspace where nothing was corrected, or that is not there, gives nothing."""
    assert known(tmp_path) == known(tmp_path / "nowhere") == Known()


def test_two_who_write_lose_nothing(tmp_path):
    """Many writers at once, in this process and in another, leave every correction whole and no partial file."""
    fields = [f"field_{chr(97 + n)}" for n in range(20)]
    code = (
        "import sys; from pathlib import Path; from tests.server.test_corrections import keep\n"
        "[keep(Path(sys.argv[1]), 'other_' + chr(97 + n), 'x' * n + 'y') for n in range(20)]"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT) as other:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda n: keep(tmp_path, fields[n % 20], "took"), range(200)))
        assert other.wait() == 0

    found = known(tmp_path)
    assert len(found.of(HEADER)) == 40
    assert found.broken == ()
    assert list((tmp_path / FOLDER).rglob("*.partial")) == []
