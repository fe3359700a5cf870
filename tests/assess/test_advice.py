"""What is advised about outages, and about what only looks like one."""

import re
from dataclasses import replace

import pytest

from techhealth.assess.advice import for_cause
from techhealth.assess.causes.words import briefly, failures
from techhealth.assess.counted import Counted
from techhealth.assess.outcomes import AUTH_CODES, CALLS, DELIVERIES, named, outcome
from techhealth.assess.recommend import Diagnosed
from techhealth.figures import inside
from techhealth.model import CauseKind, Severity
from tests.assess.planted import on
from tests.assess.test_recommend import EVIDENCE, advised, found, issue

#: What can fail → every code that the tables know of it.
CODES = {Counted.CALLS: [*CALLS], Counted.DELIVERIES: [*DELIVERIES], Counted.SIGN_INS: sorted(AUTH_CODES)}


def test_an_outage_is_asked_about_not_guessed_at():
    """One outage that is over: its report is asked for, by its times, with the number of failures as an upper limit."""
    outage = found(CauseKind.BURSTS, removable={on(23): 75}, share=0.75)

    (one,) = advised(Diagnosed(issue=issue(severity=Severity.WARNING), found=(outage,)))

    assert one.title == "Ask for the incident report on the outage of Orders on 24 January, 08:00–18:00 UTC"
    assert one.steps[0].startswith("Check the status pages and incident logs of both sides")
    assert "their incident report" in one.steps[1]
    assert one.expected.up_to


@pytest.mark.parametrize(
    ("kind", "seen", "title"),
    [
        (CauseKind.BURSTS, {"most_frequent": "422"}, "Look at what Orders sent on 24 January, 08:00–18:00 UTC"),
        (CauseKind.CLIENT_VERSION, {"called_before": 1}, "Look at what client sdk/2 of Orders sends"),
    ],
)
def test_what_is_sent_is_looked_at_where_neither_an_outage_nor_a_version_is_to_blame(kind, seen, title):
    """Refused data is no outage, and a version that called well before cannot be gone back from."""
    cause = found(kind)
    cause = replace(cause, cause=replace(cause.cause, evidence={**EVIDENCE[kind], **seen}))

    (one,) = advised(Diagnosed(issue=issue(), found=(cause,)))

    assert (one.title, one.note) == (title, "rejected-requests")
    assert not any("version before" in step or "incident" in step for step in one.steps)


def test_an_outage_that_goes_on_is_for_an_incident_now():
    """Nothing has succeeded since: the first step is to open an incident."""
    evidence = {**EVIDENCE[CauseKind.BURSTS], "ongoing": 1}
    outage = found(CauseKind.BURSTS)
    outage = replace(outage, cause=replace(outage.cause, evidence=evidence))

    (one,) = advised(Diagnosed(issue=issue(), found=(outage,)))

    assert one.title == "Find out whether Orders is still down"
    assert one.steps[0].startswith("Open an incident now")


def test_a_credential_that_was_renewed_needs_a_reminder():
    """Refused calls that are over ask for the next renewal, not for an incident report."""
    renewed = found(CauseKind.BURSTS)
    evidence = {**EVIDENCE[CauseKind.BURSTS], "most_frequent": "401"}
    renewed = replace(renewed, cause=replace(renewed.cause, evidence=evidence))

    (one,) = advised(Diagnosed(issue=issue(), found=(renewed,)))

    assert one.title == "Ask which credential of Orders was renewed after 24 January, 08:00–18:00 UTC"
    assert one.note == "expired-credentials"


@pytest.mark.parametrize(
    ("counted", "code"),
    [(counted, code) for counted, codes in CODES.items() for code in (*codes, "oauth_token_error", "ssl handshake error")],
)  # fmt: skip
def test_a_failure_has_one_name_whatever_speaks_of_it(counted, code):
    """Causes, actions and tickets say of a class what it means, and of nothing its code or an acronym in small letters."""
    row = outcome(code, kind=counted.kind)
    cause = replace(found(CauseKind.ERROR_CODE), code=code, counted=counted)
    cause = replace(cause, cause=replace(cause.cause, evidence={"code": code, "most_frequent": code}))
    advised = for_cause("X", cause)
    told = [
        failures(code, counted),
        briefly(code, counted.kind),
        named(code, kind=counted.kind),
        advised.title,
        *advised.steps[:1],
    ]

    assert all(f"{code}" in one if code.isdecimal() else inside(row.meaning) in inside(one) for one in told[:3])
    assert not re.search(r"_|\b(api|dns|http|oauth|ssl|tls)\b", " ".join((*told, row.why, row.fix)))
