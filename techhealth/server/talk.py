"""A conversation: what is said is taken for what it asks, answered from the assessment, or done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from techhealth.actions.ticket import ticket_text
from techhealth.errors import TechHealthError
from techhealth.present import chat
from techhealth.present.audience import Audience
from techhealth.present.chat import Topic, Wish
from techhealth.present.page.markup import Draw, Html, join
from techhealth.present.page.navigation import link
from techhealth.server.acts import Acts
from techhealth.server.remedies import for_a_page
from techhealth.server.workspace import Answer

#: What can be asked with one click.
PROMPTS = (
    "Calculate technical health from this integration data",
    "What should I do?",
    "Create support ticket and schedule a technical call",
    "Draft technical report",
    "Update risk signals",
)


#: What is offered below each answer, as the requirement names it, and the sentence that does it.
OFFERED = {
    "Create Support Ticket": "Create support ticket",
    "Schedule Technical Call": "Schedule a technical call",
    "Draft Technical Report": "Draft technical report",
    "Update Risk Signals": "Update risk signals",
}


def does(text: str, answer: Answer) -> bool:
    """Return whether a sentence asks for something to be done."""
    shown = answer.assessment
    return shown is not None and any(one.topic in chat.DEEDS for one in chat.wishes(text, shown))


def said(message: Any) -> str:
    """Return the text of a message of the chat element, however it carries it."""
    parts = [str(part.text) for part in getattr(message, "parts", None) or () if getattr(part, "type", "") == "text"]
    return "\n".join(parts) or str(getattr(message, "content", "") or "")


def answered(text: str, *, answer: Answer, acts: Acts | None, draw: Draw) -> Html:
    """Return the answer to a sentence: what it asks for in its order; what could not be done is said in its place.

    `acts` are what can be done about it, None without an assessment; `draw` makes a chart's markup.
    """
    shown = answer.assessment
    if shown is None or acts is None:
        return chat.nothing_to_ask_about()
    wished = chat.wishes(text, shown)
    if not wished:
        return chat.not_understood(text)
    return join(*(_done(one, acts) if one.topic in chat.DEEDS else chat.reply(one, shown, draw=draw) for one in wished))


def _done(wish: Wish, acts: Acts) -> Html:
    """Do what is wished, and return what came of it."""
    try:
        return _DEEDS[wish.topic](wish, acts)
    except TechHealthError as error:
        return chat.deed(f"Not done: {for_a_page(error)}")


def _ticket(wish: Wish, acts: Acts) -> Html:
    made = acts.open_ticket(issues=wish.issues or None)
    became = "created" if made.is_new else "updated" if made.is_changed else "open already"
    text = ticket_text(made.draft, name=made.name, attached=made.has_report) if made.draft else ""
    return chat.deed(f"Support ticket {made.name} {became}", text)


def _call(_wish: Wish, acts: Acts) -> Html:
    made = acts.plan_call()
    became = "scheduled" if made.is_new else "changed" if made.is_changed else "scheduled already"
    links = {"Invitation and briefing": link("health", customer=acts.customer) + "#act"}
    return chat.deed(f"Technical call {became}", acts.told(made.draft), links=links)


def _signal(_wish: Wish, acts: Acts) -> Html:
    made = acts.raise_signal()
    became = "written" if made.is_new else "unchanged"
    lines = (*made.changes, f"Overall health: {made.signal.overall.reason}")
    return chat.deed(f"Risk signal {became}: {made.signal.level.value}", "\n".join(lines))


def _report(wish: Wish, acts: Acts) -> Html:
    place = link("report", customer=acts.customer)
    if wish.for_customer:
        place += f"&audience={Audience.CUSTOMER.value}"
    reader = "the customer" if wish.for_customer else "ourselves"
    return chat.deed(f"The report for {reader} is drafted", links={"Read it, save it, send it": place})


_DEEDS: dict[Topic, Callable[[Wish, Acts], Html]] = {
    Topic.TICKET: _ticket,
    Topic.CALL: _call,
    Topic.SIGNALS: _signal,
    Topic.REPORT: _report,
}
