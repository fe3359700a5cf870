"""What `techhealth inspect` costs beside polars only parsing the file: CSV, JSON lines, a JSON array, and a large array.

Run by `make bench`. All are whole processes, as in `bench_100k`; the ratio is that of their CPU time, which a busy
machine changes least. It is given for whole processes, and without what each takes to start: an inspection of ten rows,
an import of polars. The samples are written by processes of their own, whose memory would else count for the others.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.bench_100k import Cost, cost_of, report

ROWS, MANY, RUNS = 100_000, 1_000_000, 5
#: Most memory that reading the large array may take.
MOST_MIB = 1_229
#: The floors: what polars needs to parse each file, every record looked at for its fields.
PARSE = {
    "csv": "import sys, polars; polars.read_csv(sys.argv[1], infer_schema_length=10_000)",
    "ndjson": "import sys, polars; polars.read_ndjson(sys.argv[1], infer_schema_length=None)",
    "json": "import sys, polars; polars.read_json(sys.argv[1], infer_schema_length=None)",
}


def write_samples(folder: Path, rows: int) -> None:
    """Write the sample as CSV, as JSON lines, and these as one JSON array."""
    lines, array = folder / "log.ndjson", folder / "log.json"
    for log in (folder / "log.csv", lines):
        cost_of([sys.executable, "-m", "techhealth", "sample", "-o", str(log), "--rows", str(rows)])
    with lines.open("rb") as records, array.open("wb") as out:
        out.write(b"[")
        for n, record in enumerate(records):
            out.write((b",\n" if n else b"") + record.rstrip())
        out.write(b"]")


def inspected(log: Path) -> Cost:
    """Return what `techhealth inspect` costs for a log."""
    return cost_of([sys.executable, "-m", "techhealth", "inspect", str(log), "--json", str(log.with_suffix(".out"))])


def main() -> int:
    """Print the figures; return 1 if the large array takes more memory than it may."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # whoever installs the package keeps its compiled modules
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_samples(folder, ROWS)
        print(f"{ROWS:,} rows, {RUNS} runs")
        print(f"{'':28} {'best s':>9} {'median s':>9} {'CPU s':>9} {'peak MiB':>9}")
        ten = folder / "ten.csv"
        ten.write_bytes(b"".join((folder / "log.csv").read_bytes().splitlines(keepends=True)[:11]))
        starts = [(inspected(ten), cost_of([sys.executable, "-c", "import polars"])) for _ in range(RUNS)]
        report("techhealth inspect, ten rows", [ours for ours, _ in starts])
        report("import polars", [floor for _, floor in starts])
        ours_s, floor_s = (sorted(cost.cpu_s for cost in costs)[RUNS // 2] for costs in zip(*starts, strict=True))
        for kind, parse in PARSE.items():
            log = folder / f"log.{kind}"
            inspected(log)  # the first run writes Python's caches
            pairs = [(inspected(log), cost_of([sys.executable, "-c", parse, str(log)])) for _ in range(RUNS)]
            report(f"techhealth inspect, {kind}", [ours for ours, _ in pairs])
            report(f"polars parses, {kind}", [floor for _, floor in pairs])
            ratios = sorted(ours.cpu_s / floor.cpu_s for ours, floor in pairs)
            nets = sorted((ours.cpu_s - ours_s) / (floor.cpu_s - floor_s) for ours, floor in pairs)
            print(f"ratio of CPU {ratios[RUNS // 2]:.1f}, without the starts {nets[RUNS // 2]:.1f}")
        write_samples(folder, MANY)
        large = folder / "log.json"
        cost = inspected(large)
        print(f"JSON array of {MANY:,} rows, {large.stat().st_size / 1e6:.0f} MB: peak {cost.peak_mib:,.0f} MiB, at most {MOST_MIB:,}")  # fmt: skip
        return int(cost.peak_mib > MOST_MIB)


if __name__ == "__main__":
    sys.exit(main())
