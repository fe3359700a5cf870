"""A log of 50 MB is dropped on the page and becomes a score; how long that takes, and how much memory, is told."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.served import BROWSER, Watch, alive, demo
from tests.logs import csv_log

pytestmark = [*BROWSER, pytest.mark.soak, pytest.mark.skipif(not Path("/proc/self").exists(), reason="memory is read from /proc")]  # fmt: skip

#: Calls a day for four weeks that make about 50 MB; seconds and megabytes that it may take.
_A_DAY, _MOST_SECONDS, _MOST_MB = 28_000, 120, 1500


def _peak_mb(workspace):
    """Return the most memory that the server of a workspace has held, in MB."""
    for process in Path("/proc").glob("[0-9]*"):
        if str(workspace).encode() in (process / "cmdline").read_bytes().split(b"\0"):
            return int(re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())[1]) / 1000
    raise AssertionError("the server is gone")


def test_fifty_megabytes_become_a_score(browser, tmp_path, record_property):
    """From the file to its score in sight there are less than two minutes on a busy machine, and the server stays small."""
    log, workspace = tmp_path / "globex.csv", tmp_path / "workspace"
    log.write_bytes(csv_log(a_day=_A_DAY))
    with demo(workspace) as address:
        page = browser.new_page()
        watch = Watch(page, address)
        page.goto(address)
        alive(page)
        before, begun = _peak_mb(workspace), time.perf_counter()
        page.locator("input[type=file]").set_input_files(log)
        expect(page.get_by_role("heading", name="Globex")).to_be_visible(timeout=2 * _MOST_SECONDS * 1000)
        expect(page.locator(".th-score b")).to_be_visible()
        seconds, peak = time.perf_counter() - begun, _peak_mb(workspace)
        page.close()

    size = log.stat().st_size / 1e6
    record_property(f"{size:.0f} MB from the file to its score", f"{seconds:.1f} s (bar {_MOST_SECONDS})")
    record_property("memory of the server before and at most", f"{before:.0f} and {peak:.0f} MB (bar {_MOST_MB})")
    assert size >= 50
    assert (seconds < _MOST_SECONDS, peak < _MOST_MB) == (True, True)
    assert watch.errors == []
