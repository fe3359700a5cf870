"""What to do: to ourselves by when, each with the effect it is expected to have, to the customer by who takes the next step."""

from __future__ import annotations

from techhealth.model import Assessment, Recommendation
from techhealth.present import words
from techhealth.present.audience import Audience, acting, in_parts
from techhealth.present.calm import no_action
from techhealth.present.notes import NOTES
from techhealth.present.page.markup import Html, card, el


def recommendations_card(assessment: Assessment, *, audience: Audience = Audience.INTERNAL) -> Html:
    """Return the recommendations in parts, numbered through; where newer data are missed at least to ask for them."""
    if not assessment.recommendations:
        without = assessment.risk.days_without
        asked = f"Find out whether the integrations still run, and export the {words.count(without or 0, 'day')} without data."
        return card("Recommended actions", el("p", asked if without else no_action(assessment)), kind=".th-wide")
    ours = audience is Audience.INTERNAL
    parts: list[Html] = []
    told, number = set[tuple[str, ...]](), 1
    for heading, chosen in in_parts(assessment, audience).items():
        items = [_ours(one, score=assessment.score.value) if ours else _theirs(one, told) for one in chosen]
        parts += [el("h3", heading), el("ol.th-actions", *items, start=number)]
        number += len(chosen)
    steps = words.ladder(assessment)
    if steps is not None:
        parts.append(el("p.th-muted", f"{steps}."))
    return card("Recommended actions", *parts, kind=".th-wide")


def _ours(one: Recommendation, *, score: float | None) -> Html:
    """Return what to do, why and how, who acts, and what it wins."""
    term, who = acting(one.owner, Audience.INTERNAL)
    return el(
        "li",
        el("strong", one.title),
        el("p", words.change(one.change)) if one.change else None,
        el("p", one.why) if one.why else None,
        el("ul", *(el("li", step) for step in one.steps)) if one.steps else None,
        el("p.th-muted", f"{term}: {who}. {words.expected(one.expected, score=score)}."),
        _note(one.note),
    )


def _theirs(one: Recommendation, told: set[tuple[str, ...]]) -> Html:
    """Return what is to be done, why, and what helps on the customer's side where it was not `told` before."""
    steps = one.steps if one.steps not in told else ()
    told.add(one.steps)
    return el(
        "li",
        el("strong", one.title),
        el("p", one.why) if one.why else None,
        el("p", "What helps on your side:" if steps else "What helps on your side is told above.")
        if one.steps
        else None,
        el("ul", *(el("li", step) for step in steps)) if steps else None,
    )


def _note(name: str | None) -> Html | None:
    """Return the practice note of a recommendation, folded; None where it has none."""
    note = NOTES.get(name or "")
    if note is None:
        return None
    return el(
        "details.th-note",
        el("summary", f"To share: {note.title}"),
        el("p", note.why),
        el("ul", *(el("li", point) for point in note.points)),
    )
