"""How bad a rise is, or what fails on one weekday: by how much fails, and by how soon too much surely will."""

from __future__ import annotations

import numpy as np

from techhealth.assess.detect import Degradation
from techhealth.assess.rates import Counts, jeffreys
from techhealth.model import Forecast, Rate, Severity
from techhealth.policy import Policy

#: Part of a week's calls, in which what returns on one of its days has come once, below which it is minor.
_MINOR = 0.01


def severity_of_rise(
    found: Degradation, outlook: Forecast | None, *, allowed: float, policy: Policy
) -> Severity:  # fmt: skip
    """Return critical when many fail already or surely soon will, warning beyond the target since it rose or within three weeks.

    What has been critical stays so until fewer surely fail: a mean that hovers about a limit is no recovery. A forecast that
    may as well be months off raises nothing, and none is critical that may as well be weeks off.
    """
    k, n = found.recent
    rules = policy.detection
    latest = outlook.interval[1] if outlook is not None and outlook.interval is not None else None
    days_left = outlook.days if outlook is not None and latest is not None else None
    was = found.worst[0] > rules.critical_rate * found.worst[1]
    still = was and jeffreys(k, n, phi=found.phi)[1] > rules.critical_rate
    if k > rules.critical_rate * n or still or (latest is not None and latest <= rules.critical_within_days):
        return Severity.CRITICAL
    beyond = jeffreys(*found.risen, phi=found.phi)[0] > allowed
    if beyond or (days_left is not None and days_left <= rules.warning_within_days):
        return Severity.WARNING
    return Severity.INFO


def failing_from(k: Counts, n: Counts, *, limit: float) -> int | None:
    """Return the position of the day from which on more than a `limit` has failed, None where that is not so any more.

    A day ends it on which surely fewer fail: one that may as well be chance does not. It is so now if surely more fail of
    all since together.
    """
    seen = np.flatnonzero(n)
    ends = [place for place, day in enumerate(seen) if jeffreys(float(k[day]), float(n[day]))[1] <= limit]
    since = seen[ends[-1] + 1 :] if ends else seen
    beyond = since[k[since] > limit * n[since]]
    if not len(beyond):
        return None
    first = int(beyond[0])
    return first if jeffreys(float(k[first:].sum()), float(n[first:].sum()))[0] > limit else None


def severity_of_pattern(recent: Rate, policy: Policy) -> Severity:
    """Return the severity of authentication that fails on one day of the week, the same on each of the others."""
    failing = recent.rate or 0.0
    if failing > policy.detection.critical_rate:
        return Severity.CRITICAL
    return Severity.INFO if failing < _MINOR else Severity.WARNING
