"""The calendar of whoever holds calls, on a CalDAV server (RFC 4791): what is taken, and an entry put, changed or removed.

The library `caldav` comes with the extra `calendar`; nothing of it is loaded before a calendar is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any, TypeVar
from urllib.parse import SplitResult, unquote, urlunsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar as Document
from icalendar import Event

from techhealth.actions.deadline import in_time
from techhealth.actions.outbox import NotSentError, Sender
from techhealth.actions.settings import server, variable_of
from techhealth.actions.slots import Slot
from techhealth.errors import MissingToolError, TechHealthError

T = TypeVar("T")
#: From connecting to the last answer.
_SECONDS = 30
#: What an entry says that takes no time.
_FREE = {"STATUS": "CANCELLED", "TRANSP": "TRANSPARENT"}
#: What `caldav` ends with where an answer is no XML (a SyntaxError of lxml), lacks what it looks for, or holds no iCalendar.
_GARBLED = (SyntaxError, AttributeError, TypeError, LookupError, ValueError)


class CalendarError(TechHealthError):
    """A calendar server cannot be reached, or does not do what it is asked; the message names it without its secrets."""


def busy(url: str, *, first: datetime, last: datetime, zone: ZoneInfo, but: str | None = None) -> tuple[Slot, ...]:
    """Return what is taken between two instants, in order; repeated entries count each time, unreadable ones never.

    `but` is the UID of an entry that does not count; `zone` gives whole-day entries their day, and others their clock where they name none.

    Raises:
        CalendarError: if the server does not answer as it should.
        MissingToolError: without the extra `calendar`.
    """

    def asked(calendar: Any) -> list[Event]:
        found = calendar.search(start=first, end=last, event=True, expand=True)
        return [one.icalendar_component for one in found]

    entries = _told(url, asked)
    slots = (_slot(one, zone) for one in entries if one.get("uid") != but)
    return tuple(sorted(filter(None, slots), key=lambda slot: (slot.start, slot.end)))


def put(url: str, document: str) -> str:
    """Put the event of an iCalendar document on a calendar, or take it off when it is cancelled; return what was done.

    An entry of the same UID is changed, so that doing it again changes nothing.

    Raises:
        CalendarError: if the server does not take it.
        MissingToolError: without the extra `calendar`.
    """
    (event,) = Document.from_ical(document).walk("VEVENT")
    uid, gone = str(event["uid"]), event.get("status") == "CANCELLED"

    def kept(calendar: Any) -> str:
        found = calendar.search(event=True, uid=uid)
        entry = next((one for one in found if one.icalendar_component.get("uid") == uid), None)
        if entry is None:
            if not gone:
                calendar.add_event(document)
        elif gone:
            entry.delete()
        else:
            entry.data = document
            entry.save(increase_seqno=False)
        return "removed" if gone else "changed" if entry else "added"

    return _told(url, kept)


def by_caldav(url: str) -> Sender:
    """Return what keeps an event on a calendar; whatever went wrong it can be tried again, for its UID makes it once."""
    return partial(_send, url)


def _send(url: str, payload: str) -> str:
    try:
        return f"the calendar server: {put(url, payload)}"
    except (CalendarError, MissingToolError) as error:
        raise NotSentError(str(error)) from None


def _told(url: str, conversation: Callable[[Any], T]) -> T:
    """Return what a conversation with a calendar comes to, within the time there is for all of it."""

    def talked() -> T:
        with _opened(url) as calendar:
            return conversation(calendar)

    try:
        return in_time(talked, seconds=_SECONDS)
    except TimeoutError:
        _, host = server(url, variable_of("caldav"))
        raise CalendarError(f"the calendar server {host} does not answer in time; try again later.") from None


@contextmanager
def _opened(url: str) -> Iterator[Any]:
    """Give a calendar of `caldav`, and turn what goes wrong with it into a sentence."""
    try:
        from caldav.davclient import DAVClient
        from caldav.lib.error import AuthorizationError, DAVError, NotFoundError
    except ModuleNotFoundError:
        raise MissingToolError(
            "a calendar server needs the library caldav; install it with: pip install 'techhealth[calendar]'."
        ) from None
    parts, host = server(url, variable_of("caldav"))
    where = f"the calendar server {host}"
    try:
        client: Any = DAVClient(
            _without_secrets(parts), username=unquote(parts.username or "") or None,
            password=unquote(parts.password or "") or None, timeout=_SECONDS, enable_rfc6764=False,
        )  # fmt: skip
        with client:
            yield client.calendar(url=_without_secrets(parts))
    except AuthorizationError:
        raise CalendarError(f"{where} refuses the user or the password; check TECHHEALTH_CALDAV.") from None
    except NotFoundError:
        raise CalendarError(f"{where} has no calendar at this address; check TECHHEALTH_CALDAV.") from None
    except DAVError as error:
        raise CalendarError(
            f"{where} does not do what it is asked ({type(error).__name__}); try again later."
        ) from None
    except OSError as error:
        raise CalendarError(f"{where} cannot be reached ({type(error).__name__}); try again later.") from None
    except _GARBLED:
        raise CalendarError(f"{where} answers what is no CalDAV; check TECHHEALTH_CALDAV.") from None


def _without_secrets(parts: SplitResult) -> str:
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _slot(entry: Event, zone: ZoneInfo) -> Slot | None:
    """Return the time that an entry takes, None where it takes none or does not tell."""
    if any(str(entry.get(name, "")).upper() == free for name, free in _FREE.items()):
        return None
    try:
        return Slot(start=_instant(entry.start, zone), end=_instant(entry.end, zone))
    except ValueError:
        return None


def _instant(at: date, zone: ZoneInfo) -> datetime:
    """Return an instant of an entry: a day begins at midnight, a time without a zone is one of the clock of `zone`."""
    moment = at if isinstance(at, datetime) else datetime.combine(at, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
