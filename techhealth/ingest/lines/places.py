"""Words of a line by their place beside its request: what nearly all lines have in one place tells what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import polars as pl

from techhealth.ingest.lines.facts import Request, are_statuses

#: Stands for the request in a line of plain words.
MARK = "\x02"
#: Bytes that are no text in the place of a request: a handshake, for example.
GARBLED = r'"(?:[^"\\]|\\.)*\\x[0-9A-Fa-f]{2}(?:[^"\\]|\\.)*"'
#: Places that are looked at: so many words behind the request, then so many before it.
_PLACES = (*range(1, 16), *range(-1, -15, -1))
#: Share of the lines that have a word in a place, and of these words that must be alike.
_FILLED, _ALIKE = 0.5, 0.9
#: Share of the lines that must have a number where others may have a word: requests stand in lines of their own, too.
_SOME = 0.3
#: Lines from which on one word in all of them is no status, if another place has one.
_SEVERAL = 5
_STATUS = re.compile(r"^(?:[A-Z_]+/)?([1-5]\d\d)$")
_DECIMAL = re.compile(r"^\d{1,5}\.\d{3,9}$")
_WHOLE = re.compile(r"^\d{1,12}$")
_BOTH = re.compile(r"^\d{1,12}/\d{1,12}$")
#: Share of the lines in which the longest of several times must hold the others.
_HOLDS = 0.98

Words = list[dict[int, str]]


def marked(line: pl.Expr, request: Request) -> pl.Expr:
    """Return a line with `MARK` in the place of its request, or of the bytes that somebody sent instead of one."""
    written = rf"[\"'\[(]?{request.pattern}[\"']?(?:\s+\"?(?:HTTP/[\d.]+[\"')\]]?|\d\.\d\"))?"
    found = line.str.replace(written, f" {MARK} {request.between} ")
    return pl.when(found == line).then(line.str.replace(GARBLED, f" {MARK} ")).otherwise(found)


def plain(line: pl.Expr) -> pl.Expr:
    """Return the words of a line with single blanks between; quoted text is one word.

    Of a list of numbers (a try each) the first is left.
    """
    return (
        line.str.replace_all(r'([=:])"([^"\s]*)"', "$1$2")
        .str.replace_all(r'"([^"\s]*)"', " $1 ")
        .str.replace_all(r'"(?:[^"\\]|\\.)*"', " ... ")
        .str.replace_all(r"([A-Za-z_]\w*):\s(\d+\.\d)", "$1=$2")
        .str.replace_all(r"(\d\.\d{3})(?: ?[,:] (?:\d+\.\d{3}|-))+", "$1")
        .str.replace_all(r"[\[\](){}|,;\"]+|[:*]+(?:\s|$)|\s\*+", " ")
        .str.replace_all(r"\s+", " ")
    )


def words_of(sample: pl.Series) -> Words:
    """Return the words of each plain line by their place: 1 follows the request, -1 stands before it."""
    made = []
    for line in sample.drop_nulls().to_list():
        before, mark, behind = line.partition(MARK)
        if mark:
            ahead = {-n: word for n, word in enumerate(reversed(before.split()), start=1)}
            made.append(ahead | dict(enumerate(behind.split(), start=1)))
    return made


def at(place: int, line: pl.Expr) -> pl.Expr:
    """Return the word in a place of each plain line."""
    gap = rf"(?: \S+){{{abs(place) - 1}}}"
    return line.str.extract(rf"{MARK}{gap} (\S+)" if place > 0 else rf"(\S+){gap} {MARK}", 1)


def status_place(words: Words) -> int | None:
    """Return the nearest place whose words are statuses of HTTP, one that changes and has successes first; else None."""
    found = []
    for place in _PLACES:
        codes = [_code(text) or text for text in _column(words, place) if text[-1].isdigit()]
        if len(codes) >= _SOME * len(words) and are_statuses(codes):
            still = len(codes) >= _SEVERAL and len(set(codes)) == 1
            if still and codes[0][0] == "1":  # no call of several is answered so: the number of an event
                continue
            found.append((still, not any(code[0] == "2" for code in codes), place < 0, abs(place), place))
    return min(found)[-1] if found else None


def code_at(place: int, line: pl.Expr) -> pl.Expr:
    """Return the status in a place of each plain line; 000 for a dash, which stands there where no answer was sent."""
    return at(place, line).str.replace("^-$", "000").str.extract(r"^(?:[A-Z_]+/)?(000|[1-5]\d\d)$", 1)


def _code(text: str) -> str | None:
    found = _STATUS.match(text)
    return found.group(1) if found else None


def decimals(words: Words) -> list[int]:
    """Return the places of numbers with thousandths, as servers write seconds."""
    return _where(words, _DECIMAL)


def wholes(words: Words) -> list[int]:
    """Return the places of whole numbers."""
    return _where(words, _WHOLE)


def longest(words: Words, places: Sequence[int]) -> int | None:
    """Return the place whose number holds those of all others in nearly every line; None if none does.

    A time that some lines lack is that of a server behind, which was not always asked.
    """
    columns = {place: [_number(line.get(place)) for line in words] for place in places}
    filled = {place: sum(value is not None for value in column) for place, column in columns.items()}
    most = [place for place in places if filled[place] >= _ALIKE * len(words)]
    for place in most:
        if all(_holds(columns[place], columns[other]) for other in places if other != place):
            return place
    return None


def twice(words: Words) -> tuple[int, str] | None:
    """Return the place of a time written twice, as 1/1234567: seconds, and the same in the unit that is returned."""
    for place in _where(words, _BOTH):
        pairs = [tuple(map(int, text.split("/"))) for text in _column(words, place) if _BOTH.match(text)]
        for unit, parts in (("us", 1_000_000), ("ms", 1_000)):
            if max(fine for _, fine in pairs) >= parts / 1_000 and all(fine // parts == whole for whole, fine in pairs):
                return place, unit
    return None


def _where(words: Words, form: re.Pattern[str]) -> list[int]:
    return [place for place in _PLACES if _are(words, place, form.match)]


def _are(words: Words, place: int, fits: Callable[[str], object]) -> bool:
    texts = _column(words, place)
    return len(texts) >= _FILLED * len(words) > 0 and sum(bool(fits(text)) for text in texts) >= _ALIKE * len(texts)


def _column(words: Words, place: int) -> list[str]:
    return [line[place] for line in words if line.get(place, "-") != "-"]


def _number(text: str | None) -> float | None:
    return float(text) if text and _DECIMAL.match(text) else None


def _holds(longer: Sequence[float | None], shorter: Sequence[float | None]) -> bool:
    both = [(a, b) for a, b in zip(longer, shorter, strict=True) if a is not None and b is not None]
    return sum(a >= b for a, b in both) >= _HOLDS * len(both)
