"""The hour an issue came at: found where the log is dense enough, and not claimed elsewhere."""

from datetime import datetime, timedelta

import pytest

import techhealth as th
from techhealth.usage.events import Usage
from tests.assess.planted import FIRST, event_frame, fail, noise, traffic
from tests.builders import receipt


def _issues(rows):
    from dataclasses import replace

    frame = event_frame(rows)
    told = replace(receipt(), customers=(), failures_only=(), first=frame["at"].min(), last=frame["at"].max())
    return th.assess(Usage(events=frame, receipt=told)).issues


def planted(*, daily, since, share=4, code="503"):
    """Return issues of four weeks in which every so many-th call fails from an instant on."""
    rows = traffic(daily=daily)
    noise(rows, rate=0.002, seed=1, codes=("500",))
    for n, row in enumerate(rows):
        if row["at"] >= since and n % share == 0:
            fail(row, code)
    return _issues(rows)


@pytest.mark.parametrize("hour", [0, 9, 15, 21])
def test_the_hour_and_the_code_of_a_step_are_found(hour):
    """Failures that come at once are dated to within an hour, and told by the code that grew, not the usual one."""
    since = FIRST + timedelta(days=26, hours=hour)
    issue, *_ = planted(daily=960, since=since)

    assert abs(issue.began.at - since) <= timedelta(hours=1)
    assert issue.began.code == "503"


def test_thin_traffic_has_a_day_but_no_hour():
    """With a call an hour the day can be told, not the hour."""
    issue, *_ = planted(daily=24, since=FIRST + timedelta(days=25, hours=9), share=2)

    assert issue.onset is not None
    assert issue.began is None


def test_a_rise_has_no_hour():
    """What grows over weeks began in no hour."""
    rows = traffic(daily=480)
    for n, row in enumerate(rows):
        day = (row["at"] - FIRST).days
        if isinstance(row["at"], datetime) and day > 7 and n % 100 < day - 7:
            fail(row, "500")

    assert [issue.began for issue in _issues(rows)] == [None]
