"""Exports glued together: a header with other columns begins another table below the first."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.ingest.records import folded
from techhealth.ingest.tables.header import has_values

#: Names that a header must share with the first one, and their least share of its own.
_NAMES, _SHARE = 3, 0.5
#: Lines looked at for each name that is sought; a word that stands in more of them is a value, too.
_LOOKED_AT = 200


def other_headers(content: bytes, header: Sequence[str], separator: str) -> list[int]:
    """Return where lines begin that name other columns than the header, most of them known from it, or in another order."""
    known = {folded(name) for name in header} - {""}
    if len(known) < _NAMES:
        return []
    found: set[int] = set()
    for name in sorted(header, key=len)[-2:]:
        at = content.find(name.encode())
        for _ in range(_LOOKED_AT):
            if at < 0:
                break
            start, end = content.rfind(b"\n", 0, at) + 1, content.find(b"\n", at)
            line = content[start : end if end > 0 else None].decode("utf-8", errors="replace")
            if _is_other(line, header, known, separator):
                found.add(start)
            at = content.find(name.encode(), end) if end > 0 else -1
    return sorted(found)


def _is_other(line: str, header: Sequence[str], known: set[str], separator: str) -> bool:
    cells = [cell.strip(" \t\r\"'") for cell in line.split(separator)]
    names = [folded(cell) for cell in cells if cell]
    shared = known & set(names)
    alike = len(shared) >= max(_NAMES, _SHARE * len(names)) and len(set(names)) == len(names)
    return alike and cells != list(header) and not has_values(cells)
