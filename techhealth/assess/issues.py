"""Facts → issues: what degraded, what is steadily beyond its target, what fell silent."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from techhealth.assess.detect import Degradation, degradation
from techhealth.assess.facts import Facts, local_days
from techhealth.assess.impact import NOUNS
from techhealth.assess.latency import FROM_POLICY, exceedance, latency_of, sla_of
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.assess.period import each_day, span
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
    LatencyStatus,
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
#: What rose → its name, the issue's kind, the components it covers.
_DEGRADED: dict[Kind, tuple[str, IssueKind, tuple[str, ...]]] = {
    Kind.API: ("Errors", IssueKind.ERRORS, ("success",)),
    Kind.WEBHOOK: ("Failed deliveries", IssueKind.WEBHOOK, ("webhook",)),
    Kind.AUTH: ("Failed sign-ins", IssueKind.AUTH, ("auth",)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an issue says, before causes and impact are added.

    `stream` is the kind of rows it is about, `covers` names the parts of the score it concerns, the first one foremost.
    """

    facts: Facts
    stream: Kind
    kind: IssueKind
    covers: tuple[str, ...]
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
    also: str = ""  # what else is beyond its target, in words
    quiet: Silence | None = None


def rate(k: int, n: int) -> Rate:
    """Return a ratio with its counts."""
    return Rate(rate=k / n if n else None, k=k, n=n)


def series_of(facts: Facts, kind: Kind, rollup: Rollup) -> Series:
    """Return the daily failures of an integration's calls, deliveries or auth events, with the hours of its last day."""
    last = rollup.hourly.filter(
        (pl.col("integration") == facts.name)
        & (pl.col("kind") == kind.value)
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
    stream = facts.stream(kind)
    return Series(days=facts.days, k=stream.failures, n=stream.known, last_day_hours=tuple(hours))


def degraded(
    facts: Facts,
    kind: Kind,
    found: Degradation,
    *,
    q_value: float,
    flagged: date,
    outlook: Forecast | None,
    policy: Policy,
) -> Claim:
    """Return the claim that the failure rate of an integration's calls, deliveries or auth events rose."""
    what, issue, covers = _DEGRADED[kind]
    if kind is Kind.WEBHOOK and facts.kind is Kind.WEBHOOK:
        covers = ("success", "webhook")  # its delivery rate is both
    before, now = rate(*found.baseline), rate(*found.recent)
    target = policy.targets.delivery if kind is Kind.WEBHOOK else policy.targets.success
    return Claim(
        facts=facts,
        stream=kind,
        kind=issue,
        covers=covers,
        title=f"{what} rose from {percent(before.rate)} to {percent(now.rate)}{_how_long(found, facts)}",
        severity=_degradation_severity(found, outlook, target=target, policy=policy),
        confidence=Confidence.HIGH if q_value < _SURE_Q else Confidence.MEDIUM,
        shape=found.shape,
        onset=found.onset,
        first_flagged_on=flagged,
        baseline=before,
        recent=now,
        q_value=q_value,
        forecast=outlook,
    )


def about_authentication(claim: Claim, *, onset: Onset | None) -> Claim:
    """Return a claim of rising failures as one of failing authentication, which is what they nearly all are."""
    facts = claim.facts
    start = (onset.on - facts.days.first).days if onset else (claim.facts.days.days - 1)
    failed, known = facts.auth_failures, facts.auth_known
    before = rate(int(failed[:start].sum()), int(known[:start].sum()))
    now = rate(int(failed[start:].sum()), int(known[start:].sum()))
    since = f" since {day(onset.on)}" if onset else ""
    return replace(
        claim,
        kind=IssueKind.AUTH,
        covers=("success", "auth"),
        title=f"Authentication fails{since}: {percent(now.rate)} of {NOUNS[claim.stream][1]}, {percent(before.rate)} before",
        shape=Shape.STEP,
        onset=onset or claim.onset,
        baseline=before,
        recent=now,
        forecast=None,
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
        name: level
        for name, level in (
            ("success", _beyond_success(facts, window, policy)),
            ("webhook", _beyond_delivery(facts, window, policy)),
            ("latency", _beyond_latency(facts, window, policy)),
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
        confidence=_confidence(level.recent.n, policy), shape=level.shape, onset=level.onset, first_flagged_on=None,
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


def recurring_auth(facts: Facts, *, title: str, onset: Onset | None, window: Days, policy: Policy) -> Claim:
    """Return the claim that authentication fails in a recurring pattern."""
    part = facts.between(window)
    recent = rate(int(facts.auth_failures[part].sum()), int(facts.auth_known[part].sum()))
    whole = rate(int(facts.auth_failures.sum()), int(facts.auth_known.sum()))
    small = (recent.rate or 0.0) < _AUTH_INFO
    return Claim(
        facts=facts, stream=facts.kind, kind=IssueKind.AUTH, covers=("auth",), title=title,
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
        stream=facts.kind,
        kind=IssueKind.VOLUME,
        covers=("volume",),
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
        quiet=found,
    )


def only_failures(claim: Claim) -> pl.Expr:
    """Return which failures an issue is about, an expression over the hourly table."""
    if claim.kind is IssueKind.AUTH and claim.stream is not Kind.AUTH:
        auth = pl.col("status").is_in([401, 403]) | pl.col("error").is_in(AUTH_CODES)
        return auth.fill_null(False)
    return pl.lit(True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """A level beyond its target: over the whole period and in the window; with an onset where it once was not."""

    title: str
    kind: IssueKind
    baseline: Rate
    recent: Rate
    shape: Shape = Shape.STEADY
    onset: Onset | None = None


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
    whole = rate(int(k.sum()), int(n.sum()))
    title = f"{percent(recent.rate)} of {noun} fail, target at most {percent(1 - target)}"
    return _Level(title=title, kind=kind, baseline=whole, recent=recent)


def _beyond_latency(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    slow, n, (low, _) = exceedance(facts, window, policy)
    if n < policy.evidence.p95_calls or low <= policy.targets.latency_exceedance:
        return None
    sla, source = sla_of(facts.name, policy)
    all_slow, everything, _ = exceedance(facts, facts.days, policy)
    limit = f"{milliseconds(sla)}{'' if source == 'policy' else ' (assumed)'}"
    title = f"{percent(slow / n)} of calls are slower than the SLA of {limit}, 5 % is allowed"
    whole, recent = rate(all_slow, everything), rate(slow, n)
    rise = degradation(slow_series(facts, policy), policy)
    if rise is None:
        return _Level(title=title, kind=IssueKind.LATENCY, baseline=whole, recent=recent)
    return _Level(
        title=title, kind=IssueKind.LATENCY, baseline=rate(*rise.baseline), recent=recent,
        shape=rise.shape, onset=rise.onset,
    )  # fmt: skip


def slow_series(facts: Facts, policy: Policy) -> Series:
    """Return the timed calls that took longer than the SLA, and all timed ones, a day."""
    daily = [exceedance(facts, span(day_, day_), policy)[:2] for day_ in each_day(facts.days)]
    k, n = np.array(daily, dtype=np.int64).T
    return Series(days=facts.days, k=k, n=n)


def _beyond_auth(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    part = facts.between(window)
    recent = rate(int(facts.auth_failures[part].sum()), int(facts.auth_known[part].sum()))
    if recent.n == 0 or jeffreys(recent.k, recent.n)[0] <= policy.targets.auth_failure:
        return None
    what = "sign-ins fail" if facts.kind is Kind.AUTH else f"{NOUNS[facts.kind][1]} fail for authentication"
    title = f"{percent(recent.rate)} of {what}, target at most {percent(policy.targets.auth_failure)}"
    whole = rate(int(facts.auth_failures.sum()), int(facts.auth_known.sum()))
    return _Level(title=title, kind=IssueKind.AUTH, baseline=whole, recent=recent)


def _points_lost(scored: Scored) -> dict[str, float]:
    """Return the points of the integration's own score that each component loses; twins count together."""
    total = sum(part.weight for part in scored.components)
    lost = {part.name: part.weight / total * (100 - part.score) for part in scored.components}
    counts = {part.name: part.counts for part in scored.components}
    if counts.get("success") == counts.get("webhook") == "deliveries":
        lost["webhook"] += lost["success"]
    return lost


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
