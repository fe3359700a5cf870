"""What a sentence in the chat asks for, and the answer: the page's own fragments, chosen by plain words. No language model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from techhealth.model import Assessment, Issue, IssueKind
from techhealth.present import page, words
from techhealth.present.page.changes import changes_card
from techhealth.present.page.markup import Draw, Html, card, el, join
from techhealth.present.page.receipt import receipt_line
from techhealth.present.page.summary import head, score_card


class Topic(StrEnum):
    """What can be asked for; the first eight are answered from the assessment, the others are done."""

    HEALTH = "health"
    CHANGES = "changes"
    ISSUES = "issues"
    ADVICE = "advice"
    LATENCY = "latency"
    WEBHOOKS = "webhooks"
    RISK = "risk"
    INTEGRATION = "integration"
    TICKET = "ticket"
    CALL = "call"
    REPORT = "report"
    SIGNALS = "signals"


#: What must be done rather than said.
DEEDS = frozenset({Topic.TICKET, Topic.CALL, Topic.REPORT, Topic.SIGNALS})
#: The words that ask for a topic, those that are told apart by a verb before those that are not.
_ASKS = {
    Topic.TICKET: r"\btickets?\b",
    Topic.CALL: r"\b(schedul\w+|meeting|technical call|invit\w+)\b",
    Topic.REPORT: r"\b(draft|send|mail|write|download|create)\b[^.;]{0,40}\breport\b|\breport draft\b|^\s*report\s*$",
    Topic.SIGNALS: r"\brisk signals?\b|\boverall health\b",
    Topic.ADVICE: r"\bwhat (should|can|must|do) (i|we)\b|\brecommend\w*|\bnext (step|action)s?\b|\bhow (do|can) (i|we) fix\b|\bfix(es)?\b|\bactions?\b|\badvice\b",
    Topic.CHANGES: r"\bchang\w+|\btrend\b|\bsince (last|when)\b|\bnew\b|\bworse\b|\bbetter\b",
    Topic.ISSUES: r"\bissues?\b|\bproblems?\b|\bwrong\b|\bbroken?\b|\berrors?\b|\bfail\w*|\bwhy\b|\bcauses?\b",
    Topic.LATENCY: r"\blatenc\w+|\bslow\w*|\bp9[59]\b|\bsla\b|\bresponse times?\b",
    Topic.WEBHOOKS: r"\bwebhooks?\b|\bdeliver\w+|\bfirst tr(y|ies)\b",
    Topic.RISK: r"\brisks?\b|\brenew\w*|\bchurn\b|\bdo(es)? nothing\b|\bnot addressed\b|\bignor\w+",
    Topic.HEALTH: r"\bhealth\w*|\bscore\b|\bcalculat\w+|\banaly[sz]\w+|\boverview\b|\bsummar\w+|\bstatus\b",
}
#: Words of a topic that stand inside the words of another one.
_WITHIN = {Topic.ADVICE: (Topic.TICKET,), Topic.RISK: (Topic.SIGNALS,), Topic.HEALTH: (Topic.SIGNALS,)}
#: What orders a deed; a ticket that is only spoken of is shown, not opened. A report is drafted either way.
_ORDERS = {
    Topic.TICKET: r"\b(creat\w+|open|rais\w+|file|make|submit)\b[^.;]{0,60}\btickets?\b",
    Topic.CALL: r"\b(schedul\w+|plan|book|arrange|set up|invite)\b",
    Topic.SIGNALS: r"\b(updat\w+|rais\w+|renew|refresh|write)\b[^.;]{0,60}\b(risk signals?|overall health)\b",
}
#: A question, or a refusal, which orders nothing.
_NO_ORDER = (
    r"\?\s*$|\b(don['’]?t|not|never|no|without|if)\b"
    r"|^\s*(is|are|was|were|did|does|do|has|have|what|which|how|who|when|where|why|should|would|could|can|may|might|show|preview)\b"
)
_YES = r"\s*(yes|yes,? please|please do|do it|go ahead|ok(ay)?|confirm(ed)?)[\s.!]*"
#: Somebody by name, of whom it is asked how they do; what begins with such a word is no name.
_HOW_IS = (
    r"(?:and )?(?:how is|how's|what about|how about)\s+(?!(?:the|a|an|my|our|your|this|that|it|he|she|they|we|you|i|everything)\b)"
    r"(\S.{0,59}?)(?: (?:doing|going|today|now))*[\s?!.]*"
)
_FOR_THEM = r"\b(for|to) (the |our |this )?(customer|client)\b|\b(for|to) them\b"
#: "This integration data" speaks of what was dropped, not of an integration that is called "(Data)".
_NOT_THE_UPLOAD = "".join(rf"(?<!\b{word} )" for word in ("this", "integration", "usage", "log", "api"))
_CAN = (
    "technical health, or one integration by its name",
    "the issues (“issue 2”, “why 429?”), what changed, latency, webhooks, risk",
    "what should I do",
    "another customer by its name",
    "create a support ticket, schedule a technical call, draft the report, update risk signals",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One thing asked for: a topic, narrowed to an integration or to issues where the sentence names them, for whom, and whether
    it is ordered to be done."""

    topic: Topic
    integration: str | None = None
    issues: tuple[str, ...] = ()
    for_customer: bool = False
    ordered: bool = False


def wishes(text: str, assessment: Assessment) -> tuple[Wish, ...]:
    """Return what a sentence asks for, in its order; nothing where it holds no word that is known."""
    said = text.casefold().strip()
    name, rest = _named(said, [one.name for one in assessment.integrations])
    places = {topic: found.start() for topic, ask in _ASKS.items() if (found := re.search(ask, rest))}
    for topic, others in _WITHIN.items():
        if any(other in places for other in others):
            places.pop(topic, None)
    mine = _issues(rest, assessment)
    if mine and not places.keys() & (DEEDS | {Topic.ADVICE}):
        places.setdefault(Topic.ISSUES, 0)
    told = places.keys() - {Topic.HEALTH}
    if name is not None and not told:
        return (Wish(topic=Topic.INTEGRATION, integration=name),)
    general = {Topic.HEALTH} if told & DEEDS else set()
    order = sorted((topic for topic in places if topic not in general), key=lambda topic: places[topic])
    theirs, order_given = bool(re.search(_FOR_THEM, rest)), not re.search(_NO_ORDER, said)
    return tuple(
        Wish(
            topic=topic, integration=name, issues=mine, for_customer=theirs,
            ordered=order_given and bool(re.search(_ORDERS.get(topic, ""), said)),
        )
        for topic in order
    )  # fmt: skip


def agrees(text: str) -> bool:
    """Return whether a sentence says yes to what was shown before, and nothing else."""
    return bool(re.fullmatch(_YES, text.casefold()))


def stranger(text: str) -> str | None:
    """Return who a question is about that asks how somebody does, and holds nothing else that is known.

    Examples:
        >>> stranger("how is Globex?"), stranger("How is Hooli Corp doing?"), stranger("Sing a song")
        ('Globex', 'Hooli Corp', None)
    """
    found = re.fullmatch(_HOW_IS, text.strip(), re.IGNORECASE)
    return None if found is None or any(re.search(ask, found[1].casefold()) for ask in _ASKS.values()) else found[1]


def customer_named(text: str, customers: Sequence[str], integrations: Sequence[str]) -> tuple[str | None, str]:
    """Return the customer a sentence names, in full or by the first word where that means nothing else, and the sentence
    without it.

    Examples:
        >>> customer_named("How is globex doing?", ["Globex Ltd", "Hooli Corp"], ["Orders API"])
        ('Globex Ltd', 'How is  doing?')
    """
    taken = " ".join(integrations).casefold()
    firsts = [next(iter(name.split()), name) for name in customers]
    plain = [
        word
        for word in firsts
        if firsts.count(word) == 1 and not any(re.search(ask, word.casefold()) for ask in _ASKS.values())
    ]
    short = {
        word: name
        for word, name in zip(firsts, customers, strict=True)
        if word in plain and word.casefold() not in taken
    }
    forms = {**short, **{name: name for name in customers}}
    for form in sorted(forms, key=len, reverse=True):
        found = re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE)
        if found:
            return forms[form], text[: found.start()] + text[found.end() :]
    return None, text


def _named(said: str, names: list[str]) -> tuple[str | None, str]:
    """Return the integration a sentence names, whole or by the part in brackets, and the sentence without it."""
    forms = [(form, name) for name in names for form in {name.casefold(), *re.findall(r"\((.+?)\)", name.casefold())}]
    for form, name in sorted(forms, key=lambda pair: -len(pair[0])):
        found = re.search(rf"(?<!\w){_NOT_THE_UPLOAD}{re.escape(form)}(?!\w)", said)
        if found:
            return name, said[: found.start()] + said[found.end() :]
    return None, said


def _issues(said: str, assessment: Assessment) -> tuple[str, ...]:
    """Return the issues a sentence names: by number as listed, or by an error code."""
    listed = assessment.issues
    numbers = [int(number) for number in re.findall(r"\bissue\s+(?:no\.?\s*|#)?(\d{1,3})\b", said)]
    if numbers:
        return tuple(listed[number - 1].id for number in numbers if 1 <= number <= len(listed))
    codes = set(re.findall(r"\b[1-5]\d\d\b", said))
    return tuple(issue.id for issue in listed if codes & {error.code for error in issue.top_errors})


def reply(wish: Wish, assessment: Assessment, *, draw: Draw) -> Html:
    """Return the answer to a wish that is answered from the assessment alone."""
    one = _narrowed(assessment, wish)
    match wish.topic:
        case Topic.CHANGES:
            return changes_card(one)
        case Topic.ISSUES:
            return page.issues_card(one, draw=draw)
        case Topic.ADVICE:
            return page.recommendations_card(one)
        case Topic.LATENCY:
            return page.latency_card(one, draw=draw)
        case Topic.WEBHOOKS:
            return _webhooks(one, draw=draw)
        case Topic.RISK:
            return page.risk_card(one)
        case Topic.INTEGRATION:
            return join(page.breakdown_card(one), page.issues_card(one, draw=draw), page.recommendations_card(one))
        case _:
            return whole(one, draw=draw)


def _webhooks(assessment: Assessment, *, draw: Draw) -> Html:
    """Return the deliveries: the issues about them, those without one, or that there are none."""
    issues = tuple(issue for issue in assessment.issues if issue.kind in (IssueKind.WEBHOOK, IssueKind.FIRST_TRIES))
    told = page.issues_card(replace(assessment, issues=issues), draw=draw) if issues else None
    if told is None and not any(one.webhooks for one in assessment.integrations):
        return card("Webhook deliveries", el("p", "These files hold no webhook deliveries."))
    return join(told, page.webhooks_card(assessment, draw=draw))


def whole(assessment: Assessment, *, draw: Draw) -> Html:
    """Return the whole answer to an upload, in the order of the page."""
    return join(
        head(assessment), receipt_line(assessment), score_card(assessment, draw=draw), page.breakdown_card(assessment),
        page.issues_card(assessment, draw=draw), page.webhooks_card(assessment, draw=draw), page.latency_card(assessment, draw=draw),
        page.risk_card(assessment), page.recommendations_card(assessment),
    )  # fmt: skip


def _narrowed(assessment: Assessment, wish: Wish) -> Assessment:
    """Return an assessment of which only what was asked about is left to show."""
    if wish.integration is None and not wish.issues:
        return assessment
    mine = tuple(issue for issue in assessment.issues if _is_asked(issue, wish))
    ids = {issue.id for issue in mine}
    names = {issue.integration for issue in mine} | {wish.integration}
    return replace(
        assessment,
        integrations=tuple(one for one in assessment.integrations if one.name in names),
        issues=mine,
        recommendations=tuple(one for one in assessment.recommendations if ids & set(one.issue_ids)),
        ladder=(),
    )


def _is_asked(issue: Issue, wish: Wish) -> bool:
    return issue.id in wish.issues if wish.issues else issue.integration == wish.integration


def not_understood(text: str) -> Html:
    """Return that a sentence holds no word that is known here, and what can be asked."""
    shown = text.strip()[:80]
    lead = f"“{shown}” is not something this page understands yet. It knows these:" if shown else "Ask away."
    return card("What you can ask", el("p", lead), el("ul", *(el("li", words.sentence(can)) for can in _CAN)))


def nothing_to_ask_about() -> Html:
    """Return that a file is needed first."""
    return card(
        "No log yet",
        el("p", "Drop a log file above, then ask: “Calculate technical health from this integration data”."),
    )


def of_customer(name: str) -> Html:
    """Return whom the answers speak of, where it is not whom the page is about."""
    return el("h2", name)


def nothing_of(customer: str) -> Html:
    """Return that nothing is known of a customer yet."""
    return card(f"Nothing is stored of {customer} yet", el("p", "Drop a log file of theirs above, then ask again."))


def whose_first() -> Html:
    """Return that nothing can be done for a customer without a name."""
    return card("Not done", el("p", "The files do not say whose they are. Name the customer above, then say it again."))


def shown(title: str, text: str) -> Html:
    """Return what would be done, and how to have it done."""
    how = "Nothing was done yet: say “yes”, or press the button below."
    return card(title, el("pre.th-draft", text), el("p", how))


def deed(title: str, text: str = "", *, links: Mapping[str, str] | None = None) -> Html:
    """Return what was done: its number in the title, what it says, and where it goes on."""
    places = [el("a", label, href=href) for label, href in (links or {}).items()]
    return card(title, el("pre.th-draft", text) if text else None, el("p", *places) if places else None)
