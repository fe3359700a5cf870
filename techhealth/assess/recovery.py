"""Is an issue over? The days since its fix against the window before its onset, and against how bad it was.

Two proportions with the 90 % interval of their difference, so that each claim fails in at most one case of twenty
(Schuirmann 1987, two one-sided tests). Nothing is called fixed because nothing was seen: fixed is shown to be better and
back (surely no rise that the detection would call large), partly is shown to be better but not to be back, not fixed is
shown to be neither; the rest is not enough data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from techhealth.assess.facts import Facts, all_days, facts_of
from techhealth.assess.rates import IN_ROWS, LINGERS, Counts, dispersion, jeffreys
from techhealth.assess.recovery_counts import Measured, measured, rate
from techhealth.figures import day, out_of, percent
from techhealth.model import Days, Interval, Issue, IssueKind, Rate, Shape
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

#: Days with data since the fix from which anything is said; of what recurs, a whole round of weekdays.
_FEWEST_DAYS, _FEWEST_OF_RECURRING = 3, 7
#: The fix is judged by its first four weeks; what comes later is another story.
_MOST_DAYS = 28
_LEVEL = 0.90


class Verdict(StrEnum):
    """What the days since a fix show."""

    FIXED = "fixed"
    PARTLY = "partly"
    NOT_FIXED = "not_fixed"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What became of one issue since its fix.

    `before` is the window before its onset (else a level, without counts), `during` how bad it was, `after` the days since
    the fix; `difference` is the 90 % interval of after minus before, a ratio, None where nothing is said.
    """

    issue: str
    verdict: Verdict
    before: Rate
    during: Rate
    after: Rate
    difference: Interval | None
    days: Days
    text: str


def recoveries(rollup: Rollup, issues: Sequence[Issue], *, fixed_on: date, policy: Policy) -> tuple[Recovery, ...]:
    """Return what became of some issues; none while no day since the fix is known.

    Args:
        rollup: sums of all days that are known, also those before the fix.
        issues: as they were found before it.
        fixed_on: the first day on which the fix is at work.
        policy: targets and SLAs, and which rise is large.
    """
    days = all_days(rollup)
    first = fixed_on if days is None else max(fixed_on, days.first)
    last = first if days is None else min(days.last, fixed_on + timedelta(days=_MOST_DAYS - 1))
    if days is None or last < first:
        return ()
    known = {facts.name: facts for facts in facts_of(rollup, days=days)}
    since = Days(first=first, last=last, days=(last - first).days + 1)
    return tuple(recovery(issue, known.get(issue.integration), since=since, policy=policy) for issue in issues)


def recovery(issue: Issue, facts: Facts | None, *, since: Days, policy: Policy) -> Recovery:
    """Return what became of one issue on the days since its fix; `facts` is None where its integration is gone."""
    if facts is None:
        return Recovery(
            issue=issue.id, verdict=Verdict.NOT_ENOUGH_DATA, before=issue.baseline, during=issue.recent, after=rate(0, 0),
            difference=None, days=since, text=f"{_SAID[Verdict.NOT_ENOUGH_DATA]}: {issue.integration} is not in the log.",
        )  # fmt: skip
    part = facts.between(since)
    seen = measured(issue, facts, cut=part.start, policy=policy)
    after = rate(int(seen.k[part].sum()), int(seen.n[part].sum()))
    if not _is_enough(issue, seen.n[part], policy):
        verdict, worse = Verdict.NOT_ENOUGH_DATA, None
    elif issue.kind is IssueKind.VOLUME:
        verdict, worse = _traffic(after), None
    else:
        verdict, worse = _compared(issue, facts, seen, after, part)
    return Recovery(
        issue=issue.id, verdict=verdict, before=seen.before, during=seen.during, after=after, difference=worse, days=since,
        text=_text(issue, seen, verdict, after, worse, since),
    )  # fmt: skip


def _is_enough(issue: Issue, n: Counts, policy: Policy) -> bool:
    """Return whether the days since the fix, and what is counted on them, are enough to say anything."""
    fewest = _FEWEST_OF_RECURRING if issue.shape is Shape.RECURRING else _FEWEST_DAYS
    counted = issue.kind is IssueKind.VOLUME or n.sum() >= policy.evidence.grade_rate
    return bool(counted and np.count_nonzero(n) >= fewest)


def _compared(
    issue: Issue, facts: Facts, seen: Measured, after: Rate, part: slice
) -> tuple[Verdict, Interval]:  # fmt: skip
    """Return what two differences show, after minus before and during minus after, and the first of them."""
    onset = min(part.start, max(0, (issue.onset.on - facts.days.first).days)) if issue.onset else 0
    spans = (slice(0, onset), slice(onset, part.start), part)
    calm, bad, now = (_varies(seen.k[span], seen.n[span]) for span in spans)
    worse, better = _difference(after, seen.before, (now, calm)), _difference(seen.during, after, (bad, now))
    if better[0] > 0:
        return Verdict.FIXED if worse[1] <= seen.margin else Verdict.PARTLY, worse
    return Verdict.NOT_FIXED if worse[0] > 0 else Verdict.NOT_ENOUGH_DATA, worse


def _varies(k: Counts, n: Counts) -> float:
    """Return by how much sums of days vary more than chance, read from successive days, so that a change hides nothing."""
    return 1.0 + (dispersion(k, n) - 1.0) / (1 - LINGERS) * IN_ROWS


def _traffic(after: Rate) -> Verdict:
    """Return whether traffic came back; `after` counts the days on which it stayed away."""
    return Verdict.FIXED if after.k == 0 else Verdict.NOT_FIXED if after.k == after.n else Verdict.PARTLY


def _difference(one: Rate, other: Rate, phi: tuple[float, float]) -> Interval:
    """Return the 90 % interval of one ratio minus another; one without counts is exact.

    The dispersion `phi` is what the days themselves show: what is taken for granted besides guards alarms, not a planned
    test.

    Source: Newcombe (1998), method 10, on Jeffreys intervals (MOVER, Donner & Zou 2012).
    """
    p, q = one.rate or 0.0, other.rate or 0.0
    low, high = jeffreys(one.k, one.n, phi=phi[0], level=_LEVEL) if one.n else (p, p)
    other_low, other_high = jeffreys(other.k, other.n, phi=phi[1], level=_LEVEL) if other.n else (q, q)
    return p - q - math.hypot(p - low, other_high - q), p - q + math.hypot(high - p, q - other_low)


_SAID = {
    Verdict.FIXED: "Fixed", Verdict.PARTLY: "Better, but not shown to be back", Verdict.NOT_FIXED: "Not fixed",
    Verdict.NOT_ENOUGH_DATA: "Not enough data to tell",
}  # fmt: skip


def _text(
    issue: Issue, seen: Measured, verdict: Verdict, after: Rate, worse: Interval | None, since: Days
) -> str:  # fmt: skip
    """Return the verdict with the figures since the fix, while it was bad, and before, and how far they differ."""
    now = f"since {day(since.first)} {_of(after)} {seen.what}; {_of(seen.during)} before the fix"
    if seen.before.n and issue.onset:
        now += f", {_of(seen.before)} before {day(issue.onset.on)}"
    elif seen.before.rate:
        now += f", target at most {percent(seen.before.rate)}"
    if worse is not None:
        low, high = (100 * value for value in worse)
        now += f" ({low:+.2g} to {high:+.2g} points against that, 90 % interval)"
    return f"{_SAID[verdict]}: {now}."


def _of(one: Rate) -> str:
    return f"{percent(one.rate)} ({out_of(one.k, one.n)})" if one.n else percent(one.rate)
