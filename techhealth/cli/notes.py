"""The part of the command line that shows practice notes."""

from __future__ import annotations

import click

from techhealth.cli.telling import say
from techhealth.errors import UsageError


@click.command()
@click.argument("name", required=False)
def notes(name: str | None) -> None:
    """Show a practice note, to share with whoever has to act.

    It is Markdown. Without a NAME the notes are listed.

    \b
    techhealth notes
    techhealth notes rate-limits
    """
    from techhealth.present.notes import NOTES

    if name is None:
        for known, note in NOTES.items():
            click.echo(f"{known:20}  {note.title}")
        return
    if name not in NOTES:
        raise UsageError(f"there is no practice note {name!r}; there are {', '.join(NOTES)}.")
    note = NOTES[name]
    say("\n".join([f"# {note.title}", "", note.why, "", *(f"- {point}" for point in note.points)]))
