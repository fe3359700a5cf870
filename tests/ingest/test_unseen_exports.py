"""More rules of meaning for exports nobody has seen: tables whose first rows mislead, typed values, open and withdrawn calls."""

from __future__ import annotations

import pytest

from techhealth.ingest import inspect


@pytest.mark.parametrize(
    "moment", ["3/10/2026, 7:{:02d}:41 PM", "10-MAR-26 06.{:02d}.28.754 PM", "Tue, Mar 10, 2026 19:{:02d}:05"]
)
def test_a_row_that_holds_a_moment_is_no_header(moment: str) -> None:
    """Calls that still run have no duration: their rows hold a time alone, and stay below the header."""
    rows = [f'orders,"{moment.format(n)}",{"" if n < 2 else 100 + n},Succeeded' for n in range(20)]
    receipt = inspect("\n".join(["Name,Run start,Duration ms,Status", *rows]).encode()).files[0]

    assert (receipt.events, receipt.mapping[1].column) == (20, "Status")
