"""The look of every chart: two greys for context, one colour for the point, readable in light and dark.

Colours are the page's own CSS variables, which an SVG in the page follows from light to dark; the colour behind the
comma serves where no style sheet is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from techhealth.present.charts.grammar import Spec

INK = "var(--th-ink, #15202b)"
MUTED = "var(--th-muted, #5b6875)"
BAR = "var(--th-bar, #c9d3e6)"
#: The colour of the point: the card around a chart says how bad what it shows is.
POINT = "var(--th-point, #b3261e)"
FONT = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
#: Heights in pixels: a chart's own, and what the page keeps free for it.
LOW, TALL = 130, 190

#: What stands around every chart: as wide as its place, drawn as SVG, without a menu.
_FRAME: Spec = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "width": "container",
    "background": "transparent",
    "config": {
        "font": FONT,
        "padding": {"left": 0, "right": 4, "top": 4, "bottom": 4},
        "view": {"stroke": None},
        "axis": {
            "domain": False, "ticks": False, "grid": False,
            "labelColor": MUTED, "labelFontSize": 12, "labelPadding": 6, "title": None,
        },
        "text": {"color": INK, "fontSize": 12},
    },
    "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
}  # fmt: skip

#: The colour of marks: that of the point for rows that are it, that of context for all others.
POINTED: Spec = {"condition": {"test": "datum.top", "value": POINT}, "value": BAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with the sentence it proves; `height` in pixels is the room it takes, axes included.

    `chart` is a document of Vega-Lite; `head` and `body` are what it shows as a table, in words. `days_of` is the
    integration of which it shows days side by side: they can be chosen, and its other charts follow.
    """

    title: str
    chart: Spec
    height: int
    head: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    days_of: str | None = None

    def _mime_(self) -> tuple[str, str]:
        """Return the chart with its media type, as a notebook asks for what it shows."""
        return "application/vnd.vegalite.v6+json", json.dumps(self.chart)


def figure(
    chart: Spec, *, title: str, says: str, height: int, head: tuple[str, ...], body: Iterable[tuple[str, ...]], below: int = 30,
    days_of: str | None = None,
) -> Figure:  # fmt: skip
    """Return the finished figure, read aloud as `says`; `head` and `body` are its table, `below` are the pixels its axis takes."""
    framed = {**_FRAME, "height": height, "description": f"{title}. {says}", **chart}
    return Figure(title=title, chart=framed, height=height + below, head=head, body=tuple(body), days_of=days_of)
