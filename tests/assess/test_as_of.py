"""An analysis and a replay of the same log name the same days, and an issue is one fault from its first day on."""

from __future__ import annotations

import os
from datetime import date, timedelta
from functools import cache

import polars as pl
import pytest

from techhealth.assess import assess, replay
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.model import Assessment, CauseKind, IssueKind, Owner, Replay, Shape
from techhealth.sample.families import CLEAN, DEGRADATIONS, Scenario, scenario
from techhealth.usage.events import Usage
from techhealth.usage.rollup import Rollup, roll_up
from tests.assess.test_assess import receipt

Flagged = dict[tuple[str, IssueKind], date | None]
SOAK = bool(os.environ.get("TECHHEALTH_SOAK"))
#: Of settings that may be known: none of the benchmark's.
SEED = 3
SCENARIOS = [
    (name, seed) for name in (*DEGRADATIONS, *(CLEAN if SOAK else ())) for seed in ((3, 7, 11) if SOAK else (3,))
]


@cache
def planted(name: str, seed: int = SEED) -> Scenario:
    """Return a scenario."""
    return scenario(name, seed=seed)


def rolled(name: str, seed: int = SEED) -> Rollup:
    """Return the rollup of a scenario."""
    return roll_up(Usage(events=planted(name, seed).events, receipt=receipt("Globex")))


@cache
def judged(name: str, seed: int = SEED) -> tuple[Assessment, Replay]:
    """Return what an analysis and a replay say of a scenario."""
    rollup = rolled(name, seed)
    return assess(rollup), replay(rollup)


def standing(found: Replay) -> Flagged:
    """Return the first flagged day of the issues that stand at the end of a replay, those that have an onset."""
    last = [one for one in found.issues if one.last_seen == found.days[-1].as_of]
    return {(one.integration, one.kind): one.first_flagged if one.onset else None for one in last}


def flagged(found: Assessment) -> Flagged:
    """Return the first flagged day of each issue of an assessment."""
    return {(one.integration, one.kind): one.first_flagged_on for one in found.issues}


def told(found: Assessment) -> set[tuple[object, ...]]:
    """Return what an assessment says of each issue."""
    return {(i.id, i.severity, i.causes[0].kind if i.causes else None, i.onset) for i in found.issues}


@pytest.mark.parametrize(("name", "seed"), SCENARIOS)
def test_analysis_and_replay_say_the_same(name: str, seed: int):
    """Whatever is planted, both name the same issues, causes and onsets, and the same day on which each was first flagged."""
    assessment, replayed = judged(name, seed)

    assert {(i.id, i.severity, i.cause, i.onset) for i in replayed.days[-1].issues} == told(assessment)
    assert standing(replayed) == flagged(assessment)
    assert assessment.issues or name in CLEAN


@pytest.mark.parametrize(("name", "seed"), SCENARIOS)
def test_a_day_of_a_replay_is_the_log_cut_at_that_day(name: str, seed: int):
    """On any weekday, what a replay says is what an analysis says of a log that ends there: nothing is known early or late."""
    days = judged(name, seed)[1].days
    for day in days[-2::-4][: 7 if SOAK else 2]:
        known = pl.col("at").dt.date() <= day.as_of
        cut = Usage(events=planted(name, seed).events.filter(known), receipt=receipt("Globex"))

        assert told(assess(cut, daily=False)) == {(i.id, i.severity, i.cause, i.onset) for i in day.issues}, day.as_of


@pytest.mark.parametrize(("name", "seed"), SCENARIOS)
def test_an_issue_that_is_dated_anew_stays_the_same(name: str, seed: int):
    """From the day it may have begun, what stands without a break until it ends was flagged on the first day it was said to begin."""
    replayed = judged(name, seed)[1]
    for seen in replayed.issues:
        said = {
            day.as_of: issue.onset
            for day in replayed.days
            for issue in day.issues
            if (issue.integration, issue.kind) == (seen.integration, seen.kind)
        }
        earlier = [day for day in said if seen.first_flagged - timedelta(days=1) <= day < seen.first_flagged]

        assert said[seen.first_flagged] is not None or seen.onset is None
        assert not any(said[day] and day >= seen.onset.earliest for day in earlier if seen.onset)


def test_a_credential_refused_every_week_is_one_issue_from_its_first_day():
    """A weekly pattern is followed as one fault, flagged and dated on the day on which it first failed."""
    (seen,) = judged("weekly-credential")[1].issues
    change = planted("weekly-credential").truth.integrations[0].change

    assert seen.kind is IssueKind.AUTH
    assert seen.first_flagged == seen.onset.on == change.onset


def test_an_issue_begins_no_later_than_the_limit_it_is_laid_to():
    """Where 429s began before the failures clearly rose, they date the issue."""
    (issue,) = judged("limit")[0].issues

    assert issue.causes[0].kind is CauseKind.RATE_LIMIT
    assert issue.onset == issue.causes[0].onset


def test_an_issue_of_authentication_speaks_of_authentication_alone():
    """Beside a rate limit and large requests, a weekly credential is an issue whose causes are its own refusals."""
    (issue,) = (one for one in judged("mixed")[0].issues if one.kind is IssueKind.AUTH)

    assert {cause.evidence["code"] for cause in issue.causes} <= {None, *AUTH_CODES}
    assert issue.causes[0].kind is CauseKind.WEEKDAY
    assert issue.causes[0].share_of_issue > 0.9
    assert (issue.shape, issue.owner) == (Shape.RECURRING, Owner.CUSTOMER)


def test_what_fails_otherwise_did_not_succeed():
    """Where failed authentication is spoken of alone, the calls that "succeeded since" are those that did."""
    (issue,) = (one for one in judged("mixed")[0].issues if one.kind is IssueKind.AUTH)
    (said,) = (cause.statement for cause in issue.causes if cause.kind is CauseKind.ERROR_CODE)
    mine = planted("mixed").events.filter(pl.col("integration") == issue.integration)
    since = mine.filter(pl.col("at").dt.date() >= issue.onset.on)

    assert f"; {since['ok'].sum():,} succeeded since" in said
