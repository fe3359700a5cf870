"""What the report of the worked example costs, the first time and with the chart library kept, beside judging the same log alone.

Run by `make bench`. All are whole processes, as in `bench_100k`; the ratio is that of their CPU time, which a busy machine
changes least. The bars are seconds of wall clock, and hold for the fastest of the runs: others slow a run, and never speed one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.bench_100k import Cost, cost_of, report

RUNS = 5
#: Most seconds that a report may take with the chart library kept, and the first time; most bytes that it may have.
KEPT_S, FIRST_S, LARGEST = 3.0, 8.0, 1_500_000
LOG = ("data/acme_api_logs_jan2026.json.gz", "--policy", "data/acme.toml")


def ran(verb: str, *options: str) -> Cost:
    """Return what a command on the log costs."""
    return cost_of([sys.executable, "-m", "techhealth", verb, *LOG, *options])


def main() -> int:
    """Print the figures; return 1 if a report takes longer, or is larger, than it may be."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # whoever installs the package keeps its compiled modules
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name), Path(name, "out.html")
        json, html = ("--json", str(folder / "out.json")), ("-o", str(out))
        ran("analyze", *json)  # the first run writes Python's caches
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        first = ran("report", *html)
        pairs = [(ran("report", *html), ran("analyze", *json)) for _ in range(RUNS)]
        size = out.stat().st_size
    reports, alone = zip(*pairs, strict=True)
    print(f"{'':28} {'best s':>9} {'median s':>9} {'CPU s':>9} {'peak MiB':>9}")
    report("techhealth report, first", [first])
    report("techhealth report", list(reports))
    report("techhealth analyze", list(alone))
    ratios = sorted(ours.cpu_s / theirs.cpu_s for ours, theirs in pairs)
    fastest = min(cost.wall_s for cost in reports)
    print(f"ratio of CPU {ratios[RUNS // 2]:.1f}; {fastest:.1f} s of at most {KEPT_S:.0f}, the first time {first.wall_s:.1f} of {FIRST_S:.0f}, {size / 1e6:.2f} MB")  # fmt: skip
    return int(fastest > KEPT_S or first.wall_s > FIRST_S or size > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
