"""How often the intervals hold what was planted: the day a rise began, and the days until its rate is critical.

Run by `make bench-detection`. Ramps of three shapes are judged as of the first day on which a forecast is given, and as of
a day drawn from those between onset and critical day; steps, slow climbs and level rates must see no breach. The table's
seeds start at 1000; what the intervals are made from was chosen on seeds below 200.

    python -m tests.bench_intervals --seeds 1000-1199
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from techhealth.assess.detect import degradation
from techhealth.assess.forecast import forecast
from techhealth.policy import Policy
from tests.bench_detection import JOBS, wilson
from tests.ramps import FIRST, LENGTH, Planted, flat, ramp, slow, step

#: Days without a breach that are looked at after the beginning of what was planted: a step or climb is one by then.
_AFTER, _LOOKED_AT = 10, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was said of a log as of one day; None where nothing was.

    Attributes:
        onset_held: whether the interval of the onset holds the planted day.
        breach_held: whether the interval of the days until the breach holds the true number.
        breach_said: whether a breach was foreseen at all.
        days_off: of the onset.
    """

    shape: str
    onset_held: bool | None
    breach_held: bool | None
    breach_said: bool
    days_off: int | None


def judged(planted: Planted, day: int) -> Judged:
    """Return what is said at the end of a day, held against the truth."""
    found = degradation(planted.as_of(day), Policy())
    onset = found.onset if found else None
    outlook = forecast(found, Policy()) if found else None
    interval = outlook.interval if outlook else None
    on, low, high = ((one - FIRST).days for one in (onset.on, onset.earliest, onset.latest)) if onset else (0, 0, 0)
    left = planted.breach - day
    return Judged(
        shape=planted.shape,
        onset_held=low <= planted.onset <= high if onset else None,
        breach_held=interval[0] <= left <= (interval[1] if interval[1] is not None else np.inf) if interval else None,
        breach_said=interval is not None,
        days_off=abs(on - planted.onset) if onset else None,
    )


def first_and_any(seed: int) -> tuple[Judged | None, Judged | None]:
    """Return what is said of a ramp on the first day with a forecast, and on a day drawn from all before the breach."""
    planted = ramp(seed)
    days = range(planted.onset + 2, int(min(planted.breach, LENGTH)))
    first = next((one for day in days if (one := judged(planted, day)).breach_said), None)
    drawn = judged(planted, int(np.random.default_rng((9, seed)).choice(days)))
    return first, drawn


def without_breach(plant: Callable[[int], Planted], seed: int) -> Judged:
    """Return what is said, on a day drawn from those after its onset, of a log that sees no breach."""
    planted = plant(seed)
    first = min(planted.onset + _AFTER, LENGTH - _LOOKED_AT)
    return judged(planted, int(np.random.default_rng((9, seed)).integers(first, first + _LOOKED_AT)))


def main() -> None:
    """Print both coverages by shape, and how often a breach is foreseen where none comes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", default="1000-1199", help="first and last seed [1000-1199]")
    first, last = (int(end) for end in parser.parse_args().seeds.split("-"))
    seeds = range(first, last + 1)
    with ProcessPoolExecutor(JOBS) as pool:
        ramps = list(pool.map(first_and_any, seeds, chunksize=5))
        calm = {plant.__name__: list(pool.map(partial(without_breach, plant), seeds)) for plant in (step, slow, flat)}
    print(
        f"80 % intervals over {len(ramps)} ramps, as of the first day with a forecast and as of any day; wanted: 72-88 %\n"
    )
    print(f"{'as of':8} {'shape':22} {'onset held':>26} {'breach held':>26} {'onset off, median / 90 %':>25}")
    for name, ones in (("first", [one for one, _ in ramps if one]), ("any", [one for _, one in ramps if one])):
        for shape in ("all", *dict.fromkeys(one.shape for one in ones)):
            _print_row(name, shape, [one for one in ones if shape in ("all", one.shape)])
    for name, ones in calm.items():
        said = sum(one.breach_said for one in ones)
        print(
            f"{name}: a breach is foreseen in {said} of {len(ones)} logs, held {sum(bool(one.breach_held) for one in ones)}"
        )


def _print_row(name: str, shape: str, ones: Sequence[Judged]) -> None:
    onset, breach = (
        [held for one in ones if (held := getattr(one, of)) is not None] for of in ("onset_held", "breach_held")
    )
    off = [one.days_off for one in ones if one.days_off is not None]
    middle, far = np.quantile(off, [0.5, 0.9], method="higher")
    print(f"{name:8} {shape:22} {_cell(onset):>26} {_cell(breach):>26} {f'{middle} / {far} days':>25}")


def _cell(held: Sequence[bool]) -> str:
    low, high = wilson(sum(held), len(held))
    return f"{sum(held)}/{len(held)} {sum(held) / max(len(held), 1):.0%} ({low:.0%}-{high:.0%})"


if __name__ == "__main__":
    main()
