"""A ticket as plain text, as a mail or a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from techhealth.actions.ticket_draft import TicketDraft
from techhealth.assess.recovery import Recovery
from techhealth.figures import date_range
from techhealth.present import words
from techhealth.present.notes import NOTES


def ticket_text(
    draft: TicketDraft, *, name: str | None = None, attached: bool = False, recoveries: Sequence[Recovery] = ()
) -> str:
    """Return what a ticket says: its head, the evidence, what to do, and the practice notes that go with it.

    `name` is its number, if it has one; `attached` says whether the analysis report goes with it; `recoveries` what became of its
    issues since the fix.
    """
    parts = (_head(draft, name), _since_the_fix(draft, recoveries), ["Description:", draft.description], _actions(draft), _sources(draft, attached), _notes(draft))  # fmt: skip
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def _head(draft: TicketDraft, name: str | None) -> Iterator[str]:
    head = {"Ticket #": name, "Priority": words.sentence(draft.priority), "Customer": draft.customer, "Subject": draft.subject}  # fmt: skip
    return (f"{label}: {text}" for label, text in head.items() if text)


def _since_the_fix(draft: TicketDraft, recoveries: Sequence[Recovery]) -> Iterator[str]:
    """Yield each verdict with the title of its issue."""
    title = {issue.id: issue.title for issue in draft.issues}
    if recoveries:
        yield "Since the fix"
    yield from (f"- {title.get(one.issue, one.issue)}\n  {one.text}" for one in recoveries)


def _actions(draft: TicketDraft) -> Iterator[str]:
    if draft.actions:
        yield "Recommended Actions:"
    for number, one in enumerate(draft.actions, start=1):
        yield f"{number}. {one.title}"
        yield from (f"   - {step}" for step in one.steps)
        yield f"   When: {words.HORIZON[one.horizon]}. Who: {words.OWNER[one.owner]}. {one.expected}."
        if one.note in NOTES:
            yield f"   Practice note: {NOTES[one.note].title}"


def _sources(draft: TicketDraft, attached: bool) -> Iterator[str]:
    what = "attached analysis report," if attached else "analysis"
    yield f"Technical Data: {what} as of {date_range(draft.as_of, draft.as_of)}"


def _notes(draft: TicketDraft) -> Iterator[str]:
    """Yield each note that an action names, once."""
    named = dict.fromkeys(one.note for one in draft.actions if one.note in NOTES)
    texts = (NOTES[str(name)] for name in named)
    yield "\n\n".join(
        "\n".join([f"Practice note: {note.title}", note.why, *(f"- {point}" for point in note.points)])
        for note in texts
    )
