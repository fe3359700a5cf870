"""The what-if ladder: recommendations played back one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from techhealth.assess import assess
from techhealth.assess.facts import all_days, facts_of
from techhealth.assess.recommend import Planned, ladder, promised
from techhealth.assess.score import of_a_part, overall
from techhealth.assess.timeline import scores_of, windows_of
from techhealth.assess.whatif import Repair, WhatIf
from techhealth.model import Confidence, Expected, Horizon, Kind, Owner, Recommendation
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.usage.events import Usage
from techhealth.usage.rollup import Rollup
from tests.assess.test_assess import receipt
from tests.planted import T0, events, rolled

DAYS = 28
NAMES = ("CRM", "Hook", "Orders")
repairs = st.lists(
    st.builds(
        Repair,
        integration=st.sampled_from(NAMES),
        removed=st.dictionaries(
            st.integers(0, DAYS - 1).map(lambda day: T0 + timedelta(days=day)), st.integers(0, 60), max_size=12
        ),
        kind=st.sampled_from([Kind.API, Kind.WEBHOOK]),
        code=st.sampled_from([None, "500", "401"]),
        at_sla=st.booleans(),
        slower_since=st.none() | st.just(T0 + timedelta(days=21)),
    ),
    max_size=6,
)


def _alone(rollup: Rollup) -> WhatIf:
    """Return the one integration of a rollup, ready to be scored again."""
    days = all_days(rollup)
    assert days is not None
    facts, policy = facts_of(rollup, days=days), Policy()
    windows = windows_of(facts, policy)
    return WhatIf(facts=facts, scored=scores_of(facts, windows, policy), windows=windows, policy=policy)


def what_if() -> WhatIf:
    """Return three integrations that fail in different ways, one of them beyond its SLA as well."""
    return _alone(
        rolled(
            events([2] * 21 + [30] * 7, latency_ms=1_100.0),
            events([20] * 14 + [4] * 14, integration="CRM", code=401),
            events([150] * DAYS, integration="Hook", kind="webhook"),
        )
    )


PLANTED = what_if()
#: Every failure repaired, every p95 at its SLA.
EVERYTHING = [
    Repair(integration=name, kind=kind, removed={T0 + timedelta(days=day): 10_000 for day in range(DAYS)}, at_sla=True)
    for name in NAMES
    for kind in (Kind.API, Kind.WEBHOOK)
]


@given(repairs)
@settings(max_examples=60, deadline=None)
def test_a_longer_ladder_never_lowers_the_score(chosen: list[Repair]):
    """Each rung is at least as high as the one before it, and as the score as it is."""
    scores = [PLANTED.ladder([[Repair(integration="CRM")]])[0], *PLANTED.ladder([one] for one in chosen)]

    assert sorted(scores) == scores


@given(repairs)
@settings(max_examples=60, deadline=None)
def test_no_ladder_reaches_beyond_everything_repaired(chosen: list[Repair]):
    """The last rung is at most the score with all failures repaired and every p95 at its SLA."""
    scores = PLANTED.ladder([one] for one in chosen)

    assert max(scores, default=0.0) <= PLANTED.ladder([EVERYTHING])[-1] + 1e-9


def test_a_repair_gives_no_score_to_what_has_none():
    """What has no score, for most of its traffic stays away, stays out of the mean whatever is repaired of it."""
    rest = [of_a_part(one, 0.2) if one.name == "Orders" else one for one in PLANTED.scored]
    repaired = [one for one in EVERYTHING if one.integration == "Orders"]

    assert {overall(rest)[0]} == set(replace(PLANTED, scored=rest).ladder([one] for one in repaired))


def test_the_same_failures_are_not_repaired_twice():
    """A cause of one code, and one of any code that is about the same failures, win no more than the larger one."""
    removed = {T0 + timedelta(days=day): 20 for day in range(21, 28)}
    one, same = Repair(integration="Orders", removed=removed, code="500"), Repair(integration="Orders", removed=removed)
    scores = PLANTED.ladder([[one], [same]])

    assert scores[0] == scores[1] == PLANTED.after(one)


def test_what_wins_nothing_more_is_no_rung_and_promises_no_points():
    """A second cause of the same failures keeps its advice, not a step or a score."""
    removed = {T0 + timedelta(days=day): 20 for day in range(21, 28)}
    drafts = [planned("first", removed), planned("second", removed)]
    rungs = ladder(drafts, PLANTED, present=PLANTED.after(Repair(integration="Orders")))

    assert [rung.recommendation for rung in rungs] == ["first"]
    assert [one.expected.score_after is None for one in promised(drafts, rungs, present=0.0)] == [False, True]


def planned(name: str, removed: dict[date, int]) -> Planned:
    """Return an action that repairs some failures of the Orders."""
    repair = Repair(integration="Orders", removed=removed)
    one = Recommendation(
        id=name, horizon=Horizon.NOW, title=name, why="", steps=(), owner=Owner.US, issue_ids=(), change=None,
        expected=Expected(errors_removed=0, share_removed=0.0, score_after=PLANTED.after(repair)), note=None,
    )  # fmt: skip
    return Planned(integration="Orders", topic=name, confidence=Confidence.HIGH, recommendation=one, repairs=(repair,))


def test_the_ladder_is_ordered_by_gain_and_told():
    """The first rung is what its recommendation wins alone, points add up, and card and page name the actions."""
    frames = events([2] * 21 + [30] * 7).vstack(events([1] * 10 + [40] * 18, kind="webhook", integration="Hook"))
    found = assess(Usage(events=frames.sort("at"), receipt=receipt("Globex")))
    alone = {one.id: one.expected.score_after for one in found.recommendations}
    told = words.ladder(found)

    assert len(found.ladder) >= 2
    assert found.ladder[0].score_after == alone[found.ladder[0].recommendation]
    assert abs(found.score.value + sum(rung.points for rung in found.ladder) - found.ladder[-1].score_after) < 1e-9
    assert told is not None
    assert told.count("(action ") == len(found.ladder)
    assert words.ladder(replace(found, recommendations=found.recommendations[1:])) is None


def test_what_became_slower_within_its_sla_wins_what_it_lost():
    """Calls of 100 ms that take 700 ms since a day win back the points that this costs, not only those beyond the SLA."""
    change = T0 + timedelta(days=21)
    steady = rolled(events([0] * DAYS))
    slow = rolled(events([0] * 21).vstack(events([0] * 7, first=change, latency_ms=700.0)))
    before, after = (_alone(rollup) for rollup in (steady, slow))
    at_sla, as_before = (
        after.after(Repair(integration="Orders", at_sla=True, slower_since=since)) for since in (None, change)
    )

    assert after.scored[0].value == at_sla < as_before == before.scored[0].value
