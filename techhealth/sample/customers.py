"""Other customers than the worked example: wishes and a seed → a story."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from techhealth.errors import UsageError
from techhealth.sample.roles import (
    Role,
    Trouble,
    failing_webhook,
    healthy,
    healthy_webhook,
    limited,
    minor,
    slow,
)
from techhealth.sample.story import Calls, Deliveries, Endpoint, Latency, Story
from techhealth.sample.wishes import Wishes

#: Days that stay before the first hit of a limit, so that there is something to compare with.
_DAYS_BEFORE_ONSET = 7
_FIRST, _LAST = date(2026, 1, 1), date(2026, 1, 29)
_CUSTOMERS = ("Globex", "Initech", "Umbrella Foods", "Hooli", "Stark Logistics", "Wayne Textiles", "Soylent Retail")
#: Names to draw from, by role.
_NAMES: dict[Role, tuple[str, ...]] = {
    limited: ("Billing API (Exports)", "Orders API (Statements)", "Analytics API (Queries)", "Custom API (Ledgers)"),
    failing_webhook: ("Webhook (Orders)", "Webhook (Tickets)", "Webhook (Users)", "Webhook (Invoices)"),
    healthy: ("HubSpot Sync", "Zendesk Sync", "NetSuite Sync", "Jira Sync",
        "Shopify Sync", "Intercom Sync", "Workday Sync", "Asana Sync"),
    slow: ("Search API (Catalogue)", "Inventory API (Stock)", "Pricing API (Quotes)"),
    minor: ("Teams Notifications", "Mail Notifications", "Pager Notifications"),
}  # fmt: skip
#: The roles of the first integrations; further ones are healthy.
_ORDER: tuple[Role, ...] = (limited, failing_webhook, healthy, slow, minor)


def troubled(wishes: Wishes, *, scenario: str) -> Story:
    """Return a customer with a limit that is hit since some days, and the other troubles of the wishes.

    Raises:
        UsageError: if a wish cannot be planted: an onset outside the period, or hours without a webhook.
    """
    seed, first, last = _frame(wishes)
    chance = random.Random(f"{seed}/story")
    frame = _empty(wishes, scenario, seed, first, last, chance)
    trouble = _trouble(wishes, frame, chance)
    cast = _cast(wishes, chance)
    parts = [role(name, frame, trouble, chance) for name, role in cast]
    _check(wishes, parts)
    return _with(frame, parts)


def untroubled(wishes: Wishes) -> Story:
    """Return a customer with nothing wrong: three healthy APIs and a healthy webhook."""
    seed, first, last = _frame(wishes)
    chance = random.Random(f"{seed}/story")
    frame = _empty(wishes, "healthy", seed, first, last, chance)
    trouble = _trouble(Wishes(), frame, chance)
    names = chance.sample(_NAMES[healthy], 3)
    parts = [healthy(name, frame, trouble, chance) for name in names]
    return _with(frame, [*parts, healthy_webhook("Webhook (Orders)", frame, trouble, chance)])


def too_little(wishes: Wishes) -> Story:
    """Return a customer with three days of fourteen calls and five deliveries: nothing can be said of it."""
    seed, _, last = _frame(wishes)
    chance = random.Random(f"{seed}/story")
    frame = _empty(wishes, "quiet", seed, last.replace(day=last.day - 2), last, chance)
    api = Calls(
        name="HubSpot Sync", calls=(14,), latency=Latency(mean_ms=120, p50_ms=95, p95_ms=180, p99_ms=320),
        endpoints=(Endpoint(method="GET", path="/v1/contacts/{id}"),), clients={"sync/1.0.0": 1},
        background=(1,), background_mix={500: 1},
    )  # fmt: skip
    webhook = Deliveries(
        name="Webhook (Orders)", deliveries=(5,), failures=(0,), reasons={}, urls=("https://hooks.example.com/events",),
        event_types={"order.created": 1},
    )  # fmt: skip
    return _with(frame, [api, webhook])


def _frame(wishes: Wishes) -> tuple[int, date, date]:
    """Return seed, first and last day."""
    return (1 if wishes.seed is None else wishes.seed, *(wishes.span() or (_FIRST, _LAST)))


def _empty(wishes: Wishes, scenario: str, seed: int, first: date, last: date, chance: random.Random) -> Story:
    drawn = chance.choice(_CUSTOMERS)
    return Story(scenario=scenario, customer=wishes.customer or drawn, first=first, last=last, seed=seed, apis=())


def _with(frame: Story, parts: Sequence[Calls | Deliveries]) -> Story:
    return replace(
        frame,
        apis=tuple(part for part in parts if isinstance(part, Calls)),
        webhooks=tuple(part for part in parts if isinstance(part, Deliveries)),
    )


def _trouble(wishes: Wishes, frame: Story, chance: random.Random) -> Trouble:
    """Return what is asked for, with everything else drawn; asking for one thing does not change the others."""
    limit, weekday, hour, onset = (
        chance.choice((60, 80, 120, 150, 200)),
        chance.randrange(7),
        chance.randrange(6, 20),
        chance.randint(8, 14),
    )
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
        roles = [*_ORDER, *(healthy,) * asked][:asked]
        return [(pools[role].pop(), role) for role in roles]
    webhooks = iter([failing_webhook, *(healthy_webhook,) * len(asked)])
    apis = iter([role for role in _ORDER if role is not failing_webhook] + [healthy] * len(asked))
    return [(name, next(webhooks if "webhook" in name.lower() else apis)) for name in asked]


def _check(wishes: Wishes, parts: Sequence[Calls | Deliveries]) -> None:
    if wishes.hours and not any(isinstance(part, Deliveries) for part in parts):
        raise UsageError("hours of failed deliveries need a webhook; ask for two integrations, or name one Webhook.")
    if not any(isinstance(part, Calls) for part in parts):
        raise UsageError("a limit, a weekday and an onset need an API; name an integration that is no webhook.")
