"""What the score is compared with, and why it is not."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from tests.assess.test_assess import assessed
from tests.planted import T0, events

DECEMBER = T0 - timedelta(days=28)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (events([1] * 30, integration="CRM", first=DECEMBER), "CRM has no score now"),
        (events([1] * 20, integration="CRM", first=T0), "CRM has no score then"),
        (
            events([1] * 26, integration="CRM", first=DECEMBER).vstack(
                events([1] * 22, integration="CRM", first=DECEMBER + timedelta(days=26), latency_ms=None)
            ),
            "latency of CRM cannot be judged now",
        ),
    ],
)
def test_months_that_cannot_be_compared_say_what_differs(other: pl.DataFrame, why: str):
    """Which integration, or which part of one, was judged at one of both times only stands in the words."""
    trend = assessed(events([2] * 48, first=DECEMBER), other).score.trend

    assert (trend.change, trend.compared_to) == (None, f"not comparable with December: {why}")


def test_months_of_the_same_integrations_are_compared():
    """Where the same was judged both times the trend is a number."""
    trend = assessed(events([2] * 48, first=DECEMBER), events([2] * 48, integration="CRM", first=DECEMBER)).score.trend

    assert (trend.direction, trend.change) == ("flat", 0)
