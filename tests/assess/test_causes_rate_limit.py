"""The rate limit: reconstructed, named, or asked for."""

from datetime import date, timedelta

import numpy as np
import pytest

from techhealth import figures
from techhealth.assess.advice import for_cause
from techhealth.assess.causes.proof import proven
from techhealth.assess.causes.rate_limit import two_figures_up
from techhealth.model import CauseKind, Change, Kind
from techhealth.usage.rollup import roll_up
from tests.assess.planted import FIRST, causes_of, event_frame, fail, of_kind, on, span, traffic


def burst(day: int, *, calls: int, limit: int, hour: int = 10, **same: object) -> list[dict[str, object]]:
    """Return one minute of calls of which only `limit` are accepted."""
    start = FIRST + timedelta(days=day, hours=hour, minutes=3, seconds=0.2)
    rows = [{"at": start + timedelta(seconds=59.5 * index / calls), **same} for index in range(calls)]
    for row in rows[limit:]:
        fail(row, "429")
    return rows


def test_limit_and_proposal_come_from_the_minutes_that_met_it():
    """Seven minutes that accept 60 show a limit of 60; the largest demand of 100 asks for 130."""
    rows = traffic() + [row for day in range(20, 27) for row in burst(day, calls=100, limit=60)]

    (found,) = of_kind(causes_of(rows), CauseKind.RATE_LIMIT)

    assert found.change == Change(setting="rate limit", current=60.0, proposed=130.0, unit="calls a minute")
    assert found.cause.statement == (
        "Too many requests (429) began on 21 January: 280 since, none before; all in minutes with more than 60 calls, "
        "consistent with a limit of 60 calls a minute"
    )
    assert found.removable == {on(day): 40 for day in range(20, 27)}
    assert found.cause.onset is not None


def test_a_job_that_starts_by_the_clock_is_told():
    """429s of the same minute of many hours are a job's, which can be spread; those of any minute are not."""
    by_clock = [row for day in (20, 21) for hour in range(8, 18) for row in burst(day, hour=hour, calls=100, limit=60)]
    moved = [{**row, "at": row["at"] + timedelta(minutes=3 * row["at"].hour)} for row in by_clock]  # type: ignore[union-attr, operator]

    (job,), (other,) = (of_kind(causes_of(traffic() + rows), CauseKind.RATE_LIMIT) for rows in (by_clock, moved))

    assert job.cause.statement.endswith("; nearly all in minute 03 of an hour, as of a job that starts by the clock")
    assert for_cause("API", job).steps[0].startswith("Ask their team to spread what starts at minute 03 over the hour")
    assert other.cause.evidence["minute_of_hour"] is None
    assert for_cause("API", other).steps[0].startswith("Confirm with engineering")


def test_other_failures_do_not_raise_the_limit():
    """What is let through and fails is part of what is let through: the limit is 60 all the same."""
    rows = traffic() + [row for day in range(20, 27) for row in burst(day, calls=100, limit=60)]
    for row in [row for row in rows if row.get("ok", True) and row["at"].minute == 3][::4]:  # type: ignore[union-attr]
        fail(row, "500")

    (found,) = of_kind(causes_of(rows), CauseKind.RATE_LIMIT)

    assert (found.change.current, found.change.proposed) == (60.0, 130.0)  # type: ignore[union-attr]


def test_minutes_count_each_call_once():
    """Calls that fail for another reason than the limit are one call each in the minutes side by side."""
    rows = traffic() + [row for day in range(20, 27) for row in burst(day, calls=100, limit=60)]
    for row in rows[::40]:
        fail(row, "500")

    (found,) = of_kind(causes_of(rows), CauseKind.RATE_LIMIT)
    proof = proven(found.cause, roll_up(event_frame(rows)), integration="api", kind=Kind.API, period=span())

    assert len(rows) == sum(one.n for one in proof.slices)


def test_a_proposal_resolves_only_what_the_replay_lets_through():
    """One minute far beyond all others is not resolved by a limit fit for the usual ones."""
    usual = [row for minute in range(400) for row in burst(minute % 20, hour=minute // 20, calls=14, limit=10)]
    rows = usual + burst(25, calls=60, limit=10)

    (found,) = of_kind(causes_of(rows), CauseKind.RATE_LIMIT)

    assert found.change is not None
    assert found.change.proposed == 18
    assert sum(found.removable.values()) == 400 * 4 + 8


def test_under_five_minutes_no_number_is_claimed():
    """Four minutes with a 429 name no limit; the statement says what to ask."""
    rows = traffic() + [row for day in range(20, 24) for row in burst(day, calls=100, limit=60)]

    (found,) = of_kind(causes_of(rows), CauseKind.RATE_LIMIT)

    assert found.change is None
    assert found.removable == {}
    assert "ask which limit applies" in found.cause.statement


def hours_of_calls(*, limit: int | None, seed: int) -> list[dict[str, object]]:
    """Return two weeks of working hours of about 100 calls; beyond a limit an hour's calls are refused, else a few are."""
    generator, rows = np.random.default_rng(seed), list[dict[str, object]]()
    for day in range(14):
        for hour in range(8, 18):
            start, calls = FIRST + timedelta(days=day, hours=hour), int(generator.poisson(100))
            called = [{"at": start + timedelta(seconds=float(at))} for at in np.sort(generator.uniform(0, 3600, calls))]
            for row in called[limit:] if limit else called[:: int(generator.integers(30, 60))]:
                fail(row, "429")
            rows += called
    return rows


@pytest.mark.parametrize("seed", range(3))
def test_a_limit_that_counts_by_the_hour_is_found(seed: int):
    """Where the minutes disagree and every full hour takes 90 calls, the limit is one an hour, and so is the proposal."""
    (found,) = of_kind(causes_of(hours_of_calls(limit=90, seed=seed), days=14), CauseKind.RATE_LIMIT)

    assert "consistent with a limit of 90 calls an hour" in found.cause.statement
    assert found.change is not None
    assert (found.change.current, found.change.unit) == (90.0, "calls an hour")


@pytest.mark.parametrize("seed", range(3))
def test_hours_that_are_alike_by_chance_show_no_limit(seed: int):
    """Busy hours resemble each other without any limit; only counts calmer than chance are one."""
    (found,) = of_kind(causes_of(hours_of_calls(limit=None, seed=seed), days=14), CauseKind.RATE_LIMIT)

    assert found.change is None


def test_minutes_that_disagree_show_no_limit():
    """Accepted calls that differ from minute to minute are no limit per minute."""
    rows = traffic() + [row for day in range(14, 28) for row in burst(day, calls=120, limit=10 + 7 * (day - 14))]

    (found,) = of_kind(causes_of(rows), CauseKind.RATE_LIMIT)

    assert found.change is None


def test_a_calm_minute_above_the_limit_refutes_it():
    """A minute that takes more calls than the limit, without a 429, speaks against a limit per minute."""
    rows = traffic() + [row for day in range(20, 27) for row in burst(day, calls=100, limit=60)]

    (found,) = of_kind(causes_of(rows + burst(5, calls=90, limit=90)), CauseKind.RATE_LIMIT)

    assert found.change is None


def test_a_header_that_names_the_limit_is_cited():
    """A limit named by the answers stands beside the reconstructed one."""
    rows = traffic() + [row for day in range(20, 27) for row in burst(day, calls=100, limit=60, rate_limit=60)]

    (found,) = of_kind(causes_of(rows), CauseKind.RATE_LIMIT)

    assert found.cause.evidence["limit_named_by_header"] == 60
    assert "the answers name 60" in found.cause.statement


def test_repeated_calls_are_no_demand():
    """A 429 that is retried at once does not ask for a higher limit twice."""
    rows = traffic()
    for day in range(20, 27):
        minute = burst(day, calls=100, limit=60)
        for row in minute[80:]:
            row["is_retry"] = True
        rows += minute

    (found,) = of_kind(causes_of(rows), CauseKind.RATE_LIMIT)

    assert found.change is not None
    assert found.change.proposed == 100


@pytest.mark.parametrize(("value", "rounded"), [(250, 250), (250.1, 260), (1.2, 2), (99, 99), (101, 110), (1234, 1300)])
def test_limits_are_rounded_up_to_two_figures(value: float, rounded: float):
    """Two significant figures, never less than asked for."""
    assert two_figures_up(value) == rounded


def loads(seed: int, *, first: int = 20, days: int = 34) -> tuple[list[dict[str, object]], int]:
    """Return working days with three busy minutes, which grow through a limit of 60 calls, and the first day beyond it."""
    generator, rows, beyond = np.random.default_rng(seed), traffic(days=days), list[int]()
    for index in range(days):
        weekday = (FIRST + timedelta(days=index)).weekday()
        calls = 50 * 1.07 ** max(index - first, -14) * (0.7 if weekday > 4 else 1.0)
        for hour in (9, 13, 17):
            asked = int(generator.poisson(calls))
            rows += burst(index, calls=asked, limit=60, hour=hour)
            beyond += [index] * (asked > 60)
    return rows, min(beyond)


def test_a_limit_is_dated_by_the_load_that_passes_it():
    """Demand that grows through a limit passes it first on busy days: that day is told, and the onset's interval holds it."""
    for seed in range(6):
        rows, first = loads(seed)

        (found,) = of_kind(causes_of(rows, days=34), CauseKind.RATE_LIMIT)
        onset, passed = found.cause.onset, date.fromisoformat(str(found.cause.evidence["first_day_over_limit"]))

        assert passed <= on(first)
        assert onset is not None
        assert onset.earliest <= on(first) <= onset.latest
        assert (
            onset.on == passed
            or f"which calls have passed in every week since {figures.day(passed)}" in found.cause.statement
        )


def test_a_limit_met_once_long_before_is_not_passed_since_then():
    """One minute beyond the limit weeks before the others is an incident of its own."""
    late = [row for day in range(20, 27) for row in burst(day, calls=100, limit=60)]

    (found,) = of_kind(causes_of(traffic() + burst(4, calls=70, limit=60) + late), CauseKind.RATE_LIMIT)

    assert found.cause.evidence["first_day_over_limit"] == on(20).isoformat()


def test_where_no_limit_is_shown_no_day_is_named():
    """Without a number for the limit nobody knows when it was passed."""
    rows = traffic() + [row for day in range(20, 24) for row in burst(day, calls=100, limit=60)]

    (found,) = of_kind(causes_of(rows), CauseKind.RATE_LIMIT)

    assert found.cause.evidence["first_day_over_limit"] is None
    assert "in every week" not in found.cause.statement
