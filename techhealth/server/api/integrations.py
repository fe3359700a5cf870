"""Routes about the integrations of a customer: upload, health, issues, report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from techhealth.actions.signal import signals as signals_of
from techhealth.model import Assessment
from techhealth.present.document import to_json
from techhealth.server.api.answers import HELD, Issues, Signals, Stored, answered, kept_by
from techhealth.server.api.bodies import contents, files_in
from techhealth.server.api.context import CustomerHere, JudgedHere, SettingsHere, StoreHere, Whose, at_work
from techhealth.server.kept import as_it_stands
from techhealth.server.uploaded import signalled, uploaded
from techhealth.store import newest_assessment

router = APIRouter(prefix="/integrations", tags=["integrations"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post("/usage/upload", status_code=201, response_model=Stored, openapi_extra=_BODY)
async def upload(
    request: Request,
    store: StoreHere,
    settings: SettingsHere,
    customer: Whose = None,
    name: Annotated[str, Query(description="File name of a raw body.", max_length=255)] = "upload",
) -> Response:
    """Store the log of one customer, assess it, and renew the customer's risk signal.

    Send a form with one or several files, which are one analysis, or one file as the body: any format the command line reads,
    packed or not. The same files again are the same upload, and events that other uploads hold count once. `Location` is the
    address of the assessment.
    """
    async with files_in(request, name=name) as files:
        found = await at_work(request, lambda: uploaded(store, contents(files), customer=customer))
    one = found.upload
    await at_work(request, signalled, store, one.customer, now=datetime.now(UTC), settings=settings)
    stored = Stored(
        customer_id=one.customer_id, customer=one.customer, upload=one.id, first=one.first, last=one.last,
        events=one.events, repeated=one.repeated, left_out=found.left_out, receipt=one.receipt,
    )  # fmt: skip
    return answered(stored, 201, {"location": f"/api/integrations/{one.customer_id}/health"})


@router.get("/{customer_id}/health", response_model=Assessment, responses=HELD)
def health(request: Request, judged: JudgedHere) -> Response:
    """Return the assessment of the customer's newest upload: score, integrations, issues, causes, risk, what to do.

    With `as_of`, of the last upload that had begun by then. The document is `techhealth.assessment/1`.
    """
    return kept_by(request, to_json(judged.assessment))


@router.get("/{customer_id}/issues", response_model=Issues, responses=HELD)
def issues(request: Request, judged: JudgedHere) -> Response:
    """Return the issues of the same assessment alone."""
    found = Issues(
        customer_id=judged.upload.customer_id, customer=judged.upload.customer, upload=judged.upload.id,
        as_of=judged.assessment.generated_for.as_of, days_without=judged.assessment.risk.days_without, issues=judged.assessment.issues,
    )  # fmt: skip
    return kept_by(request, msgspec.json.encode(found))


@router.get("/{customer_id}/signals", response_model=Signals, responses=HELD)
def signals(request: Request, customer: CustomerHere, store: StoreHere) -> Response:
    """Return the risk signals of the customer, the newest first: level, factors, overall health, and what changed each time.

    One is raised with every upload that changes it, and by `techhealth watch` when newer data are missed.
    """
    newest = newest_assessment(store, customer.name)
    risk = as_it_stands(store, newest, today=datetime.now(UTC).date()).risk if newest else None
    found = Signals(customer=customer.name, risk=risk, signals=signals_of(store, customer.name))
    return kept_by(request, msgspec.json.encode(found))
