"""Every error of a route as a problem document, and how such a document looks in the OpenAPI."""

from __future__ import annotations

from typing import Any, cast

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from techhealth.errors import TechHealthError
from techhealth.present.terminal import harmless_text
from techhealth.server.problems import KINDS, problem, problem_of
from techhealth.server.remedies import for_a_caller

router = APIRouter(tags=["problems"])

_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong here, and what to do."},
    },
}


#: What some kinds of wrong values are told instead of the validator's own words.
_SAYS = {
    "dataclass_type": "Input should be a JSON object, sent with Content-Type: application/json",
    "string_pattern_mismatch": "Input should hold more than blanks",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return answers for the OpenAPI, by status."""
    return {status: {"description": "Problem", "content": {"application/problem+json": {"schema": _SCHEMA}}} for status in statuses}  # fmt: skip


@router.get("/problems")
def kinds() -> list[dict[str, str | int]]:
    """Return the kinds of problem beside those of HTTP itself."""
    return [{"type": one.type, "status": int(one.status), "title": one.title, "remedy": one.remedy} for one in KINDS]


def answer_errors(app: FastAPI) -> None:
    """Let an application answer every error with a problem document."""
    for kind in KINDS:
        app.add_exception_handler(kind.error, _ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unforeseen)


def _ours(_request: Request, error: Exception) -> Response:
    return problem_of(error, told=for_a_caller(error) if isinstance(error, TechHealthError) else None)


def _of_http(request: Request, error: Exception) -> Response:
    found = cast(HTTPException, error)
    detail = {
        400: "The body is no JSON in UTF-8; send an object.",
        404: f"There is nothing at {request.url.path}; GET /api/openapi.json lists what there is.",
        405: f"{request.method} is not answered here; GET /api/openapi.json lists what is.",
    }
    plain = found.detail in ("Not Found", "Method Not Allowed", "There was an error parsing the body")
    return problem(found.status_code, detail[found.status_code] if plain else found.detail, headers=found.headers)


def _invalid(_request: Request, error: Exception) -> Response:
    wrong = [
        {"at": harmless_text(".".join(map(str, one["loc"]))), "what": _SAYS.get(one["type"], one["msg"])}
        for one in cast(RequestValidationError, error).errors()
    ]
    first = wrong[0]
    return problem(422, f"{first['at']}: {first['what']}. Correct it and send the request again.", errors=wrong)


def _unforeseen(_request: Request, _error: Exception) -> Response:
    return problem(500, "The server made a mistake and wrote it to its log; nothing was stored. Tell whoever keeps it.")
