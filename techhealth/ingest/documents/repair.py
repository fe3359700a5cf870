"""JSON that is nearly JSON → JSON: comments, trailing commas, and numbers that are none."""

from __future__ import annotations

import re

#: A string, which stays as it is; what stands for no number; a comment, or a comma before a closing bracket.
_PARTS = re.compile(
    rb'("(?:[^"\\]|\\.)*")|(?<![\w"])([-+]?(?:NaN|Infinity)|undefined)(?![\w"])|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL
)  # fmt: skip
_SIGNS = re.compile(rb"NaN|Infinity|undefined|//|/\*|,\s*[}\]]")


def repaired(content: bytes) -> bytes | None:
    """Return the content as JSON: NaN is null, comments and trailing commas are gone; None if it has nothing of these.

    Examples:
        >>> repaired(b'{"a": NaN, "b": "NaN, //", } // the end')
        b'{"a": null, "b": "NaN, //" } '
    """
    if not _SIGNS.search(content):
        return None
    return _PARTS.sub(lambda part: part[1] or (b"null" if part[2] else b""), content)
