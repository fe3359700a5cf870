"""Which level lies wholly beyond its target: success, delivery, latency or authentication; one claim an integration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from techhealth.assess.claims import Claim, confidence_of, rate
from techhealth.assess.detect import Degradation
from techhealth.assess.facts import Facts
from techhealth.assess.impact import NOUNS
from techhealth.assess.latency import FROM_POLICY, exceedance, latency_of, sla_of
from techhealth.assess.rates import dispersion, jeffreys
from techhealth.assess.score import Scored
from techhealth.figures import milliseconds, percent
from techhealth.model import Days, IssueKind, Kind, LatencyStatus, Onset, Rate, Severity, Shape, State
from techhealth.policy import Policy

_INFO_ABOVE, _WARNING_BELOW, _CRITICAL_BELOW = 0.97, 0.90, 0.80
_HEAVY_POINTS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """A level beyond its target: over the whole period and in the window; with an onset where it once was not."""

    title: str
    kind: IssueKind
    baseline: Rate
    recent: Rate
    shape: Shape = Shape.STEADY
    onset: Onset | None = None


def beyond_target(
    facts: Facts, scored: Scored, *, window: Days, covered: set[str], slower: Degradation | None, policy: Policy
) -> Claim | None:
    """Return the claim that a level lies wholly beyond its target, None when none does.

    One claim an integration, about the component that loses most points; components in `covered` have an issue already.
    `slower` says since when calls are slower, where they are.
    """
    if scored.state not in (State.SCORED, State.LOW_CONFIDENCE):
        return None
    candidates = {
        name: level
        for name, level in (
            ("success", _beyond_success(facts, window, policy)),
            ("webhook", _beyond_delivery(facts, window, policy)),
            ("latency", _beyond_latency(facts, window, slower, policy)),
            ("auth", _beyond_auth(facts, window, policy)),
        )
        if level is not None and name not in covered
    }
    if not candidates:
        return None
    lost = _points_lost(scored)
    worst = max(candidates, key=lambda name: lost.get(name, 0.0))
    level = candidates[worst]
    stream = Kind.WEBHOOK if worst == "webhook" else facts.kind
    part = facts.between(window)
    k, n = int(facts.stream(stream).failures[part].sum()), int(facts.stream(stream).known[part].sum())
    severity = _level_severity(1 - k / n, lost=lost.get(worst, 0.0))
    return Claim(
        facts=facts, stream=stream, kind=level.kind, covers=(worst,), title=level.title,
        severity=_latency_severity(severity, facts, window, policy) if worst == "latency" else severity,
        confidence=confidence_of(level.recent.n, policy), shape=level.shape, onset=level.onset,
        baseline=level.baseline, recent=level.recent, q_value=None, forecast=None,
        also=candidates["success"].title if worst != "success" and "success" in candidates else "",
    )  # fmt: skip


def _latency_severity(by_success: Severity, facts: Facts, window: Days, policy: Policy) -> Severity:
    """Return the severity of slow calls: a breach of an agreed SLA is a warning at least, an assumed one never critical."""
    seen = latency_of(facts, window, policy)
    agreed = sla_of(facts.name, policy)[1] == FROM_POLICY
    if agreed and seen is not None and seen.status is LatencyStatus.BREACH and by_success is Severity.INFO:
        return Severity.WARNING
    return Severity.WARNING if by_success is Severity.CRITICAL and not agreed else by_success


def _beyond_success(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    if facts.kind is not Kind.API:
        return None
    return _beyond_rate(facts, facts.failures, facts.known, window, policy.targets.success, "calls", IssueKind.ERRORS)


def _beyond_delivery(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    stream, target = facts.stream(Kind.WEBHOOK), policy.targets.delivery
    return _beyond_rate(facts, stream.failures, stream.known, window, target, "deliveries", IssueKind.WEBHOOK)


def _beyond_rate(
    facts: Facts,
    k: np.ndarray,
    n: np.ndarray,
    window: Days,
    target: float,
    noun: str,
    kind: IssueKind,
) -> _Level | None:
    """Return the level of a failure rate whose whole interval is beyond what the target allows."""
    part = facts.between(window)
    recent = rate(int(k[part].sum()), int(n[part].sum()))
    if recent.n == 0 or jeffreys(recent.k, recent.n, phi=dispersion(k, n))[0] <= 1 - target:
        return None
    every = facts.between(facts.period)
    whole = rate(int(k[every].sum()), int(n[every].sum()))
    title = f"{percent(recent.rate)} of {noun} fail, target at most {percent(1 - target)}"
    return _Level(title=title, kind=kind, baseline=whole, recent=recent)


def _beyond_latency(facts: Facts, window: Days, rise: Degradation | None, policy: Policy) -> _Level | None:
    slow, n, (low, _) = exceedance(facts, window, policy)
    if n < policy.evidence.p95_calls or low <= policy.targets.latency_exceedance:
        return None
    sla, source = sla_of(facts.name, policy)
    all_slow, everything, _ = exceedance(facts, facts.period, policy)
    limit = f"{milliseconds(sla)}{'' if source == 'policy' else ' (assumed)'}"
    title = f"{percent(slow / n)} of calls are slower than the SLA of {limit}, 5 % is allowed"
    whole, recent = rate(all_slow, everything), rate(slow, n)
    if rise is None:
        return _Level(title=title, kind=IssueKind.LATENCY, baseline=whole, recent=recent)
    return _Level(
        title=title, kind=IssueKind.LATENCY, baseline=rate(*rise.baseline), recent=recent,
        shape=rise.shape, onset=rise.onset,
    )  # fmt: skip


def _beyond_auth(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    part = facts.between(window)
    recent = rate(int(facts.auth_failures[part].sum()), int(facts.auth_known[part].sum()))
    if recent.n == 0 or jeffreys(recent.k, recent.n)[0] <= policy.targets.auth_failure:
        return None
    what = "sign-ins fail" if facts.kind is Kind.AUTH else f"{NOUNS[facts.kind][1]} fail for authentication"
    title = f"{percent(recent.rate)} of {what}, target at most {percent(policy.targets.auth_failure)}"
    every = facts.between(facts.period)
    whole = rate(int(facts.auth_failures[every].sum()), int(facts.auth_known[every].sum()))
    return _Level(title=title, kind=IssueKind.AUTH, baseline=whole, recent=recent)


def _points_lost(scored: Scored) -> dict[str, float]:
    """Return the points of the integration's own score that each component loses; twins count together."""
    total = sum(part.weight for part in scored.components)
    lost = {part.name: part.weight / total * (100 - part.score) for part in scored.components}
    counts = {part.name: part.counts for part in scored.components}
    if counts.get("success") == counts.get("webhook") == "deliveries":
        lost["webhook"] += lost["success"]
    return lost


def _level_severity(success: float, *, lost: float) -> Severity:
    """Return the severity of a steady level from the success or delivery rate, and from the points it loses."""
    if success > _INFO_ABOVE:
        return Severity.INFO
    if success < _WARNING_BELOW:
        return Severity.CRITICAL if success < _CRITICAL_BELOW else Severity.WARNING
    return Severity.WARNING if lost >= _HEAVY_POINTS else Severity.INFO
