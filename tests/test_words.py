"""Numbers and closed sets read as people write them."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth import figures, model
from techhealth.model import (
    Band,
    Change,
    Days,
    Expected,
    Issue,
    IssueKind,
    Latency,
    LatencyStatus,
    Onset,
    RateTrend,
    Severity,
    Shape,
    State,
    Trend,
)
from techhealth.present import sla, words
from techhealth.present.outlook import heading_for
from techhealth.present.unknown import unscored
from tests import builders


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.127, "12.7 %"), (0.99961, "99.96 %"), (0.0004, "0.04 %"), (None, "–")],
)
def test_a_percentage_never_rounds_a_failure_away(ratio, text):
    """Only nothing is 0 %, only all is 100 %."""
    assert text == figures.percent(ratio)


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "0 ms"), (0.4, "0.4 ms"), (95, "95 ms"), (999.4, "999 ms"), (999.6, "1 s"), (1200, "1.2 s"), (65_000, "65 s")],
)
def test_durations_turn_into_seconds_at_one_second(ms, text):
    """Below a second milliseconds, from then on seconds."""
    assert text == figures.milliseconds(ms)


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 1, 1), date(2026, 1, 29), "1–29 January 2026"),
        (date(2026, 1, 1), date(2026, 1, 1), "1 January 2026"),
        (date(2026, 1, 28), date(2026, 2, 3), "28 January – 3 February 2026"),
        (date(2025, 12, 31), date(2026, 1, 1), "31 December 2025 – 1 January 2026"),
    ],
)
def test_a_date_range_says_each_part_once(first, last, text):
    """Month and year stand once when both ends share them."""
    assert text == figures.date_range(first, last)


def test_names_are_grouped_by_the_part_before_brackets():
    """The head of the example reads as the requirement writes it."""
    expected = "5 (Salesforce Sync, Slack Notifications, Custom API x2, Webhook)"

    assert expected == words.grouped(builders.receipt().integration_names)


def test_a_long_list_of_names_is_cut_with_its_count():
    """Two hundred integrations do not flood the head."""
    assert words.grouped(f"n{i}" for i in range(200)).endswith("n7, 192 more)")
    assert words.grouped([]) == "0"


def test_what_was_found_is_one_sentence():
    """Absent kinds are not named, one of a kind is singular."""
    receipt = builders.receipt()
    expected = "Found: 45,234 API calls and 1,234 webhook deliveries for 5 integrations"

    assert expected == words.found_line(receipt)
    one = replace(receipt, api_calls=0, webhook_deliveries=1, integrations=1)
    assert words.found_line(one) == "Found: 1 webhook delivery for 1 integration"
    nothing = replace(receipt, api_calls=0, webhook_deliveries=0, integrations=0)
    assert words.found_line(nothing) == "Found: 0 API calls for 0 integrations"


def test_every_member_of_a_closed_set_has_its_words():
    """No table of words lacks a member of its enum."""
    tables = {
        model.Severity: words.SEVERITY, model.Band: words.BAND, model.LatencyStatus: words.LATENCY,
        model.RiskLevel: words.RISK, model.State: words.STATE, model.Owner: words.OWNER, model.Shape: words.SHAPE,
        model.Confidence: words.EVIDENCE, model.Horizon: words.HORIZON, model.IssueKind: words.TROUBLE,
    }  # fmt: skip

    assert {enum: set(enum) for enum in tables} == {enum: set(table) for enum, table in tables.items()}


def test_an_uncertain_onset_says_about():
    """A day is exact only when its interval is one day."""
    on = date(2026, 1, 15)

    assert words.since(Onset(on=on, earliest=on, latest=on)) == "15 January"
    assert words.since(Onset(on=on, earliest=date(2026, 1, 13), latest=on)) == "about 15 January"
    assert words.since(None) == "no clear start in this log"


def test_the_score_stands_with_band_and_interval():
    """A score is never shown without its interval and target; no score says why."""
    score, found = builders.score(), replace(builders.assessment(), issues=())

    assert words.standing(replace(found, score=score)) == "73 of 100  ■ At risk"
    assert words.against_target(score) == "Current 73, between 70 and 76; target 90 or more"
    none = replace(score, value=None, band=None, interval=None, state=State.NO_DATA)
    assert words.standing(replace(found, score=none)) == "no score (no data)"


def test_a_mean_does_not_hide_a_critical_issue():
    """Beside a healthy band stand the most severe issues, and integrations that have no score are named."""
    found = builders.assessment()
    critical, warning = (
        replace(found.issues[0], severity=severity) for severity in (Severity.CRITICAL, Severity.WARNING)
    )
    well = replace(found.score, value=93.0, band=Band.HEALTHY)
    silent = replace(found.integrations[0], name="Pricing", score=None, state=State.SILENT)

    def stands(*issues: Issue) -> str:
        return words.standing(replace(found, score=well, issues=issues))

    assert stands(warning, critical) == "93 of 100  ● Healthy  ▲ 1 critical issue"
    assert stands(warning, warning) == "93 of 100  ● Healthy  ■ 2 warnings"
    assert stands(replace(warning, severity=Severity.INFO)) == "93 of 100  ● Healthy"
    assert unscored(replace(found, integrations=(silent,))) == "Not in the score: Pricing (silent)"
    assert unscored(found) == ""
    assert sla.standing(silent) == "○ Silent"


@pytest.mark.parametrize(
    ("interval", "rank", "said"),
    [
        ((1.0, 3.0), 0.001, "; +2 points a week over 28 days (between +1 and +3)"),
        ((1.0, 3.0), 0.2, "; +2 points a week over 28 days (between +1 and +3), though not steadily from day to day"),
        ((-1.0, 5.0), 0.001, "; +2 points a week over 28 days (between -1 and +5), which may be chance"),
    ],
)
def test_where_a_rate_is_heading_is_told_without_naming_a_test(interval, rank, said):
    """How fast, between which speeds, and whether that may be chance."""
    trend = RateTrend(
        days=28, points_per_week=2.0, interval=interval, odds_ratio_per_week=1.5, p_value=0.01, rank_p_value=rank
    )

    assert said == heading_for(replace(builders.reports_issue(), trend=trend))


def test_the_days_that_a_trend_leaves_out_are_named():
    """A speed without an outage that is over says without which days it is."""
    ends = (date(2026, 1, 27), date(2026, 1, 28))
    trend = RateTrend(
        days=26, points_per_week=2.0, interval=(1.0, 3.0), odds_ratio_per_week=1.5, p_value=0.01, rank_p_value=0.01,
        without=Days(first=ends[0], last=ends[1], days=2),
    )  # fmt: skip
    told = heading_for(replace(builders.reports_issue(), trend=trend))

    assert told == "; +2 points a week over 26 days without 27 January to 28 January (between +1 and +3)"


def test_what_came_at_once_has_no_speed_and_none_is_beyond_what_a_rate_has():
    """A line through a step of two days says nothing, and no rate moves by more than a hundred points."""
    trend = RateTrend(
        days=22,
        points_per_week=210.0,
        interval=(0.001, 220.0),
        odds_ratio_per_week=9.0,
        p_value=0.01,
        rank_p_value=0.01,
    )
    issue = replace(builders.reports_issue(), trend=trend)

    assert heading_for(issue) == "; +100 points a week over 22 days (between +0 and +100)"
    assert heading_for(replace(issue, shape=Shape.STEP)) == ""


def test_a_trend_without_an_earlier_period_says_so():
    """Nothing to compare with is a sentence, not a zero."""
    nothing = Trend(
        direction="unknown", change=None, compared_to="no earlier period to compare with", significant=False
    )

    assert words.trend(builders.score().trend) == "▼ Declining: -8 since the end of December (81)"
    assert words.trend(builders.score().trend, spoken=True) == "▼ Declining: down 8 since the end of December (81)"
    assert words.trend(nothing) == "No earlier period to compare with"
    same = replace(builders.score().trend, direction="flat", change=0, significant=False)
    assert words.trend(same) == "► Steady: as at the end of December (81)"


def test_the_status_of_an_integration_is_its_worst_issue():
    """Critical names its trouble, minor stays minor, none is healthy, unscored says its state."""
    found = builders.assessment()
    salesforce, slack, _data, reports, _webhook = found.integrations

    assert words.status(salesforce, found.issues) == "● None"
    assert words.status(slack, found.issues) == "○ Minor"
    assert words.status(reports, found.issues) == "▲ Errors"
    slow = replace(found.issues[0], kind=IssueKind.LATENCY, severity=Severity.WARNING)
    assert words.status(reports, (*found.issues, slow)) == "▲ Errors  ■ High latency"
    silent = replace(salesforce, score=None, state=State.SILENT)
    assert words.status(silent, found.issues) == "○ Silent"


def test_what_a_recommendation_wins_is_computed_or_said_to_be_unknown():
    """Failures and score where they are known, a plain sentence where not."""
    both = Expected(errors_removed=234, share_removed=0.449, score_after=78.6)

    assert words.expected(both, score=73.2) == "Removes 234 failures (45 %), score 73 → 79"
    most = replace(both, up_to=True)
    assert words.expected(most, score=73.2) == "Removes up to 234 failures (45 %), score 73 → 79"
    nothing = Expected(errors_removed=0, share_removed=0.0, score_after=None)
    assert words.expected(nothing, score=73.2).startswith("Effect not computed")


def test_a_small_gain_is_not_rounded_to_none():
    """A gain of less than a point is shown with a decimal."""
    little = Expected(errors_removed=42, share_removed=0.08, score_after=68.4)

    assert words.expected(little, score=68.1) == "Removes 42 failures (8 %), score 68.1 → 68.4"


def test_a_change_of_a_setting_names_both_values_and_the_unit():
    """From, to, unit."""
    limit = Change(setting="rate limit", current=100, proposed=250, unit="calls a minute")

    assert words.change(limit) == "Rate limit: 100 → 250 calls a minute"


def test_severities_differ_by_shape_as_well():
    """Nothing hangs on colour: each severity has a shape of its own."""
    assert len(Severity) == len({text[0] for text in words.SEVERITY.values()})


@given(st.lists(st.floats(0, 100), max_size=9))
def test_parts_add_up_to_the_whole_as_written(parts):
    """Amounts written with one decimal add up to their sum written with one decimal, each within a tenth of its own."""
    shown = figures.apportioned(parts)

    assert round(sum(shown), 1) == pytest.approx(sum(parts), abs=0.051)
    assert [(one, part) for one, part in zip(shown, parts, strict=True) if abs(one - part) > 0.1 + 1e-9] == []


def test_why_latency_is_a_breach_is_said():
    """Beside a breach and a warning stands by how much P99 misses the SLA, by which they differ; beside what is kept nothing."""
    late = Latency(n=900, mean_ms=900.0, p50_ms=800.0, p95_ms=1_200.0, p99_ms=1_600.0, sla_ms=1_000.0, sla_source="policy", status=LatencyStatus.WARNING)  # fmt: skip

    assert sla.reason(late) == "P99 is 1.6 times the SLA"
    assert sla.reason(replace(late, status=LatencyStatus.BREACH, p99_ms=2_900.0)) == "P99 is 2.9 times the SLA"
    assert sla.reason(replace(late, p99_ms=None)) == "too few calls for P99"
    assert sla.reason(replace(late, status=LatencyStatus.OK)) == ""
