"""Lines some of which hold an object and others are of a known form → one set of records: a server that writes both."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from techhealth.ingest.documents.jsonlines import lines_of
from techhealth.ingest.lines.grammars import GRAMMARS
from techhealth.ingest.lines.textlines import parsed
from techhealth.ingest.lines.textlogs import read_text_log
from techhealth.ingest.records import Records

#: Bytes at the beginning that are looked at, and the share of the lines that each kind must have there.
_EXCERPT, _LEAST = 100_000, 0.1
_NAMES = frozenset(grammar.name for grammar in GRAMMARS)


def is_mixed(content: bytes) -> bool:
    """Return whether a fair share of the first lines end with an object, and a fair share of others have a known form."""
    head = content[:_EXCERPT]
    lines = [line for line in head.split(b"\n")[: -1 if len(content) > _EXCERPT else None] if line.strip()]
    others = [line for line in lines if not _holds_object(line)]
    if min(len(others), len(lines) - len(others)) < max(1, _LEAST * len(lines)):
        return False
    texts = pl.Series([line.decode("utf-8", errors="replace").strip() for line in others])
    found = parsed(texts, whole=True)
    return found is not None and found.form in _NAMES and int(found.fits.sum()) >= _LEAST * len(lines)


def read_mixed(name: str, content: bytes) -> Records:
    """Return the records of lines, each read by what it is, in the order of the file."""
    lines = content.split(b"\n")
    objects = [_holds_object(line) for line in lines]
    inside = lines_of(_only(lines, objects))
    text = read_text_log(name, _only(lines, [not one for one in objects]))
    return _joined(inside, text) if text else inside


def _holds_object(line: bytes) -> bool:
    return b'{"' in line and line.rstrip().endswith(b"}")


def _only(lines: list[bytes], wanted: list[bool]) -> bytes:
    """Return the content with all other lines left blank, so that each line keeps its number."""
    return b"\n".join(line if want else b"" for line, want in zip(lines, wanted, strict=True))


def _joined(one: Records, other: Records) -> Records:
    lines = pl.concat([one.lines, other.lines])
    frame = pl.concat([one.frame, other.frame], how="diagonal")
    return replace(
        one, frame=frame[lines.arg_sort()], lines=lines.sort(), format=f"{one.format} and {other.format}", rejects=one.rejects.joined(other.rejects),
        notes=(*one.notes, *other.notes), doubts=(*one.doubts, *other.doubts),
    )  # fmt: skip
