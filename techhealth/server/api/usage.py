"""The route on which systems send events as they happen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from fastapi import APIRouter, HTTPException, Request, Response

from techhealth.ingest import SentEvent
from techhealth.server.api.answers import answered
from techhealth.server.api.context import StoreHere, Whose, at_work
from techhealth.server.live import MOST_EVENTS, Taken, taken
from techhealth.server.problems import problem

router = APIRouter(prefix="/v1/usage", tags=["usage"])

_ROWS = {"type": "array", "maxItems": MOST_EVENTS, "items": {"$ref": "#/components/schemas/SentEvent"}}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"oneOf": [{"$ref": "#/components/schemas/SentEvent"}, _ROWS]}}},
    }
}


def schemas() -> dict[str, Any]:
    """Return the JSON Schemas of what a body holds, by name."""
    return msgspec.json.schema_components([SentEvent], ref_template="#/components/schemas/{name}")[1]


@router.post("", response_model=Taken, openapi_extra=_BODY)
async def usage(request: Request, store: StoreHere, customer: Whose = None) -> Response:
    """Store one event, or a list of up to 10,000, each once.

    A row that is no event is answered with its place and the reason, the others are stored; where none is one, a problem. Send the
    same again when in doubt: an event with the `event_key`, integration, kind and instant of one that is known, or without a
    key all that it says, counts once. A month of a customer is one upload, whose assessment is made when it is asked for.
    """
    try:
        found = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, RecursionError) as error:
        why = "lists within lists beyond all measure" if isinstance(error, RecursionError) else str(error)
        raise HTTPException(
            400, f"The body is no JSON ({why}); send one event as an object, or a list of them."
        ) from None
    rows = found if isinstance(found, list) else [found]
    if len(rows) > MOST_EVENTS:
        raise HTTPException(413, f"The body holds {len(rows):,} events; send {MOST_EVENTS:,} at once.")
    done = await at_work(request, taken, store, rows, customer=customer, now=datetime.now(UTC))
    if rows and len(done.refused) == len(rows):
        return problem(422, f"No row is an event; of the first: {done.refused[0].reason}", refused=done.refused)
    return answered(done)
