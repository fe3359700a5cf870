"""A real CalDAV server: what is taken on it, and a call's entry put, changed and removed by its UID."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import caldav
import pytest
from icalendar import Calendar

from techhealth.actions.calendar import CalendarError, busy, by_caldav, put
from techhealth.actions.invitation import calendar
from techhealth.actions.outbox import NotSentError
from techhealth.actions.slots import Slot
from techhealth.errors import MissingToolError
from techhealth.store import MeetingState
from tests.actions.calendar_server import PASSWORD, USER, new_calendar, radicale
from tests.actions.calls import NOW, planned
from tests.actions.servers import free_port
from tests.hostile import PROBES

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = datetime(2026, 2, 2, tzinfo=UTC), datetime(2026, 2, 6, tzinfo=UTC)
WHEN = "DTSTART:20260203T100000Z\r\nDTEND:20260203T110000Z\r\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Give the address of a server."""
    with radicale(tmp_path_factory.mktemp("radicale")) as found:
        yield found


@pytest.fixture
def url(address):
    """Give the URL of an empty calendar."""
    return new_calendar(address)


def entries(url):
    """Return the events of a calendar as it hands them out."""
    with caldav.DAVClient(url, username=USER, password=PASSWORD, enable_rfc6764=False) as client:
        found = client.calendar(url=url.replace("dana:se%3Acr%40t%2F1@", "")).events()
        return [event for one in found for event in Calendar.from_ical(one.data).walk("VEVENT")]


def event(lines, uid="other"):
    """Return an iCalendar document with one event of some lines."""
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
    return f"{head}UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:x\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"


def taken(url, **changed):
    """Return what is taken in the first week of February."""
    return busy(url, **{"first": FIRST, "last": LAST, "zone": BERLIN, **changed})


def span(*parts):
    """Return a span by its first and last day and hour of February, UTC."""
    (a, b), (c, d) = parts
    return Slot(start=datetime(2026, 2, a, b, tzinfo=UTC), end=datetime(2026, 2, c, d, tzinfo=UTC))


def document(meeting):
    """Return a call as it is put on a calendar."""
    return calendar(meeting, stamp=NOW).decode()


def test_a_server_takes_the_invitation_changes_it_and_removes_it(url):
    """By its UID there is one entry, changed as often as wanted, gone when it is cancelled; doing it again does no harm."""
    first = planned()
    moved = replace(first, sequence=1, draft=replace(first.draft, title="Acme Corp - Second look"))
    gone = replace(moved, sequence=2, state=MeetingState.CANCELLED)

    assert [put(url, document(one)) for one in (first, first, moved)] == ["added", "changed", "changed"]
    (entry,) = entries(url)
    assert (str(entry["uid"]), entry["sequence"], str(entry["summary"])) == (first.uid, 1, "Acme Corp - Second look")
    assert entry["dtstart"].dt == datetime(2026, 2, 3, 14, tzinfo=BERLIN)
    assert [put(url, document(gone)) for _ in range(2)] == ["removed", "removed"]
    assert entries(url) == []


@pytest.mark.parametrize("text", PROBES)
def test_a_server_takes_an_invitation_whatever_a_customer_is_called(url, text):
    """A hostile name is stored as a name."""
    one = planned()
    put(url, document(replace(one, draft=replace(one.draft, title=text, agenda=(text,)))))

    assert " ".join(str(entries(url)[0]["summary"]).split()) == " ".join(text.split())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (WHEN, [span((3, 10), (3, 11))]),
        (WHEN + "TRANSP:TRANSPARENT\r\n", []),
        (WHEN + "STATUS:CANCELLED\r\n", []),
        ("DTSTART;VALUE=DATE:20260204\r\nDTEND;VALUE=DATE:20260205\r\n", [span((3, 23), (4, 23))]),
        ("DTSTART:20260203T100000\r\nDURATION:PT1H\r\n", [span((3, 9), (3, 10))]),
        ("DTSTART:20251201T100000Z\r\nDTEND:20251201T110000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH\r\n", [span((3, 10), (3, 11)), span((5, 10), (5, 11))]),
        ("DTSTART:20260301T100000Z\r\nDTEND:20260301T110000Z\r\n", []),
    ],
    ids=["an hour", "free", "cancelled", "a whole day", "without a zone", "every week", "another time"],
)  # fmt: skip
def test_what_is_taken(url, lines, expected):
    """Repeated entries count each time, whole days by the zone's midnights, free and cancelled ones never."""
    put(url, event(lines))

    assert list(taken(url)) == expected


def test_a_calls_own_entry_can_be_left_out(url):
    """Who moves a call is not kept from its present time."""
    put(url, document(planned()))

    assert len(taken(url)) == 1
    assert taken(url, but=planned().uid) == ()


def _wrong(address, url):
    yield url.replace("se%3Acr%40t%2F1", "wrong-word"), "refuses the user or the password"
    yield f"{url.rstrip('/')}-none/", "has no calendar at this address"
    yield f"http://dana:se%3Acr%40t%2F1@127.0.0.1:{free_port()}/dana/work/", "cannot be reached"


def test_what_goes_wrong_is_one_sentence_without_a_secret(address, url):
    """A wrong password, a calendar that is not there and a server that does not answer are told apart."""
    for wrong, why in _wrong(address, url):
        for ask in (lambda url: taken(url), lambda url: put(url, document(planned()))):
            with pytest.raises(CalendarError, match=why) as caught:
                ask(wrong)
            assert not any(secret in str(caught.value) for secret in ("se%3A", PASSWORD, "wrong-word", USER))


def test_the_outbox_may_try_again(address, url):
    """What a server surely did not take is not lost: its sender says so."""
    assert by_caldav(url)(document(planned())) == "the calendar server: added"
    for wrong, why in _wrong(address, url):
        with pytest.raises(NotSentError, match=why):
            by_caldav(wrong)(document(planned()))


def test_without_the_library_one_sentence_names_it(monkeypatch):
    """Who did not install the extra is told what to type."""
    monkeypatch.setitem(__import__("sys").modules, "caldav.davclient", None)

    with pytest.raises(MissingToolError, match=r"pip install 'techhealth\[calendar\]'"):
        taken("http://127.0.0.1:9/")
