"""The table of causes as a card for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.text import Text

from techhealth.present.terminal import facts, heading, printed

_LEAD = (
    "What can coincide with failures; the first that explains 40 % of what is new is named first, and none is proof."
)


def render_causes(rows: Iterable[tuple[str, str, str, str, str]], *, width: int, color: bool) -> str:
    """Return rows of kind, meaning, owner, what is looked at and what would speak against it, as text."""
    return printed(_card(rows), width=width, color=color)


def _card(rows: Iterable[tuple[str, str, str, str, str]]) -> Iterator[RenderableType]:
    yield heading("Kinds of cause")
    yield Text(_LEAD, style="dim")
    for kind, meaning, owner, looks_at, would_refute in rows:
        yield Text(f"\n{kind}", style="bold").append(f"  {meaning}", style="not bold")
        yield facts((("Owner", owner), ("Looks at", looks_at), ("Would change our mind", would_refute)))
