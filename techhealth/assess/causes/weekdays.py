"""Do failures come back on one weekday?

Days are the unit, not calls: luck of the day is part of the chance (negative binomial). Whose midnight a weekly job or
credential keeps is often not known: where failures go on past that of the log, the 24 hours from another hour on are
looked at, which costs as many chances.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.tally import Counts, surplus
from techhealth.assess.causes.words import WEEKDAYS, count, failures
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.figures import sentence
from techhealth.model import CauseKind, Kind, Onset

_HOURS = 24
_WEEK = 7 * _HOURS
#: A calendar day that holds so much of what the best 24 hours do is the one to name.
_NEARLY_ALL = 0.9
#: Part of a day's failures within incidents of three hours from which on these are what failed, the most of them, and the
#: failures that each of several has on average: a few failures lie within a few hours by chance.
_INCIDENTS, _FEW, _FAILURES_EACH = 0.9, 3, 6
#: So many occurrences with failures are only a suspicion.
_SUSPICION = 2


def ask(scope: Scope) -> Finding | None:
    """Return the weekday on which the failures fall, each of its last two occurrences beyond the other days' rate."""
    week = np.bincount(
        (scope.case.days[scope.start].weekday() * _HOURS + np.arange(scope.hours.size)) % _WEEK,
        weights=scope.hours.ravel(), minlength=_WEEK,
    )  # fmt: skip
    held = np.convolve(np.concatenate([week, week[: _HOURS - 1]]), np.ones(_HOURS), "valid")
    if held.max() < scope.case.policy.causes.weekday_share * week.sum():
        return None
    first = int(np.argmax(held * (week > 0)))
    midnight = held[::_HOURS].max() >= _NEARLY_ALL * held.max()
    return (None if midnight else _returning(scope, first % _HOURS)) or _returning(scope, 0)


def _returning(scope: Scope, hour: int) -> Finding | None:
    """Return the weekday on which the failures fall, its days being counted from an hour on."""
    case, rules = scope.case, scope.case.policy.causes
    by_hour, calls = (_from_hour(grid, hour) for grid in (scope.hours, case.calls[scope.start :]))
    k, n = by_hour.sum(axis=1), calls.sum(axis=1)
    weekday = (np.arange(len(k)) - 1 + case.days[scope.start].weekday()) % 7
    chosen = int(np.argmax(np.bincount(weekday, weights=k, minlength=7)))
    on = weekday == chosen
    seen = np.flatnonzero(on & (n > 0))
    if hour and len(seen) and seen[-1] == len(k) - 1 and k[-1] < rules.weekday_failures:
        seen = seen[:-1]  # it has hardly begun
    if k[on].sum() < rules.weekday_share * k.sum() or len(seen) < 2 or min(k[seen[-2:]]) < rules.weekday_failures:
        return None
    if not (scope.code in AUTH_CODES or case.kind is Kind.AUTH) and _by_chance(by_hour[seen[-2:]]):
        return None  # what is refused for authentication may be mended at any hour
    others = (k[~on].sum() + 0.5) / (n[~on].sum() + 1)
    chosen_of = len(WEEKDAYS) * (_HOURS if hour else 1)
    variation = case.policy.evidence.day_variation
    chances = [min(1.0, chosen_of * chance_of(k[day], mean=n[day] * others, variation=variation)) for day in seen]
    if max(chances[-2:]) >= rules.weekday_chance or min(chances[-2:]) >= rules.weekday_chance_best:
        return None
    began = int(seen[next(index for index, chance in enumerate(chances) if chance < rules.weekday_chance)])
    first = case.days[scope.start + max(0, began - 1)]
    inside = np.repeat(on, _HOURS)[_HOURS - hour :][: scope.hours.size].reshape(-1, _HOURS)
    explained, tried = ((grid * inside).sum(axis=1) for grid in (scope.hours, case.calls[scope.start :]))
    return Finding(
        kind=CauseKind.WEEKDAY,
        key=WEEKDAYS[chosen],
        statement=_told(scope, k, n, on, name=WEEKDAYS[chosen], hour=hour),
        evidence={
            "weekday": WEEKDAYS[chosen],
            "from_hour": hour,
            "failures_on_it": int(k[on].sum()),
            "failures": int(k.sum()),
            "occurrences": int(np.count_nonzero(on & (n > 0))),
            "occurrences_with_failures": int(np.count_nonzero(on & (k > 0))),
            "chance": float(max(chances[-2:])),
            "timezone": case.timezone,
        },
        explained=explained,
        removable=surplus(explained, tried, k[~on].sum() / n[~on].sum() if n[~on].sum() else 0.0),
        onset=Onset(on=first, earliest=first, latest=first),
    )


def _from_hour(grid: Counts, hour: int) -> Counts:
    """Return the hours of days that begin at an hour, the first of them on the day before the first."""
    padded = np.concatenate([np.zeros(_HOURS - hour), grid.ravel(), np.zeros(hour)])
    return padded.reshape(-1, _HOURS)


def _by_chance(days: Counts) -> bool:
    """Return whether two days are alike in nothing but their weekday: one had an incident or a few, of an hour or so each, the
    other failed at other hours."""
    total = days.sum(axis=1)
    for mine, hours in enumerate(days):
        near, incidents = np.zeros(_HOURS, dtype=bool), 0
        while hours[near].sum() < _INCIDENTS * total[mine]:
            near[(int(np.argmax(hours * ~near)) + np.arange(-1, 2)) % _HOURS] = True
            incidents += 1
        few = incidents <= max(1, min(_FEW, total[mine] / _FAILURES_EACH))
        if few and (2 * days[:, near].sum(axis=1) < total).any():
            return True
    return False


def chance_of(k: float, *, mean: float, variation: float) -> float:
    """Return the chance of `k` or more failures on a day with a mean, days varying with a coefficient of variation.

    Source: negative binomial with variance mean + (variation x mean)^2.
    """
    if k <= 0:
        return 1.0
    size = 1 / variation**2
    steps = np.arange(1, int(k))
    ratios = np.log((steps - 1 + size) / steps) + np.log(mean / (mean + size))
    logs = size * np.log(size / (size + mean)) + np.concatenate([[0.0], np.cumsum(ratios)])
    return max(0.0, 1.0 - float(np.exp(logs).sum()))


def _told(scope: Scope, k: Counts, n: Counts, on: npt.NDArray[np.bool_], *, name: str, hour: int) -> str:
    """Return the sentence about the weekday."""
    hit, all_ = np.count_nonzero(on & (k > 0)), np.count_nonzero(on & (n > 0))
    days = f"{all_} {name}s" if hit == all_ else f"{hit} of {all_} {name}s"
    where = f"{name}s" if not hour else f"the 24 hours from {name}s, {hour:02d}:00 {scope.case.timezone} on"
    auth = scope.code in AUTH_CODES or scope.case.kind is Kind.AUTH
    sure = ", which two weeks only suggest" if hit <= _SUSPICION else ""
    return (
        f"{sentence(failures(scope.code, scope.case.counted))} fall on {where}: {count(k[on].sum())} of "
        f"{count(k.sum())} on {days}; consistent with a weekly {'credential or job' if auth else 'job'}{sure}"
    )
