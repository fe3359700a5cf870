"""A claim with its causes → the published issue: errors, weeks, owner, impact and samples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from techhealth.assess.causes import Found
from techhealth.assess.claims import (
    Claim,
    failing,
    is_of_auth,
    only_failures,
)
from techhealth.assess.facts import local_days
from techhealth.assess.impact import failure_impact, latency_impact, silence_impact
from techhealth.assess.latency import sla_of
from techhealth.assess.outcomes import AUTH_CODES, top_errors
from techhealth.assess.period import span, weeks
from techhealth.assess.rate_trend import rate_trend
from techhealth.assess.rates import Counts
from techhealth.assess.severity import failing_from
from techhealth.assess.slowdown import slow_series
from techhealth.assess.tries import cost
from techhealth.model import (
    Days,
    Failing,
    Impact,
    Issue,
    IssueKind,
    Kind,
    Owner,
    RateTrend,
    Sample,
    Severity,
    TopError,
    Week,
)
from techhealth.policy import Policy
from techhealth.usage.local import day_of
from techhealth.usage.rollup import Rollup

_SAMPLES = 20


def issue_of(claim: Claim, found: tuple[Found, ...], *, rollup: Rollup, window: Days, policy: Policy) -> Issue:
    """Return the published issue of a claim."""
    facts, rows = claim.facts, claim.counted.told(rollup)
    errors = _errors(claim, rows, policy)
    impact = _impact(claim, rollup=rows, window=window, policy=policy)
    return Issue(
        id=slug_of(facts.name, claim.kind.value),
        integration=facts.name,
        kind=claim.kind,
        title=claim.title,
        severity=claim.severity,
        confidence=claim.confidence,
        onset=claim.onset,
        shape=claim.shape,
        first_flagged_on=None,  # days are judged backwards from all issues together
        baseline=claim.baseline,
        recent=claim.recent,
        ratio=_ratio(claim),
        q_value=claim.q_value,
        weekly=_weekly(claim, policy),
        top_errors=errors,
        causes=tuple(one.cause for one in found),
        owner=_owner(claim, found, errors),
        impact=replace(impact, text=f"{impact.text}{cost(claim, rollup, window=window)}"),
        forecast=claim.forecast,
        samples=_samples(claim, rows),
        sub_series=claim.sub_series,
        trend=_trend(claim, policy),
        spell=claim.spell.spell if claim.spell else None,
        began=claim.began,
        failing=_failing(claim, policy),
    )


def _failing(claim: Claim, policy: Policy) -> Failing | None:
    """Return since when a critical share fails, None where it does not now: by the hour of a spell that goes on, else from the
    day it was too much, or rose."""
    if claim.severity is not Severity.CRITICAL or claim.kind in (IssueKind.VOLUME, IssueKind.LATENCY):
        return None
    if claim.spell is not None and claim.spell.spell.last is None:
        first = claim.spell.spell.first
        return Failing(on=day_of(first, policy.timezone), at=first)
    k, n = failing(claim)
    place = failing_from(k, n, limit=policy.detection.critical_rate)
    if place is None:
        return None
    on = max(claim.facts.on(place), claim.onset.on) if claim.onset else claim.facts.on(place)
    began = claim.began.at if claim.began and day_of(claim.began.at, policy.timezone) == on else None
    return Failing(on=on, at=began)


def _errors(claim: Claim, rollup: Rollup, policy: Policy) -> tuple[TopError, ...]:
    if claim.kind in (IssueKind.VOLUME, IssueKind.LATENCY):
        return ()
    errors = top_errors(
        rollup, integration=claim.facts.name, kind=claim.counted.kind, period=claim.facts.period, owners=policy.owners
    )
    if claim.kind is IssueKind.AUTH and claim.facts.kind is not Kind.AUTH:
        return tuple(one for one in errors if one.code in AUTH_CODES)
    return errors


def _ratio(claim: Claim) -> float | None:
    before, now = claim.baseline.rate, claim.recent.rate
    return now / before if before and now is not None else None


def _weekly(claim: Claim, policy: Policy) -> tuple[Week, ...]:
    """Return what an issue counts by week of the whole period."""
    facts = claim.facts
    failures, known = _counted(claim, policy)
    found = []
    for week in weeks(facts.period):
        part = facts.between(week)
        k, n = int(failures[part].sum()), int(known[part].sum())
        found.append(Week(first=week.first, last=week.last, rate=k / n if n else None, k=k, n=n))
    return tuple(found)


def _trend(claim: Claim, policy: Policy) -> RateTrend | None:
    """Return where what an issue counts is heading, over the days that trends look at, without those of a spell that is over."""
    if claim.kind is IssueKind.VOLUME:
        return None
    failures, known = _counted(claim, policy)
    over = claim.spell is not None and claim.spell.spell.last is not None
    left_out = np.flatnonzero(claim.spell.n) if claim.spell is not None and over else np.array([], dtype=np.int64)
    kept = ~np.isin(np.arange(len(known)), left_out)
    lately = slice(-policy.windows.trend_days, None)
    found = rate_trend((failures * kept)[lately].astype(float), (known * kept)[lately].astype(float))
    if found is None or not len(left_out):
        return found
    return replace(found, without=span(*(claim.facts.on(int(end)) for end in left_out[[0, -1]])))


def _counted(claim: Claim, policy: Policy) -> tuple[Counts, Counts]:
    """Return what an issue counts and of how many, a day: authentication failures, slow calls, or failures."""
    if claim.kind is IssueKind.LATENCY:
        slow = slow_series(claim.facts, policy)
        return slow.k, slow.n
    return failing(claim)


def _owner(claim: Claim, found: Sequence[Found], errors: Sequence[TopError]) -> Owner:
    """Return who has to act: by the top cause, else by the most frequent error; missing traffic may be lost on either side."""
    if claim.kind is IssueKind.LATENCY:
        return Owner.US
    if claim.kind is IssueKind.VOLUME:
        return Owner.SHARED
    if found and found[0].owner is not Owner.UNKNOWN:
        return found[0].owner
    return errors[0].owner if errors else Owner.UNKNOWN


def _impact(claim: Claim, *, rollup: Rollup, window: Days, policy: Policy) -> Impact:
    facts = claim.facts
    if claim.quiet is not None:
        return silence_impact(claim.quiet, facts.kind)
    if claim.kind is IssueKind.LATENCY:
        sla_ms = sla_of(facts.name, policy)[0]
        return latency_impact(slow=claim.recent, sla_ms=sla_ms, window=window)
    return failure_impact(
        rollup,
        integration=facts.name,
        counted=claim.counted,
        only=only_failures(claim),
        what="failed for authentication" if is_of_auth(claim) else "failed",
        period=facts.period,
        window=window,
        policy=policy,
    )


def _samples(claim: Claim, rollup: Rollup) -> tuple[Sample, ...]:
    """Return a few failed rows, the newest first, keys masked."""
    if claim.kind in (IssueKind.LATENCY, IssueKind.VOLUME):
        return ()
    within = local_days(rollup) >= claim.facts.period.first
    rows = rollup.samples.filter((pl.col("integration") == claim.facts.name) & ~pl.col("ok") & within)
    if claim.kind is IssueKind.AUTH and claim.facts.kind is not Kind.AUTH:
        rows = rows.filter(pl.col("error").is_in(AUTH_CODES))
    newest = rows.sort("at", "endpoint", descending=[True, False]).head(_SAMPLES)
    return tuple(
        Sample(at=row["at"], endpoint=row["endpoint"], status=row["error"], masked_key=row["masked_key"])
        for row in newest.iter_rows(named=True)
    )


def slug_of(name: str, kind: str) -> str:
    """Return a stable identifier of an integration's issue of one kind.

    Examples:
        >>> slug_of("Custom API (Reports)", "errors"), slug_of("Hook", "first_tries")
        ('custom-api-reports-errors', 'hook-first-tries')
    """
    return f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'integration'}-{kind.replace('_', '-')}"
