"""The report on the pages: buttons that hand it out, the report itself in a frame, and what its reader is not told."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.present.page.markup import Child, Html, card, el
from techhealth.present.report.withhold import Withheld

_CANNOT_PRINT = (
    "For a PDF install Chromium, Chrome or Edge where this page runs, or print the HTML file from any browser."
)
_READERS = (
    "Below stands what they will read. The customer's report says neither whose fault an issue is nor what it may cost you; the mail "
    "that it goes with is drafted, too."
)


def report_card(
    buttons: Sequence[Html], *, prints: bool, withheld: Sequence[Withheld] = (), choice: Html | None = None
) -> Html:
    """Return the report to take along: for whom, in which form, and what the customer is not told.

    Args:
        buttons: the downloads.
        prints: whether a PDF can be made here.
        withheld: what was left out for the reader.
        choice: of audience and customer, where there is one.
    """
    return card(
        "Choose who reads it, then take it along" if choice else "Report",
        el("p", _READERS) if choice else None,
        choice,
        el("div.th-row", *buttons),
        None if prints else el("p.th-muted", _CANNOT_PRINT),
        _withheld(withheld) if withheld else None,
        kind=".th-wide",
    )


def _withheld(withheld: Sequence[Withheld]) -> Html:
    """Return what the reader is not told, the words themselves folded."""
    lines = (el("li", el("strong", one.what), _words(one)) for one in withheld)
    return el("details", el("summary", "What this report does not say"), el("ul", *lines))


def _words(one: Withheld) -> Child:
    return el("ul", *(el("li", line) for line in one.lines)) if one.lines else None


def report_frame(html: str) -> Html:
    """Return a report in a frame that can reach nothing around it."""
    return el("iframe.th-frame", srcdoc=html, sandbox="allow-scripts allow-downloads", title="The report")
