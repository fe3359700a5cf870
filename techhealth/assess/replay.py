"""Every day of a log as if it were today: which issues would have been seen, since when, and how early.

Each day is judged by the same functions as an assessment, from sums cut at the end of that day; only what a replay does
not show (charts, impact, samples, what to do) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from statistics import median

from techhealth.assess.assemble import generated_for, judged
from techhealth.assess.diagnose import claims_of
from techhealth.assess.facts import Facts, all_days, facts_of
from techhealth.assess.growing import Growing
from techhealth.assess.issues import slug_of
from techhealth.assess.period import each_day
from techhealth.assess.timeline import activity, scores_of, windows_of
from techhealth.errors import UsageError
from techhealth.model import (
    Days,
    PolicyReplay,
    Replay,
    ReplayDay,
    ReplayedIssue,
    Severity,
    Sighting,
)
from techhealth.policy import Policy
from techhealth.usage.events import Usage
from techhealth.usage.rollup import Rollup, by_integration

#: An issue that is not seen on more days with data than this has ended; a later one of its kind is another.
_CLEAR_AFTER = 3


def replay(
    usage: Usage | Rollup,
    *,
    policy: Policy | None = None,
    name: str = "this policy",
    days: int | Iterable[date] | None = None,
    against: Mapping[str, Policy] | None = None,
    reported: Mapping[str, date] | None = None,
) -> Replay:
    """Return what would have been said at the end of each day, and how early each issue would have been known.

    Args:
        usage: events with their receipt, or their rollup.
        policy: by which to judge; the defaults when not given.
        name: what to call it beside others.
        days: the last so many days of the log, or the days themselves; every day when not given.
        against: other policies by name, to be compared with the first.
        reported: issue id → day on which the customer reported it; the lead then counts to that day.

    Raises:
        InputError: if there is no data.
        UsageError: if a day lies outside the log, a policy speaks of another time zone than the first, or a reported issue
            is none that any policy finds.
    """
    policy = policy or Policy()
    rollup = judged(usage, policy, None)
    period = all_days(rollup)
    if period is None:
        raise UsageError("there is no day to replay; name a log that has rows.")
    wanted = _wanted(days, period)
    every = {name: policy, **(against or {})}
    seen = {called: _days(rollup, wanted, period, one) for called, one in every.items()}
    followed = {called: _followed(found, reported or {}) for called, found in seen.items()}
    _check_reported(reported or {}, {issue.id for issues in followed.values() for issue in issues})
    return Replay(
        generated_for=generated_for(rollup, policy, as_of=period.last),
        period=period,
        days=seen[name],
        issues=followed[name],
        policies=tuple(_summary(called, one, followed[called]) for called, one in every.items()),
    )


def _wanted(days: int | Iterable[date] | None, period: Days) -> tuple[date, ...]:
    """Return the days to judge, in order."""
    every = each_day(period)
    if days is None:
        return tuple(every)
    if isinstance(days, int):
        if days < 1:
            raise UsageError(f"{days} days cannot be replayed; ask for one at least.")
        return tuple(every[-days:])
    asked = sorted(set(days))
    outside = [day for day in asked if not period.first <= day <= period.last]
    if outside:
        raise UsageError(f"{outside[0]} is no day of the log, which runs from {period.first} to {period.last}.")
    return tuple(asked)


def _check_reported(reported: Mapping[str, date], known: set[str]) -> None:
    """Refuse the report of an issue that is not there: its lead would be lost without a word."""
    unknown = sorted(reported.keys() - known)
    if unknown:
        there = f"found are {', '.join(sorted(known))}" if known else "none was found"
        raise UsageError(f"there is no issue {unknown[0]!r} to report; {there}.")


def _days(rollup: Rollup, wanted: Sequence[date], period: Days, policy: Policy) -> tuple[ReplayDay, ...]:
    """Return the issues as of each day with data."""
    if policy.timezone != rollup.timezone:
        raise UsageError(
            f"one policy speaks of days in {rollup.timezone}, another of {policy.timezone}; compare within one zone."
        )
    facts, parts = (
        facts_of(rollup, days=period),
        {name: Growing.of(part) for name, part in by_integration(rollup).items()},
    )
    active = activity(facts) > 0
    return tuple(
        ReplayDay(as_of=day, issues=_issues(facts, parts, day, policy))
        for day in wanted
        if active[(day - period.first).days]
    )


def _issues(
    facts: Sequence[Facts], parts: Mapping[str, Growing], last: date, policy: Policy
) -> tuple[ReplayedIssue, ...]:
    """Return the issues as of one day, the most severe first."""
    past = [one.until(last) for one in facts]
    past = [one for one in past if any(stream.calls.any() for stream in one.streams.values())]
    windows = windows_of(past, policy)
    cut: Callable[[str], Rollup] = cache(lambda name: parts[name].until(last))
    claims = claims_of(
        past, scores_of(past, windows, policy), windows=windows, rollup_of=cut, near_of=cut, policy=policy
    )
    found = [
        ReplayedIssue(
            id=slug_of(claim.facts.name, claim.kind.value),
            integration=claim.facts.name,
            kind=claim.kind,
            severity=claim.severity,
            cause=causes[0].cause.kind if causes else None,
            onset=claim.onset,
        )
        for _, claim, causes in claims
    ]
    order = list(Severity)
    return tuple(sorted(found, key=lambda one: (-order.index(one.severity), one.id)))


@dataclass(slots=True)
class _Open:
    """An issue while it is followed through the days."""

    latest: ReplayedIssue
    first_flagged: date
    last_seen: int
    critical_on: date | None
    has_begun: bool = False


def _followed(days: Sequence[ReplayDay], reported: Mapping[str, date]) -> tuple[Sighting, ...]:
    """Return each issue from the first day it was flagged; one that came back after a pause is another.

    A level that stood before is no warning of a rise: an issue that gets a beginning is flagged on that day.
    """
    followed: dict[str, list[_Open]] = {}
    for position, day in enumerate(days):
        for issue in day.issues:
            earlier = followed.setdefault(issue.id, [])
            if not earlier or position - earlier[-1].last_seen > _CLEAR_AFTER + 1:
                earlier.append(_Open(latest=issue, first_flagged=day.as_of, last_seen=position, critical_on=None))
            now = earlier[-1]
            if issue.onset is not None and not now.has_begun:
                now.first_flagged, now.critical_on, now.has_begun = day.as_of, None, True
            now.latest, now.last_seen = issue, position
            if now.critical_on is None and issue.severity is Severity.CRITICAL:
                now.critical_on = day.as_of
    found = [
        _sighting(one, id_ if number == 1 else f"{id_}-{number}", days[one.last_seen].as_of, reported)
        for id_, runs in followed.items()
        for number, one in enumerate(runs, start=1)
    ]
    return tuple(sorted(found, key=lambda one: (one.first_flagged, one.id)))


def _sighting(seen: _Open, id_: str, last_seen: date, reported: Mapping[str, date]) -> Sighting:
    """Return one followed issue; the lead counts to the customer's report where one is known, else to critical."""
    until = reported.get(id_) or seen.critical_on
    issue = seen.latest
    return Sighting(
        id=id_,
        integration=issue.integration,
        kind=issue.kind,
        severity=issue.severity,
        cause=issue.cause,
        onset=issue.onset,
        first_flagged=seen.first_flagged,
        last_seen=last_seen,
        critical_on=seen.critical_on,
        reported_on=reported.get(id_),
        lead_days=(until - seen.first_flagged).days if until else None,
    )


def _summary(name: str, policy: Policy, issues: Sequence[Sighting]) -> PolicyReplay:
    """Return what one policy comes to."""
    leads = [one.lead_days for one in issues if one.lead_days is not None]
    return PolicyReplay(
        name=name,
        policy_sha256=policy.sha256,
        flagged=len(issues),
        critical=sum(one.critical_on is not None for one in issues),
        median_lead_days=float(median(leads)) if leads else None,
        issues=tuple(issues),
    )
