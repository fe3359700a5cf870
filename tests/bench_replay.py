"""What it costs to judge every day of 90 as if it were today: 12 integrations, half of them degraded half of the time.

Run by `make bench`. The baseline, measured in the same run, is the assessment of the last day alone, charts and all; the
ratio changes least with the machine. The bar is five seconds for the replay of a rollup.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from techhealth.assess import assess, replay
from techhealth.model import Grade, Kind, Receipt, Trust
from techhealth.sample.draws import Draws
from techhealth.sample.families.change import Change
from techhealth.sample.families.log import DAY_MS, Named, events_of
from techhealth.sample.families.mechanisms import everywhere, large_requests, one_endpoint, rate_limit
from techhealth.sample.families.traffic import ENDPOINTS, Traffic, luck, ordinary
from techhealth.usage.events import Usage
from techhealth.usage.rollup import Rollup, roll_up

DAYS, INTEGRATIONS, CALLS, RUNS = 90, 12, 400.0, 3
#: Most CPU seconds that the replay may take.
MOST_S = 5.0
_FIRST = date(2026, 1, 5)
_MECHANISMS = (everywhere(500), rate_limit, one_endpoint, large_requests)


def rolled() -> Rollup:
    """Return the rollup of the log."""
    usage = Usage(events=pl.concat([_events(number) for number in range(INTEGRATIONS)]).sort("at"), receipt=_receipt())
    return roll_up(usage)


def _events(number: int) -> pl.DataFrame:
    """Return the calls of one integration; every other one degrades over the second half."""
    draws = Draws(number, "replay")
    traffic = Traffic(kind=Kind.API, calls=CALLS, volume=np.ones(DAYS), utc_offset_h=np.zeros(DAYS, dtype=np.int64))
    log = ordinary(traffic, weekday=0, draws=draws)
    if number % 2:
        change = Change(
            onset_ms=DAYS // 2 * DAY_MS, days_to_peak=25, peak=0.2, bend=1.2, luck=luck(draws, DAYS, varies=0.35)
        )
        log, _ = _MECHANISMS[number // 2 % len(_MECHANISMS)](log, change, draws)
    endpoints = [f"GET /v1/things{position}" for position in range(ENDPOINTS)]
    clients = [f"sdk/1.{position}" for position in range(int(log.client.max()) + 1)]
    named = Named(name=f"Integration {number:02}", kind=Kind.API, endpoints=endpoints, clients=clients)
    return events_of(log, named, customer="Acme", first=_FIRST)


def _receipt() -> Receipt:
    """Return a receipt of the least that is needed."""
    return Receipt(
        files=(), events=0, api_calls=0, webhook_deliveries=0, auth_events=0, integrations=INTEGRATIONS, duplicates=0,
        trust=Trust(grade=Grade.A, reasons=()), customers=("Acme",), integration_names=(), first=None, last=None,
    )  # fmt: skip


def _cost(run: Callable[[], object]) -> tuple[float, float]:
    """Return seconds of wall clock and CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> int:
    """Print the figures; return 1 if the replay takes longer than it may."""
    rollup = rolled()
    degraded = {one.integration for day in replay(rollup, days=1).days for one in day.issues}
    print(
        f"{DAYS} days, {INTEGRATIONS} integrations, {rollup.hourly['calls'].sum():,} calls, issues in {len(degraded)}"
    )
    found = {
        "replay of every day": _best(lambda: replay(rollup)),
        "assessment of the last day": _best(lambda: assess(rollup)),
    }
    print(f"{'':28} {'wall s':>9} {'CPU s':>9}")
    for name, (wall, cpu) in found.items():
        print(f"{name:28} {wall:9.2f} {cpu:9.2f}")
    (_, ours), (_, floor) = found.values()
    print(f"ratio of CPU {ours / floor:.1f}, {ours:.1f} s of at most {MOST_S:.0f}")
    return int(ours > MOST_S)


def _best(run: Callable[[], object]) -> tuple[float, float]:
    return min((_cost(run) for _ in range(RUNS)), key=lambda cost: cost[1])


if __name__ == "__main__":
    sys.exit(main())
