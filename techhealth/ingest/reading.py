"""What is learned about a file while its columns are read: the receipt's lines in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

from techhealth.ingest.fields.dialect import UNKNOWN, Dialect
from techhealth.ingest.fields.naming import Choice
from techhealth.model import Confidence, FieldMapping


@dataclass(slots=True)
class Reading:
    """What is known of a file and learned while its columns are read; `separator` divides its columns, if it is delimited.

    `last_notes` stand behind all others in the receipt; `failures_only` says why no rate can be computed from the file;
    `perhaps_latency` is an unused column that looks like how long a call took, where none was read; `open_outcomes`: how some calls ended is told in words or numbers that are not understood.
    """

    mapping: list[FieldMapping] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    last_notes: list[str] = field(default_factory=list)
    perhaps_latency: str | None = None
    failures_only: str = ""
    open_outcomes: bool = False
    masked: int = 0
    separator: str = ""
    dialect: Dialect = UNKNOWN

    def doubt(self, sentence: str) -> None:
        """Note an assumption that would change figures or dates if it were wrong; it lowers the grade of the data."""
        self.assumptions.append(sentence)
        self.doubts.append(sentence)

    def chose(
        self, name: str, choice: Choice, *, unit: str | None = None, how: str = "", confidence: Confidence | None = None
    ) -> None:
        """Note which column became a field."""
        said = f"{choice.how}; {how}" if how else choice.how
        level = confidence or choice.confidence
        self.mapping.append(FieldMapping(field=name, column=choice.column, unit=unit, confidence=level, how=said))
