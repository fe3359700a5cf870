"""The fragments of the page say what the assessment says, and nothing in it becomes markup."""

import json
import re
from dataclasses import replace

import pytest

from techhealth.model import Band, Cap, Days, Grade, Owner, Risk, RiskLevel, Rung, Score, Severity, State, Trend, Trust
from techhealth.present import page
from techhealth.present.page import summary
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.present.fragments import Parsed, draw, read, whole

_OURS = {
    "a", "article", "b", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4",
    "header", "i", "li", "ol", "p", "polyline", "pre", "section", "small", "span", "strong", "summary", "svg", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def test_no_text_of_a_log_becomes_markup():
    """An assessment made of hostile text brings no tag and no attribute that is not ours, and shows the text."""
    probe = " ".join(PROBES)
    shown = whole(poisoned(builders.assessment(), probe), problem=probe)
    parsed = Parsed(shown)

    assert parsed.tags <= _OURS
    links = [link for link in re.findall(r'href="([^"]*)"', shown) if not link.startswith("data:text/csv;base64,")]
    assert {link[0] for link in links} <= set("#./")
    assert parsed.names <= {
        "class",
        "style",
        "role",
        "aria-label",
        "scope",
        "tabindex",
        "start",
        "data-head",
        "data-days",
        "viewBox",
        "viewbox",
        "points",
        "href",
        "download",
        "id",
        "title",
    }
    assert parsed.open == []
    assert all(one in parsed.text for one in PROBES)


def test_the_answer_comes_in_the_order_of_the_requirement():
    """Receipt, score, breakdown, issues, webhooks, latency, risk and actions follow each other."""
    text = read(builders.assessment())
    order = [
        "Acme Corp", "Technical health score", "Integration health", "Critical issues", "Delivery success rate: ",
        "Latency of successful calls", "Technical risk", "Recommended actions", "What was understood",
    ]  # fmt: skip

    places = [text.index(head) for head in order]
    assert places == sorted(places)


def test_the_head_of_the_receipt_reads_as_the_requirement():
    """Customer, Found, Webhook deliveries, Date range and Integrations are said in this order; nothing is said of what there is not."""
    found = builders.assessment()
    text, webhooks = read(found), read(replace(found, receipt=replace(found.receipt, api_calls=0)))

    assert text.startswith("Acme Corp")
    assert (
        "Found45,234 API callsWebhook deliveries1,234Date range1–29 January 2026"
        "Integrations5 (Salesforce Sync, Slack Notifications, Custom API x2, Webhook)"
    ) in text
    assert ("API calls" in webhooks.split("Date range")[0], "Webhook deliveries1,234" in webhooks) == (False, True)


def test_the_score_stands_with_its_interval_target_and_trend():
    """Score, interval, band, target and trend are on the first card, with the score after all that is recommended."""
    rungs = (
        Rung(recommendation="a", points=8.0, score_after=81.0),
        Rung(recommendation="b", points=3.0, score_after=84.0),
    )
    text = read(replace(builders.assessment(), ladder=rungs))

    assert "73of 100, between 70 and 76" in text
    assert "■ At risk" in text
    assert "target 90+" in text
    assert "After 2 of 4 recommended actions: 84." in text


@pytest.mark.parametrize(("grade", "shown"), [(Grade.A, ""), (Grade.C, " 9 rows lost; 1 more reason")])
def test_a_grade_tells_its_reason(grade, shown):
    """All reasons stand behind the chip; the first of any but the best grade stands beside it."""
    found = builders.assessment()
    receipt = replace(found.receipt, trust=Trust(grade=grade, reasons=("9 rows lost", "2 gaps")))
    html = summary.head(replace(found, receipt=receipt))

    assert 'title="9 rows lost; 2 gaps"' in html
    assert f"Data grade {grade}{shown}" in re.sub(r"<[^>]*>", "", html)
    assert bool(shown) == ("more reason" in html)


def test_before_the_first_log_the_page_says_what_it_does_with_one():
    """Nothing uploaded: what comes of a log, what it needs, and how to get one to try; a problem stands in place of that."""
    empty = page.first_screen(None, draw=draw, upload=page.el("div"))
    problem = page.first_screen(None, draw=draw, upload=page.el("div"), problem="x.png is a PNG image, not a log.")

    assert ["Drop an exported log" in one for one in (empty, problem)] == [True, False]
    assert "techhealth sample acme" in empty


def test_what_is_on_the_first_screen_leads_to_its_proof():
    """Each line of what changed, and each first card, leads to a card that is on the page."""
    html = str(whole(builders.assessment()))
    asked = re.findall(r'href="#(issue-[^"]*)"', html)

    assert len(asked) > 3
    assert set(asked) <= set(re.findall(r'id="(issue-[^"]*)"', html))


def test_the_first_screen_ends_in_the_next_actions():
    """Each card names one cause with its severity, since when, how much, who acts, and what to do for how many points."""
    text = read(builders.assessment())
    screen = text[: text.index("Integration health")]

    assert "Raise the rate limit of Custom API (Reports). Removes 234 failures (45 %), score 73 → 76." in screen
    assert "▲ CriticalCustom API (Reports)" in screen
    assert "Who acts" in screen


def test_a_first_upload_has_nothing_to_compare_with():
    """Without an earlier period the trend says so."""
    one = builders.assessment()
    unknown = Trend(direction="unknown", change=None, compared_to="no earlier period to compare", significant=False)

    assert "No earlier period to compare" in read(replace(one, score=replace(one.score, trend=unknown)))


def test_an_issue_keeps_failure_cause_and_impact_apart():
    """An issue's card names failure, cause, impact, onset, owner, outlook and evidence, and ends in a next action."""
    text = read(builders.assessment())
    card = text[text.index("Error rate rose from 2.1 % to 12.7 % in four weeks", text.index("Critical issues")) :]
    order = ["Failure", "Cause", "Impact", "Since", "Who", "Outlook", "Evidence", "Next: "]

    places = [card.index(term) for term in order]
    assert places == sorted(places)
    assert "521 failures in the whole period" in card
    assert "first flagged on 13 January" in card
    assert "12.7 % (225 of 1,772) of calls fail, 23–29 Jan; 2.1 % (42 of 2,024) until 8 January" in card


def test_every_issue_opens_with_its_trend():
    """The first chart of a card, before any evidence in detail, is how it went by week or day, with the day it began."""
    one = builders.assessment()
    onset = next(issue.onset for issue in one.issues if issue.onset)
    begun = replace(one, issues=tuple(replace(issue, onset=onset) for issue in one.issues))
    drawn = []
    page.issues_card(begun, draw=lambda figure: drawn.append(figure) or page.place(figure))

    trends = [figure for figure in drawn if figure.days_of]
    assert [issue.integration for issue in begun.issues] == [
        figure.days_of for figure in trends if "since" in json.dumps(figure.chart)
    ]
    card = read(one)[read(one).index("Webhook (Events)", read(one).index("Critical issues")) :]
    assert card.index("Weekly rate of failed deliveries") < card.index("Evidence in detail")


def test_the_charts_of_one_integration_by_day_belong_together():
    """A chart of days says whose they are, can be reached by keyboard and tells how; what that does is said before them."""
    html = str(page.issues_card(builders.assessment(), draw=draw))

    assert html.index("Click a day or a week in a chart") < html.index("<figure")
    named = re.findall(r'data-days="([^"]*)" tabindex="0" role="group" aria-label="([^"]*)"', html)
    assert set(dict(named)) <= {issue.integration for issue in builders.assessment().issues}
    assert all("Arrow keys choose days" in label for _, label in named)


def test_every_integration_and_its_latency_have_a_row():
    """The breakdown and the latency table show each integration with its figures."""
    text = read(builders.assessment())

    assert "Custom API (Reports)4910.287.3 %1.2 s" in text
    assert "Custom API (Reports)890 ms2.4 s5.8 s2 s■ Breach" in text
    assert "Salesforce Sync95 ms180 ms320 ms500 ms● OK" in text


def test_a_deliveries_only_log_says_that_it_has_no_latency():
    """Where nothing has a latency the section says so instead of showing an empty table."""
    one = builders.assessment()
    webhook = tuple(part for part in one.integrations if part.webhooks)

    receipt = replace(one.receipt, api_calls=0)
    text = read(replace(one, receipt=receipt, integrations=webhook, issues=()))
    assert "How long deliveries took was read, but is not judged" in text
    assert "P95" not in text[text.index("Latency", text.index("Webhook deliveries: ")) :].split("Technical risk")[0]


def test_a_target_is_not_called_reached_where_too_little_is_known():
    """Five deliveries that all arrive are no good news: without a score the rate stands alone."""
    one = builders.assessment()
    (hook,) = (part for part in one.integrations if part.webhooks)
    good = replace(hook, webhooks=replace(hook.webhooks, final_rate=1.0, failed=0))
    shown = [
        page.webhooks_card(replace(one, issues=(), integrations=(part,)), draw=draw)
        for part in (good, replace(good, score=None))
    ]

    assert ["On target" in card for card in shown] == [True, False]


def test_all_healthy_is_said_briefly_and_warmly():
    """Without issues the page says so, with nothing to do; a score below its target is not called healthy for that."""
    one = builders.assessment()
    calm = replace(one, issues=(), recommendations=(), risk=Risk(level=RiskLevel.LOW, factors=(), if_not_addressed=()))
    well = replace(calm, score=replace(calm.score, value=95.0, band=Band.HEALTHY))

    text = read(well)
    assert "● Healthy No issue was found." in text
    assert "No issue was found, so there is nothing to do." in text
    assert "● Low" in text
    assert "● Healthy" not in read(calm)
    assert "No issue stands out, but the score is below its target of 90." in read(calm)


def test_unknown_is_not_healthy():
    """Without a score there is no number, no healthy word, and the reason is given."""
    one = builders.assessment()
    none = Score(
        value=None, interval=None, band=None, target=90, confidence=one.score.confidence, state=State.NOT_ENOUGH_DATA,
        trend=one.score.trend, lowest=None, components=(), cap=None,
    )  # fmt: skip
    text = read(replace(one, score=none, issues=(), recommendations=(), integrations=()))

    assert "No score: not enough data" in text
    assert "there is too little data, so nothing can be called healthy" in text
    assert "Healthy" not in text


def test_a_cap_is_one_of_the_points_that_went():
    """A rule that lowered the score stands among the lost points."""
    one = builders.assessment()
    capped = replace(one, score=replace(one.score, cap=Cap(reason="Silence", points=12.0)))

    assert "Silence costs most: 12.0 of" in read(capped)


def test_what_costs_nothing_costs_zero_points():
    """A score that rounding left a hair above 100 has lost no points, and not minus nothing."""
    one = builders.assessment()
    best = replace(one.integrations[0], score=100.00000000000001)

    assert "-0.0" not in page.breakdown_card(replace(one, integrations=(best, one.integrations[1])))


def test_a_widened_window_is_named():
    """An integration that was measured over more days than the others says which."""
    one = builders.assessment()
    wide = Days(first=builders.january(2), last=builders.january(29), days=28)
    widened = replace(one, integrations=(replace(one.integrations[0], window=wide),))

    assert "2–29 January 2026" in read(widened)


def test_a_problem_is_one_sentence_beside_the_place_to_drop_files():
    """Files that cannot be used bring the error's sentence and no score."""
    text = Parsed(
        page.first_screen(None, draw=draw, upload=page.el("div"), problem="x.png is a PNG image, not a log.")
    ).text

    assert "These files could not be used" in text
    assert "x.png is a PNG image, not a log." in text


@pytest.mark.parametrize("severity", list(Severity))
def test_severity_is_shape_word_and_colour_together(severity):
    """An issue's chip carries a shape, a word and a tone."""
    one = builders.assessment()
    shown = page.issues_card(
        replace(one, issues=(replace(one.issues[0], severity=severity, owner=Owner.US),)), draw=draw
    )
    chips = {
        Severity.CRITICAL: '<span class="th-chip th-crit">▲\u00a0Critical</span>',
        Severity.WARNING: '<span class="th-chip th-warn">■\u00a0Warning</span>',
        Severity.INFO: '<span class="th-chip th-info">○\u00a0Minor</span>',
    }

    assert chips[severity] in shown
