"""Acting on what was found: one folded card an action, with its draft to edit, the button, and what was done already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from techhealth.present.page.markup import Html, el, facts, join, tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One action as it stands.

    Attributes:
        title: what it does.
        preview: its draft as plain text, where it is not edited in elements.
        facts: what it comes to, by name.
        elements: what edits and does it, in order.
        standing: what was done already, the newest first; what is no success is led by its shape.
        refused: why it could not be done just now; empty if it could.
        idle: why there is nothing to do; then no element is shown.
        open: whether somebody is at it.
    """

    title: str
    preview: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    elements: tuple[Html, ...] = ()
    standing: tuple[str, ...] = ()
    refused: str = ""
    idle: str = ""
    open: bool = False


def acts_card(acts: Sequence[Act]) -> Html:
    """Return the actions side by side; one with something done, or refused, is open."""
    return join(el("h2.th-section", "Act on this", id="act"), el("div.th-does", *map(_act, acts)))


def _act(one: Act) -> Html:
    told = one.standing or one.refused or one.open
    return el(
        "details.th-card.th-does-one",
        el("summary", el("strong", one.title)),
        el("p", el("span.th-crit", "▲ "), one.refused, role="status") if one.refused else None,
        el("ul.th-plain", *map(_line, one.standing), role="status") if one.standing else None,
        facts([(name, value) for name, value in one.facts]) if one.facts else None,
        el("pre.th-draft", one.preview) if one.preview else None,
        el("p.th-muted", one.idle) if one.idle else el("div.th-elements", *one.elements) if one.elements else None,
        open="" if told else None,
    )  # fmt: skip


def _line(text: str) -> Html:
    """Return what was done, behind its shape or the one of a success."""
    shape, _, rest = text.partition(" ") if tone(text) != "none" else ("●", "", text)
    return el("li", el(f"span.th-{tone(shape)}", f"{shape} "), rest)


def with_elements(act: Act, elements: Sequence[Html], *, label: str) -> Act:
    """Return an action with what edits and does it; the button called `label` takes its title, which tells what it would do now."""
    return replace(act, elements=tuple(Html(one.replace(label, act.title)) for one in elements))
