"""The series behind the charts: score, failures and latency a day, failures by hour of the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from techhealth.assess.decline import decline
from techhealth.assess.facts import Facts, is_known
from techhealth.assess.latency import distribution
from techhealth.assess.period import current_window, each_day, reported, span, weeks
from techhealth.assess.rates import Counts
from techhealth.assess.score import Scored, of_a_part, overall, score_integration
from techhealth.assess.silence import Silence, silence
from techhealth.model import (
    DailyLatency,
    DailyRate,
    DailyScore,
    Days,
    HourCell,
    State,
    StatusHour,
    Timeline,
    WeeklyRate,
)
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup

#: The series where no day is looked at.
NOTHING_DAILY = Timeline(daily_score=(), weekly_error_rate=(), daily_failures=(), hours=(), daily_latency=())


def timeline_of(facts: Sequence[Facts], *, rollup: Rollup, period: Days, policy: Policy) -> Timeline:
    """Return every series of the charts over the whole period."""
    return Timeline(
        daily_score=_daily_score(facts, period, policy),
        weekly_error_rate=_weekly(facts, period),
        daily_failures=_daily_failures(facts, period),
        hours=_hours(rollup),
        daily_latency=_daily_latency(facts, period, policy),
        status_hours=_status_hours(rollup),
    )


def windows_of(facts: Sequence[Facts], policy: Policy) -> dict[str, Days]:
    """Return the current window of each integration: widened where it holds too few calls."""
    active = reported(activity(facts))
    return {one.name: current_window(one.days, active=active, calls=one.calls, windows=policy.windows) for one in facts}


def activity(facts: Sequence[Facts]) -> Counts:
    """Return the events of all integrations a day."""
    events: Counts = np.add.reduce([stream.calls for one in facts for stream in one.streams.values()])
    return events


def silences(facts: Sequence[Facts], policy: Policy) -> dict[str, Silence]:
    """Return the integrations that are silent while the log goes on."""
    active = activity(facts)
    found = ((one.name, silence(one, active=active, evidence=policy.evidence)) for one in facts)
    return {name: quiet for name, quiet in found if quiet is not None}


def declines(facts: Sequence[Facts], policy: Policy) -> dict[str, Silence]:
    """Return the integrations most of whose traffic stays away."""
    active = activity(facts)
    found = ((one.name, decline(one, active=active, evidence=policy.evidence)) for one in facts)
    return {name: fallen for name, fallen in found if fallen is not None}


def scores_of(facts: Sequence[Facts], windows: Mapping[str, Days], policy: Policy) -> tuple[Scored, ...]:
    """Return the score of every integration; a silent one has none, whatever it was like before, and one whose traffic mostly
    stays away none of what still comes."""
    quiet, fallen = silences(facts, policy), declines(facts, policy)
    left = {name: one.left for name, one in fallen.items()}
    return tuple(
        Scored(name=one.name, state=State.SILENT, value=None, interval=None, components=())
        if one.name in quiet
        else of_a_part(score_integration(one, windows[one.name], policy), left.get(one.name, 1.0))
        for one in facts
    )


def scores_as_of(facts: Sequence[Facts], last: date, policy: Policy) -> tuple[Scored, ...]:
    """Return the scores as they stood at the end of a day."""
    past = [one.until(last) for one in facts]
    return scores_of(past, windows_of(past, policy), policy)


def _daily_score(facts: Sequence[Facts], period: Days, policy: Policy) -> tuple[DailyScore, ...]:
    """Return the score as of each day that the log tells of, None on the others.

    It begins where the components are those of the last day: with the first full window, or, where there are days enough
    for a trend, with the first trend.
    """
    active, known = reported(activity(facts)), facts[0].days
    rules = policy.windows
    needed = rules.minimum_trend_days if known.days >= rules.minimum_trend_days else rules.current_days
    first = known.first + timedelta(days=needed - 1)
    days = [day for day in each_day(period) if day >= first]
    found = []
    for day in days:
        seen = active[(day - known.first).days]
        score = overall(scores_as_of(facts, day, policy)) if seen else None
        found.append(DailyScore(on=day, value=score[0] if score else None))
    return tuple(found)


def _weekly(facts: Sequence[Facts], period: Days) -> tuple[WeeklyRate, ...]:
    found = []
    for week in weeks(period):
        k = sum(int(one.failures[one.between(week)].sum()) for one in facts)
        n = sum(int(one.known[one.between(week)].sum()) for one in facts)
        found.append(WeeklyRate(first=week.first, last=week.last, rate=k / n if n else None, k=k, n=n))
    return tuple(found)


def _daily_failures(facts: Sequence[Facts], period: Days) -> tuple[DailyRate, ...]:
    return tuple(
        DailyRate(on=day, integration=one.name, k=int(k), n=int(n))
        for one in facts
        for day, k, n in zip(each_day(one.days), one.failures, one.known, strict=True)
        if n and day >= period.first
    )


def _daily_latency(facts: Sequence[Facts], period: Days, policy: Policy) -> tuple[DailyLatency, ...]:
    needs, found = policy.evidence, []
    for one in facts:
        for day in each_day(period):
            seen = distribution(one, span(day, day))
            if seen.n == 0:
                continue
            p50, p95, p99 = (
                seen.quantile(q) if seen.n >= enough else None
                for q, enough in ((0.5, needs.p50_calls), (0.95, needs.p95_calls), (0.99, needs.p99_calls))
            )
            found.append(DailyLatency(on=day, integration=one.name, n=seen.n, p50_ms=p50, p95_ms=p95, p99_ms=p99))
    return tuple(found)


def _status_hours(rollup: Rollup) -> tuple[StatusHour, ...]:
    """Return failures by integration, status and hour of the rollup's zone."""
    hour = pl.col("at").dt.convert_time_zone(rollup.timezone).dt.hour().cast(pl.Int64)
    cells = (
        rollup.hourly.filter(pl.col("ok").eq_missing(False))
        .group_by("integration", status=pl.col("error").fill_null("unknown"), hour=hour)
        .agg(k=pl.col("calls").sum())
        .sort("integration", "status", "hour")
    )
    return tuple(StatusHour(**row) for row in cells.iter_rows(named=True))


def _hours(rollup: Rollup) -> tuple[HourCell, ...]:
    """Return failures and calls of known outcome by integration, weekday and hour of the rollup's zone."""
    local, calls = pl.col("at").dt.convert_time_zone(rollup.timezone), pl.col("calls")
    cells = (
        rollup.hourly.filter(is_known(rollup))
        .group_by(
            "integration",
            weekday=local.dt.weekday().cast(pl.Int64) - 1,
            hour=local.dt.hour().cast(pl.Int64),
        )
        .agg(k=calls.filter(~pl.col("ok")).sum(), n=calls.sum())
        .sort("integration", "weekday", "hour")
    )
    return tuple(HourCell(**row) for row in cells.iter_rows(named=True))
