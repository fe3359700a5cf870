"""The words a chart is written in: parts of a Vega-Lite document, which tests hold against its schema.

Source: https://vega.github.io/vega-lite/docs/spec.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: A part of a document of Vega-Lite, as JSON.
Spec = dict[str, Any]
#: A value of a row that a chart draws.
Cell = str | int | float | None
Rows = Iterable[Mapping[str, Cell]]
#: How a place in time is read.
IN_UTC: Spec = {"type": "utc"}


def quantity(field: str, **more: Any) -> Spec:
    """Return a channel that shows a number."""
    return {"field": field, "type": "quantitative", **more}


def instant(field: str, **more: Any) -> Spec:
    """Return a channel that shows a time."""
    return {"field": field, "type": "temporal", **more}


def whole_day(field: str, **more: Any) -> Spec:
    """Return a channel that shows a whole day in UTC."""
    return instant(field, timeUnit="utcyearmonthdate", **more)


def told_day(field: str, *, title: str = "day") -> Spec:
    """Return a day for a tooltip, written as in all texts."""
    return whole_day(field, title=title, format="%-d %B %Y")


def ordinal(field: str, **more: Any) -> Spec:
    """Return a channel that shows a place in an order."""
    return {"field": field, "type": "ordinal", **more}


def nominal(field: str, **more: Any) -> Spec:
    """Return a channel that shows a text."""
    return {"field": field, "type": "nominal", **more}


def marks(kind: str, style: Spec, *, values: Rows | None = None, **channels: Spec | list[Spec]) -> Spec:
    """Return marks of one kind; without `values` they show the rows of the layers around them."""
    return {**_held(values), "mark": {"type": kind, **style}, "encoding": channels}


def layers(*parts: Spec, values: Rows | None = None, **shared: Spec | list[Spec]) -> Spec:
    """Return parts one over the other, with the rows and channels that they share.

    A channel that is shared is merged with the one a part has of its own, and does not give way to it.
    """
    return {**_held(values), "encoding": shared, "layer": list(parts)}


def _held(values: Rows | None) -> Spec:
    """Return rows as a chart's own data; columns are named by us, never by an upload."""
    return {} if values is None else {"data": {"values": [dict(value) for value in values]}}
