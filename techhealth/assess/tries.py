"""First tries that fail more often: an issue of its own while retries save the deliveries, else evidence of what fails.

First tries fail before deliveries do. They cost no points as long as the deliveries arrive, so they are never critical; what
they tell is that the receiver is near what it can take, and that the deliveries arrive late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from techhealth.assess.claims import Claim, failing, rate_in
from techhealth.assess.counted import Counted
from techhealth.assess.facts import Facts, local_days
from techhealth.figures import count, out_of, percent, share
from techhealth.model import Days, Forecast, IssueKind, Kind, Severity, SubSeries
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

#: What the first tries of deliveries are called among the parts of their failures.
EVIDENCE = ("tries", "first")
_SEVERITIES = tuple(Severity)


def told_once(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims about an integration; where its deliveries fail more often, first tries are evidence of that."""
    tries = [claim for claim in claims if claim.counted is Counted.FIRST_TRIES]
    rose = any(claim.kind is IssueKind.WEBHOOK and claim.q_value is not None for claim in claims)
    if not (tries and rose):
        return list(claims)
    evidence = tuple(_as_evidence(claim) for claim in tries if not claim.is_of_part)
    worst = max((claim.severity for claim in tries), key=_SEVERITIES.index)
    return [
        replace(
            claim, sub_series=(*evidence, *claim.sub_series), severity=max(claim.severity, worst, key=_SEVERITIES.index)
        )
        if claim.kind is IssueKind.WEBHOOK
        else claim
        for claim in claims
        if claim.counted is not Counted.FIRST_TRIES
    ]


def _as_evidence(claim: Claim) -> SubSeries:
    axis, name = EVIDENCE
    return SubSeries(axis=axis, name=name, baseline=claim.baseline, recent=claim.recent, q_value=claim.q_value or 0.0)


def saved(claim: Claim, whole: Facts, *, window: Days, policy: Policy) -> Claim:
    """Return a claim about first tries with how their deliveries ended, and what that says of the days to come.

    Args:
        claim: about first tries; any other stays as it is.
        whole: facts of the integration, whose deliveries are judged by how they ended.
        window: the current window.
        policy: for the target of deliveries.
    """
    if claim.counted is not Counted.FIRST_TRIES:
        return claim
    stream, target = whole.stream(Kind.WEBHOOK), policy.targets.delivery
    lost = rate_in(stream.failures, stream.known, whole.between(window))
    arrive = f"{percent(1 - (lost.rate or 0.0))} arrive"
    held = (lost.rate or 0.0) <= 1 - target
    ended = f", while retries still save the deliveries: {arrive}" if held else f"; with retries {arrive}"
    tried = rate_in(*failing(claim), whole.between(window))
    outlook = Forecast(
        breach_of=f"a delivery rate below {percent(target)}", days=None, interval=None,
        text=_outlook(lost.k, tried.k, allowed=1 - target, window=window),
    )  # fmt: skip
    return replace(claim, title=f"{claim.title}{ended}", forecast=outlook)


def _outlook(lost: int, failed: int, *, allowed: float, window: Days) -> str:
    """Return what is known of when the deliveries follow: how many first tries may fail, never a day."""
    days = f"the last {count(window.days, 'day')}"
    unknown = "When retries will no longer be enough cannot be told from first tries."
    if not (lost and failed):
        return f"In {days} no delivery was lost for good. {unknown}"
    limit = allowed * failed / lost
    enough = (
        f"if that stays so, {share(allowed)} of all deliveries are lost once {share(limit)} of first tries fail"
        if limit < 1
        else "so few that the target would hold even if every first try failed"
    )
    return f"{out_of(lost, failed)} deliveries that failed at first were lost for good in {days}: {enough}. {unknown}"


def cost(claim: Claim, rollup: Rollup, *, window: Days) -> str:
    """Return what failing first tries mean beside their number, in sentences; of failing deliveries how often the first try did.

    Args:
        claim: about first tries or deliveries; of any other there is nothing to say.
        rollup: the sums.
        window: the current window.
    """
    first = next((one for one in claim.sub_series if (one.axis, one.name) == EVIDENCE), None)
    if first is not None:
        return f" At the first try {percent(first.recent.rate)} fail, {percent(first.baseline.rate)} before."
    if claim.counted is not Counted.FIRST_TRIES:
        return ""
    day = local_days(rollup)
    rows = rollup.hourly.filter((pl.col("integration") == claim.facts.name) & (pl.col("kind") == Kind.WEBHOOK.value))
    before, now = (
        _tries_each(rows.filter(part)) for part in (day < window.first, day.is_between(window.first, window.last))
    )
    return (
        f" These deliveries arrive late, and repeats are load on a receiver that has trouble already: {now:.2f} tries a "
        f"delivery{f', {before:.2f} before' if before else ''}. Some senders switch an endpoint off after too many failures in a row."
    )


def _tries_each(rows: pl.DataFrame) -> float:
    return int(rows["attempts"].sum()) / max(int(rows["calls"].sum()), 1)
