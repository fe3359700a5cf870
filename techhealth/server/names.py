"""Whom somebody means by a name that was typed or stands in an address."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.errors import UsageError
from techhealth.store.customers import key_of


def named(asked: str | None, customers: Sequence[str]) -> str | None:
    """Return the customer somebody means by a name or by its beginning, case ignored; the first one when nothing is asked.

    Raises:
        UsageError: if none or several begin so.

    Examples:
        >>> named("acme", ["Acme Corp", "Globex"])
        'Acme Corp'
    """
    if not asked or not customers:
        return next(iter(customers), None)
    wanted = asked.strip().casefold()
    meant = [name for name in customers if key_of(name) == key_of(asked)]
    meant = meant or [name for name in customers if name.casefold().startswith(wanted)]
    if len(meant) != 1:
        how_many = "no customer" if not meant else f"{len(meant)} customers"
        raise UsageError(f"{asked!r} names {how_many} here; there are {', '.join(customers[:10])}.")
    return meant[0]
