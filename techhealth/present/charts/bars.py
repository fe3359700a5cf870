"""Bars with their values written on them: where points went, why deliveries failed, in which part calls fail."""

from __future__ import annotations

from collections.abc import Collection

from techhealth.model import Assessment, Cause, IntegrationHealth
from techhealth.present import lost, words
from techhealth.present.charts.grammar import Cell, Spec, layers, marks, nominal, quantity
from techhealth.present.charts.theme import INK, POINTED, Figure, figure

#: Heights in pixels of a row with its label beside the bar, and above it, where letters longer than `_BESIDE` would be cut.
_ROW, _TWO_LINES, _BESIDE = 30, 44, 22
#: Pixels of a letter of the text that stands behind a bar.
_LETTER = 7


def points_lost(assessment: Assessment) -> Figure:
    """Return the points each component costs the score, largest first."""
    unknown = {part.name for part in assessment.score.components if part.score is None}
    named = [
        (words.first_clause(why) if name == lost.CAP else name, points, f"{points:.1f}")
        for name, points, why in lost.by_component(assessment.score)
        if name not in unknown
    ]
    parts = sorted(named, key=lambda part: -part[1])
    most = f"{parts[0][0]} costs most: {parts[0][2]} of {lost.total(assessment.score)} points" if parts else ""
    title = most if most and parts[0][1] else "No points are lost"
    return _flat(parts, title=title, head=("Component", "Points lost"))


def reasons(health: IntegrationHealth) -> Figure:
    """Return the failed deliveries of an integration by reason, over the whole period."""
    found = health.webhooks.reasons if health.webhooks else ()
    parts = [(one.meaning, float(one.count), f"{one.count:,} ({words.share(one.share)})") for one in found]
    title = f"{parts[0][0]}: {parts[0][2]} of the failed deliveries" if parts else "No delivery failed"
    return _flat(parts, title=title, head=("Reason", "Failed deliveries"))


def by_slice(cause: Cause) -> Figure:
    """Return the failure rate of each slice a cause is read from; those it speaks of carry the colour."""
    parts = [(one.name, one.k / one.n if one.n else 0.0, f"{words.percent(one.k / one.n if one.n else None)} ({one.k:,} of {one.n:,})") for one in cause.slices]  # fmt: skip
    named = frozenset(place for place, one in enumerate(cause.slices) if one.named)
    return _flat(parts, title=words.first_clause(cause.statement), head=("Part", "Failed"), point=named)


def _flat(
    parts: list[tuple[str, float, str]], *, title: str, head: tuple[str, ...], point: Collection[int] = (0,)
) -> Figure:  # fmt: skip
    """Return horizontal bars; those at the places of `point` carry the colour."""
    says = "; ".join(f"{label} {text}" for label, _, text in parts)
    body = [(label, text) for label, _, text in parts]
    high = (_TWO_LINES if _above(parts) else _ROW) * max(len(parts), 1)
    return figure(_bars(parts, point), title=title, says=says, height=high, below=11, head=head, body=body)


def _above(parts: list[tuple[str, float, str]]) -> bool:
    """Return whether a label is too long to stand beside its bar on a phone."""
    return any(len(label) > _BESIDE for label, _, _ in parts)


def _bars(parts: list[tuple[str, float, str]], point: Collection[int]) -> Spec:
    values: list[dict[str, Cell]] = [
        {"label": label, "value": value, "text": text, "top": i in point and value > 0}
        for i, (label, value, text) in enumerate(parts)
    ]
    above = _above(parts)
    room = 12 + _LETTER * max((len(text) for _, _, text in parts), default=0)  # right of the longest bar, for its text
    longest = max((value for _, value, _ in parts), default=0) or 1
    reach: Spec = {"domain": [0, longest], "range": [0, {"expr": f"max(24, width - {room})"}]}
    low = 8 if above else 0
    x = quantity("value", axis=None, stack=False, scale=reach)
    named = marks(
        "text", {"align": "left", "dy": -10, "limit": {"expr": "width"}}, x={"value": 0}, text=nominal("label")
    )
    return layers(
        marks("bar", {"cornerRadius": 3, "height": 16, "yOffset": low}, x=x, color=POINTED),
        marks("text", {"align": "left", "dx": 6, "dy": low}, x=x, text=nominal("text")),
        *((named,) if above else ()),
        values=values,
        y=nominal("label", sort=None, axis=None if above else {"labelLimit": 0, "labelColor": INK}),
    )
