"""Which days a sentence names, in plain words; what is told without a month or a year is meant as near the log's last day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from techhealth.model import Days

Ends = tuple[date, date]

_MONTHS = ("jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?", "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?")  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH, _WEEKDAY = f"(?P<month>{'|'.join(_MONTHS)})", f"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?:,? (?P<year>20\d\d))?"
_UNTIL = r" ?(?:-|–|to|and|until) ?(?P<end>\d{1,2})(?:st|nd|rd|th)?"
#: What stands before days that reach to the end of the log, or come from its beginning.
_SINCE, _BEFORE = r"\b(since|from|after)( the)? $", r"\b(until|till|before|up to)( the)? $"


def days_named(text: str, *, period: Days) -> Days | None:
    """Return the days that a sentence names, from the first to the last of them; None where it names none.

    Args:
        text: what was said.
        period: the days of the log; "last week" and the like are counted back from its last one.

    Examples:
        >>> log = Days(first=date(2026, 1, 1), last=date(2026, 1, 29), days=29)
        >>> said = ("what broke on 12 January?", "errors since the 20th", "last week", "Jan 30th", "issue 12")
        >>> [found and (found.first.day, found.last.day) for found in (days_named(one, period=log) for one in said)]
        [(12, 12), (20, 29), (23, 29), (30, 30), None]
    """
    said, found = text.casefold(), dict[int, Ends]()
    whole = said
    for form, ends in _FORMS:
        for match in re.finditer(rf"\b(?:{form})\b", said):
            if (named := _possible(ends, match, period.last)) is not None:
                found[match.start()] = named
            said = said[: match.start()] + "#" * len(match[0]) + said[match.end() :]  # said once, in its longest form
    if not found:
        return None
    first, last = min(ends[0] for ends in found.values()), max(ends[1] for ends in found.values())
    if len(found) == 1:
        before = whole[: min(found)]
        last = max(last, period.last) if re.search(_SINCE, before) else last
        first = min(first, period.first) if re.search(_BEFORE, before) else first
    return Days(first=first, last=last, days=(last - first).days + 1)


def _possible(ends: Callable[[re.Match[str], date], Ends], match: re.Match[str], end: date) -> Ends | None:
    """Return the days of a match; None where the calendar has no such day."""
    try:
        return ends(match, end)
    except ValueError:
        return None


def _month(match: re.Match[str]) -> int:
    return next(number for number, form in enumerate(_MONTHS, start=1) if re.fullmatch(form, match["month"] or "may"))


def _dated(match: re.Match[str], end: date) -> Ends:
    """Return a day, or days, of a month; without a year of the one that is nearest to the end of the log."""
    numbers = sorted((int(match["day"]), int(match.groupdict().get("end") or match["day"])))
    years = [int(match["year"])] if match["year"] else [end.year - 1, end.year, end.year + 1]
    near = [(date(year, _month(match), numbers[0]), date(year, _month(match), numbers[1])) for year in years]
    return min(near, key=lambda days: abs((days[1] - end).days))


def _whole_month(match: re.Match[str], end: date) -> Ends:
    """Return a month; without a year the latest that had begun."""
    month = _month(match)
    year = int(match["year"]) if match["year"] else end.year - (month > end.month)
    return _from(date(year, month, 1))


def _from(first: date) -> Ends:
    """Return the month that begins on a day."""
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _day_alone(match: re.Match[str], end: date) -> Ends:
    """Return the latest such day of a month."""
    month = end if int(match["day"]) <= end.day else end.replace(day=1) - timedelta(days=1)
    on = month.replace(day=int(match["day"]))
    return on, on


def _on_weekday(match: re.Match[str], end: date) -> Ends:
    on = end - timedelta(days=(end.weekday() - _WEEKDAYS.index(match["weekday"])) % 7)
    return on, on


def _lately(match: re.Match[str], end: date) -> Ends:
    number = {None: 1, "two": 2, "three": 3, "four": 4}.get(match["number"]) or int(match["number"])
    days = number * (7 if match["unit"].startswith("week") else 1)
    return end - timedelta(days=max(days, 1) - 1), end


def _iso(match: re.Match[str], _end: date) -> Ends:
    on = date.fromisoformat(match[0])
    return on, on


#: How days are named → the days, for the last one of the log; the longer forms before those that they hold.
_FORMS: tuple[tuple[str, Callable[[re.Match[str], date], Ends]], ...] = (
    (r"20\d\d-\d\d-\d\d", _iso),
    (f"{_DAY}{_UNTIL}(?: of)? {_MONTH}{_YEAR}", _dated),
    (f"{_MONTH} {_DAY}{_UNTIL}{_YEAR}", _dated),
    (f"{_DAY}(?: of)? {_MONTH}{_YEAR}", _dated),
    (f"{_MONTH} {_DAY}{_YEAR}", _dated),
    (rf"(?!may\b){_MONTH}{_YEAR}|(?<=in )may", _whole_month),
    (r"(?<=the )(?P<day>\d{1,2})(?:st|nd|rd|th)", _day_alone),
    (r"(?:last|past|previous|these|this) (?:(?P<number>\d{1,3}|two|three|four) )?(?P<unit>days?|weeks?)", _lately),
    (r"(?<!since )last month", lambda _, end: _from((end.replace(day=1) - timedelta(days=1)).replace(day=1))),
    (r"this month", lambda _, end: _from(end.replace(day=1))),
    (r"(?:last|past) 24 hours|today", lambda _, end: (end, end)),
    (r"yesterday", lambda _, end: (end - timedelta(days=1), end - timedelta(days=1))),
    (f"(?<!next ){_WEEKDAY}", _on_weekday),
)  # fmt: skip
