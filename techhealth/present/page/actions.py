"""What to do: immediate and within two weeks, each with the effect it is expected to have."""

from __future__ import annotations

from techhealth.model import Assessment, Horizon, Recommendation
from techhealth.present import words
from techhealth.present.audience import Audience, acting
from techhealth.present.calm import no_action
from techhealth.present.notes import NOTES
from techhealth.present.page.markup import Html, card, el


def recommendations_card(assessment: Assessment, *, audience: Audience = Audience.INTERNAL) -> Html:
    """Return the recommendations by horizon, numbered through; where newer data are missed at least to ask for them."""
    if not assessment.recommendations:
        without = assessment.risk.days_without
        asked = f"Find out whether the integrations still run, and export the {words.count(without or 0, 'day')} without data."
        return card("Recommended actions", el("p", asked if without else no_action(assessment)), kind=".th-wide")
    parts: list[Html] = []
    number = 1
    for horizon in Horizon:
        chosen = [one for one in assessment.recommendations if one.horizon is horizon]
        if chosen:
            items = (_recommendation(one, score=assessment.score.value, audience=audience) for one in chosen)
            parts += [el("h3", words.HORIZON[horizon]), el("ol.th-actions", *items, start=number)]
            number += len(chosen)
    steps = words.ladder(assessment)
    if steps is not None:
        parts.append(el("p.th-muted", f"{steps}."))
    return card("Recommended actions", *parts, kind=".th-wide")


def _recommendation(one: Recommendation, *, score: float | None, audience: Audience) -> Html:
    who = acting(one.owner, audience)
    return el(
        "li",
        el("strong", one.title),
        el("p", words.change(one.change)) if one.change else None,
        el("p", one.why) if one.why else None,
        el("p", "What helps on your side:") if one.steps and audience is Audience.CUSTOMER else None,
        el("ul", *(el("li", step) for step in one.steps)) if one.steps else None,
        el("p.th-muted", f"Who: {who}. " if who else None, f"{words.expected(one.expected, score=score)}."),
        _note(one.note),
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
