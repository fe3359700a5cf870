"""Large requests, and what only looks like them."""

import numpy as np
import pytest

from techhealth.model import CauseKind
from tests.assess.planted import causes_of, fail, of_kind, traffic

MB = 2**20


def sized(*, seed: int = 0, large: float = 0.06, **same: object) -> list[dict[str, object]]:
    """Return traffic of which a share is larger than 8 MB."""
    random = np.random.default_rng(seed)
    rows = traffic(seed=seed, **same)
    for row, is_large in zip(rows, random.random(len(rows)) < large, strict=True):
        row["request_bytes"] = int(random.uniform(8.1, 30) * MB) if is_large else int(random.uniform(0.001, 7.5) * MB)
    return rows


def fail_by_size(rows: list[dict[str, object]], *, above: float, below: float, seed: int = 0) -> None:
    """Let large calls fail with one chance and small ones with another."""
    random = np.random.default_rng(1000 + seed)
    for row in rows:
        if random.random() < (above if int(str(row["request_bytes"])) > 8 * MB else below):
            fail(row, "500")


@pytest.mark.parametrize("seed", range(3))
def test_failures_of_large_requests_name_the_size(seed: int):
    """A third of the calls above 8 MB failing, hardly any below, is stated with both rates and counts."""
    rows = sized(seed=seed)
    fail_by_size(rows, above=0.33, below=0.002, seed=seed)
    total = sum(row["ok"] is False for row in rows)

    (found,) = of_kind(causes_of(rows), CauseKind.REQUEST_SIZE)

    assert found.cause.evidence["threshold_bytes"] == 8 * MB
    assert "500s concentrate on large requests" in found.cause.statement
    assert "above 8 MB fail" in found.cause.statement
    assert 0.8 * total < sum(found.removable.values()) < total


def test_removable_failures_never_exceed_those_of_the_day():
    """What large requests explain lies on the days that have the failures."""
    rows = sized()
    fail_by_size(rows, above=0.4, below=0.002)
    failures: dict[object, int] = {}
    for row in rows:
        if not row["ok"]:
            failures[row["at"].date()] = failures.get(row["at"].date(), 0) + 1  # type: ignore[union-attr]

    (found,) = of_kind(causes_of(rows), CauseKind.REQUEST_SIZE)

    assert all(count <= failures[day] for day, count in found.removable.items())


def test_a_failing_endpoint_with_large_requests_is_not_size():
    """Where one endpoint fails at any size and happens to take large requests, size is not blamed."""
    random = np.random.default_rng(1)
    export, orders = traffic(daily=40, endpoint="/export"), traffic(daily=200, endpoint="/orders")
    for row in export:
        row["request_bytes"] = int(random.uniform(9, 30) * MB)
        if random.random() < 0.3:
            fail(row, "500")
    for row in orders:
        row["request_bytes"] = int(random.uniform(0.001, 1) * MB)
        if random.random() < 0.002:
            fail(row, "500")

    found = causes_of(export + orders)

    assert of_kind(found, CauseKind.REQUEST_SIZE) == []
    assert found[0].cause.kind is CauseKind.ENDPOINT
    assert found[0].cause.evidence["slice"] == "GET /export"


@pytest.mark.parametrize("seed", range(5))
def test_failures_at_any_size_name_none(seed: int):
    """Failures that do not depend on size are not said to."""
    rows = sized(seed=seed)
    fail_by_size(rows, above=0.03, below=0.03, seed=seed)

    assert of_kind(causes_of(rows), CauseKind.REQUEST_SIZE) == []


def test_logs_without_sizes_claim_nothing_about_them():
    """Unknown sizes are no evidence."""
    rows = traffic()
    for row in rows[::20]:
        fail(row, "500")

    assert of_kind(causes_of(rows), CauseKind.REQUEST_SIZE) == []


@pytest.mark.parametrize("seed", range(3))
def test_large_requests_may_be_a_good_part_of_the_traffic(seed: int):
    """Where a quarter of the calls is large, failures of these alone still name the size, early on as well."""
    rows = sized(seed=seed, large=0.25)
    fail_by_size(rows, above=0.06, below=0.001, seed=seed)

    (found,) = of_kind(causes_of(rows), CauseKind.REQUEST_SIZE)

    assert found.cause.evidence["threshold_bytes"] == 8 * MB


def test_nearly_all_requests_are_not_large():
    """Where hardly any request is smaller, as those without a body, size is no contrast, and is not blamed."""
    rows = sized(large=0.98)
    fail_by_size(rows, above=0.1, below=0.0)

    assert of_kind(causes_of(rows), CauseKind.REQUEST_SIZE) == []
