"""Routes about customers."""

from __future__ import annotations

from fastapi import APIRouter, Response

from techhealth.server.api.answers import CustomerRow, Customers, answered
from techhealth.server.api.context import StoreHere
from techhealth.store import listed

router = APIRouter(prefix="/customers", tags=["customers"])


@router.get("", response_model=Customers)
def customers(store: StoreHere) -> Response:
    """Return every customer with its number, which addresses name, and what is stored of it."""
    rows = tuple(
        CustomerRow(
            customer_id=one.id, name=one.customer.name, segment=one.customer.segment, renewal_on=one.customer.renewal_on,
            health_score=one.customer.health_score, uploads=one.uploads, first=one.first, last=one.last,
            technical_score=one.score,
        )
        for one in listed(store)
    )  # fmt: skip
    return answered(Customers(customers=rows))
