"""Silence is a finding only where traffic was expected and others report."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest

from techhealth.assess import assess
from techhealth.assess.silence import silence
from techhealth.model import IssueKind
from techhealth.policy import Evidence
from techhealth.present.card import render
from techhealth.usage.events import Usage
from tests.assess.test_assess import receipt
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


@pytest.mark.parametrize(
    ("kind", "told"), [("api", "09:28 UTC, about 200 calls"), ("webhook", "10:00 UTC, about 200 deliveries")]
)
def test_silence_begins_with_the_last_call(kind, told):
    """What stops in the morning is silent since that morning: to the minute for calls, to the hour for deliveries."""
    stop = datetime.combine(T0 + timedelta(days=35), time(9, 30), tzinfo=UTC)
    orders = events([0] * 40, kind=kind).filter(pl.col("at") < stop)
    found = assess(
        Usage(events=pl.concat([orders, events([0] * 40, integration="Billing")]).sort("at"), receipt=receipt("Globex"))
    )
    (issue,) = found.issues

    assert issue.title == f"No traffic since 9 February, {told} a day before"
    assert (issue.onset.on, issue.onset.earliest) == (stop.date(), stop.date())


def test_a_failure_rate_of_what_is_silent_is_told_as_past():
    """Where all failed until nothing came any more, nothing is above a limit now, and silence is no thin traffic."""
    orders = events([0] * 30 + [200] * 3, kind="webhook")
    found = assess(
        Usage(events=pl.concat([orders, events([0] * 60, integration="Billing")]).sort("at"), receipt=receipt("Globex"))
    )
    (failed,) = (issue for issue in found.issues if issue.kind is IssueKind.WEBHOOK)

    assert failed.forecast.text.startswith("None have come since 7 February; of the last deliveries before, ")
    assert failed.forecast.days is None
    assert "for it is silent now." in render(found, width=160, color=False)
