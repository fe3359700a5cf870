"""Lines of a delimited file → rows of cells: quotes may span lines, and one that is never closed costs its line only."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

#: Physical lines one quoted value may span before its quote counts as never closed.
_SPAN = 50
#: A quoted cell with a quote inside that is escaped by a backslash.
_ESCAPED = re.compile(rb'(?:^|[,;\t|^])"[^"\r\n]*\\"[^"\r\n,;\t|^]', re.MULTILINE)
_FORMULA = re.compile(rb'(^|[,;\t|])="(?=[^"\r\n]*"(?:[,;\t|\r\n]|$))', re.MULTILINE)
_HEAD = 20_000
_SINGLE = re.compile(r"(?:^|[,;\t|^])'[^'\n]*'(?=[,;\t|^]|$)", re.MULTILINE)
_DOUBLE = re.compile(r'(?:^|[,;\t|^])"', re.MULTILINE)


def doubled(content: bytes) -> bytes:
    r"""Return the content with quotes inside quotes doubled, where it escapes them by a backslash.

    Examples:
        >>> doubled(b'a,"say \\"hi\\" twice"'), doubled(b'a,"C:\\",b')
        (b'a,"say ""hi"" twice"', b'a,"C:\\",b')
    """
    escaped = b"\\" in content and b'\\"' in content and _ESCAPED.search(content)  # one byte is found much faster
    return content.replace(b'\\"', b'""') if escaped else content


def without_formulas(content: bytes) -> bytes:
    """Return the content with texts that are written as formulas (="text"), so that spreadsheets leave them alone, as texts."""
    return _FORMULA.sub(rb'\1"', content) if b'="' in content[:_HEAD] else content


def quote_of(head: str) -> str:
    """Return the quote of a file by its first lines."""
    return "'" if len(_SINGLE.findall(head)) > max(1, 2 * len(_DOUBLE.findall(head))) else '"'


def rows_of(text: str, separator: str, quote: str) -> Iterator[tuple[int, str, list[str] | None]]:
    """Yield (number of the line, raw text, cells) of all rows, blank ones too; without cells if a quote is never closed."""
    physical = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(physical):
        line = physical[at]
        if quote not in line:
            yield at + 1, line, line.split(separator)
            at += 1
            continue
        taken = _closed_after(physical, at, quote)
        raw = "\n".join(physical[at : at + taken]) if taken else line
        yield at + 1, raw, _cells(raw, separator, quote) if taken else None
        at += max(taken, 1)


def _closed_after(physical: list[str], at: int, quote: str) -> int:
    """Return how many lines the row at this line spans, 0 if its quote is never closed."""
    quotes = 0
    for taken, line in enumerate(physical[at : at + _SPAN], start=1):
        quotes += line.count(quote)
        if quotes % 2 == 0:
            return taken
    return 0


def _cells(raw: str, separator: str, quote: str) -> list[str] | None:
    try:
        return next(csv.reader([raw], delimiter=separator, quotechar=quote), [])
    except csv.Error:
        return None
