"""Since when: cut a daily series of failures into levels and date the first rise.

Failures are binomial counts, so a segment costs -2 log likelihood of its own rate, and busy days weigh more than quiet
ones. Days vary more than calls do: every cost is compared with a penalty scaled by the overdispersion phi, estimated
from successive differences so that the change itself does not hide in it.

Source: Jackson et al. 2005 (the best cuts, exactly); Killick, Fearnhead & Eckley 2012 (the penalty); von Neumann 1941
(successive differences).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from techhealth.assess.rates import Daily, Floats, dispersion, remembered, shortest_run
from techhealth.model import Onset
from techhealth.policy import Detection, Policy

#: 95 % point of chi-square with one degree of freedom: what a level must win over another.
_CHI2_95 = 3.84
#: Failures before a rise that reach this part of its level are its beginning; fewer are the background.
_BEGUN = 0.12
#: The exact search takes quadratic time; longer series are cut in blocks of days and dated by the day afterwards.
_LONGEST = 60


def segments(
    k: Floats, n: Floats, *, penalty_factor: float, phi: float | None = None, min_size: int = 2
) -> tuple[int, ...]:
    """Return where a new level begins: indices of the first day of every segment but the first.

    Args:
        k: failures per day.
        n: calls per day, all above 0.
        penalty_factor: a cut must win more than this times phi x log(days) of -2 log likelihood.
        phi: overdispersion; estimated when not given.
        min_size: fewest days of a segment.
    """
    if len(k) < 2 * min_size:
        return ()
    costs = _segment_costs(k, n)
    costs[np.subtract.outer(np.arange(len(k) + 1), np.arange(len(k) + 1)) > -min_size] = np.inf
    penalty = penalty_factor * (dispersion(k, n) if phi is None else phi) * math.log(len(k))
    least, since = np.full(len(k) + 1, np.inf), np.zeros(len(k) + 1, dtype=np.int64)
    least[0] = -penalty
    for end in range(min_size, len(k) + 1):
        total = least[:end] + costs[:end, end] + penalty
        since[end] = int(np.argmin(total))
        least[end] = total[since[end]]
    found = [int(since[-1])]
    while found[-1]:
        found.append(int(since[found[-1]]))
    return tuple(reversed(found[:-1]))


def find_onset(days: Sequence[date], k: npt.ArrayLike, n: npt.ArrayLike, policy: Policy) -> Onset | None:
    """Return the day from which failures are more frequent, or None when nothing rose or too little is known.

    A gradual rise is cut into several steps: the first of adjacent rising ones is dated. The 80 % interval holds
    every day that is nearly as likely as the best one.

    Args:
        days: calendar days in order, one per count.
        k: failures per day.
        n: calls per day; days without calls are left out.
        policy: `detection` names the penalty, the days needed before and the guards.
    """
    counts, calls = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    found = rise_days(counts, calls, policy.detection)
    if found is None:
        return None
    on, low, high = (days[position] for position in found)
    return Onset(on=on, earliest=low, latest=high)


def rise_days(k: Daily, n: Daily, rules: Detection) -> tuple[int, int, int] | None:
    """Return the positions of the day of a rise, its earliest and its latest possible day; None when nothing rose."""
    active = np.flatnonzero(n > 0)
    found = _dated_rise(k[active], n[active], rules)
    return None if found is None else (int(active[found[0]]), int(active[found[1]]), int(active[found[2]]))


@remembered
def _dated_rise(k: Floats, n: Floats, rules: Detection) -> tuple[int, int, int] | None:
    """Return the day of the rise, its earliest and its latest possible day; all days have calls."""
    if len(k) < rules.baseline_days + 2 or k.sum() < rules.minimum_failures:
        return None
    phi = dispersion(k, n)
    if rise_gains(k, n).max() <= rules.segment_penalty * phi * math.log(len(k)):
        return None
    cuts = _cuts(k, n, phi=phi, factor=rules.segment_penalty)
    main = _main_rise(k, n, cuts=cuts, earliest=rules.baseline_days)
    if main is None:
        return None
    after = min((cut for cut in cuts if cut > main), default=len(k))
    first, end = _first_rise(k, n, main=main, end=after, rules=rules)
    start = max((cut for cut in cuts if cut < first), default=0)
    on, low, high = (start + index for index in _nearly_best(k[start:end], n[start:end], phi=phi))
    if on < rules.baseline_days or not _holds(k, n, on=on, phi=phi, rules=rules):
        return None
    seen = _first_seen(k, n, on=on, phi=phi, earliest=rules.baseline_days)
    return seen, min(low, seen), high


def deviance(k: Floats, n: Floats) -> Floats:
    """Return -2 log likelihood of counts under their own rate, elementwise; 0 when all or none failed."""
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = -2 * (k * np.log(k / n) + (n - k) * np.log1p(-k / n))
    result: Floats = np.where((k > 0) & (k < n), cost, 0.0)
    return result


def _segment_costs(k: Floats, n: Floats) -> Floats:
    """Return the matrix of costs of every segment [start, end)."""
    failures, calls = np.concatenate([[0.0], np.cumsum(k)]), np.concatenate([[0.0], np.cumsum(n)])
    return deviance(failures[None, :] - failures[:, None], calls[None, :] - calls[:, None])


def rise_gains(k: Floats, n: Floats) -> Floats:
    """Return what two levels win over one, in -2 log likelihood, for each start 1 .. len-1 of the second.

    A second level that is not higher wins 0. Shape: one value fewer than counts.
    """
    before, calls = np.cumsum(k)[:-1], np.cumsum(n)[:-1]
    after, rest = k.sum() - before, n.sum() - calls
    gain = deviance(k.sum(), n.sum()) - deviance(before, calls) - deviance(after, rest)
    result: Floats = np.where(after * calls > before * rest, gain, 0.0)
    return result


def _cuts(k: Floats, n: Floats, *, phi: float, factor: float) -> tuple[int, ...]:
    """Return the cuts in days; long series are cut in blocks of days."""
    width = math.ceil(len(k) / _LONGEST)
    starts = np.arange(0, len(k), width)
    blocks = segments(
        np.add.reduceat(k, starts),
        np.add.reduceat(n, starts),
        penalty_factor=factor,
        phi=phi,
        min_size=2 if width == 1 else 1,
    )
    return tuple(cut * width for cut in blocks)


def _main_rise(k: Floats, n: Floats, *, cuts: Sequence[int], earliest: int) -> int | None:
    """Return the cut that best parts low from high."""
    gains = rise_gains(k, n)
    rising = [cut for cut in cuts if cut >= earliest and gains[cut - 1] > 0]
    return max(rising, key=lambda cut: gains[cut - 1], default=None)


def _first_rise(k: Floats, n: Floats, *, main: int, end: int, rules: Detection) -> tuple[int, int]:
    """Return the first of the rises that lead up to the main one, and the end of the level it starts.

    A milder step before an established one needs less evidence than an alarm, but its level must last up to the next.
    """
    while main >= 2 * rules.baseline_days - 2:
        before, calls = k[:main], n[:main]
        phi = dispersion(before, calls)
        gains = rise_gains(before, calls)
        earlier = rules.baseline_days + int(np.argmax(gains[rules.baseline_days - 1 : -1]))
        if gains[earlier - 1] <= rules.earlier_penalty * phi * math.log(main):
            break
        late = (earlier + main) // 2
        lasts = rise_gains(
            np.array([k[:earlier].sum(), k[late:main].sum()]), np.array([n[:earlier].sum(), n[late:main].sum()])
        )
        enough = lasts[0] > _CHI2_95 * phi and _begun(k[:end], n[:end], mild=earlier, main=main)
        if not enough or not _holds(before, calls, on=earlier, phi=phi, rules=rules):
            break
        main, end = earlier, main
    return main, end


def _first_seen(k: Floats, n: Floats, *, on: int, phi: float, earliest: int) -> int:
    """Return the first day with any failure, if there was none at all before and the rise itself begins there.

    A handful of failures over weeks is ordinary background whose first days happened to be clean: what lies between
    must be no accident, and a good part of the level that follows.
    """
    seen = int(np.flatnonzero(k)[0])
    if not earliest <= seen < on:
        return on
    gain = rise_gains(np.array([0.0, k[seen:on].sum()]), np.array([n[:seen].sum(), n[seen:on].sum()]))
    return seen if gain[0] > _CHI2_95 * phi and _begun(k, n, mild=seen, main=on) else on


def _begun(k: Floats, n: Floats, *, mild: int, main: int) -> bool:
    """Return whether the level between two days is a good part of the rise to the level after them."""
    before, between, after = (k[part].sum() / n[part].sum() for part in (np.s_[:mild], np.s_[mild:main], np.s_[main:]))
    return bool(between - before >= _BEGUN * (after - before))


def _nearly_best(k: Floats, n: Floats, *, phi: float) -> tuple[int, int, int]:
    """Return the likeliest first day of the second level, and the first and last of the fewest days that hold it with 80 %.

    Each day is as likely as the two levels fit that part there.
    """
    gains = rise_gains(k, n)
    best = int(np.argmax(gains))
    first, last = shortest_run(np.exp((gains - gains[best]) / (2 * phi)))
    return best + 1, min(first, best) + 1, max(last, best) + 1


def _holds(k: Floats, n: Floats, *, on: int, phi: float, rules: Detection) -> bool:
    """Return whether the rise is large, on several days, and still there without its worst day."""
    before, after = (k[:on].sum() + 0.5) / (n[:on].sum() + 1), k[on:].sum() / n[on:].sum()
    if after < rules.ratio * before or np.count_nonzero(k[on:]) < rules.minimum_failing_days:
        return False
    worst = on + int(np.argmax(k[on:] - n[on:] * before))
    rest, calls = np.delete(k[on:], worst - on).sum(), np.delete(n[on:], worst - on).sum()
    gain = rise_gains(np.array([k[:on].sum(), rest]), np.array([n[:on].sum(), calls]))
    return bool(gain[0] > phi * rules.z_without_worst_day**2)
