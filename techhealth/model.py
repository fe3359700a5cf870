"""The nouns handed from room to room; together they are the published JSON.

Every class is frozen and mirrors one object of the document `techhealth.assessment/1`, field for field and in
order. Rates and shares are ratios 0-1, intervals are `(low, high)`, instants are UTC, days are local days of the
assessment's time zone, durations carry their unit in the name. `None` always means "not known".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Interval = tuple[float, float]


class Band(StrEnum):
    """How good a score is: healthy >= 90, watch 75-89, at risk 50-74, critical < 50."""

    HEALTHY = "healthy"
    WATCH = "watch"
    AT_RISK = "at_risk"
    CRITICAL = "critical"


#: The lowest rounded score of each band, the best first.
_LEAST = ((90, Band.HEALTHY), (75, Band.WATCH), (50, Band.AT_RISK), (0, Band.CRITICAL))


def band_of(score: float) -> Band:
    """Return the band of a score from 0 to 100, which counts as people read it: rounded.

    Examples:
        >>> band_of(89.6), band_of(74.4)
        (<Band.HEALTHY: 'healthy'>, <Band.AT_RISK: 'at_risk'>)
    """
    return next(band for least, band in _LEAST if round(score) >= least)


class State(StrEnum):
    """Whether there is a score at all, and how far to trust it."""

    SCORED = "scored"
    LOW_CONFIDENCE = "low_confidence"
    NOT_ENOUGH_DATA = "not_enough_data"
    SILENT = "silent"
    NO_DATA = "no_data"


class Kind(StrEnum):
    """What a row of a log is."""

    API = "api"
    WEBHOOK = "webhook"
    AUTH = "auth"


class IssueKind(StrEnum):
    """What an issue is about."""

    ERRORS = "errors"
    LATENCY = "latency"
    WEBHOOK = "webhook"
    FIRST_TRIES = "first_tries"  # of deliveries that a later try may save
    AUTH = "auth"
    VOLUME = "volume"


class Severity(StrEnum):
    """How large an issue is (not how sure)."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Confidence(StrEnum):
    """How strong the evidence is (not how large the issue)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class LatencyStatus(StrEnum):
    """p95 and p99 against the SLA."""

    OK = "ok"
    WARNING = "warning"
    BREACH = "breach"


class Shape(StrEnum):
    """How an issue came: at once, gradually, in one burst, in recurring bursts, or always there."""

    STEP = "step"
    RAMP = "ramp"
    BURST = "burst"
    RECURRING = "recurring"
    STEADY = "steady"


class Owner(StrEnum):
    """Who has to act."""

    US = "us"
    CUSTOMER = "customer"
    THIRD_PARTY = "third_party"
    SHARED = "shared"
    UNKNOWN = "unknown"


class Horizon(StrEnum):
    """When to act."""

    NOW = "now"
    TWO_WEEKS = "two_weeks"
    LATER = "later"


class RiskLevel(StrEnum):
    """How much an issue family threatens the relationship, the least first: what is not known is more than low."""

    LOW = "low"
    UNKNOWN = "unknown"
    MEDIUM = "medium"
    HIGH = "high"


class CauseKind(StrEnum):
    """What changed, or where the failures concentrate."""

    RATE_LIMIT = "rate_limit"
    EXPIRED_CREDENTIAL = "expired_credential"
    WEEKDAY = "weekday"
    HOURS = "hours"
    REQUEST_SIZE = "request_size"
    ENDPOINT = "endpoint"
    CLIENT_VERSION = "client_version"
    RETRIES = "retries"
    BURSTS = "bursts"
    DELIVERY_REASON = "delivery_reason"
    ERROR_CODE = "error_code"
    UNDETERMINED = "undetermined"


class Grade(StrEnum):
    """How far the data itself can be trusted."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


# --- what was read -------------------------------------------------------------------------------

#: Why a row of a customer who was not asked for is rejected.
OTHER_CUSTOMER = "another customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One rejected row: its line (or record) number in the file, and its text, masked and cut."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Rows that could not be used for one reason."""

    reason: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    """Which column became which field, in which unit, how sure, and why."""

    field: str
    column: str
    unit: str | None
    confidence: Confidence
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a file: its name, up to three different values of it, masked, and the fields it became (none: unused)."""

    name: str
    samples: tuple[str, ...]
    fields: tuple[str, ...]


#: The format of events that were sent one by one or in batches, where an exported file has that of its text.
SENT = "events sent to the API"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReceipt:
    """What was understood of one file; `rows == events + rejected`, but for totals, whose rows stand for many events.

    `rows` counts every line or object seen, `records` those of the format that could be parsed, `events` those that
    are a call, a delivery attempt or an auth event. `failures` is the plain reading of the format (status >= 400, no
    answer, or an explicit failure), `None` when the file cannot tell. `first_latency_ms` is that of the first event
    that has one. `columns` holds every column of the file in its order, used or not; `masked` counts values in which something was
    masked. `perhaps_latency` is an unused column that looks like how long a call took, where the file has no other.
    """

    name: str
    sha256: str
    format: str
    encoding: str
    kind: str
    rows: int
    records: int
    events: int
    first: datetime | None
    last: datetime | None
    failures: int | None
    first_latency_ms: float | None
    rejected: int
    rejects: tuple[Reject, ...]
    mapping: tuple[FieldMapping, ...]
    assumptions: tuple[str, ...]
    notes: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    masked: int = 0
    perhaps_latency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far the data can be trusted, and what speaks against it."""

    grade: Grade
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another upload of the customer whose days count as well: before the period, or with those of it."""

    first: date
    last: date
    stored_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was read and what was not, over all files of an analysis.

    `others` are the uploads of a workspace that count beside these files. `api_calls`, `webhook_deliveries` (attempts folded) and `auth_events` count what is assessed; `customers` holds the
    names found (empty: the files name none; one was asked for: that one), `integration_names` every integration in alphabetical order,
    `failures_only` those of which the files hold nothing but failures, so that no rate and no score can be computed.
    """

    schema: str = "techhealth.receipt/1"
    files: tuple[FileReceipt, ...]
    events: int
    api_calls: int
    webhook_deliveries: int
    auth_events: int
    integrations: int
    duplicates: int
    trust: Trust
    customers: tuple[str, ...]
    integration_names: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    failures_only: tuple[str, ...] = ()
    others: tuple[Other, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether these are events that were sent as they happened, not a log that was exported."""
        return bool(self.files) and all(file.format == SENT for file in self.files)


# --- the score -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A run of days, both ends included; `days` counts the calendar days."""

    first: date
    last: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedFor:
    """For whom, as of when, in which zone and by which policy."""

    customer: str
    as_of: date
    timezone: str
    policy_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`k` of `n` with its ratio; `rate` is None without data."""

    rate: float | None
    k: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessRate:
    """Share of successful calls or deliveries, with its 95 % interval (overdispersion included)."""

    rate: float | None
    interval: Interval | None
    k: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentScore:
    """One of the five components: its weight after renormalisation, score 0-100, points it costs the total, and why."""

    name: str
    weight: float
    score: float | None
    points_lost: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Direction against an earlier period: up, down, flat or unknown; `change` in score points, None if not comparable."""

    direction: str
    change: int | None
    compared_to: str
    significant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowest:
    """The integration with the lowest score."""

    integration: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A rule that lowered the score, with the points it took."""

    reason: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The customer's technical health; component points lost plus cap points equal 100 - value."""

    value: float | None
    interval: Interval | None
    band: Band | None
    target: int
    confidence: Confidence
    state: State
    trend: Trend
    lowest: Lowest | None
    components: tuple[ComponentScore, ...]
    cap: Cap | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Latency of successful calls in milliseconds; quantiles by rank, relative error at most 1 %."""

    n: int
    mean_ms: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    sla_ms: float | None
    sla_source: str
    status: LatencyStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonShare:
    """Failed deliveries of one reason, and what it means."""

    reason: str
    count: int
    share: float
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """A published rule by which a sender of webhooks would switch the endpoint off, should the last day go on.

    `hours_left` counts from the last hour of the log, 0 where the rule is met already; `events_a_day` would then no longer
    be sent. `sender_known` tells whether the policy names the sender: a log does not.
    """

    sender: str
    sender_known: bool
    rule: str
    hours_left: int
    events_a_day: int
    source: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """Deliveries, attempts folded; `reasons` over the whole period, the rest over the current window.

    `first_try_rate` is None where no later try delivered what the first did not: a first try is not told from the last there.
    `target` is the share that counts as promised, None when nobody stated it; `countdowns` are the rules that are near, the
    soonest first.
    """

    delivered: int
    failed: int
    first_try_rate: float | None
    final_rate: float | None
    reasons: tuple[ReasonShare, ...]
    target: float | None = None
    countdowns: tuple[Countdown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthHealth:
    """Authentication failures: their count and share of calls (or of auth events), and their pattern in words."""

    failures: int
    rate: float
    pattern: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePeriod:
    """The whole period beside the current window; `undated` of its calls have no readable time, so that no day has them."""

    calls: int
    undated: int = 0
    success: SuccessRate
    latency: Latency | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationHealth:
    """One integration of the customer, measured over its current `window` (widened where it holds few calls)."""

    name: str
    kind: Kind
    state: State
    score: float | None
    interval: Interval | None
    window: Days
    calls: int
    success: SuccessRate
    whole_period: WholePeriod
    errors_by_owner: dict[str, int]
    latency: Latency | None
    webhooks: Webhooks | None
    auth: AuthHealth | None
    components: tuple[ComponentScore, ...]
    issues: tuple[str, ...]


# --- issues --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """The day something began, and the days between which it did (of a rise: with a probability of 80 %)."""

    on: date
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The hour (UTC) from which failures came at once, and the code or reason that grew most with it."""

    at: datetime
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Hours in which far more failed, `k` of `n`, than before and after: from `first` (UTC) to `last`, at which it was well again.

    `last` is None while it goes on; else `k_after` of `n_after` failed since.
    """

    first: datetime
    last: datetime | None
    k: int
    n: int
    k_after: int
    n_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """That a critical share fails and has not stopped: the day it came to that, and the hour (UTC) where known."""

    on: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Failure rate of one seven-day block, counted back from the last day; `first` and `last` included."""

    first: date
    last: date
    rate: float | None
    k: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopError:
    """One error code or class over the whole period: count, share of all failures, meaning, owner."""

    code: str
    count: int
    share: float
    meaning: str
    owner: Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One part of an axis a cause is read from: failures `k` of `n` calls; `named` says that the cause speaks of it."""

    name: str
    k: int
    n: int
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What coincides with the failures; shares are ratios of the issue's excess and of all its failures."""

    kind: CauseKind
    statement: str
    onset: Onset | None
    share_of_excess: float | None
    share_of_issue: float
    evidence: dict[str, float | int | str | None]
    runner_up: str | None
    would_refute: str = ""  # what would change our mind
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTrend:
    """Where a failure rate is heading: points (0-100) a week with a 95 % interval, and the odds' factor a week.

    `p_value` is of the regression under autocorrelation, `rank_p_value` of the rank test that confirms it. The days of an
    outage that is over are left out: `without` names them.
    """

    days: int
    points_per_week: float
    interval: Interval
    odds_ratio_per_week: float
    p_value: float
    rank_p_value: float
    without: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubSeries:
    """A part of an integration's failures that rose: one code, endpoint, client, block of hours, or the first tries of deliveries.

    `axis` says which sort of part, `q_value` the rate of false discoveries at which it stands.
    """

    axis: str
    name: str
    baseline: Rate
    recent: Rate
    q_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What the issue costs; business hours are those of the policy, in the assessment's zone.

    For a latency issue `failed_calls` are the calls slower than the SLA in the current window; `hours` counts the hours
    with a failure, or without traffic.
    """

    failed_calls: int
    share_of_calls: float
    users: int | None
    hours: int | None
    business_hours_share: float | None
    arr_at_risk: float | None
    sla_credit: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When a limit will be reached: days from the last day with an 80 % interval, None when no breach is in sight.

    An interval without an end means "in so many days or later, if at all".
    """

    breach_of: str
    days: int | None
    interval: tuple[int, int | None] | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One failed row, masked."""

    at: datetime
    endpoint: str
    status: str
    masked_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A claim about one integration: what, how large, how sure, since when, why, who, what it costs."""

    id: str
    integration: str
    kind: IssueKind
    title: str
    severity: Severity
    confidence: Confidence
    onset: Onset | None
    shape: Shape
    first_flagged_on: date | None
    baseline: Rate
    recent: Rate
    ratio: float | None
    q_value: float | None
    weekly: tuple[Week, ...]
    top_errors: tuple[TopError, ...]
    causes: tuple[Cause, ...]
    owner: Owner
    impact: Impact
    forecast: Forecast | None
    samples: tuple[Sample, ...]
    sub_series: tuple[SubSeries, ...] = ()
    trend: RateTrend | None = None
    began: Beginning | None = None  # where the log is dense enough to tell the hour
    spell: Spell | None = None  # where one stands out from the days around it
    failing: Failing | None = None

    @property
    def going(self) -> Spell | None:
        """The spell that has not ended; None where none goes on."""
        return self.spell if self.spell and self.spell.last is None else None


# --- risk and what to do -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFactor:
    """One issue family with its level and what it means for the customer."""

    factor: str
    level: RiskLevel
    impact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The overall technical risk is its highest factor; `days_without` data since, where newer ones are missed."""

    level: RiskLevel
    factors: tuple[RiskFactor, ...]
    if_not_addressed: tuple[str, ...]
    days_without: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A setting to change, from and to, with its unit."""

    setting: str
    current: float
    proposed: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a recommendation wins, computed by replaying the log without the failures it removes.

    `up_to` says that the numbers are upper limits: the cause is not proven, or its fix may remove fewer;
    `of_authentication`, that the share is of the failures of authentication.
    """

    errors_removed: int
    share_removed: float
    score_after: float | None
    up_to: bool = False
    of_authentication: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One thing to do: when, who, how, and what it wins."""

    id: str
    horizon: Horizon
    title: str
    why: str
    steps: tuple[str, ...]
    owner: Owner
    issue_ids: tuple[str, ...]
    change: Change | None
    expected: Expected
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder: what a recommendation (its id) still wins on top of those before it, and the score then."""

    recommendation: str
    points: float
    score_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyScore:
    """The score as of one day."""

    on: date
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyRate:
    """Failures of one integration on one day."""

    on: date
    integration: str
    k: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyRate:
    """Failure rate of all integrations together in one seven-day block."""

    first: date
    last: date
    rate: float | None
    k: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCell:
    """Failures and calls of one integration in one hour of one weekday (0 Monday - 6 Sunday), whole period."""

    integration: str
    weekday: int
    hour: int
    k: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusHour:
    """Failures of one integration with one status (or error class, or reason) in one hour of the day, whole period."""

    integration: str
    status: str
    hour: int
    k: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyLatency:
    """Latency of successful calls of one integration on one day, milliseconds; None below the counts of the policy."""

    on: date
    integration: str
    n: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Series for the charts."""

    daily_score: tuple[DailyScore, ...]
    weekly_error_rate: tuple[WeeklyRate, ...]
    daily_failures: tuple[DailyRate, ...]
    hours: tuple[HourCell, ...]
    daily_latency: tuple[DailyLatency, ...]
    status_hours: tuple[StatusHour, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything a reader sees for one customer, period and policy: the published document.

    `recommendations` stand in the order in which to act, the soonest first; `ladder` plays the recommendations back one after the other, by points won times confidence.
    """

    schema: str = "techhealth.assessment/1"
    generated_for: GeneratedFor
    period: Days
    window: Days
    receipt: Receipt
    score: Score
    integrations: tuple[IntegrationHealth, ...]
    issues: tuple[Issue, ...]
    risk: Risk
    recommendations: tuple[Recommendation, ...]
    timeline: Timeline
    ladder: tuple[Rung, ...] = ()

    @property
    def failing(self) -> Failing | None:
        """The issue of the longest standing that fails critically now; None where none does."""
        now = (one.failing for one in self.issues if one.failing)
        return min(now, key=lambda one: (one.on, one.at is None, one.at), default=None)


# --- every day as if it were today ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedIssue:
    """An issue as it stood at the end of one day; `cause` is the one ranked first then, None where nothing was asked."""

    id: str
    integration: str
    kind: IssueKind
    severity: Severity
    cause: CauseKind | None
    onset: Onset | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayDay:
    """What would have been said at the end of one day, the most severe first."""

    as_of: date
    issues: tuple[ReplayedIssue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One issue followed through the days; severity, cause and onset are those of the day it was last seen.

    `lead_days` counts from the day it was first flagged to the day the customer reported it, else to the day it became
    critical; None when neither is known.
    """

    id: str
    integration: str
    kind: IssueKind
    severity: Severity
    cause: CauseKind | None
    onset: Onset | None
    first_flagged: date
    last_seen: date
    critical_on: date | None
    reported_on: date | None
    lead_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReplay:
    """What one policy comes to: issues flagged, how many became critical, the median lead in days, and each of them."""

    name: str
    policy_sha256: str
    flagged: int
    critical: int
    median_lead_days: float | None
    issues: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Every day of a log as if it were today: `days` and `issues` by the first of the `policies`."""

    schema: str = "techhealth.replay/1"
    generated_for: GeneratedFor
    period: Days
    days: tuple[ReplayDay, ...]
    issues: tuple[Sighting, ...]
    policies: tuple[PolicyReplay, ...]
