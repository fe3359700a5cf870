"""A complete assessment with the numbers of the requirement's example, for tests of everything that shows one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from techhealth.figures import sentence
from techhealth.model import (
    Assessment,
    AuthHealth,
    Band,
    Cause,
    CauseKind,
    Change,
    Column,
    ComponentScore,
    Confidence,
    DailyLatency,
    DailyRate,
    DailyScore,
    Days,
    Example,
    Expected,
    FieldMapping,
    FileReceipt,
    Forecast,
    GeneratedFor,
    Grade,
    Horizon,
    HourCell,
    Impact,
    IntegrationHealth,
    Interval,
    Issue,
    IssueKind,
    Kind,
    Latency,
    LatencyStatus,
    Lowest,
    Onset,
    Owner,
    Rate,
    ReasonShare,
    Receipt,
    Recommendation,
    Reject,
    Risk,
    RiskFactor,
    RiskLevel,
    Sample,
    Score,
    Severity,
    Shape,
    State,
    StatusHour,
    SuccessRate,
    Timeline,
    TopError,
    Trend,
    Trust,
    Webhooks,
    Week,
    WeeklyRate,
    WholePeriod,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 29)
SALESFORCE, SLACK, WEBHOOK = "Salesforce Sync", "Slack Notifications", "Webhook (Events)"
DATA, REPORTS = "Custom API (Data)", "Custom API (Reports)"
_WEEKS = ((1, 8), (9, 15), (16, 22), (23, 29))


def january(day: int) -> date:
    """Return a day of January 2026."""
    return date(2026, 1, day)


def file_receipt(*, name: str = "acme_api_logs_jan2026.json") -> FileReceipt:
    """Return what was understood of one JSON file with two rows that could not be used."""
    mapping = (
        ("at", "timestamp", "UTC", Confidence.HIGH, "named timestamp; every value is ISO 8601 with a zone"),
        ("integration", "integration", None, Confidence.HIGH, "named integration; 5 different values"),
        ("latency", "duration", "ms", Confidence.MEDIUM, "named duration; values between 18 and 9,800 read as ms"),
        ("status", "status_code", None, Confidence.HIGH, "named status_code; every value is an HTTP status"),
    )
    return FileReceipt(
        name=name, sha256="0" * 64, format="json", encoding="utf-8", kind="mixed", rows=46_470, records=46_470,
        events=46_468, first=datetime(2026, 1, 1, 0, 0, 7, tzinfo=UTC), last=datetime(2026, 1, 29, 23, 59, 41, tzinfo=UTC),
        failures=1_371, first_latency_ms=118.0, rejected=2,
        rejects=(Reject(reason="no timestamp", count=2, examples=(Example(line=812, text='{"status": 200}'),)),),
        mapping=tuple(FieldMapping(field=f, column=c, unit=u, confidence=s, how=h) for f, c, u, s, h in mapping),
        assumptions=("Times without a zone are read as UTC.",),
        notes=("Delivery attempts of one event are folded into one delivery.",),
        columns=(
            *(Column(name=c, samples=("one", "two"), fields=(f,)) for f, c, _, _, _ in mapping),
            Column(name="comment", samples=(), fields=()),
        ),
    )  # fmt: skip


def receipt(*, files: tuple[FileReceipt, ...] | None = None) -> Receipt:
    """Return the receipt of the example."""
    return Receipt(
        files=files or (file_receipt(),), events=46_468, api_calls=45_234, webhook_deliveries=1_234, auth_events=0,
        integrations=5, duplicates=0, trust=Trust(grade=Grade.A, reasons=("2 of 46,470 rows could not be used",)),
        customers=("Acme Corp",), integration_names=(DATA, REPORTS, SALESFORCE, SLACK, WEBHOOK),
        first=datetime(2026, 1, 1, 0, 0, 7, tzinfo=UTC), last=datetime(2026, 1, 29, 23, 59, 41, tzinfo=UTC),
    )  # fmt: skip


def _success(*, k: int, n: int) -> SuccessRate:
    rate = k / n
    return SuccessRate(rate=rate, interval=(rate - 0.01, min(1.0, rate + 0.01)), k=k, n=n)


def _latency(n: int, mean: float, p50: float, p95: float, p99: float, sla: float, status: LatencyStatus) -> Latency:
    return Latency(
        n=n, mean_ms=mean, p50_ms=p50, p95_ms=p95, p99_ms=p99, sla_ms=sla, sla_source="policy", status=status
    )


def component(name: str, weight: float, score: float | None, lost: float, why: str) -> ComponentScore:
    """Return one component of a score."""
    return ComponentScore(name=name, weight=weight, score=score, points_lost=lost, why=why)


def integration(
    name: str,
    *,
    score: float | None,
    k: int,
    n: int,
    whole: tuple[int, int],
    latency: Latency | None,
    issues: tuple[str, ...] = (),
    webhooks: Webhooks | None = None,
) -> IntegrationHealth:
    """Return one integration with `k` of `n` successful calls in the window and `whole` in the period."""
    interval: Interval | None = None if score is None else (score - 2, min(100.0, score + 2))
    return IntegrationHealth(
        name=name, kind=Kind.WEBHOOK if webhooks else Kind.API, state=State.SCORED if score else State.NOT_ENOUGH_DATA,
        score=score, interval=interval, window=Days(first=january(23), last=LAST, days=7), calls=n, success=_success(k=k, n=n),
        whole_period=WholePeriod(calls=whole[1], success=_success(k=whole[0], n=whole[1]), latency=latency),
        errors_by_owner={"us": (n - k) // 2, "customer": (n - k) - (n - k) // 2}, latency=latency, webhooks=webhooks,
        auth=AuthHealth(failures=0, rate=0.0, pattern=None) if latency else None,
        components=(component("API success rate", 0.35, score, 1.0, f"{k / n:.1%} of calls succeed"),), issues=issues,
    )  # fmt: skip


def _integrations() -> tuple[IntegrationHealth, ...]:
    ok, warning, breach = LatencyStatus.OK, LatencyStatus.WARNING, LatencyStatus.BREACH
    reasons = (("timeout", 67, 67 / 99), ("connection_refused", 23, 23 / 99), ("invalid_response", 9, 9 / 99))
    webhooks = Webhooks(
        delivered=280, failed=24, first_try_rate=280 / 304, final_rate=280 / 304, target=0.99,
        reasons=tuple(ReasonShare(reason=reason, count=count, share=share, meaning=sentence(reason)) for reason, count, share in reasons),
    )  # fmt: skip
    return (
        integration(SALESFORCE, score=96.5, k=4_336, n=4_345, whole=(17_964, 18_000), latency=_latency(4_336, 120, 95, 180, 320, 500, ok)),
        integration(SLACK, score=88.1, k=2_345, n=2_388, whole=(9_716, 9_894), latency=_latency(2_345, 45, 32, 78, 145, 200, ok), issues=("i4",)),
        integration(DATA, score=62.6, k=2_281, n=2_414, whole=(9_450, 10_000), latency=_latency(2_281, 890, 650, 1_200, 2_100, 1_000, warning), issues=("i3",)),
        integration(REPORTS, score=48.9, k=1_547, n=1_772, whole=(6_819, 7_340), latency=_latency(1_547, 1_200, 890, 2_400, 5_800, 2_000, breach), issues=("i1",)),
        integration(WEBHOOK, score=69.9, k=280, n=304, whole=(1_135, 1_234), latency=None, webhooks=webhooks, issues=("i2",)),
    )  # fmt: skip


def weeks(*counts: tuple[int, int]) -> tuple[Week, ...]:
    """Return the weeks of the period, each with its (failures, calls)."""
    return tuple(
        Week(first=january(a), last=january(b), rate=k / n, k=k, n=n)
        for (a, b), (k, n) in zip(_WEEKS, counts, strict=True)
    )


def cause(kind: CauseKind, statement: str, *, part: float, onset: Onset | None = None) -> Cause:
    """Return one cause that covers `part` of its issue's failures."""
    return Cause(
        kind=kind, statement=statement, onset=onset, share_of_excess=part, share_of_issue=part,
        evidence={"failures": 234, "limit": 100}, runner_up="Not a new client version: all versions fail alike.",
    )  # fmt: skip


def issue(
    id: str,
    integration: str,
    kind: IssueKind,
    title: str,
    severity: Severity,
    *,
    weekly: tuple[Week, ...],
    causes: tuple[Cause, ...] = (),
    top_errors: tuple[TopError, ...] = (),
    onset: Onset | None = None,
    owner: Owner = Owner.SHARED,
    text: str = "Requests fail now and then.",
    forecast: Forecast | None = None,
) -> Issue:
    """Return one issue; failures and calls are those of its weeks."""
    failed, calls, last = sum(w.k for w in weekly), sum(w.n for w in weekly), weekly[-1]
    return Issue(
        id=id, integration=integration, kind=kind, title=title, severity=severity, confidence=Confidence.HIGH,
        onset=onset, shape=Shape.RAMP if onset else Shape.STEADY, first_flagged_on=january(13) if onset else None,
        baseline=Rate(rate=weekly[0].rate, k=weekly[0].k, n=weekly[0].n), recent=Rate(rate=last.rate, k=last.k, n=last.n),
        ratio=6.1 if onset else None, q_value=1e-9, weekly=weekly, top_errors=top_errors, causes=causes, owner=owner,
        impact=Impact(
            failed_calls=failed, share_of_calls=failed / calls, users=None, hours=210, business_hours_share=0.61,
            arr_at_risk=None, sla_credit=None, text=text,
        ),
        forecast=forecast,
        samples=(Sample(at=datetime(2026, 1, 28, 9, 12, 4, tzinfo=UTC), endpoint="/v2/reports/{id}", status="429", masked_key="…9f3c"),),
    )  # fmt: skip


def reports_issue() -> Issue:
    """Return the critical issue of the example: the error rate of the report API rises from 2.1 % to 12.7 %."""
    errors = (
        ("429", 234, "Rate limit exceeded", Owner.SHARED),
        ("500", 156, "Internal server error", Owner.US),
        ("408", 89, "Request timeout", Owner.SHARED),
        ("401", 42, "Authentication failed", Owner.CUSTOMER),
    )
    onset = Onset(on=january(15), earliest=january(15), latest=january(15))
    return issue(
        "i1", REPORTS, IssueKind.ERRORS, "Error rate rose from 2.1 % to 12.7 % in four weeks", Severity.CRITICAL,
        weekly=weeks((42, 2_024), (96, 1_772), (158, 1_772), (225, 1_772)),
        top_errors=tuple(
            TopError(code=code, count=count, share=count / 521, meaning=meaning, owner=owner)
            for code, count, meaning, owner in errors
        ),
        causes=(
            cause(CauseKind.RATE_LIMIT, "429 began on 15 January, in minutes with more than 100 calls", part=0.449, onset=onset),
            cause(CauseKind.REQUEST_SIZE, "500 concentrates on large requests: 31 % fail above 8 MB, 0.2 % below", part=0.299),
            cause(CauseKind.WEEKDAY, "401 occurs on Sundays only", part=0.081),
        ),
        onset=Onset(on=january(9), earliest=january(7), latest=january(11)),
        text="521 of 7,340 report calls failed in the period; 12.7 % in the last seven days.",
        forecast=Forecast(breach_of="10 %", days=0, interval=(0, 0), text="About 16 % by 5 February if unchanged (14–19 %)."),
    )  # fmt: skip


def webhook_issue() -> Issue:
    """Return the warning of the example: 8 in 100 webhook deliveries fail, clustered between 14 and 16 h."""
    return issue(
        "i2", WEBHOOK, IssueKind.WEBHOOK, "8 in 100 deliveries fail", Severity.WARNING,
        weekly=weeks((27, 340), (24, 295), (24, 295), (24, 304)), owner=Owner.CUSTOMER,
        causes=(cause(CauseKind.HOURS, "71 % of the failures fall between 14:00 and 16:00 UTC", part=0.707),),
        text="99 of 1,234 deliveries did not arrive in the period.",
    )  # fmt: skip


def _issues() -> tuple[Issue, ...]:
    data = weeks((145, 2_760), (136, 2_413), (136, 2_413), (133, 2_414))
    slack = weeks((49, 2_730), (43, 2_388), (43, 2_388), (43, 2_388))
    return (
        reports_issue(),
        webhook_issue(),
        issue("i3", DATA, IssueKind.LATENCY, "P95 of 1.2 s is over the SLA of 1 s", Severity.WARNING, weekly=data, owner=Owner.US),
        issue("i4", SLACK, IssueKind.ERRORS, "98.2 % of calls succeed, target 99 %", Severity.INFO, weekly=slack),
    )  # fmt: skip


def recommendation(id: str, horizon: Horizon, title: str, *, issue_id: str, removed: int, after: float | None,
                   owner: Owner = Owner.US, change: Change | None = None, steps: tuple[str, ...] = ()) -> Recommendation:  # fmt: skip
    """Return one thing to do."""
    return Recommendation(
        id=id, horizon=horizon, title=title, why="It is the largest part of the failures.", steps=steps, owner=owner,
        issue_ids=(issue_id,), change=change, note=None,
        expected=Expected(errors_removed=removed, share_removed=removed / 521, score_after=after),
    )  # fmt: skip


def _recommendations() -> tuple[Recommendation, ...]:
    limit = Change(setting="rate limit", current=100, proposed=250, unit="calls a minute")
    now, soon = Horizon.NOW, Horizon.TWO_WEEKS
    return (
        recommendation("r1", now, "Raise the rate limit of Custom API (Reports)", issue_id="i1", removed=234, after=76.0, change=limit),
        recommendation("r2", now, "Investigate 500 errors on large report requests", issue_id="i1", removed=156, after=75.0,
                       steps=("Schedule a call with their developers", "Review report requests above 8 MB")),
        recommendation("r3", soon, "Relieve their webhook endpoint between 14 and 16 h", issue_id="i2", removed=70, after=75.0,
                       owner=Owner.CUSTOMER, steps=("Share the webhook note",)),
        recommendation("r4", soon, "Audit the token refresh on Sundays", issue_id="i1", removed=0, after=None, owner=Owner.CUSTOMER),
    )  # fmt: skip


def _risk() -> Risk:
    factors = (
        ("Report API degradation", RiskLevel.HIGH, "User frustration, support load"),
        ("Rate limiting", RiskLevel.HIGH, "Feature adoption blocked"),
        ("Webhook reliability", RiskLevel.MEDIUM, "Delayed notifications"),
        ("Authentication", RiskLevel.LOW, "Intermittent access"),
    )
    return Risk(
        level=RiskLevel.HIGH,
        factors=tuple(RiskFactor(factor=factor, level=level, impact=impact) for factor, level, impact in factors),
        if_not_addressed=("Users lose trust in reporting.", "Support tickets increase."),
    )


def score() -> Score:
    """Return the overall score of the example: 73, with 27 points lost over five components."""
    return Score(
        value=73.2, interval=(70.4, 76.0), band=Band.AT_RISK, target=90, confidence=Confidence.HIGH, state=State.SCORED,
        trend=Trend(direction="down", change=-8, compared_to="December (81)", significant=True),
        lowest=Lowest(integration=REPORTS, value=48.9), cap=None,
        components=(
            component("API success rate", 0.3, 61.0, 10.1, "Custom API (Reports) succeeds in 87.3 % of calls"),
            component("Latency", 0.2, 55.0, 8.5, "two integrations are over their SLA"),
            component("Error trend", 0.2, 95.6, 2.5, "errors of Custom API (Reports) rise"),
            component("Webhook reliability", 0.15, 46.6, 4.7, "92.1 % delivered"),
            component("Authentication", 0.15, 98.0, 1.0, "0.7 % of report calls fail for authentication"),
        ),
    )  # fmt: skip


def timeline() -> Timeline:
    """Return short series: one point a day for Reports, one cell an hour for webhooks."""
    days = [FIRST + timedelta(days=offset) for offset in range(29)]
    rates = ((42, 2_024), (96, 1_772), (158, 1_772), (225, 1_772))
    return Timeline(
        daily_score=tuple(DailyScore(on=on, value=None if on.day < 8 else 82 - on.day * 0.3) for on in days),
        weekly_error_rate=tuple(WeeklyRate(first=w.first, last=w.last, rate=w.rate, k=w.k, n=w.n) for w in weeks(*rates)),
        daily_failures=tuple(DailyRate(on=on, integration=REPORTS, k=4 + on.day, n=253) for on in days),
        hours=tuple(HourCell(integration=WEBHOOK, weekday=w, hour=h, k=5 if h in (14, 15) else 0, n=7) for w in range(7) for h in range(24)),
        daily_latency=tuple(DailyLatency(on=on, integration=REPORTS, n=240, p50_ms=890, p95_ms=2_400, p99_ms=None) for on in days),
        status_hours=tuple(StatusHour(integration=WEBHOOK, status="timeout", hour=h, k=35) for h in (14, 15)),
    )  # fmt: skip


def assessment() -> Assessment:
    """Return the example as a whole."""
    return Assessment(
        generated_for=GeneratedFor(customer="Acme Corp", as_of=LAST, timezone="UTC", policy_sha256="0" * 64),
        period=Days(first=FIRST, last=LAST, days=29),
        window=Days(first=january(23), last=LAST, days=7),
        receipt=receipt(),
        score=score(),
        integrations=_integrations(),
        issues=_issues(),
        risk=_risk(),
        recommendations=_recommendations(),
        timeline=timeline(),
    )
