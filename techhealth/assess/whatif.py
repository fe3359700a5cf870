"""What the score would be had some failures not happened, or had an integration answered within its SLA."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from techhealth.assess.facts import Facts
from techhealth.assess.score import Scored, overall, rule, score_integration, with_parts
from techhealth.model import Days, Kind
from techhealth.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The facts and scores as they are, ready to be scored again with one thing changed."""

    facts: Sequence[Facts]
    scored: Sequence[Scored]
    windows: Mapping[str, Days]
    policy: Policy

    def without(self, integration: str, kind: Kind, removed: Mapping[date, int], is_auth: bool) -> float | None:
        """Return the customer's score had `removed[day]` failures of an integration been successes.

        Args:
            integration: whose failures.
            kind: calls, deliveries or auth events.
            removed: failures a local day.
            is_auth: whether these were failures of authentication, which the authentication component counts as well.
        """
        before = next(one for one in self.facts if one.name == integration)
        facts = before.repaired(removed, kind=kind, auth=is_auth)
        return self._with(score_integration(facts, self.windows[integration], self.policy))

    def at_sla(self, integration: str) -> float | None:
        """Return the customer's score had the p95 of an integration been at its SLA."""
        before = next(one for one in self.scored if one.name == integration)
        at_limit = rule(self.policy.rules.latency, 1.0)
        parts = tuple(
            replace(part, score=max(part.score, at_limit)) if part.name == "latency" else part
            for part in before.components
        )
        return self._with(with_parts(before, parts))

    def _with(self, changed: Scored) -> float | None:
        """Return the customer's score with one integration's score replaced."""
        found = overall(changed if one.name == changed.name else one for one in self.scored)
        return found[0] if found else None
