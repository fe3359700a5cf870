"""What a change of policy does, as fragments: the sentence, the figures side by side, the issues that move, both replays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from techhealth.model import Issue, PolicyReplay, Replay, Severity, Sighting
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.compare import Compared, ComparedComponent, ComparedIssue, Comparison, Move, Pair
from techhealth.present.page.knobs import Knob
from techhealth.present.page.markup import Child, Html, card, chip, el, join, table
from techhealth.present.page.unmoved import why_unmoved
from techhealth.present.replay_card import because

_NONE, _ARROW = "–", "→"
_STILL = "Nothing changes on this log: same scores, same issues."
#: What became of an issue, with a shape of its own.
_MOVES = {
    Move.APPEARS: "+ Appears",
    Move.VANISHES: "– Vanishes",
    Move.GRAVER: "↑ Graver",
    Move.MILDER: "↓ Milder",
    Move.OTHER_OWNER: "→ Another owner",
    Move.OTHER_DAY: "→ Another day",
}


def effect_card(
    comparison: Comparison,
    policy: Policy,
    turned: Sequence[tuple[Knob, Knob]],
    undo: Mapping[str, Html],
    refused: Sequence[tuple[Knob, str]],
) -> Html:
    """Return what is turned, what it does in one sentence, and what was not taken and why.

    Args:
        comparison: both assessments.
        policy: the tried one.
        turned: the settings as they are in use and as they are tried.
        undo: the button that puts a setting back, by its key; one without was scaled with others.
        refused: the settings whose values were not taken, each with why.
    """
    still = comparison.is_still and bool(turned)
    rows: list[list[Child]] = [
        [
            _named(now, why_unmoved(was, now, comparison.after, policy) if still else None),
            was.told,
            el("strong", now.told),
            undo.get(now.key, el("span.th-muted", "scaled")),
        ]
        for was, now in turned
    ]
    return card(
        "What this would change",
        el("p.th-effect", _STILL if still else _sentence(comparison), role="status"),
        el("p.th-muted", f"Besides, these differ: {', '.join(comparison.besides)}.") if comparison.besides else None,
        *(el("p.th-refused", el("strong", f"{knob.of or knob.label}: "), why, role="alert") for knob, why in refused),
        table("Turned so far", ["Setting", "In use", "Tried", "Undo"], rows, numbers=frozenset({1, 2}))
        if rows
        else None
        if refused
        else el("p.th-muted", "No setting is changed yet. Move a control to see what it would do to the score and the issues."),
    )  # fmt: skip


def _named(knob: Knob, why: str | None) -> Html:
    """Return a setting with the part that it belongs to, and why it moves nothing."""
    name = f"{knob.of}: {knob.label}" if knob.of_a_rule else knob.label
    return el("span", name, " ", el("span.th-muted", knob.section), el("small", why) if why else None)


def _sentence(comparison: Comparison) -> Html:
    """Return what a change does to the score and the issues."""
    score, moves = comparison.customer.score, [one.move for one in comparison.issues]
    counted = [
        f"{words.count(moves.count(move), 'issue')} {told}"
        for move, told in (
            (Move.APPEARS, "more"), (Move.VANISHES, "less"), (Move.GRAVER, "graver"), (Move.MILDER, "milder"),
            (Move.OTHER_OWNER, "with another owner"), (Move.OTHER_DAY, "dated to another day"),
        )
        if move in moves
    ]  # fmt: skip
    band, shown = comparison.after.score.band, _shift(score)
    return join(
        el("strong", f"Score {shown}"),
        f" ({_by(score)}) " if _ARROW in shown else " ",
        chip(words.BAND[band]) if band else None,
        "" if _ARROW in shown else " stays as it is.",
        f" {words.sentence(', '.join(counted))}." if counted else " The issues stay the same.",
    )


def _by(pair: Pair) -> str:
    """Return by how much a score moves, in points."""
    if pair.before is None or pair.after is None:
        return "a score where there was none" if pair.before is None else "no score any more"
    return f"{'+' if pair.after > pair.before else ''}{_signed(pair.after - pair.before, 1)} points"


def _shift(pair: Pair, *, digits: int = 1) -> str:
    """Return a figure before and after, once where nobody sees a difference."""
    before, after = (_NONE if one is None else _signed(one, digits) for one in (pair.before, pair.after))
    return after if before == after else f"{before} {_ARROW} {after}"


def _signed(number: float, digits: int) -> str:
    """Return a number with a real minus, and none before a zero."""
    return f"{round(number, digits) + 0.0:.{digits}f}".replace("-", "−")


def figures_card(comparison: Comparison) -> Html:
    """Return the customer and each integration: score, and of each component the score and the points it costs."""
    names = [one.name for one in comparison.customer.components]
    head = ["Whose", "Score", *(words.COMPONENT.get(name, words.sentence(name)) for name in names)]
    rows = [_row(one, names) for one in (comparison.customer, *comparison.integrations)]
    body = table("Scores in use and tried", head, rows, numbers=frozenset(range(1, len(head))))
    note = "Score of each component, and below it the points that it costs the customer's score. “–”: not measured."
    return card("Scores, in use → tried", body, el("p.th-why", note), kind=".th-wide.th-compared")


def _row(one: Compared, names: Sequence[str]) -> list[Child]:
    parts = {part.name: part for part in one.components}
    components = [_component(parts[name]) if name in parts else el("span.th-muted", _NONE) for name in names]
    return [el("strong", one.name), _figure(_shift(one.score)), *components]


def _component(part: ComparedComponent) -> Html:
    """Return the score of a component, and below it what it does to the customer's."""
    if part.score.before is None and part.score.after is None:
        return el("span.th-muted", _NONE)
    before, after = (one and -one for one in (part.points_lost.before, part.points_lost.after))
    return _figure(_shift(part.score, digits=0), _shift(Pair(before=before, after=after)))


def _figure(text: str, below: str | None = None) -> Html:
    """Return a figure, set in strong letters where it moves."""
    small = None if below is None else el("small", el("b", below) if _ARROW in below else below)
    return el("span.th-moved", el("b", text) if _ARROW in text else text, small)


def moved_card(comparison: Comparison) -> Html:
    """Return the issues that appear, vanish or change, and how many stay as they are."""
    moved = comparison.moved_issues
    same = len(comparison.issues) - len(moved)
    rest = (
        f"{words.count(same, 'other issue' if moved else 'issue')} as before."
        if comparison.issues
        else "No issue is found by either."
    )
    rows: list[list[Child]] = [
        [el("strong", _MOVES[one.move]), el("span", one.issue.title, el("small", one.issue.integration)), *_sides(one)]
        for one in moved
    ]
    head = ["What", "Issue", "In use", "Tried"]
    if any(pair.before != pair.after for pair in comparison.failures.values()):
        rest += f" Failures of the current window: {_owned(comparison)}."
    return card(
        "Issues that move",
        table("Issues that move", head, rows) if rows else None,
        el("p.th-muted", rest),
        kind=".th-wide",
    )


def _owned(comparison: Comparison) -> str:
    """Return whose the failures are, and whose they would be."""
    return ", ".join(f"{words.OWNER[owner]} {_shift(pair, digits=0)}" for owner, pair in comparison.failures.items())


def _sides(one: ComparedIssue) -> list[Child]:
    """Return an issue as it is found by each policy, with what of it moves."""
    return [_side(one.before, one.move), _side(one.after, one.move)]


def _side(issue: Issue | None, move: Move) -> Html:
    if issue is None:
        return el("span.th-muted", "not found")
    detail = {Move.OTHER_OWNER: words.OWNER[issue.owner], Move.OTHER_DAY: words.since(issue.onset)}.get(move)
    return el("span", chip(words.SEVERITY[issue.severity]), el("small", detail) if detail else None)


def replay_card(found: Replay | None, button: Html, problem: str | None = None) -> Html:
    """Return when each policy would have warned, day by day; None where that was not asked for these settings yet."""
    ask = "Judges every day of this log as if it were today, by both policies. It takes some seconds."
    return card(
        "When would each have warned?",
        el("div.th-row", button, el("span.th-muted", ask)),
        el("p.th-refused", words.sentence(problem), role="alert") if problem else None,
        _replayed(found.policies) if found else None,
        kind=".th-wide",
    )


def _replayed(policies: Sequence[PolicyReplay]) -> Html:
    totals: list[list[Child]] = [
        [one.name, words.count(one.flagged), words.count(one.critical), _lead(one.median_lead_days)] for one in policies
    ]
    seen = {issue.id: issue for policy in reversed(policies) for issue in policy.issues}
    by_id = [{issue.id: issue for issue in policy.issues} for policy in policies]
    rows: list[list[Child]] = [
        [
            el("span", one.integration, el("small", f"{words.sentence(words.TROUBLE[one.kind])}{because(one.cause)}")),
            *(_sighting(each.get(name)) for each in by_id),
        ]
        for name, one in seen.items()
    ]
    return join(
        table("Alarms", ["Policy", "Alarms", "Critical", "Median lead"], totals, numbers=frozenset({1, 2, 3})),
        table("Days of the alarms", ["Issue", *(one.name for one in policies)], rows) if rows else None,
        el(
            "p.th-why",
            "Lead: days from the first flag to the day it was critical; sooner critical is a shorter lead, so compare the days too.",
        ),
    )


def _sighting(seen: Sighting | None) -> Html:
    """Return when an issue was flagged and became critical under one policy."""
    if seen is None:
        return el("span.th-muted", "never")
    severe = f"critical {_day(seen.critical_on)}" if seen.critical_on else words.SEVERITY[Severity(seen.severity)]
    lead = f", lead {_lead(seen.lead_days)}" if seen.lead_days is not None else ""
    return el("span", f"flagged {_day(seen.first_flagged)}", el("small", f"{severe}{lead}"))


def _day(on: date | None) -> str:
    return words.day(on) if on else _NONE


def _lead(days: float | None) -> str:
    return _NONE if days is None else f"{days:g} day{'' if days == 1 else 's'}"
