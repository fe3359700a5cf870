"""How a failure rate rose and how it goes on: every first day and every form of a rise, each as likely as it fits.

A rise is a level before a day and something that grows from that day on: at once (a step, at any hour of its first day),
along a straight line that goes on or has reached its level, or faster and faster. Nobody knows which, so none is chosen: each first day and form is fitted, weighs as much as its
likelihood says, and dates and forecasts are read from all of them together. Their intervals thus hold what chance, the
date and the form leave open.

Days vary more than calls do, and bad days come in rows: the covariance of the days is that of binomial counts whose rate
is multiplied by the day's luck, which leans on the day before.

Source: Aitken (1936), generalised least squares; Huber (1964), less weight for what lies far off; Williams (1982),
extra-binomial variation; Hoeting et al. (1999), Bayesian model averaging.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from techhealth.assess.rates import LINGERS, Daily, mean_rate, shortest_run

Floats = NDArray[np.float64]

#: Days that are looked at, the last ones with calls, and the fewest days of a climb: fewer are those of a step.
_MOST_DAYS, FEWEST_AFTER = 90, 3
#: Coefficients of variation that a day's rate may have, and the one that is assumed at first.
_VARIATIONS, _USUAL = np.array([0.05, 0.2, 0.35, 0.5, 0.75]), 0.35
#: A day further from the fit than so many standard deviations is an accident, and weighs only so much.
_ACCIDENT = 2.5
#: Numbers that a fit takes from the days (level, growth, first day, bend): what is left varies less than the days do.
_FITTED = 4
#: Turns of fitting, and the highest rate that is fitted.
_TURNS, _HIGHEST = 3, 0.95


#: The parts of its days after which a straight climb may have reached its level, and the fewest days that this must have lasted.
_LEVELLED, _FEWEST_LEVEL = np.array([0.25, 0.5, 0.75]), 7
#: The parts of its first day that a step may hold, and the fewest days since then that tell a part from a whole.
_FIRST_DAY, _FEWEST_STEP = np.array([1, 1 / 2, 1 / 6]), np.array([1, 2, 2])
#: The forms of a rise: steps, climbs that have levelled off, a straight line, a square and a logit line that go on; with even odds
#: between a step and a climb, and between four ways to climb.
_PRIOR = np.concatenate(
    [
        np.full(len(forms), odds / len(forms))
        for forms, odds in ((_FIRST_DAY, 1 / 2), (_LEVELLED, 1 / 8), (range(3), 3 / 8))
    ]
)
#: The fewest days since its first one from which on each form can be told.
_FEWEST_DAYS = np.array([*_FEWEST_STEP, *_FEWEST_LEVEL / (1 - _LEVELLED), *[FEWEST_AFTER] * 3])


class _Bend(NamedTuple):
    """The logits of the rate before a rise and now, for a line between them; one element a rise."""

    low: Floats
    high: Floats

    @classmethod
    def of(cls, level: Floats, growth: Floats, *, least: float) -> _Bend:
        """Return the bend of a rise from a level by a growth."""
        low = np.clip(level, least, _HIGHEST / 2)
        return cls(logit(low), logit(np.clip(low + growth, 1.1 * low, _HIGHEST)))

    def come(self, part: Floats) -> Floats:
        """Return how far a rise has come at a part of its days, shape (rises, days)."""
        low, high = self.low[:, None], self.high[:, None]
        return np.where(part > 0, (expit(low + (high - low) * part) - expit(low)) / (expit(high) - expit(low)), 0.0)


def _come(day: Floats, lasted: Floats, bend: _Bend) -> Floats:
    """Return how far a rise of each form has come (0 before it, 1 now) on some days.

    Args:
        day: days since its first one, that being the first, shape (rises, days); the rises of all forms one after the other, each
            form with the same first days.
        lasted: how many there are of each, same order.
        bend: of the last form.
    """
    forms = np.split(np.maximum(day, 0.0), len(_PRIOR))
    steps = [np.clip(one - 1 + part, 0.0, 1.0) for one, part in zip(forms, _FIRST_DAY, strict=False)]
    part = np.split(np.maximum(day / lasted[:, None], 0.0), len(_PRIOR))[len(steps) :]
    *levelled, straight, square, last = part
    climbed = [np.minimum(one / reached, 1.0) for one, reached in zip(levelled, _LEVELLED, strict=True)]
    return np.concatenate([*steps, *climbed, straight, square**2, bend.come(last)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """Every first day and form of a rise, one element each.

    Attributes:
        last: position of the last day.
        start: position of the first day.
        form: position among the forms of a rise.
        weight: how likely it is; they add up to 1.
        level, growth: the rate before, and by how much it has grown until the last day.
        covariance: of level and growth: variance, covariance, variance; shape (3, elements).
    """

    last: int
    start: NDArray[np.int64]
    form: NDArray[np.int64]
    weight: Floats
    level: Floats
    growth: Floats
    covariance: Floats
    bend: _Bend

    @property
    def _steps(self) -> NDArray[np.bool_]:
        return self.form < len(_FIRST_DAY)

    @property
    def is_step(self) -> bool:
        """Whether a step is likelier than a climb."""
        return bool(self.weight[self._steps].sum() >= 1 / 2)

    def likeliest(self, *, step: bool) -> int:
        """Return the middle one of the days on which a step, or else a climb, may have begun."""
        first = int(self.start.min())
        sums = np.cumsum(np.bincount(self.start - first, weights=np.where(self._steps == step, self.weight, 0.0)))
        return first + int(np.searchsorted(sums, sums[-1] / 2))

    def began(self) -> tuple[int, int]:
        """Return the fewest days running, the first and the last, of which one is the first day with 80 % probability."""
        first = int(self.start.min())
        run = shortest_run(np.bincount(self.start - first, weights=self.weight).astype(np.float64))
        return first + run[0], first + run[1]

    def reached(self, limit: float, *, days: int) -> Floats:
        """Return how likely the rate has reached a limit on the last day and each of so many days after it."""
        lasted = (self.last - self.start + 1).astype(np.float64)
        come = _come(lasted[:, None] + np.arange(days + 1), lasted, self.bend)
        rate = self.level[:, None] + self.growth[:, None] * come
        a, b, c = self.covariance[:, :, None]
        found: Floats = self.weight @ ndtr((rate - limit) / np.sqrt(a + 2 * b * come + c * come**2))
        return np.minimum(np.maximum.accumulate(found), 1.0)


def rise_of(k: Daily, n: Daily, *, fewest_before: int, latest: int) -> Rise | None:
    """Return how a failure rate rose; None when there are too few days to say.

    Args:
        k: failures, one element a day.
        n: calls.
        fewest_before: days with calls that there must be before a rise.
        latest: position of the last day on which it may have begun.
    """
    seen = np.flatnonzero(n > 0)
    starts = seen[fewest_before:]
    starts = starts[starts <= latest]
    days = seen[-_MOST_DAYS:]
    starts = starts[starts > days[0]] if len(days) else starts
    lasted = len(seen) - np.searchsorted(seen, starts)
    if (lasted < FEWEST_AFTER).all():
        return None
    last, forms = int(days[-1]), len(_PRIOR)
    prior = np.where(lasted < _FEWEST_DAYS[:, None], -np.inf, np.log(_PRIOR)[:, None])
    start = np.tile(starts, forms)
    calls = n[days].astype(np.float64)
    fit, bend = _fitted(k[days] / calls, calls, days, start, prior.ravel())
    return Rise(
        last=last, start=start, form=np.repeat(np.arange(forms), len(starts)), weight=fit.weight, level=fit.level,
        growth=fit.growth, covariance=fit.covariance, bend=bend,
    )  # fmt: skip


class _Fit(NamedTuple):
    weight: Floats
    level: Floats
    growth: Floats
    covariance: Floats


def _fitted(
    rate: Floats, calls: Floats, days: NDArray[np.int64], start: NDArray[np.int64], prior: Floats
) -> tuple[_Fit, _Bend]:  # fmt: skip
    """Return the fit of every rise; the bends and what the days vary by follow from it, so all are found in turns."""
    least, leans = 0.25 / calls.sum(), LINGERS ** np.diff(days, prepend=days[0])
    expected = np.full(len(rate), mean_rate(float(rate @ calls), float(calls.sum())))
    noise = Noise(expected, expected * (1 - expected) / calls, leans, np.array([_USUAL]))
    since, lasted = (days - start[:, None] + 1).astype(np.float64), (days[-1] - start + 1).astype(np.float64)
    last = slice(-(len(start) // len(_PRIOR)), None)
    bend = _Bend.of(expected[:1], expected[:1], least=least)
    for turn in range(_TURNS):
        come = _come(since, lasted, bend)
        fit = weighed(rate, come, prior, noise)
        if turn < _TURNS - 1:
            expected = fit.weight @ (fit.level[:, None] + np.maximum(fit.growth, 0.0)[:, None] * come)
            noise = _noise(rate, np.clip(expected, least, _HIGHEST), calls, leans)
            bend = _Bend.of(fit.level[last], fit.growth[last], least=least)
    return fit, bend


class Noise(NamedTuple):
    """What daily rates vary by: chance, and the luck of the day, which multiplies the expected rate.

    Attributes:
        expected: rate of each day.
        chance: variance of each day's rate by chance alone.
        leans: correlation of each day's luck with that of the day before.
        variation: coefficient of variation of the luck, one for all columns or one each.
    """

    expected: Floats
    chance: Floats
    leans: Floats
    variation: Floats

    def whitened(self, columns: Floats) -> tuple[Floats, Floats]:
        """Return columns of one value a day as independent values of variance 1, and the log of their determinant.

        Source: Kalman (1960); the same as dividing by the Cholesky factor of the days' covariance, in linear time.
        """
        moves, deviations = self._filter()
        white, luck = np.empty(columns.shape), np.zeros(columns.shape[1])
        for day, (expected, leans) in enumerate(zip(self.expected, self.leans, strict=True)):
            luck *= leans
            white[day] = columns[day] - expected * luck
            luck += moves[day] * white[day]
        return white / deviations, 2 * np.log(deviations).sum(axis=0)

    def _filter(self) -> tuple[Floats, Floats]:
        """Return how far each day's surprise moves what is held of the luck, and how far surprises deviate.

        Shape (days, variations); neither depends on the values.
        """
        days = list(zip(self.expected.tolist(), self.chance.tolist(), self.leans.tolist(), strict=True))
        moves, variances = np.empty((2, len(days), len(self.variation)))
        for column, free in enumerate((self.variation**2).tolist()):
            left = free
            for day, (expected, chance, leans) in enumerate(days):
                left = leans**2 * left + (1 - leans**2) * free
                variance = expected**2 * left + chance
                move = left * expected / variance
                left *= 1 - move * expected
                moves[day, column], variances[day, column] = move, variance
        return moves, np.sqrt(variances)


def _noise(rate: Floats, expected: Floats, calls: Floats, leans: Floats) -> Noise:
    """Return what the days vary by, their luck as the residuals tell it; accidents vary as far as they went."""
    residual = (rate - expected) * np.sqrt(len(rate) / (len(rate) - _FITTED))
    chance = expected * (1 - expected) / calls
    most = _ACCIDENT * np.sqrt(np.outer(expected**2, _VARIATIONS**2) + chance[:, None])
    white, determinant = Noise(expected, chance, leans, _VARIATIONS).whitened(np.clip(residual[:, None], -most, most))
    score = -(determinant + np.square(white).sum(axis=0)) / 2
    weight = np.exp(score - score.max())
    variation = float(np.sqrt(weight @ _VARIATIONS**2 / weight.sum()))
    beyond = np.maximum(np.square(residual / _ACCIDENT) - (variation * expected) ** 2 - chance, 0.0)
    return Noise(expected, chance + beyond, leans, np.array([variation]))


def weighed(rate: Floats, come: Floats, prior: Floats, noise: Noise) -> _Fit:
    """Return level and growth of every hypothesis by generalised least squares, and its weight: a fall has none."""
    white, _ = noise.whitened(np.column_stack([rate, np.ones(len(rate)), come.T]))
    y, one, x = white[:, 0], white[:, 1], white[:, 2:]
    a, b, c = one @ one, one @ x, np.square(x).sum(axis=0)
    determinant = np.maximum(a * c - b * b, 1e-9 * a * c)
    level, growth = (c * (one @ y) - b * (y @ x)) / determinant, (a * (y @ x) - b * (one @ y)) / determinant
    misfit = y @ y - level * (one @ y) - growth * (y @ x)
    rises = ndtr(growth / np.sqrt(a / determinant))
    score = prior - misfit / 2 - np.log(determinant) / 2 + np.log(np.maximum(rises, 1e-300))
    weight = np.exp(score - score.max())
    return _Fit(weight / weight.sum(), level, growth, np.stack([c, -b, np.full(len(b), a)]) / determinant)
