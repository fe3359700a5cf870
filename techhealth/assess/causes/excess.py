"""What is new: the failures beyond the level before an issue's onset, and the part of them that a finding covers."""

from __future__ import annotations

from techhealth.assess.causes.case import Case, Finding
from techhealth.assess.rates import Daily


def was_fine(case: Case) -> bool:
    """Return whether before an issue's onset no more failed than is tolerated."""
    failures, calls = case.failures[: case.start].sum(), case.calls[: case.start].sum()
    return bool(case.start and failures <= case.target * calls)


def share_of_excess(case: Case, finding: Finding) -> float | None:
    """Return which part of the issue's excess a finding covers, 0-1; None when there is no excess.

    Excess is what exceeds the level before the onset; for an issue without one that before the finding's own, else the
    tolerated rate.
    """
    k, n = case.failures.sum(axis=1), case.calls.sum(axis=1)
    start = case.start or (case.days.index(finding.onset.on) if finding.onset else 0)
    total = _excess(k, n, start=start, tolerated=case.target)
    if total <= 0:
        return None
    if finding.excess is not None:
        return min(1.0, finding.excess / total)
    if not start:
        return min(1.0, float(finding.explained.sum() / k.sum()))
    return min(1.0, max(0.0, _excess(finding.explained, n, start=start, tolerated=0.0) / total))


def _excess(k: Daily, n: Daily, *, start: int, tolerated: float) -> float:
    """Return failures from a day on above the level before it, or above a tolerated rate where nothing was before."""
    calls = n[:start].sum()
    level = k[:start].sum() / calls if calls else tolerated
    return float(k[start:].sum() - n[start:].sum() * level)
