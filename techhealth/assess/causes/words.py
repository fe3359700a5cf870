"""Numbers and dates as the statements write them."""

from __future__ import annotations

from datetime import date

from techhealth.model import Kind

_UNITS = {Kind.API: "call", Kind.WEBHOOK: "delivery", Kind.AUTH: "auth event"}
_PLURALS = {Kind.API: "calls", Kind.WEBHOOK: "deliveries", Kind.AUTH: "auth events"}


def day(on: date) -> str:
    """Return a date in words.

    Examples:
        >>> day(date(2026, 1, 15))
        '15 January'
    """
    return f"{on.day} {on:%B}"


def percent(share: float) -> str:
    """Return a ratio as a percentage: whole above 10 %, one decimal below.

    Examples:
        >>> percent(0.314), percent(0.0023), percent(0.0001)
        ('31 %', '0.2 %', 'under 0.1 %')
    """
    if 0 < share < 0.0005:
        return "under 0.1 %"
    return f"{share:.0%}".replace("%", " %") if share >= 0.0995 or share == 0 else f"{share * 100:.1f} %"


def size(bytes_: float) -> str:
    """Return a size in units of 1,024.

    Examples:
        >>> size(8388608.0), size(3000.0)
        ('8 MB', '2.93 KB')
    """
    for unit, scale in (("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        if bytes_ >= scale:
            return f"{bytes_ / scale:.3g} {unit}"
    return f"{bytes_:.3g} bytes"


def count(number: float) -> str:
    """Return a count with thousands separated, "none" for zero.

    Examples:
        >>> count(6890), count(0)
        ('6,890', 'none')
    """
    return f"{number:,.0f}" if number else "none"


def units(kind: Kind) -> str:
    """Return what is counted: calls, deliveries or auth events."""
    return _PLURALS[kind]


def failures(code: str | None, *, kind: Kind) -> str:
    """Return the failures spoken of, in the plural.

    Examples:
        >>> failures("429", kind=Kind.API), failures("timeout", kind=Kind.WEBHOOK), failures(None, kind=Kind.WEBHOOK)
        ('429s', 'deliveries failed by timeout', 'failed deliveries')
    """
    if code is None:
        return f"failed {_PLURALS[kind]}"
    if code.isdecimal():
        return f"{code}s"
    return f"{_PLURALS[kind]} failed by {code.replace('_', ' ')}"


def sentence(text: str) -> str:
    """Return the text with its first letter raised."""
    return text[:1].upper() + text[1:]
