"""For whom something is told. Ourselves: who has to act, by when, and what it wins. The customer: who takes the next step, which
is no word about whose fault a failure is; neither a date nor a gain, for either would be a promise that nobody has agreed to."""

from __future__ import annotations

from enum import StrEnum

from techhealth.model import Assessment, Expected, Horizon, Owner, Recommendation
from techhealth.present import words


class Audience(StrEnum):
    """Our own people, or the customer's."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


_NEXT_STEP_BY = {Owner.US: "our team", Owner.CUSTOMER: "your team", Owner.THIRD_PARTY: "a third party"}
WE_DO, TOGETHER, YOU_CAN_DO = "What we do", "What we look at together", "What you can do"
#: Under which words the customer reads what is to be done, by who takes the next step.
_PARTS = {Owner.US: WE_DO, Owner.CUSTOMER: YOU_CAN_DO}


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


def in_order(found: Assessment) -> list[Recommendation]:
    """Return what to do, the soonest first."""
    order = list(Horizon)
    return sorted(found.recommendations, key=lambda one: order.index(one.horizon))


def in_parts(found: Assessment, audience: Audience) -> dict[str, list[Recommendation]]:
    """Return what to do under headings: to ourselves by when, to the customer by who takes the next step, ourselves first."""
    every = in_order(found)
    if audience is Audience.INTERNAL:
        return {
            words.HORIZON[when]: some for when in Horizon if (some := [one for one in every if one.horizon is when])
        }
    parts: dict[str, list[Recommendation]] = {part: [] for part in (WE_DO, TOGETHER, YOU_CAN_DO)}
    for one in every:
        parts[_PARTS.get(one.owner, TOGETHER)].append(one)
    return {part: some for part, some in parts.items() if some}
