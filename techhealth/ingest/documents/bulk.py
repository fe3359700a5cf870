"""A large JSON document → its outline: all of it parsed but the one long list, whose objects stay bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

#: Objects of the long list that stand in the outline; a list that is no longer is not left out.
SHOWN = 200
_DEPTH = 8
_RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_RAW_DICT = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Outline:
    """A document with its long list cut to the first objects, the place of that list, and all its items as bytes."""

    document: Any
    path: tuple[str, ...]
    items: Sequence[msgspec.Raw]


def outline(content: bytes | msgspec.Raw, depth: int = _DEPTH) -> Outline | None:
    """Return the outline of a document, None if most of it is not one long list of objects.

    Raises:
        msgspec.DecodeError: if the content is not one JSON document.
    """
    first = bytes(memoryview(content)[:200]).lstrip()[:1]
    if first == b"[":
        items = _RAW_LIST.decode(content)
        long = len(items) > SHOWN and all(bytes(memoryview(item)[:1]) == b"{" for item in items[:SHOWN])
        return Outline([msgspec.json.decode(item) for item in items[:SHOWN]], (), items) if long else None
    if first != b"{" or not depth:
        return None
    parts = _RAW_DICT.decode(content)
    key = max(parts, key=lambda name: len(parts[name]), default=None)
    inner = outline(parts[key], depth - 1) if key is not None and 2 * len(parts[key]) > len(content) else None
    if key is None or inner is None:
        return None
    document = {name: inner.document if name == key else msgspec.json.decode(part) for name, part in parts.items()}
    return Outline(document, (key, *inner.path), inner.items)
