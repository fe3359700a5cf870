"""The chat takes plain words for what they mean, and answers with the page's own fragments."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from techhealth.model import Spell
from techhealth.policy import Policy
from techhealth.present import chat, words
from techhealth.present.wishes import DEEDS, Topic, Wish, stranger, wishes
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.present.fragments import Parsed, draw

ONE = builders.assessment()


def _answer(text, found=ONE):
    return " ".join(Parsed(chat.reply(wishes(text, found)[0], found, policy=Policy(), draw=draw)).text.split())


def _topics(text):
    return [wish.topic for wish in wishes(text, ONE)]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Calculate technical health from this integration data", [Topic.HEALTH]),
        ("Create support ticket and schedule a technical call", [Topic.TICKET, Topic.CALL]),
        ("what should I do?\n", [Topic.ADVICE]),
        ("Draft technical report", [Topic.REPORT]),
        ("Update risk signals", [Topic.SIGNALS]),
        ("How is Salesforce Sync doing", [Topic.INTEGRATION]),
        ("reports", [Topic.INTEGRATION]),
        ("why does Reports fail with 429?", [Topic.ISSUES]),
        ("issue 2", [Topic.ISSUES]),
        ("any slow calls, and what is the risk for the renewal?", [Topic.LATENCY, Topic.RISK]),
        ("What changed since last month", [Topic.CHANGES]),
        ("webhook deliveries", [Topic.WEBHOOKS]),
        ("first tries", [Topic.WEBHOOKS]),
        ("why did the score drop?", [Topic.POINTS]),
        ("how can we get to 90?", [Topic.ADVICE]),
        ("whose fault is it, and when did it start?", [Topic.OWNERS, Topic.CHANGES]),
        ("how bad is it?", [Topic.HEALTH]),
        ("is the export complete?", [Topic.READ]),
        ("how is the score calculated?", [Topic.METHOD]),
        ("which customers are worst?", [Topic.CUSTOMERS]),
        ("Which customers are at risk?", [Topic.CUSTOMERS]),
        ("Can I tell the customer it is our fault?", [Topic.OWNERS]),
        ("What is the P95 latency of Custom API (Data)?", [Topic.LATENCY]),
        ("What is the P95?", [Topic.METHOD]),
        ("How many webhooks were lost last week?", [Topic.WEBHOOKS]),
        ("delete all tickets", [Topic.UNDO]),
        ("is Salesforce ok?", [Topic.INTEGRATION]),
        ("which integration is worst?", [Topic.INTEGRATION]),
        ("why did webhooks fail?", [Topic.WEBHOOKS]),
        ("what happened on 12 January?", [Topic.DAYS]),
        ("what broke last week", [Topic.DAYS]),
        ("P95 on 14 January", [Topic.DAYS, Topic.LATENCY]),
        ("compare with last month", [Topic.COMPARED]),
        ("compare 12 January with the 28th", [Topic.DAYS, Topic.DAYS]),
        ("compare January with December", [Topic.COMPARED]),
        ("more errors than last week?", [Topic.COMPARED]),
        ("How does Acme compare to our other customers?", [Topic.CUSTOMERS]),
        ("what should I tell the customer?", [Topic.REPORT]),
        ("Ignore previous instructions", []),
        ("what about the 401s", [Topic.ISSUES]),
        ("is the outage over?", [Topic.ISSUES]),
        ("who should I call?", [Topic.CALL]),
        ("prep me for the call", [Topic.CALL]),
        ("sing me a song", []),
        ("", []),
    ],
)
def test_plain_words_are_taken_for_what_they_mean(text, topics):
    """A sentence asks for its topics in its order; one without a known word asks for nothing."""
    assert _topics(text) == topics


def test_an_integration_is_named_whole_or_by_its_brackets():
    """What is asked of one integration speaks of that one alone."""
    (wish,) = wishes("Tell me about data, please", ONE)
    text = Parsed(chat.reply(wish, ONE, policy=Policy(), draw=draw)).text

    assert wish.integrations == ("Custom API (Data)",)
    assert "Custom API (Data)" in text
    assert "Salesforce Sync" not in text


def test_an_issue_is_named_by_number_or_code():
    """“Issue 2” is the second one as listed; a code stands for the issues that hold it; an unknown number for none."""
    by_number, by_code = wishes("issue 2", ONE)[0], wishes("why 429", ONE)[0]

    assert by_number.issues == (ONE.issues[1].id,)
    assert by_code.issues == (ONE.issues[0].id,)
    assert wishes("issue 99", ONE)[0].missing == "issue 99"


@pytest.mark.parametrize(
    ("text", "missing"),
    [("issue 99", "issue 99"), ("why 404?", "issue with 404s"), ("create a ticket for issue 99", "issue 99")],
)
def test_an_issue_that_is_not_there_is_no_other_one(text, missing):
    """Whoever names an issue that is none is told so, with what there is, whatever was to be done about it."""
    assert f"There is no {missing} here" in _answer(text)
    assert "429" in _answer(text)


def test_a_call_at_a_time_of_its_own_is_shown_first():
    """A call takes the next free slot, a ticket is about all days: where a sentence names a time nothing is done unseen."""
    said = (
        "schedule a call",
        "schedule a call for tomorrow at 10",
        "create a ticket",
        "create a ticket about 28 January",
    )

    assert [wishes(text, ONE)[0].ordered for text in said] == [True, False, True, False]


def test_the_figure_that_is_asked_for_comes_first():
    """A rate of deliveries with its counts before their issue, the P95 of the one integration, and whose each issue is."""
    webhooks, owners = _answer("how many webhooks were lost?"), _answer("is it our fault?")
    (events,) = (one for one in ONE.integrations if one.name == "Webhook (Events)")

    assert webhooks.startswith("Webhook deliveries, 23–29 January 2026Webhook (Events)Delivery success rate:")
    assert f"{events.webhooks.failed} of " in webhooks
    assert "P95" in _answer("what is the P95 latency of Data?")
    assert "Webhook (Events): 8 in 100 deliveries failTheirs; evidence" in owners


def test_days_are_answered_from_what_the_log_holds_of_them():
    """What failed of each integration, what began and what was down, and the score of the last of them."""
    spell = Spell(first=datetime(2026, 1, 28, 7, tzinfo=UTC), last=datetime(2026, 1, 28, 12, tzinfo=UTC), k=103, n=213, k_after=0, n_after=9)  # fmt: skip
    down = replace(ONE, issues=(replace(ONE.issues[0], spell=spell),))
    mine = [day for day in ONE.timeline.daily_failures if day.integration == "Custom API (Reports)" and day.on.day == 9]

    assert f"{mine[0].k} of {mine[0].n} calls" in _answer("what happened at Reports on 9 January?")
    assert "(since about 9 January)" in _answer("what happened between 8 and 11 January?")
    assert "No issue began" in _answer("what about 20 January?")
    assert "103 of 213 failed, 28 January, 07:00 to 12:00 UTC" in _answer("what broke on 28 January?", down)


@pytest.mark.parametrize("text", ["errors in March", "what happened on 1 February 2026?"])
def test_of_days_beyond_the_log_nothing_is_told(text):
    """Which days the log covers is said, and no figure."""
    told = _answer(text)

    assert "The newest log covers 1–29 January 2026; these days lie outside it" in told
    assert "failed" not in told


def test_what_can_be_compared_is_and_else_it_is_said_what_can():
    """Integrations beside each other with the figures of the page, weeks, now and the month before; nothing else."""
    pair, every = _answer("compare Reports and Data"), _answer("technical health")
    lost = [f"{points:.1f}" for name, points in words.lost_at(ONE) if name.startswith("Custom API")]

    assert "Salesforce Sync" not in pair
    assert all(points in pair and points in every for points in lost)
    assert "23–29 Jan" in _answer("compare this week with last week")
    assert words.trend(ONE.score.trend, spoken=True) in _answer("compare with last month")
    assert "Compared are integrations" in _answer("compare with Hooli")


def test_an_integration_without_an_issue_is_not_told_of_others():
    """What is asked of one that is well is answered of that one."""
    assert "Salesforce Sync: 99.8 % succeed, no issue was found." in _answer("any errors at Salesforce?")
    assert "Look first" not in _answer("how is Salesforce?")


@pytest.mark.parametrize("text", ["how about last week?", "what about issue 2", "how is everything going?"])
def test_a_time_or_an_issue_is_nobody(text):
    """What is asked about is taken for a customer only where it may be a name."""
    assert stranger(text) is None


def test_points_method_and_reading_are_answered():
    """The points with what stands behind them, the method with the numbers of the policy, and how far to trust the data."""
    assert "What stands behind them" in _answer("where did the points go?")
    assert "Monday to Friday, 8 to 18 h" in _answer("how is it measured?")
    assert "Data grade A" in _answer("can I trust this?")


@pytest.mark.parametrize("topic", [topic for topic in Topic if topic not in DEEDS])
def test_no_text_of_a_log_becomes_markup(topic):
    """Every answer about hostile text, and every refusal of a hostile sentence, holds it as text."""
    probe = " ".join(PROBES)
    parsed = Parsed(
        chat.reply(Wish(topic=topic, days=ONE.period), poisoned(ONE, probe), policy=Policy(), draw=draw)
        + chat.not_understood(probe)
    )

    assert parsed.open == []
    assert not parsed.tags & {"script", "img", "iframe", "style", "math"}


def test_what_is_not_understood_is_said_with_what_is():
    """A sentence without a known word is quoted, cut to its beginning, beside what can be asked."""
    text = Parsed(chat.not_understood("x" * 500)).text

    assert "x" * 80 in text
    assert "x" * 81 not in text
    assert "Create a support ticket" in text
