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
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomlkit

from techhealth.errors import PolicyError
from techhealth.model import Owner
from techhealth.policy_actions import Meetings, Overall
from techhealth.policy_toml import differences, filled
from techhealth.tunable import Range, Section, asked, tuned

_PRD = "as the score was specified"
_FIT = "calibrated on the sample customer"
_TRIAL = "measured on simulated problems and healthy logs"
_OWN = "our own judgement"
_PRACTICE = "standard practice"

Knots = tuple[tuple[float, float], ...]

_RATIO, _HALF = Range(0.0, 1.0, "ratio"), Range(0, 0.5, "ratio")
_TIMES, _POINTS, _PENALTY = Range(1.0, 100.0, "times"), Range(0, 100, "points"), Range(0, 100)
_DEVIATIONS = Range(0, 100, "standard deviations")
_COUNT, _SOME, _CALLS = Range(0, 1e9), Range(1, 1e9), Range(1, 1e9, "calls")
_FAILURES, _MINUTES = Range(0, 1e9, "failures"), Range(0, 1e9, "minutes")
_DAYS, _AHEAD = Range(1, 366, "days"), Range(0, 366, "days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weight of each component of the score; they sum to 1 and are renormalised where a component has no data."""

    success: float = tuned(0.30, _PRD, _RATIO, "how much of the score is calls that succeed")
    latency: float = tuned(0.20, _PRD, _RATIO, "how much of it is P95 against the SLA")
    trend: float = tuned(0.20, _PRD, _RATIO, "how much of it is whether failures become more")
    webhook: float = tuned(0.15, _PRD, _RATIO, "how much of it is deliveries that arrive")
    auth: float = tuned(0.15, _PRD, _RATIO, "how much of it is calls that fail for authentication")

    def __post_init__(self) -> None:
        values = [getattr(self, item.name) for item in fields(self)]
        if not (min(values) >= 0 and abs(sum(values) - 1) <= 1e-9):  # also refuses nan
            raise PolicyError(f"weights must be positive and sum to 1, they sum to {sum(values):.3f}; edit [weights].")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules(Section):
    """Piecewise linear rules of the components: pairs (measured value, score), clamped at both ends."""

    success: Knots = tuned(
        ((0.70, 0.0), (0.90, 40.0), (0.98, 65.0), (0.995, 75.0), (1.0, 100.0)), _FIT, Range(0, 1, "success rate")
    )
    latency: Knots = tuned(
        ((0.5, 100.0), (1.0, 50.0), (1.25, 0.0)), _FIT, Range(0, 100, "P95 as a multiple of the SLA")
    )
    trend: Knots = tuned(((0.0, 100.0), (12.5, 0.0)), _FIT, Range(0, 100, "points of failure rate a week"))
    auth: Knots = tuned(((0.0, 100.0), (0.10, 0.0)), _FIT, Range(0, 1, "share of calls that fail for authentication"))
    auth_unrecovered_cap: float = tuned(20.0, _OWN, _POINTS, "the score of an integration is at most this then")
    auth_unrecovered_run: int = tuned(3, _OWN, _SOME, "failed sign-ins without one success after them")
    broken_below: float = tuned(0.70, "the success rate that scores 0", Range(0.001, 1, "ratio"))
    broken_cap: float = tuned(49.0, _OWN, _POINTS, "a broken integration is critical, whatever else is well")

    def __post_init__(self) -> None:
        Section.__post_init__(self)
        for name in ("success", "latency", "trend", "auth"):
            xs = [x for x, _ in getattr(self, name)]
            if len(xs) < 2 or xs != sorted(set(xs)):
                raise PolicyError(f"rules.{name} needs two or more points with rising first values; edit [rules].")


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets(Section):
    """Levels that count as promised; rates are ratios 0-1."""

    score: int = tuned(90, _PRD, Range(1, 100, "points"), "the mark on the bar of the score")
    success: float = tuned(
        0.99, _OWN, Range(0.5, 1, "ratio"), "clearly fewer are an issue", usual=(0.9, 1.0), step=0.001
    )
    delivery: float = tuned(
        0.99, _PRD, Range(0.5, 1, "ratio"), "clearly fewer are an issue", usual=(0.9, 1.0), step=0.001
    )
    auth_failure: float = tuned(0.005, _OWN, _HALF, "clearly more are an issue")
    latency_exceedance: float = tuned(
        0.05, "a p95 within its SLA is exceeded by at most 5 % of calls", _HALF, "clearly more are an issue"
    )
    breach_p99_ratio: float = tuned(2.5, _FIT, Range(1, 1e9, "times the SLA"), "with P95 beyond the SLA as well")
    default_sla_ms: float = tuned(
        1000.0,
        _OWN,
        Range(1, 1e9, "ms"),
        "slower calls lose points, and may be an issue",
        usual=(100.0, 5000.0),
        step=50.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows(Section):
    """How much of the log each figure looks at."""

    current_days: int = tuned(7, _FIT, _DAYS, "days with data that scores and rates look at", usual=(1, 13))
    wider_days: tuple[int, ...] = tuned((14, 28), _OWN, _DAYS, "where the current ones hold few calls")
    minimum_calls: int = tuned(50, _OWN, Range(0, 1e9, "calls"), "below it the window is widened")
    trend_days: int = tuned(28, _FIT, _DAYS, "how far back the trend looks, and causes of a short log")
    minimum_trend_days: int = tuned(14, _PRACTICE, _DAYS, "with fewer there is no trend")
    business_hours: tuple[int, int] = tuned(
        (8, 18), _OWN, Range(0, 24, "h"), "the first hour included, the last excluded"
    )

    def __post_init__(self) -> None:
        Section.__post_init__(self)
        if list(self.wider_days) != sorted({days for days in self.wider_days if days > self.current_days}):
            raise PolicyError(
                f"windows.wider_days must be longer than the current window of {self.current_days} days, the shortest first; edit [windows]."
            )
        whole = all(type(hour) is int for hour in self.business_hours) and len(self.business_hours) == 2
        if not whole or not 0 <= self.business_hours[0] < self.business_hours[1] <= 24:
            raise PolicyError("windows.business_hours must be two hours such as [8, 18], the first one earlier.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Section):
    """How much data a figure needs before it is shown, graded or alarmed on."""

    show_rate: int = tuned(20, _PRACTICE, _CALLS, "with fewer there is no score")
    grade_rate: int = tuned(50, _PRACTICE, _CALLS, "with fewer the score is of low confidence")
    wide_interval: float = tuned(20.0, _OWN, _POINTS, "a wider one makes the score of low confidence")
    p50_calls: int = tuned(20, _PRACTICE, _CALLS, "with fewer there is none")
    p95_calls: int = tuned(60, _PRACTICE, _CALLS, "with fewer there is none")
    p99_calls: int = tuned(300, _PRACTICE, _CALLS, "with fewer there is none")
    day_variation: float = tuned(0.35, _TRIAL, Range(0.01, 10), "coefficient of variation of a day's traffic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection(Section):
    """When a change is an issue."""

    z_recent: float = tuned(3.5, _TRIAL, _DEVIATIONS, "higher: fewer alarms, and later ones", usual=(1.0, 10.0))
    z_without_worst_day: float = tuned(2.5, _TRIAL, _DEVIATIONS, "so that one bad day alone is no rise")
    part_chance: float = tuned(3.4e-6, _TRIAL, _RATIO, "of a part's rise: 4.5 standard deviations")
    part_chance_without_worst_day: float = tuned(1.35e-3, _TRIAL, _RATIO, "3 standard deviations")
    ratio: float = tuned(1.5, _TRIAL, _TIMES, "a smaller one is no issue", usual=(1.0, 5.0))
    points: float = tuned(0.004, _TRIAL, _RATIO, "a smaller one is no issue", usual=(0.0, 0.1), step=0.001)
    rate_variation: float = tuned(
        0.45, _TRIAL, _RATIO, "of a day's failure rate, taken for granted however calm it looks"
    )
    minimum_failures: int = tuned(5, _PRACTICE, _FAILURES, "fewer are no issue")
    minimum_failing_days: int = tuned(2, _PRACTICE, _DAYS, "failures on fewer days are no issue")
    baseline_days: int = tuned(7, _PRACTICE, _DAYS, "days before a rise that there must be")
    segment_penalty: float = tuned(
        5.0, _TRIAL, _PENALTY, "how much clearer a new level has to fit than the old one; higher: fewer dates"
    )
    earlier_penalty: float = tuned(3.0, _FIT, _PENALTY, "the same of a milder step before one that is clear")
    q_value: float = tuned(0.01, _PRACTICE, _RATIO, "alarms that may be false, of all there are")
    critical_rate: float = tuned(0.10, _OWN, _RATIO, "a rise beyond it is critical", usual=(0.01, 0.5))
    critical_within_days: int = tuned(7, _OWN, _AHEAD, "days until it is expected to be reached")
    warning_within_days: int = tuned(21, _OWN, _AHEAD, "days until it is expected to be reached")


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRules(Section):
    """When a concentration of failures is worth calling a cause."""

    called = "causes"

    minimum_failures: int = tuned(8, _PRACTICE, _FAILURES, "with fewer no cause is looked for")
    dominant_share: float = tuned(0.5, _PRACTICE, _RATIO, "of the failures: less is not the main part")
    undetermined_below: float = tuned(0.4, _PRACTICE, _RATIO, "of the failures: less explains too little")
    limit_minutes: int = tuned(5, _TRIAL, _MINUTES, "minutes that met the limit")
    limit_spread: float = tuned(0.25, _TRIAL, _RATIO, "how far apart the calls of these minutes may lie")
    limit_headroom: float = tuned(1.25, _OWN, _TIMES, "the proposed limit against the demand")
    demand_quantile: float = tuned(0.995, _OWN, _RATIO, "of the minutes that met the limit")
    weekday_share: float = tuned(0.75, _TRIAL, _RATIO, "of the failures, on one weekday")
    weekday_failures: int = tuned(3, _TRIAL, _COUNT, "on each of the last two such days")
    weekday_chance: float = tuned(5e-3, _TRIAL, _RATIO, "each of the two, corrected for seven weekdays")
    weekday_chance_best: float = tuned(5e-4, _TRIAL, _RATIO, "the less likely of the two")
    expired_rate: float = tuned(0.9, _OWN, _RATIO, "of the calls since; where fewer fail, access fails now and then")
    sudden_ratio: float = tuned(5.0, _TRIAL, _TIMES, "the rate since against the rate before")
    sudden_hours: int = tuned(5, _TRIAL, _COUNT, "hours with failures since")
    retry_share: float = tuned(0.4, _TRIAL, _RATIO, "of the additional failures: repeats of a failed call")
    burst_rate: float = tuned(0.4, _TRIAL, _RATIO, "of the calls of an outage")
    burst_share: float = tuned(0.25, _TRIAL, _RATIO, "of all failures, inside outages")
    burst_traffic: float = tuned(0.15, _OWN, _RATIO, "outages hold at most this share of the calls")
    outage_chance: float = tuned(
        1e-3, _OWN, Range(1e-6, 1, "ratio"), "of such a run of failures at the rate of all other hours"
    )
    dominant_code: float = tuned(0.9, _OWN, _RATIO, "of all failures: one code that speaks for the whole issue")
    clear_odds: float = tuned(
        20.0, _PRACTICE, Range(1, 1e9, "to one"), "for a slice against failures that fall by chance"
    )
    slice_share: float = tuned(0.25, _OWN, _RATIO, "of the failures, beyond what chance lays into a slice")
    hours_days: float = tuned(0.6, _TRIAL, _RATIO, "of the days with failures have some in the hours")
    side_share: float = tuned(0.15, _OWN, _RATIO, "a cause of less than this share of an issue can wait two weeks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Who has to act on a code, where it is not who usually has to: us, customer, third_party, shared or unknown."""

    calls: Mapping[str, Owner] = asked(dict, question="Who acts on a failed call?", keyed="call")
    deliveries: Mapping[str, Owner] = asked(dict, question="Who acts on a failed delivery?", keyed="delivery")

    def __post_init__(self) -> None:
        for name in ("calls", "deliveries"):
            for code, owner in getattr(self, name).items():
                if owner not in list(Owner):
                    known = ", ".join(Owner)
                    raise PolicyError(
                        f"owners.{name} of {code!r} must be one of {known}, not {owner!r}; edit [owners]."
                    )
            object.__setattr__(self, name, {code: Owner(owner) for code, owner in getattr(self, name).items()})


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
    weights: Weights = asked(Weights, question="What counts how much?")
    sla_ms: Mapping[str, float] = asked(dict, question="Which latency was promised?", keyed="integration")
    targets: Targets = asked(Targets, question="What else counts as promised?")
    rules: Rules = asked(Rules, question="How good is a measured value?")
    windows: Windows = asked(Windows, question="Which days are looked at?")
    detection: Detection = asked(Detection, question="When is a change an issue?")
    owners: Owners = asked(Owners, question="Who has to act?")
    evidence: Evidence = asked(Evidence, question="How much data is enough?")
    causes: CauseRules = asked(CauseRules, question="When is a concentration a cause?")
    overall: Overall = asked(Overall, question="What is the technical score to the overall health?")
    meetings: Meetings = field(default_factory=Meetings)
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
        except RecursionError:
            raise PolicyError(
                f"{where}: lists or tables within each other beyond all measure; compare with data/acme.toml."
            ) from None
        except PolicyError as error:
            raise PolicyError(f"{where}: {error}") from None
        return policy

    def to_toml(self) -> str:
        """Return the policy as TOML, only what differs from the defaults."""
        return tomlkit.dumps(differences(self, Policy()))
