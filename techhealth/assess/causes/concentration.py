"""Which slice explains best where the failures fall? Every explanation is weighed on one scale, log likelihood.

By chance the failures of a day fall wherever its calls do: all of them as before the issue, slices that always failed more
taking more, or the new ones evenly. A slice explains them when a part falls into it alone, more than either lets it. How
much likelier that makes what is seen, less the price of having chosen among many slices, is the gain of the explanation.
The day's own luck has no part in it, for only the shares within a day (or another stratum) count: a stratified test.

Source: Mantel & Haenszel 1959 (strata); Dempster, Laird & Rubin 1977 (the share of a mixture); Rissanen 1978 (the price
of a choice).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import rel_entr

from techhealth.assess.causes.tally import Counts
from techhealth.policy import CauseRules

Sets = npt.NDArray[np.float64]

#: Failures that the usual rate of all weighs as much as: a cell that hardly failed before has no level of its own.
_USUAL_FAILURES = 5
#: Strata that the usual dispersion of one weighs as much as.
_USUAL_STRATA = 10
#: Sets looked at closely, and steps of the fit.
_LOOKED_AT, _STEPS = 6, 14
_TINY = 1e-12
#: Normal quantile of a 95 % interval.
_Z95 = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """The slice that explains best where failures fall.

    Attributes:
        index: which of the sets it is.
        gain: log likelihood won over chance, less the price of the choice; from 3 on the odds are twenty to one.
        excess: failures that fall into it beyond those that chance lays there.
        share: part of the failures above what is usual that these are.
    """

    index: int
    gain: float
    excess: float
    share: float


def clearest(
    k: Counts, n: Counts, *, sets: Sets | None = None, start: int = 0, rules: CauseRules
) -> Concentration | None:
    """Return the strongest set where it is clearly better than chance and explains enough of the failures, else None.

    Args:
        k, n, sets, start: as for `strongest`.
        rules: `clear_odds` and `slice_share` say what is clear and enough.
    """
    usual = _usual(k, n, start=start)
    above = _above(k, n, usual, sets=sets, start=start)
    if not (above.share >= rules.slice_share).any():
        return None  # as of most questions: nothing is fitted
    likely, needed = _likely(k, n, usual, sets=sets, start=start), math.log(rules.clear_odds)
    if likely.bound().max() - likely.price <= needed:
        return None
    found = _weighed(likely, above)
    return found if found.gain > needed and found.share >= rules.slice_share else None


def strongest(k: Counts, n: Counts, *, sets: Sets | None = None, start: int = 0) -> Concentration:
    """Return the set of cells that explains best where failures fall.

    Args:
        k: failures by cell and stratum (days as a rule).
        n: calls, same shape.
        sets: which cells each set holds (1 or 0), shape (sets, cells); every cell by itself when not given.
        start: the first stratum in question; those before tell how the cells differ anyway.
    """
    usual = _usual(k, n, start=start)
    likely = _likely(k, n, usual, sets=sets, start=start)
    return _weighed(likely, _above(k, n, usual, sets=sets, start=start))


def _summed(cells: Counts, sets: Sets | None) -> Counts:
    return cells if sets is None else np.asarray(sets @ cells)


def _usual(k: Counts, n: Counts, *, start: int) -> Counts:
    """Return the failures that each cell would have at its rate before `start`; in proportion to its calls without one."""
    before, calls = k[:, :start].sum(axis=1), n[:, :start].sum(axis=1)
    rate = (before.sum() + 0.5) / (calls.sum() + 1)
    level = (before + _USUAL_FAILURES) / (calls + _USUAL_FAILURES / rate)
    usual: Counts = n * level[:, None]
    return usual


class _Above(NamedTuple):
    """Failures of each set above what is usual and an even spread of the rest, and their part of all that is above."""

    excess: Counts
    share: Counts


def _above(k: Counts, n: Counts, usual: Counts, *, sets: Sets | None, start: int) -> _Above:
    """Return what each set takes beyond chance, all its failures being new where nothing was before."""
    new = (k[:, start:] - usual[:, start:] if start else k).sum(axis=1)
    calls, above = n[:, start:].sum(axis=1), float(new.sum())
    own, even = _summed(new, sets), _summed(calls, sets) / max(calls.sum(), 1)
    if above <= 0:
        return _Above(np.zeros_like(own), np.zeros_like(own))
    alone = np.divide(own - even * above, 1 - even, out=np.zeros_like(own), where=even < 1)
    excess = np.where(even < 1, np.minimum(np.maximum(alone, 0.0), own), 0.0)
    return _Above(excess, np.minimum(excess / above, 1.0))


class _Likely(NamedTuple):
    """The few sets that are looked at closely.

    Attributes:
        which: they are, among all sets.
        inside: failures of each by stratum.
        total: failures by stratum.
        even: part of a stratum's failures that chance lays into each set.
        start: the first stratum in question.
        price: of having chosen one among all sets, in log likelihood.
    """

    which: npt.NDArray[np.intp]
    inside: Counts
    total: Counts
    even: Counts
    start: int
    price: float

    def asked(self) -> tuple[Counts, Counts, Counts]:
        """Return failures inside, those outside where the set has calls at all, and the even part, of what is in question."""
        inside, even = self.inside[:, self.start :], self.even[:, self.start :]
        outside = (self.total[self.start :] * (even > _TINY)).sum(axis=1) - inside.sum(axis=1)
        return inside, outside, even

    def bound(self) -> Counts:
        """Return the most log likelihood that each set can win: as if all strata were like the mean of those it fails in.

        Source: Jensen 1906, for the logarithm is concave.
        """
        inside, outside, even = self.asked()
        own = inside.sum(axis=1)
        mean = own / np.maximum((inside / even).sum(axis=1), _TINY)
        held = own / np.maximum(own + outside, 1.0)
        won = (own + outside) * (rel_entr(held, mean) + rel_entr(1 - held, 1 - mean))
        return np.where(held > mean, won, 0.0)


def _likely(k: Counts, n: Counts, usual: Counts, *, sets: Sets | None, start: int) -> _Likely:
    """Return the few sets that explain most when all strata are thrown together, the first ones on a tie."""
    inside, total = _summed(k, sets), k.sum(axis=0)
    spread = usual + n * np.maximum(total - usual.sum(axis=0), 0) / np.maximum(n.sum(axis=0), 1)
    even = np.maximum(*(_summed(part / np.maximum(part.sum(axis=0), _TINY), sets) for part in (usual, spread)))
    failures = max(float(total[start:].sum()), 1.0)
    held = inside[:, start:].sum(axis=1) / failures
    chance = np.clip((even[:, start:] @ total[start:]) / failures, _TINY, 1 - _TINY)
    won = np.where(held > chance, rel_entr(held, chance) + rel_entr(1 - held, 1 - chance), 0.0)
    index = np.argsort(-won, kind="stable")[:_LOOKED_AT]
    return _Likely(index, inside[index], total, np.clip(even[index], _TINY, 1 - _TINY), start, math.log(len(inside)))


def _weighed(likely: _Likely, above: _Above) -> Concentration:
    """Return the set that wins most log likelihood over chance."""
    inside, total, even = likely.inside, likely.total, likely.even
    asked = (np.arange(len(total)) >= likely.start) & (
        even > _TINY
    )  # where a set has no calls, nothing can fall into it
    alone = np.where(asked, _fitted(*likely.asked())[:, None], 0.0)  # the part that falls into the set alone
    expected = even + alone * (1 - even)
    won = inside * np.log(expected / even) + (total - inside) * np.log1p(-alone)
    gain = won.sum(axis=1) / _varies(inside, total, expected) - likely.price
    best = int(np.argmax(gain))
    index = int(likely.which[best])
    return Concentration(
        index=index, gain=float(gain[best]), excess=float(above.excess[index]), share=float(above.share[index])
    )


def _fitted(inside: Counts, outside: Counts, even: Counts) -> Counts:
    """Return the likeliest part of all failures that falls into each set alone, shape (sets,).

    Halving: the slope of the likelihood falls as the part grows, and is zero at the likeliest one.
    """
    low, high = np.zeros((len(inside), 1)), np.ones((len(inside), 1))
    told = inside * (1 - even)
    for _ in range(_STEPS):
        share = (low + high) / 2
        rest = 1 - share
        rises = (rest[:, 0] * (told / (share + rest * even)).sum(axis=1) > outside)[:, None]
        low, high = np.where(rises, share, low), np.where(rises, high, share)
    return np.asarray(low[:, 0])


def _varies(inside: Counts, total: Counts, expected: Counts) -> Counts:
    """Return by how much the part of each set varies more from stratum to stratum than chance lets it, at least 1."""
    variance = total * expected * (1 - expected)
    squares = np.where(total > 0, (inside - total * expected) ** 2 / np.maximum(variance, _TINY), 0.0)
    squares = np.minimum(squares, total)  # one failure in an empty cell is no dispersion
    seen = np.count_nonzero(total)
    varies: Counts = np.maximum((_USUAL_STRATA + squares.sum(axis=1)) / (_USUAL_STRATA + seen), 1.0)
    return varies


def risk_ratio(inside: tuple[float, float], outside: tuple[float, float], *, phi: float = 1.0) -> dict[str, float]:
    """Return how many times as often calls of a slice fail as the others, with its 95 % interval.

    Args:
        inside: failures and calls of the slice.
        outside: failures and calls of all others.
        phi: by how much the counts vary more than binomial ones.

    Source: Katz et al. 1978 (log interval), Haldane 1956 (half a case in each cell).
    """
    (k, n), (rest, others) = inside, outside
    ratio = math.log((k + 0.5) / (n + 1)) - math.log((rest + 0.5) / (others + 1))
    error = math.sqrt(phi * max(1 / (k + 0.5) - 1 / (n + 1) + 1 / (rest + 0.5) - 1 / (others + 1), _TINY))
    ends = (ratio - _Z95 * error, ratio + _Z95 * error)
    return {
        "risk_ratio": math.exp(ratio),
        "risk_ratio_low": math.exp(ends[0]),
        "risk_ratio_high": math.exp(ends[1]),
    }
