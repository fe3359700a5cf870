"""What the statements speak of, in words; percentages and days are those of `techhealth.figures`."""

from __future__ import annotations

from techhealth.assess.counted import Counted
from techhealth.assess.outcomes import UNSAID, meaning
from techhealth.figures import inside
from techhealth.model import Kind

#: Days of the week, as `date.weekday` counts them.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def clock(first: int, last: int) -> str:
    """Return a span of whole hours of the day.

    Examples:
        >>> clock(14, 16), clock(23, 1)
        ('14:00–16:00', '23:00–01:00')
    """
    return f"{first % 24:02d}:00–{last % 24:02d}:00"


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


def failures(code: str | None, counted: Counted) -> str:
    """Return the failures spoken of, in the plural.

    Examples:
        >>> failures("429", Counted.CALLS), failures("timeout", Counted.DELIVERIES), failures(None, Counted.FIRST_TRIES)
        ('429s', 'failed deliveries (timeout)', 'failed first tries')
        >>> failures("failed", Counted.CALLS)
        'failed calls without a stated reason'
    """
    if code is None:
        return f"failed {counted.many}"
    if code.isdecimal():
        return f"{code}s"
    if code in UNSAID:
        return f"failed {counted.many} without a stated reason"
    return f"failed {counted.many} ({inside(meaning(code, kind=counted.kind))})"


def briefly(code: str, kind: Kind) -> str:
    """Return one sort of failures where it is clear what failed.

    Examples:
        >>> briefly("503", Kind.API), briefly("tls_error", Kind.API), briefly("unknown", Kind.API)
        ('503s', '“certificate or TLS error”', 'failures without a stated reason')
    """
    if code in UNSAID:
        return "failures without a stated reason"
    return f"{code}s" if code.isdecimal() else f"“{inside(meaning(code, kind=kind))}”"
