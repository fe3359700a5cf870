"""What changed, what is still open and what holds, on the first screen: short lines, worst first."""

from __future__ import annotations

from techhealth.model import Assessment, IntegrationHealth, IssueKind, Severity
from techhealth.present import words
from techhealth.present.at_once import Together, at_once, title, where
from techhealth.present.audience import Audience, blamed
from techhealth.present.began import since
from techhealth.present.page.evidence import window_of
from techhealth.present.page.markup import Child, Html, anchor, card, el, tone

_MOST_CHANGES, _MOST_OPEN, _MOST_NAMES = 3, 2, 3


def changes_card(assessment: Assessment, *, audience: Audience = Audience.INTERNAL, leads: bool = False) -> Html:
    """Return what began or moved in the period, worst first; what was there before and still is; and what holds.

    Each line `leads` to the card of its issue where these are on the same page.
    """
    every = [issue for issue in assessment.issues if issue.onset is not None]
    begun = [issue for issue in every if issue.severity is not Severity.INFO] or every
    still = [issue for issue in assessment.issues if issue.onset is None and issue.severity is not Severity.INFO]
    news = at_once(begun)
    changed = [_issue(group, assessment, audience, leads=leads) for group in news[:_MOST_CHANGES]]
    calm = _calm(assessment)
    nothing = _line("○", "Nothing to compare yet", "No integration has enough data for a finding")
    unchanged = el("p.th-muted", "No change was found in this period.")
    known = bool(assessment.issues or calm)
    return card(
        "What changed",
        el("ul.th-changes", *(changed or [nothing]), *_more(news[_MOST_CHANGES:]))
        if changed or not known
        else unchanged,
        *_open([_issue((issue,), assessment, audience, leads=leads) for issue in still[:_MOST_OPEN]], of=len(still)),
        el("ul.th-changes", *calm) if calm else None,
    )


def _open(lines: list[Html], *, of: int) -> list[Html]:
    """Return lines under a small head that counts them, nothing without lines."""
    title = f"Still open, {len(lines)} of {of}" if of > len(lines) else "Still open"
    return [el("h4", title), el("ul.th-changes", *lines)] if lines else []


def _more(news: list[Together]) -> list[Html]:
    """Return a line that counts what does not fit, none when all do."""
    return [el("li", el("span"), el("span.th-muted", f"and {sum(map(len, news))} more, below"))] if news else []


def _issue(group: Together, assessment: Assessment, audience: Audience, *, leads: bool) -> Html:
    """Return what happened at an integration, or at several at once, with its counts, since when it is, and who has to act."""
    issue = group[0]
    began = f"since {since(issue, assessment.generated_for.timezone)}" if issue.onset else words.SHAPE[issue.shape]
    parts = [began] if issue.kind is IssueKind.VOLUME else [*_counted(group, assessment), began]
    who = blamed(issue.owner, audience)
    small = f"{', '.join(parts)}{f'; who: {who}' if who else ''}"
    told = f"{where(group)}: {title(group)}"
    shown = el("a.th-quiet", told, href=f"#{anchor(issue)}") if leads else told
    return _line(words.SEVERITY[issue.severity][0], shown, words.sentence(small))


def _counted(group: Together, assessment: Assessment) -> list[str]:
    """Return the counts of the window, after those of what goes on, which its title may be about; each with its days."""
    days = window_of(assessment, group[0]).days
    recent = words.out_of(sum(one.recent.k for one in group), sum(one.recent.n for one in group))
    spells = [one.going for one in group if one.going]
    counted = [f"{recent} in the last {words.count(days, 'day')}"]
    if not spells:
        return counted
    now = words.out_of(sum(one.k for one in spells), sum(one.n for one in spells))
    first = words.moment(min(one.first for one in spells), assessment.generated_for.timezone)
    return [f"{now} since {first}", *counted]


def _calm(assessment: Assessment) -> list[Html]:
    """Return the integrations without an issue: those that keep a promised target, and those of which none is known."""
    quiet = [one for one in assessment.integrations if one.score is not None and not one.issues]
    kept = [one for one in quiet if _keeps_target(one)]
    rest = [one for one in quiet if one not in kept]
    named = (("Steady and within target", kept), ("No issue found", rest))
    return [_line("●", f"{title}: {_rates(group)}") for title, group in named if group]


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


def _line(shape: str, text: Child, small: str | None = None) -> Html:
    return el("li", el(f"span.th-{tone(shape)}", shape), el("span", text, el("small", small) if small else None))
