"""Rows that could not be used: counted by reason, with a few masked examples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from techhealth.ingest.redact import masked
from techhealth.model import Example, Reject

#: Examples kept for each reason.
EXAMPLES = 3
_WIDTH = 120

NOT_JSON = "line is not JSON"
NOT_AN_OBJECT = "list item is not an object"
BAD_TIME = "time could not be read"
NO_TIME = "row has no time"
NOT_A_CALL = "not a call (no method, endpoint, outcome or latency; a debug entry, perhaps)"
SURPLUS = "row has more values than the header has columns"
OPEN_QUOTE = "a quote is opened and never closed"
CUT = "the file ends in the middle of a record"
DUPLICATE = "duplicate (same key, instant and outcome)"
#: Followed by the name of the earlier file.
REPEATED = "duplicate of a row in "
OTHER_CUSTOMER = "another customer"
SAME_FILE = "same file as an earlier one, counted once"
OTHER_MEASURE = "another measure of the same call"

#: Rows that are calls of which only the time is not known: they count in totals, on no day.
UNDATED = (BAD_TIME, NO_TIME)

_HARMLESS = frozenset({DUPLICATE, OTHER_CUSTOMER, SAME_FILE, OTHER_MEASURE, NOT_A_CALL})


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
            if len(kept) < EXAMPLES:
                kept.append(Example(line=line, text=_cut(masked(text))))

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
