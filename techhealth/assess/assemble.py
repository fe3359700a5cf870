"""Rollup + Policy → Assessment: the one place where the parts come together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from techhealth.assess.as_of import AsOf, first_flagged
from techhealth.assess.diagnose import Diagnosis, diagnose
from techhealth.assess.facts import all_days
from techhealth.assess.facts import as_of as rollup_as_of
from techhealth.assess.health import health_of
from techhealth.assess.past import Known, Past
from techhealth.assess.period import span
from techhealth.assess.recommend import ladder, plan, promised
from techhealth.assess.risk import risk_of
from techhealth.assess.score import (
    Scored,
    integration_components,
    overall,
    overall_components,
)
from techhealth.assess.timeline import NOTHING_DAILY, scores_of, timeline_of, windows_of
from techhealth.assess.trend import trend_of
from techhealth.assess.whatif import WhatIf
from techhealth.errors import InputError, UsageError
from techhealth.figures import share
from techhealth.model import (
    Assessment,
    Cap,
    ComponentScore,
    Confidence,
    Days,
    GeneratedFor,
    IntegrationHealth,
    IssueKind,
    Lowest,
    Receipt,
    Score,
    State,
    Trend,
    band_of,
)
from techhealth.policy import Policy
from techhealth.usage.events import Usage
from techhealth.usage.rollup import Rollup, roll_up

_SURE_WIDTH = 10.0
#: How long after its last day a log may be judged; a longer silence says no more.
_FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A log laid out to be judged by one policy of its time zone after the other.

    Attributes:
        rollup: sums of the period.
        period: its days.
        known: the period together with the days before it.
        receipt: what was read.
    """

    rollup: Rollup
    period: Days
    known: Known
    receipt: Receipt


def lay_out(
    usage: Usage | Rollup, *, policy: Policy, as_of: date | None = None, history: Rollup | None = None
) -> Ground:
    """Return a log ready to be judged; arguments and errors are those of `assess`."""
    rollup = judged(usage, policy, as_of)
    period = all_days(rollup)
    if period is None or rollup.receipt is None:
        raise InputError(f"no calls, deliveries or auth events on or before {as_of}; choose a later --as-of day.")
    if as_of is not None:
        period = _reaching(period, as_of)
    known = Known.of(rollup, history, period=period)
    return Ground(rollup=rollup, period=period, known=known, receipt=rollup.receipt)


def _reaching(period: Days, as_of: date) -> Days:
    """Return a period that ends on the day as of which to judge: nothing came on the days after the last one with data."""
    if as_of - period.last > _FARTHEST:
        raise UsageError(
            f"the log ends on {period.last} and tells nothing of {as_of}; name a day at most {_FARTHEST.days} days later."
        )
    return span(period.first, as_of)


def assess(
    usage: Usage | Rollup | Ground, *, policy: Policy | None = None, as_of: date | None = None,
    history: Rollup | None = None, daily: bool = True,
) -> Assessment:  # fmt: skip
    """Return everything a reader sees of one customer.

    Args:
        usage: events with their receipt, or their rollup; or either of them laid out, with its history.
        policy: weights, rules, targets, SLAs and the time zone; the defaults when not given.
        as_of: the day as of which to judge; nothing later is looked at. A day after the last one with data says that the log
            reaches it: nothing came since. The last day with data when not given.
        history: sums of earlier days of the same customer: baseline, window and trend, never in whole-period counts.
        daily: whether each day is looked at as well; without them the timeline is empty and no day of a first flag is known.

    Raises:
        InputError: if there is no data on or before `as_of`.
        UsageError: if a rollup speaks of another time zone than the policy, or comes without a receipt; if `as_of` is more than
            a year after the last day; or a log was laid out for another zone.
    """
    policy = policy or Policy()
    ground = usage if isinstance(usage, Ground) else lay_out(usage, policy=policy, as_of=as_of, history=history)
    rollup, period = ground.rollup, ground.period
    if rollup.timezone != policy.timezone:
        raise UsageError(f"the log was laid out in days of {rollup.timezone}; lay it out in {policy.timezone}.")
    past = ground.known.past(policy.windows)
    facts = past.facts
    windows = windows_of(facts, policy)
    scored = scores_of(facts, windows, policy)
    diagnosis = diagnose(past.facts, scored, windows=windows, source=past.source, policy=policy)
    if daily:
        diagnosis = _flagged(diagnosis, past, policy)
    components = _components(scored)
    issue_ids = {one.name: tuple(i.id for i in diagnosis.issues if i.integration == one.name) for one in facts}
    integrations = tuple(
        health_of(
            one, mine, window=windows[one.name], components=components[one.name], issue_ids=issue_ids[one.name],
            auth_pattern=_auth_pattern(diagnosis, one.name), rollup=past.rollup, policy=policy,
        )
        for one, mine in zip(facts, scored, strict=True)
    )  # fmt: skip
    trend = trend_of(past.every, scored, policy)
    score = _score(scored, components, trend, policy=policy)
    replay = WhatIf(facts=facts, scored=scored, windows=windows, policy=policy)
    window = span(max(past.days.first, max(one.first for one in windows.values())), period.last)
    planned = plan(diagnosis.diagnosed, present=score.value, score_after=replay.after, window=window, policy=policy)
    rungs = ladder(planned, replay, present=score.value)
    return Assessment(
        generated_for=generated_for(rollup, policy, as_of=period.last),
        period=period,
        window=window,
        receipt=ground.receipt,
        score=score,
        integrations=tuple(sorted(integrations, key=_by_score)),
        issues=diagnosis.issues,
        risk=risk_of(diagnosis.issues, known=score.value is not None),
        recommendations=promised(planned, rungs, present=score.value),
        ladder=rungs,
        timeline=timeline_of(facts, rollup=rollup, period=period, policy=policy) if daily else NOTHING_DAILY,
    )


def _flagged(found: Diagnosis, past: Past, policy: Policy) -> Diagnosis:
    """Return the issues, those that began with the first day on which they would have stood among the issues."""
    standing = {(issue.integration, issue.kind): issue.onset for issue in found.issues if issue.onset is not None}
    return found.flagged(first_flagged(AsOf.of(past.facts, past.rollup, policy), standing)) if standing else found


def judged(usage: Usage | Rollup, policy: Policy, as_of: date | None) -> Rollup:
    """Return the rollup of one customer to judge, cut at the day as of which to judge."""
    rollup = roll_up(usage, timezone=policy.timezone) if isinstance(usage, Usage) else usage
    if rollup.timezone != policy.timezone:
        raise UsageError(
            f"the rollup speaks of days in {rollup.timezone}, the policy of {policy.timezone}; roll the log up again."
        )
    if rollup.receipt is None:
        raise UsageError("this rollup has no receipt; make it with roll_up(read(...)), not from a bare frame.")
    if len(rollup.receipt.customers) > 1:
        shown = ", ".join(rollup.receipt.customers[:5]) + (" …" if len(rollup.receipt.customers) > 5 else "")
        raise InputError(
            f"the log holds {len(rollup.receipt.customers)} customers ({shown}); "
            "choose one with --customer NAME, or say that no column names it with --map customer=-."
        )
    if as_of is None:
        return rollup
    if not isinstance(as_of, date) or isinstance(as_of, datetime):
        raise UsageError(f"as_of is a day, not {as_of!r}; pass a datetime.date, for example date(2026, 1, 29).")
    return rollup_as_of(rollup, as_of)


def generated_for(rollup: Rollup, policy: Policy, *, as_of: date) -> GeneratedFor:
    """Return whom and which day is spoken of; the customer is the one the files name, else the policy's."""
    named = rollup.receipt.customers if rollup.receipt else ()
    return GeneratedFor(
        customer=named[0] if len(named) == 1 else policy.customer or "Unnamed customer",
        as_of=as_of,
        timezone=policy.timezone,
        policy_sha256=policy.sha256,
    )


def _components(scored: Sequence[Scored]) -> dict[str, tuple[ComponentScore, ...]]:
    """Return each integration's components with the points they take from the customer's score."""
    with_score = sum(one.value is not None for one in scored)
    return {one.name: integration_components(one, scored_count=max(1, with_score)) for one in scored}


def _score(
    scored: Sequence[Scored],
    components: Mapping[str, tuple[ComponentScore, ...]],
    trend: Trend,
    *,
    policy: Policy,
) -> Score:
    """Return the customer's score with its parts, or the state that says why there is none."""
    found = overall(scored)
    known = [(one.value, one.name) for one in scored if one.value is not None]
    state = _state(scored)
    return Score(
        value=found[0] if found else None,
        interval=found[1] if found else None,
        band=band_of(found[0]) if found else None,
        target=policy.targets.score,
        confidence=_confidence(found, state),
        state=state,
        trend=trend,
        lowest=Lowest(integration=min(known)[1], value=min(known)[0]) if known else None,
        components=overall_components({one.name: components[one.name] for one in scored if one.value is not None}),
        cap=_cap(scored, len(known), policy),
    )


def _cap(scored: Sequence[Scored], with_score: int, policy: Policy) -> Cap | None:
    """Return the points that went to integrations which are broken, whatever else is well with them."""
    broken = [one for one in scored if one.capped]
    if not broken:
        return None
    names = ", ".join(one.name for one in broken)
    reason = (
        f"{names}: more than {share(1 - policy.rules.broken_below)} fail; "
        f"such an integration scores at most {policy.rules.broken_cap:.0f}"
    )
    return Cap(reason=reason, points=sum(one.capped for one in broken) / with_score)


def _state(scored: Sequence[Scored]) -> State:
    """Return the customer's state: scored when most integrations are, else the most common reason why not."""
    states = [one.state for one in scored]
    if State.SCORED in states:
        unsure = sum(state is State.LOW_CONFIDENCE for state in states)
        return State.LOW_CONFIDENCE if unsure > states.count(State.SCORED) else State.SCORED
    for state in (State.LOW_CONFIDENCE, State.NOT_ENOUGH_DATA, State.SILENT):
        if state in states:
            return state
    return State.NO_DATA


def _confidence(found: tuple[float, tuple[float, float]] | None, state: State) -> Confidence:
    if found is None or state is not State.SCORED:
        return Confidence.LOW
    (low, high) = found[1]
    return Confidence.HIGH if high - low <= _SURE_WIDTH else Confidence.MEDIUM


def _auth_pattern(diagnosis: Diagnosis, name: str) -> str | None:
    """Return the pattern of an integration's authentication failures in words, if an issue names one."""
    for issue in diagnosis.issues:
        if issue.integration == name and issue.kind is IssueKind.AUTH and issue.causes:
            return issue.causes[0].statement
    return None


def _by_score(health: IntegrationHealth) -> tuple[float, str]:
    """Sort the worst first, those without a score at the end."""
    return (101.0 if health.score is None else health.score, health.name)
