"""All questions together: silence on clean logs, order, shares, and hostile tables."""

from dataclasses import fields

import polars as pl
import pytest

from techhealth.assess.causes import Evidence, find_causes
from techhealth.assess.counted import Counted
from techhealth.model import CauseKind, Days, Kind
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup, roll_up
from tests.assess.planted import causes_of, event_frame, fail, noise, on, span, traffic


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["api", "webhook"])
def test_noise_has_no_cause(seed: int, kind: str):
    """Failures by chance, over endpoints, clients, sizes, hours and days, are left undetermined."""
    rows = [
        {**row, "client": f"sdk/{index % 3}", "endpoint": f"/{index % 4}", "request_bytes": 1000 + 37 * (index % 911)}
        for index, row in enumerate(traffic(seed=seed, kind=kind))
    ]
    noise(rows, rate=0.05, seed=seed, codes=("500", "503", "408", "401"))

    found = causes_of(rows, kind=kind)

    assert [one.cause.kind for one in found] == [CauseKind.UNDETERMINED]
    assert found[0].cause.share_of_issue == 1.0


def test_no_failure_has_no_cause():
    """Nothing failed, nothing to explain."""
    assert causes_of(traffic(days=3)) == []


def test_a_handful_of_failures_is_too_few_to_explain():
    """Under eight failures the answer says so."""
    rows = traffic()
    for row in rows[:5]:
        fail(row, "500")

    (found,) = causes_of(rows)

    assert found.cause.kind is CauseKind.UNDETERMINED
    assert "Too few failures (5)" in found.cause.statement


@pytest.mark.parametrize(("ill", "said"), [(("eu-west-1",), True), (("eu-west-1", "us-east-1"), False)])
def test_the_region_of_a_new_code_is_told_where_it_is_one(ill: tuple[str, ...], said: bool):
    """503s of one region are told with what fails elsewhere; where both regions fail alike neither is named."""
    rows = [{**row, "region": "eu-west-1" if index % 3 else "us-east-1"} for index, row in enumerate(traffic())]
    noise(
        [row for row in rows if row["at"].date() >= on(20) and row["region"] in ill], rate=0.2, seed=1, codes=("503",)
    )  # type: ignore[operator]
    noise([row for row in rows if row["ok"]], rate=0.005, seed=2, codes=("500",))

    statement = causes_of(rows, onset=on(20))[0].cause.statement

    assert ("are in region eu-west-1, where" in statement) is said
    assert ("region" in statement) is said


def test_a_new_code_is_dated_and_named_when_nothing_else_is_known():
    """503s that began on one day, everywhere alike, are dated: a symptom with its date."""
    rows = traffic()
    noise([row for row in rows if row["at"].date() >= on(20)], rate=0.1, seed=1, codes=("503",))  # type: ignore[operator]
    noise([row for row in rows if row["ok"]], rate=0.005, seed=2, codes=("500",))

    found = causes_of(rows, onset=on(20))

    assert found[0].cause.kind is CauseKind.ERROR_CODE
    assert found[0].cause.statement.startswith("Service unavailable (503) began on 21 January")
    assert found[0].cause.onset is not None
    assert found[0].cause.onset.on == on(20)


def test_shares_are_ratios_and_removable_failures_exist():
    """Shares lie between 0 and 1; no fix removes more than failed."""
    rows = traffic()
    for index, row in enumerate(rows):
        if row["at"].weekday() == 6 and index % 7 == 0:  # type: ignore[union-attr]
            fail(row, "401")
    noise([row for row in rows if row["ok"]], rate=0.01, seed=3)
    total = sum(not row["ok"] for row in rows)

    for one in causes_of(rows):
        assert 0 <= one.cause.share_of_issue <= 1
        assert one.cause.share_of_excess is None or 0 <= one.cause.share_of_excess <= 1
        assert sum(one.removable.values()) <= total == one.failures


def test_row_order_does_not_matter():
    """The same events in another order have the same causes."""
    rows = traffic()
    for row in rows[::9]:
        fail(row, "500")

    assert causes_of(rows) == causes_of(rows[::-1])


@pytest.mark.parametrize("missing", ["endpoints", "minutes", "sizes", "clients", "regions", "limits", "samples"])
def test_a_missing_table_only_leaves_its_question_open(missing: str):
    """Logs without sizes, clients or minutes are explained by what they have."""
    rows = traffic()
    for row in rows[::9]:
        fail(row, "429" if row["at"].day > 20 else "500")  # type: ignore[union-attr]
    full = roll_up(event_frame(rows))
    tables = {item.name: getattr(full, item.name) for item in fields(full)}
    poor = Rollup(**{**tables, missing: tables[missing].clear()})

    evidence = Evidence.of(poor, integration="api", counted=Counted.CALLS, days=span())
    found = find_causes(evidence, period=span(), window=span(), onset=on(20), target=0.01, policy=Policy())

    assert found


@pytest.mark.parametrize(
    "rows",
    [
        [],
        traffic(days=1, daily=1),
        [{**row, "ok": None, "status": None} for row in traffic(days=2, daily=24)],
        [{**row, "ok": False, "status": None, "error": None} for row in traffic(days=2, daily=24)],
        [
            {**row, "ok": False, "status": 500, "error": "500", "endpoint": None, "method": None}
            for row in traffic(days=9)
        ],
    ],
    ids=["empty", "one row", "outcome unknown", "reason unknown", "all fail"],
)
def test_hostile_logs_are_explained_without_a_crash(rows: list[dict[str, object]]):
    """Empty, tiny, unknown and hopeless logs give no cause or an honest one."""
    for kind in Kind:
        found = causes_of([{**row, "kind": kind.value} for row in rows], kind=kind.value)
        assert {one.cause.kind for one in found} <= {
            CauseKind.UNDETERMINED,
            CauseKind.DELIVERY_REASON,
            CauseKind.ERROR_CODE,
        }


def test_an_integration_that_is_not_there_has_no_cause():
    """An unknown name, or a period without data, is no error."""
    rollup = roll_up(event_frame(traffic(days=2)).filter(pl.col("ok")))
    far = Days(first=on(200), last=on(206), days=7)

    for name, period in (("nobody", span()), ("api", far)):
        evidence = Evidence.of(rollup, integration=name, counted=Counted.CALLS, days=period)
        assert find_causes(evidence, period=period, window=period, onset=None, target=0.01, policy=Policy()) == ()


def test_one_code_behind_nearly_all_failures_is_named():
    """Where every failure is a 404, the cause says so with its share and what it means, and its fix removes the excess."""
    rows = traffic(daily=100)
    for row in rows[::4]:
        fail(row, "404")

    (found,) = causes_of(rows)

    assert found.cause.kind is CauseKind.ERROR_CODE
    assert found.cause.statement == (
        "All failures are 404s: 725 of 725, 25.0 % of calls, without a clear start in this log; "
        "what is asked for is not there"
    )
    assert found.cause.onset is None
    assert sum(found.removable.values()) == 725 - 29  # one call in a hundred is tolerated


def test_a_steady_code_is_not_said_beside_what_explains_it():
    """404s of one endpoint are that endpoint's; that all failures are 404s adds nothing."""
    rows = [{**row, "endpoint": f"/{index % 4}"} for index, row in enumerate(traffic())]
    for row in rows[::8]:
        fail(row, "404")

    assert [one.cause.kind for one in causes_of(rows)] == [CauseKind.ENDPOINT]


def test_failures_without_a_stated_reason_stay_undetermined():
    """That all failures are "failed" names no cause."""
    rows = traffic()
    noise(rows, rate=0.05, seed=1, codes=("failed",))

    (found,) = causes_of(rows)

    assert found.cause.kind is CauseKind.UNDETERMINED
    assert found.cause.statement.endswith("the log holds failures without a stated reason (100 %)")
