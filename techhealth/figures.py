"""Figures as people read them: percentages, durations, counts, days. Known to all rooms, so that one number has one
spelling in every sentence, table and chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

_NO_VALUE = "–"
#: Words of a snake_case name that people write otherwise.
_SPELLED = {
    **{word: word.upper() for word in ("api", "dns", "http", "https", "id", "ip", "json", "jwt", "sla", "ssl", "sso", "tcp", "tls", "url")},
    "oauth": "OAuth",
}  # fmt: skip
#: What makes a cell of a spreadsheet a formula.
_FORMULA = tuple("=+-@＝＋－＠")


def percent(ratio: float | None) -> str:
    """Return a ratio as a percentage; a failure is never rounded away, nor up to all of them.

    Examples:
        >>> percent(0.127), percent(1.0), percent(0.9996), percent(None)
        ('12.7 %', '100 %', '99.96 %', '–')
    """
    if ratio is None:
        return _NO_VALUE
    if ratio in (0, 1):
        return f"{ratio:.0%}".replace("%", " %")
    for digits in (1, 2, 3):
        text = f"{ratio:.{digits}%}"
        if float(text[:-1]) not in (0, 100):
            break
    return text.replace("%", " %")


def share(ratio: float) -> str:
    """Return a share as a whole percentage.

    Examples:
        >>> share(0.449), share(0.002)
        ('45 %', 'under 1 %')
    """
    return "under 1 %" if 0 < ratio < 0.005 else f"{ratio:.0%}".replace("%", " %")


def apportioned(parts: Sequence[float]) -> list[float]:
    """Return amounts to one decimal that add up to what all of them come to: what is cut off goes to those that lose most.

    Source: Hamilton's method, the largest remainders.

    Examples:
        >>> apportioned([35.29, 23.53, 23.53, 17.65]), apportioned([74.58, -1e-9])
        ([35.3, 23.5, 23.5, 17.7], [74.6, 0.0])
    """
    tenths = [max(part, 0.0) * 10 for part in parts]
    whole = [int(part) for part in tenths]
    order = sorted(range(len(parts)), key=lambda place: whole[place] - tenths[place])
    for place in order[: round(sum(tenths)) - sum(whole)]:
        whole[place] += 1
    return [part / 10 for part in whole]


def milliseconds(ms: float | None) -> str:
    """Return a duration; from one second on in seconds.

    Examples:
        >>> milliseconds(890.4), milliseconds(1200), milliseconds(2000), milliseconds(0.4), milliseconds(None)
        ('890 ms', '1.2 s', '2 s', '0.4 ms', '–')
    """
    if ms is None:
        return _NO_VALUE
    if ms >= 999.5:
        return f"{ms / 1000:,.1f}".removesuffix(".0") + " s"
    return f"{ms:.0f} ms" if ms >= 9.95 or ms == int(ms) else f"{ms:.1f} ms"


def count(number: int, noun: str = "", *, plural: str = "") -> str:
    """Return a count with thousands separators, with its noun in the right number.

    Examples:
        >>> count(45234), count(1, "API call"), count(2, "delivery", plural="deliveries")
        ('45,234', '1 API call', '2 deliveries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}" if noun else f"{number:,}"


def out_of(k: int, n: int) -> str:
    """Return how many of how many.

    Examples:
        >>> out_of(225, 1772)
        '225 of 1,772'
    """
    return f"{count(k)} of {count(n)}"


def day(on: date) -> str:
    """Return a day without its year.

    Examples:
        >>> day(date(2026, 1, 15))
        '15 January'
    """
    return f"{on.day} {on:%B}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a day with its hour in a zone, of midnight the day alone.

    Examples:
        >>> moment(datetime(2026, 1, 15, 9, 36, tzinfo=ZoneInfo("UTC")), ZoneInfo("UTC"))
        '15 January, 09:36 UTC'
    """
    local = at.astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M} {zone.key}" if local.hour or local.minute else day(local.date())


def date_range(first: date, last: date) -> str:
    """Return a run of days with its year.

    Examples:
        >>> date_range(date(2026, 1, 1), date(2026, 1, 29))
        '1–29 January 2026'
        >>> date_range(date(2025, 12, 28), date(2026, 1, 3))
        '28 December 2025 – 3 January 2026'
    """
    end = f"{day(last)} {last.year}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    return f"{day(first)} – {end}" if first.year == last.year else f"{day(first)} {first.year} – {end}"


def named(names: Sequence[str]) -> str:
    """Return names as a sentence has them.

    Examples:
        >>> named(["Search", "Sync", "Orders"]), named(["Search"])
        ('Search, Sync and Orders', 'Search')
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def sentence(text: str) -> str:
    """Return a text or a snake_case name that begins like a sentence.

    Examples:
        >>> sentence("connection_refused"), sentence("tls_error"), sentence("oauth_token_expired")
        ('Connection refused', 'TLS error', 'OAuth token expired')
    """
    words = text if " " in text else " ".join(_SPELLED.get(word, word) for word in text.split("_"))
    return words[:1].upper() + words[1:]


def inside(text: str) -> str:
    """Return what begins like a sentence as it stands inside one: what is written in capitals keeps them.

    Examples:
        >>> inside("Certificate or TLS error"), inside("HTTP version not supported"), inside("500s of OAuth")
        ('certificate or TLS error', 'HTTP version not supported', '500s of OAuth')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def week(first: date, last: date) -> str:
    """Return a run of days, short, for a chart's label.

    Examples:
        >>> week(date(2026, 1, 23), date(2026, 1, 29)), week(date(2026, 1, 30), date(2026, 2, 5))
        ('23–29 Jan', '30 Jan – 5 Feb')
    """
    if first == last:
        return f"{last.day} {last:%b}"
    start = f"{first.day}–" if first.month == last.month else f"{first.day} {first:%b} – "
    return f"{start}{last.day} {last:%b}"


def cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula.

    Examples:
        >>> cell("=1+1"), cell("row has no time")
        ("'=1+1", 'row has no time')
    """
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
