"""The hour an issue came at: found where the log is dense enough, and not claimed elsewhere."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import techhealth as th
from techhealth.model import CauseKind
from techhealth.present.audience import Audience
from techhealth.present.began import hour_of
from techhealth.present.page.evidence import issue_facts
from techhealth.present.ticket_words import description
from techhealth.usage.events import Usage
from tests.assess.planted import FIRST, event_frame, fail, noise, traffic
from tests.builders import receipt


def _assessed(rows):
    frame = event_frame(rows)
    told = replace(receipt(), customers=(), failures_only=(), first=frame["at"].min(), last=frame["at"].max())
    return th.assess(Usage(events=frame, receipt=told))


def _issues(rows):
    return _assessed(rows).issues


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


def refused(since, *, clients=("sync", "portal"), days=30, code="401"):
    """Return issues where every call of the first client fails from an instant on."""
    rows = [row for client in clients for row in traffic(days=days, daily=240 // len(clients), client=client)]
    for row in rows:
        if row["client"] == clients[0] and row["at"] >= since:
            fail(row, code)
    issues = _issues(rows)
    return issues, rows


def test_what_fails_since_is_counted_from_the_hour():
    """Access that stops at 14:00 fails for all calls since, whatever succeeded that morning, in title, cause and baseline."""
    since = FIRST + timedelta(days=21, hours=14)
    (issue, *_), rows = refused(since, clients=("sync",))
    before, after = (sum((row["at"] >= since) is late for row in rows) for late in (False, True))

    counts = f"({after:,} of {after:,})"
    assert issue.title == f"Authentication fails since 22 January, 14:00 UTC: 100 % of calls {counts}, 0 % before"
    assert f": {after:,} of {after:,} calls since, none of {before:,} before" in issue.causes[0].statement
    assert (issue.baseline.k, issue.baseline.n) == (0, before)


def test_a_client_is_counted_from_the_first_whole_day():
    """Sums of days know no hour: the day on which it began is left out of a client's rate, and that is said."""
    (issue, *_), _ = refused(FIRST + timedelta(days=21, hours=14), code="422")
    client = next(one for one in issue.causes if one.kind is CauseKind.CLIENT_VERSION)

    assert "from 23 January on, 100 % of its 960 calls fail, 0 % of the other 960" in client.statement
    assert [(one.name, one.k, one.n) for one in client.slices] == [("sync", 960, 960), ("portal", 0, 960)]


def test_a_code_is_counted_from_its_hour():
    """A code that half of all calls answer since 14:00 began in that hour, at that rate."""
    since = FIRST + timedelta(days=21, hours=14)
    (issue, *_), _ = refused(since, code="422")
    code = next(one for one in issue.causes if one.kind is CauseKind.ERROR_CODE)

    assert "began on 22 January at 14:00 UTC: 50.0 % of calls since" in code.statement


def test_a_rise_within_the_window_is_told_from_its_hour():
    """What fails since yesterday noon is not thinned by the good days of the same week."""
    issue, *_ = planted(daily=960, since=FIRST + timedelta(days=27, hours=12))

    assert issue.title.startswith("Errors rose from 0.2 % to 25.")
    assert issue.title.endswith(" since 28 January, 12:00 UTC")


def test_days_without_hours_are_counted_by_the_day():
    """Totals of days, which stand at midnight, tell a day and no hour."""
    rows = [{**row, "at": row["at"].replace(hour=0, minute=0, second=0)} for row in traffic(daily=240)]
    for row in rows:
        if row["at"] >= FIRST + timedelta(days=21):
            fail(row, "401")
    issue, *_ = _issues(rows)

    assert issue.title == "Authentication fails since 22 January: 100 % of calls (1,920 of 1,920), 0 % before"


def test_what_was_before_ends_with_the_hour():
    """Page and ticket name the hour up to which the rate before is counted, and the day where only that is known."""
    (issue, *_), rows = refused(FIRST + timedelta(days=21, hours=14))
    found = _assessed(rows)

    assert f"(0 of {issue.baseline.n:,}) before 22 January, 14:00 UTC" in description(found, found.issues)
    assert f"(0 of {issue.baseline.n:,}) until 22 January, 14:00 UTC" in str(issue_facts(found, issue, audience=Audience.INTERNAL)).replace("\N{NO-BREAK SPACE}", " ")  # fmt: skip
    assert hour_of(replace(issue, began=None), "UTC") == ""


def test_failures_without_a_code_have_an_hour_and_no_code():
    """What no column names is not called by a code."""
    rows = traffic(daily=480)
    for row in rows:
        if row["at"] >= FIRST + timedelta(days=26, hours=9):
            row["ok"] = False
    issue, *_ = _issues(rows)

    assert (issue.began.at, issue.began.code) == (FIRST + timedelta(days=26, hours=9), None)
