"""Delimited text as people and tools export it: titles above, totals below, comments between, quotes of every kind."""

from __future__ import annotations

import pytest
from polars.testing import assert_frame_equal

from techhealth.errors import InputError
from techhealth.ingest import read
from techhealth.ingest.tables.quoting import doubled
from tests.ingest.logs import as_csv, call, calls

ROWS = calls(20)
PLAIN = as_csv(ROWS)
EXPECTED = read(PLAIN).events
HEADER, *LINES = PLAIN.decode().splitlines()


def _lines(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def _lined_up() -> str:
    rows = [[str(value) for value in row.values()] for row in ROWS]
    return "\n".join("   ".join(cell.ljust(24) for cell in row).rstrip() for row in (list(ROWS[0]), *rows))


def _drawn() -> list[str]:
    """Return the rows as a database's terminal draws them."""
    cells = [" | ".join(line.split(",")) for line in (HEADER, *LINES)]
    return ["+----+----+", f"| {cells[0]} |", "|----+----|", *(f"| {row} |" for row in cells[1:]), "+----+----+"]


SHAPES = {
    "title and blank line": _lines("Report generated 2026-02-01 10:00", "", HEADER, *LINES),
    "title filled up with separators": _lines(f"Calls{5 * ','}", f"From,2026-01-01 08:00{4 * ','}", f"Of,Acme{4 * ','}", 5 * ",", HEADER, *LINES),
    "title with separators": _lines("From,2026-01-01", "To,2026-02-01,UTC", HEADER, *LINES),
    "comments": _lines("# Export of calls, January, all of them, and more", "// Acme", HEADER, *LINES[:9], "# half", *LINES[9:]),
    "annotations above each part": _lines(*(["#datatype,string,string,string,long,double", "#group,false,true,true,false,false", HEADER, *LINES[:9]]), "", "#datatype,string,string,string,long,double", "#default,_result,,,,", HEADER, *LINES[9:]),
    "header behind a comment mark": _lines("# made by x", f"# {HEADER}", *LINES),
    "two files in one": _lines(HEADER, *LINES[:9], HEADER, *LINES[9:]),
    "total below": _lines(HEADER, *LINES, "Total: 20 rows"),
    "total in a column": _lines(HEADER, *LINES, "Total,,,,,20"),
    "database's closing line": _lines(HEADER, *LINES, "", "(20 rows affected)"),
    "caret": as_csv(ROWS, "^"),
    "control characters": as_csv(ROWS, "\x01"),
    "blanks": _lined_up().encode(),
    "drawn table": _lines(*_drawn()),
    "single quotes": _lines(*(",".join(f"'{cell}'" for cell in line.split(",")) for line in (HEADER, *LINES))),
    "trailing separators": _lines(HEADER, *(f"{line},," for line in LINES)),
    "separator named, then a title": _lines("sep=,", "Calls", HEADER, *LINES),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_what_stands_around_a_table_changes_none_of_its_rows(shape: str) -> None:
    """Titles, comments, rules, repeated headers and totals are told apart from records."""
    usage = read(("log.csv", SHAPES[shape]))

    assert_frame_equal(EXPECTED, usage.events)
    receipt = usage.receipt.files[0]
    assert receipt.rows == receipt.events + receipt.rejected


def test_rows_of_empty_cells_are_counted_and_empty_lines_are_none() -> None:
    """A row that holds separators alone is a rejected row; a line with nothing in it is no row."""
    commas = "," * HEADER.count(",")
    receipt = read(_lines(HEADER, *LINES[:5], commas, "", commas, *LINES[5:])).receipt.files[0]

    assert [(one.reason, one.count, one.examples[0].line) for one in receipt.rejects] == [("blank row", 2, 7)]
    assert receipt.rows == receipt.events + 2


@pytest.mark.parametrize(
    ("shape", "reason", "line"),
    [
        ("comments", "comment line", 13),
        ("two files in one", "header line repeated", 11),
        ("total below", "closing line", 22),
        ("total in a column", "closing line", 22),
        ("database's closing line", "closing line", 23),
    ],
)
def test_lines_among_the_rows_are_rejected_with_their_reason(shape: str, reason: str, line: int) -> None:
    """A line that is no record is counted once, with its number; it says nothing against the data."""
    usage = read(SHAPES[shape])
    (reject,) = usage.receipt.files[0].rejects

    assert reject.reason.startswith(reason)
    assert (reject.count, reject.examples[0].line) == (1, line)
    assert not any("could not be read" in why for why in usage.receipt.trust.reasons)


def test_lines_above_the_table_are_said() -> None:
    """The receipt tells how many lines were skipped, and shows the first."""
    notes = read(SHAPES["title and blank line"]).receipt.files[0].notes

    assert notes[0] == "1 lines before the table were skipped, the first of them: Report generated 2026-02-01 10:00"


def test_rows_keep_their_line_numbers_below_a_title() -> None:
    """Line numbers count from the top of the file, in the quick and in the patient reader."""
    broken = LINES[3].replace("2026", "soon")
    for more in ([], [f"{LINES[4]},7"]):
        receipt = read(_lines("Report", "", HEADER, *LINES[:3], broken, *LINES[4:], *more)).receipt.files[0]

        assert {reject.examples[0].line for reject in receipt.rejects} == {7, *([24] if more else [])}


def test_a_short_row_is_kept_and_a_long_one_rejected() -> None:
    """Missing cells are null; a row with more values than the header is not guessed at."""
    receipt = read(
        _lines(HEADER, *LINES, LINES[0].rsplit(",", 1)[0].replace("00:00", "00:30"), f"{LINES[1]},7")
    ).receipt

    assert receipt.files[0].events == 21
    assert [reject.reason for reject in receipt.files[0].rejects] == ["row has more values than the header has columns"]


@pytest.mark.parametrize("inside", ['say "hi", now', 'C:\\logs\\", x', "two\nlines, one value"])
def test_quotes_inside_a_value_are_doubled_or_escaped(inside: str) -> None:
    """Both ways of writing a quote inside a quoted value are read, and so are separators and line breaks."""
    rows = [call(n, integration=inside) for n in range(3)]
    escaped = inside.replace('"', '\\"') if "\\" not in inside else inside.replace('"', '""')
    by_hand = _lines(HEADER, *(LINES[n].replace(str(calls(3)[n]["integration"]), f'"{escaped}"') for n in range(3)))

    for content in (as_csv(rows), by_hand):
        usage = read(content)
        assert usage.receipt.files[0].rejected == 0
        assert usage.receipt.integration_names == (inside.replace("\n", " "),)


def test_documents_with_escaped_quotes_stay_what_they_are() -> None:
    """JSON in a cell that doubles its quotes may hold backslashes of its own."""
    cell = b'1,"{""a"": ""b \\""c\\"" d""}"\n'

    assert doubled(cell) == cell


def test_a_header_may_hold_line_breaks() -> None:
    """A column's name broken over two lines is one name."""
    content = PLAIN.replace(b"latency_ms", b'"latency\nms"')

    receipt = read(content).receipt.files[0]

    assert "latency ms" in {item.column for item in receipt.mapping}
    assert receipt.events == 20


@pytest.mark.parametrize("content", [b"a,b\n", b"Report\n\nNothing to show\n", b"one\ntwo\nthree\n", b"----\n====\n"])
def test_text_without_a_table_is_refused(content: bytes) -> None:
    """Titles alone, and lists of words, are no log."""
    with pytest.raises(InputError, match=r"neither CSV nor JSON|no rows"):
        read(content)


@pytest.mark.parametrize("order", [(0, 2, 1, 4, 5, 3), (5, 4, 3, 2, 1, 0)])
@pytest.mark.parametrize("between", [[], [""], ["#datatype,string,string"]])
def test_a_header_with_other_columns_begins_another_table(order: tuple[int, ...], between: list[str]) -> None:
    """Exports that are glued together are each read by their own header, with the lines of the whole file."""
    turned = [",".join(line.split(",")[n] for n in order) for line in (HEADER, *LINES[9:], "late,a,GET,/b,200,7")]
    usage = read(("log.csv", _lines(HEADER, *LINES[:9], *between, *turned)))

    assert_frame_equal(EXPECTED, usage.events)
    assert usage.receipt.files[0].rejects[-1].examples[-1].line == len(LINES) + len(between) + 3


def test_a_column_that_one_of_two_tables_has_alone_is_unknown_in_the_other() -> None:
    """It is not filled with what stands in its place there."""
    narrow = [",".join((*line.split(",")[:4], *line.split(",")[5:])) for line in (HEADER, *LINES[9:])]
    usage = read(("log.csv", _lines(HEADER, *LINES[:9], *narrow)))

    assert (usage.events.height, usage.events["status"].null_count()) == (len(LINES), len(LINES) - 9)
