"""Which causes of an issue are worth an action of their own: of those that speak of the same failures only one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from techhealth.assess.causes import Found
from techhealth.model import CauseKind, Issue, Severity

#: Symptoms: what fails is known, why is still to be found.
SYMPTOMS = frozenset({CauseKind.ERROR_CODE, CauseKind.DELIVERY_REASON, CauseKind.UNDETERMINED})
#: Symptoms that speak of everything that fails: any other cause says more.
_OF_ALL = frozenset({CauseKind.DELIVERY_REASON, CauseKind.UNDETERMINED})
#: What the causes of a symptom's failures must remove of what the symptom would, to stand for it.
_ENOUGH = 0.5
#: A code behind less of an issue is worth no action; one behind more is what the issue is about.
_LEAST, _MOST = 0.05, 0.5


def worth_acting(issue: Issue, found: Sequence[Found]) -> tuple[Found, ...]:
    """Return the causes of an issue to act on, the specific ones first.

    A symptom yields to the causes of the same failures where they remove half of what it would; where they remove less
    they show but a part of it, and yield to it. Retries only repeat a failure: whatever makes it fail first stays worth
    an action.
    """
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: one.cause.kind in SYMPTOMS):
        rivals = [other for other in kept if _same_failures(other, one)]
        partly = one.cause.kind in SYMPTOMS and _removed(rivals) < _ENOUGH * _removed([one])
        if _too_little(one, issue) or (rivals and not partly):
            continue
        kept = [*(other for other in kept if other not in rivals), one]
    return tuple(kept)


def _same_failures(other: Found, one: Found) -> bool:
    """Return whether a cause speaks of the same failures as another one, or as its symptom."""
    if CauseKind.RETRIES in (other.cause.kind, one.cause.kind):
        return False
    if one.cause.kind in _OF_ALL or other.cause.kind in _OF_ALL:
        return True
    if one.code is None or other.code is None:
        return one.cause.kind in SYMPTOMS and one.cause.share_of_issue > _MOST
    return one.code == other.code


def _too_little(one: Found, issue: Issue) -> bool:
    """Return whether too little is known of a cause, or too little is behind it, to act on it."""
    code = one.cause.kind is CauseKind.ERROR_CODE
    unfound = one.cause.kind is CauseKind.UNDETERMINED or (code and one.cause.onset is None)
    part = max(one.cause.share_of_issue, one.cause.share_of_excess or 0.0)
    return (unfound and issue.severity is Severity.INFO) or (code and part < _LEAST)


def _removed(causes: Iterable[Found]) -> int:
    return sum(number for one in causes for number in one.removable.values())
