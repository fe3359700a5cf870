"""Do calls become slower? Early, before the SLA is missed.

Calls above a fixed latency are counts like failures, so the same alarm serves: above the SLA (the tail grows), and above
the latency that one call in twenty exceeded in the first two weeks (all become slower). A new endpoint that takes long
makes the mean rise without any endpoint being slower; that is no slowdown unless it misses the SLA.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from techhealth.assess.detect import Degradation, degradation
from techhealth.assess.facts import Facts
from techhealth.assess.latency import Distribution, above, sla_of
from techhealth.assess.ramp import Series
from techhealth.model import Kind, Onset
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

Micros = NDArray[np.float64]

#: Days with calls whose latency is the reference, fewest calls in them, and the quantile looked at.
_REFERENCE_DAYS, _FEWEST_CALLS, _QUANTILE = 14, 300, 0.95
#: What one call in twenty exceeded must become so much more frequent.
_RATIO, _POINTS = 1.6, 0.02
#: Coefficient of variation of a day's share of such calls: latencies are steadier than failures.
_VARIATION = 0.2
#: Part of the change of the mean that must lie within endpoints, not between them.
_WITHIN = 0.5
#: Calls of an endpoint before the onset that tell what it usually takes.
_KNOWN_CALLS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """What the endpoints of an integration took before and since a day, one element each.

    Attributes:
        names: method and path.
        calls: timed calls since.
        before_ms, since_ms: mean latency; before is nan for an endpoint that was hardly called.
    """

    names: tuple[str, ...]
    calls: Micros
    before_ms: Micros
    since_ms: Micros

    @property
    def excess(self) -> Micros:
        """Milliseconds that the calls since took longer than those before; 0 for a new endpoint."""
        slower = np.nan_to_num(self.since_ms - self.before_ms)
        return np.asarray(self.calls * slower)


def slow_series(facts: Facts, policy: Policy) -> Series:
    """Return the timed calls that took longer than the SLA, and all timed ones, a day."""
    return _above(facts, sla_of(facts.name, policy)[0])


def slowdown(facts: Facts, rollup: Rollup, policy: Policy) -> Degradation | None:
    """Return since when calls are slower, None when they are not; its rates are calls slower than the SLA."""
    tail = degradation(slow_series(facts, policy), policy)
    every = _all_slower(facts, rollup, policy)
    found = [one for one in (tail, every) if one is not None]
    if not found:
        return None
    first = min(found, key=lambda one: (one.onset is None, one.onset.on if one.onset else None))
    sure = min(found, key=lambda one: one.p_value)
    slow, start = slow_series(facts, policy), _position(facts, first.onset)
    recent = slow.n[-policy.windows.current_days :], slow.k[-policy.windows.current_days :]
    return replace(
        first, p_value=sure.p_value, z=sure.z,
        baseline=(int(slow.k[:start].sum()), int(slow.n[:start].sum())), recent=(int(recent[1].sum()), int(recent[0].sum())),
    )  # fmt: skip


def endpoints_since(facts: Facts, rollup: Rollup, onset: Onset | None) -> Endpoints:
    """Return what each endpoint's calls that did not fail took before and since an onset."""
    start = facts.days.first if onset is None else onset.on
    mine = rollup.endpoints.filter(
        (pl.col("integration") == facts.name)
        & (pl.col("kind") == Kind.API.value)
        & pl.col("ok").fill_null(True)
        & pl.col("day").is_between(facts.days.first, facts.days.last)
    )
    since = pl.col("day") >= start
    name = pl.concat_str(pl.col("method").fill_null(""), pl.col("endpoint").fill_null("(unknown)"), separator=" ")
    table = (
        mine.group_by(name=name.str.strip_chars())
        .agg(
            n0=pl.col("timed").filter(~since).sum(), us0=pl.col("sum_us").filter(~since).sum(),
            n1=pl.col("timed").filter(since).sum(), us1=pl.col("sum_us").filter(since).sum(),
        )
        .filter(pl.col("n1") > 0)
        .sort("name")
    )  # fmt: skip
    n0, us0, n1, us1 = (table[column].to_numpy().astype(np.float64) for column in ("n0", "us0", "n1", "us1"))
    before = np.where(n0 >= _KNOWN_CALLS, us0 / np.maximum(n0, 1) / 1000, np.nan)
    return Endpoints(names=tuple(table["name"]), calls=n1, before_ms=before, since_ms=us1 / n1 / 1000)


def _all_slower(facts: Facts, rollup: Rollup, policy: Policy) -> Degradation | None:
    """Return the rise of calls above the reference latency, unless it comes from calling other endpoints."""
    limit = _reference_ms(facts)
    if limit is None:
        return None
    ratio = max(_RATIO, policy.detection.ratio)
    rules = replace(policy.detection, ratio=ratio, points=_POINTS, rate_variation=_VARIATION)
    found = degradation(_above(facts, limit), replace(policy, detection=rules))
    return found if found is not None and _is_within(facts, rollup, found.onset) else None


def _is_within(facts: Facts, rollup: Rollup, onset: Onset | None) -> bool:
    """Return whether most of the change of the mean is that endpoints take longer than they did."""
    seen = endpoints_since(facts, rollup, onset)
    position = _position(facts, onset)
    calls, micros = facts.latency[:position].sum(), facts.latency_us[:position].sum()
    if calls == 0:
        return False
    change = float((seen.calls * seen.since_ms).sum() - seen.calls.sum() * micros / calls / 1000)
    return bool(seen.excess.sum() >= _WITHIN * change)


def _reference_ms(facts: Facts) -> float | None:
    """Return what one call in twenty took longer than in the first two weeks, None when there were too few."""
    daily = facts.latency.sum(axis=1)
    days = np.flatnonzero(daily > 0)[:_REFERENCE_DAYS]
    counts = facts.latency[days].sum(axis=0)
    if len(days) < _REFERENCE_DAYS or counts.sum() < _FEWEST_CALLS:
        return None
    return Distribution(counts=counts, first_bucket=facts.first_bucket, sum_us=0).quantile(_QUANTILE)


def _above(facts: Facts, limit_ms: float) -> Series:
    """Return the timed calls that took longer than a limit, and all timed ones, a day."""
    k = above(facts.latency, first_bucket=facts.first_bucket, limit_ms=limit_ms)
    return Series(days=facts.days, k=k, n=facts.latency.sum(axis=1))


def _position(facts: Facts, onset: Onset | None) -> int:
    return facts.days.days if onset is None else (onset.on - facts.days.first).days
