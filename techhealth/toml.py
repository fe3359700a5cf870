"""Frozen dataclasses laid over by TOML tables, checked key by key, and told as TOML: only what differs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from typing import Any

from techhealth.errors import PolicyError


def filled(default: Any, values: Mapping[str, Any], *, rows: Mapping[str, type], where: str = "") -> Any:
    """Return `default` with the values of a TOML table laid over it.

    Args:
        default: a frozen dataclass.
        values: of a table.
        rows: keys that hold lists of tables, with the dataclass of a row.
        where: what the names of keys begin with in messages.

    Raises:
        PolicyError: if a key is not known or a value of the wrong kind.
    """
    known = {item.name for item in fields(default)}
    changed: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{where}{key}"
        if key not in known:
            raise PolicyError(f"unknown key {name!r}; known here: {', '.join(sorted(known))}.")
        changed[key] = _rows(rows[name], value, name) if name in rows else _checked(getattr(default, key), value, name)
    try:
        return replace(default, **changed)
    except TypeError as error:
        raise PolicyError(f"{where or 'the file'}: {error}") from None


def differences(value: Any, default: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that differ from the default, ready for TOML."""
    found: dict[str, Any] = {}
    for item in fields(value):
        mine, other = getattr(value, item.name), getattr(default, item.name)
        if mine == other:
            continue
        if is_dataclass(mine):
            found[item.name] = differences(mine, other)
        elif isinstance(mine, tuple):
            found[item.name] = [_told(part) for part in mine]
        else:
            found[item.name] = {key: _plain(one) for key, one in mine.items()} if isinstance(mine, Mapping) else mine
    return found


def _rows(row: type, value: Any, name: str) -> Any:
    """Return a list of tables as rows."""
    try:
        return tuple(row(**entry) for entry in value)
    except TypeError:
        needed = ", ".join(item.name for item in fields(row))
        raise PolicyError(f"{name} must be tables with {needed}.") from None


def _checked(current: Any, value: Any, name: str) -> Any:
    """Return one TOML value in the type of the value it replaces."""
    if is_dataclass(current):
        if not isinstance(value, Mapping):
            raise PolicyError(f"{name} must be a table such as [{name}], not {value!r}.")
        return filled(current, value, rows={}, where=f"{name}.")
    if isinstance(current, Mapping):
        if not isinstance(value, Mapping):
            raise PolicyError(f"{name} must be a table of names and values, not {value!r}.")
        return dict(value)
    if isinstance(current, tuple):
        if not isinstance(value, list):
            raise PolicyError(f"{name} must be a list, not {value!r}.")
        return tuple(tuple(item) if isinstance(item, list) else item for item in value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(current, int | float) and not number:
        raise PolicyError(f"{name} must be a number, not {value!r}.")
    if isinstance(current, int) and not (math.isfinite(value) and value == int(value)):
        raise PolicyError(f"{name} must be a whole number, not {value!r}.")
    if isinstance(current, str) and not isinstance(value, str):
        raise PolicyError(f"{name} must be text, not {value!r}.")
    if number and isinstance(current, int | float):
        return type(current)(value)
    return value


def _told(part: Any) -> Any:
    """Return one element of a list: a pair, a row or a number."""
    if is_dataclass(part) and not isinstance(part, type):
        return {key: one for key, one in asdict(part).items() if one is not None}
    return list(part) if isinstance(part, tuple) else part


def _plain(value: Any) -> Any:
    """Return a member of a closed set as its text."""
    return str(value) if isinstance(value, str) else value
