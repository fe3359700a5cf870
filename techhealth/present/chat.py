"""The answers of the chat: the page's own fragments, for what a sentence asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from techhealth.model import Assessment, Issue, IssueKind
from techhealth.policy import Policy
from techhealth.present import chat_days, page, words
from techhealth.present.page.changes import changes_card
from techhealth.present.page.markup import Child, Draw, Html, card, el, facts, join
from techhealth.present.page.navigation import link
from techhealth.present.page.receipt import receipt_line
from techhealth.present.page.summary import head, points_card, score_card
from techhealth.present.page.webhooks import delivery_rate
from techhealth.present.report.method import method
from techhealth.present.wishes import Topic, Wish

_GREETS = r"(hi|hello|hey|help|thanks?|thank you|good (morning|afternoon|evening))\b[\s\w!.,]*"
_CAN = (
    "technical health, or one integration by its name",
    "the issues (“issue 2”, “why 429?”), what changed, whose it is, latency, webhooks, risk",
    "what should I do",
    "where the points went, what was read, how a figure is measured",
    "what happened on a day or in a week of the log (“on 12 January”, “since the 20th”)",
    "another customer by its name, all customers, or two things compared",
    "create a support ticket, schedule a technical call, draft the report, update risk signals",
)


def reply(wish: Wish, assessment: Assessment, *, policy: Policy, draw: Draw) -> Html:
    """Return the answer to a wish that is answered from an assessment and the policy it was made with."""
    one = _narrowed(assessment, wish)
    calm = bool(wish.integrations) and not one.issues
    match wish.topic:
        case _ if wish.missing:
            return _not_there(wish.missing, assessment)
        case Topic.POINTS if assessment.score.value is not None:
            return join(score_card(assessment, draw=draw), points_card(assessment, draw=draw))
        case Topic.READ:
            return _read(assessment)
        case Topic.METHOD:
            return card(
                "How the figures come about", facts([*method(policy, timezone=assessment.generated_for.timezone)])
            )
        case Topic.ISSUES | Topic.ADVICE | Topic.OWNERS if calm:
            return _without(one)
        case Topic.DAYS if wish.days is not None:
            return chat_days.happened(one, wish.days)
        case Topic.COMPARED:
            return chat_days.compared(assessment, wish)
        case Topic.CUSTOMERS:
            return _ALL_CUSTOMERS
        case Topic.UNDO:
            return _UNDO
        case Topic.OWNERS:
            return _owners(one)
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
            found = page.breakdown_card(assessment, of=wish.integrations)
            return join(
                found,
                *((_without(one),) if calm else (page.issues_card(one, draw=draw), page.recommendations_card(one))),
            )
        case _:
            return whole(one, draw=draw)


#: Where a file is needed first, and where nothing can be done for a customer without a name.
NO_LOG = card(
    "No log yet", el("p", "Drop a log file above, then ask: “Calculate technical health from this integration data”.")
)
NAMELESS = card("Not done", el("p", "The files do not say whose they are. Name the customer above, then say it again."))
#: Where all customers stand, and where something is taken back.
_ALL_CUSTOMERS = card(
    "All customers",
    el("p", el("a", "Every customer by risk, and who has the same failure", href=link("portfolio")), "."),
)
_UNDO = card(
    "Nothing is taken back here",
    el("p", "On the command line “techhealth tickets resolve TICKET” and “techhealth meetings cancel CALL” do it."),
)


_BEFORE_TELLING = "A log shows on which side failures lie, not why: agree with engineering before you tell. The report for the customer says who takes the next step, and not whose fault it is."


def _not_there(missing: str, assessment: Assessment) -> Html:
    """Return that an issue that was named is none of these, and which there are."""
    codes = dict.fromkeys(error.code for issue in assessment.issues for error in issue.top_errors)
    known = (
        f"Found: {words.count(len(assessment.issues), 'issue')}{f', with {words.named([*codes])}' if codes else ''}."
    )
    return card(f"There is no {missing} here", el("p", known))


def _without(narrowed: Assessment) -> Html:
    """Return that the integrations that were asked about have no issue, and of which of them too little is known to say so."""
    states = [f"{one.name}: {words.percent(one.success.rate)} succeed, no issue was found" if one.score is not None
              else f"{one.name}: {words.STATE[one.state]}" for one in narrowed.integrations]  # fmt: skip
    return card("Issues", el("ul", *(el("li", f"{one}.") for one in states)))


def _read(assessment: Assessment) -> Html:
    """Return what the answers rest on: what was found, and how far to trust it."""
    trust = assessment.receipt.trust
    return card(
        "What was read",
        receipt_line(assessment),
        el(
            "p",
            el("strong", f"Data grade {trust.grade.value}"),
            f": {'; '.join(trust.reasons)}." if trust.reasons else ".",
        ),
        el("p.th-muted", words.against_target(assessment.score), ".") if assessment.score.value is not None else None,
    )


def _webhooks(assessment: Assessment, *, draw: Draw) -> Html:
    """Return the deliveries: their figures, then the issues about them, or that there are none."""
    issues = tuple(issue for issue in assessment.issues if issue.kind in (IssueKind.WEBHOOK, IssueKind.FIRST_TRIES))
    told = page.issues_card(replace(assessment, issues=issues), draw=draw) if issues else None
    if told is None and not any(one.webhooks for one in assessment.integrations):
        return card("Webhook deliveries", el("p", "These files hold no webhook deliveries."))
    return join(_deliveries(assessment), page.webhooks_card(assessment, draw=draw), told)


def _deliveries(assessment: Assessment) -> Html | None:
    """Return the rates with their counts of the deliveries with an issue, which the cards of the issues tell among causes."""
    of = {issue.integration for issue in assessment.issues if issue.kind is IssueKind.WEBHOOK}
    rates: list[tuple[str, Child]] = [
        (one.name, delivery_rate(one, one.webhooks))
        for one in assessment.integrations
        if one.webhooks and one.name in of
    ]
    days = words.date_range(assessment.window.first, assessment.window.last)
    return card(f"Webhook deliveries, {days}", facts(rates)) if rates else None


def _owners(assessment: Assessment) -> Html:
    """Return on which side each issue lies, how sure that is, and what the customer is told of it."""
    if not assessment.issues:
        return card("Who owns the issues", el("p", "No issue was found, so there is none to own."))
    said: list[tuple[str, Child]] = [
        (f"{one.integration}: {one.title}", f"{words.sentence(words.OWNER[one.owner])}; evidence {words.EVIDENCE[one.confidence]}")
        for one in assessment.issues
    ]  # fmt: skip
    return card("Who owns each issue", facts(said), el("p.th-muted", _BEFORE_TELLING))


def whole(assessment: Assessment, *, draw: Draw) -> Html:
    """Return the whole answer to an upload, in the order of the page."""
    return join(
        head(assessment), receipt_line(assessment), score_card(assessment, draw=draw), page.breakdown_card(assessment),
        page.issues_card(assessment, draw=draw), page.webhooks_card(assessment, draw=draw), page.latency_card(assessment, draw=draw),
        page.risk_card(assessment), page.recommendations_card(assessment),
    )  # fmt: skip


def _narrowed(assessment: Assessment, wish: Wish) -> Assessment:
    """Return an assessment of which only what was asked about is left to show."""
    if not wish.integrations and not wish.issues:
        return assessment
    mine = tuple(issue for issue in assessment.issues if _is_asked(issue, wish))
    ids = {issue.id for issue in mine}
    names = {issue.integration for issue in mine} | {*wish.integrations}
    return replace(
        assessment,
        integrations=tuple(one for one in assessment.integrations if one.name in names),
        issues=mine,
        recommendations=tuple(one for one in assessment.recommendations if ids & set(one.issue_ids)),
        ladder=(),
    )


def _is_asked(issue: Issue, wish: Wish) -> bool:
    return issue.id in wish.issues if wish.issues else issue.integration in wish.integrations


def not_understood(text: str) -> Html:
    """Return that a sentence holds no word that is known here, and what can be asked; a greeting needs no more."""
    shown = text.strip()[:80]
    greets = re.fullmatch(_GREETS, shown.casefold())
    lead = "It knows these:" if greets or not shown else f"“{shown}” is not understood here. It knows these:"
    return card("What you can ask", el("p", lead), el("ul", *(el("li", words.sentence(can)) for can in _CAN)))


def of_customer(name: str) -> Html:
    """Return whom the answers speak of, where it is not whom the page is about."""
    return el("h2", name)


def nothing_of(customer: str) -> Html:
    """Return that nothing is known of a customer yet."""
    return card(f"Nothing is stored of {customer} yet", el("p", "Drop a log file of theirs above, then ask again."))


def standing(title: str, lines: Sequence[str]) -> Html:
    """Return what was done before, a line each, or that nothing was."""
    return card(title, el("ul", *(el("li", line) for line in lines)) if lines else el("p", "None yet."))


def shown(title: str, text: str, note: str = "") -> Html:
    """Return what would be done, and how to have it done."""
    how = "Nothing was done yet: say “yes”, or press the button below."
    return card(title, el("p", note) if note else None, el("pre.th-draft", text), el("p", how))


def deed(title: str, text: str = "", *, links: Mapping[str, str] | None = None) -> Html:
    """Return what was done: its number in the title, what it says, and where it goes on."""
    places = [el("a", label, href=href) for label, href in (links or {}).items()]
    return card(title, el("pre.th-draft", text) if text else None, el("p", *places) if places else None)
