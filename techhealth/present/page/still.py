"""A page before it lives: the markup of its first screen, with stand-ins of the same size where it will have elements."""

from __future__ import annotations

from techhealth.present.page.markup import Html, el
from techhealth.present.page.navigation import PAGES, navigation


def still(here: str, screen: Html, *, customer: str | None = None) -> Html:
    """Return a first screen under the way to the other pages; nothing in it can be reached until the page lives."""
    parts = (navigation(here, customer=customer), screen)
    areas = (el("div.output-area", el("div.output", part)) for part in parts)
    return el("div.th-page", *areas, id="first", inert="", aria_busy="true")


def waiting(here: str, *, customer: str | None = None) -> Html:
    """Return what stands on a page of which nothing can be told at once."""
    head = el("header.th-head", el("h1", PAGES[here]), el("span.th-muted", "Loading"))
    return still(here, head, customer=customer)


def still_upload(label: str) -> Html:
    """Return what stands where files can be dropped."""
    return el("div.th-still-upload", label)


def still_choice(label: str, chosen: str | None) -> Html:
    """Return what stands where one of several can be chosen."""
    return el("label.th-choice", f"{label} ", el("select", el("option", chosen or "")))
