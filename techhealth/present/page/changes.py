"""What changed, what is still open and what holds, on the first screen: short lines, worst first."""

from __future__ import annotations

from techhealth.model import Assessment, Cause, CauseKind, IntegrationHealth, Issue, IssueKind, Severity
from techhealth.present import words
from techhealth.present.audience import Audience, blamed
from techhealth.present.page.markup import Html, card, el, tone

_MOST_CHANGES, _MOST_OPEN, _MOST_CAUSES, _MOST_NAMES = 4, 3, 2, 3
#: What a cause's share is a share of.
_BASE = {
    IssueKind.ERRORS: "of the failures of",
    IssueKind.WEBHOOK: "of the failed deliveries of",
    IssueKind.AUTH: "of the authentication failures of",
    IssueKind.LATENCY: "of the extra time of",
    IssueKind.VOLUME: "of the missing traffic of",
}


def changes_card(assessment: Assessment, *, audience: Audience = Audience.INTERNAL) -> Html:
    """Return what began or moved in the period, worst first; what was there before and still is; and what holds."""
    begun = [issue for issue in assessment.issues if issue.onset is not None]
    still = [issue for issue in assessment.issues if issue.onset is None and issue.severity is not Severity.INFO]
    changed = [line for issue in begun for line in (_issue(issue, assessment, audience), *_causes(issue))][
        :_MOST_CHANGES
    ]
    calm = _calm(assessment)
    nothing = _line("○", "Nothing to compare yet", "No integration has enough data for a finding")
    unchanged = el("p.th-muted", "No change was found in this period.")
    known = bool(still or calm or changed)
    return card(
        "What changed",
        el("ul.th-changes", *(changed or [nothing])) if changed or not known else unchanged,
        *_headed(
            "Still open", [_issue(issue, assessment, audience) for issue in still[:_MOST_OPEN]], more=still[_MOST_OPEN:]
        ),
        el("ul.th-changes", *calm) if calm else None,
    )


def _headed(title: str, lines: list[Html], *, more: list[Issue]) -> list[Html]:
    """Return lines under a small head, nothing without lines; what does not fit is counted."""
    rest = [el("li", el("span"), el("span.th-muted", f"and {len(more)} more, below"))] if more else []
    return [el("h4", title), el("ul.th-changes", *lines, *rest)] if lines else []


def _issue(issue: Issue, assessment: Assessment, audience: Audience) -> Html:
    """Return an issue with its counts, since when it is, and who has to act."""
    window = next((one.window for one in assessment.integrations if one.name == issue.integration), assessment.window)
    counted = (
        f"{words.count(issue.recent.k)} of {words.count(issue.recent.n)} in the last {words.count(window.days, 'day')}"
    )
    since = f"since {words.since(issue.onset)}" if issue.onset else words.SHAPE[issue.shape]
    parts = [since] if issue.kind is IssueKind.VOLUME else [counted, since]
    who = blamed(issue.owner, audience)
    small = f"{', '.join(parts)}{f'; who: {who}' if who else ''}"
    return _line(words.SEVERITY[issue.severity][0], f"{issue.integration}: {issue.title}", words.sentence(small))


def _causes(issue: Issue) -> list[Html]:
    """Return the causes worth acting on: what is behind a code rather than the mere day it began."""
    known = [cause for cause in issue.causes if cause.kind is not CauseKind.UNDETERMINED]
    told = {_code(cause) for cause in known if cause.kind is not CauseKind.ERROR_CODE}
    telling = [cause for cause in known if cause.kind is not CauseKind.ERROR_CODE or _code(cause) not in told]
    base = f"{_BASE[issue.kind]} {issue.integration}"
    shape = words.SEVERITY[issue.severity][0]
    return [
        _line(shape, _first_clause(cause.statement), f"{words.share(cause.share_of_issue)} {base}")
        for cause in telling[:_MOST_CAUSES]
    ]


def _code(cause: Cause) -> float | int | str | None:
    return cause.evidence.get("code")


def _first_clause(statement: str) -> str:
    return words.sentence(statement.split(";")[0])


def _calm(assessment: Assessment) -> list[Html]:
    """Return the integrations without an issue: those that keep a promised target, and those of which none is known."""
    quiet = [one for one in assessment.integrations if one.score is not None and not one.issues]
    kept = [one for one in quiet if _keeps_target(one)]
    rest = [one for one in quiet if one not in kept]
    named = (("Steady and within target", kept), ("No issue found", rest))
    return [_line("●", title, _rates(group)) for title, group in named if group]


def _keeps_target(one: IntegrationHealth) -> bool:
    """Return whether deliveries reach the target that was stated; calls come without a stated one."""
    measured = one.webhooks
    if measured is None or measured.target is None or measured.final_rate is None:
        return False
    return measured.final_rate >= measured.target


def _rates(group: list[IntegrationHealth]) -> str:
    named = [f"{one.name} {words.percent(one.success.rate)}" for one in group[:_MOST_NAMES] if one.success.n]
    named += [one.name for one in group[:_MOST_NAMES] if not one.success.n]
    more = [f"{len(group) - _MOST_NAMES} more"] if len(group) > _MOST_NAMES else []
    return ", ".join(named + more)


def _line(shape: str, text: str, small: str) -> Html:
    return el("li", el(f"span.th-{tone(shape)}", shape), el("span", text, el("small", small)))
