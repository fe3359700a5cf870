"""What an issue claims, before causes and impact are added: a rate rose, credentials fail, traffic fell silent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from techhealth.assess.abrupt import last_hours, may_have_broken
from techhealth.assess.causes.evidence import Evidence
from techhealth.assess.counted import Counted
from techhealth.assess.detect import Degradation
from techhealth.assess.facts import Facts
from techhealth.assess.forecast import forecast, in_bursts
from techhealth.assess.latency import FROM_POLICY, distribution, sla_of
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.assess.period import span
from techhealth.assess.ramp import Series
from techhealth.assess.rates import Counts, jeffreys
from techhealth.assess.severity import severity_of_pattern, severity_of_rise
from techhealth.assess.silence import Silence
from techhealth.assess.since import Since
from techhealth.assess.spell import Found
from techhealth.figures import count, day, milliseconds, moment, out_of, percent, share
from techhealth.model import (
    Beginning,
    Cause,
    CauseKind,
    Confidence,
    Days,
    Forecast,
    IssueKind,
    Kind,
    Onset,
    Rate,
    Severity,
    Shape,
    SubSeries,
)
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

_SURE_Q = 1e-4
_SURE_CALLS = 300
#: An SLA comes near when this part of what it allows is used up.
_NEAR = 0.4
_ONE_DAY = timedelta(days=1)
#: Kinds of issue about what fails.
FAILING = (IssueKind.ERRORS, IssueKind.WEBHOOK, IssueKind.AUTH)
#: Share of the usual traffic under which an integration is as good as silent.
_GONE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an issue says, before causes and impact are added.

    `counted` is what it is about (of first tries, so are the facts), `covers` names the parts of the score it concerns, the first one foremost;
    `is_of_part` tells that a part of the failures rose, not all of them; `began` is the hour, where it can be told.
    """

    facts: Facts
    counted: Counted
    kind: IssueKind
    covers: tuple[str, ...]
    title: str
    severity: Severity
    confidence: Confidence
    shape: Shape
    onset: Onset | None
    baseline: Rate
    recent: Rate
    q_value: float | None
    forecast: Forecast | None
    quiet: Silence | None = None
    spell: Found | None = None
    sub_series: tuple[SubSeries, ...] = ()
    is_of_part: bool = False
    began: Beginning | None = None


def rate(k: int, n: int) -> Rate:
    """Return a ratio with its counts."""
    return Rate(rate=k / n if n else None, k=k, n=n)


def rate_in(k: Counts, n: Counts, part: slice) -> Rate:
    """Return the ratio of daily counts over some of the days."""
    return rate(int(k[part].sum()), int(n[part].sum()))


def series_of(facts: Facts, counted: Counted, rollup: Rollup, policy: Policy) -> Series:
    """Return the daily failures of what an integration's facts count, with the hours of a bad last day."""
    stream = facts.stream(counted.kind)
    plain = Series(days=facts.days, k=stream.failures, n=stream.known)
    if not may_have_broken(plain.k, plain.n, policy.detection):
        return plain
    told = counted.told(rollup)
    return replace(plain, last_hours=last_hours(told, integration=facts.name, kind=counted.kind, days=facts.days))


def degraded(
    facts: Facts,
    counted: Counted,
    found: Degradation,
    *,
    q_value: float,
    outlook: Forecast | None,
    policy: Policy,
) -> Claim:
    """Return the claim that the failure rate of what an integration's facts count rose."""
    before, now = rate(*found.baseline), rate(*found.recent)
    stream = facts.stream(counted.kind)
    outlook = outlook and in_bursts(outlook, stream.failures, stream.known, policy)
    return Claim(
        facts=facts,
        counted=counted,
        kind=counted.issue,
        covers=counted.covers,
        title=_rise(counted.failed, before, now) + _how_long(found.shape, found.onset, facts),
        severity=_severity(found, outlook, counted, policy),
        confidence=Confidence.HIGH if q_value < _SURE_Q else Confidence.MEDIUM,
        shape=found.shape,
        onset=found.onset,
        baseline=before,
        recent=now,
        q_value=q_value,
        forecast=outlook,
    )


def _severity(found: Degradation, outlook: Forecast | None, counted: Counted, policy: Policy) -> Severity:
    """Return how bad a rise is; of first tries never critical: what they do not deliver a later one may."""
    worst = severity_of_rise(found, outlook, allowed=tolerated(counted.issue, policy), policy=policy)
    return Severity.WARNING if counted is Counted.FIRST_TRIES and worst is Severity.CRITICAL else worst


def begun(claim: Claim, onset: Onset) -> Claim:
    """Return a claim as one about what began on an earlier day than its own series shows, or about a level that began."""
    stream, start = claim.facts.stream(claim.counted.kind), (onset.on - claim.facts.days.first).days
    before = rate_in(stream.failures, stream.known, slice(None, start))
    if claim.q_value is None:
        return replace(claim, onset=onset, baseline=before, shape=Shape.STEP)
    title = _rise(claim.counted.failed, before, claim.recent) + _how_long(claim.shape, onset, claim.facts)
    return replace(claim, onset=onset, baseline=before, title=title)


def part_degraded(
    facts: Facts, counted: Counted, rose: tuple[SubSeries, ...], *, onset: Onset | None, found: Degradation | None,
    policy: Policy,
) -> Claim:  # fmt: skip
    """Return the claim that a part of an integration's failures rose, though not yet all of them together.

    It is minor, but for a code that degraded by itself (`found`): it fails at least so many of all calls.
    """
    first, outlook = rose[0], forecast(found, policy) if found else None
    severity = _severity(found, outlook, counted, policy) if found else Severity.INFO
    since = f" since {day(onset.on)}" if onset else ""
    return Claim(
        facts=facts, counted=counted, kind=counted.issue, covers=counted.covers,
        title=f"{counted.failed} of {first.axis} {first.name} rose from {percent(first.baseline.rate)} to "
        f"{percent(first.recent.rate)}{since}, though not yet those of all",
        severity=severity, confidence=Confidence.MEDIUM, shape=found.shape if found else Shape.STEP, onset=onset,
        baseline=first.baseline, recent=first.recent, q_value=first.q_value, forecast=outlook,
        sub_series=rose, is_of_part=True,
    )  # fmt: skip


def by_the_hour(claim: Claim, evidence: Evidence, *, window: Days) -> Claim:
    """Return a claim about what came at once as one that counts from the hour, where that is known."""
    since = None if claim.is_of_part or claim.shape is not Shape.STEP else since_of(claim, evidence)
    if since is None or since.beginning is None:
        return claim
    before, now = rate(*since.before), rate(*since.after(window.first))
    title = f"{_rise(claim.counted.failed, before, now)} since {since.said}"
    has_risen = claim.q_value is not None and not is_of_auth(claim)
    return replace(claim, baseline=before, title=title if has_risen else claim.title)


def since_of(claim: Claim, evidence: Evidence) -> Since | None:
    """Return what failed before a claim's onset and since, None where nothing fails or it has none."""
    if claim.onset is None or claim.kind not in (*FAILING, IssueKind.FIRST_TRIES):
        return None
    return Since(onset=claim.onset, evidence=evidence, last=claim.facts.days.last)


def about_authentication(claim: Claim, cause: Cause, evidence: Evidence, *, window: Days, policy: Policy) -> Claim:
    """Return a claim of rising failures as one of failing authentication, which is what its top cause says they mostly are.

    Access that has stopped is critical on its first day, however little of the window it is yet. What fails on one day of
    the week keeps coming back: it began with the first such day, not on the day it was noticed.
    """
    facts, onset = claim.facts, cause.onset or claim.onset
    failed, known = facts.auth_failures, facts.auth_known
    weekday = cause.evidence.get("weekday") if cause.kind is CauseKind.WEEKDAY else None
    since, lately = since_of(replace(claim, onset=onset), evidence), rate_in(failed, known, facts.between(window))
    before = (
        rate(*since.before) if since else rate_in(failed, known, slice(None, (window.first - facts.days.first).days))
    )
    now = rate(*since.after()) if since and not weekday else lately
    shape = Shape.STEP if cause.kind is CauseKind.EXPIRED_CREDENTIAL else Shape.RECURRING if weekday else claim.shape
    stopped = shape is Shape.STEP and (now.rate or 0.0) > policy.detection.critical_rate
    when = f" on {weekday}s" if weekday else f" since {since.said}" if since else ""
    failing = f"{percent(now.rate)} of {claim.counted.many}"
    failing += f" in the last {count(window.days, 'day')}" if now is lately else f" ({out_of(now.k, now.n)})"
    return replace(
        claim,
        kind=IssueKind.AUTH,
        severity=Severity.CRITICAL if stopped else severity_of_pattern(now, policy) if weekday else claim.severity,
        covers=("success", "auth"),
        title=f"Authentication fails{when}: {failing}" + ("" if weekday else f", {percent(before.rate)} before"),
        shape=shape,
        onset=onset,
        baseline=before,
        recent=lately,
        forecast=None,
    )


def _rise(what: str, before: Rate, now: Rate) -> str:
    """Return what a rate was and is."""
    return f"{what} rose from {percent(before.rate)} to {percent(now.rate)}"


def _how_long(shape: Shape, onset: Onset | None, facts: Facts) -> str:
    """Return in how many weeks a rate climbed, or since when it is up."""
    if onset is None:
        return ""
    if shape is not Shape.RAMP:
        return f" since {day(onset.on)}"
    days = (facts.days.last - onset.on).days + 1
    return f" in {count(max(1, round(days / 7)), 'week')}"


def auth_pattern(facts: Facts, *, weekday: object, onset: Onset | None, window: Days, policy: Policy) -> Claim:
    """Return the claim that authentication fails on one weekday, or since an hour where none is named."""
    part = facts.between(window)
    recent = rate_in(facts.auth_failures, facts.auth_known, part)
    every, before = facts.between(facts.period), slice(0, (onset.on - facts.days.first).days if onset else None)
    whole, baseline = (rate_in(facts.auth_failures, facts.auth_known, of) for of in (every, before))
    return Claim(
        facts=facts, counted=Counted.of(facts.kind), kind=IssueKind.AUTH, covers=("auth",),
        title=f"Authentication fails on {weekday}s" if weekday else "Authentication began to fail",
        severity=severity_of_pattern(recent, policy), confidence=confidence_of(whole.n, policy),
        shape=Shape.RECURRING if weekday else Shape.STEP, onset=onset, baseline=baseline, recent=recent,
        q_value=None, forecast=None,
    )  # fmt: skip


def silent(facts: Facts, found: Silence, *, policy: Policy) -> Claim:
    """Return the claim that an integration fell silent, or that most of its traffic stays away."""
    usual = found.expected_calls / found.silent_days
    counted = Counted.of(facts.kind)
    onset = found.faded or found.onset
    start = (onset.on - facts.days.first).days if found.came else int(np.flatnonzero(facts.calls)[-1]) + 1
    until = moment(found.last, ZoneInfo(policy.timezone)) if found.last else day(onset.on)
    since = f"since {until}, about {usual:,.0f} {counted.many} a day"
    down = f"Traffic {'has faded' if found.faded else 'is down'} to {share(found.left)} {since} are usual"
    fading = f"; it had faded since {day(onset.on)}" if found.faded else ""
    gone = found.left < _GONE and found.silent_days >= policy.windows.current_days
    return Claim(
        facts=facts,
        counted=counted,
        kind=IssueKind.VOLUME,
        covers=("volume",),
        title=down if found.came else f"No traffic {since} before{fading}",
        severity=Severity.CRITICAL if gone else Severity.WARNING,
        confidence=Confidence.HIGH if found.p_value < _SURE_Q else Confidence.MEDIUM,
        shape=Shape.RAMP if found.faded else Shape.STEP,
        onset=onset,
        baseline=rate_in(facts.failures, facts.known, slice(None, start)),
        recent=rate_in(facts.failures, facts.known, slice(start, None)),
        q_value=found.p_value,
        forecast=None,
        quiet=found,
    )


def slowed(facts: Facts, found: Degradation, *, q_value: float, policy: Policy) -> Claim:
    """Return the claim that calls became slower, though most keep the SLA; a warning once an agreed SLA comes near."""
    sla, source = sla_of(facts.name, policy)
    before, now = rate(*found.baseline), rate(*found.recent)
    near = jeffreys(now.k, now.n, phi=found.phi)[0] > _NEAR * policy.targets.latency_exceedance
    limit = milliseconds(sla) + ("" if source == FROM_POLICY else " (assumed)")
    start = found.onset.on if found.onset else facts.days.last
    p95 = [
        _p95(facts, span(*ends))
        for ends in ((facts.days.first, start - _ONE_DAY), (_last_days(facts, policy), facts.days.last))
    ]
    return Claim(
        facts=facts, counted=Counted.CALLS, kind=IssueKind.LATENCY, covers=("latency",),
        title=f"Calls became slower{_how_long(found.shape, found.onset, facts)}: P95 from {p95[0]} to {p95[1]}"
        + (f", and from {percent(before.rate)} to {percent(now.rate)} take longer than the SLA of {limit}" if now.k else ""),
        severity=Severity.WARNING if near and source == FROM_POLICY else Severity.INFO,
        confidence=Confidence.HIGH if q_value < _SURE_Q else Confidence.MEDIUM, shape=found.shape, onset=found.onset,
        baseline=before, recent=now, q_value=q_value, forecast=None,
    )  # fmt: skip


def _p95(facts: Facts, days: Days) -> str:
    """Return the latency that one call in twenty exceeds over some days, in words."""
    seen = distribution(facts, days)
    return milliseconds(seen.quantile(0.95)) if seen.n else "unknown"


def _last_days(facts: Facts, policy: Policy) -> date:
    """Return the first of the last days that figures of today are about."""
    return max(facts.days.first, facts.days.last - (policy.windows.current_days - 1) * _ONE_DAY)


def is_of_auth(claim: Claim) -> bool:
    """Return whether an issue is about the calls that fail for authentication, not about all that fail."""
    return claim.kind is IssueKind.AUTH and claim.counted.kind is not Kind.AUTH


def failing(claim: Claim) -> tuple[Counts, Counts]:
    """Return the failures that a claim is about, and of how many, a day."""
    facts = claim.facts
    if claim.kind is IssueKind.AUTH:
        return facts.auth_failures, facts.auth_known
    return facts.stream(claim.counted.kind).failures, facts.stream(claim.counted.kind).known


def tolerated(kind: IssueKind, policy: Policy) -> float:
    """Return the failure rate that is allowed; of first tries, which nobody promised, as much as is critical elsewhere."""
    targets = policy.targets
    allowed = {
        IssueKind.AUTH: targets.auth_failure, IssueKind.WEBHOOK: 1 - targets.delivery,
        IssueKind.FIRST_TRIES: policy.detection.critical_rate,
    }  # fmt: skip
    return allowed.get(kind, 1 - targets.success)


def only_failures(claim: Claim) -> pl.Expr:
    """Return which failures an issue is about, an expression over the hourly table."""
    if is_of_auth(claim):
        auth = pl.col("status").is_in([401, 403]) | pl.col("error").is_in(AUTH_CODES)
        return auth.fill_null(False)
    return pl.lit(True)


def confidence_of(n: int, policy: Policy) -> Confidence:
    """Return how strong the evidence of a level is: by the number of calls or deliveries behind it."""
    if n >= _SURE_CALLS:
        return Confidence.HIGH
    return Confidence.MEDIUM if n >= policy.evidence.grade_rate else Confidence.LOW
