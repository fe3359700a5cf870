"""Are the failures repeats of one another, or short bursts?"""

from __future__ import annotations

import numpy as np
import polars as pl

from techhealth.assess.causes.case import Finding, Scope
from techhealth.assess.causes.tally import sums
from techhealth.assess.causes.words import count, day, percent
from techhealth.model import CauseKind, Kind, Owner

_SPAN = "10m"
_FEWEST_IN_SPAN = 3


def ask_retries(scope: Scope) -> Finding | None:
    """Return the share of failed calls that only repeat an earlier failed one."""
    case, total = scope.case, scope.k.sum()
    if scope.code is not None or case.kind is not Kind.API:
        return None
    repeats = np.minimum(case.retries, scope.k)
    if repeats.sum() <= case.policy.causes.retry_share * total:
        return None
    inflated = repeats.sum() / max(scope.n.sum() - repeats.sum(), 1)
    return Finding(
        kind=CauseKind.RETRIES,
        key="retries",
        statement=f"{count(repeats.sum())} of {count(total)} failed calls only repeat an earlier failed call, "
        f"which inflates the traffic by {percent(inflated)}; consistent with retries without a pause",
        evidence={"repeats": int(repeats.sum()), "failures": int(total), "inflation": float(inflated)},
        explained=repeats,
        removable=repeats,
        owner=Owner.CUSTOMER,
    )


def ask_bursts(scope: Scope) -> Finding | None:
    """Return the short spans that hold most of the failures but little of the traffic (429s left out)."""
    case, rules = scope.case, scope.case.policy.causes
    if scope.code is not None or case.kind is not Kind.API:
        return None
    spans = (
        case.minutes.group_by("index", pl.col("at").dt.truncate(_SPAN))
        .agg(k=pl.col("failed").sum(), n=(pl.col("accepted") + pl.col("throttled")).sum())
        .sort("at")
    )
    bursts = spans.filter((pl.col("k") >= _FEWEST_IN_SPAN) & (pl.col("k") >= rules.burst_rate * pl.col("n")))
    inside, total, calls = int(bursts["k"].sum()), int(spans["k"].sum()), int(spans["n"].sum())
    traffic = int(bursts["n"].sum()) / max(calls, 1)
    if total < rules.minimum_failures or inside <= rules.burst_share * total:
        return None
    if traffic > rules.burst_traffic:
        return None
    per_day = sums(bursts["index"].to_numpy(), bursts["k"].to_numpy(), size=len(case.days))
    hit = np.flatnonzero(per_day)
    when = f"on {day(case.days[hit[0]])}" if len(hit) == 1 else f"on {len(hit)} days"
    return Finding(
        kind=CauseKind.BURSTS,
        key="bursts",
        statement=f"{count(inside)} of {count(total)} failed calls fall in {bursts.height} spans of ten minutes {when}, "
        f"with {percent(traffic)} of the calls; consistent with short outages",
        evidence={
            "failures_in_bursts": int(inside),
            "failures": int(total),
            "bursts": bursts.height,
            "days": len(hit),
            "share_of_calls": traffic,
        },
        explained=np.minimum(per_day, scope.k),
        removable=np.minimum(per_day, scope.k),
    )
