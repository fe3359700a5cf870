"""Rows that could not be used: counted by reason, with a few masked examples, or every one of them as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import BinaryIO

from techhealth.figures import cell
from techhealth.ingest.masking.redact import masked
from techhealth.model import OTHER_CUSTOMER, Example, Reject

#: Examples kept for each reason.
EXAMPLES = 3
_WIDTH = 120

NOT_JSON = "line is not JSON"
NOT_AN_OBJECT = "list item is not an object"
BAD_TIME = "time could not be read"
NO_TIME = "row has no time"
NO_YEAR = "the time of the row names no year"
COMPANION = "another kind of record than the calls beside it"
NOT_A_CALL = "not a call (no method, endpoint, outcome or latency; a debug entry, perhaps)"
NOT_OF_FORM = "line holds a request in another form than the lines of this log"
OTHER_LINE = "line of another kind, without a request"
SURPLUS = "row has more values than the header has columns"
OPEN_QUOTE = "a quote is opened and never closed"
HEADER_AGAIN = "header line repeated"
COMMENT_LINE = "comment line"
BLANK_ROW = "blank row"
CLOSING_LINE = "closing line of the table (a total, perhaps)"
TEXT_LINE = "line of text among the rows"
DAY_LINE = "line that gives the date of the rows below it"
CUT = "the file ends in the middle of a record"
DUPLICATE = "duplicate (same key, instant and outcome)"
#: Followed by the name of the earlier file.
REPEATED = "duplicate of a row in "
SAME_FILE = "same file as an earlier one, counted once"
OTHER_MEASURE = "another measure of the same call"
ANSWER = "the answer to a request of another row; both are one call"
PART = "another line of the same call"
OTHER_SPAN = "another part of the same call (a span inside it, or its other side)"
TOTAL_ROW = "a total of the other rows"

#: Rows that are calls of which only the time is not known: they count in totals, on no day.
UNDATED = (BAD_TIME, NO_TIME, NO_YEAR)

#: Rows in which nothing was found that calls have: mostly they are none, but who reads them wrongly finds nothing either.
UNTOLD = (NOT_A_CALL, OTHER_LINE)

#: Rows that are no calls of their file, so that they count in no figure.
NOT_COUNTED = (NOT_A_CALL, COMPANION, OTHER_MEASURE, ANSWER, OTHER_SPAN, TOTAL_ROW, DUPLICATE, OTHER_CUSTOMER)
_HARMLESS = frozenset(
    (*NOT_COUNTED, SAME_FILE, PART, OTHER_LINE, HEADER_AGAIN, COMMENT_LINE, BLANK_ROW, CLOSING_LINE, DAY_LINE)
)


#: Is told file, line, reason and raw text of a rejected row.
Every = Callable[[str, int, str, str], None]
_EVERY: ContextVar[Every | None] = ContextVar("who asked for every rejected row", default=None)
_FILE: ContextVar[str] = ContextVar("the file that is read", default="")


@contextmanager
def telling(every: Every) -> Iterator[None]:
    """Tell every rejected row of what is read inside, not only the examples."""
    token = _EVERY.set(every)
    try:
        yield
    finally:
        _EVERY.reset(token)


def begin(file: str) -> None:
    """Say whose rows are told from here on."""
    _FILE.set(file)


def tell(line: int, reason: str, text: str) -> None:
    """Tell a rejected row to whoever asked for every one."""
    every = _EVERY.get()
    if every:
        every(_FILE.get(), line, reason, text)


def wanted(count: int) -> int:
    """Return how many of `count` rows of one reason should be handed to `Rejects.add`."""
    return count if _EVERY.get() else min(count, EXAMPLES)


def is_harmless(reason: str) -> bool:
    """Return whether a reason says nothing against the data."""
    return reason in _HARMLESS or reason.startswith(REPEATED)


def is_duplicate(reason: str) -> bool:
    """Return whether rows rejected for this reason are counted elsewhere in the analysis."""
    return reason in (DUPLICATE, SAME_FILE) or reason.startswith(REPEATED)


@dataclass(slots=True)
class Rejects:
    """Counts by reason while a file is read; `listed` is what the receipt shows."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[Example]] = field(default_factory=dict)

    def add(self, reason: str, count: int, examples: Iterable[tuple[int, str]] = ()) -> None:
        """Count rows of one reason; `examples` are (line, raw text) and are masked and cut here."""
        if count == 0:
            return
        self.counts[reason] = self.counts.get(reason, 0) + count
        kept = self.examples.setdefault(reason, [])
        for line, text in examples:
            tell(line, reason, text)
            if len(kept) < EXAMPLES:
                kept.append(Example(line=line, text=_cut(masked(text))))

    def joined(self, other: Rejects) -> Rejects:
        """Return the counts and examples of both."""
        counts = {why: self.counts.get(why, 0) + other.counts.get(why, 0) for why in {**self.counts, **other.counts}}
        both = {why: [*self.examples.get(why, []), *other.examples.get(why, [])][:EXAMPLES] for why in counts}
        return Rejects(counts, both)

    @property
    def total(self) -> int:
        """Return the number of rejected rows."""
        return sum(self.counts.values())

    def listed(self) -> tuple[Reject, ...]:
        """Return the reasons, most frequent first."""
        ranked = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Reject(reason=why, count=n, examples=tuple(self.examples[why])) for why, n in ranked)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


HEADER = ("file", "line", "reason", "text")
#: How the file begins; a spreadsheet takes it for UTF-8 by its first character.
BEGINNING = b"\xef\xbb\xbf" + ",".join(HEADER).encode()


@contextmanager
def rejects_to(out: BinaryIO) -> Iterator[None]:
    """Write every rejected row of what is read inside to `out`, file by file.

    Of each file first the lines that could not be parsed, then the rows that could but are no event, by reason. `line` is
    the line or record number (0: not known). The text of another customer's row is left out.
    """
    words = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    rows = csv.writer(words)
    rows.writerow(HEADER)

    def every(file: str, line: int, reason: str, text: str) -> None:
        rows.writerow((cell(file), line, cell(reason), "" if reason == OTHER_CUSTOMER else cell(masked(text))))

    try:
        with telling(every):
            yield
    finally:
        words.detach()
