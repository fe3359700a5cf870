"""A conversation on a page: its top, and an answer in the look of the pages."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.model import Assessment
from techhealth.present.page.markup import Html, el, join
from techhealth.present.page.receipt import left_out, problem_card, receipt_line
from techhealth.present.page.summary import KEPT, head, missing_card

#: What to say first, in a conversation.
_HINT = (
    "Ask in plain words: “Calculate technical health from this integration data”, “why 429?”, an integration by its name, “what should I "
    "do?”, “create support ticket and schedule a technical call”."
)


def chat_head(
    assessment: Assessment | None, *, upload: Html, problem: str | None = None, missing: str | None = None
) -> Html:
    """Return the top of a conversation: about whom it is, and the place to drop files."""
    dropping = el("section.th-upload", upload, el("small", KEPT), aria_label="Add files")
    title = head(assessment) if assessment else el("header.th-head", el("h1", "Ask about technical health"))
    return join(
        el("div.th-top", el("div", title, receipt_line(assessment) if assessment else None), dropping),
        el("p.th-muted", _HINT),
        missing_card(missing) if missing else None,
        (left_out(problem) if assessment else problem_card(problem)) if problem else None,
    )


def talk(answer: Html, buttons: Sequence[Html]) -> Html:
    """Return an answer in the look of the pages, with what can be done about it."""
    return el("div.th-page.th-talk", answer, el("div.th-elements", *buttons))
