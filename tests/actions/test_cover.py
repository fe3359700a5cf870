"""The mail a report goes with says what its reader may know, and opens as a draft in any mail program."""

import re
from dataclasses import replace
from email import message_from_bytes

import pytest

from techhealth.actions import cover
from techhealth.actions.mail import Attachment
from techhealth.model import OTHER_CUSTOMER, CauseKind, Example, Owner, Reject, Severity, Spell, State
from techhealth.policy import Contact, Policy
from techhealth.present.audience import Audience
from tests.actions.calls import DIRECTOR, HOST, LEAD, NOW, assessment
from tests.actions.servers import STRICT
from tests.hostile import PROBES, poisoned

POLICY = Policy(contacts=(LEAD, DIRECTOR, Contact(name="Cy", role="CFO", email="cy@example.com")))
REPORT = Attachment(name="acme.html", media="text/html", content="<p>é</p>".encode())
#: Words that take a side, or are for our own people.
_OURS = re.compile(r"\b(?:ours|theirs|their|owner|renewal|engineering|risk|trust|internal)\b", re.IGNORECASE)


def written(found=None, audience=Audience.CUSTOMER, policy=POLICY, host=HOST):
    """Return the mail about an assessment."""
    return cover.draft(found or assessment(), policy, audience=audience, host=host)


def test_the_customer_is_written_to_by_name():
    """Contacts in a technical role are greeted, the CSM signs; what fails comes first, then what we do, then what they can do."""
    found = written()

    assert [one.name for one in found.to] == ["Mike Johnson", "Kevin Wu"]
    assert found.subject == "Technical health of Acme Corp, 1–29 January 2026"
    assert found.text == (
        "Hello Mike Johnson and Kevin Wu,\n"
        "\nattached is the technical health report on your integrations, 1–29 January 2026.\n"
        "\nWhat stands out:\n"
        "- Custom API (Reports): Error rate rose from 2.1 % to 12.7 % in four weeks, since about 9 January\n"
        "  Likely cause: 429 began on 15 January, in minutes with more than 100 calls.\n"
        "- Webhook (Events): 8 in 100 deliveries fail\n"
        "  Likely cause: 71 % of the failures fall between 14:00 and 16:00 UTC.\n"
        "- Custom API (Data): P95 of 1.2 s is over the SLA of 1 s\n"
        "  The cause is not known yet.\n"
        "- 1 further point in the report\n"
        "\nOverall technical health is 73 of 100; the target is 90.\n"
        "▼ Declining: down 8 since the end of December (81).\n"
        "\nWhat we do:\n"
        "- Review whether the rate limit of 100 calls a minute for Custom API (Reports) can be raised\n"
        "- Investigate 500 errors on large report requests\n"
        "\nWhat you can do:\n"
        "- Look into the delivery issues of Webhook (Events)\n"
        "- Audit the token refresh on Sundays\n"
        "\nKind regards,\nDana Reyes\n"
    )


def test_our_own_people_are_told_whose_it_is():
    """Within the house owner, risk and what happens if nothing is done are said, and that it stays there."""
    found = written(audience=Audience.INTERNAL)

    assert found.to == ()
    assert found.subject.endswith(" (internal)")
    assert "(owner: shared)" in found.text
    assert "Technical risk: high." in found.text
    assert "- Users lose trust in reporting." in found.text
    assert "do not forward them to the customer" in found.text
    assert found.withheld == ()


def test_what_fails_right_now_comes_before_the_score():
    """A mean of days is not the first thing said while calls fail, and a title that says since when is not dated twice."""
    first, *others = assessment().issues
    spell = Spell(first=NOW, last=None, k=9, n=12, k_after=0, n_after=0)
    found = written(
        replace(assessment(), issues=(replace(first, title="Errors rose since noon", spell=spell), *others))
    )
    said = found.text.split("\n\n")

    assert said[2].startswith(
        "What stands out:\n- Custom API (Reports): Errors rose since noon; right now 75.0 % of calls fail (9 of 12), "
        "since 29 January, 12:00 (UTC)\n"
    )
    assert said[3].startswith("Overall technical health")


def test_every_integration_that_fails_is_named_and_one_cause_told_once():
    """Of three that fail for one reason all are listed, the worst first; the reason stands at the first of them."""
    found = assessment()
    first, second, third, *_ = found.issues
    cause = replace(first.causes[0], statement="Client sync/2 is refused since 15 January")
    serious = [replace(one, causes=(cause,), severity=Severity.CRITICAL) for one in (first, second, third)]
    action = replace(
        found.recommendations[-1],
        title="Renew it",
        why=f"{cause.statement}.",
        issue_ids=tuple(one.id for one in serious),
    )
    text = written(replace(found, issues=tuple(serious), recommendations=(action,))).text

    assert [line.split(":")[0] for line in text.split("\n") if line.startswith("- ")][:3] == [
        f"- {one.integration}" for one in serious
    ]
    assert text.count("  Likely cause: Client sync/2 is refused since 15 January.") == 1
    assert text.count("  Likely cause: as of Custom API (Reports).") == 2


def test_what_helps_meanwhile_is_told_where_the_next_step_is_ours():
    """Where nothing is the customer's to do he still reads what he can do, named once for all integrations."""
    found = assessment()
    ours = tuple(replace(one, note="latency", owner=Owner.US) for one in found.recommendations[1:3])
    text = written(replace(found, recommendations=ours)).text

    assert "\nWhat you can do:\n- Custom API (Reports) and Webhook (Events): ask for less in one call" in text
    assert text.count("ask for less in one call") == 1


def test_a_cause_that_is_not_known_is_not_called_one():
    """What the log does not tell is said as such, with what it holds."""
    found = assessment()
    none = replace(
        found.issues[0].causes[0], kind=CauseKind.UNDETERMINED, statement="No pattern explains most failures"
    )
    text = written(replace(found, issues=(replace(found.issues[0], causes=(none,)),))).text

    assert "  The cause is not known yet. No pattern explains most failures.\n" in text


def test_nothing_that_the_report_withholds_leaks():
    """No word that takes a side, no machine, no other customer and no file name reaches the customer's mail."""
    found = assessment()
    (reports, *others) = found.issues
    secret = replace(
        reports, title="Errors of gw-7.internal since their release; our engineering knows Initech has them too"
    )
    other = Reject(reason=OTHER_CUSTOMER, count=3, examples=(Example(line=1, text="Initech"),))
    (file,) = found.receipt.files
    receipt = replace(found.receipt, customers=("Acme Corp", "Initech"), files=(replace(file, rejects=(other,)),))
    mail = written(replace(found, issues=(secret, *others), receipt=receipt))

    assert not _OURS.search(mail.text.replace("Renewing", ""))
    assert not any(word in mail.text for word in ("gw-7", "Initech", file.name))
    assert any("Whose fault" in one.what for one in mail.withheld)


def test_unknown_is_not_told_as_healthy():
    """Without a score the reason stands in its place."""
    none = replace(assessment().score, value=None, band=None, interval=None, state=State.NO_DATA)
    found = written(replace(assessment(), score=none, issues=(), recommendations=()))

    assert "No score, because" in found.text
    assert "of 100" not in found.text
    assert "stands out" not in found.text


def test_it_opens_as_a_draft():
    """A strict reader finds it marked as unsent, to whom and from whom, the text and the report as it was."""
    found = message_from_bytes(cover.mail(written(), REPORT, host=HOST, now=NOW), policy=STRICT)
    text, report = found.iter_parts()

    assert found["x-unsent"] == "1"
    assert found["from"] == "Dana Reyes <dana.reyes@example.com>"
    assert [one.addr_spec for one in found["to"].addresses] == ["mike.johnson@example.com", "kevin.wu@example.com"]
    assert text.get_content().replace("\r\n", "\n") == written().text
    assert (report.get_filename(), report.get_content()) == ("acme.html", "<p>é</p>")


def test_who_sends_it_may_be_left_open():
    """Without a CSM and contacts both stay empty, for the mail program to fill."""
    found = message_from_bytes(
        cover.mail(written(policy=Policy(), host=None), REPORT, host=None, now=NOW), policy=STRICT
    )

    assert found["from"] is None
    assert found["to"] is None
    assert found.get_body().get_content().startswith("Hello,\r\n")


@pytest.mark.parametrize("text", [*PROBES, "x\r\nBcc: eve@example.com", "\ud800\x00", "a, eve <eve@example.com>, " * 6])
@pytest.mark.parametrize("audience", Audience)
def test_no_text_becomes_a_header(text, audience):
    """Whatever a log or a contact is called, the mail has the headers it has, and goes to whom it goes."""
    people = (Contact(name=text, role="Technical Lead", email="lead@example.com"),)
    mail = written(poisoned(assessment(), text), audience, Policy(contacts=people), host=replace(HOST, name=text))
    found = message_from_bytes(cover.mail(mail, REPORT, host=replace(HOST, name=text), now=NOW), policy=STRICT)

    assert set(found.keys()) <= {"X-Unsent", "From", "To", "Subject", "Date", "MIME-Version", "Content-Type"}
    assert [one.addr_spec for one in found["from"].addresses] == ["dana.reyes@example.com"]
    assert (
        [one.addr_spec for one in found["to"].addresses] == (["lead@example.com"] if mail.to else [])
        if found["to"]
        else True
    )
