"""A page before it lives: the markup of its first screen, with stand-ins of the same size where it will have elements."""

from __future__ import annotations

import re
from collections.abc import Mapping

from techhealth.present.page.markup import Html, el
from techhealth.present.page.navigation import PAGES, navigation

#: What does nothing, or forgets what was done with it, before the page lives. Text never looks like it, for it is escaped.
_DEAD = re.compile(r"<(button|details|input|select)\b")


def still(here: str, screen: Html, *, about: Mapping[str, str] | None = None) -> Html:
    """Return a first screen under the way to the other pages; it scrolls and its links lead on, the rest cannot be reached."""
    parts = (navigation(here, about=about), Html(_DEAD.sub(r'<\1 inert=""', screen)))
    areas = (el("div.output-area", el("div.output", part)) for part in parts)
    return el("div.th-page", *areas, id="first", aria_busy="true")


def waiting(here: str, *, about: Mapping[str, str]) -> Html:
    """Return what stands on a page of which nothing can be told at once."""
    head = el("header.th-head", el("h1", PAGES[here]), el("span.th-muted", "Loading"))
    return still(here, head, about=about)


def still_upload() -> Html:
    """Return what stands where files can be dropped once the page lives."""
    return el("div.th-still-upload", "Loading…")


def still_choice(label: str, chosen: str | None) -> Html:
    """Return what stands where one of several can be chosen."""
    return el("label.th-choice", f"{label} ", el("select", el("option", chosen or "")))
