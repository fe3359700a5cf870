"""Is a failure rate degrading? Recent days against the days before, effect and evidence together.

The alarm is the quasi-binomial comparison of the last seven active days with all days before; a change that began
earlier or later than that is found by cutting the series (`onset`). One bad day that has passed never alarms; one that goes
on does, by its hours (`abrupt`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from techhealth.assess.abrupt import broke
from techhealth.assess.onset import find_onset, rise_days
from techhealth.assess.period import each_day
from techhealth.assess.ramp import Series, dated
from techhealth.assess.rates import (
    Daily,
    deviations,
    dispersion,
    dispersion_of_sums,
    excess_z,
    is_large,
    mean_rate,
    remembered,
    upper_tail,
)
from techhealth.assess.rise import Rise
from techhealth.model import Onset, Shape
from techhealth.policy import Detection, Policy

#: A cut chosen among many days needs more evidence than one comparison fixed beforehand.
_Z_CHOSEN_CUT = 4.0
#: Active days that are pooled beside the last seven, and the failures from which on, at some rate, none would be no chance (5 %).
_POOLED, _SOME = (3, 14, 28), 3.0
#: The position from which on it is worse, by how many standard errors, and the dispersion these were measured with.
Alarm = tuple[int, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Degradation:
    """A failure rate that rose: `(failures, calls)` before and recently, since when, and how sure.

    `risen` counts those of the recent days alone that are no earlier than the onset; `alarmed` is the first day from which
    the alarm of this series would have stood without a break, and `worst` what the recent days of the worst day since then
    held; `rise` tells how it goes on, None where there are too few days
    to tell.
    """

    onset: Onset | None
    alarmed: date
    shape: Shape
    baseline: tuple[int, int]
    recent: tuple[int, int]
    risen: tuple[int, int]
    worst: tuple[int, int]
    z: float
    p_value: float
    phi: float
    rise: Rise | None = field(repr=False, compare=False)


def degradation(series: Series, policy: Policy) -> Degradation | None:
    """Return how a failure rate degraded, None when it did not (or there is too little data to say so)."""
    (gradual, cut), sudden = _standing(series.k, series.n, policy.detection), _abrupt_alarm(series, policy.detection)
    alarm = gradual or sudden or cut
    if alarm is None:
        return None
    alarmed = _alarmed_since(series, policy.detection)
    broke = sudden is not None and alarmed == series.days.last  # nothing was wrong until then
    split, z, phi = sudden if broke and sudden else alarm
    step = _today(series) if broke else find_onset(each_day(series.days), series.k, series.n, policy)
    shape, onset, rise = dated(series, step, latest=alarmed, policy=policy)
    start = _recent_start(series.n, policy.windows.current_days)
    began = start if onset is None else (onset.on - series.days.first).days
    if onset is not None:
        split = min(split, began)
    return Degradation(
        onset=onset,
        alarmed=alarmed,
        shape=shape,
        baseline=_sums(series.k, series.n, np.s_[:split]),
        recent=_sums(series.k, series.n, np.s_[start:]),
        risen=_sums(series.k, series.n, np.s_[max(start, began) :]),
        worst=_worst(series, alarmed, policy.windows.current_days),
        z=z,
        p_value=upper_tail(z),
        phi=phi,
        rise=rise,
    )


def has_risen(k: Daily, n: Daily, rules: Detection) -> bool:
    """Return whether daily failures are alarming on the last day, through more than that day alone."""
    return any(_standing(k, n, rules))


def _today(series: Series) -> Onset:
    """Return the onset of what broke on the last day."""
    return Onset(on=series.days.last, earliest=series.days.last, latest=series.days.last)


def _alarmed_since(series: Series, rules: Detection) -> date:
    """Return the first day from which the alarm would have stood without a break until the last day."""
    days = len(series.n)
    while days > 1 and has_risen(series.k[: days - 1], series.n[: days - 1], rules):
        days -= 1
    return series.on(days - 1)


@remembered
def _standing(k: Daily, n: Daily, rules: Detection) -> tuple[Alarm | None, Alarm | None]:
    """Return the alarm of the last seven days, or else that of a change at another time."""
    recent = _recent_alarm(k, n, rules)
    return recent, _cut_alarm(k, n, rules) if recent is None else None


def _sums(k: Daily, n: Daily, part: slice) -> tuple[int, int]:
    return int(k[part].sum()), int(n[part].sum())


def _worst(series: Series, alarmed: date, days: int) -> tuple[int, int]:
    """Return failures and calls of the worst run of so many active days that ended while the alarm stood."""
    active = np.flatnonzero(series.n)
    first = max(0, np.searchsorted(active, (alarmed - series.days.first).days) - days + 1)
    k, n = (np.concatenate([[0], np.cumsum(of[active[first:]])]) for of in (series.k, series.n))
    width = min(days, len(k) - 1)
    failures, calls = (of[width:] - of[:-width] for of in (k, n))
    worst = int(np.argmax(failures / calls))
    return int(failures[worst]), int(calls[worst])


def _recent_start(n: Daily, days: int) -> int:
    """Return the position of the last `days` active days (0 when there are fewer)."""
    active = np.flatnonzero(n > 0)
    return int(active[-days]) if len(active) >= days else 0


def _recent_alarm(k: Daily, n: Daily, rules: Detection) -> Alarm | None:
    """Return an alarm when the last seven active days are worse than all before."""
    return _passes(k, n, _recent_start(n, 7), z_needed=rules.z_recent, rules=rules)


def _passes(k: Daily, n: Daily, split: int, *, z_needed: float, rules: Detection) -> Alarm | None:
    """Return an alarm when everything from `split` on passes every gate against everything before."""
    if np.count_nonzero(n[:split]) < rules.baseline_days:
        return None
    failing = k[split:]
    if failing.sum() < rules.minimum_failures or np.count_nonzero(failing) < rules.minimum_failing_days:
        return None
    baseline, since = _sums(k, n, np.s_[:split]), _sums(k, n, np.s_[split:])
    if not is_large(since, baseline, rules):
        return None
    phi = dispersion_of_sums(k[:split], n[:split], variation=rules.rate_variation)
    z = excess_z(recent=since, baseline=baseline, phi=phi)
    if z <= z_needed:
        return None
    worst = split + int(np.argmax(k[split:] - n[split:] * mean_rate(*baseline)))
    others = (int(k[split:].sum() - k[worst]), int(n[split:].sum() - n[worst]))
    if excess_z(recent=others, baseline=baseline, phi=phi) <= rules.z_without_worst_day:
        return None
    newest = _sums(k, n, np.s_[_newest(n, since[0] / since[1], split) :])
    return (split, z, phi) if is_large(newest, baseline, rules) else None


def _newest(n: Daily, rate: float, split: int) -> int:
    """Return the position from which on days tell whether a rise since `split` goes on: three, or as many as should hold some
    failures at its rate, for a few calls without one tell nothing."""
    expected = rate * np.cumsum(n[::-1])[::-1]
    telling = np.flatnonzero(expected >= _SOME)
    return max(split, min(_recent_start(n, 3), int(telling[-1]) if len(telling) else 0))


def _cut_alarm(k: Daily, n: Daily, rules: Detection) -> Alarm | None:
    """Return an alarm for a change that began at another time than seven active days ago."""
    if not _may_have_risen(k, n, rules):
        return None
    found = rise_days(k, n, rules)
    cut = None if found is None else _passes(k, n, found[0], z_needed=_Z_CHOSEN_CUT, rules=rules)
    return cut or _pooled_alarm(k, n, rules)


def _pooled_alarm(k: Daily, n: Daily, rules: Detection) -> Alarm | None:
    """Return an alarm when fewer or more than the last seven active days are worse than all before; each look is paid for."""
    looks, needed = len(_POOLED), deviations(upper_tail(rules.z_recent) / len(_POOLED))
    alarms = (_passes(k, n, _recent_start(n, days), z_needed=needed, rules=rules) for days in _POOLED)
    return next(((at, deviations(upper_tail(z) * looks), phi) for at, z, phi in filter(None, alarms)), None)


def _may_have_risen(k: Daily, n: Daily, rules: Detection) -> bool:
    """Return whether any cut could pass, were its days binomial: dispersion only lowers z, so this misses none."""
    before, calls = np.cumsum(k)[:-1], np.cumsum(n)[:-1]
    after, rest = k.sum() - before, n.sum() - calls
    both = (calls > 0) & (rest > 0)
    before, calls, after, rest = before[both], calls[both], after[both], rest[both]
    p0 = (before + 0.5) / (calls + 1)
    z = (after / rest - before / calls) / np.sqrt(p0 * (1 - p0) * (1 / rest + 1 / calls))
    return bool(z.max(initial=0.0) > rules.z_recent)


def _abrupt_alarm(series: Series, rules: Detection) -> Alarm | None:
    """Return an alarm when the last hours alone are worse than the same hours of all days before."""
    if series.last_hours is None:
        return None
    split = len(series.n) - 1
    k, n = series.k[:split], series.n[:split]
    z = broke(series.last_hours, k, n, rules)
    return None if z is None else (split, z, dispersion(k, n))
