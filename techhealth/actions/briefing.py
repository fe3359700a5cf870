"""The briefing for whoever holds a call: what to say, the numbers behind it, and what is still open. For our own eyes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from techhealth.actions.meeting_draft import MeetingDraft
from techhealth.actions.meeting_text import when
from techhealth.model import Assessment, CauseKind, Issue, Owner, Severity
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.audience import Audience
from techhealth.present.notes import NOTES
from techhealth.present.page.evidence import issue_facts, next_action
from techhealth.present.page.markup import Html, el, facts, join
from techhealth.present.report.withhold import customer_safe
from techhealth.present.unknown import no_score

_RULES = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 760px; margin: 0 auto; padding: 24px; overflow-wrap: anywhere; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 28px 0 8px; } h3 { font-size: 15px; margin: 16px 0 4px; }
dl { display: grid; grid-template-columns: 6em 1fr; gap: 4px 16px; margin: 8px 0; } dt { opacity: .75; } dd { margin: 0; }
blockquote { margin: 8px 0; padding: 4px 12px; border-left: 3px solid; } dd ul { margin: 0; padding-left: 1em; }"""
_OURS_ALONE = "Internal: not for the customer"


def briefing(assessment: Assessment, draft: MeetingDraft, policy: Policy) -> str:
    """Return the briefing on a call as one HTML document that loads nothing.

    What stands under "Say" is fit for the customer; the numbers and questions are not.
    """
    said = {issue.id: issue for issue in customer_safe(assessment, policy)[0].issues}
    chosen = [issue for issue in assessment.issues if issue.id in draft.issues]
    serious = [issue for issue in chosen if issue.severity is not Severity.INFO] or chosen
    body = join(
        el("h1", f"{draft.title}: briefing"),
        el("p", _OURS_ALONE),
        facts([("When", f"{when(draft)}, {words.count(draft.minutes, 'minute')}"), ("Who", _listed([one.label for one in draft.attendees]))]),
        _section("Before you invite", draft.remarks),
        _standing(assessment),
        *(_issue(assessment, issue, said.get(issue.id)) for issue in serious),
        _section("Minor, if there is time", [f"{one.integration}: {one.title}" for one in chosen if one not in serious]),
        _section("Open questions", list(_questions(assessment, serious, draft))),
        el("h2", "Agenda"), el("ol", *(el("li", point) for point in draft.agenda)),
    )  # fmt: skip
    return (
        '<!doctype html>\n<html lang="en" data-techhealth="briefing">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_RULES}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{el('title', f'{draft.title}: briefing')}\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _standing(assessment: Assessment) -> Html:
    """Return how the customer stands, in a sentence to begin with and with its numbers."""
    score, days = assessment.score, words.date_range(assessment.period.first, assessment.period.last)
    if score.value is None:
        return join(el("h2", "How they stand"), el("p", no_score(assessment)))
    opening = f"From {days} we see a technical health of {words.points(score.value)} of 100; we aim for {score.target}."
    numbers = facts([("Score", words.standing(assessment)), ("Trend", words.trend(score.trend, spoken=True)), ("Log", words.found_line(assessment.receipt)), ("Data", words.trust(assessment.receipt.trust))])  # fmt: skip
    return join(el("h2", "How they stand"), el("h3", "Say"), el("blockquote", opening), el("h3", "Numbers"), numbers)


def _issue(assessment: Assessment, issue: Issue, safe: Issue | None) -> Html:
    notes = dict.fromkeys(one.note for one in assessment.recommendations if issue.id in one.issue_ids)
    offered = [NOTES[name].title for name in notes if name in NOTES]
    return join(
        el("h2", f"{words.SEVERITY[issue.severity]}: {issue.integration}: {issue.title}"),
        el("h3", "Say"),
        el("blockquote", _said(safe or issue)),
        el("h3", "Numbers"),
        issue_facts(assessment, issue, audience=Audience.INTERNAL),
        next_action(assessment, issue),
        el("p", f"To offer: {'; '.join(offered)}.") if offered else None,
    )


def _said(issue: Issue) -> str:
    """Return an issue as it can be told to the customer, with what coincides with it."""
    since = (
        f" It began {words.since(issue.onset, flagged=issue.first_flagged_on).replace('about', 'around')}."
        if issue.onset
        else ""
    )
    seen = "".join(f" {words.sentence(cause.statement).rstrip('.')}." for cause in issue.causes)
    return f"On {issue.integration}: {issue.title}.{since}{seen}"


def _questions(assessment: Assessment, issues: Sequence[Issue], draft: MeetingDraft) -> Iterator[str]:
    """Yield what only the people at the call can answer."""
    for issue in issues:
        for cause in issue.causes:
            if cause.would_refute:
                yield f"{issue.integration}: can they show us {cause.would_refute}? It would speak against: {cause.statement}."
        if not issue.causes or issue.causes[0].kind is CauseKind.UNDETERMINED:
            yield f"{issue.integration}: what changed{f' around {words.day(issue.onset.on)}' if issue.onset else ''}? The log does not tell the cause."
        if issue.owner in (Owner.SHARED, Owner.UNKNOWN):
            yield f"{issue.integration}: who does what? The owner is {words.OWNER[issue.owner]}."
    for one in assessment.integrations:
        if one.latency and one.latency.sla_source == "assumed":
            yield f"{one.name}: which latency is agreed? A P95 of {words.milliseconds(one.latency.sla_ms)} is assumed."
    yield from (f"Who is the {one.role}?" for one in draft.attendees[1:] if one.name is None)


def _section(title: str, lines: Sequence[str]) -> Html | None:
    return join(el("h2", title), _listed(lines)) if lines else None


def _listed(lines: Sequence[str]) -> Html:
    return el("ul", *(el("li", one) for one in lines))
