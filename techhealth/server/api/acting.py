"""Routes that act for a customer: ticket, technical call, report. Each can be previewed and edited, and is done once."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, HTTPException, Query, Response
from pydantic import AwareDatetime, ConfigDict, Field
from pydantic.dataclasses import dataclass

from techhealth.actions import invitation, meeting
from techhealth.actions.meeting import Meeting, MeetingDraft
from techhealth.actions.slots import Slot, near
from techhealth.actions.ticket import Priority, Ticket, TicketDraft
from techhealth.present.audience import Audience
from techhealth.server import reports
from techhealth.server.acts import Acts
from techhealth.server.api.answers import answered
from techhealth.server.api.context import CustomerHere, JudgedHere, SettingsHere, StoreHere

router = APIRouter(prefix="/integrations/{customer_id}", tags=["actions"])

#: A field that is not known is refused: it might be misspelt, and something else would be done than was meant.
_EXACT = ConfigDict(extra="forbid")
#: One line that says something.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
#: Ids of issues, at least one; left out where they are to be chosen.
Issues = Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(min_length=1, max_length=100)]
Preview = Annotated[bool, Query(description="Answer with the draft, and do nothing.")]


@dataclass(frozen=True, slots=True, kw_only=True, config=_EXACT)
class TicketWish:
    """What a ticket is to say; whatever is left out is drafted from the assessment.

    `issues` are ids of one integration, the one that leads first: all of the most pressing one's when left out.
    """

    issues: Issues | None = None
    priority: Priority | None = None
    subject: Line | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None
    customer_reported_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_EXACT)
class MeetingWish:
    """What a call is to be; whatever is left out is drafted. `issues` are ids, `starts_at` an instant with its zone."""

    issues: Issues | None = None
    starts_at: AwareDatetime | None = None
    minutes: Annotated[int, Body(ge=5, le=480)] | None = None
    title: Line | None = None


def _stood_already(model: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model, "description": "It stood already, as it was or changed; or the draft"}}


@router.post(
    "/ticket", response_model=Ticket | TicketDraft, status_code=201, responses=_stood_already(Ticket | TicketDraft)
)
def create_ticket(
    judged: JudgedHere,
    store: StoreHere,
    settings: SettingsHere,
    wish: TicketWish | None = None,
    preview: Preview = False,
) -> Response:
    """Open a ticket about an integration's issues (201), or renew the one that is open for one of them (200).

    Asking twice for the same changes nothing. The analysis report belongs to it; desks that the server knows are told.
    """
    said = {name: value for name, value in asdict(wish or TicketWish()).items() if value is not None}
    issues = said.pop("issues", None)
    acts = Acts(store=store, assessment=judged.assessment, policy=judged.policy, settings=lambda: settings)
    if preview:
        return answered(acts.drafted(said, issues=issues))
    made = acts.open_ticket(said, issues=issues)
    return answered(made, 201 if made.is_new else 200)


@router.post(
    "/meeting", response_model=Meeting | MeetingDraft, status_code=201, responses=_stood_already(Meeting | MeetingDraft)
)
def schedule_meeting(
    judged: JudgedHere,
    store: StoreHere,
    settings: SettingsHere,
    wish: MeetingWish | None = None,
    preview: Preview = False,
) -> Response:
    """Plan a technical call about the issues (201), or change the one that is planned for them (200).

    Asking twice for the same invites nobody twice. Invitations leave by the ways that the server knows; `Location` is the
    invitation as iCalendar, to be downloaded.
    """
    wish, now = wish or MeetingWish(), datetime.now(UTC)
    said = meeting.proposed(store, judged.assessment, judged.policy, now=now, settings=settings, issues=wish.issues)
    start = near(wish.starts_at or said.slot.start, now=now).astimezone(UTC)
    slot = Slot(start=start, end=start + timedelta(minutes=wish.minutes or said.minutes))
    said = meeting.cleaned(replace(said, slot=slot, title=wish.title or said.title), now=now)
    if preview:
        return answered(said)
    made = meeting.schedule(store, said.customer, said, now=now, settings=settings)
    place = f"/api/integrations/{judged.upload.customer_id}/meeting/{made.uid}"
    return answered(made, 201 if made.is_new else 200, {"location": place})


@router.get("/meeting/{uid}", response_class=Response, responses={200: {"content": {"text/calendar": {}}}})
def download_invitation(uid: str, customer: CustomerHere, store: StoreHere) -> Response:
    """Return a call as an iCalendar file."""
    found = next((one for one in meeting.meetings(store, customer.name) if one.uid == uid), None)
    if found is None:
        raise HTTPException(
            404, f"No call {uid} is planned with {customer.name}; POST /api/integrations/…/meeting plans one."
        )
    return _file(invitation.calendar(found, stamp=datetime.now(UTC)), "invitation.ics", "text/calendar; charset=utf-8")


@router.get(
    "/report", response_class=Response, responses={200: {"content": {form: {} for form in reports.FORMS.values()}}}
)
def download_report(
    judged: JudgedHere,
    store: StoreHere,
    audience: Audience = Audience.INTERNAL,
    format: Literal["html", "pdf"] = "html",
) -> Response:
    """Return the report as one file that opens offline, or prints.

    The customer is told who takes the next step, and neither whose fault an issue is, nor money, promises, or names from inside.
    """
    content = reports.content(judged.assessment, judged.policy, format, audience, store.folder)
    return _file(content, reports.file_name(judged.assessment, audience, format), reports.FORMS[format])


def _file(content: bytes, name: str, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})
