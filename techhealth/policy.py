"""The numbers a person may argue with: frozen, each with its source, read from and written to TOML.

A policy file holds only what differs from the defaults. `[sla_ms]` maps integration names to p95 limits, `[rename]`
maps names found in logs to names people use, `[webhook_sender]` integration names to who sends their webhooks.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import time
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomlkit

from techhealth.errors import PolicyError
from techhealth.policy_toml import differences, filled

_PRD = "the five components of the requirement"
_FIT = "calibrated on the worked example"
_TRIAL = "measured on planted degradations and controls"
_CALL = "the technical call of the requirement's example"
_OWN = "judgement of this project"
_PRACTICE = "standard practice"

Knots = tuple[tuple[float, float], ...]
T = TypeVar("T")


def tuned(default: T, *, source: str) -> T:
    """Return a dataclass field with its default and the reason for it."""
    value: T = field(default=default, metadata={"source": source})
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weight of each component of the score; they sum to 1 and are renormalised where a component has no data."""

    success: float = tuned(0.30, source=_PRD)
    latency: float = tuned(0.20, source=_PRD)
    trend: float = tuned(0.20, source=_PRD)
    webhook: float = tuned(0.15, source=_PRD)
    auth: float = tuned(0.15, source=_PRD)

    def __post_init__(self) -> None:
        values = [getattr(self, item.name) for item in fields(self)]
        if not (min(values) >= 0 and abs(sum(values) - 1) <= 1e-9):  # also refuses nan
            raise PolicyError(f"weights must be positive and sum to 1, they sum to {sum(values):.3f}; edit [weights].")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Piecewise linear rules of the components: pairs (measured value, score), clamped at both ends."""

    success: Knots = tuned(((0.70, 0.0), (0.90, 40.0), (0.98, 65.0), (0.995, 75.0), (1.0, 100.0)), source=_FIT)
    latency: Knots = tuned(((0.5, 100.0), (1.0, 50.0), (1.25, 0.0)), source=_FIT)
    trend: Knots = tuned(((0.0, 100.0), (12.5, 0.0)), source=_FIT)  # points of error rate per week
    auth: Knots = tuned(((0.0, 100.0), (0.10, 0.0)), source=_FIT)  # share of calls that fail for authentication
    auth_unrecovered_cap: float = tuned(20.0, source=_OWN)
    auth_unrecovered_run: int = tuned(3, source=_OWN)  # failed auth events without one success after them
    broken_below: float = tuned(0.70, source="the success rate that scores 0")
    broken_cap: float = tuned(49.0, source=_OWN)  # an integration that is broken is critical, whatever else is well

    def __post_init__(self) -> None:
        for name in ("success", "latency", "trend", "auth"):
            xs = [x for x, _ in getattr(self, name)]
            if len(xs) < 2 or xs != sorted(set(xs)):
                raise PolicyError(f"rules.{name} needs two or more knots with rising first values; edit [rules].")


def _within(holder: Any, where: str, low: float, high: float, *names: str) -> None:
    """Refuse values outside `low` to `high`."""
    for name in names:
        value = getattr(holder, name)
        if not isinstance(value, int | float) or not low <= value <= high:  # also refuses nan
            raise PolicyError(f"{where}.{name} must lie between {low:g} and {high:g}, not {value!r}; edit [{where}].")


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Levels that count as promised; rates are ratios 0-1."""

    score: int = tuned(90, source=_PRD)
    success: float = tuned(0.99, source=_OWN)
    delivery: float = tuned(0.99, source=_PRD)
    auth_failure: float = tuned(0.005, source=_OWN)
    latency_exceedance: float = tuned(0.05, source="a p95 within its SLA is exceeded by at most 5 % of calls")
    breach_p99_ratio: float = tuned(2.5, source=_FIT)
    default_sla_ms: float = tuned(1000.0, source=_OWN)

    def __post_init__(self) -> None:
        _within(self, "targets", 1, 100, "score")
        _within(self, "targets", 0.5, 1, "success", "delivery")
        _within(self, "targets", 0, 0.5, "auth_failure", "latency_exceedance")
        _within(self, "targets", 1, 1e9, "breach_p99_ratio", "default_sla_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How much of the log each figure looks at."""

    current_days: int = tuned(7, source=_FIT)
    wider_days: tuple[int, ...] = tuned((14, 28), source=_OWN)
    minimum_calls: int = tuned(50, source=_OWN)
    trend_days: int = tuned(28, source=_FIT)
    minimum_trend_days: int = tuned(14, source=_PRACTICE)
    business_hours: tuple[int, int] = tuned((8, 18), source=_OWN)  # the first hour included, the last excluded

    def __post_init__(self) -> None:
        _within(self, "windows", 1, 366, "current_days", "trend_days", "minimum_trend_days")
        _within(self, "windows", 0, 1e9, "minimum_calls")
        if list(self.wider_days) != sorted({days for days in self.wider_days if days > self.current_days}):
            raise PolicyError(f"windows.wider_days must rise from above {self.current_days} days; edit [windows].")
        whole = all(type(hour) is int for hour in self.business_hours) and len(self.business_hours) == 2
        if not whole or not 0 <= self.business_hours[0] < self.business_hours[1] <= 24:
            raise PolicyError("windows.business_hours must be two hours such as [8, 18], the first one earlier.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How much data a figure needs before it is shown, graded or alarmed on."""

    show_rate: int = tuned(20, source=_PRACTICE)
    grade_rate: int = tuned(50, source=_PRACTICE)
    wide_interval: float = tuned(20.0, source=_OWN)  # score points
    p50_calls: int = tuned(20, source=_PRACTICE)
    p95_calls: int = tuned(60, source=_PRACTICE)
    p99_calls: int = tuned(300, source=_PRACTICE)
    day_variation: float = tuned(0.35, source=_TRIAL)  # coefficient of variation of a day's traffic

    def __post_init__(self) -> None:
        _within(self, "evidence", 1, 1e9, "show_rate", "grade_rate", "p50_calls", "p95_calls", "p99_calls")
        _within(self, "evidence", 0.01, 10, "day_variation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """When a change is an issue."""

    z_recent: float = tuned(3.5, source=_TRIAL)
    z_without_worst_day: float = tuned(2.5, source=_TRIAL)
    part_chance: float = tuned(3.4e-6, source=_TRIAL)  # of a part's rise: 4.5 standard deviations
    part_chance_without_worst_day: float = tuned(1.35e-3, source=_TRIAL)  # 3 standard deviations
    ratio: float = tuned(1.5, source=_TRIAL)
    points: float = tuned(0.004, source=_TRIAL)
    rate_variation: float = tuned(
        0.45, source=_TRIAL
    )  # of a day's failure rate, taken for granted however calm it looks
    minimum_failures: int = tuned(5, source=_PRACTICE)
    minimum_failing_days: int = tuned(2, source=_PRACTICE)
    baseline_days: int = tuned(7, source=_PRACTICE)
    segment_penalty: float = tuned(5.0, source=_TRIAL)  # times phi log(days)
    earlier_penalty: float = tuned(3.0, source=_FIT)  # the same, for a milder step before an established one
    q_value: float = tuned(0.01, source=_PRACTICE)
    critical_rate: float = tuned(0.10, source=_OWN)
    critical_within_days: int = tuned(7, source=_OWN)
    warning_within_days: int = tuned(21, source=_OWN)

    def __post_init__(self) -> None:
        _within(self, "detection", 0, 100, "z_recent", "z_without_worst_day", "segment_penalty")
        _within(
            self,
            "detection",
            0,
            1,
            "points",
            "q_value",
            "critical_rate",
            "rate_variation",
            "part_chance",
            "part_chance_without_worst_day",
        )
        _within(self, "detection", 1, 100, "ratio")
        _within(self, "detection", 1, 366, "minimum_failing_days", "baseline_days")


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRules:
    """When a concentration of failures is worth calling a cause."""

    minimum_failures: int = tuned(8, source=_PRACTICE)
    dominant_share: float = tuned(0.5, source=_PRACTICE)
    undetermined_below: float = tuned(0.4, source=_PRACTICE)
    limit_minutes: int = tuned(5, source=_TRIAL)
    limit_spread: float = tuned(0.25, source=_TRIAL)
    limit_headroom: float = tuned(1.25, source=_OWN)
    demand_quantile: float = tuned(0.995, source=_OWN)  # of the minutes that met the limit
    weekday_share: float = tuned(0.75, source=_TRIAL)
    weekday_failures: int = tuned(3, source=_TRIAL)  # on each of the last two such days
    weekday_chance: float = tuned(5e-3, source=_TRIAL)  # each of the two, corrected for seven weekdays
    weekday_chance_best: float = tuned(5e-4, source=_TRIAL)  # the less likely of the two
    expired_rate: float = tuned(0.9, source=_OWN)  # of the calls since; where fewer fail, access fails now and then
    sudden_ratio: float = tuned(5.0, source=_TRIAL)
    sudden_hours: int = tuned(5, source=_TRIAL)  # hours with failures since
    retry_share: float = tuned(0.4, source=_TRIAL)
    burst_rate: float = tuned(0.4, source=_TRIAL)  # of the calls of an outage
    burst_share: float = tuned(0.25, source=_TRIAL)  # of all failures, inside outages
    burst_traffic: float = tuned(0.15, source=_OWN)  # outages hold at most this share of the calls
    outage_chance: float = tuned(1e-3, source=_OWN)  # of such a run of failures at the rate of all other hours
    dominant_code: float = tuned(0.9, source=_OWN)  # of all failures: one code that speaks for the whole issue
    clear_odds: float = tuned(20.0, source=_PRACTICE)  # to one, for a slice against failures that fall by chance
    slice_share: float = tuned(0.25, source=_OWN)  # of the failures, beyond what chance lays into a slice
    hours_days: float = tuned(0.6, source=_TRIAL)  # of the days with failures have some in the hours
    side_share: float = tuned(0.15, source=_OWN)  # a cause of less than this share of an issue can wait two weeks


_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """When a technical call takes place; hours and days are those of the customer's zone."""

    preferred_start: time = tuned(time(14), source=_CALL)
    minutes: int = tuned(45, source=_CALL)
    working_days_between: int = tuned(2, source=_CALL)  # whole ones, so that people can prepare
    working_hours: tuple[int, int] = tuned((9, 17), source=_OWN)  # a call begins and ends within them
    working_days: tuple[str, ...] = tuned(_WEEK[:5], source=_PRACTICE)

    def __post_init__(self) -> None:
        _within(self, "meetings", 5, 480, "minutes")
        _within(self, "meetings", 0, 60, "working_days_between")
        first, last = self.working_hours if len(self.working_hours) == 2 else (0, 0)
        if not (type(first) is type(last) is int and 0 <= first < last <= 24 and (last - first) * 60 >= self.minutes):
            raise PolicyError(
                "meetings.working_hours must be two hours such as [9, 17] that hold a call; edit [meetings]."
            )
        if not self.working_days or not set(self.working_days) <= set(_WEEK):
            raise PolicyError(f"meetings.working_days must be some of {', '.join(_WEEK)}; edit [meetings].")

    @property
    def weekdays(self) -> frozenset[int]:
        """The working days as numbers, 0 is Monday."""
        return frozenset(map(_WEEK.index, self.working_days))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person of the customer, for invitations."""

    name: str
    role: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything a person may set for a customer; `Policy()` is the default."""

    customer: str | None = None
    timezone: str = "UTC"
    weights: Weights = field(default_factory=Weights)
    rules: Rules = field(default_factory=Rules)
    targets: Targets = field(default_factory=Targets)
    windows: Windows = field(default_factory=Windows)
    evidence: Evidence = field(default_factory=Evidence)
    detection: Detection = field(default_factory=Detection)
    causes: CauseRules = field(default_factory=CauseRules)
    meetings: Meetings = field(default_factory=Meetings)
    sla_ms: Mapping[str, float] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    webhook_sender: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = field(default=(), metadata={"entries": Contact})

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise PolicyError(f"timezone {self.timezone!r} is not known; use a name such as Europe/Berlin.") from None
        for name, sender in self.webhook_sender.items():
            if not isinstance(sender, str):
                raise PolicyError(f"webhook_sender of {name!r} must be a name such as Svix, not {sender!r}.")
        for name, limit in self.sla_ms.items():
            if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 < limit < math.inf:
                raise PolicyError(f"sla_ms of {name!r} must be a positive number of milliseconds, not {limit!r}.")

    @property
    def sha256(self) -> str:
        """The fingerprint of every value of this policy."""
        return hashlib.sha256(repr(asdict(self)).encode()).hexdigest()

    @classmethod
    def from_toml(cls, path: str | Path) -> Policy:
        """Return the policy of a TOML file.

        Raises:
            PolicyError: if the file is missing, not TOML, or holds an unknown key or impossible value.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise PolicyError(f"{path}: no such policy file; leave --policy out for the defaults.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"{path}: not a readable TOML file ({error}); compare with data/acme.toml.") from None
        return cls.from_text(text, where=str(path))

    @classmethod
    def from_text(cls, text: str, *, where: str) -> Policy:
        """Return the policy that TOML tells; `where` names its origin in messages.

        Raises:
            PolicyError: if it is not TOML, or holds an unknown key or impossible value.
        """
        try:
            policy: Policy = filled(cls(), tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(f"{where}: not a readable TOML file ({error}); compare with data/acme.toml.") from None
        except PolicyError as error:
            raise PolicyError(f"{where}: {error}") from None
        return policy

    def to_toml(self) -> str:
        """Return the policy as TOML, only what differs from the defaults."""
        return tomlkit.dumps(differences(self, Policy()))
