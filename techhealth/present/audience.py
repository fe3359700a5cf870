"""For whom something is told. Ourselves: who has to act, by when, and what it wins. The customer: who takes the next step, which
is no word about whose fault a failure is; neither a date nor a gain, for either would be a promise that nobody has agreed to."""

from __future__ import annotations

from enum import StrEnum

from techhealth.model import Assessment, Expected, Owner, Recommendation
from techhealth.present import words


class Audience(StrEnum):
    """Our own people, or the customer's."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


_NEXT_STEP_BY = {Owner.US: "our team", Owner.CUSTOMER: "your team", Owner.THIRD_PARTY: "a third party"}
_TOGETHER, YOU_CAN_DO = "What we look at together", "What you can do"
#: Under which words the customer reads what is to be done, by who takes the next step, ourselves first.
_PARTS = {
    Owner.US: "What we do", Owner.SHARED: _TOGETHER, Owner.THIRD_PARTY: _TOGETHER, Owner.UNKNOWN: _TOGETHER,
    Owner.CUSTOMER: YOU_CAN_DO,
}  # fmt: skip


def blamed(owner: Owner, audience: Audience) -> str | None:
    """Return at whom a failure lies, which is no news for the customer: None for him."""
    return words.OWNER[owner] if audience is Audience.INTERNAL else None


def acting(owner: Owner, audience: Audience) -> tuple[str, str]:
    """Return who does what is recommended, in words for the audience, behind the term for it.

    Examples:
        >>> acting(Owner.CUSTOMER, Audience.INTERNAL), acting(Owner.CUSTOMER, Audience.CUSTOMER)
        (('Who acts', 'theirs'), ('Next step', 'your team'))
    """
    if audience is Audience.INTERNAL:
        return "Who acts", words.OWNER[owner]
    return "Next step", _NEXT_STEP_BY.get(owner, "both teams")


def won(effect: Expected, audience: Audience, *, score: float | None) -> str:
    """Return what a recommendation wins, as it stands inside a sentence of ours; nothing for the customer."""
    return words.expected(effect, score=score) if audience is Audience.INTERNAL else ""


def in_parts(found: Assessment, audience: Audience) -> dict[str, list[Recommendation]]:
    """Return what to do under headings: to ourselves by when, to the customer by who takes the next step, ourselves first."""
    theirs = audience is Audience.CUSTOMER
    parts: dict[str, list[Recommendation]] = {
        part: [] for part in (_PARTS.values() if theirs else words.HORIZON.values())
    }
    for one in found.recommendations:
        parts[_PARTS[one.owner] if theirs else words.HORIZON[one.horizon]].append(one)
    return {part: some for part, some in parts.items() if some}
