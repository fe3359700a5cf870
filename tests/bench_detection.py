"""How well degradations are detected, dated and explained, and how often clean traffic is taken for one.

Run by `make bench-detection`. Each family of `techhealth sample` is planted with several seeds and replayed as of each
day. The table's seeds start at 1000; settings are chosen on seeds below 100.

    python -m tests.bench_detection --seeds 1000-1007 --families limit,size --policy acme.toml --details
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from statistics import median

import numpy as np

from techhealth.policy import Policy
from techhealth.sample.families import CLEAN, DEGRADATIONS
from tests.bench_detection_replay import Degraded, Untroubled, replay_clean, replay_degraded

JOBS, _MONTH = 2, 30.44
Interval = tuple[float, float]


def main() -> None:
    """Replay what is asked for and print both tables and the bars."""
    asked = _arguments()
    policy = Policy.from_toml(asked.policy) if asked.policy else Policy()
    started = time.perf_counter()
    names = asked.families.split(",") if asked.families else [*DEGRADATIONS, *CLEAN]
    first, last = (int(end) for end in asked.seeds.split("-"))
    tasks = [(name, seed) for name in names for seed in range(first, last + 1)]
    with ProcessPoolExecutor(JOBS, initializer=partial(os.nice, 10)) as pool:
        results = list(pool.map(partial(_replay, policy=policy), tasks))
    degraded = [one for one in results if isinstance(one, Degraded)]
    clean = [one for one in results if isinstance(one, Untroubled)]
    print(
        f"{len(degraded)} degradations, {len(clean)} clean logs, seeds {asked.seeds}, {time.perf_counter() - started:.0f} s\n"
    )
    if degraded:
        _print_degraded(degraded)
    if clean:
        _print_clean(clean)
    _print_bars(degraded, clean)
    if asked.details:
        _print_details(degraded, clean)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", default="1000-1007", help="first and last seed [1000-1007]")
    parser.add_argument("--families", help="names, separated by commas [all]")
    parser.add_argument("--policy", help="policy file [the defaults]")
    parser.add_argument("--details", action="store_true", help="print what was said of each log")
    return parser.parse_args()


def _replay(task: tuple[str, int], *, policy: Policy) -> Degraded | Untroubled:
    name, seed = task
    return replay_degraded(name, seed, policy) if name in DEGRADATIONS else replay_clean(name, seed, policy)


def wilson(hits: int, of: int) -> Interval:
    """Return the 95 % interval of a share.

    Source: Wilson (1927).
    """
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(hits, of, method="wilson") if of else (0.0, 1.0)
    return float(low), float(high)


def poisson(events: int, exposure: float) -> Interval:
    """Return the exact 95 % interval of a rate.

    Source: Garwood (1936).
    """
    from scipy.stats import chi2

    low = chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    return float(low / exposure), float(chi2.ppf(0.975, 2 * events + 2) / 2 / exposure)


def _share(ones: Sequence[Degraded], hit: Callable[[Degraded], bool | None]) -> tuple[int, int]:
    """Return how many hit, of those that can."""
    known = [value for one in ones if (value := hit(one)) is not None]
    return sum(known), len(known)


def _cell(counts: tuple[int, int]) -> str:
    return f"{counts[0]}/{counts[1]}" if counts[1] else "-"


def _in_time(one: Degraded) -> bool | None:
    return None if one.abrupt else one.in_time


def _same_day(one: Degraded) -> bool | None:
    return one.in_time if one.abrupt else None


def _early(one: Degraded) -> bool | None:
    return None if not one.has_time else one.lead is not None and one.lead > 5


def _errors(ones: Sequence[Degraded], *, critical: bool) -> list[float]:
    """Return onset errors in days of those that were seen; without a day they count as infinitely far off."""
    seen = [one for one in ones if one.dated and one.seen_after is not None]
    found = [one.onset_error_critical if critical else one.onset_error_first for one in seen]
    return [float("inf") if error is None else float(error) for error in found]


def _quantiles(errors: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 90th percentile by rank."""
    ranked = sorted(errors)
    return tuple(ranked[min(len(ranked) - 1, int(np.ceil(q * len(ranked)) - 1))] for q in (0.5, 0.9))  # type: ignore[return-value]


def _print_degraded(degraded: Sequence[Degraded]) -> None:
    print(
        f"{'family':18} {'in time':>8} {'lead>5':>7} {'lead':>5} {'cause':>7} {'at crit':>7} {'onset error first':>18} {'critical':>9}"
    )
    families: dict[str, list[Degraded]] = {}
    for one in degraded:
        families.setdefault(one.family, []).append(one)
    for name, ones in [*families.items(), ("all", list(degraded))]:
        leads = [one.lead for one in ones if one.lead is not None and not one.abrupt]
        cells = [_cell(_share(ones, hit)) for hit in (lambda one: one.in_time, _early)]
        causes = [_cell(_share(ones, hit)) for hit in (lambda one: one.cause_first, lambda one: one.cause_critical)]
        off = [_quantiles(errors) if (errors := _errors(ones, critical=at)) else None for at in (False, True)]
        shown = [f"{pair[0]:g} / {pair[1]:g}" if pair else "-" for pair in off]
        lead = f"{median(leads):g}" if leads else "-"
        print(
            f"{name:18} {cells[0]:>8} {cells[1]:>7} {lead:>5} {causes[0]:>7} {causes[1]:>7} {shown[0]:>18} {shown[1]:>9}"
        )
    print()


def _print_clean(clean: Sequence[Untroubled]) -> None:
    print(f"{'clean family':18} {'alarms':>6} {'months':>7} {'a month':>8}")
    families: dict[str, list[Untroubled]] = {}
    for one in clean:
        families.setdefault(one.family, []).append(one)
    for name, ones in [*families.items(), ("all", list(clean))]:
        alarms, months = sum(len(one.alarms) for one in ones), sum(one.days for one in ones) / _MONTH
        print(f"{name:18} {alarms:6} {months:7.1f} {alarms / months:8.3f}")
    print()


def _print_bars(degraded: Sequence[Degraded], clean: Sequence[Untroubled]) -> None:
    """Print each bar with what was measured, its 95 % interval, what is required and what is aimed at."""
    print(f"{'bar':44} {'measured':>9} {'95 % interval':>17} {'required':>9} {'aim':>6}")
    shares: list[tuple[str, Callable[[Degraded], bool | None], float, float]] = [
        ("detected by the critical day, not abrupt", _in_time, 0.97, 0.99),
        ("lead > 5 days, where there are more than 7", _early, 0.85, 0.92),
        ("abrupt, flagged the same day", _same_day, 0.95, 1.00),
        ("cause top-1 at the first alarm", lambda one: one.cause_first, 0.90, 0.96),
        ("cause top-1 when critical", lambda one: one.cause_critical, 0.96, 0.99),
    ]
    for name, hit, required, aim in shares:
        hits, of = _share(degraded, hit)
        if of:
            low, high = wilson(hits, of)
            print(
                f"{name:44} {hits / of:9.1%} {f'{low:.1%} - {high:.1%}':>17} {required:9.0%} {aim:6.0%} {_verdict(hits / of >= required)}"
            )
    if clean:
        alarms, months = sum(len(one.alarms) for one in clean), sum(one.days for one in clean) / _MONTH
        low, high = poisson(alarms, months)
        print(
            f"{'false alarms per clean integration-month':44} {alarms / months:9.3f} {f'{low:.3f} - {high:.3f}':>17} {0.07:9.2f} {0.03:6.2f} {_verdict(alarms / months <= 0.07)}"
        )
    errors = _errors(degraded, critical=True)
    if errors:
        middle, far = _quantiles(errors)
        print(f"{'onset error when critical, median':44} {middle:9g} {'':17} {1.5:9} {1:6} {_verdict(middle <= 1.5)}")
        print(f"{'onset error when critical, 90th percentile':44} {far:9g} {'':17} {5:9} {4:6} {_verdict(far <= 5)}")


def _verdict(met: bool) -> str:
    return "" if met else "not met"


def _print_details(degraded: Sequence[Degraded], clean: Sequence[Untroubled]) -> None:
    print()
    for one in degraded:
        print(f"{one.family} {one.seed}: critical after {one.days_to_critical}, seen after {one.seen_after}, lead {one.lead}, "
              f"cause {one.cause_first} {one.cause_critical}, onset off {one.onset_error_first} {one.onset_error_critical}\n"
              f"    first:    {one.said_first}\n    critical: {one.said_critical}")  # fmt: skip
    for calm in clean:
        for alarm in calm.alarms:
            print(f"{calm.family} {calm.seed}: {alarm}")


if __name__ == "__main__":
    main()
