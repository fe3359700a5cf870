"""The worked example holds the requirement's numbers."""

import gzip
import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from techhealth.policy import Contact, Policy
from techhealth.sample import write_sample

DATA = Path(__file__).parents[2] / "data"
FILE = DATA / "acme_api_logs_jan2026.json.gz"
REPORTS, EVENTS = "Custom API (Reports)", "Webhook (Events)"
WEEKS = ((1, 8), (9, 15), (16, 22), (23, 29))
CALLS = {"Salesforce Sync": 18_000, "Slack Notifications": 9_894, "Custom API (Data)": 10_000, REPORTS: 7_340}
LATENCY = {  # mean, p50, p95, p99 in ms
    "Salesforce Sync": (120, 95, 180, 320),
    "Slack Notifications": (45, 32, 78, 145),
    "Custom API (Data)": (890, 650, 1200, 2100),
    REPORTS: (1200, 890, 2400, 5800),
}
BURSTS = ((15, 20), (16, 10), (19, 12), (20, 15), (21, 18), (22, 20), (23, 10), (26, 12), (27, 17), (28, 100))


def between(first: int, last: int) -> pl.Expr:
    """Return whether a record lies in these days of January."""
    return pl.col("at").dt.day().is_between(first, last)


def per(rows: pl.DataFrame, part: pl.Expr) -> dict[int, int]:
    """Return counts of records by a part of their instant."""
    return dict(rows.group_by(part.alias("part")).len().sort("part").iter_rows())


def test_the_committed_file_is_what_the_command_writes(tmp_path: Path) -> None:
    """The committed file unpacks to the very bytes that the sample command writes, and is at most 2 MB."""
    write_sample("acme", out=tmp_path / "acme.json")

    assert (tmp_path / "acme.json").read_bytes() == gzip.decompress(FILE.read_bytes())
    assert FILE.stat().st_size <= 2_000_000


def test_records_hold_what_the_truth_says(acme, check: Callable) -> None:
    """The answer sheet of the worked example agrees with its records, count for count."""
    check(acme)


def test_totals_and_names_are_those_of_the_requirement(acme) -> None:
    """The file names Acme Corp and holds 45,234 calls and 1,234 deliveries of five integrations."""
    assert acme.document["customer"] == "Acme Corp"
    assert len(acme.records.filter(pl.col("type") == "api_call")) == 45_234
    assert per(acme.records, pl.col("integration")) == {**CALLS, EVENTS: 1_234}


def test_no_record_repeats_another(acme) -> None:
    """Each call and delivery has an id of its own and is the first attempt."""
    calls = acme.records.filter(pl.col("type") == "api_call")

    assert calls["request_id"].n_unique() == 45_234
    assert acme.of(EVENTS)["delivery_id"].n_unique() == 1_234
    assert set(acme.of(EVENTS)["attempt"]) == {1}


def test_no_failed_call_is_followed_by_the_same_request(acme) -> None:
    """No call repeats the path and size of an earlier one within an hour, so that none reads as a retry."""
    calls = acme.of(REPORTS).with_columns(
        gap=pl.col("at").diff().over("endpoint", "request_bytes", order_by="at").dt.total_minutes()
    )

    assert calls.filter(pl.col("gap") < 60).is_empty()


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        (0, {"500": 20, "408": 12, "401": 10}),
        (1, {"429": 20, "500": 42, "408": 24, "401": 10}),
        (2, {"429": 75, "500": 46, "408": 27, "401": 10}),
        (3, {"429": 139, "500": 48, "408": 26, "401": 12}),
    ],
)
def test_errors_of_reports_per_week(acme, week: int, expected: dict[str, int]) -> None:
    """Reports fails each week as often and with the codes of the requirement."""
    rows = acme.of(REPORTS).filter(between(*WEEKS[week]))

    assert len(rows) == (2_024, 1_772, 1_772, 1_772)[week]
    assert dict(rows["code"].drop_nulls().value_counts().iter_rows()) == expected


def test_calls_are_level_over_the_days(acme) -> None:
    """Reports has 252 to 254 calls on every day, burst minutes included; the others vary by at most one."""
    days = {name: per(acme.of(name), pl.col("at").dt.day()).values() for name in CALLS}

    assert min(days[REPORTS]) >= 252
    assert max(days[REPORTS]) <= 254
    assert all(max(counts) - min(counts) <= 1 for counts in days.values())


def test_the_limit_is_hit_in_ten_minutes_only(acme) -> None:
    """Ten clock minutes hold exactly 100 accepted calls and the stated rejections; no other minute comes near 100."""
    minutes = acme.of(REPORTS).group_by(pl.col("at").dt.truncate("1m")).agg(
        n=pl.len(), rejected=(pl.col("status") == "429").sum(),
    ).sort("at")  # fmt: skip
    hit = minutes.filter(pl.col("rejected") > 0)

    assert list(zip(hit["at"].dt.day(), hit["rejected"], strict=True)) == list(BURSTS)
    assert set(hit["n"] - hit["rejected"]) == {100}
    assert minutes.filter(pl.col("rejected") == 0)["n"].max() < 10
    assert set(acme.records.filter(pl.col("status") == "429")["integration"]) == {REPORTS}


def test_rejections_follow_no_hour_and_no_weekday(acme) -> None:
    """No two hours hold half of the rejected calls, and no weekday three quarters."""
    rejected = acme.of(REPORTS).filter(pl.col("status") == "429")
    hours = per(rejected, pl.col("at").dt.hour())

    assert max(hours.get(hour, 0) + hours.get(hour + 1, 0) + hours.get(hour + 2, 0) for hour in range(24)) < 117
    assert max(per(rejected, pl.col("at").dt.weekday()).values()) < 0.75 * 234


def test_authentication_fails_on_sundays_only(acme) -> None:
    """All 401s fall on the four Sundays, spread over the day."""
    rows = acme.records.filter(pl.col("status").is_in(["401", "403"]))

    assert per(rows, pl.col("at").dt.day()) == {4: 10, 11: 10, 18: 10, 25: 12}
    assert set(rows["integration"]) == {REPORTS}
    assert max(per(rows, pl.col("at").dt.hour()).values()) <= 6


def test_large_requests_fail(acme) -> None:
    """Of 450 requests above 8 MB 140 meet a 500, of the other 6,890 only 16; no size lies near the limit."""
    rows = acme.of(REPORTS)
    large = rows["request_bytes"] > 8_000_000
    hit = rows["status"] == "500"

    assert (large.sum(), (large & hit).sum(), (~large & hit).sum()) == (450, 140, 16)
    assert not rows["request_bytes"].is_between(7_600_001, 8_799_999).any()
    assert set(rows.filter(large)["status"]) == {"200", "500"}
    assert max(per(rows.filter(large), pl.col("at").dt.day()).values()) == 16


def test_endpoints_are_the_same_on_both_sides_of_the_size(acme) -> None:
    """Small and large requests go to the same endpoints in the same proportions."""
    template = pl.col("endpoint").str.replace(r"\d{5}", "{id}")
    rows = acme.of(REPORTS).with_columns(template=template, large=pl.col("request_bytes") > 8_000_000)
    shares = rows.group_by("large", "template").len().with_columns(share=pl.col("len") / pl.sum("len").over("large"))
    wide = shares.pivot("large", index="template", values="share")

    assert len(wide) == 4
    assert (wide["true"] - wide["false"]).abs().max() < 0.01


@pytest.mark.parametrize("status", ["500", "408"])
def test_server_errors_and_timeouts_are_spread_evenly(acme, status: str) -> None:
    """Within a week the days differ by at most one failure, and no three hours hold a quarter."""
    rows = acme.of(REPORTS).filter(pl.col("status") == status)
    days = per(rows, pl.col("at").dt.day())
    hours = per(rows, pl.col("at").dt.hour())

    for first, last in WEEKS:
        counts = [days.get(day, 0) for day in range(first, last + 1)]
        assert max(counts) - min(counts) <= 1
    assert max(sum(hours.get(hour + n, 0) for n in range(3)) for hour in range(22)) < 0.25 * len(rows)


@pytest.mark.parametrize(
    ("name", "success"), [("Salesforce Sync", 0.998), ("Slack Notifications", 0.982), ("Custom API (Data)", 0.945)]
)
def test_other_integrations_keep_their_success_rate(acme, name: str, success: float) -> None:
    """The success rate holds in the window and in the whole period, without trend, weekday or hour."""
    rows = acme.of(name)
    bad = rows.filter(~pl.col("ok"))
    days = np.array([per(bad, pl.col("at").dt.day()).get(day, 0) for day in range(1, 30)])
    weekdays, hours = (per(bad, part).values() for part in (pl.col("at").dt.weekday(), pl.col("at").dt.hour()))

    assert rows["ok"].mean() == pytest.approx(success, abs=2e-5)
    assert rows.filter(between(23, 29))["ok"].mean() == pytest.approx(success, abs=2e-4)
    assert abs(np.polyfit(np.arange(28), days[1:], 1)[0]) < 0.01 * days.mean()
    assert days.std() > 0.05 * days.mean()
    assert max(weekdays) < 0.2 * len(bad)
    assert max(hours) < 0.12 * len(bad)


@pytest.mark.parametrize("name", LATENCY)
@pytest.mark.parametrize("days", [*WEEKS, (1, 29)])
def test_latency_holds_in_each_week_and_in_the_whole(acme, name: str, days: tuple[int, int]) -> None:
    """Mean and quantiles of successful calls are those of the requirement, by whichever rank one reads them."""
    rows = acme.of(name).filter(between(*days) & pl.col("ok"))
    values = np.sort(rows["latency_ms"].to_numpy())
    mean, *quantiles = LATENCY[name]

    assert values.mean() == pytest.approx(mean, rel=0.005)
    for rank, expected in zip((0.5, 0.95, 0.99), quantiles, strict=True):
        for index in (math.ceil(rank * len(values)) - 1, math.floor(rank * (len(values) - 1))):
            assert values[index] == pytest.approx(expected, rel=0.005)


def test_data_has_two_humps(acme) -> None:
    """Half of the calls of Data end just under 650 ms or just under 1,200 ms, fewer between."""
    values = acme.of("Custom API (Data)").filter("ok")["latency_ms"]
    near_650, between_both, near_1200 = (values.is_between(low, low + 100).sum() for low in (560, 800, 1_105))

    assert near_650 > 2 * between_both
    assert near_1200 > 2 * between_both


def test_deliveries_fail_in_the_afternoon(acme) -> None:
    """70 of 99 failures fall into the hours 14 and 15, which hold 8 to 15 % of deliveries, on 24 of 29 days."""
    rows = acme.of(EVENTS)
    afternoon = pl.col("at").dt.hour().is_in([14, 15])
    bad = rows.filter(~pl.col("ok"))

    assert dict(bad["reason"].value_counts().iter_rows()) == {
        "timeout": 67,
        "connection_refused": 23,
        "invalid_response": 9,
    }
    assert len(bad.filter(afternoon)) == 70
    assert bad.filter(afternoon)["at"].dt.date().n_unique() == 24
    assert 0.08 < len(rows.filter(afternoon)) / len(rows) < 0.15


def test_deliveries_fail_alike_in_every_week(acme) -> None:
    """Failed deliveries are flat in time; the window holds 24 of 304."""
    rows = acme.of(EVENTS)
    weeks = [(len(week), (~week["ok"]).sum()) for week in (rows.filter(between(*days)) for days in WEEKS)]

    assert weeks == [(338, 27), (296, 24), (296, 24), (304, 24)]
    assert rows["latency_ms"].null_count() == len(rows)


def test_calls_of_the_window_end_with_the_month(acme) -> None:
    """The first and the last record lie in the first and last hour of 1-29 January 2026."""
    first, last = acme.records["at"].min(), acme.records["at"].max()

    assert first < datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert last > datetime(2026, 1, 29, 23, tzinfo=UTC)


def test_the_policy_names_limits_and_people() -> None:
    """The policy beside the file is readable and holds four limits and the two people of the customer."""
    policy = Policy.from_toml(DATA / "acme.toml")

    assert list(policy.sla_ms.values()) == [500, 200, 1000, 2000]
    assert set(policy.sla_ms) == set(CALLS)
    assert policy.contacts == (
        Contact(name="Mike Johnson", role="Technical Lead", email="mike.johnson@example.com"),
        Contact(name="Kevin Wu", role="IT Director", email="kevin.wu@example.com"),
    )
