"""That other customers have the same failure since the same hour: a coincidence, told to ourselves alone."""

from __future__ import annotations

from collections.abc import Mapping

from techhealth.figures import count
from techhealth.model import Assessment, Owner
from techhealth.portfolio import Link
from techhealth.present import words
from techhealth.present.page.markup import Html, el, join
from techhealth.present.page.navigation import link

#: Whose a failure looks that several customers have.
OURS = {Owner.US: "looks like ours", Owner.UNKNOWN: "maybe ours"}


def elsewhere(found: Assessment, shared: Mapping[str, Link], *, linked: bool = True) -> dict[str, Html]:
    """Return issue → what it shares with other customers, since when by the customer's own clock, and how likely chance is.

    `shared` are the groups that its issues belong to by their ids; without being `linked` nothing leads to a page.
    """
    customer, zone = found.generated_for.customer, found.generated_for.timezone
    return {id: _told(one, customer, zone, linked=linked) for id, one in shared.items()}


def _told(one: Link, customer: str, zone: str, *, linked: bool) -> Html:
    others = [(name, finding) for name, finding in one.members if name != customer]
    number = len({name for name, _ in others})
    verb = "has" if number == 1 else "have"
    lead = f"{count(number, 'other customer')} {verb} the same {one.code} since {words.moment(one.first, zone)} {zone}"
    names = [
        join(el("a", name, href=link("health", customer=name)) if linked else name, f" ({finding.integration})")
        for name, finding in others
    ]
    listed = join(*(join(", " if place else "", name) for place, name in enumerate(names)))
    return join(
        el("a", lead, href=link("portfolio")) if linked else lead,
        ": ",
        listed,
        f". It {OURS[one.owner]}; {by_chance(one)}",
    )


def by_chance(one: Link) -> str:
    """Return that a group is a coincidence and no proof, and how often chance would make one."""
    return f"they coincide, which is no proof: by chance alone that happens {rarely(one.by_chance)}."


def rarely(expected: float) -> str:
    """Return a small expected number in words.

    Examples:
        >>> rarely(0.00105), rarely(0.04)
        ('about once in 1,000 times', 'about once in 25 times')
    """
    if expected < 1e-4:
        return "less than once in 10,000 times"
    times = float(f"{1 / expected:.1g}") if expected < 0.01 else round(1 / expected)
    return f"about once in {times:,.0f} times"
