"""The chat takes plain words for what they mean, and answers with the page's own fragments."""

import pytest

from techhealth.policy import Policy
from techhealth.present import chat
from techhealth.present.wishes import DEEDS, Topic, Wish, stranger, wishes
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.present.fragments import Parsed, draw

ONE = builders.assessment()


def _answer(text):
    return " ".join(Parsed(chat.reply(wishes(text, ONE)[0], ONE, policy=Policy(), draw=draw)).text.split())


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
        ("what about the 401s", [Topic.ISSUES]),
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

    assert wish.integration == "Custom API (Data)"
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
    """A call takes the next free slot: where a sentence names another time it is not planned unseen."""
    asked = [wishes(text, ONE)[0].ordered for text in ("schedule a call", "schedule a call for tomorrow at 10")]

    assert asked == [True, False]


def test_the_figure_that_is_asked_for_comes_first():
    """A rate of deliveries with its counts before their issue, the P95 of the one integration, and whose each issue is."""
    webhooks, owners = _answer("how many webhooks were lost?"), _answer("is it our fault?")
    (events,) = (one for one in ONE.integrations if one.name == "Webhook (Events)")

    assert webhooks.startswith("Webhook deliveries, 23–29 January 2026Webhook (Events)Delivery success rate:")
    assert f"{events.webhooks.failed} of " in webhooks
    assert "P95" in _answer("what is the P95 latency of Data?")
    assert "Webhook (Events): 8 in 100 deliveries failTheirs; evidence" in owners


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
        chat.reply(Wish(topic=topic), poisoned(ONE, probe), policy=Policy(), draw=draw) + chat.not_understood(probe)
    )

    assert parsed.open == []
    assert not parsed.tags & {"script", "img", "iframe", "style", "math"}


def test_what_is_not_understood_is_said_with_what_is():
    """A sentence without a known word is quoted, cut to its beginning, beside what can be asked."""
    text = Parsed(chat.not_understood("x" * 500)).text

    assert "x" * 80 in text
    assert "x" * 81 not in text
    assert "Create a support ticket" in text
