"""Every day of a log as if it were today: which issues would have been seen, since when, and how early."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from techhealth.assess.as_of import CLEAR_AFTER, AsOf, counts
from techhealth.assess.assemble import generated_for, judged
from techhealth.assess.facts import all_days, facts_of
from techhealth.assess.period import each_day
from techhealth.assess.standing import Key
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
from techhealth.usage.rollup import Rollup


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
    seen = AsOf.of(facts_of(rollup, days=period), rollup, policy)
    known = set(seen.days)
    return tuple(ReplayDay(as_of=day, issues=seen.issues(day)) for day in wanted if day in known)


@dataclass(slots=True)
class _Open:
    """An issue while it is followed through the days: what was said of it on each, and the last of these among all days."""

    said: list[tuple[date, ReplayedIssue]]
    last_seen: int


def _followed(days: Sequence[ReplayDay], reported: Mapping[str, date]) -> tuple[Sighting, ...]:
    """Return each issue from the first day it was flagged; one that came back after a pause is another."""
    followed: dict[Key, list[_Open]] = {}
    for position, day in enumerate(days):
        for issue in day.issues:
            earlier = followed.setdefault((issue.integration, issue.kind), [])
            if not earlier or position - earlier[-1].last_seen > CLEAR_AFTER + 1:
                earlier.append(_Open(said=[], last_seen=position))
            earlier[-1].said.append((day.as_of, issue))
            earlier[-1].last_seen = position
    found = [
        _sighting(one.said, number, reported) for runs in followed.values() for number, one in enumerate(runs, start=1)
    ]
    return tuple(sorted(found, key=lambda one: (one.first_flagged, one.id)))


def _sighting(said: Sequence[tuple[date, ReplayedIssue]], number: int, reported: Mapping[str, date]) -> Sighting:
    """Return one followed issue as it was said to be last; what was said of another level before it began does not count.

    The lead counts to the customer's report where one is known, else to critical.
    """
    last_seen, issue = said[-1]
    mine = [(day, one) for day, one in said if counts(one.onset, issue.onset, day)]
    first_flagged = mine[0][0]
    critical_on = next((day for day, one in mine if one.severity is Severity.CRITICAL), None)
    id_ = issue.id if number == 1 else f"{issue.id}-{number}"
    until = reported.get(id_) or critical_on
    return Sighting(
        id=id_,
        integration=issue.integration,
        kind=issue.kind,
        severity=issue.severity,
        cause=issue.cause,
        onset=issue.onset,
        first_flagged=first_flagged,
        last_seen=last_seen,
        critical_on=critical_on,
        reported_on=reported.get(id_),
        lead_days=(until - first_flagged).days if until else None,
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
