"""What is known of a customer beside the period that is judged: earlier days, as baseline and to compare with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Self

import polars as pl

from techhealth.assess.facts import Facts, all_days, as_of, facts_of, local_days, since
from techhealth.assess.period import reach, span
from techhealth.assess.standing import Source
from techhealth.model import Days
from techhealth.policy import Windows
from techhealth.usage.rollup import TABLES, Rollup, together, zone_of

#: Tables of all days; the others are kept of the days in which causes are looked for.
_SEEN_IN = ("hourly", "saved", "endpoints", "latency", "clients")
#: How many reaches are kept: that of the policy in use and that of one that is tried.
_KEPT = 2
_ONLY_CAUSES = tuple(name for name in TABLES if name not in (*_SEEN_IN, "undated"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The period together with the days before it, as far as a policy looks back for causes.

    Attributes:
        rollup: sums of all days of the integrations that are judged; of the days before those in which causes are looked
            for as far as a change is seen in them.
        source: the same with the evidence of each integration, counted once.
        days: the days of `rollup`.
        facts: of the integrations that are judged.
        every: also of those that are no longer seen, to compare with.
    """

    rollup: Rollup
    source: Source
    days: Days
    facts: tuple[Facts, ...]
    every: tuple[Facts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The period together with all days before it: what holds however far a policy looks back.

    Attributes:
        changes: sums of all days in which a change is seen; those that tell of causes alone, of the period.
        earlier: all sums of the days before.
        period: the days that are judged.
        days: those and all before.
        every: facts of every integration.
    """

    changes: Rollup
    earlier: Rollup | None
    period: Days
    days: Days
    every: tuple[Facts, ...]
    _looked: dict[date, Past] = field(default_factory=dict)

    @classmethod
    def of(cls, rollup: Rollup, history: Rollup | None, *, period: Days) -> Self:
        """Return a period with its history, of which only days before it are taken."""
        earlier = None if history is None else as_of(history, period.first - timedelta(days=1))
        before = None if earlier is None else all_days(earlier)
        days = period if before is None else span(before.first, period.last)
        changes = rollup if earlier is None else _added(rollup, earlier, _SEEN_IN)
        every = facts_of(changes, days=days, period=period)
        return cls(changes=changes, earlier=earlier, period=period, days=days, every=every)

    def past(self, windows: Windows) -> Past:
        """Return as much of it as is looked at; once for policies that look back alike.

        An integration is judged when it has rows in the period or in the days in which causes are looked for: one that
        fell silent stays in sight for these, one that is not exported any more does not fall silent for ever.
        """
        looked = reach(self.days, self.period, windows)
        if looked.first not in self._looked:
            while len(self._looked) >= _KEPT:
                self._looked.pop(next(iter(self._looked)))
            self._looked[looked.first] = self._since(looked)
        return self._looked[looked.first]

    def _since(self, looked: Days) -> Past:
        both, near = self.changes, self.changes.hourly.filter(local_days(self.changes) >= looked.first)
        if self.earlier is not None and looked.first < self.period.first:
            both = _added(both, since(self.earlier, looked.first), _ONLY_CAUSES)
        seen = {*near["integration"].unique(), *both.undated["integration"]}
        facts = tuple(one for one in self.every if one.name in seen)
        told = both if len(facts) == len(self.every) else _only(both, seen)
        source = Source.of(told, self.days)
        return Past(rollup=told, source=source, days=self.days, facts=facts, every=self.every)


def _added(rollup: Rollup, earlier: Rollup, names: Collection[str]) -> Rollup:
    """Return sums with those of earlier days in some tables."""
    zone_of([rollup, earlier])
    added: dict[str, Any] = {name: together([getattr(rollup, name), getattr(earlier, name)], name) for name in names}
    return replace(rollup, **added)


def _only(rollup: Rollup, names: Collection[str]) -> Rollup:
    """Return the sums of some integrations."""
    mine = pl.col("integration").is_in(list(names))
    return replace(rollup, **{name: getattr(rollup, name).filter(mine) for name in (*TABLES, "samples")})
