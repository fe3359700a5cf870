"""Practice notes: every name a recommendation may give has a note, and every note is named."""

from __future__ import annotations

from techhealth.assess import advice
from techhealth.present.notes import NOTES


def test_every_note_that_advice_names_ships_and_no_other():
    """The names in recommendations and the notes of the package are the same."""
    assert set(advice.NOTES) == set(NOTES)


def test_a_note_is_short_enough_for_a_mail():
    """A note has three to five points of one sentence or two."""
    assert all(3 <= len(note.points) <= 5 for note in NOTES.values())
    assert all(len(point) < 160 for note in NOTES.values() for point in note.points)
