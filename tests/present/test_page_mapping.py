"""What a reader sees of the columns, and what he may choose; names of columns stay text."""

from dataclasses import replace

import pytest

from techhealth.model import Column
from techhealth.present import page
from tests import builders
from tests.hostile import PROBES
from tests.present.fragments import Parsed

COLUMNS = (
    Column(name="when", samples=("2026-01-05",), fields=("timestamp",)),
    Column(name="took", samples=("12", "13"), fields=("latency",)),
    Column(name="zz", samples=(), fields=()),
)


def sheet(**changes):
    """Return one sheet of three columns."""
    file = replace(builders.file_receipt(name="a.csv"), columns=COLUMNS)
    return page.Sheet(**{"header": "h", "names": ("a.csv",), "columns": COLUMNS, "files": (file,), **changes})


def asked(one, field):
    """Return the question about a field."""
    return next(question for question in page.questions(one) if question.key == f"h.{field}")


def text(*sheets, receipt=None, **controls):
    """Return the text of the card."""
    return " ".join(Parsed(page.understood(receipt, sheets, page.Controls(**controls))).text.split())


def test_a_list_begins_with_what_holds():
    """First stands what was found, then every other column with a value of it, then that it is not in the file."""
    question = asked(sheet(), "latency")

    assert dict(question.options) == {
        "took (found)": "",
        "when: 2026-01-05": "when",
        "zz": "zz",
        "Not in this file": "-",
    }
    assert question.chosen == "took (found)"


def test_what_was_corrected_is_chosen_and_can_be_put_back():
    """A correction stands first in its list, and one choice forgets it."""
    question = asked(sheet(corrected={"latency": "zz"}), "latency")

    assert (question.chosen, next(iter(question.options))) == ("zz", "zz")
    assert question.options["Put back what was found"] == ""


def test_a_time_is_in_every_file():
    """The time cannot be said to be missing; what is not found says so."""
    assert "-" not in asked(sheet(), "timestamp").options.values()
    assert asked(sheet(), "customer").chosen == "Not found"


def test_the_zone_is_asked_only_of_times_that_name_none():
    """Times with a zone bring no question; the others say which one is assumed."""
    assert not [one for one in page.questions(sheet()) if one.key == "h.timezone"]
    file = replace(sheet().files[0], assumptions=("600 times name no zone; they are read as Europe/Berlin",))
    question = asked(sheet(files=(file,)), "timezone")

    assert question.chosen == "Europe/Berlin (assumed)"
    assert "Asia/Tokyo" in question.options.values()


def test_choices_can_be_told_apart():
    """Choices that would read the same are numbered; a column called like a choice of ours is not lost."""
    names = ["x" * 60, "x" * 60 + "y", "Not in this file", "Not found"]
    columns = tuple(Column(name=name, samples=(), fields=()) for name in names)
    question = asked(sheet(columns=columns), "customer")

    assert set(question.options.values()) == {"", "-", *names}


def test_every_column_stands_in_the_table():
    """Each column has its samples and what it is read as; unused ones say so."""
    shown = text(sheet())

    assert "took12, 13How long it took" in shown
    assert "zzemptynot used" in shown
    assert "Columns not used" not in text(sheet(files=(replace(sheet().files[0], notes=("Columns not used: zz",)),)))


def test_many_columns_are_cut():
    """Of hundreds of columns the used ones stand first and the rest is counted."""
    many = (*(Column(name=f"c{n}", samples=(), fields=()) for n in range(300)), COLUMNS[0])
    shown = text(sheet(columns=many))

    assert shown.index("when") < shown.index("c0")
    assert "And 241 columns more, not used." in shown


def test_a_file_that_could_not_be_read_is_open_and_asked_about_first():
    """Where a file waits for its columns the card is open, and that file stands before the others."""
    waiting = sheet(names=("b.csv",), files=(), unread=True)
    elements = {one.key: page.el("select") for one in page.questions(waiting)}
    html = page.understood(None, [sheet(header="x"), waiting], page.Controls(elements=elements))

    assert html.startswith('<details class="th-card th-wide" id="understood" open="">')
    assert html.index("b.csv") < html.index("a.csv")
    assert "This file is not in the analysis yet." in html
    assert "open" not in page.understood(None, [sheet()], page.Controls())[:60]
    assert "open" in page.understood(None, [sheet()], page.Controls(open=True))[:60]


def test_a_refusal_stands_at_its_question():
    """The sentence why an answer was not taken follows its list, and is announced."""
    one = sheet()
    elements = {question.key: page.el("i", question.key) for question in page.questions(one)}
    html = page.understood(None, [one], page.Controls(elements=elements, refused={"h.status": "No <b>status</b>."}))

    assert '<i>h.status</i><p class="th-refused" role="alert">' in html
    assert "No &lt;b&gt;status&lt;/b&gt;." in html


def test_it_is_said_how_long_a_correction_lasts():
    """The card says whether corrections are remembered; putting back is offered once there is one."""
    elements = {"h.status": page.el("select")}
    back = page.Html("<b>back</b>")

    assert "for this visit" in text(sheet(), elements=elements, kept="Only for this visit.")
    assert "back" not in text(sheet(), put_back=back)
    assert "back" in text(sheet(corrected={"latency": "zz"}), put_back=back)


def test_advice_for_the_terminal_is_not_shown():
    """No option of the command line stands on the page."""
    file = replace(
        sheet().files[0],
        assumptions=("took holds ids; they are taken for customers (--map customer=- if they are not)",),
        notes=("no column was recognised as latency; perhaps zz is one (--map latency=zz)",),
    )
    shown = text(sheet(files=(file,)))

    assert "--map" not in shown
    assert "perhaps zz is one" in shown


@pytest.mark.parametrize("probe", PROBES)
def test_no_name_of_a_column_becomes_markup(probe):
    """Hostile names and values of columns are shown as they are; choices are plain text, which a list never renders."""
    columns = (Column(name=probe, samples=(probe,), fields=("latency",)),)
    one = sheet(columns=columns, files=(), unread=True)
    parsed = Parsed(page.understood(None, [one], page.Controls()))

    assert parsed.tags <= {
        "details",
        "summary",
        "h3",
        "div",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "p",
    }
    assert probe in parsed.text
