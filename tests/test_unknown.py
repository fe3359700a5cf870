"""What a log cannot tell stays unknown, and every door says why and what to export."""

from __future__ import annotations

import pytest

from techhealth.assess import assess
from techhealth.ingest import read
from techhealth.model import Assessment
from techhealth.present.card import render
from techhealth.present.unknown import unknown
from tests.ingest.logs import as_csv, call


def _assessed(**columns: list[object]) -> Assessment:
    """Return the assessment of 800 calls over 20 days; a column's values are taken in turn, None takes it away."""
    rows = []
    for n in range(800):
        stamp = f"2026-01-{1 + n // 40:02d}T{n % 24:02d}:00:00Z"
        changed = {name: values[n % len(values)] for name, values in columns.items()}
        row = call(n, timestamp=stamp, integration="Billing", **changed)
        rows.append({name: value for name, value in row.items() if value is not None})
    return assess(read(as_csv(rows)))


def _components(found: Assessment) -> set[str]:
    return {one.name for one in found.integrations[0].components if one.score is not None}


def test_sign_ins_are_not_judged_where_no_row_tells_why_a_call_failed() -> None:
    """With true and false alone authentication has no score and the other weights are scaled up; with codes it has one."""
    told, untold = _assessed(status=[200, 200, 200, 500]), _assessed(status=[None], success=[True, True, True, False])

    assert _components(told) - _components(untold) == {"Authentication"}
    assert untold.integrations[0].score is not None


@pytest.mark.parametrize(
    ("columns", "why", "export"),
    [
        ({"status": [None]}, "no row tells whether a call succeeded", "the log with its status or outcome column"),
        ({"status": [500]}, "the log holds only failures", "the successes as well"),
    ],
)
def test_the_reason_and_the_remedy_are_named(columns: dict[str, list[object]], why: str, export: str) -> None:
    """The card says what keeps the score from being known, and what to export instead."""
    found = _assessed(**columns)
    card = " ".join(render(found, width=100, color=False).split())

    assert found.score.value is None
    assert (unknown(found).why, unknown(found).export) == (why, export)
    assert why in card
    assert export in card
