"""Text that is no log of calls, or whose lines lack what calls need → one sentence that says what, and what to do."""

from __future__ import annotations

import re
from collections import Counter

import polars as pl

from techhealth.ingest.lines.facts import REQUESTS, holds_time
from techhealth.ingest.lines.parsed import sampled
from techhealth.ingest.series import share_of

#: Shares of the lines from which on they hold something in general, and below which they hardly do.
_MOSTLY, _SOME, _HARDLY = 0.6, 0.3, 0.05
#: Share of the lines of a table that are divided alike, and how often at least.
_ALIKE, _DIVIDED = 0.9, 2
#: Blanks that a cell has at most: a date has some, a sentence more.
_BLANKS = 3
#: Said where calls can be counted, but nothing tells when they were made.
NO_TIME = (
    "the lines hold requests but no date with year and time of day, which every call needs. Add it to the log's format, or export the lines with the time they were "
    "written (docker logs --timestamps, kubectl logs --timestamps, journalctl -o short-iso)."
)
#: Said where the lines are dated as old syslogs date them.
YEARLESS = "the times of its lines name no year, so no call can be dated. Export them with it (journalctl -o short-iso, or RFC 3339 times in rsyslog and syslog-ng)."
#: Day and time of day without a year, at the beginning of a line.
_DAY = r"^(?:<\d{1,3}>)?[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d\b"
_NO_STATUS = (
    "the lines hold requests, but no status or outcome that could be told for each. Export a log that has one (an access log, for example), "
    "or the calls as CSV or JSON."
)
_NO_CALLS = "the lines have times but no requests with a status: this is no log of calls. Export the access log of the server, proxy or client, or the calls as CSV or JSON."


def refusal(lines: pl.Series, *, asked: bool) -> str | None:
    """Return why lines of no known form cannot be calls; None where they may be rows of a table.

    `asked`: requests with their status were found in some of them.
    """
    sample = sampled(lines)
    if _is_divided(sample.to_list()):
        return None
    requests = max((sample.str.contains(form.pattern) for form in REQUESTS), key=lambda found: int(found.sum()))
    timed = holds_time(sample)
    if (asked or share_of(requests) >= _SOME) and share_of(timed) < _HARDLY:
        return NO_TIME
    if share_of(timed) < _MOSTLY:
        return None
    return _NO_STATUS if share_of(requests) > _HARDLY else _NO_CALLS


def undated(lines: pl.Series) -> str:
    """Return why lines have no time, where they have one without a year; else nothing."""
    return YEARLESS if share_of(sampled(lines).str.contains(_DAY)) >= _MOSTLY else ""


def _is_divided(lines: list[str]) -> bool:
    """Return whether most lines are divided into as many cells, the first of them no sentence."""
    plain = [re.sub(r'"[^"]*"', "", line) for line in lines]
    for mark in ",;\t|":
        most = Counter(line.count(mark) for line in plain if line.partition(mark)[0].count(" ") <= _BLANKS).most_common(
            1
        )
        if most and most[0][0] >= _DIVIDED and most[0][1] >= _ALIKE * len(lines):
            return True
    return False
