"""The first screen: whose health, how bad, what changed, what to do first."""

from __future__ import annotations

from urllib.parse import urlencode

from techhealth.model import Assessment, Confidence, Score
from techhealth.present import charts, words
from techhealth.present.audience import Audience, acting
from techhealth.present.page.changes import changes_card
from techhealth.present.page.markup import Draw, Html, card, chip, el, join, tone
from techhealth.present.page.receipt import left_out, problem_card, receipt_card
from techhealth.present.unknown import no_score

_GRADE = {"A": "●", "B": "○", "C": "■", "D": "▲"}
#: What happens to dropped files.
_KEPT = "Files are not kept; what was found is, at this address."


def judged_by(name: str | None, *, customer: str | None, upload: str | None) -> Html:
    """Return by which policy the page judges, as a link to where that is turned."""
    asked = urlencode({key: value for key, value in (("customer", customer), ("upload", upload)) if value})
    return el("span.th-muted", "Judged by ", el("a", name or "the default policy", href=f"/tuning/?{asked}"))


def head(
    assessment: Assessment, *, sample: bool = False, choice: Html | None = None, policy: Html | None = None
) -> Html:
    """Return whose health this is, of which days, how far the data can be trusted, by which policy, and the choice of
    customers."""
    known = assessment.score.value is not None
    grade = assessment.receipt.trust.grade.value
    days = words.date_range(assessment.window.first, assessment.window.last)
    return el(
        "header.th-head",
        el("h1", assessment.generated_for.customer),
        el("span.th-muted", f"Technical health, {days} ({assessment.generated_for.timezone})"),
        chip(f"{_GRADE[grade]} Data grade {grade}") if known else el("span.th-chip.th-none", f"Data grade {grade}"),
        el("span.th-chip.th-none", "Sample data") if sample else None,
        policy,
        choice,
    )


def score_card(assessment: Assessment, *, audience: Audience = Audience.INTERNAL) -> Html:
    """Return the score with its interval, target, trend, lowest integration and first step."""
    score = assessment.score
    if score.value is None:
        return card("Technical health score", *_no_score(assessment))
    between = (
        f", between {words.points(score.interval[0])} and {words.points(score.interval[1])}" if score.interval else ""
    )
    return card(
        "Technical health score",
        el("p.th-score", el("b", words.points(score.value)), el("span", f"of 100{between}")),
        el("p", chip(words.BAND[score.band]) if score.band else None, " ", _trend(score)),
        _bar(score),
        el("p.th-muted", _lowest(score)) if len(assessment.integrations) > 1 else None,
        _first_step(assessment, audience),
    )


def _trend(score: Score) -> Html:
    return el("span.th-muted", f"{words.trend(score.trend, spoken=True)}.{_unsure(score)}")


def _unsure(score: Score) -> str:
    """Return why the score is of low confidence, empty when it is not."""
    if score.confidence is not Confidence.LOW:
        return ""
    measured = [words.COMPONENT.get(part.name, part.name) for part in score.components if part.score is not None]
    why = f"it rests on {' and '.join(measured).lower()} alone" if len(measured) in (1, 2) else "few data"
    return f" Low confidence: {why}."


def _bar(score: Score) -> Html:
    """Return the score as a bar with its interval and its target."""
    value, (low, high) = score.value or 0.0, score.interval or (0.0, 0.0)
    band = el("i.th-band", style=f"left:{low:.1f}%;width:{high - low:.1f}%") if score.interval else None
    label = f"Score {words.points(value)}, target {score.target}"
    return join(
        el(
            "div.th-bar",
            el(f"i.th-fill.th-{tone(words.BAND[score.band]) if score.band else 'none'}", style=f"width:{value:.1f}%"),
            band,
            el("i.th-target", style=f"left:{score.target}%"),
            role="img",
            aria_label=label,
        ),
        el(
            "div.th-scale",
            el("span", "0"),
            el("span.th-ink", f"target {score.target}+", style=f"left:{score.target}%"),
        ),
    )  # fmt: skip


def _lowest(score: Score) -> str | None:
    return f"Lowest: {score.lowest.integration}, {words.points(score.lowest.value)}." if score.lowest else None


def _first_step(assessment: Assessment, audience: Audience) -> Html | None:
    """Return the first recommendation with who takes it and what it wins."""
    if not assessment.recommendations:
        return None
    first = assessment.recommendations[0]
    who = acting(first.owner, audience)
    return el(
        "p.th-do",
        el("strong", f"First: {first.title}."),
        " ",
        f"Who: {who}. " if who else None,
        f"{words.expected(first.expected, score=assessment.score.value)}.",
    )


def _no_score(assessment: Assessment) -> list[Html]:
    """Return why there is no score; unknown is not healthy."""
    said = f"No score: {words.STATE[assessment.score.state]}"
    return [el("p.th-score.th-unknown", el("b", said)), el("p.th-muted", no_score(assessment))]


def points_card(assessment: Assessment, *, draw: Draw) -> Html:
    """Return where the points went, with what stands behind each component."""
    named: dict[str, list[str]] = {}
    for part in assessment.score.components:
        if part.points_lost >= 0.05:
            named.setdefault(part.why, []).append(charts.component(assessment, part.name))
    reasons = [f"{' and '.join(names)}: {why}" for why, names in named.items() if why]
    missing = [words.COMPONENT.get(part.name, part.name) for part in assessment.score.components if part.score is None]
    if missing:
        reasons.append(f"Not measured, left out: {', '.join(missing)}.")
    lost = 100 - (assessment.score.value or 0.0)
    return card(
        f"Where {lost:.0f} points went" if lost >= 10 else f"Where {lost:.1f} points went",
        draw(charts.points_lost(assessment)),
        el("ul.th-plain.th-why", *(el("li", text) for text in reasons)),
    )


def first_screen(
    assessment: Assessment | None,
    *,
    draw: Draw,
    upload: Html,
    customer: Html | None = None,
    customers: int = 1,
    problem: str | None = None,
    sample: bool = False,
    policy: Html | None = None,
) -> Html:
    """Return the first screen: whose health, what was read, the answer, and the place to drop files.

    Args:
        assessment: None when there is nothing to show.
        draw: makes a chart's markup.
        upload: the upload element.
        customer: the choice of customers, where the files hold several.
        customers: how many the files hold.
        problem: why the last files, or some of them, could not be used.
        sample: whether this is the sample customer.
        policy: by which it is judged.
    """
    dropping = el("section.th-upload", upload, el("small", _KEPT), aria_label="Add files")
    if assessment is None:
        title = el("header.th-head", el("h1", "Technical health"))
        return join(title, el("div.th-first.th-of-none", dropping), problem_card(problem) if problem else None)
    points = points_card(assessment, draw=draw) if assessment.score.value is not None else None
    return join(
        head(assessment, sample=sample, choice=_choice(customer, customers) if customer else None, policy=policy),
        left_out(problem) if problem else None,
        el(
            "div.th-first" if points else "div.th-first.th-of-two",
            receipt_card(assessment), dropping, score_card(assessment), changes_card(assessment), points,
        ),
    )  # fmt: skip


def _choice(customer: Html, customers: int) -> Html:
    """Return the choice of customers with the words that there is one."""
    return el("span.th-choice", customer, el("span.th-muted", f"1 of {customers} customers in these files"))
