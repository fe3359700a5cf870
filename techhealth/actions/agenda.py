"""What a technical call talks about: the issues of an assessment as topics, in the words of an agenda."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from techhealth.assess.causes.words import failures
from techhealth.assess.counted import Counted
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.figures import count, day
from techhealth.model import Cause, CauseKind, Issue, IssueKind, Severity, Shape, Spell
from techhealth.present import words

FIRST, LAST = "Review integration health metrics", "Q&A and next steps"
#: Minutes for the first and the last point together, and for each topic between them.
_FRAME, _TOPIC = 10, 7
#: What failures are about → the topic, whatever their cause.
_OF_KIND = {
    IssueKind.LATENCY: "Review latency against the SLA",
    IssueKind.AUTH: "Token refresh audit",
    IssueKind.VOLUME: "Check traffic that stays away",
}
#: Cause of errors → the topic; braces name what the cause's evidence says.
_OF_CAUSE = {
    CauseKind.RATE_LIMIT: "Discuss rate limit increase",
    CauseKind.EXPIRED_CREDENTIAL: "Renew the expired credential",
    CauseKind.WEEKDAY: "Find what happens on {weekday}s",
    CauseKind.HOURS: "Find what happens at {when}",
    CauseKind.REQUEST_SIZE: "Troubleshoot {what}",
    CauseKind.ENDPOINT: "Troubleshoot one endpoint",
    CauseKind.CLIENT_VERSION: "Agree on a client version",
    CauseKind.RETRIES: "Agree on pauses between retries",
    CauseKind.BURSTS: "Go through the outages",
    CauseKind.DELIVERY_REASON: "Troubleshoot failed deliveries",
    CauseKind.ERROR_CODE: "Troubleshoot {what}",
    CauseKind.UNDETERMINED: "Troubleshoot errors without a known cause",
}

#: Deliveries: what fails where it began or is grave; where some always do there is nothing to name but good practice.
_DELIVERIES = {IssueKind.WEBHOOK: "Failed deliveries", IssueKind.FIRST_TRIES: "Failed first tries of deliveries"}
_PRACTICE = "Webhook optimization best practices"
_MOST_REASONS = 3

#: What fails where access is refused, and causes of an outage of which no more is known.
_ACCESS = "access"
_OF_OUTAGES = {CauseKind.BURSTS, CauseKind.DELIVERY_REASON, CauseKind.UNDETERMINED}

#: What stands for a thing that the evidence does not name.
_UNNAMED = {"weekday": "certain day", "when": "certain hours"}


def topics(issues: Sequence[Issue], *, zone: str) -> tuple[str, ...]:
    """Return what to talk about, the most severe first, each event once with its integrations; minor issues come in only alone.

    `zone` is that of the days.
    """
    order = list(Severity)[::-1]
    serious = [issue for issue in issues if issue.severity is not Severity.INFO] or issues
    ranked = sorted(serious, key=lambda issue: order.index(issue.severity))
    outages = [outage for issue in ranked if (outage := _outage(issue))]
    found: dict[str, dict[str, None]] = defaultdict(dict)
    told = set[tuple[str, str]]()
    for issue in ranked:
        for event, topic in _topics_of(issue, outages, zone):
            if (issue.integration, event) not in told:
                found[topic][issue.integration] = None
            told.add((issue.integration, event))
    return tuple(f"{topic}: {', '.join(names)}" for topic, names in found.items())


def silence(days: int | None) -> tuple[str, ...]:
    """Return what to talk about where newer data are missed: for how many days."""
    return (f"Find out why no data have come for {count(days, 'day')}",) if days else ()


def agenda(found: Sequence[str], *, minutes: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the points of a call, and the topics for which it is too short.

    Examples:
        >>> agenda(["Discuss rate limit increase: Orders API", "Token refresh audit: CRM"], minutes=17)[0]
        ('Review integration health metrics', 'Discuss rate limit increase: Orders API', 'Q&A and next steps')
    """
    most = max(1, (minutes - _FRAME) // _TOPIC)
    return (FIRST, *found[:most], LAST), tuple(found[most:])


def _topics_of(issue: Issue, outages: Sequence[Spell], zone: str) -> Iterator[tuple[str, str]]:
    """Yield what an issue asks to talk about: the event that it is, by which an integration has it once, and the topic."""
    if outage := _outage(issue):
        topic = _through(outage, outages, zone)
        yield topic, topic
    elif issue.kind in _DELIVERIES:
        yield "deliveries", _deliveries(issue)
    elif issue.kind in _OF_KIND:
        yield _ACCESS if issue.kind is IssueKind.AUTH else issue.kind.value, _OF_KIND[issue.kind]
    elif issue.causes:
        yield from ((_event(cause), _topic(cause)) for cause in issue.causes)
    else:
        yield "errors", _OF_CAUSE[CauseKind.UNDETERMINED]


def _event(cause: Cause) -> str:
    """Return what failures a cause speaks of: two of one code are two sides of the same, and so are all that refuse access."""
    code = str(cause.evidence.get("code") or cause.evidence.get("most_frequent") or cause.kind)
    return _ACCESS if code in AUTH_CODES else code


def _outage(issue: Issue) -> Spell | None:
    """Return the hours of an issue that is one outage: over, or still going on with no more known of it; None of any other."""
    unknown = not issue.causes or issue.causes[0].kind in _OF_OUTAGES
    is_one = issue.shape is Shape.BURST or (issue.going is not None and unknown)
    return issue.spell if is_one and issue.kind is not IssueKind.AUTH else None


def _through(outage: Spell, among: Sequence[Spell], zone: str) -> str:
    """Return the topic of an outage: that of the first in the same hours, whatever failed in them."""
    first = next(one for one in among if _overlap(one, outage))
    on = day(first.first.astimezone(ZoneInfo(zone)).date())
    return f"Go through the outage {'of' if first.last else 'since'} {on}"


def _overlap(one: Spell, other: Spell) -> bool:
    """Return whether two spells have an hour in common."""
    return all(mine.last is None or theirs.first < mine.last for mine, theirs in ((one, other), (other, one)))


def _deliveries(issue: Issue) -> str:
    """Return what fails since when, with its most frequent reasons."""
    if issue.onset is None and issue.severity is not Severity.CRITICAL:
        return _PRACTICE
    since = f" since {words.since(issue.onset, flagged=issue.first_flagged_on)}" if issue.onset else ""
    reasons = ", ".join(words.inside(one.meaning) for one in issue.top_errors[:_MOST_REASONS])
    return f"{_DELIVERIES[issue.kind]}{since}{f' ({reasons})' if reasons else ''}"


def _topic(cause: Cause) -> str:
    evidence = {name: value for name, value in cause.evidence.items() if value is not None}
    code = str(evidence.get("code") or evidence.get("most_frequent") or "these")
    what = f"{code} errors" if code.isdecimal() or code == "these" else failures(code, Counted.CALLS)
    return _OF_CAUSE[cause.kind].format_map({**_UNNAMED, **evidence, "what": what})
