"""What the questions are asked of: one integration's failures over a period, by day and hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from techhealth.assess.beginning import HOURS, hour_of
from techhealth.assess.causes.evidence import Evidence, Minutes
from techhealth.assess.causes.tally import Counts, Tally
from techhealth.assess.counted import Counted
from techhealth.assess.onset import find_onset
from techhealth.assess.outcomes import owner_of
from techhealth.model import CauseKind, Change, Days, Kind, Onset, Owner
from techhealth.policy import Policy

#: Codes looked at, most frequent first.
_MOST_CODES = 12
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One integration over one period; arrays hold a row per local calendar day.

    Attributes:
        timezone: zone of the days and hours.
        calls: calls, deliveries or auth events with a known outcome, shape (days, 24 local hours).
        fine: those that succeeded, same shape.
        failures: failures in question, same shape.
        retries: failed calls that repeat an earlier failed one, shape (days,).
        by_code: error code, class or reason → failures, shape (days, 24), most frequent first.
        endpoints: endpoints by day.
        clients: client versions by day.
        regions: regions by day.
        sizes: endpoints by size bucket, first of the days before the issue's first day, then once more of those from it on.
        daily_sizes: size buckets by day.
        first_bucket: the smallest size bucket.
        minutes: minutes of the period; None where those of the failures in question are not known.
        named_limit: the limit that most answers name, calls a minute.
        recent: the days of the current window.
        start: index of the first day of the issue; 0 when it has no onset.
        target: tolerated failure rate, the baseline of an issue without onset.
        about: the most frequent code, where only failures of a few like codes are in question.
    """

    counted: Counted
    timezone: str
    days: tuple[date, ...]
    calls: Counts
    fine: Counts
    failures: Counts
    retries: Counts
    by_code: Mapping[str, Counts]
    endpoints: Tally
    clients: Tally
    regions: Tally
    sizes: Tally
    daily_sizes: Tally
    first_bucket: int
    minutes: Minutes | None
    named_limit: int | None
    recent: slice
    start: int
    target: float
    policy: Policy
    about: str | None = None

    @property
    def kind(self) -> Kind:
        """The kind of the rows."""
        return self.counted.kind


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The failures one question is about: all of the issue (`code` None) or one code class, from a day on.

    Attributes:
        grid: the failures of that class over the whole period, shape (days, 24).
        start: index of the first day in question; the days before tell what was usual.
    """

    case: Case
    code: str | None
    grid: Counts
    start: int = 0

    @property
    def hours(self) -> Counts:
        """The failures in question, shape (days, 24)."""
        return self.grid[self.start :]

    @cached_property
    def k(self) -> Counts:
        """The failures in question by day."""
        total: Counts = self.hours.sum(axis=1)
        return total

    @cached_property
    def n(self) -> Counts:
        """Calls by day."""
        total: Counts = self.case.calls[self.start :].sum(axis=1)
        return total

    @property
    def excess(self) -> float:
        """The failures in question beyond the level of the days before; all where there are none."""
        before, calls = self.grid[: self.start].sum(), self.case.calls[: self.start].sum()
        return float(self.k.sum() - self.n.sum() * before / max(calls, 1))

    @property
    def owner(self) -> Owner:
        """Who has to act on the code, or owns most of all failures; shared when nobody does."""
        case = self.case
        if self.code is not None:
            return owner_of(self.code, kind=case.kind, owners=case.policy.owners)
        totals: dict[Owner, float] = {}
        for code, grid in case.by_code.items():
            owner = owner_of(code, kind=case.kind, owners=case.policy.owners)
            totals[owner] = totals.get(owner, 0.0) + float(grid.sum())
        most = max(totals, key=lambda owner: totals[owner])
        return most if totals[most] > case.policy.causes.dominant_share * float(case.failures.sum()) else Owner.SHARED

    @cached_property
    def onset(self) -> Onset | None:
        """Since when they are more frequent; several questions ask."""
        case = self.case
        return find_onset(case.days, self.grid.sum(axis=1), case.calls.sum(axis=1), case.policy)

    def hour(self, onset: Onset) -> int:
        """Return the hour from which they came, counted from the first of all days; the first of its day where none can be told."""
        on, earliest, latest = ((day - self.case.days[0]).days for day in (onset.on, onset.earliest, onset.latest))
        found = hour_of(self.grid, self.case.calls, earliest=earliest, latest=latest)
        return HOURS * on if found is None else found

    @cached_property
    def first_whole_day(self) -> int:
        """The first day in question that it failed from its first hour on, of counts that know no hour."""
        on = self.case.days[self.start]
        whole = -(-self.hour(Onset(on=on, earliest=on, latest=on)) // HOURS) if self.start else 0
        return whole if self.start < whole < len(self.case.days) else self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An answer to one question, before its shares are worked out.

    Attributes:
        key: what was found (a weekday, an endpoint), so that the same answer is not given twice.
        explained: failures that the finding covers, shape (days,), from the scope's first day on.
        removable: failures its fix would remove, same shape, not yet whole numbers.
        excess: failures that a slice takes beyond those that chance lays there; None when no slice is spoken of.
        gain: log likelihood won by the slice, by which slices are compared.
        owner: who has to act, when the finding itself tells.
    """

    kind: CauseKind
    key: str
    statement: str
    evidence: Mapping[str, float | int | str | None]
    explained: Counts
    removable: Counts
    excess: float | None = None
    gain: float = 0.0
    onset: Onset | None = None
    change: Change | None = None
    owner: Owner | None = None


def open_case(
    evidence: Evidence, *, period: Days, window: Days, onset: date | None, target: float, policy: Policy
) -> Case:
    """Return the failures of an integration over a period, counted along every axis that is asked about."""
    first, end = ((edge - evidence.days.first).days for edge in (period.first, period.last + _ONE_DAY))
    part, count = slice(first, end), end - first
    by_code = {code: grid[part] for code, grid in evidence.by_code.items()}
    frequent = _most_frequent(by_code)
    start = (onset - period.first).days if onset and period.first < onset <= period.last else 0
    endpoints, clients, regions, sizes = (
        rows.between(first, end) for rows in (evidence.endpoints, evidence.clients, evidence.regions, evidence.sizes)
    )
    first_bucket = int(sizes.bucket.min()) if len(sizes.bucket) else 0
    buckets = tuple(str(bucket) for bucket in range(first_bucket, int(sizes.bucket.max(initial=first_bucket - 1)) + 1))
    return Case(
        counted=evidence.counted,
        timezone=evidence.timezone,
        days=tuple(period.first + timedelta(days=index) for index in range(count)),
        calls=evidence.calls[part],
        fine=evidence.fine[part],
        failures=sum(by_code.values(), np.zeros((count, 24))),
        retries=sum((repeats[part] for repeats in evidence.retries.values()), np.zeros(count)),
        by_code=frequent,
        endpoints=endpoints.tally(endpoints.names, endpoints.number, endpoints.day, width=count),
        clients=clients.tally(clients.names, clients.number, clients.day, width=count),
        regions=regions.tally(regions.names, regions.number, regions.day, width=count),
        sizes=sizes.tally(
            sizes.names + sizes.names,
            sizes.number + len(sizes.names) * (sizes.day >= start),
            sizes.bucket - first_bucket,
            width=len(buckets),
        ),
        daily_sizes=sizes.tally(buckets, sizes.bucket - first_bucket, sizes.day, width=count),
        first_bucket=first_bucket,
        minutes=None if evidence.minutes is None else evidence.minutes.between(first, end),
        named_limit=evidence.named_limit,
        recent=slice(max(0, (window.first - period.first).days), max(0, (window.last - period.first).days + 1)),
        start=start,
        target=target,
        policy=policy,
        about=next(iter(frequent), None) if evidence.is_part else None,
    )


def _most_frequent(by_code: Mapping[str, Counts]) -> dict[str, Counts]:
    """Return the most frequent codes that failed at all, most frequent first, then by code."""
    totals = {code: grid.sum() for code, grid in by_code.items()}
    order = sorted((code for code, total in totals.items() if total), key=lambda code: (-totals[code], code))
    return {code: by_code[code] for code in order[:_MOST_CODES]}
