"""What a sentence in the chat asks for, by plain words. No language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from techhealth.model import Assessment, Days
from techhealth.present.named_days import days_named


class Topic(StrEnum):
    """What can be asked for; the deeds are done, all else is answered."""

    HEALTH = "health"
    CHANGES = "changes"
    OWNERS = "owners"
    ISSUES = "issues"
    ADVICE = "advice"
    LATENCY = "latency"
    WEBHOOKS = "webhooks"
    RISK = "risk"
    INTEGRATION = "integration"
    POINTS = "points"
    READ = "read"
    METHOD = "method"
    DAYS = "days"
    COMPARED = "compared"
    CUSTOMERS = "customers"
    UNDO = "undo"
    TICKET = "ticket"
    CALL = "call"
    REPORT = "report"
    SIGNALS = "signals"


class Against(StrEnum):
    """What something is compared with."""

    INTEGRATIONS = "integrations"
    WEEKS = "weeks"
    EARLIER = "earlier"


#: What must be done rather than said.
DEEDS = frozenset({Topic.TICKET, Topic.CALL, Topic.REPORT, Topic.SIGNALS})
#: The words that ask for a topic, those that are told apart by a verb before those that are not.
_ASKS = {
    Topic.UNDO: r"\b(delet|remov|cancel|clos|resolv|withdraw|undo)\w*\b[^.;]{0,40}\b(tickets?|calls?|meetings?|signals?|it|that|this)\b",
    Topic.METHOD: r"\bhow\b[^.;]{0,40}\b(calculat|comput|measur|judg)\w+|\bwhat (is|are|does|do) (an? |the )?(p\d\d|sla|slo|interval|window|baseline)s?\b(?! (latenc|of|for|in|at|on)\w*)|\bmethod\b",
    Topic.COMPARED: r"\bcompar\w+|\bversus\b|\bvs\b|\b(better|worse|more|fewer|less|higher|lower)( \w+)? than\b|\bdifference between\b",
    Topic.POINTS: r"\bpoints?\b|\bwhy\b[^.;]{0,30}\bscore\b|\bscore\b[^.;]{0,30}\b(drop|fall|fell|low|down)\w*",
    Topic.READ: r"\b(in)?complete\b|\bhow (sure|certain)\b|\bhow many (api )?(calls|rows|lines|events|records|days|files|integrations)\b|\bconfiden\w+|\btrust\w*|\bdata grade\b|\bdate range\b|\bwhich (days|period|files)\b",
    Topic.CUSTOMERS: r"\b(which|other|all|every|worst|my) (\w+ )?customers?\b|\bportfolio\b|\b(who|anyone|anybody) else\b",
    Topic.TICKET: r"\btickets?\b",
    Topic.CALL: r"\b(schedul\w+|meeting|technical call|invit\w+|agenda|briefing)\b|\bprep\w*\b[^.;]{0,30}\bcall\b|\bwho (should|can|do) (i|we) (call|contact|ask|talk)\b",
    Topic.REPORT: r"\b(e?mail|send) (this|it)\b|\bwhat (should|can|do) (i|we) (tell|say)\b|\b(draft|send|mail|write|download|create)\b[^.;]{0,40}\breport\b|\breport draft\b|^\s*report\s*$",
    Topic.SIGNALS: r"\brisk signals?\b|\boverall health\b",
    Topic.ADVICE: r"\bwhat (should|can|must|do) (i|we)\b|\brecommend\w*|\bnext (step|action)s?\b|\bhow (do|can) (i|we) fix\b|\bfix(es|ed)?\b|\bactions?\b|\badvice\b|\bget (back |up )?to \d+|\bimprov\w+",
    Topic.CHANGES: r"\bchang\w+|\btrend\b|\bsince (last|when)\b|\bnew\b|\bworse\b|\bbetter\b|\bwhen did\b|\bstart\w*|\bbeg[au]n\b",
    Topic.OWNERS: r"\bwhose\b|\bfaults?\b|\bblam\w+|\bresponsib\w+|\bowners?\b",
    Topic.ISSUES: r"\bissues?\b|\bproblems?\b|\bwrong\b|\bbroken?\b|\berrors?\b|\bfail\w*|\bwhy\b|\bcauses?\b|\blimits?\b|\bthrottl\w+|\boutages?\b|\bincidents?\b|\bdown\b|\bbreach\w*\b|\bforecast\w*\b",
    Topic.LATENCY: r"\blatenc\w+|\bslow\w*|\bp9[59]\b|\bsla\b|\bresponse times?\b",
    Topic.WEBHOOKS: r"\bwebhooks?\b|\bdeliver\w+|\bfirst tr(y|ies)\b",
    Topic.RISK: r"\brisks?\b|\brenew\w*|\bchurn\b|\b(money|revenue|arr)\b|\bdo(es)? nothing\b|\bnot addressed\b|\bignor(e|ing) (it|this|that|them)\b",
    Topic.INTEGRATION: r"\b(which|what|worst|best|all|every) integrations?\b",
    Topic.HEALTH: r"\bhealth\w*|\bscore\b|\bcalculat\w+|\banaly[sz]\w+|\boverview\b|\bsummar\w+|\bstatus\b|\bhow (bad|good|well)\b",
}
#: What words compare with, where they compare.
_AGAINST = {
    Against.WEEKS: r"\bweeks?\b",
    Against.EARLIER: r"\b(month|quarter|year|before|earlier|previous\w*|past|ago|january|february|march|april|june|july|august|september|october|november|december)\b",
}
#: Topics that days which are named answer: what happened then.
_HAPPENED = (Topic.HEALTH, Topic.CHANGES, Topic.ISSUES)
#: Words of a topic that stand inside the words of another one.
_WITHIN = {
    Topic.ADVICE: (Topic.TICKET, Topic.REPORT),
    Topic.CHANGES: (Topic.COMPARED,),
    Topic.COMPARED: (Topic.CUSTOMERS, *DEEDS),
    Topic.INTEGRATION: (Topic.READ, Topic.COMPARED),
    Topic.RISK: (Topic.SIGNALS, Topic.CUSTOMERS),
    Topic.HEALTH: (Topic.SIGNALS, Topic.POINTS, Topic.METHOD, Topic.COMPARED),
    Topic.ISSUES: (Topic.POINTS, Topic.WEBHOOKS, Topic.COMPARED),
    Topic.LATENCY: (Topic.METHOD,),
    Topic.POINTS: (Topic.METHOD,),
    **{deed: (Topic.UNDO,) for deed in DEEDS},
}
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
#: A time of day or a date: a call is planned for the next free slot, so that one that is named is not met unseen.
_TIME = r"\b(today|tomorrow|(mon|tues|wednes|thurs|fri|satur|sun)day|next week|at \d{1,2}|\d{1,2}(:\d\d)? ?(am|pm)|\d{1,2}:\d\d|\d{4}-\d\d-\d\d)\b"
_YES = r"\s*(yes|yes,? please|please do|do it|go ahead|ok(ay)?|confirm(ed)?)[\s.!]*"
#: Somebody by name, of whom it is asked how they do; what begins with such a word is no name.
_HOW_IS = (
    r"(?:and )?(?:how is|how's|what about|how about)\s+(?!(?:the|a|an|my|our|your|this|that|it|he|she|they|we|you|i|everything|last|next|yesterday|today|tomorrow|issues?|\d+)\b)"
    r"(\S.{0,59}?)(?: (?:doing|going|today|now))*[\s?!.]*"
)
#: With whom something is compared.
_COMPARED_WITH = r"compar\w+\b.{0,60}?\b(?:with|to|and|against)\s+(?!(?:the|a|an|my|our|your|this|that|it|others?|another|any|all|last|next|each|everyone|\d+)\b)(\S.{0,59}?)[\s?!.]*"
#: First words of names that are words of any sentence.
_ARTICLES = {"the", "a", "an"}
_FOR_THEM = r"\b(for|to|tell) (the |our |this )?(customer|client)\b|\b(for|to|tell) them\b"
#: "This integration data" speaks of what was dropped, not of an integration that is called "(Data)".
_NOT_THE_UPLOAD = "".join(rf"(?<!\b{word} )" for word in ("this", "integration", "usage", "log", "api"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One thing asked for: a topic, narrowed to integrations or to issues where the sentence names them, for whom, and whether
    it is ordered to be done; `missing` is an issue it names and there is none of, `timed` whether it names a time, `days` are
    those it asks about, `against` is what it compares with."""

    topic: Topic
    integrations: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    for_customer: bool = False
    ordered: bool = False
    missing: str | None = None
    timed: bool = False
    days: Days | None = None
    against: Against | None = None


def wishes(text: str, assessment: Assessment) -> tuple[Wish, ...]:
    """Return what a sentence asks for, in its order; nothing where it holds no word that is known."""
    said = text.casefold().strip()
    names, rest = _named(said, [one.name for one in assessment.integrations])
    places = {topic: found.start() for topic, ask in _ASKS.items() if (found := re.search(ask, rest))}
    for topic, others in _WITHIN.items():
        if any(other in places for other in others):
            places.pop(topic, None)
    mine, missing = _issues(rest, assessment)
    if missing:
        return (Wish(topic=Topic.ISSUES, missing=missing),)
    if mine and not places.keys() & (DEEDS | {Topic.ADVICE}):
        places.setdefault(Topic.ISSUES, 0)
    days = _days(rest, assessment.period, compared=Topic.COMPARED in places)
    if len(days) > 1:
        return tuple(Wish(topic=Topic.DAYS, integrations=names, days=one) for one in days)
    if days and not places.keys() & DEEDS and not (days[0] == assessment.window and places.keys() - set(_HAPPENED)):
        places = {Topic.DAYS: -1} | {topic: place for topic, place in places.items() if topic not in _HAPPENED}
    told = places.keys() - {Topic.HEALTH}
    if names and not told:
        return (Wish(topic=Topic.INTEGRATION, integrations=names),)
    general = {Topic.HEALTH} if told & DEEDS else set()
    order = sorted((topic for topic in places if topic not in general), key=lambda topic: places[topic])
    asked = Wish(
        topic=Topic.HEALTH, integrations=names, issues=mine, for_customer=bool(re.search(_FOR_THEM, rest)),
        timed=bool(days or re.search(_TIME, said)), days=next(iter(days), None), against=_against(rest, names),
    )  # fmt: skip
    return tuple(replace(asked, topic=topic, ordered=_is_ordered(topic, said, timed=asked.timed)) for topic in order)


def _days(said: str, period: Days, *, compared: bool) -> tuple[Days, ...]:
    """Return the days that a sentence asks about; of one that compares those of the log that it sets beside each other, if any."""
    parts = re.split(r"\b(?:with|to|and|against|versus|vs|than)\b", said) if compared else [said]
    named = dict.fromkeys(one for part in parts if (one := days_named(part, period=period)))
    told = tuple(one for one in named if one.first <= period.last and one.last >= period.first)
    return tuple(named) if not compared else told if len(told) > 1 else ()


def _against(said: str, names: Sequence[str]) -> Against | None:
    """Return what words compare with: integrations that are named, weeks, or an earlier time."""
    found = (against for against, words in _AGAINST.items() if re.search(words, said))
    return Against.INTEGRATIONS if names else next(found, None)


def asks_of_all(text: str) -> bool:
    """Return whether a sentence asks about the customers as a whole."""
    return bool(re.search(_ASKS[Topic.CUSTOMERS], text.casefold()))


def sets_beside(text: str) -> bool:
    """Return whether a sentence, without the customer that it names, sets him beside another one: it compares with no time, and
    orders nothing."""
    others = [_ASKS[topic] for topic in _WITHIN[Topic.COMPARED]] + [*_AGAINST.values()]
    said = text.casefold()
    return bool(re.search(_ASKS[Topic.COMPARED], said)) and not any(re.search(ask, said) for ask in others)


def _is_ordered(topic: Topic, said: str, *, timed: bool) -> bool:
    """Return whether a sentence orders a deed, and nothing about it that would not be done: no deed heeds a time."""
    refused = re.search(_NO_ORDER, said) or (timed and topic in (Topic.CALL, Topic.TICKET))
    return not refused and bool(re.search(_ORDERS.get(topic, ""), said))


def agrees(text: str) -> bool:
    """Return whether a sentence says yes to what was shown before, and nothing else."""
    return bool(re.fullmatch(_YES, text.casefold()))


def stranger(text: str) -> str | None:
    """Return who a question is about that asks how somebody does, or with whom it compares, and holds nothing else that is known.

    Examples:
        >>> stranger("how is Globex?"), stranger("Compare with Hooli Corp?"), stranger("Sing a song")
        ('Globex', 'Hooli Corp', None)
    """
    found = next(
        filter(None, (re.fullmatch(ask, text.strip(), re.IGNORECASE) for ask in (_HOW_IS, _COMPARED_WITH))), None
    )
    return None if found is None or _is_asked_with(found[1].casefold()) else found[1]


def customer_named(text: str, customers: Sequence[str], integrations: Sequence[str]) -> tuple[str | None, str]:
    """Return the customer a sentence names, in full or by the first word where that means nothing else, and the sentence
    without it.

    Examples:
        >>> customer_named("How is globex doing?", ["Globex Ltd", "Hooli Corp"], ["Orders API"])
        ('Globex Ltd', 'How is  doing?')
    """
    taken = " ".join(integrations).casefold()
    firsts = [next(iter(name.split()), name) for name in customers]
    plain = [word for word in firsts if firsts.count(word) == 1 and not _is_asked_with(word.casefold())]
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


def namesakes(text: str, customers: Sequence[str], integrations: Sequence[str]) -> tuple[str, ...]:
    """Return the customers one of whom a sentence means by a first word that several share; nobody where it means one or none.

    Examples:
        >>> namesakes("how is Kestrel?", ["Kestrel GmbH", "Kestrel Travel", "Globex"], ["Orders API"])
        ('Kestrel GmbH', 'Kestrel Travel')
    """
    taken = {word for name in integrations for word in name.casefold().split()} | _ARTICLES
    said = set(re.findall(r"[\w&.'-]*\w", text.casefold()))
    sharing: dict[str, list[str]] = {}
    for name in customers:
        sharing.setdefault(next(iter(name.casefold().split()), ""), []).append(name)
    for first, names in sharing.items():
        if len(names) > 1 and first in said - taken and not _is_asked_with(first):
            return tuple(names)
    return ()


def _named(said: str, names: list[str]) -> tuple[tuple[str, ...], str]:
    """Return the integrations a sentence names, whole, by the part in brackets or by a first word of its own, and the sentence
    without them."""
    firsts = [next(iter(name.casefold().split()), "") for name in names]
    own = [first if firsts.count(first) == 1 and not _is_asked_with(first) else "" for first in firsts]
    forms = [
        (form, name)
        for name, first in zip(names, own, strict=True)
        for form in {name.casefold(), first, *re.findall(r"\((.+?)\)", name.casefold())} - {""}
    ]
    told: list[str] = []
    for form, name in sorted(forms, key=lambda pair: -len(pair[0])):
        found = re.search(rf"(?<!\w){_NOT_THE_UPLOAD}{re.escape(form)}(?!\w)", said)
        if found and name not in told:
            told, said = [*told, name], said[: found.start()] + said[found.end() :]
    return tuple(told), said


def _is_asked_with(word: str) -> bool:
    """Return whether a word already asks for something."""
    return any(re.search(ask, word) for ask in _ASKS.values())


def _issues(said: str, assessment: Assessment) -> tuple[tuple[str, ...], str | None]:
    """Return the issues a sentence names, by number as listed or by an error code; where there is none such, what it names."""
    listed = assessment.issues
    numbers = [int(number) for number in re.findall(r"\bissue\s+(?:no\.?\s*|#)?(\d{1,3})\b", said)]
    if numbers:
        found = tuple(listed[number - 1].id for number in numbers if 1 <= number <= len(listed))
        return found, None if found else f"issue {numbers[0]}"
    codes = re.findall(r"\b([45]\d\d)s?\b(?! (?:calls|requests|ms))", said)
    found = tuple(issue.id for issue in listed if {error.code for error in issue.top_errors} & set(codes))
    return found, f"issue with {codes[0]}s" if codes and not found else None
