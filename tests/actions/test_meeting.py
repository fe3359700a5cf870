"""A technical call is planned once, changed by the same entry, cancelled, and everybody hears of it once, by real servers."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from techhealth.actions import calendar, meeting, outbox
from techhealth.actions.outbox import Channel
from techhealth.actions.senders import senders
from techhealth.actions.settings import Settings
from techhealth.errors import UsageError
from techhealth.policy import Policy
from techhealth.store import MeetingState, forget, import_customers, tables
from tests.actions.calendar_server import new_calendar, radicale
from tests.actions.calls import CUSTOMER, NOW, assessment, call
from tests.actions.servers import free_port, mail_server
from tests.store.conftest import cluster, store, url  # noqa: F401 (fixtures)

ASKED = 100 if os.environ.get("TECHHEALTH_SOAK") else 16
MAILED = Settings(smtp="smtp://127.0.0.1:9", mail_from="care@example.com", csm="Dana Reyes <dana.reyes@example.com>")
PEOPLE = b"""name,zone,contacts
Acme Corp,Europe/Berlin,Mike Johnson <mike.johnson@example.com> (Technical Lead); Kevin Wu <kevin.wu@example.com> (IT Director)
"""


@pytest.fixture
def acme(store):  # noqa: F811
    """Give a store that knows the customer of the example with its people."""
    import_customers(store, PEOPLE)
    return store


def planned(store, draft=None, settings=MAILED, now=NOW):  # noqa: F811
    """Plan a call."""
    return meeting.schedule(store, "Acme Corp", draft or call(), now=now, settings=settings)


def keys(store):  # noqa: F811
    """Return what is to leave, each without the id of its call."""
    return ["-".join(one.key.split("-")[6:]) for one in outbox.entries(store)]


def test_a_call_is_planned_and_everybody_invited(acme):
    """It stands in the store, with one mail a person waiting to leave."""
    found = planned(acme)

    assert (found.sequence, found.state, found.is_new, found.is_changed) == (0, MeetingState.PLANNED, True, True)
    assert meeting.meetings(acme) == (replace(found, is_new=False, is_changed=False),)
    assert [one.draft for one in meeting.meetings(acme)] == [call()]
    assert keys(acme) == ["0-mail-1", "0-mail-2", "0-mail-3"]


def test_asking_twice_invites_once(acme):
    """The same call again is the same entry, and nobody hears of it again; other remarks are no change."""
    first = planned(acme)
    again = planned(acme, call(busy=()))

    assert (again.uid, again.sequence, again.is_new, again.is_changed) == (first.uid, 0, False, False)
    assert len(keys(acme)) == 3


def test_a_change_is_the_next_sequence_of_the_same_entry(acme):
    """Another hour or point changes the call that is planned, and tells everybody, also whom it no longer invites."""
    first, draft = planned(acme), call()
    later = replace(draft.slot, start=draft.slot.start + timedelta(hours=1), end=draft.slot.end + timedelta(hours=1))
    moved = planned(acme, replace(draft, slot=later, attendees=draft.attendees[:2]))

    assert (moved.uid, moved.sequence, moved.is_new, moved.is_changed) == (first.uid, 1, False, True)
    assert meeting.meetings(acme)[0].draft.slot == later
    assert keys(acme)[3:] == ["1-mail-1", "1-mail-2", "1-mail-3"]


def test_other_issues_are_another_call(acme):
    """What is not about the same stands beside it."""
    assert planned(acme).uid != planned(acme, call(issues=["i2"])).uid
    assert len(meeting.meetings(acme, "acme corp")) == 2


def test_after_a_call_comes_another(acme):
    """One that is over is not changed: the same issues get a new entry."""
    first = planned(acme)
    after = first.draft.slot.end + timedelta(minutes=1)
    second = planned(acme, call(now=after), now=after)

    assert second.uid != first.uid
    assert second.is_new


def test_a_cancelled_call_is_over(acme):
    """Everybody is told once, asking again changes nothing, and the issues get a new entry when asked for."""
    first = planned(acme)
    gone = meeting.cancel(acme, first.uid, now=NOW, settings=MAILED)

    assert (gone.state, gone.sequence, gone.is_changed) == (MeetingState.CANCELLED, 1, True)
    assert not meeting.cancel(acme, first.uid, now=NOW, settings=MAILED).is_changed
    assert keys(acme)[3:] == ["1-mail-1", "1-mail-2", "1-mail-3"]
    assert planned(acme).uid != first.uid


def test_what_cannot_be_planned_is_one_sentence(acme):
    """A call in the past, one of an unknown customer, one that is not there and one that is over."""
    first = planned(acme)

    with pytest.raises(UsageError, match="which is over; choose a later time"):
        planned(acme, now=NOW + timedelta(days=9))
    with pytest.raises(UsageError, match="knows no customer 'Initech'"):
        meeting.schedule(acme, "Initech", call(), now=NOW)
    with pytest.raises(UsageError, match="there is no call 'none'"):
        meeting.cancel(acme, "none", now=NOW)
    with pytest.raises(UsageError, match="is over and cannot be cancelled"):
        meeting.cancel(acme, first.uid, now=NOW + timedelta(days=9))


def test_without_a_way_out_nothing_is_lost(acme):
    """Where no mail server is set the call is planned all the same; once one is, asking again invites."""
    assert meeting.ways(call(), Settings()) == ()
    planned(acme, settings=Settings())
    assert keys(acme) == []
    planned(acme)
    assert len(keys(acme)) == 3


def test_a_draft_knows_what_the_store_knows(acme):
    """Zone and people of the customer, the CSM of the settings, and the time of a call that is planned already."""
    draft = meeting.proposed(acme, assessment(), Policy(), now=NOW, settings=MAILED)
    planned(acme, draft)
    later = meeting.proposed(acme, assessment(), Policy(), now=NOW + timedelta(days=1), settings=MAILED)

    assert draft == call(customer=CUSTOMER)
    assert later.slot == draft.slot
    assert not planned(acme, later, now=NOW + timedelta(days=1)).is_changed


def test_a_calendar_that_does_not_answer_is_said(acme):
    """The call can be planned all the same, and the sentence holds no secret."""
    silent = replace(MAILED, caldav=f"http://dana:secret-word@127.0.0.1:{free_port()}/dana/work/")
    draft = meeting.proposed(acme, assessment(), Policy(), now=NOW, settings=silent)

    assert draft.slot == call().slot
    assert draft.remarks[1:] == (
        "Busy times are not known, for no calendar is connected.",
        f"The calendar server 127.0.0.1:{silent.caldav.split(':')[3].split('/')[0]} cannot be reached (ConnectionError); try again later.",
    )


def test_many_at_once_plan_one_call(acme):
    """However many ask for the same call, there is one, and everybody is invited once."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: planned(acme), range(ASKED)))

    assert len({one.uid for one in found}) == 1
    assert [one.is_new for one in found].count(True) == 1
    assert len(keys(acme)) == 3


def test_a_forgotten_customer_takes_its_calls_along(acme):
    """Neither the call nor an invitation that has not left stays, and the audit log never held a name."""
    planned(acme)
    forget(acme, "Acme Corp")

    assert meeting.meetings(acme) == ()
    assert outbox.entries(acme) == ()
    with acme.reading() as connection:
        said = list(connection.execute(select(tables.audit.c.what)).scalars())
        assert connection.execute(select(func.count()).select_from(tables.meetings)).scalar() == 0
    assert "meeting 1 planned, sequence 0" in said


def test_hostile_text_is_stored_as_text(acme):
    """What somebody writes into a draft becomes one line before it is stored."""
    draft = replace(call(), title="x\r\nBcc: eve@example.com", agenda=("a\x00b",))

    assert planned(acme, draft).draft.title == "x Bcc: eve@example.com"
    assert planned(acme, draft).draft.agenda == ("a b",)


def test_real_servers_take_invitation_change_and_end(acme, tmp_path):
    """A mail server passes each on as it is, a calendar server keeps one entry, both for the same UID; nothing is sent twice."""
    with radicale(tmp_path) as address, mail_server() as (host, mails):
        taken = new_calendar(address)
        settings = replace(MAILED, smtp=host, caldav=taken)
        ways = senders(settings)
        draft = meeting.proposed(acme, assessment(), Policy(), now=NOW, settings=settings)
        first = planned(acme, draft, settings)
        assert {one.state.value for one in outbox.deliver(acme, ways, now=NOW)} == {"sent"}
        again = meeting.proposed(acme, assessment(), Policy(), now=NOW, settings=settings)
        assert again.slot == draft.slot
        planned(acme, replace(again, title="Acme Corp - Second look"), settings)
        meeting.cancel(acme, first.uid, now=NOW, settings=settings)
        on_calendar = calendar.busy(taken, first=NOW, last=NOW + timedelta(days=30), zone=ZoneInfo("UTC"))
        outbox.deliver(acme, ways, now=NOW)
        assert outbox.deliver(acme, ways, now=NOW + timedelta(days=1)) == ()
        left = calendar.busy(taken, first=NOW, last=NOW + timedelta(days=30), zone=ZoneInfo("UTC"))

    assert outbox.pending(acme) == ()
    assert list(on_calendar) == [draft.slot]
    assert left == ()
    assert meeting.ways(draft, settings) == (Channel.MAIL, Channel.CALENDAR)
    assert [one.rcpt_tos for one in mails.taken] == 3 * [
        ["dana.reyes@example.com"],
        ["mike.johnson@example.com"],
        ["kevin.wu@example.com"],
    ]
    documents = [Calendar.from_ical([*one.walk()][-1].get_content()) for one in mails.read()]
    assert [str(one["method"]) for one in documents] == ["REQUEST"] * 6 + ["CANCEL"] * 3
    assert {str(one.walk("VEVENT")[0]["uid"]) for one in documents} == {first.uid}
    assert [one.walk("VEVENT")[0]["sequence"] for one in documents] == [0] * 3 + [1] * 3 + [2] * 3
    assert [one["subject"].split(":")[0] for one in mails.read()] == ["Invitation"] * 3 + ["Changed"] * 3 + [
        "Cancelled"
    ] * 3
