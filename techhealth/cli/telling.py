"""How commands say things: texts that fold at words on a terminal, lists, tables, JSON."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from techhealth.output import has_color, width

NONE = "–"
#: What begins a line of a list, so that its further lines hang below its first word.
_MARK = re.compile(r"\s*(?:- |\d+\. )?")

as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output and nothing else there.")


def say(text: str, *, err: bool = False) -> None:
    """Print a text; on a terminal its lines fold at words, elsewhere they stay as they are."""
    stream = sys.stderr if err else sys.stdout
    click.echo(folded(text, columns=width()) if stream.isatty() else text, err=err)


def folded(text: str, *, columns: int) -> str:
    """Return a text whose lines are folded at words; a word that is longer than a line stays whole.

    Examples:
        >>> print(folded("Do\\n- wait as long as it says", columns=16))
        Do
        - wait as long
          as it says
    """
    return "\n".join(_folded(line, columns) for line in text.split("\n"))


def _folded(line: str, columns: int) -> str:
    mark = _MARK.match(line)
    hang = " " * (mark.end() if mark else 0)
    if len(line) <= columns:
        return line
    return textwrap.fill(line, columns, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)


def write(found: Any) -> None:
    """Write what was found to standard output as one line of JSON."""
    import msgspec

    click.echo(msgspec.json.encode(found).decode())


def listed(found: Sequence[Any], show: Callable[[], None], *, nothing: str, as_json: bool = False) -> None:
    """Say what was found, as JSON where that is wanted; where nothing was found, what to do about it."""
    if as_json:
        write(found)
    elif found:
        show()
    else:
        say(nothing)


def entries(found: Iterable[tuple[str, str]]) -> None:
    """Print names that other commands take, each with what it stands for on the next line; that may quote a log."""
    from techhealth.present.terminal import harmless_text

    for name, text in found:
        say(f"{name}\n    {harmless_text(text)}")


def shown(value: object) -> str:
    """Return a value in words, a dash for what is not known."""
    return NONE if value is None else f"{value:,.0f}" if isinstance(value, float) else str(value)


def shown_table(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """Print a table whose cells may quote a log; the columns named in `numbers` are set flush right."""
    from techhealth.present.terminal import harmless_text, printed, table

    safe = [[harmless_text(cell) for cell in row] for row in rows]
    click.echo(printed([table(columns, safe, numbers=numbers)], width=width(), color=has_color()), nl=False)


def shown_facts(facts: Iterable[tuple[str, str]], *, by: int = 2) -> None:
    """Print labels and their texts, which may quote a log, below each other; those without a text are left out."""
    from techhealth.present import terminal

    safe = [(label, terminal.harmless_text(text)) for label, text in facts]
    click.echo(terminal.printed([terminal.facts(safe, by=by)], width=width(), color=has_color()), nl=False)
