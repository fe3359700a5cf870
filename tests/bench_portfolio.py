"""What it costs to open the portfolio of 200 customers, each with 12 integrations over 90 days, from the store.

Run by `make bench`. The baseline, measured in the same run, is reading the bytes of the same rows and nothing else; the
ratio changes least with the machine. The bar is three seconds from the store to the page's markup.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import select

from techhealth.assess import assess
from techhealth.model import Assessment, DailyScore
from techhealth.present import page
from techhealth.store import Store, connect, keep, portfolio, save_assessment, tables
from tests.bench_replay import rolled
from tests.store.usages import usage

CUSTOMERS, RUNS = 200, 3
_TODAY = date(2026, 1, 29)
#: Most seconds that opening may take.
MOST_S = 3.0


def filled(folder: Path) -> Store:
    """Return a store with one real assessment for each customer, their scores and names apart."""
    store, found = connect(folder), assess(rolled())
    for number in range(CUSTOMERS):
        name = f"Customer {number:03}"
        upload = keep(store, usage(range(3), name=name, customer=name), customer=name)
        save_assessment(store, upload, _of(found, name, lower=number % 40))
    return store


def _of(found: Assessment, name: str, *, lower: float) -> Assessment:
    """Return an assessment as another customer's, its scores so many points lower and its issues begun elsewhen."""
    days = tuple(
        DailyScore(on=day.on, value=day.value and max(0.0, day.value - lower)) for day in found.timeline.daily_score
    )
    issues = tuple(
        replace(issue, began=issue.began and replace(issue.began, at=issue.began.at - timedelta(hours=7 * lower)))
        for issue in found.issues
    )
    return replace(
        found, generated_for=replace(found.generated_for, customer=name), issues=issues,
        score=replace(found.score, value=max(0.0, (found.score.value or 0.0) - lower)),
        timeline=replace(found.timeline, daily_score=days),
    )  # fmt: skip


def measure(store: Store) -> dict[str, float]:
    """Return the fastest of some runs in seconds: opening, its parts, the baseline, and what is avoided."""
    column = tables.assessments.c
    rows = {name: select(column[name]) for name in ("summary", "document")}

    def read(name: str) -> list[bytes]:
        with store.reading() as connection:
            return list(connection.execute(rows[name]).scalars())

    board = portfolio(store, today=_TODAY)
    return {
        "from the store to the board": _fastest(lambda: portfolio(store, today=_TODAY)),
        "from the board to markup": _fastest(lambda: page.portfolio_page(board)),
        "reading the same bytes (baseline)": _fastest(lambda: read("summary")),
        "opening every document instead": _fastest(
            lambda: [msgspec.json.decode(one, type=Assessment) for one in read("document")]
        ),
    }


def _fastest(run: Callable[[], object]) -> float:
    def once() -> float:
        begun = time.perf_counter()
        run()
        return time.perf_counter() - begun

    return min(once() for _ in range(RUNS))


def main() -> int:
    """Print the table and return 1 if the bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder))
        found = measure(store)
        store.engine.dispose()
    baseline = found["reading the same bytes (baseline)"]
    for name, seconds in found.items():
        print(f"{name:<36}{seconds * 1000:>9.1f} ms{seconds / baseline:>8.1f} x")
    opening = found["from the store to the board"] + found["from the board to markup"]
    print(f"opening {CUSTOMERS} customers: {opening:.2f} s (bar {MOST_S:.0f} s)")
    return int(opening > MOST_S)


if __name__ == "__main__":
    sys.exit(main())
