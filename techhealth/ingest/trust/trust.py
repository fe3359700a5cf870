"""How far the data can be trusted: a grade with its reasons. Losses, duplicates, outcomes, gaps and open assumptions count."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from techhealth.figures import count
from techhealth.ingest.rejects import CUT, DUPLICATE, UNDATED, UNTOLD, is_harmless
from techhealth.ingest.trust.coverage import gaps
from techhealth.model import FileReceipt, Grade, Trust

#: (share above which the grade is at best B, C, D).
_LOST = (0.01, 0.05, 0.20)
_LEFT_OUT = (0.05, 0.50, 1.0)
_DUPLICATED = (0.01, 0.10, 0.50)
_UNDATED_FAILURES = (0.05, 0.25, 0.75)
_UNKNOWN = (0.05, 0.25, 0.75)
#: Fewer calls than these are grade B, and C, at best: no figure of them is steady (a score needs as many).
_FEW = (50, 20)
_GRADES = (Grade.A, Grade.B, Grade.C, Grade.D)


def trust(
    files: Sequence[FileReceipt],
    events: pl.DataFrame,
    undated: pl.DataFrame,
    doubts: Sequence[str],
    *,
    grave: Sequence[str] = (),
) -> Trust:
    """Return the grade of the data, A to D, with every reason that lowers it (or the one that keeps it).

    `doubts` are assumptions that would change figures or dates if they were wrong; with one the grade is B at best, with a `grave`
    one it is D.
    """
    rows = sum(file.rows for file in files)
    by_reason: dict[str, int] = {}
    for file in files:
        for reject in file.rejects:
            by_reason[reject.reason] = by_reason.get(reject.reason, 0) + reject.count
    timeless = sum(by_reason.get(why, 0) for why in UNDATED)
    lost = sum(n for why, n in by_reason.items() if not is_harmless(why)) - timeless
    repeated = by_reason.get(DUPLICATE, 0)
    failed = int(undated["ok"].eq(False).sum())
    unknown = events["ok"].null_count()
    calls = sum(file.events for file in files) + undated.height
    found = [
        _judged(lost, rows, _LOST, "{n:,} of {of:,} rows could not be read ({share:.1%})"),
        _judged(
            sum(by_reason.get(why, 0) for why in UNTOLD),
            rows,
            _LEFT_OUT,
            "{n:,} of {of:,} rows were left out, because nothing in them tells of a call ({share:.1%})",
        ),
        _judged(
            timeless,
            rows,
            _LOST,
            "{n:,} of {of:,} rows have no readable time ({share:.1%}); they count in the totals, not in the trend",
        ),
        _judged(
            failed,
            failed + int(events["ok"].eq(False).sum()),
            _UNDATED_FAILURES,
            "{n:,} of {of:,} failures have no readable time; they count in the totals, not in the trend",
        ),
        _judged(repeated, rows, _DUPLICATED, "{n:,} of {of:,} rows are duplicates ({share:.1%})"),
        _judged(unknown, events.height, _UNKNOWN, "the outcome of {n:,} of {of:,} events is not known ({share:.1%})"),
        (
            2 if CUT in by_reason else 0,
            "the file is damaged or cut: what came after its last whole record is not known",
        ),
        *((1, gap) for gap in gaps(events)),
        *((3 if doubt in grave else 1, doubt) for doubt in dict.fromkeys(doubts)),
        (sum(calls < few for few in _FEW), f"only {count(calls, 'call')} in all: too few for steady figures"),
    ]
    grade = max((level for level, _ in found), default=0)
    reasons = tuple(reason for level, reason in found if level)
    return Trust(grade=_GRADES[grade], reasons=reasons or ("nearly every row could be read, with time and outcome",))


def _judged(n: int, of: int, limits: tuple[float, float, float], words: str) -> tuple[int, str]:
    share = n / of if of else 0.0
    return sum(share > limit for limit in limits), words.format(n=n, of=of, share=share)
