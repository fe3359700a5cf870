"""A ticket as plain text, as a mail or a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator

from techhealth.actions.ticket_draft import TicketDraft
from techhealth.figures import date_range
from techhealth.present import words
from techhealth.present.notes import NOTES


def ticket_text(draft: TicketDraft, *, name: str | None = None, attached: bool = False) -> str:
    """Return what a ticket says: its head, the evidence, what to do, and the practice notes that go with it.

    Args:
        draft: what it says.
        name: its number; None: it has none yet.
        attached: whether the analysis report goes with it.
    """
    return "\n".join(_text(draft, name, attached)).rstrip() + "\n"


def _text(draft: TicketDraft, name: str | None, attached: bool) -> Iterator[str]:
    head = {"Ticket": name, "Priority": words.sentence(draft.priority), "Customer": draft.customer, "Subject": draft.subject}  # fmt: skip
    yield from (f"{label}: {text}" for label, text in head.items() if text)
    yield f"\n{draft.description}\n"
    notes = list(dict.fromkeys(one.note for one in draft.actions if one.note in NOTES))
    if draft.actions:
        yield "Recommended actions"
    for number, one in enumerate(draft.actions, start=1):
        yield f"{number}. {one.title} ({words.HORIZON[one.horizon].lower()}; {words.OWNER[one.owner]})"
        yield from (f"   - {step}" for step in one.steps)
        yield f"   {one.expected}."
        if one.note in notes:
            yield f"   Practice note: {NOTES[one.note].title}"
    yield f"\nTechnical data: {'the attached analysis report' if attached else 'the analysis'} as of {date_range(draft.as_of, draft.as_of)}"  # fmt: skip
    for named in notes:
        note = NOTES[str(named)]
        yield "\n".join(["", f"Practice note: {note.title}", note.why, *(f"- {point}" for point in note.points)])
