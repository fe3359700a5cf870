"""The first screen: whose health, how bad, what changed, what to do first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from techhealth.model import Assessment, Confidence, Grade, Score, Trust
from techhealth.present import charts, lost, words
from techhealth.present.page.changes import changes_card
from techhealth.present.page.first_actions import first_actions
from techhealth.present.page.markup import Address, Draw, Html, card, chip, el, join, tone
from techhealth.present.page.navigation import link
from techhealth.present.page.receipt import left_out, problem_card, receipt_line
from techhealth.present.unknown import no_score, unread_latency, unscored

#: Integrations that are named with the points they cost.
_MOST_NAMES = 2
_GRADE = {"A": "●", "B": "○", "C": "■", "D": "▲"}
#: What stands where files are dropped, and what happens to them.
ADD = "Add log files: drop them here, or click"
_WELCOME = (
    "Drop an exported log of API calls or webhook deliveries. A few seconds later you see how healthy the integrations are, what changed, "
    "where the points went, who has to act, and what to do first."
)
_TO_TRY = (
    "A row a call with its time and its status is enough; latency, endpoint and error text tell more. No log at hand? ",
    el("code", "techhealth sample acme -o acme.json.gz"), " writes one to try.",
)  # fmt: skip
KEPT = "CSV, JSON, text, Excel, zipped; up to 200 MB each. The files are not kept, what was found is."


def judged_by(name: str | None, *, about: Mapping[str, str]) -> Html:
    """Return by which policy the page judges, as a link to where that is turned; none where no address leads to the log."""
    said = name or "the default policy"
    return el("a", said, href=link("tuning", **about)) if about else join(said)


def head(assessment: Assessment, *, sample: bool = False, choice: Html | None = None) -> Html:
    """Return whose health this is, of which days, how far the data can be trusted, and the choice of customers; for how
    many days there have been no data where newer ones are missed."""
    without = assessment.risk.days_without
    known = assessment.score.value is not None
    days = words.date_range(assessment.window.first, assessment.window.last)
    return el(
        "header.th-head",
        el("h1", assessment.generated_for.customer),
        el("span.th-muted", f"Technical health, {days} ({assessment.generated_for.timezone})"),
        _graded(assessment.receipt.trust, known=known),
        el("span.th-chip.th-none", "Sample data") if sample else None,
        chip(f"■ No data for {words.count(without, 'day')}: silence is not health") if without else None,
        choice,
    )


def _graded(data: Trust, *, known: bool) -> Html:
    """Return the data's grade as a chip without colour where no score is `known`, and beside any but the best its first reason."""
    grade, why = f"Data grade {data.grade}", "; ".join(data.reasons) or None
    first, *others = data.reasons or ("",)
    more = f"; {words.count(len(others), 'more reason')}" if others else ""
    return el(
        "span", chip(f"{_GRADE[data.grade]} {grade}") if known else el("span.th-chip.th-none", grade),
        el("span.th-muted", f" {first}{more}") if data.grade is not Grade.A and first else None, title=why,
    )  # fmt: skip


def score_card(assessment: Assessment, *, draw: Draw) -> Html:
    """Return the score with its interval, target, trend, lowest integration, and what it would be after all that is recommended.

    Where newer data are missed it is stale.
    """
    score = assessment.score
    if score.value is None:
        return card("Technical health score", *_no_score(assessment))
    by_day = charts.score_by_day(assessment)
    between = (
        f", between {words.points(score.interval[0])} and {words.points(score.interval[1])}" if score.interval else ""
    )
    return card(
        "Technical health score",
        el("p.th-score", el("b", words.points(score.value)), el("span", f"{words.out_of_100(assessment)}{between}")),
        el("p", *_chips(assessment), _trend(score)),
        _bar(score, tone(_stands(assessment))),
        el(
            "p",
            el("span.th-muted", _lowest(assessment) if len(assessment.integrations) > 1 else None, " "),
            _all_done(assessment),
        ),
        draw(by_day) if by_day else None,
    )


def _chips(assessment: Assessment) -> list[Html | str]:
    """Return how it stands, and beside it the most severe issues, which a mean may hide."""
    return [
        part for text in (_stands(assessment), words.pressing(assessment.issues)) if text for part in (chip(text), " ")
    ]


def _stands(assessment: Assessment) -> str:
    """Return how it stands today: where newer data are missed that is not known, however good it was."""
    return "■ Stale" if assessment.risk.days_without else words.stands(assessment)


def _trend(score: Score) -> Html:
    return el("span.th-muted", f"{words.trend(score.trend, spoken=True)}.{_unsure(score)}")


def _unsure(score: Score) -> str:
    """Return why the score is of low confidence, empty when it is not."""
    if score.confidence is not Confidence.LOW:
        return ""
    measured = [part.name for part in score.components if part.score is not None]
    why = (
        f"it rests on {' and '.join(measured).lower().replace('api', 'API')} alone"
        if len(measured) in (1, 2)
        else "few data"
    )
    return f" Low confidence: {why}."


def _bar(score: Score, tone: str) -> Html:
    """Return the score as a bar in a tone, with its interval and its target."""
    value, (low, high) = score.value or 0.0, score.interval or (0.0, 0.0)
    band = el("i.th-band", style=f"left:{low:.1f}%;width:{high - low:.1f}%") if score.interval else None
    label = f"Score {words.points(value)}, target {score.target}"
    return join(
        el(
            "div.th-bar",
            el(f"i.th-fill.th-{tone}", style=f"width:{value:.1f}%"),
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


def _lowest(assessment: Assessment) -> str:
    """Return the integration with the lowest score, and those that have none."""
    lowest = assessment.score.lowest
    said = (f"Lowest: {lowest.integration}, {words.points(lowest.value)}" if lowest else "", unscored(assessment))
    return " ".join(f"{text}." for text in said if text)


def _all_done(assessment: Assessment) -> Html | None:
    """Return the score after everything that can be played back, one step on top of the other."""
    if not assessment.ladder:
        return None
    played, every = len(assessment.ladder), len(assessment.recommendations)
    named = words.count(every, "recommended action")
    steps = "the recommended action" if every == 1 else f"all {named}" if played == every else f"{played} of {named}"
    return join(f"After {steps}: ", el("strong", f"{assessment.ladder[-1].score_after:.0f}"), ".")


def _no_score(assessment: Assessment) -> list[Html]:
    """Return why there is no score; unknown is not healthy."""
    said = f"No score: {words.STATE[assessment.score.state]}"
    return [el("p.th-score.th-unknown", el("b", said)), el("p.th-muted", no_score(assessment))]


def points_card(assessment: Assessment, *, draw: Draw, at: Address | None = None) -> Html:
    """Return where the points went, by component, with what stands behind each, and by integration.

    `at` gives the address of an integration's own view, where there is one.
    """
    reasons = [f"{part.name}: {part.why}" for part in assessment.score.components if part.points_lost >= 0.05]
    reasons += [f"{assessment.score.cap.reason}."] if assessment.score.cap else []
    missing = [part.name for part in assessment.score.components if part.score is None]
    if missing:
        reasons.append(f"Not measured, left out: {', '.join(missing)}.")
    return card(
        f"Where {lost.total(assessment.score)} points went",
        draw(charts.points_lost(assessment)),
        _by_integration(assessment, at),
        el(
            "details",
            el("summary", "What stands behind them"),
            el("ul.th-plain.th-why", *(el("li", text) for text in reasons)),
        ),
        kind=f".th-{tone(_stands(assessment))}-point",
    )


def _by_integration(assessment: Assessment, at: Address | None) -> Html | None:
    """Return the integrations that cost most, with the points of each; nothing for a single one."""
    ranked = words.lost_at(assessment)
    if len(ranked) < 2:
        return None
    named = [
        join(el("a", name, href=at(name)) if at else name, f" {points:.1f}") for name, points in ranked[:_MOST_NAMES]
    ]
    rest = ranked[_MOST_NAMES:]
    named += [Html(f"{words.count(len(rest), 'other')} {sum(points for _, points in rest):.1f}")] if rest else []
    return el(
        "p.th-by", "By integration: ", join(*(join(", " if place else "", one) for place, one in enumerate(named)))
    )


def first_screen(
    assessment: Assessment | None,
    *,
    draw: Draw,
    upload: Html,
    customer: Html | None = None,
    customers: int = 1,
    asking: Html | None = None,
    problem: str | None = None,
    missing: str | None = None,
    sample: bool = False,
    policy: Html | None = None,
    at: Address | None = None,
) -> Html:
    """Return the first screen: whose health, what was read, the answer, and the place to drop files.

    Args:
        assessment: None when there is nothing to show.
        draw: makes a chart's markup.
        upload: the upload element.
        customer: the choice of customers, where the files hold several.
        customers: how many the files hold.
        asking: whose the files are, where they do not say.
        problem: why the last files, or some of them, could not be used.
        missing: the customer or log that was asked for, where nothing is known of it.
        sample: whether this is the sample customer.
        policy: by which it is judged.
        at: gives the address of an integration's own view, where there is one.
    """
    dropping = el("section.th-upload", upload, el("small", KEPT), aria_label="Add files")
    if assessment is None:
        title = el("header.th-head", el("h1", "Technical health"))
        if problem or missing:
            return join(
                title, missing_card(missing) if missing else None, dropping, problem_card(problem) if problem else None
            )
        return join(title, el("p", _WELCOME), dropping, el("p.th-muted", *_TO_TRY))
    points = points_card(assessment, draw=draw, at=at) if assessment.score.value is not None else None
    return join(
        el(
            "div.th-top",
            el(
                "div",
                head(assessment, sample=sample, choice=_choice(customer, customers) if customer else None),
                receipt_line(assessment, judged_by=policy),
            ),
            dropping,
        ),
        asking,
        left_out(problem) if problem else None,
        _unread(assessment),
        el("div.th-first" if points else "div.th-first.th-of-two", score_card(assessment, draw=draw), changes_card(assessment, leads=True), points),
        first_actions(assessment, lead=_SAY_FIRST if asking else _ACT),
    )  # fmt: skip


def _unread(assessment: Assessment) -> Html | None:
    """Return which column may be how long a call took though nothing was read as that, with the way to choosing it."""
    name = unread_latency(assessment.receipt)
    if name is None:
        return None
    below = el("a", "choose it below", href="#understood")
    return el("p.th-muted", f"Column {name} was not read: if it is how long a call took, ", below, ".")


#: Where to act on what is shown.
_ACT, _SAY_FIRST = (
    el("a", "Act on this: ticket, call, report", href="#act"),
    el("a", "Say whose it is, to act on it", href="#whose"),
)


def whose_card(elements: Iterable[Html]) -> Html:
    """Return the question whose the files are in a line, with the elements that answer it; nothing is kept before."""
    return el(
        "section.th-card.th-left-out.th-warn-edge.th-whose",
        el("h2.th-ink", "Whose log is this?"),
        *(el("div", one) for one in elements),
        el("small", "Until you say, it is not kept, nor compared with earlier ones."),
        id="whose",
    )


def missing_card(asked: str) -> Html:
    """Return that nothing is known of a customer or a log that was asked for, and where all customers stand."""
    said = el("p", el("span.th-warn", "■ "), f"Nothing is stored of {asked}.")
    where = el("p", el("a", "All customers", href=link("portfolio")), " names those there are.")
    return card("Not found here", said, where, kind=".th-left-out.th-warn-edge")


#: Why the other pages cannot tell of a file: nobody said whose it is, or it could not be kept.
NAME_FIRST = join(el("a", "Name the customer first", href="#whose"), ": the other pages know a log once it is kept.")
NOT_KEPT = join("These files could not be kept, so the other pages do not know them.")


def _choice(customer: Html, customers: int) -> Html:
    """Return the choice of customers with the words that there is one."""
    return el("span.th-choice", customer, el("span.th-muted", f"1 of {customers} customers in these files"))
