"""Text that tries to become markup, and assessments made of it."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum

PROBES = (
    '<img src=x onerror="window.PWN=1">',
    "<script>window.PWN=2</script>",
    "</script><svg onload=window.PWN=3>",
    '<iframe srcdoc="<script>parent.PWN=4</script>"></iframe>',
    '<math><mtext><table><mglyph><style><img src onerror="window.PWN=5">',
    '<a href="javascript:window.PWN=6">x</a>',
    "<style>*{display:none}</style>",
    '" onmouseover="window.PWN=7" x=\'',
    "![x](http://tracker.example/p.png) [y](javascript:window.PWN=8) $x$ :smile: | *b*",
    "=HYPERLINK(1)&amp;&lt;",
)


def poisoned(value, text):
    """Return a noun with every text in it replaced; closed sets, numbers and days stay."""
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(poisoned(item, text) for item in value)
    if isinstance(value, dict):
        return {key: poisoned(item, text) for key, item in value.items()}
    if is_dataclass(value):
        return replace(value, **{item.name: poisoned(getattr(value, item.name), text) for item in fields(value)})
    return value
