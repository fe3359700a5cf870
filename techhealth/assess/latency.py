"""Latency of successful calls against the SLA: quantiles by rank from log-spaced buckets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from techhealth.assess.facts import Facts
from techhealth.assess.rates import jeffreys
from techhealth.model import Days, Interval, Latency, LatencyStatus
from techhealth.policy import Policy
from techhealth.usage.rollup import GAMMA, bucket_ms, bucket_of

ASSUMED = "assumed"
FROM_POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Successful calls by latency bucket; `sum_us` is their summed latency in microseconds."""

    counts: NDArray[np.int64]
    first_bucket: int
    sum_us: int

    @property
    def n(self) -> int:
        """Successful calls with a latency."""
        return int(self.counts.sum())

    @property
    def mean_ms(self) -> float:
        """Mean latency in milliseconds (exact, not from buckets)."""
        return self.sum_us / 1000 / self.n

    def at_rank(self, rank: int) -> float:
        """Return the latency of the rank-th fastest call in milliseconds, ranks counted from 0."""
        position = int(np.searchsorted(np.cumsum(self.counts), min(max(rank, 0), self.n - 1), side="right"))
        return bucket_ms(self.first_bucket + position)

    def quantile(self, q: float) -> float:
        """Return the q-quantile by rank in milliseconds: the value at floor(q (n - 1))."""
        return self.at_rank(math.floor(q * (self.n - 1)))

    def quantile_interval(self, q: float) -> Interval:
        """Return the distribution-free 95 % interval of a quantile: order statistics at binomial ranks."""
        reach = 1.96 * math.sqrt(self.n * q * (1 - q))
        return (self.at_rank(math.floor(self.n * q - reach)), self.at_rank(math.ceil(self.n * q + reach)))

    def above(self, limit_ms: float) -> int:
        """Return about how many calls took longer than a limit."""
        return int(above(self.counts[None, :], first_bucket=self.first_bucket, limit_ms=limit_ms)[0])


def above(counts: NDArray[np.int64], *, first_bucket: int, limit_ms: float) -> NDArray[np.int64]:
    """Return about how many calls of each row took longer than a limit: those of its own bucket are split evenly.

    Shape of counts: (rows, buckets).
    """
    position = bucket_of(limit_ms) - first_bucket
    beyond: NDArray[np.int64] = counts[:, max(0, position + 1) :].sum(axis=1)
    if not 0 <= position < counts.shape[1]:
        return beyond
    upper = GAMMA ** bucket_of(limit_ms)
    part = (upper - limit_ms) / (upper - upper / GAMMA)
    found: NDArray[np.int64] = beyond + np.rint(part * counts[:, position]).astype(np.int64)
    return found


def distribution(facts: Facts, days: Days) -> Distribution:
    """Return the latency distribution of an integration over some days."""
    part = facts.between(days)
    return Distribution(
        counts=facts.latency[part].sum(axis=0),
        first_bucket=facts.first_bucket,
        sum_us=int(facts.latency_us[part].sum()),
    )


def sla_of(name: str, policy: Policy) -> tuple[float, str]:
    """Return the p95 limit of an integration in milliseconds and where it comes from."""
    known = policy.sla_ms.get(name)
    return (policy.targets.default_sla_ms, ASSUMED) if known is None else (float(known), FROM_POLICY)


def latency_of(facts: Facts, days: Days, policy: Policy) -> Latency | None:
    """Return the latency of an integration over some days; None without a single timed success."""
    seen = distribution(facts, days)
    if seen.n == 0:
        return None
    needs = policy.evidence
    p50, p95, p99 = (
        seen.quantile(q) if seen.n >= enough else None
        for q, enough in ((0.50, needs.p50_calls), (0.95, needs.p95_calls), (0.99, needs.p99_calls))
    )
    sla, source = sla_of(facts.name, policy)
    return Latency(
        n=seen.n,
        mean_ms=seen.mean_ms,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        sla_ms=sla,
        sla_source=source,
        status=_status(p95, p99, sla=sla, source=source, breach_ratio=policy.targets.breach_p99_ratio),
    )


def _status(
    p95: float | None, p99: float | None, *, sla: float, source: str, breach_ratio: float
) -> LatencyStatus | None:  # fmt: skip
    """Return ok within the SLA, breach when p99 is far beyond an agreed one as well, else warning; None without a p95."""
    if p95 is None:
        return None
    if p95 <= sla:
        return LatencyStatus.OK
    far = p99 is not None and p99 > breach_ratio * sla
    return LatencyStatus.BREACH if far and source == FROM_POLICY else LatencyStatus.WARNING


def exceedance(facts: Facts, days: Days, policy: Policy) -> tuple[int, int, Interval]:
    """Return how many timed successes were slower than the SLA, of how many, and the interval of that share."""
    seen = distribution(facts, days)
    slow = seen.above(sla_of(facts.name, policy)[0])
    return slow, seen.n, jeffreys(slow, seen.n)
