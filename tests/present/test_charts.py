"""Each chart proves one sentence with rows of ours."""

import json
from dataclasses import replace
from datetime import date, timedelta

import altair as alt
import pytest

from techhealth.model import CauseKind, DailyRate, DailyScore, Forecast, HourCell, Onset, Shape, Slice
from techhealth.present import charts
from tests import builders
from tests.hostile import PROBES, poisoned

ONE = builders.assessment()
REPORTS = next(one for one in ONE.integrations if one.name == builders.REPORTS)
WEBHOOK = next(one for one in ONE.integrations if one.name == builders.WEBHOOK)
_ISSUE = ONE.issues[0]


def every_chart(one):
    """Return every chart of an assessment."""
    return [
        charts.points_lost(one),
        charts.score_by_day(one),
        charts.weekly_errors(one.issues[0]),
        charts.daily_failures(one, one.issues[0]),
        charts.daily_calls(one, one.issues[0]),
        *(charts.reasons(part) for part in one.integrations if part.webhooks),
        *(charts.failures_by_hour(one, part.name) for part in one.integrations),
        *(charts.by_weekday(one, part.name) for part in one.integrations),
        *(charts.by_status(one, part.name) for part in one.integrations),
        *(charts.latency(one, part) for part in one.integrations),
    ]


@pytest.mark.parametrize("figure", every_chart(ONE), ids=lambda figure: figure.title)
def test_a_chart_is_drawn_as_described_svg_without_a_menu(figure):
    """Every chart is valid, as wide as its place, transparent, drawn as SVG, described, and offers no menu."""
    spec = alt.Chart.from_dict(figure.chart).to_dict()

    assert spec["width"] == "container"
    assert spec["background"] == "transparent"
    assert spec["usermeta"]["embedOptions"] == {"renderer": "svg", "actions": False}
    assert spec["description"].startswith(figure.title)


def test_no_text_of_a_log_becomes_a_column():
    """Hostile names are values of a chart, never its fields."""
    known = {
        "label", "value", "text", "top", "hour", "failed", "from", "to", "middle", "rate", "week", "calls", "on", "of",
        "quantile", "ms", "score",
    }  # fmt: skip

    def fields(node):
        if isinstance(node, dict):
            here = {node["field"]} if "field" in node else set()
            return here.union(*(fields(value) for key, value in node.items() if key != "values"))
        return set().union(*(fields(item) for item in node)) if isinstance(node, list) else set()

    specs = [figure.chart for figure in every_chart(poisoned(ONE, " ".join(PROBES)))]
    assert set().union(*(fields(spec) for spec in specs)) <= known


@pytest.mark.parametrize(
    ("figure", "finding"),
    [
        (charts.points_lost(ONE), "API success rate costs most: 10.1 of 26.8 points"),
        (
            charts.weekly_errors(_ISSUE),
            "Weekly failure rate climbed from 2.1 % in the first week to 12.7 % in the last",
        ),
        (charts.reasons(WEBHOOK), "Timeout: 67 (68 %) of the failed deliveries"),
        (charts.failures_by_hour(ONE, builders.WEBHOOK), "70 of 70 failures fall in 14–16 h (UTC)"),
        (charts.daily_failures(ONE, _ISSUE), "Worst day: 29 January, on which 13.0 % failed"),
        (charts.latency(ONE, REPORTS), "Custom API (Reports): P95 is 2.4 s against an SLA of 2 s"),
        (charts.latency(ONE, WEBHOOK), "Webhook (Events): too few calls for P95"),
    ],
)
def test_a_title_states_the_finding(figure, finding):
    """A chart's title says in words what it shows."""
    assert finding == figure.title


def test_weeks_carry_their_rates():
    """The weekly chart writes each week's rate on its bar and marks the day the issue began."""
    spec = json.dumps(charts.weekly_errors(_ISSUE).chart, ensure_ascii=False)

    assert all(text in spec for text in ("2.1 %", "5.4 %", "8.9 %", "12.7 %", "1–8 Jan", "23–29 Jan"))
    assert "since about 9 January" in spec


def test_an_issue_without_a_day_has_no_line():
    """Where no onset is known, none is drawn."""
    spec = json.dumps(charts.weekly_errors(replace(_ISSUE, onset=None)).chart)

    assert "since" not in spec


def test_a_certain_day_is_not_called_about():
    """An onset that can only be one day is named without hedging."""
    day = builders.january(15)
    sure = replace(_ISSUE, onset=Onset(on=day, earliest=day, latest=day))

    assert "since 15 January" in json.dumps(charts.weekly_errors(sure).chart)


def test_points_lost_stand_largest_first():
    """The bars of lost points descend, and only the first has the colour."""
    rows = _drawn(charts.points_lost(ONE))

    assert [row["value"] for row in rows] == [10.1, 8.5, 4.7, 2.5, 1.0]
    assert [row["top"] for row in rows] == [True, False, False, False, False]


def test_a_weekly_title_follows_the_issue():
    """A steady level is not said to rise, and a rate that has eased names its worst week."""
    steady = replace(_ISSUE, onset=None, shape=Shape.STEADY)
    eased = replace(_ISSUE, weekly=(*_ISSUE.weekly, replace(_ISSUE.weekly[-1], rate=0.03)))

    assert (
        charts.weekly_errors(steady).title == "Weekly failure rate: 12.7 % in the last week, 2.1 % in the whole period"
    )
    assert "was highest on 23–29 Jan with 12.7 %, and is 3.0 % now" in charts.weekly_errors(eased).title


def test_many_weeks_carry_every_second_label():
    """Above six weeks every second one is labelled, the last one always."""
    drawn = _drawn(charts.weekly_errors(replace(_ISSUE, weekly=_ISSUE.weekly * 2)))
    rows = [row for row in drawn if "label" in row]

    assert [bool(row["label"]) for row in rows] == [False, True] * 4
    assert [bool(row["week"]) for row in rows] == [False, True] * 4


def test_a_quantile_without_days_is_a_level_of_the_window():
    """Where no day has calls enough for P95, the P95 of the current window is drawn and named."""
    few = tuple(replace(day, p95_ms=None, p99_ms=None) for day in ONE.timeline.daily_latency)
    spec = json.dumps(charts.latency(replace(ONE, timeline=replace(ONE.timeline, daily_latency=few)), REPORTS).chart)

    assert "P95 of the window, 2.4 s" in spec
    assert "P99 of the window, 5.8 s" in spec


def test_a_heat_map_claims_a_pattern_only_where_one_was_found():
    """Without a cause in hours or weekdays the title says what is drawn; a single failure is not full red."""
    cause = replace(
        _ISSUE.causes[0],
        kind=CauseKind.WEEKDAY,
        statement="Failures fall on Sundays; consistent with a job",
        share_of_issue=0.8,
    )
    small = replace(cause, share_of_issue=0.1)
    bare = replace(ONE, issues=())
    known = replace(ONE, issues=(replace(_ISSUE, causes=(cause,)),))

    assert charts.by_weekday(bare, _ISSUE.integration).title == "Failures by hour and weekday (UTC)"
    assert charts.by_weekday(known, _ISSUE.integration).title == "Failures fall on Sundays (UTC)"
    rare = replace(ONE, issues=(replace(_ISSUE, causes=(small,)),))
    assert charts.by_weekday(rare, _ISSUE.integration).title == "Failures by hour and weekday (UTC)"
    spec = charts.by_weekday(ONE, _ISSUE.integration).chart
    assert spec["encoding"]["opacity"]["scale"]["domain"][1] >= 5


def test_a_map_of_statuses_counts_them_by_hour():
    """The statuses stand in the order of their failures, each hour of the day with its count, in the chart and its table."""
    figure = charts.by_status(ONE, builders.WEBHOOK)

    assert figure.title == "71 % of the failures fall between 14:00 and 16:00 UTC"
    assert figure.head == ("Hour", "Timeout")
    assert figure.body[14] == ("14–15 h", "35")
    bare = charts.by_status(replace(ONE, issues=()), builders.WEBHOOK)
    assert bare.title == "Failures by status and hour, at most 35 in a cell (UTC)"
    assert sum(row["failed"] for row in _drawn(figure)) == 70


def test_hours_that_hold_most_of_the_traffic_are_no_pattern():
    """Hours in which most fail stand out only where a clearly larger part fails, or a cause says so."""
    plain = replace(ONE, issues=())

    def shown(inside, beyond):
        cells = tuple(
            HourCell(integration=builders.WEBHOOK, weekday=0, hour=hour, k=k, n=n)
            for hour, (k, n) in enumerate([beyond] * 8 + [inside] * 9 + [beyond] * 7)
        )
        figure = charts.failures_by_hour(
            replace(plain, timeline=replace(plain.timeline, hours=cells)), builders.WEBHOOK
        )
        return figure.title, sum(bool(row["top"]) for row in _drawn(figure))

    pattern = "108 of 123 failures fall in 8–17 h (UTC)"
    assert shown((12, 260), (1, 25)) == ("Failures by hour of the day, much as the traffic (UTC)", 0)
    assert (pattern, 9) == shown((12, 260), (1, 100))
    assert (pattern, 9) == shown((12, 12), (1, 25))


def test_days_of_silence_are_drawn_up_to_the_end_of_the_log():
    """The chart of missing traffic has a row for each empty day until the last one of the log, shaded after the last call."""
    last = ONE.period.last
    spoken = DailyRate(on=last - timedelta(days=4), integration=_ISSUE.integration, k=0, n=50)
    silent = replace(ONE, timeline=replace(ONE.timeline, daily_failures=(spoken,)))
    figure = charts.daily_calls(silent, _ISSUE)

    assert [calls for _, calls in figure.body] == ["50", "0", "0", "0", "0"]
    band = {"from": (last - timedelta(days=3)).isoformat(), "to": (last + timedelta(days=1)).isoformat()}
    assert band in _drawn(figure)


def test_nothing_lost_has_no_bar():
    """A component whose points are written 0.0 has a bar of no length."""
    parts = tuple(replace(part, points_lost=0.003) for part in ONE.score.components)
    figure = charts.points_lost(replace(ONE, score=replace(ONE.score, components=parts, cap=None)))

    assert {0.0} == {row["value"] for row in _drawn(figure)}


def _drawn(figure):
    """Return the rows of a chart, those of its layers as well."""
    parts = [figure.chart, *figure.chart.get("layer", ())]
    return [row for part in parts for row in part.get("data", {}).get("values", ())]


def test_an_uncertain_beginning_is_a_band():
    """The days on which an issue may have begun are shaded as whole days, a certain day is a line alone."""
    known = replace(_ISSUE, forecast=None)
    onset = Onset(on=date(2026, 1, 8), earliest=date(2026, 1, 6), latest=date(2026, 1, 9))
    certain = replace(onset, earliest=onset.on, latest=onset.on)
    band = {"from": "2026-01-06", "to": "2026-01-10"}

    assert band in _drawn(charts.weekly_errors(replace(known, onset=onset)))
    assert {"on": "2026-01-08", "text": "since 8 January"} in _drawn(
        charts.weekly_errors(replace(known, onset=certain))
    )
    assert band not in _drawn(charts.weekly_errors(replace(known, onset=certain)))


def test_an_expected_breach_is_a_band_after_the_last_week():
    """The days of a forecast's interval are shaded behind the last week; an open interval draws none."""
    expected = Forecast(breach_of="10 % of calls failing", days=6, interval=(3, 12), text="")
    band = {"from": "2026-02-01", "to": "2026-02-11"}

    assert band in _drawn(charts.weekly_errors(replace(_ISSUE, forecast=expected)))
    assert band not in _drawn(charts.weekly_errors(replace(_ISSUE, forecast=replace(expected, interval=(3, None)))))


def test_a_score_by_day_names_its_ends():
    """The chart of scores says the first and the last one; a single day is no line."""
    days = tuple(DailyScore(on=date(2026, 1, day), value=80.0 - day) for day in (1, 2, 3))
    line = replace(ONE, timeline=replace(ONE.timeline, daily_score=days))

    assert charts.score_by_day(line).title == "Score by day: 79 on 1 January, 77 now"
    assert charts.score_by_day(replace(line, timeline=replace(line.timeline, daily_score=days[:1]))) is None


def test_a_label_too_long_to_stand_beside_its_bar_stands_above_it():
    """No label is cut: a short one is on the axis, a long one has the width of the chart, in a higher row."""
    short = charts.reasons(WEBHOOK)
    slices = (
        Slice(name="GET /v1/customers/{id}/invoices", k=9, n=10, named=True),
        Slice(name="others", k=1, n=90, named=False),
    )
    long = charts.by_slice(replace(_ISSUE.causes[0], slices=slices))

    assert tuple(one.chart["encoding"]["y"]["axis"] is None for one in (short, long)) == (False, True)
    assert long.height > 2 * 30


def test_the_name_of_a_late_beginning_stands_before_its_line():
    """Where an issue began in the later half of the weeks its day is named to the left, where there is room."""
    day = builders.january(27)
    late = replace(_ISSUE, onset=Onset(on=day, earliest=day, latest=day), first_flagged_on=day)

    def aligned(issue):
        layers = charts.weekly_errors(issue).chart["layer"]
        return [one["mark"]["align"] for one in layers if one["mark"].get("align")]

    assert (aligned(_ISSUE), aligned(late)) == (["left"], ["right"])


def test_slices_show_rates_and_counts_and_colour_what_the_cause_speaks_of():
    """Each slice of a cause is a bar with its rate and counts; the ones it names are the point."""
    slices = (Slice(name="below 8 MB", k=16, n=6890, named=False), Slice(name="above", k=140, n=450, named=True))
    figure = charts.by_slice(replace(_ISSUE.causes[0], statement="500s need large requests; always", slices=slices))

    assert figure.title == "500s need large requests"
    assert figure.body == (("below 8 MB", "0.2 % (16 of 6,890)"), ("above", "31.1 % (140 of 450)"))
    assert [row["top"] for row in _drawn(figure)] == [False, True]
