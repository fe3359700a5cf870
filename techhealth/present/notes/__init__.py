"""Practice notes: what usually helps, short enough to paste into a mail. A recommendation names its note.

Each is a Markdown file beside this one: its title, why it matters in a sentence or two, and a few things to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A title, why it matters, and a few things to do, in plain words."""

    title: str
    why: str
    points: tuple[str, ...]


def _note(markdown: str) -> Note:
    title, why, listed = markdown.strip().split("\n\n")
    points = tuple(line.removeprefix("- ") for line in listed.splitlines())
    return Note(title=title.removeprefix("# "), why=why, points=points)


#: Name of a note, as recommendations give it → the note.
NOTES: dict[str, Note] = {
    file.name.removesuffix(".md"): _note(file.read_text(encoding="utf-8"))
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name)
    if file.name.endswith(".md")
}
