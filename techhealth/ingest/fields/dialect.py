"""What is known of one export format beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One export format.

    Attributes:
        name: as shown in the receipt.
        marks: folded column names that all must be there ("a|b": one of them).
        fields: field → folded column names, tried in order; they win over the general names.
        unit: unit of its latency column.
        kind: what its rows are, if always the same.
        absent: fields this format does not have, whatever look-alikes its columns suggest.
        words: outcome enumeration of its success column.
        failed_class: error class of a failure whose status is fine.
        unsaid_ok: a record that names no error succeeded.
        utc: times without a zone are UTC by the format's definition.
        zero_open: a status of 0 says that nothing was written, not that no answer came.
    """

    name: str
    marks: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    kind: str | None = None
    absent: tuple[str, ...] = ()
    words: Mapping[str, bool | None] = field(default_factory=dict)
    failed_class: str | None = None
    unsaid_ok: bool = False
    utc: bool = False
    zero_open: bool = False


#: No format that is known beforehand.
UNKNOWN = Dialect(name="", marks=())


def export(name: str, marks: str, *, fields: str = "", absent: str = "", **rest: Any) -> Dialect:
    """Return a row of the table of dialects, written in texts: marks and fields with blanks between.

    Examples:
        >>> export("Kong log", "startedat responsestatus|status", fields="timestamp=startedat").fields
        {'timestamp': 'startedat'}
    """
    told = dict(pair.split("=") for pair in fields.split())
    return Dialect(name=name, marks=tuple(marks.split()), fields=told, absent=tuple(absent.split()), **rest)
