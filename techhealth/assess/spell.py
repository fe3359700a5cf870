"""How it fails right now: the one run of hours in which far more failed than in all others, and whether it is over.

A mean of seven days hides what is two days old, and keeps for a week what was over in a day. So the hours of the last two
weeks are searched for the run that parts best from all others; it counts where the same hours of the other days are far
better, for what comes back at its hours is a pattern and no spell.

Source: Kulldorff 1997 (scan statistic, binomial form).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from techhealth.assess.facts import Facts
from techhealth.assess.onset import deviance
from techhealth.assess.rates import Counts, dispersion, jeffreys
from techhealth.model import Days, Kind, Spell
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

#: Days searched, in current windows: the run needs other days beside it.
_WINDOWS = 2
#: A spell fails so many times as often as the same hours of other days.
_APART = 2.0
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A spell, its failures `k` and calls `n` a day (elements as those of the facts), and the lower end of its rate."""

    spell: Spell
    k: Counts
    n: Counts
    least: float


def by_hour(
    rollup: Rollup, *, integration: str, kinds: Sequence[Kind], first: datetime, hours: int
) -> tuple[Counts, Counts]:
    """Return failures and calls of known outcome in each of so many hours from an instant on."""
    rows = rollup.hourly.filter(
        pl.col("integration") == integration, pl.col("kind").is_in([kind.value for kind in kinds]),
        pl.col("ok").is_not_null(), pl.col("at").is_between(first, first + hours * HOUR, closed="left"),
    )  # fmt: skip
    hour, calls = (rows["at"] - first).dt.total_hours().to_numpy(), rows["calls"].to_numpy()
    failed, known = (np.bincount(hour, weights=of, minlength=hours) for of in (calls * ~rows["ok"].to_numpy(), calls))
    return failed.astype(np.int64), known.astype(np.int64)


def midnight(on: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins in a zone."""
    return datetime.combine(on, time(), zone).astimezone(UTC)


def spell_of(facts: Facts, kind: Kind, rollup: Rollup, *, window: Days, policy: Policy) -> Found | None:
    """Return the spell in which an integration's calls, deliveries or auth events failed most, None where there is none.

    It is present unless what came after it is surely better.
    """
    stream, part = facts.stream(kind), facts.between(window)
    k, n = stream.failures[part], stream.known[part]
    if not ((k > policy.detection.critical_rate * n) & (k >= policy.causes.minimum_failures)).any():
        return None  # as most days: the hours need not be looked at
    zone = ZoneInfo(rollup.timezone)
    back = timedelta(days=_WINDOWS * policy.windows.current_days - 1)
    first = midnight(max(facts.days.first, facts.days.last - back), zone)
    hours = (midnight(facts.days.last + timedelta(days=1), zone) - first) // HOUR
    failed, known = by_hour(rollup, integration=facts.name, kinds=[kind], first=first, hours=hours)
    seen = np.flatnonzero(known)
    clock = np.array([(first + int(hour) * HOUR).astimezone(zone).hour for hour in seen])
    run = _run(failed[seen], known[seen], clock, chance=policy.causes.outage_chance)
    if run is None:
        return None
    start, end = run
    after = seen[end:]
    least = _interval(failed[seen[start:end]], known[seen[start:end]])[0]
    if len(after) and _interval(failed[after], known[after])[1] >= least:
        end, after = len(seen), after[:0]  # not surely better
    inside = seen[start:end]
    days = [(first + int(hour) * HOUR).astimezone(zone).date() for hour in inside]
    place = [(on - facts.days.first).days for on in days]
    by_day = [
        np.bincount(place, weights=of[inside], minlength=facts.days.days).astype(np.int64) for of in (failed, known)
    ]
    return Found(
        spell=Spell(
            first=first + int(inside[0]) * HOUR, last=first + int(after[0]) * HOUR if len(after) else None,
            k=int(failed[inside].sum()), n=int(known[inside].sum()),
            k_after=int(failed[after].sum()), n_after=int(known[after].sum()),
        ),
        k=by_day[0], n=by_day[1], least=_interval(failed[inside], known[inside])[0],
    )  # fmt: skip


def _run(k: Counts, n: Counts, clock: Counts, *, chance: float) -> tuple[int, int] | None:
    """Return the run of hours, the first and one after the last, that parts best from all others, if it stands apart."""
    failures, calls = (np.concatenate([[0.0], np.cumsum(of)]) for of in (k, n))
    inside, tried = failures[None, :] - failures[:, None], calls[None, :] - calls[:, None]
    outside, others = failures[-1] - inside, calls[-1] - tried
    with np.errstate(divide="ignore", invalid="ignore"):
        won = deviance(failures[-1], calls[-1]) - deviance(inside, tried) - deviance(outside, others)
    won = np.where((tried > 0) & (others > 0) & (inside * others > outside * tried), won, 0.0)
    start, end = (int(edge) for edge in np.unravel_index(int(np.argmax(won)), won.shape))
    needed = 2 * dispersion(k, n) * (2 * math.log(len(k)) - math.log(chance))
    if won[start, end] <= needed:
        return None
    within = np.zeros(len(k), dtype=bool)
    within[start:end] = True
    same, all_same = (np.bincount(clock, weights=of * ~within, minlength=24) for of in (k, n))
    usual = float((n[within] * ((same + 0.5) / (all_same + 1))[clock[within]]).sum())
    return (start, end) if k[within].sum() > _APART * usual else None


def _interval(k: Counts, n: Counts) -> tuple[float, float]:
    """Return the interval of a rate over some hours, which vary more than calls do."""
    return jeffreys(float(k.sum()), float(n.sum()), phi=dispersion(k, n))
