"""A policy as TOML: values laid over the defaults key by key, each in the type it replaces, and only what differs back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import time
from typing import Any

from techhealth.errors import PolicyError


def filled(default: Any, values: Mapping[str, Any], *, where: str = "") -> Any:
    """Return a frozen dataclass with the values of a TOML table laid over it; `where` begins the names in messages.

    A field whose metadata names a dataclass under `entries` holds a tuple of such.

    Raises:
        PolicyError: if a key is unknown or a value is of another type.
    """
    known = {item.name: item for item in fields(default)}
    changed: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{where}{key}"
        if key not in known:
            raise PolicyError(f"unknown key {name!r}; known here: {', '.join(sorted(known))}.")
        entries = known[key].metadata.get("entries")
        if entries:
            changed[key] = _entries(entries, value, name=name)
        else:
            changed[key] = _checked(getattr(default, key), value, name=name)
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
            found[item.name] = [_plain(part) for part in mine]
        else:
            found[item.name] = dict(mine) if isinstance(mine, Mapping) else mine
    return found


def _plain(part: Any) -> Any:
    if is_dataclass(part) and not isinstance(part, type):
        return {key: value for key, value in asdict(part).items() if value is not None}
    return list(part) if isinstance(part, tuple) else part


def _entries(entry: Any, value: Any, *, name: str) -> tuple[Any, ...]:
    """Return TOML tables as dataclasses."""
    try:
        return tuple(entry(**one) for one in value)
    except TypeError:
        keys = ", ".join(item.name for item in fields(entry))
        raise PolicyError(f"{name} must be tables such as [[{name}]] with {keys}.") from None


def _checked(current: Any, value: Any, *, name: str) -> Any:
    """Return one TOML value in the type of the value it replaces."""
    if is_dataclass(current):
        if not isinstance(value, Mapping):
            raise PolicyError(f"{name} must be a table such as [{name}], not {value!r}.")
        return filled(current, value, where=f"{name}.")
    if isinstance(current, Mapping):
        if not isinstance(value, Mapping):
            raise PolicyError(f"{name} must be a table of names and values, not {value!r}.")
        return dict(value)
    if isinstance(current, tuple):
        if not isinstance(value, list):
            raise PolicyError(f"{name} must be a list, not {value!r}.")
        return tuple(tuple(item) if isinstance(item, list) else item for item in value)
    if isinstance(current, time) and not isinstance(value, time):
        raise PolicyError(f"{name} must be a time of the day such as 14:00:00, not {value!r}.")
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
