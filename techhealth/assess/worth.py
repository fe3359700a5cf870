"""Which causes of an issue are worth an action of their own: of those that speak of the same failures only one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from techhealth.assess.causes import Found
from techhealth.assess.claims import tolerated
from techhealth.model import CauseKind, Issue, Owner, Severity, Shape
from techhealth.policy import Policy

#: Symptoms: what fails is known, why is still to be found.
SYMPTOMS = frozenset({CauseKind.ERROR_CODE, CauseKind.DELIVERY_REASON, CauseKind.UNDETERMINED})
#: Symptoms that speak of everything that fails: any other cause says more.
_OF_ALL = frozenset({CauseKind.DELIVERY_REASON, CauseKind.UNDETERMINED})
#: What the causes of a symptom's failures must remove of what the symptom would, to stand for it.
_ENOUGH = 0.5
#: A cause behind less of an issue is worth no action; a code behind more is what the issue is about.
_LEAST, _MOST = 0.05, 0.5
#: Kind of cause, the slice or code, and who has to act.
_Told = tuple[CauseKind, str, Owner]


def worth_acting(issue: Issue, found: Sequence[Found], policy: Policy) -> tuple[Found, ...]:
    """Return the causes of an issue to act on, the specific ones first.

    An outage that is over is one thing to act on, whatever else its failures have in common. A symptom yields to the causes of
    the same failures where they remove half of what it would; where they remove less they show but a part of it, and yield to
    it. Retries only repeat a failure: whatever makes it fail first stays worth an action. Those of the same slice that the same
    side has to act on are one.
    """
    outage = [one for one in found if one.cause.kind is CauseKind.BURSTS]
    if issue.shape is Shape.BURST and outage:
        return tuple(outage[:1])
    shares: dict[_Told, float] = {}
    for one in found:
        shares[_told(one)] = shares.get(_told(one), 0.0) + _share(one, issue, policy)
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: one.cause.kind in SYMPTOMS):
        rivals = [other for other in kept if _same_failures(other, one)]
        partly = one.cause.kind in SYMPTOMS and _removed(rivals) < _ENOUGH * _removed([one])
        if shares[_told(one)] < _LEAST or _unfound(one, issue) or (rivals and not partly):
            continue
        kept = [*(other for other in kept if other not in rivals), one]
    return tuple(
        _together([other for other in kept if _told(other) == told])
        for told in dict.fromkeys(_told(one) for one in kept)
    )


def _told(one: Found) -> _Told:
    """Return what an action about a cause says: one who acts is told once of a slice, whatever the codes."""
    return one.cause.kind, str(one.cause.evidence.get("slice") or one.code), one.owner


def _together(alike: Sequence[Found]) -> Found:
    """Return causes that one action removes as one, in the words of the largest."""
    most = max(alike, key=lambda one: one.cause.share_of_issue)
    if len(alike) == 1:
        return most
    removable: dict[date, int] = {}
    for one in alike:
        for on, number in one.removable.items():
            removable[on] = removable.get(on, 0) + number
    of_issue = min(1.0, sum(one.cause.share_of_issue for one in alike))
    of_excess = min(1.0, sum(one.cause.share_of_excess or 0.0 for one in alike))
    cause = replace(most.cause, share_of_issue=of_issue, share_of_excess=of_excess)
    return replace(most, cause=cause, code=None, removable=removable)


def _same_failures(other: Found, one: Found) -> bool:
    """Return whether a cause speaks of the same failures as another one, or as its symptom."""
    if CauseKind.RETRIES in (other.cause.kind, one.cause.kind):
        return False
    if one.cause.kind in _OF_ALL or other.cause.kind in _OF_ALL:
        return True
    if one.code is None or other.code is None:
        return one.cause.kind in SYMPTOMS and one.cause.share_of_issue > _MOST
    return one.code == other.code


def _share(one: Found, issue: Issue, policy: Policy) -> float:
    """Return what is behind a cause: of what is new where the level before was tolerated, else of all."""
    of_excess, tolerable = one.cause.share_of_excess, (issue.baseline.rate or 0.0) <= tolerated(issue.kind, policy)
    if issue.onset is not None and of_excess is not None and tolerable:
        return of_excess
    return max(one.cause.share_of_issue, of_excess or 0.0)


def _unfound(one: Found, issue: Issue) -> bool:
    """Return whether too little is known of a cause of a minor issue to act on it."""
    kind = one.cause.kind
    no_limit = kind is CauseKind.RATE_LIMIT and one.change is None
    always = one.cause.onset is None and (kind is CauseKind.ERROR_CODE or no_limit)
    return issue.severity is Severity.INFO and (kind is CauseKind.UNDETERMINED or always)


def _removed(causes: Iterable[Found]) -> int:
    return sum(number for one in causes for number in one.removable.values())
