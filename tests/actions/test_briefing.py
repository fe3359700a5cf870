"""The briefing says what to say, with the numbers behind it and what is still open, and runs nothing."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from techhealth.actions.briefing import briefing
from techhealth.model import CauseKind, Owner
from techhealth.policy import Policy
from tests import builders
from tests.actions.calls import assessment, call
from tests.hostile import PROBES, poisoned


def written(found=None, **changed):
    """Return the briefing on a call about an assessment."""
    found = found or assessment()
    return briefing(found, call(found, **changed), Policy())


def tags(html):
    """Return the names of the elements of a document."""
    names = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: names.append(tag)
    reader.feed(html)
    return names


def test_each_issue_has_words_and_numbers():
    """What can be said aloud stands apart from the counts, the outlook, the next step and the note to offer."""
    text = re.sub(r"<[^>]+>", "|", written())

    assert "|Say|" in text
    assert (
        "On Custom API (Reports): Error rate rose from 2.1\xa0% to 12.7\xa0% in four weeks. It began around 9 January."
        in text
    )
    assert "12.7\xa0% (225 of 1,772) of calls fail" in text
    assert "Next: Raise the rate limit of Custom API (Reports)." in text
    assert "Minor, if there is time|||Slack Notifications: 98.2\xa0% of calls succeed, target 99\xa0%" in text


def test_what_can_be_said_aloud_names_nobodys_fault():
    """A sentence that takes a side stands among the numbers alone."""
    cause = builders.cause(CauseKind.ENDPOINT, "Their gateway at 10.0.0.7 drops calls", part=0.5)
    issue = replace(builders.reports_issue(), causes=(cause,))
    html = written(replace(assessment(), issues=(issue,)))
    (_, said) = re.findall(r"<blockquote>(.*?)</blockquote>", html)

    assert "gateway" not in said
    assert "Their gateway at 10.0.0.7 drops calls" in html


def test_open_questions_are_those_that_only_people_can_answer():
    """What would change our mind, who acts, which latency is agreed and who is missing is asked."""
    cause = replace(builders.cause(CauseKind.UNDETERMINED, "No cause stands out", part=0), would_refute="more days")
    issue = replace(builders.reports_issue(), causes=(cause,), owner=Owner.UNKNOWN)
    found = replace(assessment(), issues=(issue,))
    slack = replace(found.integrations[1], latency=replace(found.integrations[1].latency, sla_source="assumed"))
    html = written(replace(found, integrations=(slack,)))
    (asked,) = re.findall(r"<h2>Open questions</h2><ul>(.*?)</ul>", html)

    assert re.findall(r"<li>(.*?)</li>", asked) == [
        "Custom API (Reports): can they show us more days? It would speak against: No cause stands out.",
        "Custom API (Reports): what changed around 9 January? The log does not tell the cause.",
        "Custom API (Reports): who does what? The owner is unknown.",
        "Slack Notifications: which latency is agreed? A P95 of 200\xa0ms is assumed.",
        "Who is the Technical Support Rep?",
    ]


def test_no_score_is_said_with_its_reason():
    """Unknown is not told as healthy."""
    found = replace(assessment(), issues=(), score=replace(assessment().score, value=None, band=None, interval=None))

    assert "No score, because" in written(found)


@pytest.mark.parametrize("text", PROBES)
def test_no_text_becomes_markup(text):
    """Whatever a log says, the document has the elements it has, and loads nothing."""
    plain, hostile = (
        assessment(),
        replace(poisoned(assessment(), text), generated_for=replace(assessment().generated_for, customer=text)),
    )
    ours = replace(
        hostile,
        issues=tuple(replace(one, id=other.id) for one, other in zip(hostile.issues, plain.issues, strict=True)),
    )
    found = set(tags(written(ours)))

    assert found <= set(tags(written(plain)))
    assert "default-src 'none'" in written(ours)
