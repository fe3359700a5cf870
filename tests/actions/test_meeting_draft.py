"""A technical call is drafted from an assessment: when, with whom, about what, and what is not known about it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from techhealth.actions.meeting_draft import unstored
from techhealth.actions.meeting_text import told
from techhealth.actions.slots import Slot
from techhealth.model import CauseKind, IssueKind, Severity, Shape, Spell
from techhealth.policy import Contact, Meetings, Policy
from techhealth.store import Customer
from tests import builders
from tests.actions.calls import CUSTOMER, DIRECTOR, LEAD, call


def test_the_worked_example_gives_the_call_of_the_requirement():
    """Title, day, length, people and points are those the requirement shows, computed from the assessment."""
    found = call()

    assert found.title == "Acme Corp - Technical Health Review"
    assert found.slot.start == datetime(2026, 2, 3, 13, tzinfo=UTC)
    assert found.minutes == 45
    assert [one.label for one in found.attendees] == [
        "You (CSM)",
        "Mike Johnson (Acme - Technical Lead)",
        "Kevin Wu (Acme - IT Director)",
        "[Technical Support Rep TBD]",
    ]
    assert list(found.agenda) == [
        "Review integration health metrics",
        "Discuss rate limit increase: Custom API (Reports)",
        "Troubleshoot 500 errors: Custom API (Reports)",
        "Find what happens on Sundays: Custom API (Reports)",
        "Webhook optimization best practices: Webhook (Events)",
        "Review latency against the SLA: Custom API (Data)",
        "Q&A and next steps",
    ]


def test_deliveries_that_began_to_fail_are_named():
    """Where deliveries fail since a day the call is about that and why, not about good practice."""
    one = builders.assessment()
    steady = next(issue for issue in one.issues if issue.kind is IssueKind.WEBHOOK)
    error = replace(one.issues[0].top_errors[0], code="timeout", meaning="Timeout")
    begun = replace(steady, onset=one.issues[0].onset, first_flagged_on=None, top_errors=(error,))

    assert call(replace(one, issues=(begun,))).agenda[1:-1] == (
        "Failed deliveries since about 9 January (timeout): Webhook (Events)",
    )


def test_one_outage_is_one_point_whatever_failed_in_it():
    """Calls and deliveries of several integrations that failed in the same hours are gone through once."""
    one = builders.assessment()
    errors, hooks = one.issues[0], next(issue for issue in one.issues if issue.kind is IssueKind.WEBHOOK)
    spell = Spell(first=datetime(2026, 1, 27, 23, 30, tzinfo=UTC), last=datetime(2026, 1, 28, 9, tzinfo=UTC), k=9, n=9, k_after=0, n_after=99)  # fmt: skip
    later = replace(spell, first=datetime(2026, 1, 28, 8, tzinfo=UTC), last=datetime(2026, 1, 28, 12, tzinfo=UTC))
    down = (replace(errors, shape=Shape.BURST, spell=spell), replace(hooks, shape=Shape.BURST, spell=later))
    apart = (*down[:1], replace(down[1], spell=replace(later, first=later.last, last=None)))

    assert call(replace(one, issues=down)).agenda[1:-1] == (
        "Go through the outage of 28 January: Custom API (Reports), Webhook (Events)",
    )
    here = tuple(replace(issue, integration="Orders") for issue in apart)

    assert len(call(replace(one, issues=here)).agenda[1:-1]) == 2
    assert call(replace(one, issues=apart)).agenda[1:-1] == (
        "Go through the outage of 28 January: Custom API (Reports)",
        "Go through the outage since 28 January: Webhook (Events)",
    )


def test_what_fails_for_one_code_is_one_point():
    """Two causes of the same failures are two sides of one thing, and so are refused calls and their own issue."""
    one = builders.assessment()
    lead = one.issues[0]
    codes = {
        CauseKind.REQUEST_SIZE: "500",
        CauseKind.ENDPOINT: "500",
        CauseKind.WEEKDAY: "401",
        CauseKind.ERROR_CODE: "403",
    }
    causes = tuple(
        replace(lead.causes[0], kind=kind, evidence={"code": code, "weekday": "Sunday"}) for kind, code in codes.items()
    )
    auth = replace(lead, id="auth", kind=IssueKind.AUTH, causes=())
    told = call(replace(one, issues=(replace(lead, causes=causes), auth))).agenda[1:-1]

    assert told == (
        "Troubleshoot 500 errors: Custom API (Reports)",
        "Find what happens on Sundays: Custom API (Reports)",
    )


def test_a_customer_without_new_data_is_asked_why():
    """Where nothing was found wrong and no data come, the silence is what to talk about."""
    one = builders.assessment()
    calm = replace(one, issues=(), risk=replace(one.risk, days_without=12))

    assert call(calm).agenda[1:-1] == ("Find out why no data have come for 12 days",)


def test_it_is_told_to_others_with_the_name_of_the_host():
    """Who is invited reads the day, the clock it is meant by, and the name of whoever invites."""
    assert told(call()).splitlines()[:5] == [
        "Acme Corp - Technical Health Review",
        "Tuesday, 3 February 2026, 14:00–14:45 (Europe/Berlin)",
        "",
        "Attendees:",
        "- Dana Reyes (CSM)",
    ]


def test_the_zone_is_the_policys_then_the_customers():
    """A policy that names a zone is heard first."""
    assert call().zone == "Europe/Berlin"
    assert call(policy=Policy(timezone="America/New_York")).zone == "America/New_York"
    assert call(customer=Customer(name="Acme Corp")).zone == "UTC"


def test_what_is_not_known_is_said():
    """Holidays always, busy times where no calendar was asked, addresses where there are none."""
    silent = replace(CUSTOMER, contacts=(replace(LEAD, email=None), replace(DIRECTOR, email="kevin at example")))

    assert call(busy=()).remarks == ("Public holidays are not known here: check the day.",)
    assert call().remarks[1] == "Busy times are not known, for no calendar is connected."
    assert call(customer=silent).remarks[2] == (
        "No mail address is known of Mike Johnson, Kevin Wu: forward the invitation."
    )


def test_a_busy_slot_is_not_proposed():
    """What a calendar says is taken moves the call."""
    taken = Slot(start=datetime(2026, 2, 3, 13, tzinfo=UTC), end=datetime(2026, 2, 3, 14, tzinfo=UTC))

    assert call(busy=[taken]).slot.start == datetime(2026, 2, 3, 14, tzinfo=UTC)


def test_a_short_call_says_what_it_leaves_out():
    """What does not fit into the minutes of the policy is not dropped unseen."""
    short = call(policy=Policy(meetings=Meetings(minutes=15)))

    assert list(short.agenda) == [
        "Review integration health metrics",
        "Discuss rate limit increase: Custom API (Reports)",
        "Q&A and next steps",
    ]
    assert short.remarks[-1].startswith("Left out, for the call is short: Troubleshoot 500 errors")


def test_roles_are_found_by_their_words():
    """Contacts come by what they are called, everybody once, and nobody whose role is another."""
    people = (
        Contact(name="Ada", role="Head of Engineering"),
        Contact(name="Bea", role="CTO and IT Director"),
        Contact(name="Cy", role="CFO"),
        Contact(name="Director Di", role="Directory owner"),
    )

    assert [one.label for one in call(customer=replace(CUSTOMER, contacts=people)).attendees][1:] == [
        "Ada (Acme - Head of Engineering)",
        "Bea (Acme - CTO and IT Director)",
        "[IT Director TBD]",
        "[Technical Support Rep TBD]",
    ]


def test_a_call_can_be_about_some_issues():
    """Who chooses issues gets a call about these alone."""
    found = call(issues=["i2"])

    assert found.issues == ("i2",)
    assert found.agenda[1:-1] == ("Webhook optimization best practices: Webhook (Events)",)


def test_without_an_issue_there_is_still_a_review():
    """A healthy customer can be met too."""
    healthy = replace(builders.assessment(), issues=())

    assert call(healthy).agenda == ("Review integration health metrics", "Q&A and next steps")


@pytest.mark.parametrize("kind", [kind for kind in CauseKind])
def test_every_cause_has_a_topic(kind):
    """No cause is without words, whether or not its evidence names a code."""
    cause = builders.cause(kind, "It fails.", part=0.5)
    cause = replace(cause, evidence={"weekday": "Sunday", "when": "14:00–16:00 UTC", "code": "{0}"})
    issue = replace(builders.reports_issue(), causes=(cause,), severity=Severity.INFO)

    (point,) = call(replace(builders.assessment(), issues=(issue,))).agenda[1:-1]
    assert point.endswith(": Custom API (Reports)")


def test_two_integrations_with_one_topic_share_a_point():
    """Slow here and slow there is one conversation."""
    (reports, *others) = builders.assessment().issues
    both = (replace(reports, kind=IssueKind.LATENCY), *others)

    assert call(replace(builders.assessment(), issues=both)).agenda[1] == (
        "Review latency against the SLA: Custom API (Reports), Custom API (Data)"
    )


def test_nothing_for_our_own_eyes_is_told_to_those_who_are_invited():
    """A machine's name from inside is replaced, as in the report for the customer."""
    issue = replace(builders.reports_issue(), integration="billing.internal")
    found = call(replace(builders.assessment(), issues=(issue,)))

    assert "billing.internal" not in told(found)
    assert "internal host 1" in told(found)


def test_the_same_customer_and_issues_are_the_same_call():
    """Without a store too, a second draft changes the entry of the first; other issues make another one."""
    later = call(now=datetime(2026, 2, 9, tzinfo=UTC))

    assert unstored(call()).uid == unstored(later).uid
    assert unstored(call()).uid != unstored(call(issues=["i2"])).uid
