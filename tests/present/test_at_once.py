"""What fails right now is said before any mean of days, and one outage of several integrations is told once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from techhealth.model import CauseKind, Failing, IssueKind, RateTrend, Severity, Shape, Spell, Week
from techhealth.present import page, words
from techhealth.present.outlook import outlook
from techhealth.present.page.first_actions import first_actions
from techhealth.present.page.markup import place
from tests import builders
from tests.present.fragments import Parsed

AT = datetime(2026, 1, 29, 14, tzinfo=UTC)


def _down(found, *integrations, last=None):
    """Return the example with one outage of some integrations, and what to do about each of them."""
    lead, step = found.issues[0], found.recommendations[0]
    cause = replace(lead.causes[0], kind=CauseKind.BURSTS)
    spell = Spell(first=AT, last=last, k=57, n=60, k_after=0, n_after=0)
    failing = None if last else Failing(on=AT.date(), at=AT)
    issues = [replace(lead, id=name, integration=name, kind=IssueKind.ERRORS, severity=Severity.CRITICAL, spell=spell, failing=failing, causes=(cause,)) for name in integrations]  # fmt: skip
    steps = [replace(step, id=name, title=f"Restore {name}", why=f"{words.sentence(cause.statement)}.", issue_ids=(name,)) for name in integrations]  # fmt: skip
    return replace(found, issues=tuple(issues), recommendations=tuple(steps))


def _screen(found):
    return " ".join(Parsed(page.first_screen(found, draw=place, upload=page.Html(""))).text.split())


def test_a_customer_who_is_down_is_not_called_healthy():
    """While something critical fails the first screen says since when instead of the band, and of which days the score is."""
    down = _down(builders.assessment(), "Search")

    assert "▲ Failing since 29 January, 14:00 UTC" in _screen(down)
    assert f"of 100 over the last {down.window.days} days" in _screen(down)
    assert words.BAND[down.score.band] not in _screen(down)
    assert "Failing since" in words.standing(down)
    assert "Failing since" not in _screen(_down(builders.assessment(), "Search", last=AT))
    assert "Since29 January, 14:00 (UTC), and going on" in _screen(down)
    assert f"Cause{words.first_clause(down.issues[0].causes[0].statement)}" in _screen(down)
    cards = Parsed(page.issues_card(down, draw=place)).text
    now = "95.0 % (57 of 60) of calls fail right now; 12.7 % (225 of 1,772) in the current window, 23–29 Jan"
    assert now in cards.replace("\u00a0", " ")
    assert "57 of 60 since 29 January, 14:00, 225 of 1,772 in the last 7 days" in _screen(down)


def test_one_outage_of_several_integrations_is_one_piece_of_news():
    """All of them are named once, with what failed at them together, and one card says what to do."""
    text = _screen(_down(builders.assessment(), "Search", "Sync", "Orders"))

    assert text.count("Search, Sync and Orders at once:") == 1
    assert "95.0 % at all of them together" in text
    assert "Restore Search. The same at Sync and Orders; at Search alone:" in text
    assert "Restore Sync" not in text


def test_several_actions_against_one_issue_stand_on_one_card():
    """An issue that goes on has one card, with each of its actions and what that wins."""
    down = _down(builders.assessment(), "Search")
    issue, step = replace(down.issues[0], causes=builders.assessment().issues[0].causes), down.recommendations[0]
    both = replace(
        down, issues=(issue,), recommendations=(step, replace(step, id="second", title="Renew the certificate"))
    )
    shown = first_actions(both)

    assert shown.count("<article") == 1
    assert shown.count("<h3>") == 1
    assert ("<strong>Restore Search.</strong>" in shown, "<strong>Renew the certificate.</strong>" in shown) == (
        True,
        True,
    )
    assert "The same at" not in shown


@pytest.mark.parametrize(
    ("last", "days", "said"),
    [(0.081, None, "The rise has flattened. It is told."), (0.11, None, "It is told."), (0.081, 9, "It is told.")],
)  # fmt: skip
def test_a_rise_that_has_flattened_is_said_to(last, days, said):
    """Where no breach is in sight of what rose in the mean, it is said when the last week hardly did."""
    issue = builders.assessment().issues[0]
    weekly = tuple(Week(first=date(2026, 1, 1), last=date(2026, 1, 7), rate=one, k=1, n=50) for one in (0.02, 0.05, 0.08, last))  # fmt: skip
    trend = RateTrend(days=28, points_per_week=2.0, interval=(1.0, 3.0), odds_ratio_per_week=1.4, p_value=0.01, rank_p_value=0.01)  # fmt: skip
    forecast = replace(issue.forecast, days=days, text="It is told.")

    assert said == outlook(replace(issue, shape=Shape.RAMP, spell=None, weekly=weekly, trend=trend, forecast=forecast))
