"""The analyst's controls as fragments: what is judged, the knobs grouped by question, and what is saved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from difflib import unified_diff

from techhealth.present import words
from techhealth.present.page.knobs import Group, Knob, leading, together
from techhealth.present.page.markup import Child, Html, card, el, join
from techhealth.present.page.navigation import link

#: A number so large that it is no end of a range.
_NO_END = 1e9
_WELCOME = (
    "Drop a log, and every setting stands beside what it does to the score and the issues. Nothing changes for anybody until you save. "
    "Logs that were dropped on the page Health can be chosen here."
)
_WHOLE = el("small", "Together 100 %. Those you move are taken as they are, the others are scaled in proportion.")
#: Groups that stand open; the others open at a click.
_OPEN = 1


def tuning_head(
    customer: str | None, *, named: str | None, choice: Html | None, upload: Html, problem: str | None,
    about: Mapping[str, str],
) -> Html:  # fmt: skip
    """Return whose log is judged by which policy, the way to its health page (by what that is `about`), the choice of logs,
    and what is wrong with what was asked for."""
    used = f"judged by {named}" if named else "judged by the defaults"
    return join(
        el(
            "header.th-head",
            el("h1", f"Tuning: {customer}" if customer else "Tuning"),
            el("span.th-muted", used) if customer else None,
            el("a", "Its health page", href=link("health", **about)) if customer and about else None,
        ),
        None if customer or problem else el("p", _WELCOME),
        el("section.th-card.th-source", choice, upload, aria_label="Which log"),
        el("section.th-card.th-left-out", el("p", problem), role="alert") if problem else None,
    )


def knobs_panel(
    groups: Sequence[Group],
    elements: Mapping[str, Html],
    *,
    refused: Sequence[tuple[Knob, str]] = (),
    scaled: Mapping[str, Knob] | None = None,
    load: Html,
    undo_all: Html,
) -> Html:
    """Return every knob: the few that matter most, then the others by the question they answer.

    Args:
        groups: of the policy that was started from.
        elements: the control of each knob, by its key.
        refused: the settings whose values were not taken, each with why, which is said beside it.
        scaled: those that stand elsewhere than their controls show, by key, as they stand.
        load: the choice of another policy to start from.
        undo_all: the button that puts everything back.
    """
    first = leading(groups)
    beside = {
        key: el("small.th-ink", f"Scaled to {one.told}, so that all make 100 %.") for key, one in (scaled or {}).items()
    }
    beside |= {knob.key: _not_taken(knob, why) for knob, why in refused}
    led = {knob.key for knob in first.knobs}
    rest = [(group, [knob for knob in group.knobs if knob.key not in led]) for group in groups]
    return el(
        "aside.th-knobs",
        card("Start from", el("div.th-load", load, undo_all)),
        card(first.question, *_rows(first.knobs, elements, beside)),
        *(_group(group.question, knobs, elements, beside, is_open=place < _OPEN) for place, (group, knobs) in enumerate(rest) if knobs),
        aria_label="Settings",
    )  # fmt: skip


def _group(
    question: str, knobs: Sequence[Knob], elements: Mapping[str, Html], beside: Mapping[str, Html], *, is_open: bool
) -> Html:
    summary = el("summary", el("strong", question), el("span.th-muted", f" {words.count(len(knobs), 'value')}"))
    return el(
        "details.th-card",
        summary,
        _WHOLE if knobs[0].path[0] == "weights" else None,
        *_rows(knobs, elements, beside),
        open="" if is_open else None,
    )


def _rows(knobs: Sequence[Knob], elements: Mapping[str, Html], beside: Mapping[str, Html]) -> list[Html]:
    """Return the knobs with what they mean; the values of one setting stand together, and what is said of all is said once."""
    settings = together(knobs)
    reasons = {_reason(mine[0]) for mine in settings.values()}
    once = next(iter(reasons)) if len(settings) > 1 == len(reasons) else None
    rows = []
    for name, mine in settings.items():
        controls, small = [elements[knob.key] for knob in mine], _meant(mine[0], None if once else _reason(mine[0]))
        said = [beside[knob.key] for knob in mine if knob.key in beside]
        if mine[0].of:
            rows.append(el("fieldset.th-knob", el("legend", name), el("div.th-several", *controls), *said, small))
        else:
            rows.append(el("div.th-knob", *controls, *said, small))
    return [*rows, el("small", once)] if once else rows


def _not_taken(knob: Knob, why: str) -> Html:
    """Return why a value was not taken, with its name where several values stand together."""
    return el("p.th-refused", el("span.th-warn", "■ "), el("strong", f"{knob.label}: ") if knob.of else None, why)


def _meant(knob: Knob, reason: str | None) -> Html | None:
    """Return what a knob decides, and the reason for its value where that is not said elsewhere."""
    says = el("span.th-ink", f"{words.sentence(knob.meaning.says)}. ") if knob.meaning.says else None
    return el("small", says, reason) if says or reason else None


def _reason(knob: Knob) -> str:
    """Return the range and unit of a knob, what is usual, and why it is what it is."""
    meaning, times = knob.meaning, 100 if knob.percent else 1
    low, high = meaning.low > -math.inf, meaning.high < _NO_END
    first, last = f"{meaning.low * times:,g}", f"{meaning.high * times:,g}"
    reach = f"{first} to {last}" if low and high else f"from {first}" if low else ""
    usual = "usually {:,.10g} to {:,.10g}".format(*knob.usual) if knob.usual else ""
    parts = (f"{reach} {knob.unit}".strip(), usual, meaning.source)
    return f"{words.sentence('; '.join(part for part in parts if part))}."


def save_card(
    before: str, after: str, *, controls: Sequence[Html], said: str | None = None, problem: str | None = None
) -> Html:
    """Return what would be written, line by line, with the controls that write it, and what became of the last time.

    Args:
        before: the policy in use as TOML.
        after: the tried one as TOML.
        controls: its name, for whom it is, and the button.
        said: what a saved one is used for.
        problem: why it is not.
    """
    lines = _diff(before, after)
    shown: Child = (
        el("pre.th-diff.th-scroll", *lines, tabindex=0, role="region", aria_label="Lines that change")
        if lines
        else el("p.th-muted", "No setting is changed yet; saved now, it would be the policy in use under another name.")
    )
    return card(
        "Save as a policy that the pages use",
        el("h3", "What changes in its file"),
        shown,
        el("div.th-row", *controls),
        el("p.th-ok", f"● Saved. {said}", role="status") if said else None,
        el("p.th-refused", words.sentence(problem), role="alert") if problem else None,
        kind=".th-wide",
    )


def _diff(before: str, after: str) -> list[Html]:
    """Return the lines that differ, with those around them."""
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm=""))[2:]
    kinds = {"+": "ins", "-": "del"}
    return [el(kinds.get(line[:1], "span"), f"{line}\n") for line in lines if not line.startswith("@@")]
