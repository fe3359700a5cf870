"""Facts → issues with their causes, impact and samples, the most pressing first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from techhealth.assess.causes import Evidence, Found, find_causes
from techhealth.assess.causes.proof import proven
from techhealth.assess.causes.slow_endpoint import slow_endpoint
from techhealth.assess.claims import Claim, about_authentication, begun, by_the_hour, is_of_auth, since_of, tolerated
from techhealth.assess.facts import Facts
from techhealth.assess.forecast import stopped
from techhealth.assess.issues import issue_of
from techhealth.assess.lately import lately
from techhealth.assess.levels import critical_by_score
from techhealth.assess.period import reach
from techhealth.assess.recommend import Diagnosed
from techhealth.assess.score import Scored
from techhealth.assess.severity import severity_of_pattern
from techhealth.assess.slowdown import endpoints_since
from techhealth.assess.standing import Key, Source, standing
from techhealth.assess.tries import saved
from techhealth.model import CauseKind, Days, Issue, IssueKind, Severity, Shape
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

#: Causes that are a change of state, and so date what they cause; a code or a slice is a symptom.
_DATING = {CauseKind.RATE_LIMIT, CauseKind.WEEKDAY, CauseKind.EXPIRED_CREDENTIAL}
_URGENCY = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


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


def diagnose(
    facts: Sequence[Facts],
    scored: Sequence[Scored],
    *,
    windows: Mapping[str, Days],
    source: Source,
    policy: Policy,
) -> Diagnosis:
    """Return every issue of a customer with its causes, ordered by severity, failed calls in business hours and points
    that fixing it would win.

    Args:
        facts: of each integration.
        scored: their scores.
        windows: their current windows.
        source: all that is known.
        policy: by which to judge.
    """
    found: list[tuple[Diagnosed, float]] = []
    every = claims_of(facts, scored, windows=windows, source=source, policy=policy)
    for mine, claim, causes in every:
        rollup = source.rollup_of(claim.facts.name)
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
    source: Source,
    policy: Policy,
) -> list[Claimed]:
    """Return what is claimed of each integration, with causes; arguments as those of `standing`."""
    whole = {one.name: one for one in facts}
    told = []
    every = standing(facts, scored, windows=windows, source=source, policy=policy)
    gone = {claim.facts.name: claim.quiet for _, claim in every if claim.quiet and not claim.quiet.came}
    for mine, claim in every:
        name, window = claim.facts.name, windows[claim.facts.name]
        explained, causes = with_causes(claim, source, window=window, policy=policy)
        if name in gone and explained.forecast and claim.counted.kind is claim.facts.kind:
            outlook = stopped(gone[name], explained.recent, explained.counted.many, policy)
            explained = replace(explained, forecast=outlook)
        told.append((mine, saved(explained, whole[name], window=window, policy=policy), causes))
    of_one: dict[str, list[Claim]] = {}
    for _, claim, _ in told:
        of_one.setdefault(claim.facts.name, []).append(claim)
    worst = [critical_by_score(of_one[claim.facts.name], mine) for mine, claim, _ in told]
    return [
        (mine, replace(claim, severity=Severity.CRITICAL) if claim is one else claim, causes)
        for (mine, claim, causes), one in zip(told, worst, strict=True)
    ]


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


def with_causes(claim: Claim, source: Source, *, window: Days, policy: Policy) -> tuple[Claim, tuple[Found, ...]]:
    """Return a claim with what coincides with its failures, or with its calls being slower."""
    facts = claim.facts
    if claim.kind is IssueKind.VOLUME:
        return claim, ()
    if claim.kind is IssueKind.LATENCY:
        seen = endpoints_since(facts, source.rollup_of(facts.name), claim.onset)
        return claim, slow_endpoint(seen, onset=claim.onset)
    evidence = source.about(claim)
    ask = partial(
        find_causes,
        evidence,
        period=reach(facts.days, facts.period, policy.windows),
        window=window,
        target=tolerated(claim.kind, policy),
        policy=policy,
    )
    causes = ask(onset=claim.onset.on if claim.onset else None)
    told = _explained(claim, causes[0], evidence, window=window, policy=policy) if causes else claim
    first = causes[0].cause.kind if causes else None
    told = lately(by_the_hour(told, evidence, window=window), first, evidence, window=window, policy=policy)
    since = since_of(told, evidence)
    told = replace(told, began=since.beginning if since else None)
    # what a level hides in weeks of ordinary failures shows in the days since it began
    return told, ask(onset=told.onset.on) if told.onset and claim.onset is None else causes


def _explained(claim: Claim, first: Found, evidence: Evidence, *, window: Days, policy: Policy) -> Claim:
    """Return a claim as its top cause dates and shapes it: an issue begins no later than what it is laid to."""
    if is_of_auth(claim) and claim.q_value is not None:
        return about_authentication(claim, first.cause, evidence, window=window, policy=policy)
    kind, onset = first.cause.kind, first.cause.onset
    if (
        kind in _DATING
        and not claim.is_of_part
        and onset is not None
        and (claim.onset is None or onset.on < claim.onset.on)
    ):
        claim = begun(claim, onset)
    several = kind is CauseKind.BURSTS and 1 not in (first.cause.evidence["bursts"], first.cause.evidence["days"])
    returns = kind is CauseKind.WEEKDAY or (several and claim.shape is Shape.STEADY)
    if claim.kind is IssueKind.AUTH and kind is CauseKind.WEEKDAY:
        claim = replace(claim, severity=severity_of_pattern(claim.recent, policy))
    return replace(claim, shape=Shape.RECURRING) if returns else claim


def _proven(claim: Claim, found: tuple[Found, ...], rollup: Rollup, policy: Policy) -> tuple[Found, ...]:
    """Return causes with the slices they are read from."""
    facts = claim.facts
    looked = reach(facts.days, facts.period, policy.windows)
    return tuple(
        replace(
            one,
            cause=proven(
                one.cause, claim.counted.told(rollup), integration=facts.name, kind=claim.counted.kind, period=looked
            ),
        )
        for one in found
    )


def _points(claim: Claim, scored: Scored) -> float:
    """Return the points of the integration's score that the claim's component loses."""
    return sum(part.weight * (100 - part.score) for part in scored.components if part.name in claim.covers)


def _order(issue: Issue, points: float) -> tuple[int, float, float, str]:
    """Sort by severity, then failed calls in business hours, then points to win."""
    in_business = issue.impact.failed_calls * (issue.impact.business_hours_share or 0.0)
    return (_URGENCY[issue.severity], -in_business, -points, issue.id)
