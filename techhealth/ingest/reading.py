"""What is learned about a file while its columns are read: the receipt's lines in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

from techhealth.ingest.mapping import Choice
from techhealth.model import Confidence, FieldMapping


@dataclass(slots=True)
class Reading:
    """What is learned about a file while its columns are read."""

    mapping: list[FieldMapping] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    masked: int = 0

    def chose(
        self, name: str, choice: Choice, *, unit: str | None = None, how: str = "", confidence: Confidence | None = None
    ) -> None:
        """Note which column became a field."""
        said = f"{choice.how}; {how}" if how else choice.how
        level = confidence or choice.confidence
        self.mapping.append(FieldMapping(field=name, column=choice.column, unit=unit, confidence=level, how=said))
