"""How long `techhealth analyze X.csv --json out.json` takes for 100,000 rows, beside polars only parsing the file.

Run by `make bench`. Both are whole processes, started five times; wall clock, CPU time and peak memory are those the
operating system counts for the process.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from techhealth.sample import write_sample

ROWS, RUNS = 100_000, 5
#: The floor: a typed, streaming parse of the same file that keeps nothing.
PARSE = """
import sys
import polars as pl
schema = pl.scan_csv(sys.argv[1], infer_schema_length=10_000, try_parse_dates=True).collect_schema()
pl.scan_csv(sys.argv[1], schema=schema, try_parse_dates=True).select(pl.all().count()).collect(engine="streaming")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one process took: seconds of wall clock and CPU, and its peak memory in MiB."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def cost_of(command: list[str]) -> Cost:
    """Run a command once and return its cost; a failure ends the benchmark."""
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    per_mib = 1024 if sys.platform != "darwin" else 1024 * 1024  # ru_maxrss: KiB on Linux, bytes on macOS
    return Cost(wall_s=wall, cpu_s=used.ru_utime + used.ru_stime, peak_mib=used.ru_maxrss / per_mib)


def report(name: str, costs: list[Cost]) -> float:
    """Print one line of the table and return the median wall clock."""
    walls = [cost.wall_s for cost in costs]
    cpu, peak = statistics.median(cost.cpu_s for cost in costs), max(cost.peak_mib for cost in costs)
    middle = statistics.median(walls)
    print(f"{name:28} {min(walls):9.2f} {middle:9.2f} {cpu:9.2f} {peak:9.0f}")
    return middle


def main() -> None:
    """Write the sample, run both commands, print both figures and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        log, out = Path(folder, "log.csv"), Path(folder, "out.json")
        write_sample("acme", out=log, rows=ROWS)
        with log.open("rb") as lines:
            rows = sum(1 for _ in lines) - 1
        print(f"{rows:,} rows, {log.stat().st_size / 1e6:.1f} MB, {RUNS} runs")
        print(f"{'':28} {'best s':>9} {'median s':>9} {'CPU s':>9} {'peak MiB':>9}")
        analyze = [sys.executable, "-m", "techhealth", "analyze", str(log), "--json", str(out)]
        parse = [sys.executable, "-c", PARSE, str(log)]
        ours = report("techhealth analyze --json", [cost_of(analyze) for _ in range(RUNS)])
        floor = report("polars parses, nothing else", [cost_of(parse) for _ in range(RUNS)])
        print(f"ratio {ours / floor:.1f}")


if __name__ == "__main__":
    main()
