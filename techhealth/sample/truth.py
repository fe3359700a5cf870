"""What was planted, as plain counts: the answer sheet that goes with a sample."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from techhealth.model import CauseKind, IssueKind, Owner, Shape
from techhealth.sample.story import Latency

SCHEMA = "techhealth.sample-truth/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekTruth:
    """Calls or deliveries of one week and how many failed."""

    first: date
    last: date
    n: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstTruth:
    """One clock minute that hit the limit."""

    at: datetime
    accepted: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTruth:
    """A rate limit, the first day it was hit, and the largest demand of a minute."""

    per_minute: int
    onset: date
    largest_demand: int
    bursts: tuple[BurstTruth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekdayTruth:
    """Failures of one status that all fall on one weekday: day → count."""

    status: int
    weekday: str
    days: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeTruth:
    """Failures of one status above and below a request size."""

    above_bytes: int
    status: int
    calls_above: int
    failures_above: int
    calls_below: int
    failures_below: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursTruth:
    """Failures in some hours of the day (first included, last excluded), and the days that have any there."""

    first: int
    last: int
    failures: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTruth:
    """A degradation: since when, how, why, who has to fix it, and by when it has to be seen.

    Attributes:
        critical: the first day on which it is critical, by what is planted; the day of the onset if it is abrupt.
        measure: what gets worse: failing, slow or volume.
        causes: kinds of cause that are right as the top one, the planted one first; empty: no cause is asked for.
        early: further kinds that are right at the first alarm, when a pattern cannot be known yet.
        issues: kinds of issue that name it.
        detail: which limit, endpoint, client, hours or code.
    """

    onset: date
    critical: date
    shape: Shape
    measure: str
    abrupt: bool
    causes: tuple[CauseKind, ...]
    early: tuple[CauseKind, ...]
    issues: tuple[IssueKind, ...]
    owner: Owner
    detail: dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationTruth:
    """What was planted at one integration; `codes` counts failures by status or reason, None means not planted."""

    name: str
    kind: str
    n: int
    failures: int
    weekly: tuple[WeekTruth, ...]
    codes: dict[str, int]
    latency: Latency | None
    limit: LimitTruth | None = None
    weekday: tuple[WeekdayTruth, ...] = ()
    size: SizeTruth | None = None
    hours: HoursTruth | None = None
    change: ChangeTruth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Everything that was planted in one sample; the current window is the last week."""

    scenario: str
    customer: str
    seed: int
    first: date
    last: date
    api_calls: int
    webhook_deliveries: int
    integrations: tuple[IntegrationTruth, ...]
    schema: str = SCHEMA

    def __getitem__(self, integration: str) -> IntegrationTruth:
        """Return one integration by name."""
        return next(item for item in self.integrations if item.name == integration)

    def document(self) -> dict[str, object]:
        """Return the truth as plain JSON values; days and instants in ISO 8601."""
        document: dict[str, object] = msgspec.to_builtins(self)
        return document
