"""What a visitor does about what he looks at is done once, by his own words, and refused with a reason."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from techhealth.policy import Policy
from techhealth.present import chat
from techhealth.server import talk
from techhealth.server.acts import Acts
from techhealth.server.workspace import Answer
from techhealth.store import connect, import_customers
from tests import builders
from tests.present.fragments import Parsed, draw

ONE = builders.assessment()
POLICY = Policy.from_toml(Path(__file__).parent.parent.parent / "data" / "acme.toml")
NOW = datetime(2026, 1, 29, 9, tzinfo=UTC)


@pytest.fixture
def acts(tmp_path):
    """Give what can be done about the example, in a store that knows the customer."""
    store = connect(tmp_path)
    (tmp_path / "charts").mkdir()
    import_customers(store, b"name,health_score\nAcme Corp,88\n")
    return Acts(store=store, assessment=ONE, policy=POLICY, now=lambda: NOW)


def test_a_ticket_says_what_was_edited_and_is_opened_once(acts):
    """The second click renews nothing, and what stands says the number."""
    edited = {"subject": "Reports fail", "priority": "urgent", "description": "As discussed."}
    first, second = acts.open_ticket(edited), acts.open_ticket(edited)

    assert (first.name, second.name) == ("TECH-2026-0001", "TECH-2026-0001")
    assert first.draft.subject == "Reports fail"
    assert first.draft.priority.value == "urgent"
    assert first.has_report
    assert not second.is_changed
    assert acts.standing({})[0].standing == ("TECH-2026-0001 (open, since 2026-01-29): Reports fail",)


def test_a_call_is_proposed_by_the_policy_and_can_be_moved(acts):
    """Two full working days lie in between; another time by the customer's clock changes the same call."""
    assert acts.starts(acts.call()) == "2026-02-03 14:00"
    planned, moved = acts.plan_call(), acts.plan_call("2026-02-04 10:30")

    assert planned.uid == moved.uid
    assert acts.starts(moved.draft) == "2026-02-04 10:30"
    assert [offer.name for offer in acts.files()] == ["invitation.ics", "acme-corp-briefing-2026-01-29-internal.html"]
    assert b"BEGIN:VEVENT" in next(acts.files()).content()


def test_a_time_that_makes_no_sense_is_refused_in_its_place(acts):
    """What cannot be done is said, and nothing is planned."""
    refused = acts.done({"call": lambda: acts.plan_call("next Tuesday")})

    assert "2026-02-03 14:00" in refused["call"]
    assert acts.standing(refused)[1].standing == ()
    assert acts.standing(refused)[1].refused == refused["call"]


def test_a_signal_tells_what_the_technical_score_makes_of_the_overall_health(acts):
    """Old and new value and the reason stand beside the button; written once."""
    facts = dict(acts.standing({})[2].facts)
    raised, again = acts.raise_signal(), acts.raise_signal()

    assert facts["Overall health"] == "88 → 86"
    assert "15 %" in facts["Why"]
    assert (raised.is_new, again.is_new) == (True, False)


def test_without_issues_there_is_nothing_to_open(acts):
    """No draft is proposed; asking all the same is refused."""
    calm = replace(acts, assessment=replace(ONE, issues=(), recommendations=()))

    assert (calm.ticket(), calm.call()) == (None, None)
    assert set(calm.done({"ticket": calm.open_ticket, "call": calm.plan_call})) == {"ticket", "call"}


def test_where_nothing_can_be_kept_that_is_said():
    """Without a store every action says why it cannot be done."""
    nowhere = Acts(store=None, assessment=ONE, policy=POLICY)

    assert [bool(one.refused) for one in nowhere.standing({})] == [True, True, True]
    assert "cannot be written" in nowhere.done({"signal": nowhere.raise_signal})["signal"]


def _said(text, acts):
    return Parsed(talk.answered(text, answer=Answer(assessment=ONE), acts=acts, draw=draw)).text


def test_a_conversation_does_what_it_is_told(acts):
    """The requirement's sentence opens the ticket and plans the call, in this order; asking again opens no second one."""
    text, again = (_said("Create support ticket and schedule a technical call", acts) for _ in range(2))

    assert text.index("Support ticket TECH-2026-0001 created") < text.index("Technical call scheduled")
    assert "Tuesday, 3 February 2026, 14:00–14:45 (UTC)" in text
    assert "Mike Johnson (Acme - Technical Lead)" in text
    assert "[Technical Support Rep TBD]" in text
    assert "Support ticket TECH-2026-0001 open already" in again
    assert "Technical call scheduled already" in again


def test_a_conversation_says_what_it_cannot_do(acts):
    """A deed that fails is told in its place; a sentence without a known word gets what can be asked."""
    calm = replace(acts, assessment=replace(ONE, issues=()))

    assert "Not done" in _said("create a ticket", calm)
    assert "What you can ask" in _said("sing me a song", acts)
    assert "No log yet" in Parsed(talk.answered("score", answer=Answer(assessment=None), acts=None, draw=draw)).text
    assert set(talk.OFFERED.values()) == {text for text in talk.OFFERED.values() if chat.wishes(text, ONE)}
