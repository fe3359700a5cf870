"""Recovery: the days since a fix against the window before the onset, and nothing is called fixed for want of data."""

import os
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from techhealth.assess.recovery import Verdict, recoveries, recovery
from techhealth.model import Days, IssueKind, Onset, Rate, Shape
from techhealth.policy import Policy
from tests.builders import issue as built
from tests.builders import weeks
from tests.planted import T0, events, only_facts, rolled, with_main

BEFORE, BROKEN = 14, 7
LOGS = 1000 if os.environ.get("TECHHEALTH_SOAK") else 200


def day(number):
    """Return a day counted from the first of a planted log."""
    return T0 + timedelta(days=number)


def about(kind=IssueKind.ERRORS, *, before=(28, 2800), during=(175, 1400), onset=True, shape=Shape.STEP):
    """Return an issue that began after two weeks, with failures and calls before and in its last week."""
    on = day(BEFORE)
    made = built("orders", "Orders", kind, "Errors", "critical", weekly=weeks(before, during, before, during))
    return replace(
        made, onset=Onset(on=on, earliest=on, latest=on) if onset else None, shape=shape,
        baseline=Rate(rate=before[0] / before[1], k=before[0], n=before[1]),
        recent=Rate(rate=during[0] / during[1], k=during[0], n=during[1]),
    )  # fmt: skip


def verdict(after, issue=None, *, calls=200, before=2, broken=25, **frame):
    """Return what is said of an issue whose days since the fix have so many failures each."""
    failures = [*[before] * BEFORE, *[broken] * BROKEN, *after]
    log = rolled(events(failures, calls=[200] * (BEFORE + BROKEN) + [calls] * len(after), **frame))
    (found,) = recoveries(log, [issue or about()], fixed_on=day(BEFORE + BROKEN), policy=Policy())
    return found


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([2] * 14, Verdict.FIXED),
        ([0] * 7, Verdict.FIXED),
        ([12] * 14, Verdict.PARTLY),
        ([25] * 14, Verdict.NOT_FIXED),
        ([40] * 14, Verdict.NOT_FIXED),
        ([0] * 2, Verdict.NOT_ENOUGH_DATA),
    ],
)
def test_the_days_since_a_fix_are_judged(after, expected):
    """Back, better but not back, neither, or too few days to tell: with the counts of all three windows."""
    found = verdict(after)

    assert found.verdict == expected
    assert (found.after.k, found.after.n) == (sum(after), 200 * len(after))
    assert (found.before, found.during) == (about().baseline, about().recent)
    assert found.days.days == len(after)


def test_the_sentence_holds_counts_and_interval():
    """Verdict, rate and counts since the fix, before it, before the onset, and the interval of the difference."""
    assert verdict([2] * 14).text == (
        "Fixed: since 26 January 1.0 % (28 of 2,800) calls fail; 12.5 % (175 of 1,400) before the fix, "
        "1.0 % (28 of 2,800) before 19 January (-0.44 to +0.44 points against that, 90 % interval)."
    )


def test_few_calls_prove_nothing():
    """Without a failure among few calls it is not shown to be back; below 50 nothing is said."""
    assert verdict([0] * 10, calls=4).verdict is Verdict.NOT_ENOUGH_DATA
    assert verdict([0] * 4, calls=20).verdict is not Verdict.FIXED


def test_a_steady_issue_is_measured_against_its_target():
    """What was always there is fixed when it is shown to keep the target."""
    steady = about(before=(175, 1400), during=(175, 1400), onset=False, shape=Shape.STEADY)

    assert verdict([0] * 14, steady).verdict is Verdict.FIXED
    assert verdict([6] * 14, steady).verdict is Verdict.PARTLY
    assert "target at most 1.0 %" in verdict([0] * 14, steady).text


def test_what_recurs_needs_a_whole_week():
    """Five days without a Sunday say nothing about Sundays."""
    recurring = about(IssueKind.AUTH, before=(42, 2800), during=(42, 1400), onset=False, shape=Shape.RECURRING)

    assert verdict([0] * 5, recurring, code=401).verdict is Verdict.NOT_ENOUGH_DATA
    assert verdict([0] * 14, recurring, code=401).verdict is Verdict.FIXED
    assert verdict([0, 0, 0, 0, 0, 0, 60] * 2, recurring, code=401).verdict is Verdict.NOT_FIXED


def test_each_kind_counts_what_it_is_about():
    """Deliveries that fail, calls that fail for authentication, calls slower than the SLA."""
    webhook, auth, latency = (about(kind) for kind in (IssueKind.WEBHOOK, IssueKind.AUTH, IssueKind.LATENCY))

    assert verdict([2] * 14, webhook, kind="webhook").after == Rate(rate=0.01, k=28, n=2800)
    assert verdict([2] * 14, auth, code=401).after == Rate(rate=0.01, k=28, n=2800)
    assert verdict([2] * 14, auth, code=500).after == Rate(rate=0, k=0, n=2800)
    assert verdict([2] * 14, latency, latency_ms=5000.0).verdict is Verdict.NOT_ENOUGH_DATA


def slowed(after_ms):
    """Return a log whose calls take 100 ms, from an onset 300 ms, and since the fix something else."""
    spans = ((0, BEFORE, 100.0), (BEFORE, BROKEN, 300.0), (BEFORE + BROKEN, 14, after_ms))
    return rolled(*(events([0] * days, first=day(start), latency_ms=ms) for start, days, ms in spans))


@pytest.mark.parametrize(("after_ms", "expected"), [(100.0, "fixed"), (300.0, "not_fixed")])
def test_calls_that_became_slower_are_measured_by_what_they_took_before(after_ms, expected):
    """Though no call is ever slower than the SLA, being as slow as during the issue is not fixed."""
    latency = about(IssueKind.LATENCY, before=(0, 2800), during=(0, 1400))
    (found,) = recoveries(slowed(after_ms), [latency], fixed_on=day(BEFORE + BROKEN), policy=Policy())

    assert found.verdict.value == expected
    assert "slower than 10" in found.text


def test_what_was_no_better_is_not_called_fixed():
    """Where the log did not show the trouble in what is counted, it cannot show that it is over."""
    assert verdict([2] * 14, about(during=(14, 1400)), broken=2).verdict is Verdict.NOT_ENOUGH_DATA


@pytest.mark.parametrize(
    ("calls", "expected"),
    [([200] * 7, "fixed"), ([0] * 6 + [9], "not_fixed"), ([200] * 3 + [0] * 4, "partly"), ([200] * 2, "not_enough_data")],
)  # fmt: skip
def test_missing_traffic_is_fixed_when_it_is_back(calls, expected):
    """Every day since has at least half of the usual traffic; some of them: partly; none: not fixed."""
    quiet = about(IssueKind.VOLUME)
    log = rolled(
        events([0] * (BEFORE + BROKEN + len(calls)), calls=[*[200] * BEFORE, *[0] * BROKEN, *calls]),
        events([0] * (BEFORE + BROKEN + len(calls)), calls=5, integration="Other"),
    )
    (found,) = recoveries(log, [quiet], fixed_on=day(BEFORE + BROKEN), policy=Policy())

    assert found.verdict.value == expected


def test_nothing_is_said_before_the_fix_nor_of_what_is_gone():
    """Without a day since the fix there is no verdict; an integration that is not in the log is not enough data."""
    log = rolled(events([2] * 21))

    assert recoveries(log, [about()], fixed_on=day(21), policy=Policy()) == ()
    (found,) = recoveries(log, [replace(about(), integration="Gone")], fixed_on=day(14), policy=Policy())
    assert found.verdict is Verdict.NOT_ENOUGH_DATA


def test_only_four_weeks_since_the_fix_count():
    """What comes later is another story."""
    assert verdict([2] * 28 + [100] * 10).after.n == 28 * 200


def simulated(issue, *, calls, rate, variation, logs, seed):
    """Return the verdicts on logs whose failure rate since the fix varies around a level from day to day."""
    chance, days = np.random.default_rng(seed), BEFORE + BROKEN + 14
    plain = only_facts(rolled(events([1] * days, calls=2)))
    known, since = np.full(days, calls), Days(first=day(BEFORE + BROKEN), last=day(days - 1), days=14)
    level = np.concatenate([np.full(BEFORE, 0.01), np.full(BROKEN, 0.125), np.full(14, rate)])
    for _ in range(logs):
        rates = np.clip(level * (1 + variation * chance.standard_normal(days)), 0, 1)
        facts = with_main(plain, calls=known, known=known, failures=chance.binomial(calls, rates))
        k = facts.failures
        before, during = k[:BEFORE].sum(), k[BEFORE : BEFORE + BROKEN].sum()
        seen = replace(
            issue, baseline=Rate(rate=before / BEFORE / calls, k=int(before), n=BEFORE * calls),
            recent=Rate(rate=during / BROKEN / calls, k=int(during), n=BROKEN * calls),
        )  # fmt: skip
        yield recovery(seen, facts, since=since, policy=Policy()).verdict


@pytest.mark.parametrize("variation", [0.0, 0.3])
@pytest.mark.parametrize("rate", [0.016, 0.03, 0.125])
def test_what_is_not_back_is_seldom_called_fixed(rate, variation, record_property):
    """Where the rate stays beyond a large rise, at most one log in twenty passes for fixed, also on days that vary."""
    found = [one is Verdict.FIXED for one in simulated(about(), calls=200, rate=rate, variation=variation, logs=LOGS, seed=6)]  # fmt: skip
    record_property(
        f"called fixed at {rate:.1%} for 1.0% before, days vary {variation:.0%}, of {LOGS} logs", sum(found)
    )

    assert sum(found) <= 0.05 * LOGS


def test_what_is_back_is_mostly_called_fixed(record_property):
    """Where the rate is what it was, two weeks of a thousand calls a day show it in most logs; else it is better, not shown to be back."""
    found = list(simulated(about(), calls=1000, rate=0.01, variation=0.2, logs=LOGS, seed=7))
    record_property(f"called fixed of {LOGS} logs that are", found.count(Verdict.FIXED))

    assert found.count(Verdict.FIXED) >= 0.6 * LOGS
    assert set(found) <= {Verdict.FIXED, Verdict.PARTLY}
