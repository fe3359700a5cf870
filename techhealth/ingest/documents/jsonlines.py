"""JSON lines → records, a part at a time; stray lines are rejected, prefixes and double encoding taken off."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec
import polars as pl

from techhealth.ingest.documents.documents import first_object
from techhealth.ingest.documents.envelope import find_records
from techhealth.ingest.documents.flatten import flat_records, stacked
from techhealth.ingest.documents.jsonrows import from_lines, parts_of
from techhealth.ingest.records import Records
from techhealth.ingest.rejects import NOT_JSON, Rejects

_HEAD = 20
_EXCERPT = 1_000_000
_NOTHING = (b"", b"[", b"]", b",")
#: A time at the beginning of what a shipper wrote before the object.
_STAMP = r"\b(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[.,\d]*(?:Z|[+-]\d\d:?\d\d)?)"


def is_lines(content: bytes) -> bool:
    """Return whether a fair share of the first lines are JSON objects."""
    lines = [line.strip() for line in content[:_EXCERPT].split(b"\n")[: _HEAD + 1] if line.strip()]
    return sum(_object(line) is not None for line in lines) >= max(1, len(lines) / 4)


@dataclass(slots=True)
class _Lines:
    """What is gathered while the parts of a file are read."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    numbers: list[pl.Series] = field(default_factory=list)
    rejects: Rejects = field(default_factory=Rejects)
    prefixed: int = 0

    def add(self, frame: pl.DataFrame, numbers: list[int] | range) -> None:
        """Take the records of a part and the numbers of their lines."""
        self.frames.append(frame)
        self.numbers.append(pl.Series("line", numbers, dtype=pl.Int64))


def nested_lines(content: bytes) -> list[dict[str, Any]] | None:
    """Return the objects of lines that each hold a list of calls, None for lines that are records themselves."""
    head = [value for line in content[:_EXCERPT].split(b"\n")[:_HEAD] if (value := _object(line)) is not None]
    found = find_records(head)
    if found is None or not found.nested:
        return None
    return [value for line in content.split(b"\n") if (value := _object(line)) is not None]


def lines_of(content: bytes) -> Records:
    """Return the records of lines that hold an object each."""
    read = _Lines()
    for first, part, count in parts_of(content):
        frame = from_lines(part, count)
        if frame is None:
            _part(part, first, read)
        else:
            read.add(frame, range(first, first + count))
    notes = (f"{read.prefixed:,} lines carry a prefix before the JSON; it was cut off",) if read.prefixed else ()
    return Records(
        frame=stacked(read.frames), lines=pl.concat(read.numbers), format="JSON lines", rejects=read.rejects, notes=notes
    )  # fmt: skip


def _part(part: bytes, first: int, read: _Lines) -> None:
    """Read lines some of which are blank, behind a prefix, or no JSON."""
    lines = [
        (n, text) for n, line in enumerate(part.split(b"\n"), start=first) if (text := line.strip()) not in _NOTHING
    ]
    starts = [text.find(b"{") for _, text in lines]
    bare = [text[start:].rstrip(b",") for (_, text), start in zip(lines, starts, strict=True) if start >= 0]
    frame = from_lines(b"\n".join(bare), len(bare)) if len(bare) == len(lines) else None
    numbers = [n for n, _ in lines]
    if frame is None:
        found = [_object(text) for _, text in lines]
        for (n, text), value in zip(lines, found, strict=True):
            if value is None:
                read.rejects.add(NOT_JSON, 1, [(n, text.decode("utf-8", errors="replace"))])
        kept = [(n, value) for n, value in zip(numbers, found, strict=True) if value is not None]
        starts = [start for start, value in zip(starts, found, strict=True) if value is not None]
        lines = [line for line, value in zip(lines, found, strict=True) if value is not None]
        frame, numbers = flat_records(value for _, value in kept), [n for n, _ in kept]
    read.add(_with_stamps(frame, [text[:start] for (_, text), start in zip(lines, starts, strict=True)], read), numbers)


def _with_stamps(frame: pl.DataFrame, prefixes: list[bytes], read: _Lines) -> pl.DataFrame:
    """Return the frame with the times that stand in the prefixes as `prefix.time`."""
    count = sum(len(prefix) > 1 for prefix in prefixes)
    read.prefixed += count
    if not count:
        return frame
    texts = pl.Series([prefix.decode("utf-8", errors="replace") for prefix in prefixes], dtype=pl.String)
    stamps = texts.str.extract(_STAMP).alias("prefix.time")
    return frame if stamps.null_count() == len(stamps) else frame.with_columns(stamps)


def _object(line: bytes) -> dict[str, Any] | None:
    """Return the object of one line, behind a prefix or in a text if need be; None if there is none."""
    if re.match(rb'"\s*\{\s*\\"', line):
        try:
            line = msgspec.json.decode(line.rstrip(b", "), type=str).encode()
        except (msgspec.DecodeError, UnicodeError):
            return None
    if line.startswith(b'"{""'):  # the only column of a delimited file
        line = line.strip(b'"').replace(b'""', b'"')
    start = line.find(b"{")
    if start < 0:
        return None
    text = line[start:].rstrip(b",\r\n ")
    return first_object(text, repaired(text))


#: A string, which stays as it is; what stands for no number; a comment, or a comma before a closing bracket.
_PARTS = re.compile(
    rb'("(?:[^"\\]|\\.)*")|(?<![\w"])([-+]?(?:NaN|Infinity)|undefined)(?![\w"])|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL
)  # fmt: skip
_SIGNS = re.compile(rb"NaN|Infinity|undefined|//|/\*|,\s*[}\]]")


def repaired(content: bytes) -> bytes | None:
    """Return the content as JSON: NaN is null, comments and trailing commas are gone; None if it has nothing of these.

    Examples:
        >>> repaired(b'{"a": NaN, "b": "NaN, //", } // the end')
        b'{"a": null, "b": "NaN, //" } '
    """
    if not _SIGNS.search(content):
        return None
    return _PARTS.sub(lambda part: part[1] or (b"null" if part[2] else b""), content)
