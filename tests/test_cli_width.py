"""A terminal of 80 columns: helps and tables fit, texts fold at words, and nothing is cut."""

import os
import pty
import subprocess
import sys

import click
import pytest

from techhealth.cli import main
from techhealth.cli.telling import folded
from techhealth.present.terminal import printed, table
from tests.test_cli import run

_LONG = "Umbrella Telecommunications International"


def _commands(group, path=()):
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


@pytest.mark.parametrize("path", [(), *_commands(main)], ids=" ".join)
def test_every_help_fits_and_is_whole(path):
    """No line is longer than a terminal, no command's sentence is cut short, and every option says what it is for."""
    lines = run(*path, "--help").stdout.splitlines()
    command = main
    for name in path:
        command = command.commands[name]

    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if line.endswith("...") and not line.startswith("Usage")] == []
    assert [one.name for one in command.params if isinstance(one, click.Option) and not one.help] == []


def _words(cells):
    return {word for row in cells for cell in row for word in cell.split()}


def test_a_table_folds_at_words():
    """Where the cells are wider than the terminal each word stays whole as long as the words can stand side by side."""
    columns = ("Customer", "As of", "Risk", "Technical", "Overall", "Issues")
    rows = [(_LONG, "2026-01-29", "medium", "100", "100 → 100", "17"), ("Ash", "2026-01-17", "low", "–", "–", "0")]
    shown = printed([table(columns, rows, numbers=columns[3:])], width=76, color=False)

    assert max(map(len, shown.splitlines())) <= 76
    assert _words([columns, *rows]) <= set(shown.split())


def test_a_word_that_fits_nowhere_is_folded_and_not_cut():
    """Every character of a name that is wider than its column is still there, and numbers stay whole."""
    name = "n" * 120
    shown = printed([table(("Files", "Events"), [(name, "1,234,567")], numbers=("Events",))], width=60, color=False)

    assert shown.count("n") == 120 + "Events".count("n")
    assert "1,234,567" in shown.split()
    assert max(map(len, shown.splitlines())) <= 60


def test_further_lines_of_a_list_hang_below_its_first_word():
    """A numbered line or a bullet is folded with the rest below its text; a word longer than a line stays whole."""
    text = "12. one two three\n   - four five six\n" + "x" * 20

    assert folded(text, columns=13) == "12. one two\n    three\n   - four\n     five six\n" + "x" * 20


def test_a_terminal_gets_folded_texts_and_a_pipe_whole_ones(tmp_path):
    """What is piped on keeps its paragraphs as one line each; on a terminal every line fits."""
    command = [sys.executable, "-m", "techhealth", "notes", "rate-limits"]
    ours, theirs = pty.openpty()
    seen = {**os.environ, "COLUMNS": "80"}
    subprocess.run(command, stdout=theirs, check=True, env=seen)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    piped = subprocess.run(command, capture_output=True, text=True, check=True, env=seen).stdout

    assert max(map(len, shown.splitlines())) <= 80
    assert max(map(len, piped.splitlines())) > 80
    assert shown.split() == piped.split()
