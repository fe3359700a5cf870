"""Any day as if it were today: judged by the same functions as an assessment, from sums cut at the end of that day.

Only what a replay does not show (charts, impact, samples, what to do) is left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Self

import numpy as np

from techhealth.assess.causes import Evidence
from techhealth.assess.counted import Counted
from techhealth.assess.diagnose import claims_of, with_causes
from techhealth.assess.facts import Facts
from techhealth.assess.issues import slug_of
from techhealth.assess.period import reported
from techhealth.assess.standing import Key, Source, standing
from techhealth.assess.timeline import activity, scores_of, windows_of
from techhealth.model import Onset, ReplayedIssue, Severity
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup, by_integration

#: An issue that is not seen on more days with data than this has ended; a later one of its kind is another.
CLEAR_AFTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """What is known of a customer, ready to be looked at as of one day after the other.

    Attributes:
        facts: of each integration.
        sums: integration → its rollup, over all days.
        evidence_of: what causes are looked for in, of an integration and what it counts, over all days.
        days: those that the log tells of, in order.
    """

    facts: Sequence[Facts]
    sums: Mapping[str, Rollup]
    evidence_of: Callable[[str, Counted], Evidence]
    days: Sequence[date]
    policy: Policy

    @classmethod
    def of(cls, facts: Sequence[Facts], rollup: Rollup, policy: Policy) -> Self:
        """Return a customer's facts and rollup made ready."""
        days = [facts[0].on(int(position)) for position in np.flatnonzero(reported(activity(facts)))] if facts else []
        parts = by_integration(rollup)
        return cls(
            facts=facts,
            sums=parts,
            evidence_of=cache(
                lambda name, counted: Evidence.of(parts[name], integration=name, counted=counted, days=facts[0].days)
            ),
            days=days,
            policy=policy,
        )

    def issues(self, last: date) -> tuple[ReplayedIssue, ...]:
        """Return the issues as of one day, the most severe first."""
        past = self._until(last)
        windows = windows_of(past, self.policy)
        scored = scores_of(past, windows, self.policy)
        found = [
            ReplayedIssue(
                id=slug_of(claim.facts.name, claim.kind.value),
                integration=claim.facts.name,
                kind=claim.kind,
                severity=claim.severity,
                cause=causes[0].cause.kind if causes else None,
                onset=claim.onset,
            )
            for _, claim, causes in claims_of(past, scored, windows=windows, source=self._source, policy=self.policy)
        ]
        order = list(Severity)
        return tuple(sorted(found, key=lambda one: (-order.index(one.severity), one.id)))

    def onsets(self, last: date, wanted: Collection[Key]) -> dict[Key, Onset | None]:
        """Return the onsets of the wanted ones of the issues as of one day; causes are looked for where these date it."""
        past, source = self._until(last), self._source
        windows = windows_of(past, self.policy)
        claims = standing(
            past,
            scores_of(past, windows, self.policy),
            windows=windows,
            source=source,
            policy=self.policy,
            only={name for name, _ in wanted},
        )
        found: dict[Key, Onset | None] = {}
        for _, claim in claims:
            key = (claim.facts.name, claim.kind)
            if key in wanted and claim.onset is None:
                claim, _ = with_causes(claim, source, window=windows[claim.facts.name], policy=self.policy)
            found[key] = claim.onset or found.get(key)
        return found

    def _until(self, last: date) -> list[Facts]:
        """Return the facts as of one day, of those that were known then."""
        past = [one.until(last) for one in self.facts]
        return [one for one in past if any(stream.calls.any() for stream in one.streams.values())]

    @property
    def _source(self) -> Source:
        return Source(rollup_of=self.sums.__getitem__, evidence_of=self.evidence_of)


def counts(said: Onset | None, onset: Onset | None, day: date) -> bool:
    """Return whether what was said on a day speaks of an issue that has stood without a break since, and began at an onset:
    not before it may have begun, nor of a mere level. That it was dated otherwise then makes it no other issue."""
    return onset is None or (said is not None and day >= onset.earliest)


def first_flagged(seen: AsOf, issues: Mapping[Key, Onset]) -> dict[Key, date]:
    """Return the first day on which each issue that began, and stands today, stood among the issues, as a replay finds it."""
    said = cache(lambda position: seen.onsets(seen.days[position], issues.keys()))
    return {key: seen.days[_first(key, onset, said, seen.days)] for key, onset in issues.items()}


def _first(key: Key, onset: Onset, said: Callable[[int], Mapping[Key, Onset | None]], days: Sequence[date]) -> int:
    """Return the position of the first day on which an issue stood as one that began.

    From today backwards as far as the days allow on which an issue may be missed: what lies between two days that close
    cannot part them, so most days need not be judged.
    """
    today, lowest = len(days) - 1, bisect_left(days, onset.earliest)
    first = today
    while True:
        reached = range(max(lowest, first - CLEAR_AFTER - 1), first)
        earlier = next((position for position in reached if key in said(position)), None)
        if earlier is None:
            break
        first = earlier
    return next((at for at in range(first, today) if key in said(at) and counts(said(at)[key], onset, days[at])), today)
