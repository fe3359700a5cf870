"""The colours of the page can be read in both themes."""

import re
from pathlib import Path

import pytest

STYLE = (Path(__file__).parents[2] / "notebooks" / "style.css").read_text(encoding="utf-8")
_LIGHT, _DARK = STYLE.split("@media screen and (prefers-color-scheme: dark)")[:2]


def colours(part):
    """Return the variables of one theme."""
    return dict(re.findall(r"--th-([a-z-]+): (#[0-9a-f]{6})", part))


def luminance(colour):
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Return the contrast ratio of two colours, 1-21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [_LIGHT, _DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [(text, ground) for text in ("ink", "muted", "crit", "warn", "ok", "info") for ground in ("paper", "ground")]
    + [(tone, f"{tone}-bg") for tone in ("crit", "warn", "ok", "info")],
)
def test_text_has_contrast(theme, text, ground):
    """Text has a contrast of at least 4.5:1 on every ground it stands on."""
    known = colours(theme)

    assert contrast(known[text], known[ground]) >= 4.5
