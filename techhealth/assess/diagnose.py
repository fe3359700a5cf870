"""Facts → issues with their causes, impact and samples, the most pressing first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from techhealth.assess.causes import Evidence, Found, find_causes
from techhealth.assess.causes.proof import proven
from techhealth.assess.causes.slow_endpoint import slow_endpoint
from techhealth.assess.claims import (
    Claim,
    about_authentication,
    degraded,
    part_degraded,
    recurring_auth,
    series_of,
    silent,
    slowed,
)
from techhealth.assess.detect import Degradation, degradation
from techhealth.assess.facts import Facts
from techhealth.assess.forecast import forecast
from techhealth.assess.issues import issue_of
from techhealth.assess.levels import beyond_targets
from techhealth.assess.onset import find_onset
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.assess.parts import sub_series
from techhealth.assess.period import each_day, reach
from techhealth.assess.rates import adjusted
from techhealth.assess.recommend import Diagnosed
from techhealth.assess.score import Scored
from techhealth.assess.slowdown import endpoints_since, slowdown
from techhealth.assess.timeline import declines, silences
from techhealth.model import (
    CauseKind,
    Days,
    Issue,
    IssueKind,
    Kind,
    Severity,
    Shape,
)
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

_URGENCY = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}
#: An integration and what is wrong with it: what an issue is known by from one day to the next.
Key = tuple[str, IssueKind]
_AUTH_CAUSES = (CauseKind.WEEKDAY, CauseKind.EXPIRED_CREDENTIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The issues of a customer, in order, and with each the causes that can be replayed."""

    diagnosed: tuple[Diagnosed, ...]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """The issues alone, in order."""
        return tuple(one.issue for one in self.diagnosed)

    def flagged(self, days: Mapping[Key, date]) -> Diagnosis:
        """Return the diagnosis with the day on which each issue was first flagged, where that is known."""
        told = (
            replace(one, issue=replace(one.issue, first_flagged_on=days.get((one.issue.integration, one.issue.kind))))
            for one in self.diagnosed
        )
        return Diagnosis(diagnosed=tuple(told))


#: An integration's score and one claim about it, with what coincides with it.
Claimed = tuple[Scored, Claim, tuple[Found, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slower:
    """Calls that became slower, and how likely that is chance among all series looked at."""

    degradation: Degradation
    q_value: float


def diagnose(
    facts: Sequence[Facts],
    scored: Sequence[Scored],
    *,
    windows: Mapping[str, Days],
    rollup: Rollup,
    policy: Policy,
) -> Diagnosis:
    """Return every issue of a customer with its causes, ordered by severity, failed calls in business hours and points
    that fixing it would win.

    Args:
        facts: of each integration.
        scored: their scores.
        windows: their current windows.
        rollup: all that is known.
        policy: by which to judge.
    """
    found: list[tuple[Diagnosed, float]] = []
    every = claims_of(
        facts,
        scored,
        windows=windows,
        rollup_of=lambda _name: rollup,
        evidence_of=lambda name, kind: Evidence.of(rollup, integration=name, kind=kind, days=facts[0].days),
        policy=policy,
    )
    for mine, claim, causes in every:
        issue = issue_of(
            claim,
            _proven(claim, causes, rollup, policy),
            rollup=rollup,
            window=windows[claim.facts.name],
            policy=policy,
        )
        found.append((Diagnosed(issue=issue, found=causes), _points(claim, mine)))
    found.sort(key=lambda pair: _order(pair[0].issue, pair[1]))
    return Diagnosis(diagnosed=_numbered([one for one, _ in found]))


def claims_of(
    facts: Sequence[Facts],
    scored: Sequence[Scored],
    *,
    windows: Mapping[str, Days],
    rollup_of: Callable[[str], Rollup],
    evidence_of: Callable[[str, Kind], Evidence],
    policy: Policy,
    only: Collection[str] | None = None,
) -> list[Claimed]:
    """Return what is claimed of each integration, with causes.

    Args:
        facts, scored, windows, policy: as for `diagnose`.
        rollup_of: gives the sums that hold an integration.
        evidence_of: gives what causes are looked for in; it may know more days than the facts.
        only: the integrations whose claims are wanted, of all that are judged together; all when not given.
    """
    degradations, slower = _degradations(facts, rollup_of, policy)
    quiet = {**declines(facts, policy), **silences(facts, policy)}
    every: list[Claimed] = []
    for one, mine in zip(facts, scored, strict=True):
        if only is not None and one.name not in only:
            continue
        window = windows[one.name]
        claims: list[tuple[Claim, tuple[Found, ...]]] = []
        if one.name in quiet:
            claims.append((silent(one, quiet[one.name], policy=policy), ()))
        claims.extend(
            _with_causes(claim, rollup_of, evidence_of, window=window, policy=policy)
            for claim in degradations[one.name]
        )
        covered = {component for claim, _ in claims for component in claim.covers}
        slow = slower.get(one.name)
        since = slow.degradation if slow else None
        levels = [*beyond_targets(one, mine, window=window, covered=covered, slower=since, policy=policy)]
        if slow is not None and not any(claim.kind is IssueKind.LATENCY for claim in levels):
            levels.append(slowed(one, slow.degradation, q_value=slow.q_value, policy=policy))
        claims.extend(_with_causes(claim, rollup_of, evidence_of, window=window, policy=policy) for claim in levels)
        claims.extend(_auth_pattern(one, claims, evidence_of=evidence_of, window=window, policy=policy))
        every.extend((mine, claim, causes) for claim, causes in claims)
    return every


def _numbered(diagnosed: Sequence[Diagnosed]) -> tuple[Diagnosed, ...]:
    """Return the issues with a number behind an id that another one, further up, has already."""
    seen: dict[str, int] = {}
    numbered = []
    for one in diagnosed:
        name = one.issue.id
        seen[name] = seen.get(name, 0) + 1
        again = name if seen[name] == 1 else f"{name}-{seen[name]}"
        numbered.append(replace(one, issue=replace(one.issue, id=again)))
    return tuple(numbered)


def _degradations(
    facts: Sequence[Facts], rollup_of: Callable[[str], Rollup], policy: Policy
) -> tuple[dict[str, list[Claim]], dict[str, _Slower]]:
    """Return each integration's rising failure rates and latencies that survive the false-discovery control over all."""
    every = [(one, kind, series_of(one, kind, rollup_of(one.name))) for one in facts for kind in one.streams]
    timed = [one for one in facts if one.latency.any()]
    found = [degradation(series, policy) for _, _, series in every]
    slowed_down = [slowdown(one, rollup_of(one.name), policy) for one in timed]
    q_values = adjusted([hit.p_value if hit else 1.0 for hit in (*found, *slowed_down)])
    slower = {
        one.name: _Slower(degradation=hit, q_value=q_value)
        for one, hit, q_value in zip(timed, slowed_down, q_values[len(found) :], strict=True)
        if hit is not None and q_value <= policy.detection.q_value
    }
    claims: dict[str, list[Claim]] = {one.name: [] for one in facts}
    for (one, kind, _), hit, q_value in zip(every, found, q_values[: len(found)], strict=True):
        if hit is not None and q_value <= policy.detection.q_value:
            outlook = forecast(hit, policy)
            claims[one.name].append(degraded(one, kind, hit, q_value=q_value, outlook=outlook, policy=policy))
    _add_parts(claims, facts, policy)
    return claims, slower


def _add_parts(claims: dict[str, list[Claim]], facts: Sequence[Facts], policy: Policy) -> None:
    """Add the rising parts to the claim about the whole; where the whole did not rise, a claim about the clearest part."""
    pooled = {one.name for one in facts if any(claim.stream is one.kind for claim in claims[one.name])}
    rose = sub_series({one.name: one.parts for one in facts}, pooled=pooled, rules=policy.detection)
    for one in facts:
        mine = rose[one.name]
        if one.name in pooled:
            claims[one.name] = [
                replace(claim, sub_series=mine) if claim.stream is one.kind else claim for claim in claims[one.name]
            ]
        elif mine:
            row = one.parts.names.index((mine[0].axis, mine[0].name))
            onset = find_onset(each_day(one.days), one.parts.k[row], one.parts.n[row], policy)
            claims[one.name].append(part_degraded(one, mine, onset=onset))


def _with_causes(
    claim: Claim,
    rollup_of: Callable[[str], Rollup],
    evidence_of: Callable[[str, Kind], Evidence],
    *,
    window: Days,
    policy: Policy,
) -> tuple[Claim, tuple[Found, ...]]:
    """Return a claim with what coincides with its failures, or with its calls being slower."""
    name = claim.facts.name
    if claim.kind is IssueKind.LATENCY:
        seen = endpoints_since(claim.facts, rollup_of(name), claim.onset)
        return claim, slow_endpoint(seen, onset=claim.onset, policy=policy)
    target = policy.targets.delivery if claim.stream is Kind.WEBHOOK else policy.targets.success
    causes = find_causes(
        evidence_of(name, claim.stream),
        period=reach(claim.facts.days, claim.facts.period, policy.windows),
        window=window,
        onset=claim.onset.on if claim.onset else None,
        target=1 - target,
        policy=policy,
    )
    if (
        claim.covers == ("auth",) and claim.stream is not Kind.AUTH
    ):  # most failures are others', and have their own issue
        causes = tuple(_alone(found) for found in causes if found.code in AUTH_CODES)
    first = causes[0] if causes else None
    if first is not None and claim.kind is IssueKind.ERRORS and claim.q_value is not None and first.code in AUTH_CODES:
        claim = about_authentication(claim, first.cause, policy=policy)
    if first is not None and claim.shape is Shape.STEADY and first.cause.kind is CauseKind.BURSTS:
        claim = _about_outages(claim, first)
    return claim, causes


def _proven(claim: Claim, found: tuple[Found, ...], rollup: Rollup, policy: Policy) -> tuple[Found, ...]:
    """Return causes with the slices they are read from."""
    facts = claim.facts
    looked = reach(facts.days, facts.period, policy.windows)
    return tuple(
        replace(one, cause=proven(one.cause, rollup, integration=facts.name, kind=claim.stream, period=looked))
        for one in found
    )


def _about_outages(claim: Claim, found: Found) -> Claim:
    """Return a claim about a level as one about outages: those of a single day that are over are worth a note only."""
    once = found.cause.evidence.get("days") == 1
    over = once and not found.cause.evidence.get("ongoing")
    shape = Shape.BURST if once else Shape.RECURRING
    title = f"{claim.title}; all in one outage, now over" if over else claim.title
    return replace(claim, shape=shape, severity=Severity.INFO if over else claim.severity, title=title)


def _is_auth(found: Found) -> bool:
    """Return whether a cause explains authentication failures."""
    return found.cause.kind in _AUTH_CAUSES and found.code in AUTH_CODES


def _auth_pattern(
    facts: Facts,
    claims: Sequence[tuple[Claim, tuple[Found, ...]]],
    *,
    evidence_of: Callable[[str, Kind], Evidence],
    window: Days,
    policy: Policy,
) -> list[tuple[Claim, tuple[Found, ...]]]:
    """Return an issue of its own for a pattern of authentication failures that no auth issue covers yet."""
    looked = reach(facts.days, facts.period, policy.windows)
    if facts.auth_failures[facts.between(looked)].sum() < policy.causes.minimum_failures:
        return []
    if any(claim.kind is IssueKind.AUTH for claim, _ in claims):
        return []
    known = [causes for claim, causes in claims if claim.kind is IssueKind.ERRORS]
    causes = (
        known[0]
        if known
        else find_causes(
            evidence_of(facts.name, facts.kind),
            period=looked,
            window=window,
            onset=None,
            target=policy.targets.auth_failure,
            policy=policy,
        )
    )
    patterns = tuple(_alone(found) for found in causes if _is_auth(found))
    if not patterns:
        return []
    first = patterns[0].cause
    when = str(first.evidence.get("weekday", "")) if first.kind is CauseKind.WEEKDAY else ""
    title = f"Authentication fails on {when}s" if when else "Authentication began to fail"
    onset = None if when else first.onset
    return [(recurring_auth(facts, title=title, onset=onset, window=window, policy=policy), patterns)]


def _alone(found: Found) -> Found:
    """Return a cause with its share of its own code, for an issue about that code alone."""
    share = found.cause.evidence.get("share_of_class")
    own = share if isinstance(share, float) else found.cause.share_of_issue
    return replace(found, cause=replace(found.cause, share_of_issue=own, share_of_excess=None, runner_up=None))


def _points(claim: Claim, scored: Scored) -> float:
    """Return the points of the integration's score that the claim's component loses."""
    return sum(part.weight * (100 - part.score) for part in scored.components if part.name in claim.covers)


def _order(issue: Issue, points: float) -> tuple[int, float, float, str]:
    """Sort by severity, then failed calls in business hours, then points to win."""
    in_business = issue.impact.failed_calls * (issue.impact.business_hours_share or 0.0)
    return (_URGENCY[issue.severity], -in_business, -points, issue.id)
