"""Endpoints and client versions."""

import numpy as np
import pytest

from techhealth.assess.causes.proof import proven
from techhealth.model import CauseKind, Kind, Owner
from techhealth.usage.rollup import roll_up
from tests.assess.planted import causes_of, event_frame, fail, of_kind, on, span, traffic


def split(
    *, key: str, rates: dict[str, tuple[float, float]], seed: int = 0, onset: int = 20
) -> list[dict[str, object]]:
    """Return traffic of slices with failure rates before and after a day."""
    random = np.random.default_rng(seed)
    rows = []
    for index, (name, (before, after)) in enumerate(rates.items()):
        for row in traffic(daily=100, seed=index, **{key: name}):
            late = row["at"].date() >= on(onset)  # type: ignore[union-attr]
            if random.random() < (after if late else before):
                fail(row, "500")
            rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(3))
def test_a_version_that_fails_more_often_is_named_before_the_endpoint(seed: int):
    """One client version with most of the excess is the top cause, with both rates."""
    rows = split(key="client", rates={"sdk/1": (0.01, 0.01), "sdk/2": (0.01, 0.25), "sdk/3": (0.01, 0.01)}, seed=seed)

    found = causes_of(rows, onset=on(20))

    assert found[0].cause.kind is CauseKind.CLIENT_VERSION
    assert found[0].cause.evidence["slice"] == "sdk/2"
    assert found[0].cause.share_of_excess is not None
    assert found[0].cause.share_of_excess > 0.8


def test_an_endpoint_is_judged_by_its_excess_not_by_its_total():
    """An endpoint that always failed hides neither the one that began to, nor takes its blame."""
    rows = split(key="endpoint", rates={"/old": (0.20, 0.20), "/new": (0.005, 0.60), "/other": (0.005, 0.005)})

    (found,) = of_kind(causes_of(rows, onset=on(20)), CauseKind.ENDPOINT)

    assert found.cause.evidence["slice"] == "GET /new"
    assert found.cause.share_of_excess == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_slices_that_fail_alike_are_not_named(seed: int):
    """Slices that differ by chance are no cause."""
    rows = split(key="client", rates={f"sdk/{index}": (0.03, 0.03) for index in range(4)}, seed=seed)

    assert of_kind(causes_of(rows), CauseKind.CLIENT_VERSION) == []


def test_a_single_slice_explains_nothing():
    """With one endpoint and one client there is nothing to compare with."""
    rows = traffic(client="sdk/1")
    for row in rows[::10]:
        fail(row, "500")

    assert {one.cause.kind for one in causes_of(rows)} == {CauseKind.ERROR_CODE}


def test_a_version_that_appeared_the_day_before_the_dated_onset_is_named():
    """A new version has no level of its own before the onset: its first failures there do not speak for it."""
    rows = split(key="client", rates={"sdk/1": (0.01, 0.01), "sdk/2": (0.01, 0.01)})
    random = np.random.default_rng(1)
    for row in traffic(daily=40, client="sdk/3"):
        if row["at"].date() >= on(19):  # type: ignore[union-attr]
            if random.random() < 0.4:
                fail(row, "422")
            rows.append(row)

    found = causes_of(rows, onset=on(20))

    assert (found[0].cause.kind, found[0].cause.evidence["slice"]) == (CauseKind.CLIENT_VERSION, "sdk/3")
    assert found[0].cause.share_of_excess > 0.7  # type: ignore[operator]


def refused(clients: dict[str, float], *, seed: int = 0) -> list[dict[str, object]]:
    """Return two endpoints, one of which refuses a part of each client's calls as invalid from a day on."""
    random = np.random.default_rng(seed)
    rows = [
        row
        for index, client in enumerate(clients)
        for endpoint in ("/orders", "/items")
        for row in traffic(daily=60, seed=index, client=client, endpoint=endpoint)
    ]
    for row in rows:
        late = row["at"].date() >= on(20)  # type: ignore[operator, union-attr]
        if late and row["endpoint"] == "/orders" and random.random() < clients[str(row["client"])]:
            fail(row, "422")
    return rows


def young(seed: int, *, to: str | None) -> list[dict[str, object]]:
    """Return traffic of four clients with six failures since the last two days: of one client, or as they fall."""
    random = np.random.default_rng(seed)
    rows = traffic(seed=seed, daily=80)
    for row in rows:
        row["client"] = str(random.choice(["sdk/1", "sdk/2", "sdk/3", "sdk/4"], p=[0.4, 0.3, 0.2, 0.1]))
    late = [row for row in rows if row["at"].date() >= on(27) and to in (None, row["client"])]  # type: ignore[union-attr]
    early = [row for row in rows if row["at"].date() < on(27)]  # type: ignore[union-attr]
    for row in [*random.choice(late, 6, replace=False), *random.choice(early, 6, replace=False)]:  # type: ignore[arg-type]
        fail(row, "400")
    return rows


@pytest.mark.parametrize("seed", range(3))
def test_as_few_failures_as_raise_an_alarm_name_a_client(seed: int):
    """Six failures of a client that makes a tenth of the calls are its own, though as many fell anywhere before."""
    top = causes_of(young(seed, to="sdk/4"), onset=on(27))[0].cause

    assert (top.kind, top.evidence["slice"]) == (CauseKind.CLIENT_VERSION, "sdk/4")


def test_a_few_failures_that_fall_anywhere_name_no_client():
    """Of ten times six failures as they fall at most one seems to be a client's: undetermined beats wrong."""
    tops = [causes_of(young(seed, to=None), onset=on(27))[0].cause.kind for seed in range(10)]

    assert tops.count(CauseKind.CLIENT_VERSION) <= 1


@pytest.mark.parametrize(
    ("clients", "owner"),
    [
        ({"sdk/1": 0.5, "sdk/2": 0.5, "sdk/3": 0.5}, Owner.US),
        ({"sdk/1": 0.5, "sdk/2": 0.5, "sdk/3": 0.0}, Owner.CUSTOMER),
        ({"sdk/1": 0.5}, Owner.CUSTOMER),
    ],
)
def test_what_is_refused_for_all_clients_at_once_is_ours(clients: dict[str, float], owner: Owner):
    """A request that was accepted until a day, whichever client makes it, points at the endpoint; else at their client."""
    (found,) = of_kind(causes_of(refused(clients), onset=on(20)), CauseKind.ENDPOINT)

    assert found.owner is owner
    assert ("consistent with a change of the endpoint" in found.cause.statement) == (owner is Owner.US)


@pytest.mark.parametrize(("broken", "name"), [(("GET", "POST"), "/orders"), (("GET",), "GET /orders")])
def test_a_path_that_fails_for_every_method_is_one_endpoint(broken: tuple[str, ...], name: str):
    """Where both methods of a path fail the path is named, where one of them does that one."""
    rows, random = traffic(), np.random.default_rng(0)
    for index, row in enumerate(rows):
        method, path = ("GET", "POST")[index % 2], ("/orders", "/users", "/files")[index % 3]
        row |= {"method": method, "endpoint": path}
        if path == "/orders" and method in broken and random.random() < 0.2:
            fail(row, "500")

    top = causes_of(rows)[0].cause

    assert (top.kind, top.evidence["slice"]) == (CauseKind.ENDPOINT, name)


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (("/orders", "/orders/{id}"), "/orders and /orders/{id}"),
        (("/orders/{id}",), "GET /orders/{id}"),
        (("/orders",), "GET /orders"),
    ],
)
@pytest.mark.parametrize("share", [0.1, 0.3])
def test_a_collection_and_its_single_items_are_one_cause(broken: tuple[str, ...], named: str, share: float):
    """Where a path fails alone it is named, where its single items fail as well both are, as one cause with both as proof."""
    rows = of_paths(broken, share=share)

    (found,) = of_kind(causes_of(rows), CauseKind.ENDPOINT)
    proof = proven(found.cause, roll_up(event_frame(rows)), integration="api", kind=Kind.API, period=span())

    assert named == found.cause.evidence["slice"]
    assert {f"GET {path}" for path in broken} == {one.name for one in proof.slices if one.named}


def test_a_collection_is_no_cause_where_another_fails_alike():
    """What fails elsewhere as well is not laid to a path and its items together."""
    found = of_kind(causes_of(of_paths(("/orders", "/orders/{id}", "/users"), share=0.2)), CauseKind.ENDPOINT)

    assert not [one for one in found if " and " in str(one.cause.evidence["slice"])]


def of_paths(broken: tuple[str, ...], *, share: float) -> list[dict[str, object]]:
    """Return traffic of four paths, of which some fail in part."""
    rows, random = traffic(), np.random.default_rng(1)
    for row in rows:
        row |= {"endpoint": str(random.choice(["/orders", "/orders/{id}", "/users", "/files"], p=[0.3, 0.2, 0.2, 0.3]))}
        if row["endpoint"] in broken and random.random() < share:
            fail(row, "500")
    return rows


def test_paths_that_fail_alike_are_not_one_endpoint():
    """What fails on two paths lies behind both, though one of them has most of the calls and both methods."""
    rows, random = traffic(), np.random.default_rng(0)
    for index, row in enumerate(rows):
        method, path = ("GET", "POST")[index % 2], ("/orders", "/orders", "/orders", "/files", "/users")[index % 5]
        row |= {"method": method, "endpoint": path}
        if path != "/users" and random.random() < 0.15:
            fail(row, "504")

    assert causes_of(rows)[0].cause.kind is CauseKind.ERROR_CODE
