"""The table of causes is whole, and `techhealth causes` prints it."""

from __future__ import annotations

from click.testing import CliRunner

from techhealth.assess.causes.table import rows
from techhealth.cli import main
from techhealth.model import CauseKind


def test_every_kind_of_cause_has_its_row():
    """Each kind stands in the table once, with every cell filled."""
    table = list(rows())

    assert sorted(CauseKind) == sorted(row.kind for row in table)
    assert all(all(row) for row in table)


def test_the_command_prints_the_table():
    """Every cell of the table stands in the output."""
    done = CliRunner(env={"COLUMNS": "120"}).invoke(main, ["causes"])
    said = " ".join(done.output.split())

    assert done.exit_code == 0
    assert [cell for row in rows() for cell in row if cell not in said] == []
