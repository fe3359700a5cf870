"""What is known of a customer beside the period that is judged: earlier days, as baseline and to compare with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl

from techhealth.assess.facts import Facts, all_days, as_of, facts_of, since
from techhealth.assess.period import reach
from techhealth.model import Days
from techhealth.policy import Policy
from techhealth.usage.rollup import TABLES, Rollup, merge

#: Tables of all days; the others are kept of the days in which causes are looked for.
_SEEN_IN = ("hourly", "saved", "endpoints", "latency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The period together with the days before it.

    Attributes:
        rollup: sums of all days of the integrations that are judged; of the days before those in which causes are looked
            for as far as a change is seen in them.
        days: the days of `rollup`.
        reach: those of them in which causes are looked for.
        facts: of the integrations that are judged.
        every: also of those that are no longer seen, to compare with.
    """

    rollup: Rollup
    days: Days
    reach: Days
    facts: tuple[Facts, ...]
    every: tuple[Facts, ...]


def with_past(rollup: Rollup, history: Rollup | None, *, period: Days, policy: Policy) -> Past:
    """Return a period with its history, of which only days before it are taken.

    An integration is judged when it has rows in the period or in the days in which causes are looked for: one that fell
    silent stays in sight for these, one that is not exported any more does not fall silent for ever.
    """
    earlier = None if history is None else as_of(history, period.first - timedelta(days=1))
    before = None if earlier is None else all_days(earlier)
    if earlier is None or before is None:
        facts = facts_of(rollup, days=period)
        return Past(rollup=rollup, days=period, reach=period, facts=facts, every=facts)
    days = Days(first=before.first, last=period.last, days=(period.last - before.first).days + 1)
    looked = reach(days, period, policy.windows)
    near = _added(rollup, since(earlier, looked.first)) if looked.first < period.first else rollup
    both = _added(near, _slim(as_of(earlier, looked.first - timedelta(days=1))))
    every = facts_of(both, days=days, period=period)
    seen = {*near.hourly["integration"], *near.undated["integration"]}
    facts = tuple(one for one in every if one.name in seen)
    return Past(rollup=_only(both, seen), days=days, reach=looked, facts=facts, every=every)


def _slim(earlier: Rollup) -> Rollup:
    """Return only the sums in which a change is seen; those that are large tell of causes alone."""
    return replace(
        earlier, **{name: getattr(earlier, name).clear() for name in (*TABLES, "samples") if name not in _SEEN_IN}
    )


def _added(rollup: Rollup, earlier: Rollup) -> Rollup:
    """Return both together; receipt, samples and undated rows are those of the period."""
    return replace(merge([rollup, earlier]), receipt=rollup.receipt, samples=rollup.samples, undated=rollup.undated)


def _only(rollup: Rollup, names: Collection[str]) -> Rollup:
    """Return the sums of some integrations."""
    mine = pl.col("integration").is_in(list(names))
    return replace(rollup, **{name: getattr(rollup, name).filter(mine) for name in (*TABLES, "samples")})
