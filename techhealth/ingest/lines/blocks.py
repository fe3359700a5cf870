"""Dumps that give a record a block of lines, a name and a value each → records: `psql \\x`, `mysql \\G`, lists of shells, `print_r`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from techhealth.ingest.lines.facts import time_in
from techhealth.ingest.records import MAX_COLUMNS, Records, TooWideError, tidy
from techhealth.ingest.rejects import OTHER_LINE, Rejects

#: A line that begins a record: "-[ RECORD 1 ]-+---", "*** 1. row ***".
_RULE = re.compile(r"^(?:-\[ \w+ \d+ \][-+]*|\*{3,} ?\d+\. \w+ ?\*{3,})$")
#: "name: value", "name = value"; below a rule also "name | value"; in a list each first line has a dash.
_PAIR = re.compile(r"^\s*(?:- )?\"?([A-Za-z_@][\w .()/@#-]{0,60}?)\"?(?:\s*:|\s+=)(?:\s+(.*))?$")
_CELLS = re.compile(r"^([A-Za-z_@?][\w .()/@#-]{0,60}?)\s*\| ?(.*)$")
#: "[name] => value", and a value that is a block of its own.
_ENTRY = re.compile(r"^\s*\[([^\]]{1,60})\] => ?(.*)$")
_OPENS = re.compile(r"^(?:Array|[\w\\]+ Object)$")
#: More of the value above, and what closes a list.
_MORE = re.compile(r"^\s*\|? ?(.*?)$")
_CLOSING = re.compile(r"^\(?\d+ rows?\b")
#: Bytes and lines looked at, the share of them that must be of such a form, and how long a value may grow.
_EXCERPT, _HEAD, _MOSTLY, _LONGEST = 50_000, 200, 0.6, 2_000
#: Lists in lists that are told apart.
_DEEPEST = 8
#: Records of a dump, names that most of them have, and the share that is most.
_RECORDS, _NAMES, _MOST = 2, 3, 0.5


@dataclass(slots=True)
class _Blocks:
    """The records of a dump while its lines are read: where each began, and its values by name; and lines of neither."""

    rows: list[dict[str, str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    strays: list[tuple[int, str]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    name: str = ""
    ruled: bool = False

    def begin(self, line: int) -> None:
        """Begin a record."""
        self.rows.append({})
        self.lines.append(line)
        self.path, self.name = [], ""

    def put(self, line: int, name: str, value: str) -> None:
        """Take a value; without rules a record begins where the first name of the last one stands again, behind a blank line any."""
        name = ".".join((*self.path, name))
        again = bool(self.rows) and name in self.rows[-1] and (not self.name or name == next(iter(self.rows[-1])))
        if not self.rows or (again and not self.ruled):
            self.begin(line)
        self.rows[-1].setdefault(name, value)
        self.name = name

    def add(self, line: int, text: str) -> None:
        """Take a line that is no pair: more of the value above, or a stray one."""
        if not self.name or _CLOSING.match(text):
            self.strays.append((line, text))
        elif len(self.rows[-1][self.name]) < _LONGEST:
            self.rows[-1][self.name] = f"{self.rows[-1][self.name].rstrip(' +')} {text}"


def read_blocks(content: bytes) -> Records | None:
    """Return the records of a dump in blocks, None for any other text.

    Raises:
        TooWideError: if they have more different names together than a log has.
    """
    excerpt = content[:_EXCERPT].decode("utf-8", errors="replace")
    head = [line.rstrip("\r") for line in excerpt.split("\n")[:_HEAD] if line.strip()]
    like = [one for one in (_RULE, _PAIR, _ENTRY) if sum(bool(one.match(line)) for line in head) >= _NAMES]
    if not like or not _are_of_form(head):
        return None
    lines = content.decode("utf-8", errors="replace").replace("\r", "").split("\n")
    found = _entries(lines) if _ENTRY in like else _pairs(lines, ruled=_RULE in like)
    often = Counter(name for row in found.rows for name in row)
    usual = [name for name, count in often.items() if count >= _MOST * len(found.rows)]
    if len(found.rows) < _RECORDS or len(usual) < _NAMES:
        return None
    if len(often) > MAX_COLUMNS:
        raise TooWideError
    rejects = Rejects()
    rejects.add(OTHER_LINE, len(found.strays), found.strays)
    frame = pl.DataFrame(found.rows, schema=dict.fromkeys(often, pl.String))
    return Records(
        frame=tidy(frame), lines=pl.Series("line", found.lines, dtype=pl.Int64), format="text (a block of lines for each record)",
        rejects=rejects,
    )  # fmt: skip


def _are_of_form(head: list[str]) -> bool:
    forms = (_RULE, _PAIR, _CELLS, _ENTRY) if any(_RULE.match(line) for line in head) else (_PAIR, _ENTRY)
    fitting = sum(line.strip() in ("(", ")") or any(form.match(line) for form in forms) for line in head)
    return fitting >= _MOSTLY * len(head)


def _pairs(lines: list[str], *, ruled: bool) -> _Blocks:
    """Return the records of lines that are pairs: each below a rule, or from its first name to where that stands again."""
    found = _Blocks(ruled=ruled)
    for number, line in _filled(lines, found):
        if _RULE.match(line):
            found.begin(number)
            continue
        pair = (_CELLS.match(line) if ruled else None) or (None if line.startswith((" |", "\t")) else _PAIR.match(line))
        more = _MORE.match(line)
        if pair and line.startswith("- ") and not ruled:
            found.begin(number)
        if pair and (found.rows or not ruled):
            found.put(number, pair.group(1), pair.group(2) or "")
        else:
            found.add(number, more.group(1) if more else line)
    return found


def _entries(lines: list[str]) -> _Blocks:
    """Return the records of nested lists of entries; what stands above one with a time in it begins it."""
    found, opening = _Blocks(ruled=True), ""
    times = pl.DataFrame({"line": lines}).select(time_in(pl.col("line"))).to_series().to_list()
    for number, line in _filled(lines, found):
        entry, text = _ENTRY.match(line), line.strip()
        if text == "(":
            found.path += [opening] if opening and len(found.path) < _DEEPEST else []
            opening = ""
        elif text == ")":
            found.path[-1:] = []
        elif entry and _OPENS.match(entry.group(2).strip()):
            opening = entry.group(1)
            if not found.rows:
                found.begin(number)
        elif entry:
            found.put(number, entry.group(1), entry.group(2).strip())
        elif times[number - 1]:
            found.begin(number)
            found.put(number, "logged_at", times[number - 1])
            found.name = ""
        else:
            found.add(number, text)
    return found


def _filled(lines: list[str], found: _Blocks) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold anything with their numbers; behind an empty one no value goes on."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line.rstrip()
        else:
            found.name = ""
