"""What stands as of the last day: which rates rose, lie beyond their target or follow a pattern, what fell silent.

Which issues there are is known here, before anything is said of their causes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Self

import numpy as np

from techhealth.assess.causes import Evidence, Finding, credential_pattern
from techhealth.assess.claims import (
    Claim,
    auth_pattern,
    degraded,
    is_of_auth,
    part_degraded,
    series_of,
    silent,
    slowed,
)
from techhealth.assess.counted import Counted
from techhealth.assess.detect import Degradation, degradation
from techhealth.assess.facts import Facts
from techhealth.assess.forecast import forecast
from techhealth.assess.levels import beyond_targets
from techhealth.assess.onset import find_onset
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.assess.parts import sub_series
from techhealth.assess.period import each_day, reach
from techhealth.assess.ramp import Series, dated
from techhealth.assess.rates import adjusted
from techhealth.assess.score import Scored
from techhealth.assess.silence import last_event
from techhealth.assess.slowdown import slowdown
from techhealth.assess.timeline import declines, silences
from techhealth.assess.tries import told_once
from techhealth.model import Days, IssueKind, Kind
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

#: An integration and what is wrong with it: what an issue is known by from one day to the next.
Key = tuple[str, IssueKind]
#: From this part of what rose on, failures of authentication speak for all of it; from half on with a pattern of their own.
_NEARLY_ALL = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the sums of an integration come from, its rollup and the evidence for causes.

    Both may know later days: who asks takes no more than the days of the facts.
    """

    rollup_of: Callable[[str], Rollup]
    evidence_of: Callable[[str, Counted], Evidence]

    @classmethod
    def of(cls, rollup: Rollup, days: Days) -> Self:
        """Return a rollup of several integrations as their source; the evidence of each is counted once."""
        return cls(
            rollup_of=lambda _name: rollup,
            evidence_of=cache(lambda name, counted: Evidence.of(rollup, integration=name, counted=counted, days=days)),
        )

    def about(self, claim: Claim) -> Evidence:
        """Return the evidence of what a claim is about: of failed authentication alone where it is about that."""
        evidence = self.evidence_of(claim.facts.name, claim.counted)
        return evidence.about(AUTH_CODES) if is_of_auth(claim) else evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slower:
    """Calls that became slower, and how likely that is chance among all series looked at."""

    degradation: Degradation
    q_value: float


def standing(
    facts: Sequence[Facts],
    scored: Sequence[Scored],
    *,
    windows: Mapping[str, Days],
    source: Source,
    policy: Policy,
    only: Collection[str] | None = None,
) -> list[tuple[Scored, Claim]]:
    """Return what is claimed of each integration, with its score.

    Args:
        facts: of each integration.
        scored: their scores.
        windows: their current windows.
        source: of their sums.
        policy: by which to judge.
        only: the integrations whose claims are wanted, of all that are judged together; all when not given.
    """
    degradations, slower = _degradations(facts, source, policy)
    fallen, gone = declines(facts, policy), silences(facts, policy)
    faded = {name: one.faded for name, one in fallen.items()}
    last = {one.name: last_event(source.rollup_of(one.name), one) for one in facts if one.name in gone}
    quiet = {**fallen, **{name: replace(one, faded=faded.get(name), last=last[name]) for name, one in gone.items()}}
    every: list[tuple[Scored, Claim]] = []
    for one, mine in zip(facts, scored, strict=True):
        if only is not None and one.name not in only:
            continue
        window, slow = windows[one.name], slower.get(one.name)
        claims = [silent(one, quiet[one.name], policy=policy)] if one.name in quiet else []
        claims += [
            _named(claim, source, window=window, policy=policy)
            for claim in degradations[one.name]
            if not (claim.is_of_part and _is_critical(one, window, policy))  # a level tells more than a part
        ]
        covered = {component for claim in claims for component in claim.covers}
        since = slow.degradation if slow else None
        claims += beyond_targets(one, mine, window=window, covered=covered, slower=since, policy=policy)
        if slow is not None and not any(claim.kind is IssueKind.LATENCY for claim in claims):
            claims.append(slowed(one, slow.degradation, q_value=slow.q_value, policy=policy))
        claims += _auth_pattern(one, claims, source, window=window, policy=policy)
        every += [(mine, claim) for claim in told_once(claims)]
    return every


def _is_critical(facts: Facts, window: Days, policy: Policy) -> bool:
    part = facts.between(window)
    return bool(facts.failures[part].sum() > policy.detection.critical_rate * facts.known[part].sum())


def _degradations(
    facts: Sequence[Facts], source: Source, policy: Policy
) -> tuple[dict[str, list[Claim]], dict[str, _Slower]]:
    """Return each integration's rising failure rates and latencies that survive the false-discovery control over all."""
    judged = [
        *((one, Counted.of(kind)) for one in facts for kind in one.streams),
        *((one.first_tries, Counted.FIRST_TRIES) for one in facts if one.first_tries),
    ]
    every = [(one, counted, series_of(one, counted, source.rollup_of(one.name), policy)) for one, counted in judged]
    timed = [one for one in facts if one.latency.any()]
    found = [degradation(series, policy) for _, _, series in every]
    slowed_down = [slowdown(one, source.rollup_of(one.name), policy) for one in timed]
    q_values = adjusted([hit.p_value if hit else 1.0 for hit in (*found, *slowed_down)])
    slower = {
        one.name: _Slower(degradation=hit, q_value=q_value)
        for one, hit, q_value in zip(timed, slowed_down, q_values[len(found) :], strict=True)
        if hit is not None and q_value <= policy.detection.q_value
    }
    claims: dict[str, list[Claim]] = {one.name: [] for one in facts}
    for (one, counted, _), hit, q_value in zip(every, found, q_values[: len(found)], strict=True):
        if hit is not None and q_value <= policy.detection.q_value:
            outlook = forecast(hit, policy)
            claims[one.name].append(degraded(one, counted, hit, q_value=q_value, outlook=outlook, policy=policy))
    _add_parts(claims, facts, policy)
    return claims, slower


def _add_parts(claims: dict[str, list[Claim]], facts: Sequence[Facts], policy: Policy) -> None:
    """Add the rising parts to the claim about the whole; where the whole did not rise, a claim about the clearest part."""
    whole = {(one.name, Counted.of(one.kind)): one for one in facts}
    tries = {(one.name, Counted.FIRST_TRIES): one.first_tries for one in facts if one.first_tries}
    judged = whole | tries
    pooled = {(name, claim.counted) for name, mine in claims.items() for claim in mine} & judged.keys()
    rose = sub_series({key: one.parts for key, one in judged.items()}, pooled=pooled, rules=policy.detection)
    for (name, counted), one in judged.items():
        mine = rose[name, counted]
        if (name, counted) in pooled:
            claims[name] = [
                replace(claim, sub_series=mine) if claim.counted is counted else claim for claim in claims[name]
            ]
        elif mine:
            row = one.parts.names.index((mine[0].axis, mine[0].name))
            k, n = (of[row].astype(np.int64) for of in (one.parts.k, one.parts.n))
            series = Series(days=one.days, k=k, n=n)
            hit = degradation(series, policy) if mine[0].axis == "code" else None
            step = find_onset(each_day(one.days), k, n, policy)
            onset = hit.onset if hit else dated(series, step, latest=one.days.last, policy=policy)[1]
            claims[name].append(part_degraded(one, counted, mine, onset=onset, found=hit, policy=policy))


def _named(claim: Claim, source: Source, *, window: Days, policy: Policy) -> Claim:
    """Return a claim of more failing calls as one of failing authentication where that is what rose."""
    facts = claim.facts
    if claim.kind is not IssueKind.ERRORS or facts.auth_failures.sum() < policy.causes.minimum_failures:
        return claim
    since = claim.onset.on if claim.onset else facts.days.last - timedelta(days=policy.windows.current_days - 1)
    part = source.evidence_of(facts.name, claim.counted).part_of(
        AUTH_CODES, period=reach(facts.days, facts.period, policy.windows), since=since
    )
    named = claim.sub_series[0] if claim.is_of_part else None
    if named is not None and named.axis == "code":
        part = float(named.name in AUTH_CODES)
    few = part <= policy.causes.dominant_share
    if few or (part < _NEARLY_ALL and _pattern(facts, source, window=window, policy=policy) is None):
        return claim
    return replace(claim, kind=IssueKind.AUTH, covers=("success", "auth"))


def _pattern(facts: Facts, source: Source, *, window: Days, policy: Policy) -> Finding | None:
    """Return the weekday on which, or the hour from which, an integration's credentials are refused, if there is one."""
    looked = reach(facts.days, facts.period, policy.windows)
    if facts.auth_failures[facts.between(looked)].sum() < policy.causes.minimum_failures:
        return None
    evidence = source.evidence_of(facts.name, Counted.of(facts.kind))
    if facts.kind is not Kind.AUTH:
        evidence = evidence.about(AUTH_CODES)
    return credential_pattern(evidence, period=looked, window=window, target=policy.targets.auth_failure, policy=policy)


def _auth_pattern(
    facts: Facts, claims: Sequence[Claim], source: Source, *, window: Days, policy: Policy
) -> list[Claim]:
    """Return a claim of its own for a pattern of authentication failures that no auth issue covers yet."""
    if any(claim.kind is IssueKind.AUTH for claim in claims):
        return []
    found = _pattern(facts, source, window=window, policy=policy)
    if found is None:
        return []
    weekday = found.evidence.get("weekday")
    return [auth_pattern(facts, weekday=weekday, onset=found.onset, window=window, policy=policy)]
