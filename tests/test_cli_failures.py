"""The command line where the machine fails: one sentence, its exit status, and no traceback."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.logs import csv_log
from tests.test_cli import ROOT, run


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_sentence(tmp_path):
    """What cannot be written ends with status 1, whether it is little or much."""
    log = tmp_path / "log.csv"
    log.write_bytes(csv_log(days=2))
    for command in ("inspect", "analyze"):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "techhealth", command, str(log)], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
            )  # fmt: skip
        assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
        assert b"No space left" in done.stderr


def test_a_store_that_breaks_is_one_sentence(tmp_path):
    """A database without its tables is told with status 1."""
    assert run("customers", "list", "--workspace", tmp_path).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "store.sqlite")) as connection:
        connection.execute("DROP TABLE customers")
    done = run("customers", "list", "--workspace", tmp_path)

    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "the store cannot be used (no such table: customers)" in done.stderr
