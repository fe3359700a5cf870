"""Do failures come back on one weekday, or did a credential stop working from one hour on?"""

from __future__ import annotations

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.tally import Indices, surplus
from techhealth.assess.causes.words import WEEKDAYS, count, failures, sentence, units
from techhealth.assess.onset import rise_gains
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.figures import day
from techhealth.model import CauseKind, Kind, Onset

#: What refusals are consistent with, by the class that the log names.
_EXPIRED = "consistent with an expired or revoked credential"
_CONSISTENT = {
    "secret_expired": "the answers name an expired client secret, without which no new token is issued",
    "token_rejected": "consistent with an expired or revoked token, which a new authorisation replaces",
}
#: Part of a day's failures within three hours from which on they are one incident.
_ONE_INCIDENT = 0.9
#: The latest active hours, in which nearly every call has to fail for a credential to count as dead.
_LATEST_HOURS = 6


def ask_weekday(scope: Scope) -> Finding | None:
    """Return the weekday on which the failures fall, each of its last two occurrences beyond the other days' rate.

    Days are the unit, not calls: luck of the day is part of the chance (negative binomial).
    """
    rules, k, n = scope.case.policy.causes, scope.k, scope.n
    weekday = (np.arange(len(k)) + scope.case.days[0].weekday()) % 7
    per_day = np.bincount(weekday, weights=k, minlength=7)
    chosen = int(np.argmax(per_day))
    if per_day[chosen] < rules.weekday_share * k.sum():
        return None
    on = weekday == chosen
    others = (k[~on].sum() + 0.5) / (n[~on].sum() + 1)
    occurrences = np.flatnonzero(on & (n > 0))[-2:]
    chances = [_chance(scope, int(i), rate=others) for i in occurrences]
    few = len(occurrences) < 2 or min(k[occurrences]) < rules.weekday_failures
    if (
        few
        or _by_chance(scope, occurrences)
        or max(chances) >= rules.weekday_chance
        or min(chances) >= rules.weekday_chance_best
    ):
        return None
    plain = k[~on].sum() / n[~on].sum() if n[~on].sum() else 0.0
    began = next(
        int(i) for i in np.flatnonzero(on & (n > 0)) if _chance(scope, int(i), rate=others) < rules.weekday_chance
    )
    first = scope.case.days[scope.start + began]
    return Finding(
        kind=CauseKind.WEEKDAY,
        key=WEEKDAYS[chosen],
        statement=_on_weekdays(scope, on, name=WEEKDAYS[chosen]),
        evidence={
            "weekday": WEEKDAYS[chosen],
            "failures_on_it": int(per_day[chosen]),
            "failures": int(k.sum()),
            "occurrences": int(np.count_nonzero(on & (n > 0))),
            "occurrences_with_failures": int(np.count_nonzero(on & (k > 0))),
            "chance": float(max(chances)),
            "timezone": scope.case.timezone,
        },
        explained=np.where(on, k, 0),
        removable=surplus(np.where(on, k, 0), np.where(on, n, 0), plain),
        onset=Onset(on=first, earliest=first, latest=first),
    )


def _by_chance(scope: Scope, days: Indices) -> bool:
    """Return whether two days are alike in nothing but their weekday: one had an incident of an hour or so, the other failed
    at other hours. What is refused for authentication may be mended at any hour."""
    if scope.code in AUTH_CODES or scope.case.kind is Kind.AUTH:
        return False
    peaks = [(hours.argmax() + np.arange(-1, 2)) % 24 for hours in scope.hours[days]]
    total = scope.k[days]
    for peak, mine in zip(peaks, range(len(days)), strict=True):
        inside = scope.hours[days][:, peak].sum(axis=1)
        if inside[mine] >= _ONE_INCIDENT * total[mine] and (2 * inside < total).any():
            return True
    return False


def _chance(scope: Scope, day: int, *, rate: float) -> float:
    """Return the chance of so many failures on a day at the other days' rate, were the weekday chosen beforehand."""
    return 7 * chance_of(scope.k[day], mean=scope.n[day] * rate, variation=scope.case.policy.evidence.day_variation)


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


def ask_sudden(scope: Scope) -> Finding | None:
    """Return the hour from which nearly every call fails authentication, lately as well.

    Where many succeed, the credential is neither expired nor revoked: that is for `codes.ask_onset` to say.
    """
    case, rules = scope.case, scope.case.policy.causes
    if scope.code is None or (scope.code not in AUTH_CODES and case.kind is not Kind.AUTH):
        return None
    active = np.flatnonzero(case.calls.ravel() > 0)
    k, n = scope.hours.ravel()[active], case.calls.ravel()[active]
    gains = rise_gains(k, n)
    if not len(gains) or gains.max() <= 0:
        return None
    cut = int(np.argmax(gains)) + 1
    before = (k[:cut].sum() + 0.5) / (n[:cut].sum() + 1)
    later = slice(cut + 1, None)  # the hour in which it broke still has successes
    rate = k[later].sum() / max(n[later].sum(), 1)
    lately = k[later][-_LATEST_HOURS:].sum() / max(n[later][-_LATEST_HOURS:].sum(), 1)
    lasting = min(rate, lately) >= max(rules.expired_rate, rules.sudden_ratio * before)
    all_of_them = (
        k[later].sum() == n[later].sum() >= rules.minimum_failures
    )  # what still lets some in may be over in an hour
    enough = k[cut:].sum() >= rules.minimum_failures and np.count_nonzero(k[cut:]) >= rules.sudden_hours
    enough = enough or all_of_them
    return _expired(scope, hour=int(active[cut])) if lasting and enough else None


def _expired(scope: Scope, *, hour: int) -> Finding:
    """Return the finding of a credential that stopped working in one hour, counted from the period's first."""
    case = scope.case
    after = np.arange(case.calls.size).reshape(case.calls.shape) >= hour
    failed, tried = (scope.hours * after).sum(axis=1), (case.calls * after).sum(axis=1)
    earlier, calls = scope.hours.sum() - failed.sum(), case.calls.sum() - tried.sum()
    on, clock = case.days[hour // 24], f"{hour % 24:02d}:00"
    return Finding(
        kind=CauseKind.EXPIRED_CREDENTIAL,
        key=f"{on} {clock}",
        statement=f"{sentence(failures(scope.code, kind=case.kind))} began on {day(on)} at about {clock} "
        f"{case.timezone} and have not stopped: {count(failed.sum())} of {count(tried.sum())} {units(case.kind)} "
        f"since, {count(earlier)} of {count(calls)} before; {_CONSISTENT.get(str(scope.code), _EXPIRED)}",
        evidence={
            "since_hour": f"{on} {clock}",
            "failures_since": int(failed.sum()),
            "calls_since": int(tried.sum()),
            "failures_before": int(earlier),
            "calls_before": int(calls),
            "timezone": case.timezone,
        },
        explained=failed,
        removable=surplus(failed, tried, float(earlier / max(calls, 1))),
        onset=Onset(on=on, earliest=on, latest=on),
    )


def _on_weekdays(scope: Scope, on: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], *, name: str) -> str:
    """Return the sentence about the weekday."""
    k, n = scope.k, scope.n
    hit, all_ = np.count_nonzero(on & (k > 0)), np.count_nonzero(on & (n > 0))
    days = f"{all_} {name}s" if hit == all_ else f"{hit} of {all_} {name}s"
    auth = scope.code in AUTH_CODES or scope.case.kind is Kind.AUTH
    return (
        f"{sentence(failures(scope.code, kind=scope.case.kind))} fall on {name}s: {count(k[on].sum())} of "
        f"{count(k.sum())} on {days}; consistent with a weekly {'credential or job' if auth else 'job'}"
    )
