"""Calls that become slower are seen before the SLA is missed; other endpoints being called is no slowdown."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from techhealth.assess.causes.slow_endpoint import slow_endpoint
from techhealth.assess.slowdown import endpoints_since, slowdown
from techhealth.model import CauseKind, Shape
from techhealth.policy import Policy
from tests.planted import T0, events, only_facts, rolled

DAYS, ONSET = 42, 30
#: Endpoint → share of the calls.
SHARES = {"/v1/orders": 0.5, "/v1/users": 0.3, "/v1/exports": 0.2}


def timed(change, *, seed=0):
    """Return a rollup of calls with log-normal latencies, each changed by `change(frame, day, draws)`."""
    draws = np.random.default_rng(seed)
    frame = events([1] * DAYS, calls=600)
    day = (frame["at"].dt.date() - T0).dt.total_days().to_numpy()
    latency = 150 * np.exp(0.5 * draws.standard_normal(frame.height) + 0.04 * draws.standard_normal(DAYS)[day])
    endpoint = pl.Series(draws.choice(list(SHARES), frame.height, p=list(SHARES.values())))
    frame = frame.with_columns(latency_ms=pl.Series(latency), endpoint=endpoint)
    return rolled(change(frame, pl.Series(day), draws))


def found(rollup):
    """Return the slowdown of the only integration of a rollup, and its facts."""
    facts = only_facts(rollup)
    return slowdown(facts, rollup, Policy()), facts


@pytest.mark.parametrize("seed", range(3))
def test_everything_slower_is_seen_long_before_the_sla_is_missed(seed):
    """Calls that take half as long again after a day are slower since that day, though hardly one misses the SLA."""
    rollup = timed(
        lambda frame, day, _: frame.with_columns(latency_ms=pl.col("latency_ms") * (1 + 0.5 * (day >= ONSET))),
        seed=seed,
    )
    rise, facts = found(rollup)

    assert rise.shape == Shape.STEP
    assert abs(rise.onset.on - (T0 + timedelta(days=ONSET))) <= timedelta(days=1)
    assert rise.recent[0] < 0.05 * rise.recent[1]
    (cause,) = slow_endpoint(endpoints_since(facts, rollup, rise.onset), onset=rise.onset)
    assert cause.cause.kind is CauseKind.UNDETERMINED
    assert cause.cause.statement.startswith("All 3 endpoints became slower alike: their calls take 1.")


def test_a_tail_names_the_endpoint_whose_calls_wait():
    """A tenth of one endpoint's calls waiting for seconds is seen, and that endpoint has the extra time."""

    def change(frame, day, draws):
        waits = pl.Series(draws.random(len(day)) < 0.1) & (day >= ONSET) & (frame["endpoint"] == "/v1/exports")
        return frame.with_columns(latency_ms=pl.col("latency_ms") + 3_000 * waits.cast(pl.Float64))

    rollup = timed(change)
    rise, facts = found(rollup)
    (cause,) = slow_endpoint(endpoints_since(facts, rollup, rise.onset), onset=rise.onset)

    assert abs(rise.onset.on - (T0 + timedelta(days=ONSET))) <= timedelta(days=2)
    assert (cause.cause.kind, cause.cause.evidence["slice"]) == (CauseKind.ENDPOINT, "GET /v1/exports")
    assert cause.cause.share_of_excess > 0.9


def test_a_new_endpoint_that_takes_long_slows_nothing():
    """A fifth of the calls moving to an endpoint that takes longer, though within the SLA, is no slowdown."""

    def change(frame, day, draws):
        moved = pl.Series(draws.random(len(day)) < 0.2) & (day >= ONSET)
        return frame.with_columns(
            endpoint=pl.when(moved).then(pl.lit("/v1/archive")).otherwise("endpoint"),
            latency_ms=pl.when(moved).then(700.0).otherwise("latency_ms"),
        )

    assert found(timed(change))[0] is None


@pytest.mark.parametrize("seed", range(5))
def test_latency_that_varies_from_day_to_day_is_no_slowdown(seed):
    """The same latencies with the luck of days are no slowdown."""
    assert found(timed(lambda frame, *_: frame, seed=seed))[0] is None
