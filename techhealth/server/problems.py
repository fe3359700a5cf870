"""Answers that say what went wrong and what to do (RFC 9457), and which error becomes which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from techhealth.actions.calendar import CalendarError
from techhealth.errors import InputError, MissingToolError, PolicyError, StoreError, TechHealthError, UsageError
from techhealth.present.terminal import harmless_text

#: Where the kinds of problem are told.
PLACE = "/api/problems"
_MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of problem beside those of HTTP itself: the error it comes from, its status, its title, what to do."""

    name: str
    error: type[Exception]
    status: HTTPStatus
    title: str
    remedy: str

    @property
    def type(self) -> str:
        """The reference that names it."""
        return f"{PLACE}#{self.name}"


#: Each error that a caller may see; of several that fit the first counts.
KINDS = (
    Kind(name="unusable-input", error=InputError, status=HTTPStatus.UNPROCESSABLE_ENTITY, title="The input cannot be used",
         remedy="The detail says why; send another file, or name what is missing."),
    Kind(name="impossible-request", error=UsageError, status=HTTPStatus.UNPROCESSABLE_ENTITY, title="What is asked for cannot be",
         remedy="The detail says why: something that is not there, or a day that cannot be meant. Correct it and send the request again."),
    Kind(name="impossible-policy", error=PolicyError, status=HTTPStatus.INTERNAL_SERVER_ERROR, title="A policy of the workspace is wrong",
         remedy="Ask whoever keeps the workspace to correct the policy that the detail names."),
    Kind(name="missing-tool", error=MissingToolError, status=HTTPStatus.NOT_IMPLEMENTED, title="The server lacks a program",
         remedy="Ask for another form, or have the program installed that the detail names."),
    Kind(name="calendar-unavailable", error=CalendarError, status=HTTPStatus.BAD_GATEWAY, title="The calendar did not answer",
         remedy="Nothing was planned; send the request again, or have the calendar's address checked."),
    Kind(name="store-damaged", error=StoreError, status=HTTPStatus.SERVICE_UNAVAILABLE, title="What was stored cannot be read",
         remedy="Ask whoever keeps the server to bring back what the detail names."),
    Kind(name="store-unavailable", error=SQLAlchemyError, status=HTTPStatus.SERVICE_UNAVAILABLE, title="The store cannot be used now",
         remedy="Nothing was stored; send the request again."),
    Kind(name="workspace-unavailable", error=OSError, status=HTTPStatus.SERVICE_UNAVAILABLE, title="The workspace cannot be written",
         remedy="Nothing was stored; free space on the server and send the request again."),
)  # fmt: skip


def problem(
    status: int, detail: str, *, kind: Kind | None = None, headers: Mapping[str, str] | None = None, **more: object
) -> Response:
    """Return a problem document; without a kind it is what its HTTP status says."""
    told = {
        "type": kind.type if kind else "about:blank",
        "title": kind.title if kind else HTTPStatus(status).phrase,
        "status": int(status),
        "detail": harmless_text(detail),
        **more,
    }
    return Response(msgspec.json.encode(told), status, headers=headers, media_type=_MEDIA_TYPE)


def problem_of(error: Exception, *, told: str | None = None) -> Response:
    """Return the problem that an error of `KINDS` is; `told` is said of it, its own words only where they are ours."""
    kind = next(one for one in KINDS if isinstance(error, one.error))
    own = str(error) if isinstance(error, TechHealthError) else kind.remedy
    return problem(kind.status, told or own, kind=kind)
