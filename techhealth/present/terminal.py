"""How anything gets onto a terminal: text that cannot hurt, bars, tables, and rich output as a string."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

D = TypeVar("D")
#: Shape → colour; each shape stands beside its word, so that colour is never needed.
SHAPES = {"▲": "bold red", "▼": "bold red", "■": "yellow", "○": "blue", "●": "green"}
#: A longer text (an endpoint of 5,000 characters) says nothing more.
_LONGEST = 400
#: The longest name, in columns, that the first column of a table never breaks.
_FIRST_COLUMN = 26
#: Columns between two columns of a table.
_GAP = 3


def harmless(document: D) -> D:
    """Return the document with each of its texts fit for a terminal: one line, no control or direction characters."""
    safe: D = msgspec.convert(_harmless(msgspec.to_builtins(document)), type(document))
    return safe


def _harmless(value: Any) -> Any:
    """Return a tree of dicts, lists and values with its texts made harmless."""
    if isinstance(value, dict):
        return {harmless_text(str(key)): _harmless(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(item) for item in value]
    return harmless_text(value) if isinstance(value, str) else value


def harmless_text(text: str) -> str:
    r"""Return a text as one printable line; what a terminal would obey becomes a space.

    Examples:
        >>> harmless_text("a\x1b[31mb\n\u202ec")
        'a [31mb c'
    """
    if not text.isprintable():
        text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def printed(parts: Iterable[RenderableType], *, width: int, color: bool) -> str:
    """Return the parts as text of at most `width` columns; without color there is no escape code in it."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=color, color_system="standard" if color else None, no_color=not color,
        markup=False, emoji=False, highlight=False, legacy_windows=False, _environ={},
    )  # fmt: skip
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def heading(title: str) -> RenderableType:
    """Return a section's heading: a line with the title at its left."""
    return Padding(Rule(marked(title, style="bold"), align="left", characters="─", style="dim"), (1, 0, 0, 0))


def marked(text: str, *, style: str = "") -> Text:
    """Return a text whose leading shape, if any, has its colour."""
    return Text(text, style=SHAPES.get(text[:1], style))


def indented(part: RenderableType, *, by: int = 2) -> Padding:
    """Return a part moved to the right."""
    return Padding(part, (0, 0, 0, by))


def bullet(text: str, *, after: str = "", by: int = 2) -> Padding:
    """Return a line that begins with a bullet, its further lines hanging; `after` is muted."""
    return _hanging("-", Text.assemble(text, (f" {after}" if after else "", "dim")), by=by)


def numbered(number: int, text: str, *, after: str = "") -> Padding:
    """Return a numbered line in bold, its further lines hanging."""
    return _hanging(f"{number}.", Text.assemble((text, "bold"), (f" {after}" if after else "", "dim")), by=2)


def _hanging(mark: str, text: Text, *, by: int) -> Padding:
    grid = Table.grid(padding=(0, 1))
    grid.add_row(mark, text)
    return indented(grid, by=by)


def facts(rows: Iterable[tuple[str, str | None]], *, by: int = 2) -> Padding:
    """Return labels and their texts in two columns; rows without a text are left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in rows:
        if text:
            grid.add_row(label, marked(text))
    return indented(grid, by=by)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[str] = ()) -> RenderableType:
    """Return a table that fits by folding cells at words; columns named in `numbers` are set flush right and never broken."""
    return indented(_Table(columns, [tuple(row) for row in rows], numbers))


class _Table:
    """A table whose columns are as wide as the place where it is printed allows."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str]) -> None:
        self.columns, self.rows, self.numbers = columns, rows, numbers

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Yield it with the widths that fit."""
        found = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim", border_style="dim")
        for column, width in zip(self.columns, self._widths(options.max_width), strict=True):
            flush: JustifyMethod = "right" if column in self.numbers else "left"
            found.add_column(column, justify=flush, width=width, overflow="fold")
        for row in self.rows:
            found.add_row(*map(marked, row))
        yield found

    def _widths(self, room: int) -> list[int]:
        """Return the columns' widths: the widest gives way first, down to its longest word; then the first column, then words."""
        cells = [[column, *(row[n] for row in self.rows)] for n, column in enumerate(self.columns)]
        widths = [max(map(cell_len, column)) for column in cells]
        words = [max(cell_len(word) for cell in column for word in cell.split() or [""]) for column in cells]
        whole = [column in self.numbers or column == "" for column in self.columns]  # no name: bars
        folds = [width if full else word for width, full, word in zip(widths, whole, words, strict=True)]
        is_short = widths[0] <= _FIRST_COLUMN
        broken = [width if full else 1 for width, full in zip(widths, whole, strict=True)]
        room -= _GAP * (len(widths) - 1)
        for least in ([widths[0] if is_short else folds[0], *folds[1:]], folds, broken, [1] * len(widths)):
            while sum(widths) > room and (open_ := [n for n, width in enumerate(widths) if width > least[n]]):
                widths[max(open_, key=widths.__getitem__)] -= 1
        return widths


def bar(part: float, *, width: int) -> str:
    """Return a bar of `part` (0-1) of the width; anything above nothing shows.

    Examples:
        >>> bar(0.5, width=4), bar(0.001, width=4), bar(0, width=4)
        ('██', '▏', '')
    """
    eighths = round(min(max(part, 0.0), 1.0) * width * 8)
    if part > 0:
        eighths = max(eighths, 1)
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]
