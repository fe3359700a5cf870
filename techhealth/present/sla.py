"""How latency stands against the SLA, and why it is called no better and no worse."""

from __future__ import annotations

from techhealth.model import IntegrationHealth, Latency, LatencyStatus, State
from techhealth.present.words import LATENCY, STATE, sentence

#: What parts a breach from a warning, which is not how many calls are slower.
RULE = "Warning: P95 is beyond the SLA. Breach: P99 is far beyond an agreed SLA as well, however many calls are slower."


def standing(health: IntegrationHealth) -> str:
    """Return how latency stands against the SLA; too few calls and silence are no good news."""
    if health.state is State.SILENT:
        return f"○ {sentence(STATE[health.state])}"
    known = health.latency.status if health.latency else None
    return LATENCY[known] if known else "○ Too few calls"


def reason(one: Latency) -> str:
    """Return by how much the slowest calls miss an SLA that is missed; empty where it is kept.

    Examples:
        >>> from techhealth.model import LatencyStatus
        >>> late = Latency(n=900, mean_ms=900, p50_ms=800, p95_ms=2_400, p99_ms=5_800, sla_ms=2_000, sla_source="policy",
        ...                status=LatencyStatus.BREACH)
        >>> reason(late)
        'P99 is 2.9 times the SLA'
    """
    if one.status not in (LatencyStatus.WARNING, LatencyStatus.BREACH) or not one.sla_ms:
        return ""
    if one.p99_ms is None:
        return "too few calls for P99"
    return f"P99 is {one.p99_ms / one.sla_ms:.1f} times the SLA"
