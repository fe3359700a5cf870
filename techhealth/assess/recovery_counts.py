"""What a fix is measured by: what an issue counts a day, how it was before and while it was bad, and how near is back.

An issue with an onset is measured against the window before it, a steady one against its target, and one that recurs
against none at all, up to its target. Calls that became slower are counted as those slower than one in twenty was before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from techhealth.assess.facts import Facts
from techhealth.assess.latency import above, distribution
from techhealth.assess.rates import Counts
from techhealth.assess.slowdown import slow_series
from techhealth.figures import milliseconds
from techhealth.model import Days, Issue, IssueKind, Kind, Rate, Shape
from techhealth.policy import Policy

#: Days before an onset, and calls on them, from which their latency is a measure.
_FEWEST_DAYS, _FEWEST_CALLS = 7, 300
_QUANTILE = 0.95
#: A day with at most this share of the usual traffic is one on which it stays away.
_HALF = 0.5
_WHAT = {
    IssueKind.ERRORS: "calls fail", IssueKind.LATENCY: "calls are slower than the SLA", IssueKind.WEBHOOK: "deliveries fail",
    IssueKind.FIRST_TRIES: "first tries of deliveries fail",
    IssueKind.AUTH: "calls or sign-ins fail for authentication", IssueKind.VOLUME: "days have less than half of the usual traffic",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What an issue counts of how many, a day of its facts; without counts `before` is a level that is exactly known.

    `margin` is by how much the ratio may lie above `before` and still be back; `what` says what is counted.
    """

    k: Counts
    n: Counts
    before: Rate
    during: Rate
    margin: float
    what: str


def rate(k: int, n: int) -> Rate:
    """Return a ratio with its counts."""
    return Rate(rate=k / n if n else None, k=k, n=n)


def measured(issue: Issue, facts: Facts, *, cut: int, policy: Policy) -> Measured:
    """Return what a fix of an issue is measured by; `cut` is the position of the first day since the fix."""
    start = min(cut, max(0, (issue.onset.on - facts.days.first).days)) if issue.onset else cut
    if issue.kind is IssueKind.VOLUME:
        return _traffic(facts, start, cut)
    if issue.kind is IssueKind.LATENCY and issue.onset and start >= _FEWEST_DAYS:
        found = _slower(facts, start, cut, policy)
        if found is not None:
            return found
    k, n = _counts(issue, facts, policy)
    before, margin = _goal(issue, policy)
    return Measured(k=k, n=n, before=before, during=issue.recent, margin=margin, what=_WHAT[issue.kind])


def _counts(issue: Issue, facts: Facts, policy: Policy) -> tuple[Counts, Counts]:
    if issue.kind is IssueKind.AUTH:
        return facts.auth_failures, facts.auth_known
    if issue.kind is IssueKind.LATENCY:
        slow = slow_series(facts, policy)
        return slow.k.astype(np.int64), slow.n.astype(np.int64)
    if issue.kind is IssueKind.FIRST_TRIES:
        facts = (
            facts.first_tries or facts
        )  # where no later try delivers any more, the first ones end as the deliveries do
    of_deliveries = issue.kind in (IssueKind.WEBHOOK, IssueKind.FIRST_TRIES)
    stream = facts.stream(Kind.WEBHOOK if of_deliveries else facts.kind)
    return stream.failures, stream.known


def _goal(issue: Issue, policy: Policy) -> tuple[Rate, float]:
    """Return what is to be reached again, and how far above it is still back."""
    if issue.onset is not None and issue.baseline.rate is not None:
        return issue.baseline, _large(issue.baseline, policy)
    targets = policy.targets
    allowed = {
        IssueKind.ERRORS: 1 - targets.success, IssueKind.WEBHOOK: 1 - targets.delivery,
        IssueKind.FIRST_TRIES: policy.detection.critical_rate,
        IssueKind.AUTH: targets.auth_failure, IssueKind.LATENCY: targets.latency_exceedance,
    }[issue.kind]  # fmt: skip
    if issue.shape is Shape.RECURRING:
        return Rate(rate=0.0, k=0, n=0), allowed
    return Rate(rate=allowed, k=0, n=0), 0.0


def _large(before: Rate, policy: Policy) -> float:
    """Return by how much a ratio has to rise for the detection to call it large."""
    return max(policy.detection.points, (policy.detection.ratio - 1) * (before.rate or 0.0))


def _slower(facts: Facts, start: int, cut: int, policy: Policy) -> Measured | None:
    """Return the calls that took longer than one in twenty did before the onset; None where too few are known."""
    last = facts.days.first + timedelta(days=start - 1)
    usual = distribution(facts, Days(first=facts.days.first, last=last, days=start))
    if usual.n < _FEWEST_CALLS:
        return None
    limit = usual.quantile(_QUANTILE)
    k, n = above(facts.latency, first_bucket=facts.first_bucket, limit_ms=limit), facts.latency.sum(axis=1)
    before, during = (rate(int(k[part].sum()), int(n[part].sum())) for part in (slice(0, start), slice(start, cut)))
    what = f"calls are slower than {milliseconds(limit)}, the P95 before"
    return Measured(k=k, n=n, before=before, during=during, margin=_large(before, policy), what=what)


def _traffic(facts: Facts, start: int, cut: int) -> Measured:
    """Return the days on which traffic stays away."""
    usual = float(np.median(facts.calls[:start])) if start else 0.0
    away, every = (facts.calls <= _HALF * usual).astype(np.int64), np.ones_like(facts.calls)
    during = rate(int(away[start:cut].sum()), cut - start)
    return Measured(k=away, n=every, before=Rate(rate=0.0, k=0, n=0), during=during, margin=0.0, what=_WHAT[IssueKind.VOLUME])  # fmt: skip
