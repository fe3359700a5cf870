"""Are the failures repeats of one another?"""

from __future__ import annotations

import numpy as np

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.words import briefly, count
from techhealth.figures import percent
from techhealth.model import CauseKind, Kind, Owner


def ask(scope: Scope) -> Finding | None:
    """Return the failed calls that only repeat an earlier failed one, where they are a good part of the excess."""
    case, total = scope.case, scope.k.sum()
    if scope.code is not None or case.kind is not Kind.API:
        return None
    repeats = np.minimum(case.retries[scope.start :], scope.k)
    if repeats.sum() <= case.policy.causes.retry_share * scope.excess:
        return None
    theirs = scope.owner is Owner.CUSTOMER
    mostly = briefly(next(iter(case.by_code)), case.kind)
    started = "" if theirs else f"; the calls that they repeat failed first, mostly with {mostly}"
    inflated = repeats.sum() / max(scope.n[repeats > 0].sum() - repeats.sum(), 1)
    return Finding(
        kind=CauseKind.RETRIES,
        key="retries",
        statement=f"{count(repeats.sum())} of {count(total)} failed calls seem to repeat one that had just failed "
        f"(told by its key, or by endpoint, client and size), which inflates the traffic of these days by "
        f"{percent(inflated)}; consistent with retries that come too soon to succeed{started}",
        evidence={
            "repeats": int(repeats.sum()),
            "failures": int(total),
            "inflation": float(inflated),
            "amplification": float(total / max(total - repeats.sum(), 1)),
        },
        explained=repeats,
        removable=repeats,
        owner=Owner.CUSTOMER if theirs else Owner.SHARED,  # the pace is theirs, what starts the repeats may be ours
    )
