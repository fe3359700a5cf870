"""Which levels lie wholly beyond their targets: success, delivery, latency, authentication; one claim each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from techhealth.assess.claims import FAILING, Claim, confidence_of, rate, rate_in
from techhealth.assess.counted import Counted
from techhealth.assess.detect import Degradation
from techhealth.assess.facts import Facts
from techhealth.assess.latency import FROM_POLICY, exceedance, latency_of, sla_of
from techhealth.assess.rates import Counts, dispersion, jeffreys
from techhealth.assess.score import Scored
from techhealth.figures import milliseconds, percent, share
from techhealth.model import Band, Days, IssueKind, Kind, LatencyStatus, Onset, Rate, Severity, Shape, band_of
from techhealth.policy import Policy

INFO_ABOVE, _WARNING_BELOW, _CRITICAL_BELOW = 0.97, 0.90, 0.80
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


def beyond_targets(
    facts: Facts, scored: Scored, *, window: Days, covered: set[str], slower: Degradation | None, policy: Policy
) -> tuple[Claim, ...]:
    """Return a claim for each level that lies wholly beyond its target.

    Components in `covered` have an issue already. `slower` says since when calls are slower, where they are.
    """
    if not any(part.weight for part in scored.components):
        return ()
    lost, claims = _points_lost(scored), []
    for covers, level in _levels(facts, window, slower, policy):
        if covers[0] in covered:
            continue
        counted = Counted.of(Kind.WEBHOOK if level.kind is IssueKind.WEBHOOK else facts.kind)
        claims.append(
            Claim(
                facts=facts, counted=counted, kind=level.kind, covers=covers, title=level.title,
                severity=_severity(level, lost=lost.get(covers[0], 0.0)), confidence=confidence_of(level.recent.n, policy),
                shape=level.shape, onset=level.onset, baseline=level.baseline,
                recent=level.recent, q_value=None, forecast=None,
            )
        )  # fmt: skip
    return tuple(claims)


def critical_by_score(claims: Sequence[Claim], scored: Scored) -> Claim | None:
    """Return the claim about failures that costs most where an integration's score is surely critical, else None.

    Slow calls succeed, and an outage that is over is told by its own weight.
    """
    failing = [claim for claim in claims if claim.kind in FAILING and claim.shape is not Shape.BURST]
    if not failing or scored.interval is None or band_of(scored.interval[1]) is not Band.CRITICAL:
        return None
    lost = _points_lost(scored)
    return max(failing, key=lambda claim: sum(lost.get(name, 0.0) for name in claim.covers))


def _levels(
    facts: Facts, window: Days, slower: Degradation | None, policy: Policy
) -> Iterator[tuple[tuple[str, ...], _Level]]:  # fmt: skip
    """Yield the components that each level beyond its target covers, and the level; failures most of which are of
    authentication are told as such, and once."""
    success, auth = _beyond_success(facts, window, policy), _beyond_auth(facts, window, policy)
    same = success is not None and auth is not None and 2 * auth.recent.k > success.recent.k
    found = (
        (("success",), None if same else success),
        (("webhook",), _beyond_delivery(facts, window, policy)),
        (("latency",), _beyond_latency(facts, window, slower, policy)),
        (("auth", "success") if same else ("auth",), auth),
    )
    yield from ((covers, level) for covers, level in found if level is not None)


def _beyond_success(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    if facts.kind is not Kind.API:
        return None
    return _beyond_rate(
        facts, facts.failures, facts.known, window, policy.targets.success, "calls", IssueKind.ERRORS, policy
    )


def _beyond_delivery(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    stream, target = facts.stream(Kind.WEBHOOK), policy.targets.delivery
    return _beyond_rate(facts, stream.failures, stream.known, window, target, "deliveries", IssueKind.WEBHOOK, policy)


def _beyond_rate(
    facts: Facts,
    k: Counts,
    n: Counts,
    window: Days,
    target: float,
    noun: str,
    kind: IssueKind,
    policy: Policy,
) -> _Level | None:
    """Return the level of a failure rate whose whole interval is beyond what the target allows."""
    part = facts.between(window)
    if not _is_level(k, n, part, 1 - target, fewest=policy.detection.minimum_failures):
        return None
    recent = rate_in(k, n, part)
    every = facts.between(facts.period)
    whole = rate_in(k, n, every)
    title = f"{percent(recent.rate)} of {noun} fail, target at most {percent(1 - target)}"
    return _Level(title=title, kind=kind, baseline=whole, recent=recent)


def _is_level(k: Counts, n: Counts, part: slice, allowed: float, *, fewest: int) -> bool:
    """Return whether enough failures lie beyond what is allowed, and do without their worst day, or did when it was new.

    One bad day is told on that day: it is no level because better days have left the window since.
    """
    if k[part].sum() < fewest or not is_beyond(k, n, part, allowed):
        return False
    worst = part.start + int(np.argmax(k[part] - n[part] * allowed))
    others = np.arange(len(k)) != worst
    new, width = slice(0, worst + 1), part.stop - part.start
    return is_beyond(k * others, n * others, part, allowed) or is_beyond(
        k[new], n[new], slice(max(0, worst + 1 - width), worst + 1), allowed
    )


def is_beyond(k: Counts, n: Counts, part: slice, allowed: float) -> bool:
    """Return whether the whole interval of a failure rate over some days lies beyond what is allowed."""
    return jeffreys(k[part].sum(), n[part].sum(), phi=dispersion(k, n))[0] > allowed


def _beyond_latency(facts: Facts, window: Days, rise: Degradation | None, policy: Policy) -> _Level | None:
    slow, n, (low, _) = exceedance(facts, window, policy)
    if n < policy.evidence.p95_calls or low <= policy.targets.latency_exceedance:
        return None
    sla, source = sla_of(facts.name, policy)
    all_slow, everything, _ = exceedance(facts, facts.period, policy)
    limit = f"SLA of {milliseconds(sla)}{'' if source == FROM_POLICY else ' (assumed)'}"
    seen, allowed = latency_of(facts, window, policy), f"{share(policy.targets.latency_exceedance)} is allowed"
    title = f"{percent(slow / n)} of calls are slower than the {limit}, {allowed}"
    if seen is not None and seen.status is LatencyStatus.BREACH:
        title = f"{limit} breached: {percent(slow / n)} of calls are slower, {allowed}"
    whole, recent = rate(all_slow, everything), rate(slow, n)
    if rise is None:
        return _Level(title=title, kind=IssueKind.LATENCY, baseline=whole, recent=recent)
    return _Level(
        title=title, kind=IssueKind.LATENCY, baseline=rate(*rise.baseline), recent=recent,
        shape=rise.shape, onset=rise.onset,
    )  # fmt: skip


def _beyond_auth(facts: Facts, window: Days, policy: Policy) -> _Level | None:
    part = facts.between(window)
    recent = rate_in(facts.auth_failures, facts.auth_known, part)
    if recent.n == 0 or jeffreys(recent.k, recent.n)[0] <= policy.targets.auth_failure:
        return None
    what = "sign-ins fail" if facts.kind is Kind.AUTH else f"{Counted.of(facts.kind).many} fail for authentication"
    title = f"{percent(recent.rate)} of {what}, target at most {percent(policy.targets.auth_failure)}"
    every = facts.between(facts.period)
    whole = rate_in(facts.auth_failures, facts.auth_known, every)
    return _Level(title=title, kind=IssueKind.AUTH, baseline=whole, recent=recent)


def _points_lost(scored: Scored) -> dict[str, float]:
    """Return the points of the integration's own score that each component loses."""
    total = sum(part.weight for part in scored.components)
    return {part.name: part.weight / total * (100 - part.score) for part in scored.components}


def _severity(level: _Level, *, lost: float) -> Severity:
    """Return the severity of a level from its rate and from the points it loses; slow calls, which succeed, are a warning."""
    if level.kind is IssueKind.LATENCY:
        return Severity.WARNING
    well = 1 - (level.recent.rate or 0.0)
    if well > INFO_ABOVE:
        return Severity.INFO
    if well < _WARNING_BELOW:
        return Severity.CRITICAL if well < _CRITICAL_BELOW else Severity.WARNING
    return Severity.WARNING if lost >= _HEAVY_POINTS else Severity.INFO
