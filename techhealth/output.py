"""Where a command's words and documents go: the terminal as it is, standard output, or a file written as a whole."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from techhealth.errors import UsageError
from techhealth.model import Assessment, Receipt, Replay

#: How every document of ours begins; only such a file is overwritten by --json.
DOCUMENT = b'{"schema":"techhealth.'
JSON_LAST = "put --json last, or name another file"


def write_json(document: Assessment | Receipt | Replay, path: str) -> None:
    """Write a document to standard output (-) or to a file, never over a file that is not ours."""
    from techhealth.present.document import to_json

    content = to_json(document)
    if path == "-":
        click.echo(content, nl=False)
        return
    write_own(content, path, beginning=DOCUMENT, told=JSON_LAST)


def write_own(content: bytes, path: str, *, beginning: bytes, told: str = "name another file") -> None:
    """Write a file, never over one that does not begin like ours.

    Raises:
        UsageError: if such a file is there, or the place cannot be written.
    """
    refuse_foreign(path, beginning=beginning, told=told)
    write(content, path)


def refuse_foreign(path: str | None, *, beginning: bytes, told: str = "name another file") -> None:
    """Refuse a place where a file of ours cannot be written, before anything is done; nowhere and standard output are fine.

    Raises:
        UsageError: if a file is there that does not begin like ours, or the place cannot be written.
    """
    if path is None or path == "-":
        return
    if Path(path).is_file():
        with suppress(OSError), Path(path).open("rb") as existing:
            start = existing.read(len(beginning))
            if start and start != beginning:
                raise UsageError(f"{path} exists and was not written by techhealth; {told}.")
    elif Path(path).exists():
        return
    with _writing(path) as partial:
        partial.touch()
        partial.unlink()


def write(content: bytes, path: str) -> None:
    """Write a file as a whole or not at all; links are followed, devices and pipes are written to, never replaced.

    Raises:
        UsageError: if the place cannot be written.
    """
    target = Path(path).resolve()
    with _writing(path) as partial:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            partial.write_bytes(content)
            partial.replace(target)


@contextmanager
def _writing(path: str) -> Iterator[Path]:
    """Give the place beside a file where it is prepared, and turn what goes wrong there into a sentence."""
    partial = Path(f"{Path(path).resolve()}.partial")
    try:
        yield partial
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise UsageError(f"cannot write {path} ({error.strerror}); name a file in a folder that exists.") from None


def give_up() -> None:
    """Write no more to standard output: what could not be written is not tried again when the program ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def width() -> int:
    """Return the columns of the terminal, 60 to 120; 80 when there is none."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, 60), 120)


def has_color() -> bool:
    """Return whether standard output is a terminal that shows colour (no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def one_line(text: str) -> str:
    """Return a message as one printable line, for it may quote a file."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def show_progress(step: str) -> None:
    """Show a step on the line of the last one, on standard error."""
    click.echo(f"\r\x1b[K{one_line(step)[: width() - 1]}", nl=False, err=True)


def clear_progress() -> None:
    """Empty the line that `show_progress` wrote on."""
    click.echo("\r\x1b[K", nl=False, err=True)
