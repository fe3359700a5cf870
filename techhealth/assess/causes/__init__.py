"""Why it fails: questions asked of the failures, each in a file of its own; the answers say "coincides", never "because".

Every question is asked of the whole issue and of each error code with enough failures of its own, over the whole period;
what concentrates failures is asked again of the days since the onset, where a young cause is not yet hidden by the
ordinary background. `ranking` puts the answers in order and says what each explains.
"""

from __future__ import annotations

from datetime import date

from techhealth.assess.causes import credentials, weekdays
from techhealth.assess.causes.case import Finding, open_case
from techhealth.assess.causes.evidence import Evidence
from techhealth.assess.causes.ranking import Found, answers, ranked, scopes
from techhealth.model import Days
from techhealth.policy import Policy

__all__ = ["Evidence", "Finding", "Found", "credential_pattern", "find_causes"]


def find_causes(
    evidence: Evidence,
    *,
    period: Days,
    window: Days,
    onset: date | None,
    target: float,
    policy: Policy,
) -> tuple[Found, ...]:
    """Return what coincides with an integration's failures, the top cause first; empty when nothing failed.

    Args:
        evidence: of an integration's calls, deliveries or auth events.
        period: local days looked at, both ends included.
        window: the current window, whose share is stated beside the period's.
        onset: first day of the issue; None for a steady or recurring one.
        target: tolerated failure rate, the baseline of an issue without onset.
        policy: `causes` holds the thresholds.
    """
    case = open_case(evidence, period=period, window=window, onset=onset, target=target, policy=policy)
    if case.failures.sum() == 0:
        return ()
    return ranked(case, answers(case))


def credential_pattern(
    evidence: Evidence, *, period: Days, window: Days, target: float, policy: Policy
) -> Finding | None:
    """Return the weekday on which, or the hour from which, credentials are refused; None where neither is seen."""
    case = open_case(evidence, period=period, window=window, onset=None, target=target, policy=policy)
    asked = (ask(scope) for ask in (weekdays.ask, credentials.ask) for scope in scopes(case))
    return next((found for found in asked if found is not None), None)
