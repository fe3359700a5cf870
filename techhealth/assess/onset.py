"""Since when: cut a daily series of failures into levels and date the first rise.

Failures are binomial counts, so a segment costs -2 log likelihood of its own rate, and busy days weigh more than quiet
ones. Days vary more than calls do: every cost is compared with a penalty scaled by the overdispersion phi, estimated
from successive differences so that the change itself does not hide in it.

Source: Killick, Fearnhead & Eckley 2012 (PELT); Truong, Oudre & Vayatis 2020 (ruptures); von Neumann 1941 (successive
differences).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from techhealth.assess.rates import dispersion
from techhealth.model import Onset
from techhealth.policy import Policy

Counts = npt.NDArray[np.float64]

#: 95 % point of chi-square with one degree of freedom: what a level must win over another, and its 80 % point: how far
#: a date may fall short of the best one.
_CHI2_95, _CHI2_80 = 3.84, 1.64
#: Failures before a rise that reach this part of its level are its beginning; fewer are the background.
_BEGUN = 0.12
#: The exact search takes quadratic time; longer series are cut in blocks of days and dated by the day afterwards.
_LONGEST = 60


def segments(
    k: Counts, n: Counts, *, penalty_factor: float, phi: float | None = None, min_size: int = 2
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
    from ruptures.base import BaseCost  # loading ruptures takes a second: only who cuts a series pays for it
    from ruptures.detection.pelt import Pelt

    costs = _segment_costs(k, n).tolist()

    class BinomialCost(BaseCost):
        """-2 log likelihood of one rate for a segment, looked up."""

        model = "binomial"
        min_size = 1

        def fit(self, signal: Counts) -> BinomialCost:
            self.signal = signal
            return self

        def error(self, start: int, end: int) -> float:
            return float(costs[start][end])

    spread = dispersion(k, n) if phi is None else phi
    search = Pelt(custom_cost=BinomialCost(), min_size=min_size, jump=1)  # type: ignore[no-untyped-call]
    search.fit(np.column_stack([k, n]))
    ends = search.predict(pen=penalty_factor * spread * math.log(len(k)))  # type: ignore[no-untyped-call]
    return tuple(int(end) for end in ends[:-1])


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
    active = calls > 0
    dates = [day for day, kept in zip(days, active, strict=True) if kept]
    rises = _dated_rise(counts[active], calls[active], policy=policy)
    if rises is None:
        return None
    on, low, high = (dates[index] for index in rises)
    return Onset(on=on, earliest=low, latest=high)


def _dated_rise(k: Counts, n: Counts, *, policy: Policy) -> tuple[int, int, int] | None:
    """Return the day of the rise, its earliest and its latest possible day; all days have calls."""
    rules = policy.detection
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
    first, end = _first_rise(k, n, main=main, end=after, policy=policy)
    start = max((cut for cut in cuts if cut < first), default=0)
    on, low, high = (start + index for index in _nearly_best(k[start:end], n[start:end], phi=phi))
    if on < rules.baseline_days or not _holds(k, n, on=on, phi=phi, policy=policy):
        return None
    seen = _first_seen(k, n, on=on, phi=phi, earliest=rules.baseline_days)
    return seen, min(low, seen), high


def _deviance(k: Counts, n: Counts) -> Counts:
    """Return -2 log likelihood of counts under their own rate, elementwise; 0 when all or none failed."""
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = -2 * (k * np.log(k / n) + (n - k) * np.log1p(-k / n))
    result: Counts = np.where((k > 0) & (k < n), cost, 0.0)
    return result


def _segment_costs(k: Counts, n: Counts) -> Counts:
    """Return the matrix of costs of every segment [start, end)."""
    failures, calls = np.concatenate([[0.0], np.cumsum(k)]), np.concatenate([[0.0], np.cumsum(n)])
    return _deviance(failures[None, :] - failures[:, None], calls[None, :] - calls[:, None])


def rise_gains(k: Counts, n: Counts) -> Counts:
    """Return what two levels win over one, in -2 log likelihood, for each start 1 .. len-1 of the second.

    A second level that is not higher wins 0. Shape: one value fewer than counts.
    """
    before, calls = np.cumsum(k)[:-1], np.cumsum(n)[:-1]
    after, rest = k.sum() - before, n.sum() - calls
    gain = _deviance(k.sum(), n.sum()) - _deviance(before, calls) - _deviance(after, rest)
    result: Counts = np.where(after * calls > before * rest, gain, 0.0)
    return result


def _cuts(k: Counts, n: Counts, *, phi: float, factor: float) -> tuple[int, ...]:
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


def _main_rise(k: Counts, n: Counts, *, cuts: Sequence[int], earliest: int) -> int | None:
    """Return the cut that best parts low from high."""
    gains = rise_gains(k, n)
    rising = [cut for cut in cuts if cut >= earliest and gains[cut - 1] > 0]
    return max(rising, key=lambda cut: gains[cut - 1], default=None)


def _first_rise(k: Counts, n: Counts, *, main: int, end: int, policy: Policy) -> tuple[int, int]:
    """Return the first of the rises that lead up to the main one, and the end of the level it starts.

    A milder step before an established one needs less evidence than an alarm, but its level must last up to the next.
    """
    rules = policy.detection
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
        if not enough or not _holds(before, calls, on=earlier, phi=phi, policy=policy):
            break
        main, end = earlier, main
    return main, end


def _first_seen(k: Counts, n: Counts, *, on: int, phi: float, earliest: int) -> int:
    """Return the first day with any failure, if there was none at all before and the rise itself begins there.

    A handful of failures over weeks is ordinary background whose first days happened to be clean: what lies between
    must be no accident, and a good part of the level that follows.
    """
    seen = int(np.flatnonzero(k)[0])
    if not earliest <= seen < on:
        return on
    gain = rise_gains(np.array([0.0, k[seen:on].sum()]), np.array([n[:seen].sum(), n[seen:on].sum()]))
    return seen if gain[0] > _CHI2_95 * phi and _begun(k, n, mild=seen, main=on) else on


def _begun(k: Counts, n: Counts, *, mild: int, main: int) -> bool:
    """Return whether the level between two days is a good part of the rise to the level after them."""
    before, between, after = (k[part].sum() / n[part].sum() for part in (np.s_[:mild], np.s_[mild:main], np.s_[main:]))
    return bool(between - before >= _BEGUN * (after - before))


def _nearly_best(k: Counts, n: Counts, *, phi: float) -> tuple[int, int, int]:
    """Return the likeliest first day of the second level, and the first and last day nearly as likely."""
    gains = rise_gains(k, n)
    near = np.flatnonzero(gains >= gains.max() - _CHI2_80 * phi)
    return int(np.argmax(gains)) + 1, int(near[0]) + 1, int(near[-1]) + 1


def _holds(k: Counts, n: Counts, *, on: int, phi: float, policy: Policy) -> bool:
    """Return whether the rise is large, on several days, and still there without its worst day."""
    rules = policy.detection
    before, after = (k[:on].sum() + 0.5) / (n[:on].sum() + 1), k[on:].sum() / n[on:].sum()
    if after < rules.ratio * before or np.count_nonzero(k[on:]) < rules.minimum_failing_days:
        return False
    worst = on + int(np.argmax(k[on:] - n[on:] * before))
    rest, calls = np.delete(k[on:], worst - on).sum(), np.delete(n[on:], worst - on).sum()
    gain = rise_gains(np.array([k[:on].sum(), rest]), np.array([n[:on].sum(), calls]))
    return bool(gain[0] > phi * rules.z_without_worst_day**2)
