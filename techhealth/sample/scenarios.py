"""The samples there are, by name."""

from __future__ import annotations

from dataclasses import replace

from techhealth.errors import UsageError
from techhealth.sample.acme import JANUARY
from techhealth.sample.customers import too_little, troubled, untroubled
from techhealth.sample.families import CLEAN, DEGRADATIONS
from techhealth.sample.quiet import quiet_month
from techhealth.sample.scale import scaled
from techhealth.sample.story import Story
from techhealth.sample.wishes import Wishes

#: Name → what is to be found in it.
STORIES = {
    "acme": "the worked example: reports failing more each week, slow data, webhook failures from 14 to 16 h",
    "second": "another customer with troubles of the same kinds; every option applies",
    "healthy": "nothing wrong: three APIs and a webhook as they should be",
    "quiet": "too little data to say anything: 14 calls and 5 deliveries in three days",
}
SCENARIOS = {
    **STORIES,
    **{name: family.told for name, family in DEGRADATIONS.items()},
    **{name: f"nothing wrong: {family.told}" for name, family in CLEAN.items()},
}


def story_of(name: str, wishes: Wishes) -> Story:
    """Return one of `STORIES` with the wishes of the caller.

    Raises:
        UsageError: if it cannot hold a wish.
    """
    story = _told(name, wishes)
    return story if wishes.rows is None else scaled(story, wishes.rows)


def _told(name: str, wishes: Wishes) -> Story:
    if name == "second" or (name == "acme" and wishes.other_customer):
        return troubled(wishes, scenario=name)
    if name == "acme":
        return _acme(wishes)
    if replace(wishes, customer=None).other_customer:
        raise UsageError(f"the sample {name!r} takes a seed, rows, a month and a customer; for more use second.")
    return untroubled(wishes) if name == "healthy" else too_little(wishes)


def _acme(wishes: Wishes) -> Story:
    """Return January as it is told, or a quiet month when another one is asked for."""
    span = wishes.span()
    ours = (JANUARY.first.year, JANUARY.first.month)
    story = JANUARY if span is None or (span[0].year, span[0].month) == ours else quiet_month(*span)
    return story if wishes.seed is None else replace(story, seed=wishes.seed)
