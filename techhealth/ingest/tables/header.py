"""Where a table begins: its header below titles and comments, above the first row of values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from techhealth.ingest.records import folded

#: Comment marks; a header may stand behind one.
COMMENT = re.compile(r"^\s*(?:#|//|--)+\s*")
#: Lines that only draw: "-----+-----", "|---|:--|".
RULE = re.compile(r"^[\s|+:=_-]*$")
_VALUE_LIKE = re.compile(r"^-?\d[\d.,:/TZ+ -]*$|^https?://|^/|^(GET|POST|PUT|PATCH|DELETE)$")
#: A day written with its clock: "3/10/2026, 7:06:41 PM", "10-MAR-26 06.24.28 PM", "Tue, Mar 10, 2026 19:06".
_MOMENT = re.compile(
    r"^(?:[^\W\d_]{2,10}\.?,? )?(?:\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{1,2}[-. ]+[^\W\d_]{3,10}[-., ]+\d{2,4}|[^\W\d_]{3,10}\.? \d{1,2},? \d{4})"
    r"\D{1,4}\d{1,2}[:.]\d\d(?!\d)"
)
_LONGEST_NAME = 200
_CODE = re.compile(r"^[1-5]\d\d$")
#: What a name has: a letter, and none of the marks of values, sentences and other columns.
_NAME = re.compile(r"^[^=:\"\[\]{}\t]*[^\W\d_][^=:\"\[\]{}\t]{0,60}$")
#: A unit or zone behind a name: "duration [ms]".
_BRACKETED = re.compile(r"\s*\[[^\[\]]{1,12}\]$")
_MOSTLY = 0.6
#: Lines among which a header is looked for, and what may divide its names.
_HEADS, _MARKS = 5, ",;\t|^\x01"
#: Lines below it that are divided as it is, whatever comes then: another table, perhaps.
_RUN = 5
#: Blanks between columns that are lined up for the eye.
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")


@dataclass(frozen=True, slots=True)
class Start:
    """Where a table begins: the row of its header (None: it has none), the first row of it, and its names."""

    header: int | None
    first: int
    names: tuple[str, ...]


def start_of(rows: Sequence[Sequence[str]]) -> Start | None:
    """Return where the table begins in the first rows of a file; None if no two of its rows are alike.

    The first row of values is the first of the usual width that holds a number, time, path or verb, and is as full as
    others are. The header is the nearest row above it that holds names; what stands above the header is a title or a comment.
    """
    widths = Counter(len(row) for row in rows if len(row) > 1 and not is_rule(row))
    if not widths:
        return None
    usual = max(widths, key=lambda width: (widths[width], width))
    full = median_low(_filled(row) for row in rows if len(row) == usual and not is_rule(row)) / 2
    of_values = next(
        (n for n, row in enumerate(rows) if len(row) == usual and _filled(row) >= full and has_values(row)), None
    )
    if of_values is None:
        first = next(n for n, row in enumerate(rows) if len(row) == usual and not is_rule(row))
        return Start(first, first, names_of(rows[first]))
    for above in range(of_values - 1, -1, -1):
        row = rows[above]
        if is_rule(row) or has_values(row) or (_is_comment(row) and len(row) != usual):
            continue
        if _filled(row) == 1:  # the day of the rows below it, perhaps
            continue
        if 2 * len(row) < usual or len(row) < 2 or _filled(row) < full or max(map(len, row)) > _LONGEST_NAME:
            break
        return Start(above, above, names_of(row))
    ragged = next((n for n, row in enumerate(rows[:of_values]) if has_values(row) and 2 * len(row) >= usual), of_values)
    return Start(None, ragged, tuple(f"column_{n}" for n in range(1, usual + 1)))


def is_table(lines: Sequence[str]) -> bool:
    """Return whether one of the first lines names the columns that most lines below it have."""
    lines = [_GAP.sub("\t", line).strip(" |") for line in lines]
    plain = [re.sub(r'"[^"]*"', "", line) for line in lines]
    for n, line in enumerate(lines[:_HEADS]):
        below = plain[n + 1 :]
        for mark in (mark for mark in _MARKS if mark in plain[n]):
            cells = [_BRACKETED.sub("", cell.strip(" \t\"'")) for cell in line.split(mark)]
            named = all(_NAME.match(cell) for cell in cells) and not has_values(cells)
            alike = [text.count(mark) == len(cells) - 1 for text in below]
            if named and below and (sum(alike) >= _MOSTLY * len(below) or sum(alike[:_RUN]) == _RUN):
                return True
    return False


def names_of(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells of a header as names, each of its own."""
    names: list[str] = []
    for n, cell in enumerate(cells, start=1):
        text = COMMENT.sub("", cell) if n == 1 else cell
        plain = re.sub(r"\s+", " ", text).strip(" \t\"'\0") or f"column_{n}"
        names.append(plain if plain not in names else f"{plain}_{n}")
    return tuple(names)


def has_values(row: Sequence[str]) -> bool:
    """Return whether a row holds a cell that no header has: a number, time, path or verb."""
    cells = [cell.strip(" \t\"'") for cell in row]
    cells = [cell for cell in cells if not _CODE.match(cell)] if _names_codes(cells) else cells
    return any(_VALUE_LIKE.match(cell) or _MOMENT.match(cell) for cell in cells)


def _names_codes(cells: Sequence[str]) -> bool:
    """Return whether cells are names and several statuses of HTTP, in their order and nothing else: counts stand below."""
    codes = [cell for cell in cells if _CODE.match(cell)]
    return (
        len(codes) > 1 and codes == sorted(set(codes)) and all(_CODE.match(cell) or _NAME.match(cell) for cell in cells)
    )


def is_rule(row: Sequence[str]) -> bool:
    """Return whether a row is blank or only draws a line."""
    return all(RULE.match(cell) for cell in row)


def _filled(row: Sequence[str]) -> int:
    return sum(not RULE.match(cell) for cell in row)


def _is_comment(row: Sequence[str]) -> bool:
    return bool(row) and bool(COMMENT.match(row[0]))


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
