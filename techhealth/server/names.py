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
        problem = (
            f"{len(meant)} customers begin with {asked!r} here" if meant else f"No customer is called {asked!r} here"
        )
        raise UsageError(f"{problem}; {there_are(meant or customers)}.")
    return meant[0]


def there_are(customers: Sequence[str]) -> str:
    """Return which customers there are, the first ten by name.

    Examples:
        >>> there_are(["Northwind"]), there_are(["Acme Corp", "Globex"])
        ('there is Northwind', 'there are Acme Corp, Globex')
    """
    more = f" and {len(customers) - 10} more" if len(customers) > 10 else ""
    return f"there {'is' if len(customers) == 1 else 'are'} {', '.join(customers[:10])}{more}"
