"""The look of every chart: two greys for context, one colour for the point, readable in light and dark.

Colours are the page's own CSS variables, which an SVG in the page follows from light to dark; the colour behind the
comma serves where no style sheet is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import altair as alt

INK = "var(--th-ink, #15202b)"
MUTED = "var(--th-muted, #5b6875)"
BAR = "var(--th-bar, #c9d3e6)"
#: The colour of the point: the card around a chart says how bad what it shows is.
POINT = "var(--th-point, #b3261e)"
FONT = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
#: Heights in pixels: a chart's own, and what the page keeps free for it.
LOW, TALL = 130, 190

#: A value of a row that a chart draws.
Cell = str | int | float | None
AnyChart = alt.Chart | alt.LayerChart | alt.FacetChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with the sentence it proves; `height` in pixels is the room it takes, axes included.

    `drawn` makes the chart, which takes a hundred times as long as all else and is not wanted by every reader. `head` and `body` are what the chart shows as a table, in words.
    """

    title: str
    drawn: Callable[[], AnyChart]
    height: int
    head: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]

    @property
    def chart(self) -> AnyChart:
        """The chart itself."""
        return self.drawn()


def rows(values: Iterable[Mapping[str, Cell]]) -> alt.InlineData:
    """Return rows as a chart's own data; columns are named by us, never by an upload."""
    return alt.InlineData(values=[dict(value) for value in values])


def figure(
    chart: Callable[[], AnyChart], *, title: str, says: str, height: int, head: tuple[str, ...], body: Iterable[tuple[str, ...]], below: int = 30
) -> Figure:  # fmt: skip
    """Return the finished figure: as wide as its place, drawn as SVG, without a menu, read aloud as `says`.

    `head` and `body` are its table; `below` are the pixels its axis takes.
    """
    drawn = partial(_styled, chart, height=height, says=f"{title}. {says}")
    return Figure(title=title, drawn=drawn, height=height + below, head=head, body=tuple(body))


def _styled(chart: Callable[[], AnyChart], *, height: int, says: str) -> AnyChart:
    done: AnyChart = (
        chart()
        .properties(width="container", height=height, description=says, background="transparent")
        .configure(font=FONT, padding={"left": 0, "right": 4, "top": 4, "bottom": 0})
        .configure_view(stroke=None)
        .configure_axis(
            domain=False, ticks=False, grid=False, labelColor=MUTED, labelFontSize=12, labelPadding=6, title=None
        )
        .configure_text(color=INK, fontSize=12)
    )
    done["usermeta"] = {"embedOptions": {"renderer": "svg", "actions": False}}
    return done
