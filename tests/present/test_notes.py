"""Practice notes: every name a recommendation may give has a note, and every note is named."""

from __future__ import annotations

from pathlib import Path

from techhealth.assess import advice, forms
from techhealth.policy import Policy
from techhealth.present.notes import NOTES
from techhealth.present.report.sieve import Sieve
from tests import builders


def test_every_note_that_advice_names_ships_and_no_other():
    """The names in recommendations and the notes of the package are the same."""
    assert set(advice.NOTES) == set(NOTES)


def test_every_note_is_given_by_some_advice():
    """No note ships that no recommendation names: each stands in the source of the advice beside its list."""
    source = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (advice, forms))

    assert [name for name in NOTES if source.count(f'"{name}"') < 2] == []


def test_a_note_is_short_enough_for_a_mail():
    """A note has three to five points of one sentence or two."""
    assert all(3 <= len(note.points) <= 5 for note in NOTES.values())
    assert all(20 < len(note.why) < 200 and len(note.title) < 60 for note in NOTES.values())
    assert all(len(point) < 160 for note in NOTES.values() for point in note.points)


def test_a_note_reaches_the_customer_whole():
    """No word of a note takes a side, and none is for whoever runs the service: the sieve changes nothing."""
    sieve = Sieve.of(builders.assessment(), Policy())

    for note in NOTES.values():
        assert (note.why, *note.points) == tuple(map(sieve.text, (note.why, *note.points)))
