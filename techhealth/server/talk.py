"""A conversation: what is said is taken for what it asks, answered from the assessment, shown, or done where that is ordered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from techhealth.actions.ticket import ticket_text
from techhealth.errors import TechHealthError, UsageError
from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.present import chat, chat_customers, words
from techhealth.present.audience import Audience
from techhealth.present.page.markup import Draw, Html, join
from techhealth.present.page.navigation import link
from techhealth.present.wishes import (
    DEEDS,
    Topic,
    Wish,
    agrees,
    asks_of_all,
    customer_named,
    namesakes,
    sets_beside,
    stranger,
    wishes,
)
from techhealth.server.acts import Acts
from techhealth.server.desk import Desk
from techhealth.server.names import there_are
from techhealth.server.remedies import for_a_page
from techhealth.server.workspace import Answer
from techhealth.store import portfolio

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


def said(message: Any) -> str:
    """Return the text of a message of the chat element, however it carries it."""
    parts = [str(part.text) for part in getattr(message, "parts", None) or () if getattr(part, "type", "") == "text"]
    return "\n".join(parts) or str(getattr(message, "content", "") or "")


_SO_FAR = ("Support tickets so far", "Technical calls so far")
_SLOT = "It is the next free slot; “Act on this” on the page Health takes another time."
_NOT_THAT_TIME = "The time you named was not taken: below is the next free slot; “Act on this” on the page Health takes another time."


#: Topics whose answers name the customer, or speak of none.
_HEADED = (Topic.HEALTH, Topic.CUSTOMERS, Topic.METHOD, Topic.UNDO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer, and whether something was done, so that it must not be lost."""

    answer: Html
    did: bool = False


def conversed(sentences: Sequence[str], *, desk: Desk, answer: Answer, draw: Draw) -> Said:
    """Return the answer to the last sentence of somebody who said the others before it.

    It speaks of the customer that was named last, but not to compare with; of the one at the desk where none was; "yes" has done
    what was shown before.
    """
    shown = answer.assessment
    integrations = [one.name for one in shown.integrations] if shown else []
    named = [customer_named(one, desk.customers, integrations) for one in sentences]
    name = next((one for one, rest in reversed(named) if one and not sets_beside(rest)), None)
    meant = () if named[-1][0] else namesakes(sentences[-1], desk.customers, integrations)
    if meant and name not in meant:
        return Said(answer=chat_customers.which(meant))
    other = name is not None and (shown is None or name != shown.generated_for.customer)
    found = desk.stored(name) if name and other else answer
    *before, (whose, last) = named
    spoken_of = found.assessment if found else None
    if whose and sets_beside(last) and (told := _beside(whose, last, desk, spoken_of=spoken_of)):
        return Said(answer=told)
    if found is None or found.assessment is None:
        return Said(answer=_without_log(sentences[-1], desk, of=name if other else None))
    if agrees(last) and before:
        wished = tuple(replace(one, ordered=True) for one in wishes(before[-1][1], found.assessment))
    else:
        wished = wishes(last, found.assessment) or ((Wish(topic=Topic.HEALTH),) if whose else ())
    if not wished:
        return Said(answer=_unmet(sentences[-1], desk.customers, otherwise=chat.not_understood(sentences[-1])))
    if desk.nameless and not other and any(one.ordered for one in wished):
        return Said(answer=chat.NAMELESS)
    headed = all(one.topic in _HEADED for one in wished)
    title = chat.of_customer(name) if name and other and not headed else None
    told = answered(wished, assessment=found.assessment, policy=found.policy, acts=desk.acts(found), draw=draw)
    if any(one.topic is Topic.COMPARED and one.against is None for one in wished):
        told = join(_unmet(last, desk.customers, otherwise=join()), told)
    return Said(answer=join(title, told), did=any(one.ordered and one.topic in DEEDS for one in wished))


def _beside(whose: str, said: str, desk: Desk, *, spoken_of: Assessment | None) -> Html | None:
    """Return a customer that is named beside another one that is named as well, else beside the one that is spoken of; None where
    these are one."""
    second, _ = customer_named(said, [one for one in desk.customers if one != whose], [])
    known = {name: answer.assessment if (answer := desk.stored(name)) else None for name in (second, whose) if name}
    missing = next((name for name, one in known.items() if one is None), None)
    every = [one for one in (None if second else spoken_of, *known.values()) if one]
    different = {one.generated_for.customer: one for one in every}
    if missing:
        return chat.nothing_of(missing)
    return chat_customers.side_by_side([*different.values()]) if len(different) > 1 else None


def _without_log(sentence: str, desk: Desk, *, of: str | None) -> Html:
    """Return what can be said where there is no log, or none `of` a customer: who is at risk needs none."""
    if desk.store and asks_of_all(sentence):
        return chat_customers.customers(portfolio(desk.store, today=desk.today()))
    return chat.nothing_of(of) if of else _unmet(sentence, desk.customers, otherwise=chat.NO_LOG)


def _unmet(sentence: str, customers: Sequence[str], *, otherwise: Html) -> Html:
    """Return that a customer is not here, where a sentence asks how somebody does who is none."""
    asked = stranger(sentence)
    if asked and customers:
        return chat.deed(f"There is no customer {asked} here; {there_are(customers)}.")
    return otherwise


def answered(wished: Sequence[Wish], *, assessment: Assessment, policy: Policy, acts: Acts | None, draw: Draw) -> Html:
    """Return the answer to what is asked for, in its order; `draw` makes a chart's markup."""
    told = [
        _done(one, acts)
        if acts and (one.topic in DEEDS or _of_all(one, acts))
        else chat.reply(one, assessment, policy=policy, draw=draw)
        for one in wished
    ]
    return join(*told)


def _of_all(wish: Wish, acts: Acts) -> bool:
    """Return whether a wish is answered from a store, which knows the other customers."""
    return wish.topic is Topic.CUSTOMERS and acts.store is not None


def _done(wish: Wish, acts: Acts) -> Html:
    """Return what was done about a wish, or would be; what could not be done is said in its place."""
    try:
        return (_DEEDS if wish.ordered or wish.topic not in _PREVIEWS else _PREVIEWS)[wish.topic](wish, acts)
    except TechHealthError as error:
        return chat.deed(f"Not done: {for_a_page(error)}")


def _about(wish: Wish, acts: Acts) -> Sequence[str] | None:
    """Return the issues a ticket is wished for; None leaves it to the draft.

    Raises:
        UsageError: if an integration without one is named.
    """
    if wish.issues or not wish.integrations:
        return wish.issues or None
    mine = [issue for name in wish.integrations for issue in acts.about(name) or ()]
    if not mine:
        raise UsageError(f"{words.named(wish.integrations)} has no issue that a ticket could be about.")
    return mine


def _ticket_shown(wish: Wish, acts: Acts) -> Html:
    text = ticket_text(acts.drafted({}, issues=_about(wish, acts)), attached=True)
    return join(_before(acts, 0), chat.shown("A support ticket would say", text))


def _call_shown(wish: Wish, acts: Acts) -> Html:
    draft = acts.call()
    if draft is None:
        raise UsageError("there is no issue a call could be about.")
    return join(
        _before(acts, 1),
        chat.shown("A technical call would be", acts.told(draft), _NOT_THAT_TIME if wish.timed else _SLOT),
    )


def _before(acts: Acts, place: int) -> Html:
    """Return the tickets, or the calls, there are."""
    return chat.standing(_SO_FAR[place], acts.standing({})[place].standing)


def _signal_shown(_wish: Wish, acts: Acts) -> Html:
    one = acts.signal()
    return chat.shown(
        "The risk signal would be", f"Technical risk: {one.level.value}\nOverall health: {one.overall.reason}"
    )


def _ticket(wish: Wish, acts: Acts) -> Html:
    made = acts.open_ticket(issues=_about(wish, acts))
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


def _customers(_wish: Wish, acts: Acts) -> Html:
    return chat_customers.customers(portfolio(acts.store, today=acts.now().date())) if acts.store else join()


def _report(wish: Wish, acts: Acts) -> Html:
    place = link("report", customer=acts.customer)
    if wish.for_customer:
        place += f"&audience={Audience.CUSTOMER.value}"
    reader = "the customer" if wish.for_customer else "ourselves"
    return chat.deed(f"The report for {reader} is drafted", links={"Read it, save it, send it": place})


#: What shows a deed before it is ordered; drafting a report is itself no more than that.
_PREVIEWS: dict[Topic, Callable[[Wish, Acts], Html]] = {
    Topic.TICKET: _ticket_shown,
    Topic.CALL: _call_shown,
    Topic.SIGNALS: _signal_shown,
}
#: What the store is needed for: the deeds, and the answer about all customers.
_DEEDS: dict[Topic, Callable[[Wish, Acts], Html]] = {
    Topic.TICKET: _ticket,
    Topic.CALL: _call,
    Topic.SIGNALS: _signal,
    Topic.REPORT: _report,
    Topic.CUSTOMERS: _customers,
}
