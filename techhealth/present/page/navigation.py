"""The way from page to page: one small line above each."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from techhealth.present.page.markup import Html, el

#: Address of a page → what its link says, in the order of the line.
PAGES = {"portfolio": "All customers", "health": "Health", "report": "Report", "chat": "Chat", "tuning": "Tuning"}
#: Pages that show one customer.
_OF_ONE = ("health", "report", "chat", "tuning")


def navigation(here: str, *, about: Mapping[str, str] | None = None, held: Html | None = None) -> Html:
    """Return the links to all pages, the present one marked; those about one customer keep what they are `about`.

    `held` says why they cannot: then only what is not about him leads on.
    """
    return el(
        "nav.th-nav",
        *(
            el(
                "span.th-muted" if held and page in _OF_ONE else "a",
                label,
                href=None if held and page in _OF_ONE else link(page, **(about or {})),
                aria_current="page" if page == here else None,
            )
            for page, label in PAGES.items()
        ),
        el("span.th-muted", held) if held else None,
        aria_label="Pages",
    )


def link(page: str, **about: str | None) -> str:
    """Return the address of a page beside this one, about an upload or a customer where it shows one.

    Examples:
        >>> link("health", customer="A & B")
        '../health/?customer=A+%26+B'
        >>> link("portfolio", customer="Globex")
        '../portfolio/'
    """
    return f"../{page}/{address(**about) if any(about.values()) and page in _OF_ONE else ''}"


def address(**asked: str | None) -> str:
    """Return the address of the same page that asks for something else; None asks for nothing.

    Examples:
        >>> address(upload="0123", integration="Custom API (Data)"), address(upload=None)
        ('?upload=0123&integration=Custom+API+%28Data%29', '?')
    """
    return "?" + urlencode({key: value for key, value in asked.items() if value is not None})
