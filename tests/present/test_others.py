"""Other uploads that count are named where the days of an assessment are."""

from dataclasses import replace
from datetime import date

import pytest

from techhealth.model import Other
from techhealth.present.card import render
from tests import builders
from tests.present.fragments import read

DECEMBER = Other(first=date(2025, 12, 1), last=date(2025, 12, 31), stored_on=date(2026, 1, 3))
NOVEMBER = Other(first=date(2025, 11, 1), last=date(2025, 11, 30), stored_on=date(2025, 12, 2))
WEEK = Other(first=date(2026, 1, 8), last=date(2026, 1, 14), stored_on=date(2026, 1, 15))


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ((DECEMBER,), ["Compared with", "1–31 December 2025 (uploaded 3 Jan 2026)"]),
        ((NOVEMBER, DECEMBER), ["Compared with", "1 November – 31 December 2025 (2 uploads, last 3 Jan 2026)"]),
        ((WEEK,), ["Together with", "8–14 January 2026 (uploaded 15 Jan 2026)"]),
    ],
    ids=["one before", "two before", "of the same days"],
)  # fmt: skip
def test_an_earlier_upload_that_counts_is_named_on_the_first_screen(others, said):
    """Its days and when it came stand beside the date range, on the page and on the terminal; without any nothing is said."""
    one = builders.assessment()
    found = replace(one, receipt=replace(one.receipt, others=others))

    assert "".join(said) in read(found).split("Technical health score")[0]
    assert all(part in " ".join(render(found, width=140, color=False).split()) for part in said)
    assert said[0] not in read(one)
