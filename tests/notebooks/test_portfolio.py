"""The portfolio page as a program: what it shows for a board, and without a workspace."""

import pytest

from notebooks.portfolio import app
from tests.hostile import PROBES
from tests.portfolio.boards import board, finding, known, summary


def run(**defs):
    """Return the page's HTML and its definitions."""
    outputs, found = app.run(defs=defs)
    return "".join(output.text for output in outputs if hasattr(output, "text")), found


def test_a_board_is_shown():
    """Each customer of the board stands on the page, with the way to the other pages."""
    html, _ = run(board=board([known("Globex", summary()), known("Hooli", summary(95))]))

    assert "Globex" in html
    assert "../health/?customer=Hooli" in html
    assert 'aria-label="Pages"' in html


def test_without_a_workspace_there_is_nobody():
    """What ships with the package is nobody's store: the page says that there are no customers, and stays still."""
    html, found = run()

    assert "No customers yet" in html
    assert found["again"] is None


@pytest.mark.parametrize("probe", PROBES)
def test_hostile_names_stay_text(probe):
    """A customer's name reaches the page only escaped."""
    html, _ = run(board=board([known(probe, summary(findings=[finding(title=probe)]))]))

    assert probe not in html or not any(char in probe for char in '<"')
