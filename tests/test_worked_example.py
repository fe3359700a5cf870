"""The worked example: everything that was planted in Acme's January is found from the file alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import techhealth as th
from techhealth.model import Assessment, CauseKind, Horizon, LatencyStatus, RiskLevel, Severity, State

DATA = Path(__file__).parent.parent / "data"
REPORTS, DATA_API, SALESFORCE, SLACK, WEBHOOK = (
    "Custom API (Reports)", "Custom API (Data)", "Salesforce Sync", "Slack Notifications", "Webhook (Events)",
)  # fmt: skip


@pytest.fixture(scope="module")
def acme() -> Assessment:
    """Return the assessment of the committed sample under its policy."""
    policy = th.Policy.from_toml(DATA / "acme.toml")
    return th.assess(th.read(DATA / "acme_api_logs_jan2026.json.gz", rename=policy.rename), policy=policy)


def health(acme: Assessment, name: str):
    """Return one integration's part."""
    return next(one for one in acme.integrations if one.name == name)


def issue(acme: Assessment, name: str, kind: str):
    """Return an integration's issue of one kind."""
    return next(one for one in acme.issues if one.integration == name and one.kind == kind)


def cause(acme: Assessment, name: str, kind: CauseKind):
    """Return the first cause of one kind among an integration's issues."""
    return next(c for one in acme.issues if one.integration == name for c in one.causes if c.kind is kind)


def test_every_row_is_read(acme):
    """45,234 calls and 1,234 deliveries of five integrations of one customer are found, none rejected."""
    receipt = acme.receipt

    assert (
        receipt.api_calls, receipt.webhook_deliveries, receipt.auth_events, receipt.integrations,
    ) == (45_234, 1_234, 0, 5)  # fmt: skip
    assert [file.rejected for file in receipt.files] == [0]
    assert acme.generated_for.customer == "Acme Corp"
    assert (date(2026, 1, 1), date(2026, 1, 29)) == (acme.period.first, acme.period.last)
    assert (date(2026, 1, 23), date(2026, 1, 29)) == (acme.window.first, acme.window.last)


def test_the_weekly_table_is_exact(acme):
    """Reports' failures by week are 42, 96, 158 and 225 of 2,024, 1,772, 1,772 and 1,772 calls."""
    weekly = issue(acme, REPORTS, "errors").weekly

    assert [(week.k, week.n) for week in weekly] == [(42, 2024), (96, 1772), (158, 1772), (225, 1772)]
    assert [(week.last - week.first).days + 1 for week in weekly] == [8, 7, 7, 7]


def test_the_top_errors_are_exact(acme):
    """429, 500, 408 and 401 are counted with their shares of 521."""
    top = issue(acme, REPORTS, "errors").top_errors

    assert [(one.code, one.count) for one in top] == [("429", 234), ("500", 156), ("408", 89), ("401", 42)]
    assert [round(one.share, 3) for one in top] == [0.449, 0.299, 0.171, 0.081]


@pytest.mark.parametrize(
    ("name", "success", "quantiles", "status"),
    [
        (SALESFORCE, 0.998, (120, 95, 180, 320), LatencyStatus.OK),
        (SLACK, 0.982, (45, 32, 78, 145), LatencyStatus.OK),
        (DATA_API, 0.945, (890, 650, 1200, 2100), LatencyStatus.WARNING),
        (REPORTS, 0.873, (1200, 890, 2400, 5800), LatencyStatus.BREACH),
    ],
)
def test_rates_and_quantiles_are_within_two_percent(acme, name, success, quantiles, status):
    """Success and latency hold in the window, and latency in the whole period as well."""
    one = health(acme, name)

    assert success == pytest.approx(one.success.rate, rel=0.02)
    for latency in (one.latency, one.whole_period.latency):
        assert quantiles == pytest.approx((latency.mean_ms, latency.p50_ms, latency.p95_ms, latency.p99_ms), rel=0.02)
    assert status == one.latency.status


def test_the_scores_are_those_of_the_requirement(acme):
    """Each integration and the customer are within three points of 95/88/62/48/71 and 72, and points add up."""
    expected = {SALESFORCE: 95, SLACK: 88, DATA_API: 62, REPORTS: 48, WEBHOOK: 71}

    assert expected == pytest.approx({one.name: one.score for one in acme.integrations}, abs=3)
    assert pytest.approx(acme.score.value, abs=3) == 72
    assert 100 - acme.score.value == pytest.approx(sum(part.points_lost for part in acme.score.components))
    assert acme.score.interval[0] < acme.score.value < acme.score.interval[1]
    assert (
        acme.score.state, acme.score.band, acme.score.lowest.integration,
    ) == (State.SCORED, "at_risk", REPORTS)  # fmt: skip


def test_one_file_has_no_earlier_period(acme):
    """With one month alone the trend says that there is nothing to compare with."""
    assert (acme.score.trend.change, acme.score.trend.compared_to) == (None, "no earlier period to compare")


def test_the_rate_limit_is_reconstructed(acme):
    """429s since 15 January, a limit of 100 a minute, and 250 recommended, which resolves 45 % of all errors."""
    found = cause(acme, REPORTS, CauseKind.RATE_LIMIT)
    raise_limit = next(one for one in acme.recommendations if one.change is not None)

    assert abs((found.onset.on - date(2026, 1, 15)).days) <= 1
    assert (raise_limit.change.current, raise_limit.change.proposed) == (100, 250)
    assert raise_limit.expected.errors_removed == 234
    assert pytest.approx(raise_limit.expected.share_removed, abs=0.001) == 0.449
    assert raise_limit.expected.score_after > acme.score.value + 2
    assert raise_limit.horizon == Horizon.NOW


def test_the_other_causes_are_found(acme):
    """Sundays, large requests and the hours from 14 to 16 are named."""
    assert cause(acme, REPORTS, CauseKind.WEEKDAY).evidence["weekday"] == "Sunday"
    assert "8 MB" in cause(acme, REPORTS, CauseKind.REQUEST_SIZE).statement
    hours = cause(acme, WEBHOOK, CauseKind.HOURS).evidence
    assert (hours["from_hour"], hours["to_hour"], hours["failures_in_them"]) == (14, 16, 70)


def test_webhook_reasons_are_exact(acme):
    """99 of 1,234 deliveries failed: 67 timeouts, 23 refused, 9 invalid responses; 24 of 304 in the window."""
    one = health(acme, WEBHOOK)

    assert [reason.count for reason in one.webhooks.reasons] == [67, 23, 9]
    assert (one.webhooks.delivered, one.webhooks.failed) == (280, 24)
    assert (one.whole_period.success.k, one.whole_period.success.n) == (1135, 1234)
    assert one.latency is None


def test_issues_come_in_order_of_urgency(acme):
    """Reports' errors come first and are critical; Slack's are minor; Salesforce has none."""
    assert (acme.issues[0].integration, acme.issues[0].severity) == (REPORTS, Severity.CRITICAL)
    assert [one.severity for one in acme.issues if one.integration == SLACK] == [Severity.INFO]
    assert not [one for one in acme.issues if one.integration == SALESFORCE]
    assert issue(acme, DATA_API, "latency").severity == Severity.WARNING


def test_the_risk_table_is_that_of_the_requirement(acme):
    """Degradation and rate limiting are high, webhooks medium, authentication low, latency medium at most."""
    levels = {factor.factor.split(":")[0]: factor.level for factor in acme.risk.factors}

    assert levels == {
        "API degradation": RiskLevel.HIGH,
        "Rate limiting": RiskLevel.HIGH,
        "Webhook reliability": RiskLevel.MEDIUM,
        "Latency": RiskLevel.MEDIUM,
        "Authentication": RiskLevel.LOW,
    }
    assert acme.risk.level == RiskLevel.HIGH
    assert acme.risk.if_not_addressed


def test_recommendations_cover_the_requirement(acme):
    """Raise the limit and look into large requests now; webhook receiver and Sunday sign-ins within two weeks."""
    now = [one for one in acme.recommendations if one.horizon is Horizon.NOW]
    soon = [one for one in acme.recommendations if one.horizon is Horizon.TWO_WEEKS]

    assert any("500" in one.title for one in now)
    assert any(WEBHOOK in one.title or "webhook" in one.title.lower() for one in soon)
    assert any("Sunday" in one.title for one in soon)
    assert all(one.steps and one.why for one in acme.recommendations)
    assert all(one.expected.score_after is None or one.expected.score_after >= acme.score.value
               for one in acme.recommendations)  # fmt: skip


def test_nothing_later_than_the_day_asked_for_is_used(acme):
    """As of 14 January no 429 exists, in any error table or cause."""
    policy = th.Policy.from_toml(DATA / "acme.toml")
    earlier = th.assess(th.read(DATA / "acme_api_logs_jan2026.json.gz"), policy=policy, as_of=date(2026, 1, 14))

    assert date(2026, 1, 14) == earlier.period.last
    assert "429" not in [one.code for found in earlier.issues for one in found.top_errors]
    assert CauseKind.RATE_LIMIT not in [c.kind for found in earlier.issues for c in found.causes]


def test_a_cause_shows_the_slices_it_is_read_from(acme):
    """The slices that a cause speaks of add up to its own counts, all of them to the calls of the period."""
    size, limit, sunday = (
        cause(acme, REPORTS, kind) for kind in (CauseKind.REQUEST_SIZE, CauseKind.RATE_LIMIT, CauseKind.WEEKDAY)
    )
    above = [one for one in size.slices if one.named]
    crowded = [one for one in limit.slices if one.named]

    assert sum(one.k for one in above) == size.evidence["failures_above"]
    assert sum(one.n for one in above) == size.evidence["calls_above"]
    assert sum(one.n for one in size.slices) == sum(one.n for one in sunday.slices)
    assert [one.k for one in limit.slices if not one.named] == [0] * (len(limit.slices) - len(crowded))
    assert sum(one.k for one in crowded) == limit.evidence["rejected"]
    assert [one.name for one in sunday.slices if one.named] == ["Sunday"]
    assert [one.k for one in sunday.slices] == [0, 0, 0, 0, 0, 0, 42]
