"""What a technical call talks about: the issues of an assessment as topics, in the words of an agenda."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from techhealth.assess.causes.words import failures
from techhealth.assess.counted import Counted
from techhealth.figures import count
from techhealth.model import Cause, CauseKind, Issue, IssueKind, Severity
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

#: What stands for a thing that the evidence does not name.
_UNNAMED = {"weekday": "certain day", "when": "certain hours"}


def topics(issues: Sequence[Issue]) -> tuple[str, ...]:
    """Return what to talk about, the most severe first, each topic once with its integrations; minor issues come in only alone."""
    order = list(Severity)[::-1]
    serious = [issue for issue in issues if issue.severity is not Severity.INFO] or issues
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for issue in sorted(serious, key=lambda issue: order.index(issue.severity)):
        for topic in _topics_of(issue):
            found[topic][issue.integration] = None
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


def _topics_of(issue: Issue) -> Iterator[str]:
    if issue.kind in _DELIVERIES:
        yield _deliveries(issue)
    elif issue.kind in _OF_KIND:
        yield _OF_KIND[issue.kind]
    else:
        yield from map(_topic, issue.causes)
        if not issue.causes:
            yield _OF_CAUSE[CauseKind.UNDETERMINED]


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
