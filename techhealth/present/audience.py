"""For whom something is told: who has to act is said to ourselves in one way, to the customer in another."""

from __future__ import annotations

from enum import StrEnum

from techhealth.model import Owner
from techhealth.present import words


class Audience(StrEnum):
    """Our own people, or the customer's."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


_TO_THE_CUSTOMER = {
    Owner.US: "our team",
    Owner.CUSTOMER: "your team",
    Owner.SHARED: "both teams",
    Owner.THIRD_PARTY: "a third party",
}


def blamed(owner: Owner, audience: Audience) -> str | None:
    """Return at whom a failure lies, which is no news for the customer: None for him."""
    return words.OWNER[owner] if audience is Audience.INTERNAL else None


def acting(owner: Owner, audience: Audience) -> str | None:
    """Return who does what is recommended, in words for the audience; None where that is not known.

    Examples:
        >>> acting(Owner.CUSTOMER, Audience.INTERNAL), acting(Owner.CUSTOMER, Audience.CUSTOMER)
        ('theirs', 'your team')
    """
    return words.OWNER[owner] if audience is Audience.INTERNAL else _TO_THE_CUSTOMER.get(owner)
