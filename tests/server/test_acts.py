"""What a visitor does about what he looks at is done once, by his own words, and refused with a reason."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import techhealth as th
from techhealth.policy import Policy
from techhealth.present.page import Act, Html, acts_card, with_elements
from techhealth.present.wishes import wishes
from techhealth.server import talk
from techhealth.server.acts import Acts, _shape
from techhealth.server.desk import Desk
from techhealth.server.kept import kept
from techhealth.store import connect, import_customers
from tests import builders
from tests.logs import csv_log
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


def test_what_is_done_already_is_not_offered_afresh(acts):
    """Beside an open ticket or a planned call the action says that it would change that one."""
    before = [act.title for act in acts.standing({})]
    acts.open_ticket()
    acts.plan_call()

    assert before == ["Create support ticket", "Schedule technical call", "Update risk signals"]
    assert [act.title for act in acts.standing({})] == ["Update ticket TECH-2026-0001", "Change technical call", "Update risk signals"]  # fmt: skip
    others = [one.id for one in ONE.issues if one.integration == builders.WEBHOOK]
    assert acts.standing({}, issues=others)[0].title == "Create support ticket"
    button = with_elements(acts.standing({})[0], [Html("<b>Create support ticket</b>")], label="Create support ticket")
    assert button.elements == ("<b>Update ticket TECH-2026-0001</b>",)


def test_a_call_is_proposed_by_the_policy_and_can_be_moved(acts):
    """Two full working days lie in between; another time by the customer's clock changes the same call."""
    assert acts.starts(acts.call()) == "2026-02-03 14:00"
    planned, moved = acts.plan_call(), acts.plan_call("2026-02-04 10:30")

    assert planned.uid == moved.uid
    assert acts.starts(moved.draft) == "2026-02-04 10:30"
    assert [offer.name for offer in acts.files()] == ["invitation.ics", "acme-corp-briefing-2026-01-29-internal.html"]
    assert b"BEGIN:VEVENT" in next(acts.files()).content()


def test_what_a_signal_tells_stands_behind_its_shape(acts):
    """High risk and a critical issue are no green dot, what was done or ended is."""
    acts.raise_signal()
    risk, *issues = acts.standing({})[2].standing
    html = str(acts_card([Act(title="a", standing=("TECH-1 (open)", risk))]))

    assert risk.startswith("▲ Risk high as of ")
    assert [one[0] for one in issues if "(critical)" in one] == ["▲"] * sum("(critical)" in one for one in issues)
    assert issues[0].startswith(("▲ appeared: ", "■ appeared: "))
    assert [_shape(one, risk="▲") for one in ("ended: A: b (critical)", "risk low → high", "no data for 9 days", "grew: A: b (warning)", "overall health 80 → 50: x")] == ["●", "▲", "■", "■", "○"]  # fmt: skip
    assert '<span class="th-ok">●\N{NO-BREAK SPACE}</span>TECH-1 (open)' in html
    assert '<span class="th-crit">▲\N{NO-BREAK SPACE}</span>Risk high' in html


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
    assert ["ticket" in calm.standing({})[0].idle, "call" in calm.standing({})[1].idle, calm.standing({})[2].idle] == [
        True,
        True,
        "",
    ]
    assert set(calm.done({"ticket": calm.open_ticket, "call": calm.plan_call})) == {"ticket", "call"}


def test_where_nothing_can_be_kept_that_is_said():
    """Without a store every action says why it cannot be done."""
    nowhere = Acts(store=None, assessment=ONE, policy=POLICY)

    assert [bool(one.refused) for one in nowhere.standing({})] == [True, True, True]
    assert "cannot be written" in nowhere.done({"signal": nowhere.raise_signal})["signal"]


def _said(text, acts):
    return Parsed(
        talk.answered(wishes(text, ONE), assessment=acts.assessment, policy=POLICY, acts=acts, draw=draw)
    ).text


def test_a_conversation_does_what_it_is_told(acts):
    """The requirement's sentence opens the ticket and plans the call, in this order; asking again opens no second one."""
    text, again = (_said("Create support ticket and schedule a technical call", acts) for _ in range(2))

    assert text.index("Support ticket TECH-2026-0001 created") < text.index("Technical call scheduled")
    assert "Tuesday, 3 February 2026, 14:00–14:45 (UTC)" in text
    assert "Mike Johnson (Acme - Technical Lead)" in text
    assert "[Technical Support Rep TBD]" in text
    assert "Support ticket TECH-2026-0001 open already" in again
    assert "Technical call scheduled already" in again


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("is there a ticket?", "A support ticket would say"),
        ("don't schedule a call", "A technical call would be"),
        ("What would the risk signals be", "The risk signal would be"),
    ],
)
def test_what_is_only_spoken_of_is_shown_and_not_done(acts, text, shown):
    """A question or a refusal orders nothing: it shows what would be done, and how to have it done."""
    told = _said(text, acts)

    assert shown in told
    assert "Nothing was done yet" in told
    assert [act.standing for act in acts.standing({})] == [(), (), ()]


def test_whether_there_is_a_ticket_is_told_before_another_one_is_drafted(acts):
    """Who asks for a ticket or a call is told of those there are, and none where there is none."""
    before = _said("is there a ticket?", acts)
    _said("create support ticket", acts)

    assert "Support tickets so farNone yet." in before
    assert "TECH-2026-0001 (open, since 2026-01-29)" in _said("is there a ticket?", acts)


def test_a_ticket_about_a_named_integration_is_about_that_one(acts):
    """The ticket is its own, and one without an issue gets none."""
    assert "Webhook Delivery Failures - Events Integration" in _said("create a ticket for Events", acts)
    assert "Salesforce Sync has no issue" in _said("create a ticket for Salesforce Sync", acts)


def test_a_conversation_says_what_it_cannot_do(acts):
    """A deed that fails is told in its place, and each button says what is understood."""
    calm = replace(acts, assessment=replace(ONE, issues=()))

    assert "Not done" in _said("create a ticket", calm)
    assert set(talk.OFFERED.values()) == {text for text in talk.OFFERED.values() if wishes(text, ONE)}


def test_a_time_that_was_not_taken_is_said_before_a_yes(acts):
    """Who names a time reads that the slot shown is another one."""
    told = _said("schedule a call next Tuesday at 10", acts)

    assert told.index("The time you named was not taken") < told.index("say “yes”")
    assert "not taken" not in _said("is there a call scheduled?", acts)


@pytest.fixture
def talking(stocked, tmp_path):
    """Give a function that answers sentences at a desk whose workspace knows Globex; a log of nobody's may be dropped."""
    stocked(csv_log(failing=lambda at: at.day > 20 and at.hour < 6), tmp_path)

    def told(*sentences, dropped=()):
        desk = Desk(tmp_path)
        first = desk.open(list(dropped))
        said = talk.conversed(sentences, desk=desk, answer=desk.of(next(iter(first.customers), None)), draw=draw)
        return Parsed(said.answer).text, said.did

    return told


def test_a_conversation_knows_the_customers_of_the_store(talking):
    """One is asked about by name, and what follows speaks of him; "yes" has done what was shown."""
    assert "of 100" in talking("how is Globex?")[0]
    assert "There is no customer Hooli here; there is Globex" in talking("how is Hooli doing?")[0]
    assert "No log yet" in talking("how is the weather?")[0]
    assert "Billing API" in talking("how is globex?", "what should I do?")[0]
    text, did = talking("how is Globex?", "is there a ticket?")
    assert (did, "A support ticket would say" in text) == (False, True)
    text, did = talking("how is Globex?", "is there a ticket?", "yes")
    assert (did, "Customer: Globex" in text, "created" in text) == (True, True, True)


def test_another_customer_is_set_beside_the_one_that_was_spoken_of(talking, tmp_path):
    """Both stand with the days of their own logs, and the talk goes on about the first; who is not here is not compared with."""
    kept(connect(tmp_path), th.read(("initech.csv", csv_log(customer="Initech"))), POLICY)
    text = talking("how is Globex?", "compare with Initech")[0]

    assert ["Customers beside each other" in text, text.index("Globex") < text.index("Initech")] == [True, True]
    assert text.count("23–29 March 2026") == 2
    assert "Billing API" in talking("how is Globex?", "compare with Initech", "what should I do?")[0]
    assert "Customers beside each other" in talking("compare Initech with Globex")[0]
    assert "Against the end of the month before" in talking("compare Globex with last month")[0]
    assert "created" in talking("how is Initech?", "create a ticket for Globex, it is worse than before")[0]
    text = talking("how is Globex?", "compare it with Hooli?")[0]
    assert "There is no customer Hooli here; there are Globex" in text
    assert "Compared are integrations" in text


def test_who_is_at_risk_is_named_from_the_store(talking, tmp_path):
    """The customers at risk by name, with a log at hand or without; a name that several share is asked back."""
    import_customers(connect(tmp_path), b"name\nKestrel Travel\nKestrel GmbH\n")

    for said in (("Which customers are at risk?",), ("how is Globex?", "Which customers are at risk?")):
        text = talking(*said)[0]
        assert ("Globex (▲\N{NO-BREAK SPACE}High" in text, "Risk not known: Globex" in text) == (True, False)
    assert talking("how is kestrel?")[0].startswith("Kestrel GmbH or Kestrel Travel?")
    assert "Nothing is stored of Kestrel GmbH" in talking("how is Kestrel GmbH?")[0]


def test_a_conversation_asks_for_what_it_needs(talking):
    """A log where there is none, a name before anything is done for a log of nobody's, and words that it knows."""
    nobody = csv_log(customer="").replace(b"customer", b"ignored", 1)

    assert "No log yet" in talking("score")[0]
    assert talking("create a ticket", dropped=[("a.csv", nobody)]) == ("Not doneThe files do not say whose they are. Name the customer above, then say it again.", False)  # fmt: skip
    assert "What you can ask" in talking("sing me a song", dropped=[("a.csv", nobody)])[0]
