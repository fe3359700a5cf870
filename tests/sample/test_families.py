"""Each family plants what its truth says, in traffic as varied as real traffic is; read back, it is what was written."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import techhealth as th
from techhealth.errors import UsageError
from techhealth.present.document import to_json
from techhealth.sample import SCENARIOS, write_sample
from techhealth.sample.draws import Draws
from techhealth.sample.families import CLEAN, DEGRADATIONS, Scenario, scenario
from techhealth.sample.families.traffic import luck

FAILING = [name for name, family in DEGRADATIONS.items() if family.measure == "failing"]


def daily(planted: Scenario) -> pl.DataFrame:
    """Return calls `n` and failures `k` a day of the integration a scenario is about."""
    mine = planted.events.filter(pl.col("integration") == planted.truth.integrations[0].name)
    return mine.group_by(day=pl.col("at").dt.date()).agg(n=pl.len(), k=(~pl.col("ok")).sum()).sort("day")


def rate(days: pl.DataFrame) -> float:
    """Return the failure rate of some days."""
    return float(days["k"].sum() / days["n"].sum())


def test_there_are_families_enough() -> None:
    """At least sixteen mechanisms degrade, and as many kinds of traffic are clean."""
    assert len({id(family.mechanism) for family in DEGRADATIONS.values()}) >= 16
    assert len(CLEAN) >= 16


@pytest.mark.parametrize("name", FAILING)
def test_failures_begin_at_the_onset(name: str) -> None:
    """Before the onset little fails, and around the critical day many times as much."""
    planted = scenario(name, seed=3)
    change = planted.truth.integrations[0].change
    assert change is not None
    days, week = daily(planted), timedelta(days=7)
    before = rate(days.filter(pl.col("day") < change.onset))
    after = rate(days.filter(pl.col("day") >= max(change.onset, change.critical - week)))

    assert before < 0.01
    assert after > 3 * before


@pytest.mark.parametrize("name", [name for name in FAILING if DEGRADATIONS[name].days_to_peak[1] and name != "burst"])
def test_the_critical_day_is_where_a_tenth_fails(name: str) -> None:
    """Around the critical day of a climb a tenth of the calls fails, give or take the luck of the days."""
    planted = scenario(name, seed=5)
    change = planted.truth.integrations[0].change
    assert change is not None
    near = pl.col("day").is_between(change.critical - timedelta(days=3), change.critical + timedelta(days=3))

    assert 0.05 < rate(daily(planted).filter(near)) < 0.2


@pytest.mark.parametrize("name", [name for name, family in DEGRADATIONS.items() if family.measure == "tries"])
def test_first_tries_fail_while_the_deliveries_arrive_as_before(name: str) -> None:
    """After the onset more first tries fail, and no more deliveries."""
    planted = scenario(name, seed=3)
    mine = planted.truth.integrations[0]
    assert mine.change is not None
    events = planted.events.filter(pl.col("integration") == mine.name)
    before, after = (
        events.filter(part).select(first=1 - pl.col("first_ok").mean(), last=1 - pl.col("ok").mean()).row(0)
        for part in (pl.col("at").dt.date() < mine.change.onset, pl.col("at").dt.date() > mine.change.critical)
    )

    assert after[0] > 2 * before[0]
    assert max(before[1], after[1]) < 0.01


def test_slow_calls_pass_the_sla_around_the_critical_day() -> None:
    """In the days around the critical day of a slowdown about a twentieth of the calls is slower than the SLA."""
    for name in ("slower", "slow-tail"):
        planted = scenario(name, seed=5)
        mine = planted.truth.integrations[0]
        assert mine.change is not None
        off = (pl.col("at").dt.date() - pl.lit(mine.change.critical)).dt.total_days()
        near = planted.events.filter((pl.col("integration") == mine.name) & off.is_between(-2, 2))

        assert 0.02 < near.filter(pl.col("latency_ms") > 1000).height / near.height < 0.12


def test_traffic_is_gone_after_a_silence_and_less_after_a_decline() -> None:
    """A silence leaves no call after its first day, a decline leaves less than half."""
    left = {}
    for name in ("silence", "decline"):
        planted = scenario(name, seed=2)
        change = planted.truth.integrations[0].change
        assert change is not None
        days = daily(planted)
        before, after = days.filter(pl.col("day") < change.onset), days.filter(pl.col("day") > change.onset)
        left[name] = after["n"].sum() / after.height / before["n"].mean() if after.height else 0.0

    assert left["silence"] == 0
    assert 0 < left["decline"] < 0.5


@pytest.mark.parametrize("name", CLEAN)
def test_clean_traffic_has_no_change(name: str) -> None:
    """A clean scenario plants no change, and its counts are those of its records."""
    planted = scenario(name, seed=4)
    (mine, beside) = planted.truth.integrations

    assert (mine.change, beside.change) == (None, None)
    assert mine.n + beside.n == planted.events.height == planted.truth.api_calls + planted.truth.webhook_deliveries


def test_days_share_their_luck_and_it_lingers() -> None:
    """Daily failures vary more than binomial counts do, and a bad day is often followed by another one."""
    factors = luck(Draws(1, "luck"), 20_000, varies=0.35)

    assert factors.mean() == pytest.approx(1.0, abs=0.02)
    assert factors.std() == pytest.approx(0.35, abs=0.02)
    assert np.corrcoef(factors[:-1], factors[1:])[0, 1] == pytest.approx(0.4, abs=0.05)


def test_the_seed_decides_everything() -> None:
    """The same seed gives the same events and truth, another seed others."""
    one, same, other = (scenario("endpoint", seed=seed) for seed in (1, 1, 2))

    assert_frame_equal(one.events, same.events)
    assert one.truth == same.truth != other.truth


@pytest.mark.parametrize("name", ["retry-storm", "receiver-hours", "first-tries", "limit"])
def test_a_written_scenario_is_read_back_as_its_events(name: str, tmp_path: Path) -> None:
    """Reading the file of a scenario gives the events that the benchmark replays."""
    truth = write_sample(name, out=tmp_path / "log.ndjson", seed=6)
    planted = scenario(name, seed=6)
    usage = th.read(tmp_path / "log.ndjson")
    told = [
        "integration",
        "kind",
        "status",
        "ok",
        "error",
        "reason",
        "endpoint",
        "client",
        "is_retry",
        "attempts",
        "first_ok",
        "first_error",
    ]
    key = pl.struct(*told).hash(seed=0)

    assert truth == planted.truth
    assert usage.receipt.events == planted.events.height
    assert sorted(usage.events.select(key).to_series()) == sorted(planted.events.select(key).to_series())


def test_a_family_takes_no_wish_it_cannot_hold(tmp_path: Path) -> None:
    """A family of degradations takes a seed and a customer and refuses everything else."""
    assert write_sample("limit", out=tmp_path / "a.csv", customer="Globex").customer == "Globex"
    assert {*DEGRADATIONS, *CLEAN} < {*SCENARIOS}
    with pytest.raises(UsageError, match="takes a seed and a customer"):
        write_sample("limit", out=tmp_path / "a.csv", limit=100)


@pytest.mark.parametrize("name", ["weekly-credential", "first-tries", "size", "client"])
def test_what_is_found_in_a_family_can_be_written_down(name: str, tmp_path: Path) -> None:
    """The assessment of a planted log becomes a document and comes back from it unchanged."""
    path = tmp_path / "planted.csv"
    write_sample(name, out=path, seed=3)
    found = th.assess(th.read(path))

    assert th.assessment_from_json(to_json(found)) == found


def test_access_that_stopped_is_critical_on_its_first_day(tmp_path: Path) -> None:
    """An expired credential is no matter of the window's mean: on the day it stops, while few of the week's calls failed yet."""
    path = tmp_path / "planted.csv"
    critical = scenario("credential", seed=3).truth.integrations[0].change.critical
    write_sample("credential", out=path, seed=3)
    (issue,) = th.assess(th.read(path), as_of=critical).issues

    assert (issue.severity, issue.kind) == ("critical", "auth")
