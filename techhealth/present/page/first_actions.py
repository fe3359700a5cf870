"""The three things that matter first: one card a cause worth acting on, each ending in its next action."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.model import Assessment, Cause, CauseKind, Days, Issue, Recommendation
from techhealth.present import words
from techhealth.present.at_once import at_once, where
from techhealth.present.audience import Audience, acting, won
from techhealth.present.began import since
from techhealth.present.page.evidence import WHAT, acted_on, how_long, window_of
from techhealth.present.page.markup import Child, Html, anchor, chip, el, facts, join, tone

_MOST = 3
#: What to do, with an issue it is about; the same at other integrations behind it, or the other issues it is about.
_Step = list[tuple[Recommendation, Issue]]


def first_actions(assessment: Assessment, *, audience: Audience = Audience.INTERNAL, lead: Html | None = None) -> Html:
    """Return a card for each of the first three recommendations, in the order in which all of them are listed; what is to be
    done against one outage of several integrations is one card.

    `lead` leads on from them.
    """
    every = assessment.recommendations
    steps = _steps(assessment, every)[:_MOST]
    cards = [_card(assessment, step, audience=audience) for step in steps]
    if not cards:
        return join()
    more = len(every) - len({one.id for step in steps for one, _ in step})
    below = f"{words.count(more, 'more action')} below. " if more else None
    rest = el("p.th-muted", below, lead) if below or lead else None
    return join(el(f"div.th-acts.th-of-{len(cards)}", *cards), rest)


def _steps(assessment: Assessment, every: Sequence[Recommendation]) -> list[_Step]:
    """Return recommendations with their issues; together are those about one outage of several integrations, and those
    whose cards would say the same of one issue."""
    issues = {issue.id: issue for issue in assessment.issues}
    news = {issue.id: group[0].id for group in at_once(assessment.issues) for issue in group}
    found: dict[str, _Step] = {}
    for one in every:
        about = [issues[id_] for id_ in one.issue_ids if id_ in issues]
        if about:
            cause = acted_on(one, about[0])
            is_outage = cause is not None and cause.kind is CauseKind.BURSTS
            alone = len(about) > 1 or (cause is not None and not about[0].going)
            same = news[about[0].id] if is_outage else one.id if alone else about[0].id
            found.setdefault(same, []).extend((one, issue) for issue in about)
    return list(found.values())


def _card(assessment: Assessment, step: _Step, *, audience: Audience) -> Html:
    """Return what is wrong, since when, how much of it, who has to act, and what to do."""
    one, issue = step[0]
    label = words.SEVERITY[issue.severity]
    cause = acted_on(one, issue)
    term, who = acting(one.owner, audience)
    rows: list[tuple[str, Child]] = [
        ("Since", _since(issue, cause, zone=assessment.generated_for.timezone)),
        ("Impact", _together(step) or _impact(issue, cause, window_of(assessment, issue))),
        (term, f"{words.sentence(who)}; evidence {words.EVIDENCE[issue.confidence]}"),
    ]
    why = words.first_clause(cause.statement) if cause else issue.title
    why = why.split(": ")[0] if _together(step) else why  # its counts are of the first integration alone
    title = issue.title if issue.going else why
    if len(step) == 1 and title != why:
        rows.insert(2, ("Cause", why))
    return el(
        f"article.th-card.th-act.th-{tone(label)}-edge",
        el("div.th-row", chip(label), el("span.th-muted", where(_issues(step))), _why(issue, title)),
        el("h3", title),
        facts(rows),
        _do(step, score=assessment.score.value, audience=audience),
    )


def _together(step: _Step) -> str:
    """Return how much fails of all that one action is about, where it is about several integrations; else nothing."""
    every = [issue.recent for _, issue in step]
    if len(every) < 2 or any(one is not step[0][0] for one, _ in step):
        return ""
    k, n = sum(one.k for one in every), sum(one.n for one in every)
    return (
        f"{words.percent(k / n if n else None)} {WHAT[step[0][1].kind]} ({words.out_of(k, n)} at all of them together)"
    )


def _issues(step: _Step) -> list[Issue]:
    """Return what a card is about, each issue once."""
    return list({issue.id: issue for _, issue in step}.values())


def _do(step: _Step, *, score: float | None, audience: Audience) -> Html:
    """Return what to do: the same at every integration of an outage, or each action against one issue."""
    if len(_issues(step)) > 1:
        return el("p.th-do", el("strong", f"{step[0][0].title}."), _won(step, score=score, audience=audience))
    told = [join(el("strong", f"{pair[0].title}."), _won([pair], score=score, audience=audience)) for pair in step]
    return el("p.th-do", *told) if len(told) == 1 else el("ul.th-plain.th-do", *(el("li", one) for one in told))


def _why(issue: Issue, title: str) -> Html:
    """Return the way to the card of an issue, with its proof."""
    return el("a.th-why-so", "Why?", href=f"#{anchor(issue)}", aria_label=f"Why? {title}")


def _since(issue: Issue, cause: Cause | None, *, zone: str) -> str:
    """Return when it began: to the minute while it goes on, else the day of the cause, if that is another one."""
    if issue.going:
        return f"{words.moment(issue.going.first, zone)} ({zone}), and going on"
    if cause and cause.onset and (issue.onset is None or cause.onset.on != issue.onset.on):
        return words.since(cause.onset)
    return since(issue, zone)


def _won(step: _Step, *, score: float | None, audience: Audience) -> str:
    """Return what it wins, and where else the same is to be done."""
    (one, issue), *others = step
    gain = won(one.expected, audience, score=score)
    places = [beside.integration for other, beside in others if other is not one]
    at = words.named(places) if places else ""
    if at:
        alone = f"; at {issue.integration} alone: {gain[:1].lower()}{gain[1:]}" if gain else ""
        return f" The same at {at}{alone}."
    return f" {gain}." if gain else ""


def _impact(issue: Issue, cause: Cause | None, window: Days) -> str:
    """Return how much fails and in which days, and which part of it the cause stands for."""
    recent, days = issue.recent, words.week(window.first, window.last)
    if now := issue.going:
        much = f"{words.percent(now.k / now.n)} {how_long(now, issue)} ({words.out_of(now.k, now.n)})"
        return f"{much}; {words.percent(recent.rate)} of {days}"
    if issue.kind not in WHAT or not recent.n:
        return issue.impact.text
    much = f"{words.percent(recent.rate)} {WHAT[issue.kind]} ({words.out_of(recent.k, recent.n)}, {days})"
    part = words.explained(cause, issue) if cause else ""
    return f"{much}; this cause: {part}" if part else much
