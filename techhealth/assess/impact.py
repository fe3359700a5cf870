"""What an issue costs: failed calls, hours hit, share in business hours, in one sentence."""

from __future__ import annotations

import polars as pl

from techhealth.assess.facts import local_days
from techhealth.figures import count, percent, share
from techhealth.model import Days, Impact, Kind
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

_SATURDAY = 6  # polars counts Monday as 1


def failure_impact(
    rollup: Rollup, *, integration: str, kind: Kind, only: pl.Expr, period: Days, window: Days, policy: Policy
) -> Impact:
    """Return the impact of the failed calls or deliveries of one integration.

    Args:
        rollup: the sums.
        integration: whose failures.
        kind: which rows count.
        only: which failures, an expression over the hourly table.
        period: days of the failed calls and hours.
        window: days of the share of calls.
        policy: for the business hours.
    """
    rows = rollup.hourly.filter((pl.col("integration") == integration) & (pl.col("kind") == kind.value))
    rows = rows.with_columns(day=local_days(rollup), local=pl.col("at").dt.convert_time_zone(rollup.timezone))
    failed = rows.filter(pl.col("ok").eq_missing(False) & only & pl.col("day").is_between(period.first, period.last))
    recent = pl.col("day").is_between(window.first, window.last)
    first, last = policy.windows.business_hours
    at_work = (pl.col("local").dt.weekday() < _SATURDAY) & pl.col("local").dt.hour().is_between(first, last - 1)
    total = int(failed["calls"].sum())
    k, n = int(failed.filter(recent)["calls"].sum()), int(rows.filter(recent)["calls"].sum())
    in_business = int(failed.filter(at_work)["calls"].sum()) / total if total else 0.0
    noun = "delivery" if kind is Kind.WEBHOOK else "call"
    plural = "deliveries" if kind is Kind.WEBHOOK else "calls"
    return Impact(
        failed_calls=total,
        share_of_calls=k / n if n else 0.0,
        users=None,
        hours=failed["local"].dt.truncate("1h").n_unique(),
        business_hours_share=in_business,
        arr_at_risk=None,
        sla_credit=None,
        text=f"{percent(k / n if n else None)} of {plural} failed in the last {window.days} days ({k:,} of {n:,}); "
        f"{count(total, noun, plural=plural)} in the whole period, {share(in_business)} of them in business hours.",
    )


def latency_impact(*, slow: int, n: int, sla_ms: float, hours: int, window: Days) -> Impact:
    """Return the impact of slow calls: `failed_calls` are those slower than the SLA in the current window."""
    return Impact(
        failed_calls=slow,
        share_of_calls=slow / n if n else 0.0,
        users=None,
        hours=hours,
        business_hours_share=0.0,
        arr_at_risk=None,
        sla_credit=None,
        text=f"{slow:,} of {n:,} successful calls ({percent(slow / n if n else None)}) took longer than the SLA of "
        f"{sla_ms:,.0f} ms in the last {window.days} days.",
    )
