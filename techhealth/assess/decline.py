"""Did most of the traffic stay away? Weeks with less than usual on more days than a holiday has, while others of the customer
report.

What is usual is the median of the same weekday in the weeks before. Where the customer's other integrations fell as
well, only what goes beyond their fall counts.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from techhealth.assess.facts import Facts
from techhealth.assess.period import each_day, reported
from techhealth.assess.rates import IN_ROWS, Counts, upper_tail
from techhealth.assess.silence import Silence
from techhealth.model import Onset
from techhealth.policy import Evidence

Daily = NDArray[np.float64]

#: Share of the usual traffic under which a day is low, and so are seven together; low days among these that are longer than a
#: holiday.
_LOW, _WEEK, _LOW_DAYS = 0.65, 7, 5
#: Days at the end that are no part of what is usual, fewest days before them, and most.
_JUDGED_DAYS, _FEWEST_BEFORE, _MOST_BEFORE = 14, 14, 56
#: A weekday with less than this share of the busiest one's traffic is off duty; fewer events a day say nothing.
_OFF_DUTY, _FEWEST_EVENTS = 0.05, 5.0
#: Days that the variation to be expected weighs as much as.
_PRIOR_DAYS = 10
_Z = 4.0
#: Days before a fall at least, and twice the log likelihood by which a first day may be worse than the best (80 %).
_FEWEST_DAYS, _WITHIN = 7, 1.64
#: Squares that a day leaves at least: no day is the last one's copy.
_LEAST = 1e-4


def decline(facts: Facts, *, active: Counts, evidence: Evidence) -> Silence | None:
    """Return since when most of an integration's traffic has stayed away, None when it has not, or all of it has.

    Args:
        facts: the integration.
        active: events of all integrations a day; of which days they tell says `reported`.
        evidence: for the variation of days.
    """
    calls, told = facts.calls.astype(np.float64), reported(active)
    usual = _usual(calls, told)
    if usual is None:
        return None
    expected = usual * _shared(active - calls, told)
    days = np.flatnonzero(told & (usual >= max(_FEWEST_EVENTS, _OFF_DUTY * usual.max())))
    running = _running(calls[days], expected[days])
    since = days[len(days) - running :]
    came, due = float(calls[since].sum()), float(expected[since].sum())
    if running in (0, len(days)) or came == 0:
        return None
    variation = _variation(calls[days], usual[days], before=len(days) - running, evidence=evidence)
    z = math.log(due / came) / math.sqrt(1 / came + variation * IN_ROWS / running)
    if z <= _Z:
        return None
    onset, gradual = _began(facts, days, np.log((calls[days] + 0.5) / (expected[days] + 0.5)), low=running)
    return Silence(
        onset=onset, silent_days=running, expected_calls=due, p_value=upper_tail(z), came=int(came),
        faded=onset if gradual else None,
    )  # fmt: skip


def _running(calls: Daily, expected: Daily) -> int:
    """Return how many of the last days most has stayed away for: in each week of them, and on one of the last two days."""
    low = calls < _LOW * expected
    if len(low) < _WEEK or not low[-2:].any():
        return 0
    few, came, due = (np.convolve(of, np.ones(_WEEK))[: len(low)] for of in (low, calls, expected))
    less = (few >= _LOW_DAYS) & (came < _LOW * due)
    weeks = len(less) if less.all() else int(np.argmin(less[::-1]))
    first = max(0, len(low) - weeks - _WEEK + 1)
    return len(low) - first - int(np.argmax(low[first:])) if weeks else 0


def _began(facts: Facts, days: NDArray[np.int64], left: Daily, *, low: int) -> tuple[Onset, bool]:
    """Return since when traffic stays away, and whether it became less and less rather than fell on one day.

    Both are fitted to the logarithm of what is left of the usual traffic, level before the first day, by least squares from
    every first day in question; days that fit nearly as well may be its first (80 %), where days lean on those before.

    Source: Wilks 1938 (the interval, by the likelihood ratio).
    """
    quiet = int(np.argmax(facts.calls[days][::-1] > 0))
    # silence at the end is no part of it, nor is the day on which it fell silent
    left = left[: len(left) - quiet - (quiet > 0)]
    starts = np.arange(min(max(_FEWEST_DAYS, len(left) - low - _JUDGED_DAYS), len(left) - 3), len(left) - 2)
    fits = np.array([[_misfit(left, int(start), gradual=gradual) for start in starts] for gradual in (True, False)])
    worse = len(left) / IN_ROWS * np.log(fits / fits.min())
    gradual = bool(worse[0].min() < worse[1].min())
    on = int(worse.min(axis=0).argmin())
    possible = np.flatnonzero((worse <= _WITHIN).any(axis=0))
    first, earliest, latest = (each_day(facts.days)[int(days[starts[of]])] for of in (on, possible[0], possible[-1]))
    return Onset(on=first, earliest=earliest, latest=latest), gradual


def _misfit(left: Daily, start: int, *, gradual: bool) -> float:
    """Return the squares left by a level and, from a position on, a steady fall or a lower level."""
    after, level = left[start:], left[:start].mean()
    course = np.arange(1.0, len(after) + 1) if gradual else np.ones(len(after))
    fall = (after - level) @ course / (course @ course)
    off = ((left[:start] - level) ** 2).sum() + ((after - level - fall * course) ** 2).sum()
    return float(off) + _LEAST * len(left)


def _usual(events: Daily, told: NDArray[np.bool_]) -> Daily | None:
    """Return the usual events of each day's weekday, None when there are too few days to say."""
    end = len(events) - _JUDGED_DAYS
    before = np.arange(max(0, end - _MOST_BEFORE), max(0, end))
    before = before[told[before]]
    if len(before) < _FEWEST_BEFORE:
        return None
    weekday = before % 7
    counts = np.bincount(weekday, minlength=7)
    same = np.full(
        (7, _MOST_BEFORE // 7 + 1), np.inf
    )  # a row a weekday; days that did not report stand behind all others
    same[weekday, (end - 1 - before) // 7] = events[before]
    same.sort(axis=1)
    middle = [same[np.arange(7), place] for place in (np.maximum(counts - 1, 0) // 2, counts // 2)]
    usual = np.where(counts > 0, (middle[0] + middle[1]) / 2, 0.0)
    return usual[np.arange(len(events)) % 7]


def _shared(others: Daily, told: NDArray[np.bool_]) -> Daily:
    """Return which part of their usual traffic the customer's other integrations have on each day, at most all of it."""
    usual = _usual(others, told)
    if usual is None or not others.any():
        return np.ones(len(others))
    return np.where(usual >= _FEWEST_EVENTS, np.minimum(others / np.maximum(usual, 1.0), 1.0), 1.0)


def _variation(calls: Daily, usual: Daily, *, before: int, evidence: Evidence) -> float:
    """Return the squared variation of a day's traffic, from the days before and what is to be expected of any."""
    off = np.log((calls[:before] + 0.5) / (usual[:before] + 0.5))
    seen = (1.4826 * float(np.median(np.abs(off - np.median(off))))) ** 2
    return (_PRIOR_DAYS * evidence.day_variation**2 + before * seen) / (_PRIOR_DAYS + before)
