"""The first screen: whose health, how bad, what changed, what to do first."""

from __future__ import annotations

from techhealth.model import Assessment, Confidence, Issue, Score, Severity
from techhealth.present import charts, words
from techhealth.present.page.markup import Draw, Html, card, chip, el, join, tone
from techhealth.present.page.receipt import problem_card, receipt_card

_GRADE = {"A": "●", "B": "○", "C": "■", "D": "▲"}
_MOST_CHANGES = 5


def head(assessment: Assessment, *, sample: bool = False) -> Html:
    """Return whose health this is, of which days, and how far the data can be trusted."""
    grade = assessment.receipt.trust.grade.value
    days = words.date_range(assessment.window.first, assessment.window.last)
    return el(
        "header.th-head",
        el("h1", assessment.generated_for.customer),
        el("span.th-muted", f"Technical health, {days} ({assessment.generated_for.timezone})"),
        chip(f"{_GRADE[grade]} Data grade {grade}"),
        el("span.th-chip.th-none", "Sample data") if sample else None,
    )


def score_card(assessment: Assessment) -> Html:
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
        _first_step(assessment),
    )


def _trend(score: Score) -> Html:
    unsure = " Low confidence: few data." if score.confidence is Confidence.LOW else ""
    return el("span.th-muted", words.trend(score.trend) + unsure)


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


def _first_step(assessment: Assessment) -> Html | None:
    """Return the first recommendation with what it wins."""
    if not assessment.recommendations:
        return None
    first = assessment.recommendations[0]
    return el(
        "p.th-do",
        el("strong", f"First: {first.title}."),
        " ",
        words.expected(first.expected, score=assessment.score.value) + ".",
    )


def _no_score(assessment: Assessment) -> list[Html]:
    """Return why there is no score; unknown is not healthy."""
    return [
        el("p.th-score", el("b", "–"), el("span", f"no score: {words.STATE[assessment.score.state]}")),
        el(
            "p.th-muted",
            "Too little is known for a score, and unknown is not healthy. Add a file with more days or more calls.",
        ),
    ]


def changes_card(assessment: Assessment) -> Html:
    """Return what began or moved in the period, worst first, then what holds steady."""
    days = assessment.window.days
    lines = [_change(issue, days=days) for issue in assessment.issues if issue.onset is not None]
    lines += [line for issue in assessment.issues for line in _cause_onsets(issue)]
    steady_on = [one for one in assessment.issues if one.onset is None and one.severity is not Severity.INFO]
    lines += [_change(issue, days=days) for issue in steady_on]
    lines = lines[: _MOST_CHANGES - 1]
    steady = [one for one in assessment.integrations if one.score is not None and not one.issues]
    if steady:
        rates = ", ".join(f"{one.name} {words.percent(one.success.rate)}" for one in steady)
        lines.append(_line("●", "Steady and within target", rates))
    if not lines:
        lines.append(_line("○", "Nothing to compare yet", "No integration has enough data for a finding"))
    return card("What changed", el("ul.th-changes", *lines))


def _change(issue: Issue, *, days: int) -> Html:
    since = f"since {words.since(issue.onset)}" if issue.onset else "no change over the period"
    counts = f"{words.count(issue.recent.k)} of {words.count(issue.recent.n)} in the last {words.count(days, 'day')}, {since}"
    return _line(words.SEVERITY[issue.severity][0], f"{issue.integration}: {issue.title}", counts)


def _cause_onsets(issue: Issue) -> list[Html]:
    """Return the causes of an issue that began on a day of their own."""
    shape = words.SEVERITY[issue.severity][0]
    return [
        _line(
            shape,
            words.sentence(cause.statement),
            f"{words.share(cause.share_of_issue)} of the failures of {issue.integration}",
        )
        for cause in issue.causes
        if cause.onset is not None
    ]


def _line(shape: str, text: str, small: str) -> Html:
    return el("li", el(f"span.th-{tone(shape)}", shape), el("span", text, el("small", small)))


def points_card(assessment: Assessment, *, draw: Draw) -> Html:
    """Return where the points went, with what stands behind each component."""
    reasons = [
        f"{words.COMPONENT.get(part.name, part.name)}: {part.why}"
        for part in assessment.score.components
        if part.points_lost >= 0.05
    ]
    missing = [words.COMPONENT.get(part.name, part.name) for part in assessment.score.components if part.score is None]
    if missing:
        reasons.append(f"Not measured, left out: {', '.join(missing)}.")
    lost = 100 - (assessment.score.value or 0.0)
    return card(
        f"Where {lost:.0f} points went" if lost >= 10 else f"Where {lost:.1f} points went",
        draw(charts.points_lost(assessment)),
        el("ul.th-plain.th-why", *(el("li", text) for text in reasons)),
    )


def top(
    assessment: Assessment | None,
    *,
    upload: Html,
    customer: Html | None = None,
    problem: str | None = None,
    sample: bool = False,
) -> Html:
    """Return the top of the page: whose health, what was read, and the place to drop files.

    Args:
        assessment: None when there is nothing to show.
        upload: the upload element.
        customer: the choice of customers, where the files hold several.
        problem: why the last files could not be used.
        sample: whether this is the sample customer.
    """
    title = head(assessment, sample=sample) if assessment else el("header.th-head", el("h1", "Technical health"))
    read = receipt_card(assessment) if assessment else None
    return join(
        title,
        el("div.th-top", read, el("section.th-upload", customer, upload, aria_label="Add files")),
        problem_card(problem) if problem else None,
    )


def hero(assessment: Assessment, *, draw: Draw) -> Html:
    """Return the answer: score, what changed, where the points went."""
    points = points_card(assessment, draw=draw) if assessment.score.value is not None else None
    return el("div.th-hero", score_card(assessment), changes_card(assessment), points)
