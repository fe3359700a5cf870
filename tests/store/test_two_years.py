"""Years of daily uploads: what is read to judge the newest stays as much as it was."""

import os
import time
from datetime import date, timedelta

import pytest

import techhealth as th
from techhealth.assess import assess
from techhealth.store import connect, keep, known, looked_at
from tests.store.usages import FIRST, usage

DAY = 24 * 60
SOAK = bool(os.environ.get("TECHHEALTH_SOAK"))
POLICY = th.Policy(customer="Globex")


def of_day(n):
    """Return the usage of the n-th day: a call a minute."""
    return usage(range(n * DAY, (n + 1) * DAY), name=f"day {n}", failing=100)


def seconds(judge):
    """Return the processor seconds that judging takes, the least of three."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        judge()
        taken.append(time.process_time() - begun)
    return min(taken)


def test_what_is_looked_at_is_bounded(tmp_path):
    """Of a long past only the month before and four weeks more are read."""
    store = connect(tmp_path)
    keep(store, usage(range(0, 200 * DAY, 60), name="long ago"), customer="Globex")
    newest = keep(store, of_day(200), customer="Globex")
    period, history = known(store, newest, looked_at(newest, POLICY))

    assert newest.first.date() == date(2026, 7, 20)
    assert history.hourly["at"].min().date() == date(2026, 6, 1) - timedelta(days=POLICY.windows.trend_days)
    assert period.events.height == DAY
    store.engine.dispose()


@pytest.mark.soak
def test_the_newest_of_two_years_costs_no_more_than_two_months(tmp_path, record_property):
    """With 730 daily uploads, judging the newest takes at most twice what it takes to analyse one month's log."""
    store = connect(tmp_path)
    for n in range(730):
        newest = keep(store, of_day(n), customer="Globex")
    columns = ("at", "integration", "endpoint", "status", "latency_ms")
    month = usage(range(30 * DAY), name="month", failing=100).events.select(columns).write_csv().encode()

    def judge_newest():
        period, history = known(store, newest, looked_at(newest, POLICY))
        assess(period, policy=POLICY, history=history)

    daily, alone = seconds(judge_newest), seconds(lambda: assess(th.read(month), policy=POLICY))

    record_property("newest of 730 daily uploads against one month's log", f"{daily:.2f} s against {alone:.2f} s")
    assert newest.last.date() == (FIRST + timedelta(days=729)).date()
    assert daily <= 2 * alone
