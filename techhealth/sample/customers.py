"""Other customers than the worked example: wishes and a seed → a story."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from techhealth.errors import UsageError
from techhealth.sample.acme import JANUARY, SALESFORCE
from techhealth.sample.roles import Role, Trouble, failing_webhook, healthy, healthy_webhook, limited, minor, slow
from techhealth.sample.story import Calls, Deliveries, Endpoint, Story
from techhealth.sample.wishes import Wishes

#: Days that stay before the first hit of a limit, so that there is something to compare with.
_DAYS_BEFORE_ONSET = 7
_CUSTOMERS = ("Globex", "Initech", "Umbrella Foods", "Hooli", "Stark Logistics", "Wayne Textiles", "Soylent Retail")
#: Names to draw from, by role, in the order in which integrations get one; further ones are healthy.
_NAMES: dict[Role, tuple[str, ...]] = {
    limited: ("Billing API (Exports)", "Orders API (Statements)", "Analytics API (Queries)", "Custom API (Ledgers)"),
    failing_webhook: ("Webhook (Orders)", "Webhook (Tickets)", "Webhook (Users)", "Webhook (Invoices)"),
    healthy: ("HubSpot Sync", "Zendesk Sync", "NetSuite Sync", "Jira Sync",
        "Shopify Sync", "Intercom Sync", "Workday Sync", "Asana Sync"),
    slow: ("Search API (Catalogue)", "Inventory API (Stock)", "Pricing API (Quotes)"),
    minor: ("Teams Notifications", "Mail Notifications", "Pager Notifications"),
}  # fmt: skip


def troubled(wishes: Wishes, *, scenario: str) -> Story:
    """Return a customer with a limit that is hit since some days, and the other troubles of the wishes.

    Raises:
        UsageError: if a wish cannot be planted: an onset outside the period, or hours without a webhook.
    """
    frame, chance = _begun(wishes, scenario)
    trouble = _trouble(wishes, frame, chance)
    cast = _cast(wishes, chance)
    parts = [role(name, frame, trouble, chance) for name, role in cast]
    _check(wishes, parts)
    return _with(frame, parts)


def untroubled(wishes: Wishes) -> Story:
    """Return a customer with nothing wrong: three healthy APIs and a healthy webhook."""
    frame, chance = _begun(wishes, "healthy")
    trouble = _trouble(Wishes(), frame, chance)
    cast = [*((name, healthy) for name in chance.sample(_NAMES[healthy], 3)), ("Webhook (Orders)", healthy_webhook)]
    return _with(frame, [role(name, frame, trouble, chance) for name, role in cast])


def too_little(wishes: Wishes) -> Story:
    """Return a customer with three days of fourteen calls and five deliveries: nothing can be said of it."""
    frame, _ = _begun(wishes, "quiet")
    api = Calls(
        name="HubSpot Sync", calls=(14,), latency=SALESFORCE.latency, clients={"sync/1.0.0": 1},
        endpoints=(Endpoint(method="GET", path="/v1/contacts/{id}"),), background=(1,), background_mix={500: 1},
    )  # fmt: skip
    webhook = Deliveries(
        name="Webhook (Orders)", deliveries=(5,), failures=(0,), reasons={}, urls=("https://hooks.example.com/events",),
        event_types={"order.created": 1},
    )  # fmt: skip
    return _with(replace(frame, first=frame.last - timedelta(days=2)), [api, webhook])


def _begun(wishes: Wishes, scenario: str) -> tuple[Story, random.Random]:
    """Return a story without integrations, and the chance that draws them."""
    seed = 1 if wishes.seed is None else wishes.seed
    first, last = wishes.span() or (JANUARY.first, JANUARY.last)
    chance = random.Random(f"{seed}/story")
    drawn = chance.choice(_CUSTOMERS)
    customer = wishes.customer or drawn
    return Story(scenario=scenario, customer=customer, first=first, last=last, seed=seed, apis=()), chance


def _with(frame: Story, parts: Sequence[Calls | Deliveries]) -> Story:
    return replace(
        frame,
        apis=tuple(part for part in parts if isinstance(part, Calls)),
        webhooks=tuple(part for part in parts if isinstance(part, Deliveries)),
    )


def _trouble(wishes: Wishes, frame: Story, chance: random.Random) -> Trouble:
    """Return what is asked for, with everything else drawn; asking for one thing does not change the others."""
    limit, weekday = chance.choice((60, 80, 120, 150, 200)), chance.randrange(7)
    hour, onset = chance.randrange(6, 20), chance.randint(8, 14)
    asked, longest = wishes.onset_days_before_end, frame.days - 1 - _DAYS_BEFORE_ONSET
    if asked is not None and not 5 <= asked <= longest:
        raise UsageError(f"the onset lies from 5 to {longest} days before the end, not {asked}.")
    named = wishes.weekday_number()
    return Trouble(
        limit=wishes.limit or limit, weekday=weekday if named is None else named,
        hours=wishes.hours or (hour, hour + 2), onset_days_before_end=asked or onset,
    )  # fmt: skip


def _cast(wishes: Wishes, chance: random.Random) -> list[tuple[str, Role]]:
    """Return names with their roles; a name with "webhook" in it is a webhook."""
    pools = {role: chance.sample(names, len(names)) for role, names in _NAMES.items()}
    asked = 3 if wishes.integrations is None else wishes.integrations
    if isinstance(asked, int):
        roles = [*_NAMES, *(healthy,) * asked][:asked]
        return [(pools[role].pop(), role) for role in roles]
    webhooks = iter([failing_webhook, *(healthy_webhook,) * len(asked)])
    apis = iter([role for role in _NAMES if role is not failing_webhook] + [healthy] * len(asked))
    return [(name, next(webhooks if "webhook" in name.lower() else apis)) for name in asked]


def _check(wishes: Wishes, parts: Sequence[Calls | Deliveries]) -> None:
    if wishes.hours and not any(isinstance(part, Deliveries) for part in parts):
        raise UsageError("hours of failed deliveries need a webhook; ask for two integrations, or name one Webhook.")
    if not any(isinstance(part, Calls) for part in parts):
        raise UsageError("a limit, a weekday and an onset need an API; name an integration that is no webhook.")
