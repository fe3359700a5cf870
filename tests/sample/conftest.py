"""What a sample holds, measured on its records by other means than those that planted it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from techhealth.sample import Truth, write_sample
from techhealth.sample.truth import (
    BurstTruth,
    HoursTruth,
    IntegrationTruth,
    LimitTruth,
    SizeTruth,
    WeekdayTruth,
    WeekTruth,
)


@dataclass(frozen=True)
class Sample:
    """A sample read back: its envelope, its records as one frame (at, ok and code added), and its truth."""

    document: dict[str, object]
    records: pl.DataFrame
    truth: Truth

    def of(self, integration: str) -> pl.DataFrame:
        """Return the records of one integration."""
        return self.records.filter(pl.col("integration") == integration)


def read(path: Path) -> tuple[dict[str, object], pl.DataFrame]:
    """Return the envelope and the records of a JSON sample."""
    document = json.loads(path.read_bytes())
    return document, judged(document["records"])


def judged(records: Iterable[dict[str, object]]) -> pl.DataFrame:
    """Return records as a frame with instant, outcome, and status or reason of the failure."""
    rows = [{"reason": None, **row, "status": str(row["status"])} for row in records]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    ok = pl.col("status").is_in(["200", "201", "delivered"])
    return frame.with_columns(
        at=pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_zone="UTC"),
        ok=ok,
        code=pl.when(ok).then(None).when(pl.col("type") == "api_call").then("status").otherwise("reason"),
    )


def measured(rows: pl.DataFrame, expected: IntegrationTruth) -> IntegrationTruth:
    """Return what the records hold of each thing that is said to be planted; latencies are left as expected."""
    bad = rows.filter(~pl.col("ok"))
    return replace(
        expected,
        n=len(rows),
        failures=len(bad),
        weekly=tuple(_week(rows, week) for week in expected.weekly),
        codes=dict(bad["code"].value_counts().iter_rows()),
        limit=expected.limit and _limit(rows, expected.limit),
        weekday=tuple(_weekday(bad, item) for item in expected.weekday),
        size=expected.size and _size(rows, expected.size),
        hours=expected.hours and _hours(bad, expected.hours),
    )


def _week(rows: pl.DataFrame, week: WeekTruth) -> WeekTruth:
    mine = rows.filter(pl.col("at").dt.date().is_between(week.first, week.last))
    return replace(week, n=len(mine), failures=mine["ok"].not_().sum())


def _limit(rows: pl.DataFrame, limit: LimitTruth) -> LimitTruth:
    throttled = (pl.col("status") == "429").sum()
    minutes = rows.group_by(pl.col("at").dt.truncate("1m")).agg(n=pl.len(), rejected=throttled).sort("at")
    hit = minutes.filter(pl.col("rejected") > 0)
    bursts = tuple(BurstTruth(at=at, accepted=n - rejected, rejected=rejected) for at, n, rejected in hit.iter_rows())
    return LimitTruth(
        per_minute=max(burst.accepted for burst in bursts),
        onset=bursts[0].at.date(),
        largest_demand=minutes["n"].max(),
        bursts=bursts,
    )


def _weekday(bad: pl.DataFrame, planted: WeekdayTruth) -> WeekdayTruth:
    mine = bad.filter(pl.col("code") == str(planted.status))
    days = mine.group_by(pl.col("at").dt.date().cast(pl.String)).len().sort("at")
    (weekday,) = set(mine["at"].dt.strftime("%A"))
    return replace(planted, weekday=weekday, days=dict(days.iter_rows()))


def _size(rows: pl.DataFrame, planted: SizeTruth) -> SizeTruth:
    large = pl.col("request_bytes") > planted.above_bytes
    hit = pl.col("code") == str(planted.status)
    above, below = rows.filter(large), rows.filter(large.not_() | pl.col("request_bytes").is_null())
    return replace(
        planted,
        calls_above=len(above),
        failures_above=len(above.filter(hit)),
        calls_below=len(below),
        failures_below=len(below.filter(hit)),
    )


def _hours(bad: pl.DataFrame, planted: HoursTruth) -> HoursTruth:
    inside = bad.filter(pl.col("at").dt.hour().is_between(planted.first, planted.last - 1))
    return replace(planted, failures=len(inside), days=inside["at"].dt.date().n_unique())


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Sample]:
    """Return a function that writes a sample with the given options and reads it back."""

    def write(name: str, **options: object) -> Sample:
        path = tmp_path_factory.mktemp("sample") / "sample.json"
        truth = write_sample(name, out=path, **options)
        document, records = read(path)
        return Sample(document, records, truth)

    return write


@pytest.fixture(scope="session")
def acme(planted: Callable[..., Sample]) -> Sample:
    """Return the worked example."""
    return planted("acme")


@pytest.fixture(scope="session")
def check() -> Callable[[Sample], None]:
    """Return a function that asserts that records hold what their truth says."""

    def compare(sample: Sample) -> None:
        for expected in sample.truth.integrations:
            assert expected == measured(sample.of(expected.name), expected)
        kinds = dict(sample.records["type"].value_counts().iter_rows())
        assert sample.truth.api_calls == kinds.get("api_call", 0)
        assert sample.truth.webhook_deliveries == kinds.get("webhook_delivery", 0)
        start = datetime.combine(sample.truth.first, time(), UTC)
        end = datetime.combine(sample.truth.last, time(), UTC) + timedelta(days=1)
        assert sample.records["at"].is_between(start, end, closed="left").all()
        assert sample.records["at"].is_sorted()

    return compare
