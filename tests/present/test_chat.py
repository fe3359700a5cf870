"""The chat takes plain words for what they mean, and answers with the page's own fragments."""

import pytest

from techhealth.present import chat
from techhealth.present.chat import Topic
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.present.fragments import Parsed, draw

ONE = builders.assessment()


def _topics(text):
    return [wish.topic for wish in chat.wishes(text, ONE)]


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
        ("sing me a song", []),
        ("", []),
    ],
)
def test_plain_words_are_taken_for_what_they_mean(text, topics):
    """A sentence asks for its topics in its order; one without a known word asks for nothing."""
    assert _topics(text) == topics


def test_an_integration_is_named_whole_or_by_its_brackets():
    """What is asked of one integration speaks of that one alone."""
    (wish,) = chat.wishes("Tell me about data, please", ONE)
    text = Parsed(chat.reply(wish, ONE, draw=draw)).text

    assert wish.integration == "Custom API (Data)"
    assert "Custom API (Data)" in text
    assert "Salesforce Sync" not in text


def test_an_issue_is_named_by_number_or_code():
    """“Issue 2” is the second one as listed; a code stands for the issues that hold it; an unknown number for none."""
    by_number, by_code = chat.wishes("issue 2", ONE)[0], chat.wishes("why 429", ONE)[0]

    assert by_number.issues == (ONE.issues[1].id,)
    assert by_code.issues == (ONE.issues[0].id,)
    assert chat.wishes("issue 99", ONE)[0].issues == ()


@pytest.mark.parametrize("topic", [topic for topic in Topic if topic not in chat.DEEDS])
def test_no_text_of_a_log_becomes_markup(topic):
    """Every answer about hostile text, and every refusal of a hostile sentence, holds it as text."""
    probe = " ".join(PROBES)
    parsed = Parsed(chat.reply(chat.Wish(topic=topic), poisoned(ONE, probe), draw=draw) + chat.not_understood(probe))

    assert parsed.open == []
    assert not parsed.tags & {"script", "img", "iframe", "style", "math"}


def test_what_is_not_understood_is_said_with_what_is():
    """A sentence without a known word is quoted, cut to its beginning, beside what can be asked."""
    text = Parsed(chat.not_understood("x" * 500)).text

    assert "x" * 80 in text
    assert "x" * 81 not in text
    assert "Create a support ticket" in text
