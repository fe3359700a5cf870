"""What the score would be had some failures not happened, or had an integration answered as fast as before, or within its SLA."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from techhealth.assess.facts import Facts
from techhealth.assess.latency import distribution, sla_of
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.assess.period import span
from techhealth.assess.score import Scored, overall, rule, score_integration, with_parts
from techhealth.model import Days, Kind
from techhealth.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What a fix changes at an integration.

    Attributes:
        removed: failures a local day that no longer happen.
        kind: calls, deliveries or auth events.
        code: error code of these failures; None when they may have any.
        at_sla: whether the p95 comes down to the SLA instead.
        slower_since: from when on calls are slower, so that the p95 comes down to what it was before.
    """

    integration: str
    removed: Mapping[date, int] = field(default_factory=dict)
    kind: Kind = Kind.API
    code: str | None = None
    at_sla: bool = False
    slower_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The facts and scores as they are, ready to be scored again with something changed."""

    facts: Sequence[Facts]
    scored: Sequence[Scored]
    windows: Mapping[str, Days]
    policy: Policy

    def after(self, *repairs: Repair) -> float | None:
        """Return the customer's score after some repairs together; None where there is no score."""
        return next(iter(self.ladder([repairs])), None)

    def ladder(self, steps: Iterable[Sequence[Repair]]) -> list[float]:
        """Return the customer's score after the repairs of the first step, of the first two, and so on; empty without a score.

        No repair makes an integration worse: fewer failures in earlier weeks would make the trend of the last look steeper.
        """
        facts = {one.name: one for one in self.facts}
        scored = {one.name: one for one in self.scored}
        done: dict[str, list[Repair]] = {}
        scores = []
        for repairs in steps:
            for repair in repairs:
                name = repair.integration
                done.setdefault(name, []).append(repair)
                better = self._repaired(facts[name], done[name])
                now = scored[name].value
                if now is not None and (better.value or 0.0) > now:  # what has no score gets none by a repair
                    scored[name] = better
            found = overall(scored.values())
            scores += [found[0]] if found else []
        return scores

    def _repaired(self, facts: Facts, repairs: Sequence[Repair]) -> Scored:
        """Return an integration's score after some repairs together."""
        for kind in facts.streams:
            for code, removed in _together(one for one in repairs if one.kind is kind):
                facts = facts.repaired(removed, kind=kind, auth=code in AUTH_CODES)
        scored = score_integration(facts, self.windows[facts.name], self.policy)
        if scored.capped or not any(one.at_sla for one in repairs):
            return scored
        of_sla = min(self._of_sla(facts, one.slower_since) for one in repairs if one.at_sla)
        faster = rule(self.policy.rules.latency, of_sla)
        return with_parts(
            scored,
            tuple(
                replace(part, score=max(part.score, faster)) if part.name == "latency" else part
                for part in scored.components
            ),
        )

    def _of_sla(self, facts: Facts, slower_since: date | None) -> float:
        """Return which part of its SLA the p95 takes once calls are as before a day, at most all of it."""
        if slower_since is None or slower_since <= facts.days.first:
            return 1.0
        before = distribution(facts, span(facts.days.first, slower_since - timedelta(days=1)))
        if before.n < self.policy.evidence.p95_calls:
            return 1.0
        return min(1.0, before.quantile(0.95) / sla_of(facts.name, self.policy)[0])


def _together(repairs: Iterable[Repair]) -> list[tuple[str | None, Mapping[date, int]]]:
    """Return what repairs remove together, by code; no failure is removed twice.

    Repairs of one code may be about the same failures, and so may one of any code: the larger number counts.
    """
    by_code: dict[str | None, dict[date, int]] = {}
    for one in repairs:
        mine = by_code.setdefault(one.code, {})
        for on, count in one.removed.items():
            mine[on] = max(mine.get(on, 0), count)
    any_code = by_code.pop(None, {})
    rest = {on: max(0, count - sum(mine.get(on, 0) for mine in by_code.values())) for on, count in any_code.items()}
    return [*by_code.items(), (None, rest)]
