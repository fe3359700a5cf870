"""Other customers, months and sizes hold what their truth says."""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest

from techhealth.errors import UsageError
from techhealth.sample import SCENARIOS

GLOBEX = {
    "customer": "Globex", "limit": 60, "weekday": "Tuesday", "hours": (9, 11),
    "onset_days_before_end": 10, "integrations": 3,
}  # fmt: skip


@pytest.mark.parametrize("seed", [7, 8, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(20))])
def test_another_customer_holds_what_was_asked(planted: Callable, check: Callable, seed: int) -> None:
    """A limit of 60, Tuesdays, 9 to 11 h, an onset ten days before the end and three integrations are planted."""
    sample = planted("acme", seed=seed, **GLOBEX)
    api, healthy, webhook = sample.truth.integrations

    check(sample)
    assert sample.document["customer"] == "Globex"
    assert (api.limit.per_minute, api.limit.onset) == (60, date(2026, 1, 19))
    assert [item.weekday for item in api.weekday] == ["Tuesday"]
    assert (webhook.hours.first, webhook.hours.last) == (9, 11)
    assert healthy.failures < 0.004 * healthy.n
    assert not {"Acme", *(item.name for item in planted("acme").truth.integrations)} & {
        item.name for item in (api, healthy, webhook)
    }


def test_another_customer_has_latencies_of_its_own(planted: Callable) -> None:
    """The latencies of a drawn customer hold in its last week and in its whole period."""
    sample = planted("second", seed=4, integrations=5)

    for item in sample.truth.integrations:
        if item.latency is None:
            continue
        ok = sample.of(item.name).filter("ok")
        for rows in (ok, ok.filter(pl.col("at").dt.date() > date(2026, 1, 22))):
            found = [rows["latency_ms"].mean(), *np.quantile(rows["latency_ms"], [0.5, 0.95, 0.99], method="lower")]
            expected = [item.latency.mean_ms, item.latency.p50_ms, item.latency.p95_ms, item.latency.p99_ms]
            assert found == pytest.approx(expected, rel=0.01)


def test_asking_for_one_thing_leaves_the_rest_as_drawn(planted: Callable) -> None:
    """A weekday given by name changes the weekday alone."""
    drawn, asked = (planted("second", seed=3, **more).truth for more in ({}, {"weekday": "wed"}))

    assert asked.integrations[0].weekday[0].weekday == "Wednesday"
    assert asked.integrations[0].limit == drawn.integrations[0].limit
    assert asked.integrations[-1] == drawn.integrations[-1]


def test_names_of_integrations_may_be_given(planted: Callable, check: Callable) -> None:
    """Given names are used as they are, and a webhook is known by its name."""
    names = ["Export service", "My webhook “A”", "CRM \\ sync", "Webhook 2"]
    sample = planted("second", integrations=names, customer='Müller "& Söhne" AG')

    check(sample)
    assert sample.document["customer"] == 'Müller "& Söhne" AG'
    assert {item.name: item.kind for item in sample.truth.integrations} == dict(
        zip(names, ("api", "webhook", "api", "webhook"), strict=True)
    )


@pytest.mark.parametrize("count", [1, 2, 10])
def test_so_many_integrations_as_asked(planted: Callable, check: Callable, count: int) -> None:
    """A sample has as many integrations as asked for, the limited API always among them."""
    sample = planted("second", integrations=count, month="2026-02")

    check(sample)
    assert len({item.name for item in sample.truth.integrations}) == count
    assert sample.truth.integrations[0].limit is not None


def test_a_seed_moves_the_worked_example_but_not_its_truth(planted: Callable, check: Callable, acme) -> None:
    """Another seed gives the worked example other rows with the same counts."""
    sample = planted("acme", seed=5)

    check(sample)
    assert sample.truth.integrations == acme.truth.integrations
    assert not sample.records["timestamp"].equals(acme.records["timestamp"])


def test_another_month_of_the_worked_example_is_quiet(planted: Callable, check: Callable, acme) -> None:
    """December has no 429, 2.1 % errors on Reports throughout, 401 on 0.5 % of calls and a p95 of 1,200 ms."""
    sample = planted("acme", month="2025-12")
    reports = sample.truth["Custom API (Reports)"]

    check(sample)
    assert (sample.truth.first, sample.truth.last) == (date(2025, 12, 1), date(2025, 12, 31))
    assert "429" not in reports.codes
    assert reports.codes["401"] / reports.n == pytest.approx(0.005, rel=0.05)
    assert [week.failures / week.n for week in reports.weekly] == pytest.approx([0.021] * 4, rel=0.04)
    assert sample.of(reports.name).filter("ok")["latency_ms"].quantile(0.95, "lower") == pytest.approx(1200, rel=0.01)
    ids = sample.records["request_id"].drop_nulls()
    assert not ids.is_in(acme.records["request_id"].drop_nulls().implode()).any()


@pytest.mark.parametrize("rows", [200, 1_000, 4_999, 10_000, 23_000])
def test_so_many_rows_as_asked(planted: Callable, check: Callable, rows: int) -> None:
    """A sample has exactly as many rows as asked for, and holds what its truth says at every size."""
    sample = planted("acme", rows=rows)

    check(sample)
    assert len(sample.records) == rows


def test_more_rows_keep_the_rates(planted: Callable, check: Callable, acme) -> None:
    """Success rates, the limit and the share of rejections stay when a sample grows."""
    sample = planted("acme", rows=100_000)
    big = sample.truth

    check(sample)
    assert len(sample.records) == 100_000
    for item, small in zip(big.integrations, acme.truth.integrations, strict=True):
        assert item.failures / item.n == pytest.approx(small.failures / small.n, rel=0.03)
    assert big["Custom API (Reports)"].limit.per_minute == 100
    assert len(big["Custom API (Reports)"].limit.bursts) == 22


def test_healthy_has_nothing_wrong(planted: Callable, check: Callable) -> None:
    """Nothing is planted in the healthy sample, and 99.5 % of everything succeeds."""
    sample = planted("healthy")

    check(sample)
    assert all(
        (item.limit, item.weekday, item.size, item.hours) == (None, (), None, None)
        for item in sample.truth.integrations
    )
    assert all(item.failures < 0.005 * item.n for item in sample.truth.integrations)


def test_quiet_is_too_little_data(planted: Callable, check: Callable) -> None:
    """The quiet sample holds fewer than twenty calls."""
    sample = planted("quiet")

    check(sample)
    assert (sample.truth.api_calls, sample.truth.webhook_deliveries) == (14, 5)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("acmee", {}, f"use one of {', '.join(SCENARIOS)}"),
        ("acme", {"month": "2025-13"}, "write it as 2025-12"),
        ("acme", {"weekday": "Someday"}, "no weekday"),
        ("acme", {"weekday": "T"}, "no weekday"),
        ("acme", {"hours": (11, 9)}, "9-11"),
        ("acme", {"hours": (9, 11), "integrations": 1}, "need a webhook"),
        ("acme", {"integrations": ["Webhook (Users)"]}, "need an API"),
        ("acme", {"integrations": ["A", "A"]}, "different names"),
        ("acme", {"integrations": 0}, "from 1 to 10"),
        ("acme", {"limit": 5}, "from 20 to 10,000"),
        ("acme", {"onset_days_before_end": 2}, "from 5 to 21"),
        ("acme", {"customer": " "}, "needs a name"),
        ("acme", {"rows": 100}, "at least 200 rows"),
        ("healthy", {"limit": 60}, "for more use second"),
    ],
)
def test_what_cannot_be_planted_is_said(planted: Callable, name: str, options: dict[str, object], message: str) -> None:
    """A wish that cannot be planted ends in a sentence that says what can."""
    with pytest.raises(UsageError, match=message):
        planted(name, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 20},
        {"limit": 500},
        {"hours": (0, 1)},
        {"hours": (6, 22)},
        {"hours": (23, 24)},
        {"onset_days_before_end": 5},
        {"onset_days_before_end": 21},
        {"month": "2024-02"},
    ],
)
def test_the_ends_of_every_option_can_be_planted(
    planted: Callable, check: Callable, options: dict[str, object]
) -> None:
    """The smallest and largest value of an option is planted as asked."""
    check(planted("second", seed=11, **options))
