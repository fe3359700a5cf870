"""The way from page to page: one small line above each."""

from __future__ import annotations

from urllib.parse import quote

from techhealth.present.page.markup import Html, el

#: Address of a page → what its link says, in the order of the line.
PAGES = {"portfolio": "All customers", "health": "Health", "report": "Report", "chat": "Chat", "tuning": "Tuning"}
#: Pages that show one customer.
_OF_ONE = ("health", "report", "chat", "tuning")


def navigation(here: str, *, customer: str | None = None) -> Html:
    """Return the links to all pages, the present one marked; those about one customer keep the customer."""
    return el(
        "nav.th-nav",
        *(
            el("a", label, href=link(page, customer=customer), aria_current="page" if page == here else None)
            for page, label in PAGES.items()
        ),
        aria_label="Pages",
    )


def link(page: str, *, customer: str | None = None) -> str:
    """Return the address of a page beside this one.

    Examples:
        >>> link("health", customer="A & B")
        '../health/?customer=A%20%26%20B'
        >>> link("portfolio", customer="Globex")
        '../portfolio/'
    """
    asked = f"?customer={quote(customer, safe='')}" if customer and page in _OF_ONE else ""
    return f"../{page}/{asked}"
