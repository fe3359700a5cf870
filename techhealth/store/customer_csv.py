"""Customers from a CSV: each value checked and told by its row before anything is written."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import update

from techhealth.errors import InputError
from techhealth.store import tables
from techhealth.store.customers import identity, row_of, stored_name
from techhealth.store.database import Store


def import_customers(store: Store, content: bytes) -> tuple[int, int]:
    """Write the customers of a CSV down, and return how many were new and how many changed.

    The first row names columns of `Customer`, `name` among them. An empty field leaves what is known. Contacts are
    `Name <address> (role)`, SLAs `integration=milliseconds`, several divided by semicolons.

    Raises:
        InputError: if a column or a value is not what it should be; then nothing was written.
    """
    wanted = _parsed(content)
    new = changed = 0
    with store.writing() as connection:
        for values in wanted:
            before = row_of(connection, values["name"])
            number = identity(connection, values["name"])
            connection.execute(update(tables.customers).where(tables.customers.c.id == number).values(values))
            new, changed = new + (before is None), changed + (before is not None)
            store.note(connection, "imported a customer", customer_id=number)
    return new, changed


def _parsed(content: bytes) -> list[dict[str, Any]]:
    """Return the values of each row of a CSV, those that are empty left out."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        rows, names = list(reader), list(reader.fieldnames or ())
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"the customers cannot be read ({error}); save them as CSV in UTF-8.") from None
    unknown = [name for name in names if name not in _COLUMNS]
    if unknown or "name" not in names:
        what = f"unknown columns {', '.join(unknown)}" if unknown else "no column name"
        raise InputError(f"the customers have {what}; the columns are {', '.join(_COLUMNS)}.")
    return [_values(row, line) for line, row in enumerate(rows, start=2)]


def _values(row: Mapping[str, str | None], line: int) -> dict[str, Any]:
    found = {}
    if None in row:
        raise InputError(
            f"row {line} of the customers has more fields than there are columns; quote those with commas."
        )
    for column, value in row.items():
        if not (value or "").strip():
            continue
        read, meant = _COLUMNS[column]
        try:
            found[column] = read((value or "").strip())
        except (ValueError, KeyError, ZoneInfoNotFoundError, OSError):
            raise InputError(f"row {line} of the customers: {value!r} is no {column}; {meant}.") from None
    if "name" not in found:
        raise InputError(f"row {line} of the customers has no name; name each, or remove the row.")
    return found


#: A mail address and the bracket that closes it.
_ADDRESS = re.compile(r"[^\s<>@,;]+@[^\s<>@,;]+>")


def _contacts(value: str) -> list[dict[str, str | None]]:
    """Return contacts as the table holds them."""
    found = []
    for one in filter(None, map(str.strip, value.split(";"))):
        who, _, role = one.rstrip(")").partition("(")
        name, _, address = who.partition("<")
        if not (name.strip() and role.strip()) or (address and not _ADDRESS.fullmatch(address.strip())):
            raise ValueError(one)
        found.append({"name": name.strip(), "role": role.strip(), "email": address.strip(" >") or None})
    return found


def _limits(value: str) -> dict[str, float]:
    """Return milliseconds by integration."""
    pairs = (one.rpartition("=") for one in value.split(";") if one.strip())
    found = {name.strip(): float(limit) for name, _, limit in pairs}
    if not all(name and 0 < limit < float("inf") for name, limit in found.items()):
        raise ValueError(value)
    return found


def _number(most: float) -> Callable[[str], float]:
    """Return what reads a finite number from 0 to the largest."""

    def read(value: str) -> float:
        if not 0 <= float(value) <= most:
            raise ValueError(value)
        return float(value)

    return read


#: Column of the CSV → what reads it, and how it should be written.
_COLUMNS: dict[str, tuple[Callable[[str], Any], str]] = {
    "name": (stored_name, "write any name"),
    "zone": (lambda value: ZoneInfo(value).key, "write a zone such as Europe/Berlin"),
    "segment": (str, "write any text"),
    "annual_revenue": (_number(sys.float_info.max), "write a number without thousands separator"),
    "renewal_on": (date.fromisoformat, "write a day as YYYY-MM-DD"),
    "health_score": (_number(100), "write a number from 0 to 100"),
    "contacts": (_contacts, "write Name <address> (role), several divided by semicolons"),
    "sla_ms": (_limits, "write integration=milliseconds, several divided by semicolons"),
    "example_on": (date.fromisoformat, "write a day as YYYY-MM-DD"),
}
