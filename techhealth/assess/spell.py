"""How it fails right now: the one run of hours in which far more failed than in all others, and whether it is over.

A mean of seven days hides what is two days old, and keeps for a week what was over in a day. So the hours of the last two
weeks are searched for the run that parts best from all others; it counts where the same hours of the other days are far
better, for what comes back at its hours is a pattern and no spell. What paused before and came back has not ended with
a pause no longer.

Source: Kulldorff 1997 (scan statistic, binomial form).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from techhealth.assess.causes.evidence import Evidence
from techhealth.assess.causes.tally import Indices
from techhealth.assess.facts import Facts
from techhealth.assess.onset import deviance
from techhealth.assess.rates import Counts, Daily, Floats, dispersion, dispersion_of_sums, excess_z, jeffreys
from techhealth.model import Days, Spell
from techhealth.policy import Policy
from techhealth.usage.local import midnight

#: Days searched, in current windows: the run needs other days beside it.
_WINDOWS = 2
#: A spell fails so many times as often as the same hours of other days.
_APART = 2.0
#: Level of the intervals by which a spell is over: where it ends was chosen, and calm hours are found in any.
_SURE = 0.999
#: A run ends with a calm that says so many times as much as the longest pause within it, and recurs after so many pauses.
_LONGER, _PAUSES = 2.0, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A spell, its failures `k` and calls `n` a day (elements as those of the facts), and the lower end of its rate.

    It `recurs` where it came back after it ended, or paused more than once and has not been calm for longer since.
    """

    spell: Spell
    k: Counts
    n: Counts
    least: float
    recurs: bool


def spell_of(facts: Facts, evidence: Evidence, *, window: Days, policy: Policy) -> Found | None:
    """Return the spell in which an integration's calls, deliveries or auth events failed most, None where there is none.

    It is present unless what came after it is surely better.

    Args:
        facts: of the integration, as of the last day.
        evidence: of the kind of rows in question; of later days nothing is looked at.
        window: the current window.
        policy: for how clear it has to be.
    """
    searched = max(facts.days.first, facts.days.last - timedelta(days=_WINDOWS * policy.windows.current_days - 1))
    part = slice(*((on - evidence.days.first).days for on in (searched, facts.days.last + timedelta(days=1))))
    calls, late = evidence.calls[part], slice(max(0, (window.first - searched).days), None)
    failures = sum((grid[part] for grid in evidence.by_code.values()), np.zeros_like(calls))
    if not _stands_out(failures.sum(axis=1), calls.sum(axis=1), late=late, fewest=policy.detection.minimum_failures):
        return None
    failed, known = failures.ravel(), calls.ravel()
    seen = np.flatnonzero(known)
    run = _run(failed[seen], known[seen], seen % 24, chance=policy.causes.outage_chance)
    if run is None:
        return None
    inside, after = seen[slice(*run)], seen[run[1] :]
    paused, recurs = _pauses(failed[seen], known[seen], run, chance=policy.causes.outage_chance)
    again = len(after) and _run(failed[after], known[after], after % 24, chance=policy.causes.outage_chance)
    if len(after) and (paused or not _is_better(failed, known, inside, after)):
        inside, after = seen[run[0] :], after[:0]
    least = _interval(failed[inside], known[inside])[0]
    ends = [_instant(searched, hours[0], policy) if len(hours) else None for hours in (inside, after)]
    first = ends[0] or _instant(searched, 0, policy)
    sums = [int(of[hours].sum()) for hours in (inside, after) for of in (failed, known)]
    k, n = (
        _by_day(of[inside], inside // 24 + (searched - facts.days.first).days, facts.days.days)
        for of in (failed, known)
    )
    if not _beyond_luck(k, n, evidence, facts.days, policy):
        return None
    spell = Spell(first=first, last=ends[1], k=sums[0], n=sums[1], k_after=sums[2], n_after=sums[3])
    return Found(spell=spell, k=k, n=n, least=least, recurs=recurs or bool(again))


def _stands_out(k: Floats, n: Floats, *, late: slice, fewest: int) -> bool:
    """Return whether a late day fails far more than the others together; as of most, its hours are not looked at."""
    rest, others = k.sum() - k[late], n.sum() - n[late]
    return bool(((k[late] >= fewest) & (k[late] * others > _APART * rest * n[late])).any())


def _run(k: Daily, n: Daily, clock: Indices, *, chance: float) -> tuple[int, int] | None:
    """Return the run of hours, the first and one after the last, that parts best from all others, if it stands apart."""
    failures, calls = (np.concatenate([[0.0], np.cumsum(of)]) for of in (k, n))
    starts, ends = np.triu_indices(len(calls), 1)
    inside, tried = failures[ends] - failures[starts], calls[ends] - calls[starts]
    outside, others = failures[-1] - inside, calls[-1] - tried
    won = deviance(failures[-1], calls[-1]) - deviance(inside, tried) - deviance(outside, others)
    best = int(np.argmax(np.where(inside * others > outside * tried, won, 0.0)))
    start, end = int(starts[best]), int(ends[best])
    needed = 2 * dispersion(k, n) * (2 * math.log(len(k)) - math.log(chance))
    if won[best] <= needed:
        return None
    within = np.zeros(len(k), dtype=bool)
    within[start:end] = True
    same, all_same = (np.bincount(clock, weights=of * ~within, minlength=24) for of in (k, n))
    elsewhere = (same.sum() + 0.5) / (all_same.sum() + 1)  # of an hour without other calls as well
    usual = float((n[within] * ((same + elsewhere) / (all_same + 1))[clock[within]]).sum())
    return (start, end) if k[within].sum() > _APART * usual else None


def _beyond_luck(k: Counts, n: Counts, evidence: Evidence, days: Days, policy: Policy) -> bool:
    """Return whether a spell is worse than bad days in rows are: hours are no evidence each, for they share their day's luck."""
    part = slice(*((on - evidence.days.first).days for on in (days.first, days.last + timedelta(days=1))))
    failures = sum((grid[part].sum(axis=1) for grid in evidence.by_code.values()), np.zeros(days.days))
    others, known = failures - k, evidence.calls[part].sum(axis=1) - n
    phi = dispersion_of_sums(others, known, variation=policy.detection.rate_variation)
    spell, baseline = (int(k.sum()), int(n.sum())), (int(others.sum()), int(known.sum()))
    return excess_z(recent=spell, baseline=baseline, phi=phi) > policy.detection.z_without_worst_day


def _pauses(k: Daily, n: Daily, run: tuple[int, int], *, chance: float) -> tuple[bool, bool]:
    """Return whether the calm after a run of hours is but another pause of it, and whether it so recurs, after several.

    A calm weighs what it wins, in log likelihood, by failing no more than the hours outside the run.

    Source: Page 1954 (cumulative sums).
    """
    within = np.zeros(len(k), dtype=bool)
    within[slice(*run)] = True
    failing, usual = ((k[of].sum() + 0.5) / (n[of].sum() + 1) for of in (within, ~within))
    won = k * math.log(usual / failing) + (n - k) * math.log((1 - usual) / (1 - failing))
    total = np.concatenate([[0.0], np.cumsum(won[within])])
    lowest = np.minimum.accumulate(total)
    pauses = np.maximum.reduceat(total - lowest, np.flatnonzero(total == lowest))
    paused = bool(won[run[1] :].sum() <= _LONGER * pauses.max())
    several = np.count_nonzero(pauses > math.log(len(k)) - math.log(chance)) >= _PAUSES
    return paused, paused and bool(several)


def _is_better(k: Floats, n: Floats, inside: Indices, after: Indices) -> bool:
    """Return whether the hours after a run fail surely less than it did, and than it did at these hours of the day."""
    rate = k[inside].sum() / n[inside].sum()
    failed, tried = (np.bincount(inside % 24, weights=of[inside], minlength=24) for of in (k, n))
    expected = n[after] @ ((failed + rate) / (tried + 1))[after % 24]
    same = min(1.0, float(expected / (n[after].sum() * rate)))
    most, least = (_interval(k[of], n[of], level=_SURE)[end] for of, end in ((after, 1), (inside, 0)))
    return most < same * least


def _by_day(amounts: Floats, days: Indices, width: int) -> Counts:
    return np.bincount(days, weights=amounts, minlength=width).astype(np.int64)


def _instant(first: date, hour: int, policy: Policy) -> datetime:
    """Return the instant of a local hour, counted from a day's first."""
    return midnight(first + timedelta(days=int(hour) // 24), ZoneInfo(policy.timezone), hour=int(hour) % 24)


def _interval(k: Daily, n: Daily, *, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a rate over some hours, which vary more than calls do."""
    return jeffreys(float(k.sum()), float(n.sum()), phi=dispersion(k, n), level=level)
