"""Facts → issues: what degraded, what is steadily beyond its target, what fell silent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from techhealth.assess.detect import Degradation
from techhealth.assess.facts import Facts, local_days
from techhealth.assess.latency import exceedance, sla_of
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.assess.ramp import Series
from techhealth.assess.rates import dispersion, jeffreys
from techhealth.assess.score import Scored
from techhealth.assess.silence import Silence
from techhealth.figures import count, day, milliseconds, percent
from techhealth.model import (
    Confidence,
    Days,
    Forecast,
    IssueKind,
    Kind,
    Onset,
    Rate,
    Severity,
    Shape,
    State,
)
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

_SURE_Q = 1e-4
_SURE_CALLS = 300
_INFO_ABOVE, _WARNING_BELOW, _CRITICAL_BELOW = 0.97, 0.90, 0.80
_HEAVY_POINTS = 10.0
_AUTH_INFO = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an issue says, before causes and impact are added; `component` names the part of the score it concerns."""

    facts: Facts
    kind: IssueKind
    component: str
    title: str
    severity: Severity
    confidence: Confidence
    shape: Shape
    onset: Onset | None
    first_flagged_on: date | None
    baseline: Rate
    recent: Rate
    q_value: float | None
    forecast: Forecast | None


def rate(k: int, n: int) -> Rate:
    """Return a ratio with its counts."""
    return Rate(rate=k / n if n else None, k=k, n=n)


def series_of(facts: Facts, rollup: Rollup) -> Series:
    """Return the daily failures of an integration, with the hours of its last day."""
    last = rollup.hourly.filter(
        (pl.col("integration") == facts.name)
        & (pl.col("kind") == facts.kind.value)
        & (local_days(rollup) == facts.days.last)
        & pl.col("ok").is_not_null()
    )
    calls = pl.col("calls")
    hours = (
        last.group_by(pl.col("at").dt.truncate("1h"))
        .agg(k=calls.filter(~pl.col("ok")).sum(), n=calls.sum())
        .sort("at")
        .select("k", "n")
        .rows()
    )
    return Series(days=facts.days, k=facts.failures, n=facts.known, last_day_hours=tuple(hours))


def degraded(
    facts: Facts, found: Degradation, *, q_value: float, flagged: date, outlook: Forecast | None, policy: Policy
) -> Claim:
    """Return the claim that a failure rate rose."""
    webhook = facts.kind is Kind.WEBHOOK
    what = {Kind.WEBHOOK: "Failed deliveries", Kind.AUTH: "Failed sign-ins"}.get(facts.kind, "Errors")
    before, now = rate(*found.baseline), rate(*found.recent)
    kinds = {Kind.WEBHOOK: IssueKind.WEBHOOK, Kind.AUTH: IssueKind.AUTH}
    return Claim(
        facts=facts,
        kind=kinds.get(facts.kind, IssueKind.ERRORS),
        component="auth" if facts.kind is Kind.AUTH else "success",
        title=f"{what} rose from {percent(before.rate)} to {percent(now.rate)}{_how_long(found, facts)}",
        severity=_degradation_severity(found, outlook, target=_target(webhook=webhook, policy=policy), policy=policy),
        confidence=Confidence.HIGH if q_value < _SURE_Q else Confidence.MEDIUM,
        shape=found.shape,
        onset=found.onset,
        first_flagged_on=flagged,
        baseline=before,
        recent=now,
        q_value=q_value,
        forecast=outlook,
    )


def _how_long(found: Degradation, facts: Facts) -> str:
    """Return in how many weeks a rate climbed, or since when it is up."""
    if found.onset is None:
        return ""
    if found.shape is not Shape.RAMP:
        return f" since {day(found.onset.on)}"
    days = (facts.days.last - found.onset.on).days + 1
    return f" in {count(math.ceil(days / 7), 'week')}"


def beyond_target(facts: Facts, scored: Scored, *, window: Days, covered: set[str], policy: Policy) -> Claim | None:
    """Return the claim that a level lies wholly beyond its target, None when none does.

    One claim an integration, about the component that loses most points; components in `covered` have an issue already.
    """
    if scored.state not in (State.SCORED, State.LOW_CONFIDENCE):
        return None
    candidates = {
        name: claim
        for name, claim in (
            ("success", _beyond_success(facts, window, policy)),
            ("webhook", _beyond_delivery(facts, window, policy)),
            ("latency", _beyond_latency(facts, window, policy)),
            ("auth", _beyond_auth(facts, window, policy)),
        )
        if claim is not None and name not in covered
    }
    lost = _points_lost(scored)
    if not candidates:
        return None
    worst = max(candidates, key=lambda name: lost.get(name, 0.0))
    title, kind, baseline, recent = candidates[worst]
    part = facts.between(window)
    k, n = int(facts.failures[part].sum()), int(facts.known[part].sum())
    severity = _level_severity(1 - k / n, lost=lost.get(worst, 0.0))
    if kind is IssueKind.LATENCY and sla_of(facts.name, policy)[1] != "policy" and severity is Severity.CRITICAL:
        severity = Severity.WARNING  # an assumed SLA never makes a critical issue
    return Claim(
        facts=facts, kind=kind, component=worst, title=title, severity=severity,
        confidence=_confidence(recent.n, policy), shape=Shape.STEADY, onset=None, first_flagged_on=None,
        baseline=baseline, recent=recent, q_value=None, forecast=None,
    )  # fmt: skip


def recurring_auth(facts: Facts, *, title: str, onset: Onset | None, window: Days, policy: Policy) -> Claim:
    """Return the claim that authentication fails in a recurring pattern."""
    part = facts.between(window)
    recent = rate(int(facts.auth_failures[part].sum()), int(facts.auth_known[part].sum()))
    whole = rate(int(facts.auth_failures.sum()), int(facts.auth_known.sum()))
    small = (recent.rate or 0.0) < _AUTH_INFO
    return Claim(
        facts=facts, kind=IssueKind.AUTH, component="auth", title=title,
        severity=Severity.INFO if small else Severity.WARNING, confidence=_confidence(whole.n, policy),
        shape=Shape.RECURRING, onset=onset, first_flagged_on=None, baseline=whole, recent=recent,
        q_value=None, forecast=None,
    )  # fmt: skip


def silent(facts: Facts, found: Silence, *, policy: Policy) -> Claim:
    """Return the claim that an integration fell silent."""
    usual = found.expected_calls / found.silent_days
    start = (found.onset.on - facts.days.first).days
    return Claim(
        facts=facts,
        kind=IssueKind.VOLUME,
        component="volume",
        title=f"No traffic since {day(found.onset.on)}, about {usual:,.0f} events a day before",
        severity=Severity.CRITICAL if found.silent_days >= policy.windows.current_days else Severity.WARNING,
        confidence=Confidence.HIGH if found.p_value < _SURE_Q else Confidence.MEDIUM,
        shape=Shape.STEP,
        onset=found.onset,
        first_flagged_on=None,
        baseline=rate(int(facts.failures[:start].sum()), int(facts.known[:start].sum())),
        recent=rate(0, 0),
        q_value=found.p_value,
        forecast=None,
    )


def only_failures(claim: Claim) -> pl.Expr:
    """Return which failures an issue is about, an expression over the hourly table."""
    if claim.kind is IssueKind.AUTH:
        auth = pl.col("status").is_in([401, 403]) | pl.col("error").is_in(AUTH_CODES)
        return auth.fill_null(False) | (pl.col("kind") == Kind.AUTH.value)
    return pl.lit(True)


def covered_by(claims: Sequence[Claim]) -> set[str]:
    """Return the components that have an issue already; a webhook-only integration has one level for two of them."""
    covered = {claim.component for claim in claims}
    webhook_only = any(claim.facts.kind is Kind.WEBHOOK for claim in claims)
    return covered | ({"success", "webhook"} if webhook_only and covered & {"success", "webhook"} else set())


_Level = tuple[str, IssueKind, Rate, Rate]


def _beyond_success(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    if facts.kind is not Kind.API:
        return None
    return _beyond_rate(facts, facts.failures, facts.known, window, policy.targets.success, "calls", IssueKind.ERRORS)


def _beyond_delivery(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    k, n, target = facts.failed_deliveries, facts.deliveries, policy.targets.delivery
    return _beyond_rate(facts, k, n, window, target, "deliveries", IssueKind.WEBHOOK)


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
    whole = rate(int(k.sum()), int(n.sum()))
    title = f"{percent(recent.rate)} of {noun} fail, target at most {percent(1 - target)}"
    return title, kind, whole, recent


def _beyond_latency(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    slow, n, (low, _) = exceedance(facts, window, policy)
    if n < policy.evidence.p95_calls or low <= policy.targets.latency_exceedance:
        return None
    sla, source = sla_of(facts.name, policy)
    all_slow, everything, _ = exceedance(facts, facts.days, policy)
    limit = f"{milliseconds(sla)}{'' if source == 'policy' else ' (assumed)'}"
    title = f"{percent(slow / n)} of calls are slower than the SLA of {limit}, 5 % is allowed"
    return title, IssueKind.LATENCY, rate(all_slow, everything), rate(slow, n)


def _beyond_auth(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    part = facts.between(window)
    recent = rate(int(facts.auth_failures[part].sum()), int(facts.auth_known[part].sum()))
    if recent.n == 0 or jeffreys(recent.k, recent.n)[0] <= policy.targets.auth_failure:
        return None
    title = f"{percent(recent.rate)} fail for authentication, target at most {percent(policy.targets.auth_failure)}"
    return title, IssueKind.AUTH, rate(int(facts.auth_failures.sum()), int(facts.auth_known.sum())), recent


def _points_lost(scored: Scored) -> dict[str, float]:
    """Return the points of the integration's own score that each component loses; twins count together."""
    total = sum(part.weight for part in scored.components)
    lost = {part.name: part.weight / total * (100 - part.score) for part in scored.components}
    counts = {part.name: part.counts for part in scored.components}
    if counts.get("success") == counts.get("webhook") == "deliveries":
        lost["webhook"] += lost["success"]
    return lost


def _target(*, webhook: bool, policy: Policy) -> float:
    return policy.targets.delivery if webhook else policy.targets.success


def _degradation_severity(
    found: Degradation, outlook: Forecast | None, *, target: float, policy: Policy
) -> Severity:  # fmt: skip
    """Return critical when many fail already or soon will, warning beyond the target or within three weeks."""
    k, n = found.recent
    rules = policy.detection
    days_left = outlook.days if outlook is not None else None
    if k > rules.critical_rate * n or (days_left is not None and days_left <= rules.critical_within_days):
        return Severity.CRITICAL
    beyond = jeffreys(k, n, phi=found.phi)[0] > 1 - target
    if beyond or (days_left is not None and days_left <= rules.warning_within_days):
        return Severity.WARNING
    return Severity.INFO


def _level_severity(success: float, *, lost: float) -> Severity:
    """Return the severity of a steady level from the success or delivery rate, and from the points it loses."""
    if success > _INFO_ABOVE:
        return Severity.INFO
    if success < _WARNING_BELOW:
        return Severity.CRITICAL if success < _CRITICAL_BELOW else Severity.WARNING
    return Severity.WARNING if lost >= _HEAVY_POINTS else Severity.INFO


def _confidence(n: int, policy: Policy) -> Confidence:
    if n >= _SURE_CALLS:
        return Confidence.HIGH
    return Confidence.MEDIUM if n >= policy.evidence.grade_rate else Confidence.LOW
