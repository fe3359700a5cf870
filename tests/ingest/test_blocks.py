"""Dumps in which each record is a block of lines, a name and a value each."""

from __future__ import annotations

import pytest

from techhealth.ingest import inspect, read
from tests.ingest.logs import column_of

_COUNT = 20


def _blocks(form: str, *, above: str = "", below: str = "") -> bytes:
    def block(n: int) -> str:
        return form.format(n=n, row=n + 1, status=500 if n % 5 == 0 else 200, ms=100 + n)

    return (above + "".join(map(block, range(_COUNT))) + below).encode()


DUMPS = {
    "psql": _blocks(
        "-[ RECORD {row} ]+------\nsent   | 2026-01-05 10:{n:02d}:00+02\npath   | /a\nstatus | {status}\ntook   | 00:00:00.{ms}\nerror  | one   +\n       | two\n",
        above="Expanded display is on.\n",
    ),
    "psql in German": _blocks("-[ DATENSATZ {row} ]---\nzeit | 2026-01-05 08:{n:02d}:00\npfad | /a\nstatus | {status}\ndauer_ms | {ms}\n"),
    "mysql": _blocks(
        "*************************** {row}. row ***************************\n      at: 2026-01-05 08:{n:02d}:00\n    path: /a\n  status: {status}\n took_ms: {ms}\n",
        above="mysql> select * from calls\\G\n", below="20 rows in set (0.01 sec)\n\nmysql>\n",
    ),
    "list of a shell": _blocks("\nTimeStamp  : 2026-01-05T08:{n:02d}:00Z\nPath       : /a\nStatusCode : {status}\nDurationMs : {ms}\n"),
    "directory": _blocks("dn: cn=call{n},o=x\ntime: 2026-01-05T08:{n:02d}:00Z\npath: /a\nstatus: {status}\nduration_ms: {ms}\n\n"),
    "list in YAML": _blocks("- time: 2026-01-05T08:{n:02d}:00Z\n  path: /a\n  status: {status}\n  duration_ms: {ms}\n"),
    "list of nested lists in YAML": _blocks("- request:\n    uri: /a\n  response:\n    status: {status}\n    duration_ms: {ms}\n  recorded_at: 2026-01-05T08:{n:02d}:00Z\n", above="calls:\n"),
    "print_r": _blocks(
        "2026-01-05T08:{n:02d}:00+00:00 INFO Array\n(\n    [Request] => Array\n        (\n            [URL] => /a\n        )\n\n    [Answer] => stdClass Object\n"
        "        (\n            [Code] => {status}\n            [Duration] => 0.{ms}\n        )\n)\n\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("dump", DUMPS)
def test_a_block_of_names_and_values_is_a_record(dump: str) -> None:
    """Each is read once, whatever begins it; lines above and below them are no records."""
    usage = read(("dump.txt", DUMPS[dump]))
    receipt = usage.receipt.files[0]

    assert (receipt.events, receipt.failures, receipt.first_latency_ms) == (_COUNT, 4, 100)
    assert usage.events["endpoint"].unique().to_list() == ["/a"]
    assert usage.events["at"].dt.strftime("%H:%M").to_list() == [f"08:{n:02d}" for n in range(_COUNT)]
    assert receipt.rows == receipt.events + receipt.rejected


def test_a_value_may_go_on_below() -> None:
    """A text of several lines is one value."""
    assert column_of(inspect(DUMPS["psql"]).files[0], "error").column == "error"


def test_a_block_without_its_first_name_is_a_record_of_its_own() -> None:
    """Behind a blank line any name that stands again begins one, so that no value is lost."""
    form = "id: {n}\ntime: 2026-01-05T08:{n:02d}:00Z\npath: /a\nstatus: {status}\n\n"
    content = _blocks(form).replace(b"id: 7\n", b"")

    assert inspect(content).files[0].events == _COUNT


@pytest.mark.parametrize(
    "line", ["INFO: 2026-01-05T08:{n:02d}:00Z GET /a -> {status}\n", "time: 2026-01-05T08:{n:02d}:00Z, path: /a, status: {status}\n"]
)  # fmt: skip
def test_lines_with_a_word_before_a_colon_are_no_blocks(line: str) -> None:
    """A name must stand among others, again and again."""
    receipt = inspect(_blocks(line)).files[0]

    assert receipt.events == _COUNT
    assert "block" not in receipt.format
