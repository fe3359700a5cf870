"""The part of the command line that plans technical calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from techhealth.cli.reading import DAY, TIME
from techhealth.cli.store import acting, acts_on, within
from techhealth.cli.telling import as_json, entries, listed, say, write
from techhealth.output import refuse_foreign, write_own

if TYPE_CHECKING:
    from techhealth.actions.meeting import Meeting, MeetingDraft
    from techhealth.actions.settings import Settings
    from techhealth.policy import Policy
    from techhealth.store import Store

_ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//techhealth//"
_BRIEFING = b'<!doctype html>\n<html lang="en" data-techhealth="briefing">'


@click.group()
def meetings() -> None:
    """Plan, see and cancel the technical calls of a workspace."""


@meetings.command("list")
@click.option("--customer", metavar="NAME", help="Only those of one customer.")
@as_json
@within
def list_(customer: str | None, as_json: bool, store: Store) -> None:
    """Name every call, the latest first.

    \b
    techhealth meetings list
    techhealth meetings list --customer Globex --json
    """
    from techhealth.actions.meeting import meetings as all_of
    from techhealth.actions.meeting import when

    found = all_of(store, customer)
    lines = ((one.uid, f"{one.state}: {one.draft.title}, {when(one.draft)}") for one in found)
    nothing = "No call yet; techhealth meetings plan CUSTOMER plans one."
    listed(found, lambda: entries(lines), nothing=nothing, as_json=as_json)


@meetings.command("plan")
@click.argument("customer")
@click.option(
    "--issue", "issues", multiple=True, metavar="ID", help="An issue to talk about; may be repeated. [default: all]"
)
@click.option("--on", type=DAY, metavar="DATE", help="Plan as on that day. [default: today]")
@click.option("--at", type=TIME, metavar="'DATE HH:MM'",
              help="Another time than the next free one, by the clock of the customer's zone.")  # fmt: skip
@click.option("-o", "--out", metavar="OUT.ics", help="Also write the invitation as a file for any calendar.")
@click.option("--briefing", metavar="OUT.html", help="Also write what to say, the numbers behind it, and what is open.")
@click.option("--preview", is_flag=True, help="Show the draft, plan nothing and invite nobody.")
@acting
def plan(
    customer: str, issues: tuple[str, ...], on: datetime | None, at: datetime | None, out: str | None, briefing: str | None,
    preview: bool, as_json: bool, store: Store, settings: Settings,
) -> bool:  # fmt: skip
    """Plan a technical call about the newest analysis.

    One that is planned about the same issues is changed instead. The next free slot by the policy, the CSM and the
    customer's contacts by their roles, an agenda from the issues. Who has a mail address is invited where a mail server is
    set, and TECHHEALTH_CALDAV gets an entry.

    \b
    techhealth meetings plan "Acme Corp" --preview
    techhealth meetings plan "Acme Corp" -o call.ics --briefing briefing.html
    techhealth meetings plan "Acme Corp" --at "2026-02-05 10:00"
    """
    from techhealth.actions.briefing import briefing as brief
    from techhealth.actions.meeting import cleaned, proposed, schedule, unstored

    for path, beginning in ((out, _ICS), (briefing, _BRIEFING)):
        refuse_foreign(path, beginning=beginning)
    acts = acts_on(store, customer, settings, today=on.date() if on else None)
    found, policy = acts.assessment, acts.policy
    asked = _asked(on, policy)
    draft = _at(proposed(store, found, policy, now=asked, settings=settings, issues=issues or None), at)
    now = min(asked, datetime.now(UTC))  # who plans ahead invites at once
    made = (
        unstored(cleaned(draft, now=now)) if preview else schedule(store, customer, draft, now=now, settings=settings)
    )
    if briefing is not None:
        write_own(brief(found, made.draft, policy).encode("utf-8", "replace"), briefing, beginning=_BRIEFING)
    _tell(made, out, now=now, settings=settings, as_json=as_json, stored=not preview)
    return not preview


@meetings.command("cancel")
@click.argument("call", metavar="CALL")
@acting
def cancel(call: str, as_json: bool, store: Store, settings: Settings) -> bool:
    """Cancel a call and tell everybody who was invited.

    \b
    techhealth meetings cancel 1f0c9b52-7c0f-4f3f-9d5c-0a3a3c1f2b77
    """
    from techhealth.actions.meeting import cancel as cancelled

    now = datetime.now(UTC)
    _tell(cancelled(store, call, now=now, settings=settings), None, now=now, settings=settings, as_json=as_json)
    return True


def _asked(on: datetime | None, policy: Policy) -> datetime:
    """Return the instant from which working days are counted: now, or noon of a day that was named, by the clock of the policy's zone."""
    from techhealth.actions.slots import near

    zone, now = ZoneInfo(policy.timezone), datetime.now(UTC)
    return now if on is None else near(datetime.combine(on.date(), time(12), zone), now=now).astimezone(UTC)


def _at(draft: MeetingDraft, at: datetime | None) -> MeetingDraft:
    from techhealth.actions.slots import slot_at

    if at is None:
        return draft
    now = datetime.now(UTC)
    return replace(draft, slot=slot_at(at, zone=ZoneInfo(draft.zone), minutes=draft.minutes, now=now))


def _tell(
    made: Meeting, out: str | None, *, now: datetime, settings: Settings, as_json: bool, stored: bool = True
) -> None:
    """Say how a call stands, on standard output, and write its file where one is wanted."""
    from techhealth.actions.invitation import calendar
    from techhealth.actions.meeting import meeting_text, ways

    if out is not None:
        write_own(calendar(made, stamp=now), out, beginning=_ICS)
    if as_json:
        write(made)
    else:
        say(meeting_text(made, ways=ways(made.draft, settings), stored=stored).rstrip("\n"))
