"""A chart in a document that asks nobody: drawn once for paper, live where scripts run, and as a table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from threading import Thread
from typing import Any

import vl_convert

from techhealth.present.charts import Figure
from techhealth.present.page.markup import Html, el, place

#: Pixels of a still chart; paper has two of them side by side, slightly smaller, or three in its first row.
WIDE, NARROW = 400, 260
#: Letters as wide as those the still charts are measured with, which come with their library; Arial is as wide.
_FONT = "'Liberation Sans', Arial, Helvetica, sans-serif"
_FIT = {"type": "fit-x", "contains": "padding"}
_TAG = re.compile(r"<[^>]*>")
_LONG = re.compile(r"\d+\.\d{3,}")


def wake() -> None:
    """Start what draws still charts, beside whatever else is done until the first is drawn: it takes half a second."""
    Thread(target=vl_convert.get_themes).start()


def drawn(figure: Figure, *, live: bool = True, wide: int = WIDE) -> Html:
    """Return a chart under the sentence it proves: still, with what a script needs to make it live, and its figures folded."""
    spec = figure.chart
    still = el("div.th-still", _still(spec, wide), role="img", aria_label=str(spec["description"]))
    return place(figure, still, _data(spec) if live else None)


def _still(spec: Mapping[str, Any], wide: int) -> Html:
    """Return the chart as SVG; what it says stands on the element around it."""
    quiet = {**spec["config"], "aria": False, "font": _FONT}
    svg = vl_convert.vegalite_to_svg({**spec, "width": wide, "autosize": _FIT, "config": quiet})
    return Html(_TAG.sub(lambda tag: _LONG.sub(lambda number: f"{float(number[0]):.2f}", tag[0]), svg))


def _data(spec: Mapping[str, Any]) -> Html:
    """Return the chart as data that no browser runs."""
    return Html(f'<script type="application/json">{as_json(spec)}</script>')


def as_json(value: object) -> str:
    r"""Return a value as JSON that ends no element.

    Examples:
        >>> as_json({"name": "</script>"})
        '{"name":"\\u003c/script>"}'
    """
    return json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
