"""Did a credential stop working from one hour on?"""

from __future__ import annotations

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.tally import surplus
from techhealth.assess.causes.words import count, failures
from techhealth.assess.onset import rise_gains
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.figures import day, sentence
from techhealth.model import CauseKind, Kind, Onset

#: What refusals are consistent with, by the class that the log names.
_EXPIRED = "consistent with an expired or revoked credential"
_CONSISTENT = {
    "secret_expired": "the answers name an expired client secret, without which no new token is issued",
    "token_rejected": "consistent with an expired or revoked token, which a new authorisation replaces",
}
#: The latest active hours, in which nearly every call has to fail for a credential to count as dead.
_LATEST_HOURS = 6


def ask(scope: Scope) -> Finding | None:
    """Return the hour from which nearly every call fails authentication, lately as well.

    Where many succeed, the credential is neither expired nor revoked: that is for `shut_out.ask` and `codes.ask_onset` to say.
    """
    case, rules, hour = scope.case, scope.case.policy.causes, broken_at(scope)
    if hour is None:
        return None
    k, n = scope.hours.ravel(), case.calls.ravel()
    before = (k[:hour].sum() + 0.5) / (n[:hour].sum() + 1)
    tried = np.flatnonzero(n[hour:] > 0)[1:] + hour  # the hour in which it broke still has successes
    rate, lately = (k[part].sum() / max(n[part].sum(), 1) for part in (tried, tried[-_LATEST_HOURS:]))
    lasting = min(rate, lately) >= max(rules.expired_rate, rules.sudden_ratio * before)
    # what still lets some in may be over in an hour
    all_of_them = k[tried].sum() == n[tried].sum() >= rules.minimum_failures
    enough = k[hour:].sum() >= rules.minimum_failures and np.count_nonzero(k[hour:]) >= rules.sudden_hours
    return _expired(scope, hour=hour) if lasting and (enough or all_of_them) else None


def broken_at(scope: Scope) -> int | None:
    """Return the hour of the period from which failures of authentication are most frequent; None where these are not in question."""
    case = scope.case
    if scope.code is None or (scope.code not in AUTH_CODES and case.kind is not Kind.AUTH):
        return None
    active = np.flatnonzero(case.calls.ravel() > 0)
    gains = rise_gains(scope.hours.ravel()[active], case.calls.ravel()[active])
    return int(active[int(np.argmax(gains)) + 1]) if len(gains) and gains.max() > 0 else None


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
        statement=f"{sentence(failures(scope.code, case.counted))} began on {day(on)} at about {clock} "
        f"{case.timezone} and have not stopped: {count(failed.sum())} of {count(tried.sum())} {case.counted.many} "
        f"since, {count(earlier)} of {count(calls)} before; {consistent_with(scope.code)}",
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


def consistent_with(code: str | None) -> str:
    """Return what refusals of a class are consistent with."""
    return _CONSISTENT.get(str(code), _EXPIRED)
