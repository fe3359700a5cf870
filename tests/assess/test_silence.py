"""Silence is a finding only where traffic was expected and others report."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from techhealth.assess.silence import silence
from techhealth.policy import Evidence
from tests.planted import T0, events, only_facts, rolled, with_main


def quiet_at_the_end(calls: int, days: int):
    """Return an integration with `calls` a day that stops `days` before the end."""
    facts = only_facts(rolled(events([0] * 28, calls=calls)))
    return with_main(facts, calls=np.r_[facts.calls[:-days], np.zeros(days, dtype=np.int64)])


OTHERS = np.full(28, 500)


def test_a_busy_integration_that_stops_is_silent_since_that_day():
    """Three days without a call, among days on which others report, are silence."""
    found = silence(quiet_at_the_end(100, 3), active=OTHERS, evidence=Evidence())

    assert T0 + timedelta(days=25) == found.onset.on
    assert (found.silent_days, found.expected_calls) == (3, 300)


def test_a_gap_of_all_integrations_is_not_silence():
    """Days on which nobody reports, while somebody does afterwards, are missing data."""
    gap = np.r_[OTHERS[:-3], np.zeros(2, dtype=np.int64), OTHERS[-1:]]

    assert silence(quiet_at_the_end(100, 3), active=gap, evidence=Evidence()) is None


def test_the_end_of_what_is_judged_is_silence_of_all():
    """Days at the end on which nobody reports were asked about: nothing came."""
    ended = np.r_[OTHERS[:-3], np.zeros(3, dtype=np.int64)]

    assert silence(quiet_at_the_end(100, 3), active=ended, evidence=Evidence()).silent_days == 3


def test_rare_traffic_may_pause():
    """Two quiet days of an integration with one call a day surprise nobody."""
    assert silence(quiet_at_the_end(1, 2), active=OTHERS, evidence=Evidence()) is None


def test_a_pause_as_long_as_earlier_ones_is_a_rhythm():
    """A job that runs every two weeks is not silent between its runs."""
    facts = only_facts(rolled(events([0] * 28, calls=100)))
    runs = np.where(np.arange(28) % 14 == 0, 100, 0)

    assert silence(with_main(facts, calls=runs), active=OTHERS, evidence=Evidence()) is None
