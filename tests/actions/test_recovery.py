"""The proof of a fix: the next upload says of a resolved ticket whether it is, and the ticket keeps it."""

from datetime import UTC, date, datetime
from itertools import count

import msgspec
import pytest

import techhealth as th
from techhealth.actions import ticket
from techhealth.actions.outbox import pending
from techhealth.actions.recovery import judge
from techhealth.actions.settings import Settings
from techhealth.assess.recovery import Verdict
from techhealth.server.kept import kept
from techhealth.store import uploads_of
from tests.store.usages import usage

NOW = datetime(2026, 1, 22, 9, tzinfo=UTC)
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
GOOD, BAD, HALF = 500, 50, 100
_NAMES = count()


def uploaded(store, first, last, *, failing):
    """Store the calls of some days of January, one in `failing` minutes of which fails; return upload and assessment."""
    minutes = range((first - 1) * 1440, last * 1440, 5)
    return kept(store, usage(minutes, name=f"{next(_NAMES)}", failing=failing), th.Policy())


@pytest.fixture
def resolved(store):
    """Give the name of a ticket about errors that began after two weeks, resolved as fixed from 22 January on."""
    uploaded(store, 1, 14, failing=GOOD)
    _, assessment = uploaded(store, 15, 21, failing=BAD)
    name = ticket.create(store, "Globex", ticket.draft(assessment), now=NOW).name
    return ticket.resolve(store, name, now=NOW, fixed_on=date(2026, 1, 22)).name


@pytest.mark.parametrize(("failing", "expected"), [(GOOD, "fixed"), (HALF, "partly"), (BAD, "not_fixed")])
def test_the_next_upload_judges_a_resolved_ticket(store, resolved, failing, expected):
    """The ticket says fixed, partly or not fixed, with the counts of the days since."""
    assert ticket.ticket_of(store, resolved).recoveries == ()
    uploaded(store, 22, 31, failing=failing)
    found = next(one for one in ticket.ticket_of(store, resolved).recoveries if one.issue == "billing-api-errors")

    assert found.verdict.value == expected
    assert (found.after.n, found.days.days) == (2880, 10)


def test_more_days_say_more_and_fewer_nothing(store, resolved):
    """Two days are not enough, ten are; an upload that tells of fewer days changes nothing, nor does the same again."""
    verdicts = []
    for first, last in ((22, 23), (24, 31)):
        upload, _ = uploaded(store, first, last, failing=GOOD)
        verdicts.append(ticket.ticket_of(store, resolved).recoveries[0].verdict)

    assert verdicts == [Verdict.NOT_ENOUGH_DATA, Verdict.FIXED]
    assert judge(store, upload, th.Policy(), now=NOW) == ()
    assert judge(store, uploads_of(store, "Globex")[-2], th.Policy(), now=NOW) == ()


def test_a_verdict_is_told_once(store, resolved):
    """The callback tells of it with the counts; the next look at the same upload tells nothing."""
    upload, _ = uploaded(store, 22, 31, failing=GOOD)
    settings = Settings(callback="http://127.0.0.1:9/", callback_secret=SECRET, smtp="smtp://127.0.0.1:9",
                        mail_from="care@example.com", desk_address="desk@example.com")  # fmt: skip
    ticket.resolve(store, resolved, now=NOW, fixed_on=date(2026, 1, 23))
    told = [judge(store, upload, th.Policy(), now=NOW, settings=settings) for _ in range(2)]

    assert [len(one) for one in told] == [1, 0]
    key = f"ticket-{resolved}-{told[0][0].revision}-judged"
    assert {one.key for one in pending(store)} == {f"{key}-callback", f"{key}-mail"}
    assert "\nSince the fix\n- Errors" in ticket.ticket_text(told[0][0].draft, recoveries=told[0][0].recoveries)
    assert msgspec.json.decode(msgspec.json.encode(told[0][0].recoveries))[0]["verdict"] == "fixed"


def test_that_nothing_can_be_said_yet_is_not_told(store, resolved):
    """Two days since the fix are written into the ticket; no desk hears of them."""
    upload, _ = uploaded(store, 22, 23, failing=GOOD)
    ticket.resolve(store, resolved, now=NOW, fixed_on=date(2026, 1, 23))
    (found,) = judge(store, upload, th.Policy(), now=NOW, settings=Settings(callback="http://127.0.0.1:9/", callback_secret=SECRET))  # fmt: skip

    assert {one.verdict for one in found.recoveries} == {Verdict.NOT_ENOUGH_DATA}
    assert pending(store) == ()


def test_an_open_ticket_is_not_judged(store):
    """As long as nobody says that it is fixed, its errors are no news."""
    uploaded(store, 1, 14, failing=GOOD)
    upload, assessment = uploaded(store, 15, 21, failing=BAD)
    ticket.create(store, "Globex", ticket.draft(assessment), now=NOW)

    assert judge(store, upload, th.Policy(), now=NOW) == ()
