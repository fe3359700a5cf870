"""What is advised about outages, and about what only looks like one."""

import re
from dataclasses import replace

import pytest

from techhealth.assess import forms
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


@pytest.mark.parametrize(
    ("share_of_traffic", "title"),
    [
        (0.12, "Review the capacity of the receiver of Orders at 02:00–04:00 UTC"),
        (0.04, "Find out what stops the receiver of Orders at 02:00–04:00 UTC"),
    ],
)
def test_a_receiver_that_fails_in_quiet_hours_does_not_lack_capacity(share_of_traffic: float, title: str):
    """Two hours with more than their part of the deliveries point at load, with less at what runs then."""
    hours = found(CauseKind.HOURS, removable={on(23): 75}, of=Counted.DELIVERIES)
    evidence = {"when": "02:00–04:00 UTC", "from_hour": 2, "to_hour": 4, "share_of_traffic": share_of_traffic}
    hours = replace(hours, cause=replace(hours.cause, evidence=evidence))

    (one,) = advised(Diagnosed(issue=issue(), found=(hours,)))

    assert one.title == title


def test_an_outage_is_asked_about_not_guessed_at():
    """One outage that is over: its report is asked for, by its times, with the number of failures as an upper limit."""
    outage = found(CauseKind.BURSTS, removable={on(23): 75}, share=0.75)

    (one,) = advised(Diagnosed(issue=issue(severity=Severity.WARNING), found=(outage,)))

    assert one.title == "Find out what was behind the outage of Orders on 24 January, 08:00–18:00 UTC"
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

    assert one.title == "Find out which credential of Orders was renewed after 24 January, 08:00–18:00 UTC"
    assert one.note == "expired-credentials"


@pytest.mark.parametrize(
    ("code", "note"),
    [("401", "expired-credentials"), ("403", "expired-credentials"), ("404", "rejected-requests"), ("validation_error", "rejected-requests"),
     ("413", "large-requests"), ("429", "rate-limits"), ("504", "timeouts"), ("connection_reset", "retries"), ("500", "server-errors")],
)  # fmt: skip
@pytest.mark.parametrize("kind", [CauseKind.ENDPOINT, CauseKind.CLIENT_VERSION])
def test_a_note_fits_what_failed(kind, code, note):
    """Whatever slice the failures concentrate on, the note is about their code."""
    one = found(kind, code=code)
    one = replace(one, cause=replace(one.cause, evidence={**EVIDENCE[kind], "called_before": 1}))

    (advice,) = advised(Diagnosed(issue=issue(), found=(one,)))

    assert advice.note == note


def test_a_receiver_that_was_down_is_given_the_note_on_receivers():
    """An outage of deliveries is one of the endpoint that takes them, whose side does not call."""
    down = found(CauseKind.BURSTS, of=Counted.DELIVERIES)

    (advice,) = advised(Diagnosed(issue=issue(), found=(down,)))

    assert advice.note == "webhook-receivers"


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


def test_a_title_fits_whoever_takes_the_next_step():
    """A title stands in the customer's mail under "What you can do": none tells its reader to ask somebody."""
    titles = [form.title for form in vars(forms).values() if isinstance(form, forms.Form)]

    assert [title for title in titles if title.startswith(("Ask", "Tell"))] == []
