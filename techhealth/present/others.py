"""Other uploads of a customer that count beside the files of an analysis, in words."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.figures import count, date_range
from techhealth.model import Assessment, Other


def compared(found: Assessment) -> str | None:
    """Return the earlier days that the period is compared with, and when they were uploaded; None without any."""
    return _told([one for one in found.receipt.others if one.first < found.period.first])


def together(found: Assessment) -> str | None:
    """Return the uploads that hold days of the period alone, of which each event counts once; None without any."""
    return _told([one for one in found.receipt.others if one.first >= found.period.first])


def _told(others: Sequence[Other]) -> str | None:
    """Return the days of uploads and when the last of them came."""
    if not others:
        return None
    days = date_range(min(one.first for one in others), max(one.last for one in others))
    came = f"{max(one.stored_on for one in others):%-d %b %Y}"
    return f"{days} (uploaded {came})" if len(others) == 1 else f"{days} ({count(len(others), 'upload')}, last {came})"
