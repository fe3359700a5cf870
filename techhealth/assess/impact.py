"""What an issue costs: failed calls, hours hit, share in business hours, in one sentence."""

from __future__ import annotations

from datetime import time

import polars as pl

from techhealth.assess.counted import Counted
from techhealth.assess.facts import local_days
from techhealth.assess.silence import Silence
from techhealth.figures import count, milliseconds, percent, share
from techhealth.model import Days, Impact, Kind, Rate
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

_SATURDAY = 6  # polars counts Monday as 1


def failure_impact(
    rollup: Rollup, *, integration: str, counted: Counted, only: pl.Expr, what: str, period: Days, window: Days, policy: Policy
) -> Impact:  # fmt: skip
    """Return the impact of what failed at one integration.

    Args:
        rollup: the sums, told as what is counted.
        integration: whose failures.
        counted: what counts.
        only: which failures, an expression over the hourly table.
        what: those failures in words, such as "failed".
        period: days of the failed calls and hours.
        window: days of the share of calls.
        policy: for the business hours.
    """
    mine = (pl.col("integration") == integration) & (pl.col("kind") == counted.kind.value)
    rows = rollup.hourly.filter(mine)
    rows = rows.with_columns(day=local_days(rollup), local=pl.col("at").dt.convert_time_zone(rollup.timezone))
    failed = rows.filter(pl.col("ok").eq_missing(False) & only & pl.col("day").is_between(period.first, period.last))
    recent = pl.col("day").is_between(window.first, window.last)
    first, last = policy.windows.business_hours
    at_work = (pl.col("local").dt.weekday() < _SATURDAY) & pl.col("local").dt.hour().is_between(first, last - 1)
    total = int(failed["calls"].sum())
    k, n = int(failed.filter(recent)["calls"].sum()), int(rows.filter(recent)["calls"].sum())
    in_business = int(failed.filter(at_work)["calls"].sum()) / total if total else 0.0
    timed = bool((rows["local"].dt.time() != time()).any())  # totals of days stand at midnight: no hour is known
    at_what_hour = (
        f", {share(in_business)} of them in business hours ({first}–{last} h, Monday to Friday)" if timed else ""
    )
    return Impact(
        failed_calls=total,
        share_of_calls=k / n if n else 0.0,
        users=None,
        hours=failed["local"].dt.truncate("1h").n_unique() if timed else None,
        business_hours_share=in_business if timed else None,
        arr_at_risk=None,
        sla_credit=None,
        text=f"{percent(k / n if n else None)} of {counted.many} {what} in the last {count(window.days, 'day')} "
        f"({k:,} of {n:,}), {count(total)} in the whole period{at_what_hour}.",
    )


def latency_impact(*, slow: Rate, sla_ms: float, window: Days) -> Impact:
    """Return the impact of slow calls: `failed_calls` are those slower than the SLA in the current window; when in the day
    they fall is not known.

    Args:
        slow: calls slower than the SLA, of all timed ones.
        sla_ms: the SLA in milliseconds.
        window: the current window.
    """
    share_slow = slow.rate or 0.0
    return Impact(
        failed_calls=slow.k,
        share_of_calls=share_slow,
        users=None,
        hours=None,
        business_hours_share=None,
        arr_at_risk=None,
        sla_credit=None,
        text=f"About {slow.k:,} of {slow.n:,} successful calls ({percent(share_slow)}) took longer than the SLA of "
        f"{milliseconds(sla_ms)} in the last {window.days} days.",
    )


def silence_impact(quiet: Silence, kind: Kind) -> Impact:
    """Return the impact of silence: nothing failed in the log, but traffic of a kind that was expected is missing."""
    came = f"{quiet.came:,} came" if quiet.came else "none came"
    return Impact(
        failed_calls=0,
        share_of_calls=0.0,
        users=None,
        hours=24 * quiet.silent_days,
        business_hours_share=None,
        arr_at_risk=None,
        sla_credit=None,
        text=f"About {quiet.expected_calls:,.0f} {Counted.of(kind).many} were expected in {count(quiet.silent_days, 'day')}, {came}.",
    )
